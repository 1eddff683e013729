"""The page that the proxy shows while the program is down: our own words, and no number that was withdrawn."""

from collections.abc import Iterator
from html import escape

from bot.content import Content
from bot.texts import Words

HEAD = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Blakus</title>
"""


def failure_page(content: Content) -> str:
    """Return one page of HTML in every language, without script, style or anything from elsewhere."""
    languages = content.dialogue.languages
    said = [line for language in languages for line in _paragraphs(content, language)]
    return HEAD.format(language=languages[0]) + "\n".join(said) + "\n"


def _paragraphs(content: Content, language: str) -> Iterator[str]:
    for paragraph in _html(content.plainly("notice.trouble", language)).split("\n"):
        if paragraph:
            yield f'<p lang="{language}">{paragraph}</p>'


def _html(words: Words) -> str:
    return "".join(
        f'<a href="tel:{span.tel}">{escape(span.text)}</a>' if span.tel else escape(span.text) for span in words
    )
