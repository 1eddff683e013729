"""`make words`: one report on the words of each language, and on what expires in the coming year.

How much of what people type is heard; how long and how hard the screens are; in how many texts each term of the
glossary stands, and where stands what it forbids for that thing; what no dictionary knows; and, by month, which facts
run out and which texts show them.
"""

import argparse
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from statistics import mean

from babel.messages.pofile import read_po

from bench.recall import MEASURES, Line, measure, read_lines, total
from bot import content as contents
from bot.content import Content
from bot.dictionary import LOCALES, misspelt
from bot.engine.check_words import HARDEST, LONGEST_SCREEN, filled, lix
from bot.engine.facts import DOUBTED_FOR, Fact
from bot.runtime import RIGA

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs" / "words.md"
YEAR = timedelta(days=366)
COLUMNS = {"lv": "Latvian", "ru": "Russian", "en": "English", "uk": "Ukrainian"}
NEVER = re.compile(r"\bnever ([^:;)]+)")
SHOWN = 3
"""How many of the longest or hardest are named."""
SHORT = 5
"""Words of fewer letters are looked for whole."""


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the glossary in one language: what we write, and what we never write for it."""

    thing: str
    said: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """A fact that becomes doubtful, or is no longer shown, on a day, and the texts that cite it."""

    day: date
    fact: str
    becomes: str
    texts: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make words", description=__doc__)
    parser.add_argument("--today", type=date.fromisoformat, default=datetime.now(RIGA).date(), help="as on this day")
    for line in report(contents.read(), parser.parse_args().today):
        print(line)


def report(content: Content, today: date) -> Iterator[str]:
    lines = read_lines("unseen.tsv")
    yield f"Words of content {content.revision}, {today:%d.%m.%Y}"
    for language in dict.fromkeys((*content.dialogue.languages, *(line.language for line in lines))):
        yield from ("", f"== {COLUMNS.get(language, language)} ==")
        yield from _recall(content, [line for line in lines if line.language == language])
        if language in content.dialogue.languages:
            yield from _screens(content, language)
            yield from _glossary(content, language)
            yield from _spelling(content, language)
    yield from ("", "== What expires until " + f"{today + YEAR:%d.%m.%Y} ==")
    yield from _calendar(content, today)


def _recall(content: Content, lines: Iterable[Line]) -> Iterator[str]:
    tallies = measure(content.finder, lines, content.dialogue.topics)
    counted = ((name, total(tallies, name)) for name in MEASURES)
    said = (f"{name} {tally.right}/{tally.asked} ({tally.share:.2f})" for name, tally in counted if tally.asked)
    yield "heard, of lines the words were not made from: " + ", ".join(said)


def _screens(content: Content, language: str) -> Iterator[str]:
    texts = content.words[language]
    screens = {key: filled(content, texts[key], language) for key in content.dialogue.screens if key in texts}
    long = sorted(screens, key=lambda key: -len(screens[key]))
    hard = sorted(screens, key=lambda key: -lix(screens[key]))
    lengths = [len(text) for text in screens.values()]
    yield (
        f"length of {len(screens)} screens with their facts: {mean(lengths):.0f} characters on average (at most "
        f"{LONGEST_SCREEN}); longest: " + ", ".join(f"{key} {len(screens[key])}" for key in long[:SHOWN])
    )
    yield (
        f"LIX with facts: {mean(lix(text) for text in screens.values()):.0f} on average (without: at most {HARDEST}); "
        "hardest: " + ", ".join(f"{key} {lix(screens[key]):.0f}" for key in hard[:SHOWN])
    )


def glossary(page: str) -> Mapping[str, tuple[Term, ...]]:
    """Read the glossary, by language."""
    table = [
        row.strip("| ").split(" | ")
        for row in page.partition("## Glossary")[2].partition("\n## ")[0].splitlines()
        if row[:1] == "|"
    ]
    heads, rows = table[0], table[2:]
    allowed = {said for row in rows for cell in row[1:] for said in _said(cell)}
    terms: dict[str, tuple[Term, ...]] = {}
    for language, name in COLUMNS.items():
        if name in heads:
            cells = [(row[0], row[heads.index(name)]) for row in rows if len(row) > heads.index(name)]
            terms[language] = tuple(Term(thing, _said(cell), _never(cell, allowed)) for thing, cell in cells)
    return terms


def _said(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.sub(r"\(.*?\)", "", cell).split(",") if word.strip())


def _never(cell: str, allowed: Collection[str]) -> tuple[str, ...]:
    """Return what is never written for one thing, except for the terms of other things."""
    words = (word.strip() for found in NEVER.findall(cell) for word in found.split(","))
    return tuple(word for word in words if word not in allowed)


def _glossary(content: Content, language: str) -> Iterator[str]:
    page = glossary(GLOSSARY.read_text(encoding="utf-8")).get(language, ())
    texts = {key: filled(content, text, language).casefold() for key, text in content.words[language].items()}
    for term in page:
        hits = sum(1 for text in texts.values() if any(_stands(word, text) for word in term.said))
        wrong = [key for key, text in sorted(texts.items()) if any(_stands(word, text) for word in term.never)]
        never = f"; LOOK, {', '.join(term.never)} in: {', '.join(wrong)}" if wrong else ""
        yield f"glossary: {', '.join(term.said)} ({term.thing}) in {hits} texts{never}"


def _stands(term: str, text: str) -> bool:
    """Return whether a term stands in a text, whatever the endings of its words."""
    words = (word if len(word) < SHORT else word[:-1] for word in term.casefold().split())
    return re.search(r"(?<!\w)" + r"\w*\W+".join(map(re.escape, words)), text) is not None


def _spelling(content: Content, language: str) -> Iterator[str]:
    texts = dict(content.words[language])
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        for message in read_po(io.BytesIO(path.read_bytes())):
            if isinstance(message.string, str) and message.id:
                texts.setdefault(f"{path.stem}: {message.id}", message.string)
    wrong = misspelt(texts, language)
    if wrong is None:
        yield "spelling: NOT CHECKED, hunspell or its dictionary is missing (`make tools`)"
    else:
        found = "; ".join(f"{key}: {', '.join(words)}" for key, words in sorted(wrong.items()))
        yield f"spelling: {len(texts)} texts, {len(wrong)} with a word in no dictionary" + (
            f": {found}" if found else ""
        )


def endings(content: Content, today: date) -> Iterator[Ending]:
    """Yield what expires in the coming year, by day."""
    found = (
        Ending(day, fact.id, becomes, _citing(content, fact))
        for fact in content.facts.values()
        for day, becomes in _turns(fact)
        if today < day <= today + YEAR
    )
    yield from sorted(found, key=lambda ending: (ending.day, ending.fact))


def _turns(fact: Fact) -> Iterator[tuple[date, str]]:
    """Yield the days on which a fact changes its standing."""
    before = fact.standing(fact.expires_on)
    for late in (timedelta(days=1), DOUBTED_FOR + timedelta(days=1)):
        after = fact.standing(fact.expires_on + late)
        if after != before:
            yield fact.expires_on + late, after
        before = after


def _citing(content: Content, fact: Fact) -> tuple[str, ...]:
    cited = f"{{fact:{fact.id}}}"
    texts = content.words[content.dialogue.languages[0]]
    return tuple(sorted(key for key, text in texts.items() if cited in text))


def _calendar(content: Content, today: date) -> Iterator[str]:
    for month, found in groupby(endings(content, today), key=lambda ending: f"{ending.day:%m.%Y}"):
        turns = list(found)
        texts = {text for turn in turns for text in turn.texts}
        yield f"{month}: {len(turns)} changes in {len(texts)} texts"
        for turn in turns:
            shown = ", ".join(turn.texts) or "no text"
            yield f"  {turn.day:%d.%m.} {turn.fact} is {turn.becomes}; shown by {shown}"


if __name__ == "__main__":
    main()
