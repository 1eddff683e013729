"""How fast the program is, beside others, in one run: `make bench`. The method is in docs/speed.md."""
