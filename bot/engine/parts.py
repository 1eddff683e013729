"""The parts of a content package by their files: which hold words, and which of `dialogs/` are no chapters."""

CATALOGUES = ("dialogs", "pages", "request", "leaflet")
"""Of each language. The words of the desk are the program's."""
TABLES = ("facts", "services", "municipalities", "request", "revealing", "forbidden", "words")
"""Files of `dialogs/` that hold no screens."""
HEAD = "dialogue"
"""Where the dialogue begins."""
