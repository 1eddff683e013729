"""The files of a content package: which hold texts, and which in `dialogs/` are not chapters."""

CATALOGUES = ("dialogs", "pages", "request", "leaflet")
"""Catalogues of each language. Those of the desk belong to the program, not to a package."""
TABLES = (
    "facts",
    "services",
    "municipalities",
    "request",
    "referral",
    "conversation",
    "monitoring",
    "guidance",
    "practice",
    "revealing",
    "forbidden",
    "words",
)
"""Files in `dialogs/` without screens."""
HEAD = "dialogue"
"""The file that names the first screens."""
