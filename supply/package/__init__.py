"""`make package`: the program, and every Python package it needs, as one file for Debian 12 and 13."""
