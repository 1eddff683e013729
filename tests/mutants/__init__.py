"""Small breaks of the program, each for one line of docs/safety.md: the tests that the line names must notice it."""
