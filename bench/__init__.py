"""`make bench`: how fast the program is compared with others, in one run. docs/speed.md explains the method."""
