"""The languages in which we speak to people: the only list of them. The desk has its own, in `bot/desk/page.py`."""

from collections.abc import Sequence

LANGUAGES = ("lv", "ru", "en", "uk")
"""Every text for people exists in each. The first is used where nothing is known of the reader."""
ABROAD = "en"
"""Used for somebody whose device speaks none of ours: such a reader understands it most often."""


def spoken(language: str, ours: Sequence[str] = LANGUAGES) -> str:
    """Return the language itself if it is one of `ours`; otherwise the one that its speakers understand best."""
    if language in ours:
        return language
    return ABROAD if language and ABROAD in ours else ours[0]
