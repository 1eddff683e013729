"""Small breaks of the program, each for one statement of docs/safety.md: the tests named for it must notice."""
