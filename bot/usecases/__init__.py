"""Use cases: one function and one transaction for each thing the program does."""
