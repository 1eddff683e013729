"""Municipalities: read them, find them by what a person types, and group them into a short two-level list."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.engine.dialogue import Municipality
from bot.engine.entries import DataFile, Entry
from bot.engine.languages import LANGUAGES
from bot.engine.spelling import distance, order, plain

LONGEST_INPUT = 60
MOST_GROUPS = 8
PLACE_ID = re.compile(r"[a-z][a-z-]{2,40}")
KINDS = ("state-city", "novads")
NOT_NAMES = re.compile(
    r"nov(ads|ada|adi|adu)?|(valsts)?pils(eta|etas|etu)?|republikas|pag(asts|asta|astu)?|rajon(s|a|e|u)?"
    r"|kra(i|ja|e|ju)|gorod(a|e)?|volost(i)?|v|vo|iz|no|pie"
)
ADJECTIVE = re.compile(r"sk(ii|oi|ogo|om|aja|oe)$")
ENDING = re.compile(r"(iem|[aeou]m|[aeiou]s|[aeiou]|s)$")
SAME, NAME, ANOTHER_CASE, BEGINS, INSIDE, TYPO, SENTENCE = 0, 1, 2, 3, 4, 5, 10
"""How well typed words fit a name; smaller is better."""

Group = tuple[str, tuple[str, ...]]
Fit = Callable[[str, str, str, str, str, str], int | None]


def find(text: str, municipalities: Mapping[str, Municipality], limit: int = 6) -> tuple[str, ...]:
    """Return the ids of the municipalities that may be meant, likeliest first; empty if the text names no place."""
    typed = plain(text[:LONGEST_INPUT])[:LONGEST_INPUT]
    ranks = _ranks(_fit, typed, municipalities) or _ranks(_guess, typed, municipalities)
    best = min((rank for rank, _ in ranks.values()), default=SAME)
    # After an exact name only names that begin with it may follow; guesses are listed only with equally good guesses.
    worst = BEGINS if best <= BEGINS else best
    likely = [(rank, order(_first_name(municipalities[id_])), id_) for id_, rank in ranks.items() if rank[0] <= worst]
    return tuple(id_ for *_, id_ in sorted(likely)[: max(limit, 0)])


def meant(text: str, municipalities: Mapping[str, Municipality]) -> str | None:
    """Return the municipality whose name, town or former name was typed in full; None if another may be meant."""
    found = find(text, municipalities)
    typed = plain(text[:LONGEST_INPUT])[:LONGEST_INPUT]
    if len(found) != 1 or _ranks(_fit, typed, municipalities).get(found[0], (TYPO,))[0] > NAME:
        return None
    return found[0]


def groups(municipalities: Mapping[str, Municipality], language: str, size: int) -> tuple[Group, ...]:
    """Split the municipalities alphabetically into at most eight groups of `size`, or larger if eight cannot hold all.

    Where possible a group begins with a new letter, so that its label (“A–B”) is clear.
    """
    if not municipalities:
        return ()
    named = {key: place.names.get(language) or _first_name(place) for key, place in municipalities.items()}
    ids = sorted(named, key=lambda id_: (order(named[id_]), id_))
    most = max(size, -(-len(ids) // MOST_GROUPS), 1)
    letters = [named[id_][:1].upper() for id_ in ids]
    starts = _starts(letters, most)
    return tuple(
        (_label(letters[start], letters[end - 1]), tuple(ids[start:end]))
        for start, end in zip(starts, [*starts[1:], len(ids)], strict=True)
    )


def read_municipalities(
    text: str, languages: tuple[str, ...] = LANGUAGES, file: str = "dialogs/municipalities.yaml"
) -> dict[str, Municipality]:
    """Read `municipalities.yaml`. Raise BrokenContent with every problem and its line."""
    data = DataFile(file, languages)
    known = ("atvk", "kind", "names", "near", "former", "other", "source", "doubt")
    entries = {entry.id: entry for entry in data.entries(text, "municipalities", PLACE_ID, known)}
    read = {name: _municipality(entry) for name, entry in entries.items()}
    for place in read.values():
        if strange := sorted({*place.near} - read.keys()):
            entries[place.id].wrong("no neighbour", "near", names=", ".join(strange))
    data.done()
    return read


def nearest(place: str, municipalities: Mapping[str, Municipality]) -> Iterator[str]:
    """Yield the other municipalities: neighbours first, then their neighbours."""
    seen, ahead = {place}, [place]
    while ahead:
        near = [id_ for other in ahead for id_ in municipalities[other].near] if ahead[0] in municipalities else []
        ahead = [id_ for id_ in dict.fromkeys(near) if id_ not in seen]
        seen.update(ahead)
        yield from ahead


def _municipality(entry: Entry) -> Municipality:
    entry.one_of("kind", KINDS)
    entry.address("source")
    entry.text("doubt", needed=False)
    if not re.fullmatch(r"\d{7}", entry.text("atvk")):
        entry.wrong("no atvk", "atvk")
    names = entry.words("names")
    return Municipality(entry.id, names, entry.names("former"), entry.names("other"), near=entry.names("near"))


def _ranks(fit: Fit, typed: str, municipalities: Mapping[str, Municipality]) -> dict[str, tuple[int, bool]]:
    """Return the best fit of each matching municipality, and whether it was by the name of a town or a former name."""
    ranks: dict[str, tuple[int, bool]] = {}
    bare = _bare(typed)
    if len(bare) < 2:
        return ranks
    stemmed = _stem(bare)
    near = _names(tuple(municipalities.values()))
    if fit is _fit:  # skip most names here: a call for each would take longer than the rest of the turn
        near = [known for known in near if bare in known[3] or known[4] == stemmed]
    for key, later, whole, name, stem in near:
        rank = fit(typed, bare, stemmed, whole, name, stem)
        if rank is not None and (key not in ranks or (rank, later) < ranks[key]):
            ranks[key] = rank, later
    return ranks


def _names(municipalities: tuple[Municipality, ...]) -> list[tuple[str, bool, str, str, str]]:
    """Return all names in their plain spelling, cached. What people type is never cached."""
    known = _NAMES.get(id(municipalities[0])) if municipalities else None
    if known is None or known[0] != municipalities:
        found = []
        for place in municipalities:
            for index, name in enumerate((*place.names.values(), *place.former, *place.other)):
                bare = _bare(plain(name))
                found.append((place.id, index >= len(place.names), plain(name), bare, _stem(bare)))
        _NAMES.clear()
        _NAMES[id(municipalities[0]) if municipalities else 0] = known = (municipalities, found)
    return known[1]


_NAMES: dict[int, tuple[tuple[Municipality, ...], list[tuple[str, bool, str, str, str]]]] = {}


def _fit(typed: str, bare: str, stemmed: str, whole: str, name: str, stem: str) -> int | None:
    """Rank a name that was typed without a mistake."""
    if not name:
        return None
    if typed == whole:
        return SAME
    if bare == name:
        return NAME
    if len(stem) > 2 and stemmed == stem:
        return ANOTHER_CASE
    if name.startswith(bare):
        return BEGINS
    return INSIDE if len(bare) > 2 and bare in name else None


def _guess(_: str, bare: str, __: str, ___: str, name: str, stem: str) -> int | None:
    """Rank a name with a typo, or one inside a sentence."""
    allowed = 0 if len(bare) < 4 else 1 if len(bare) < 8 else 2
    wrong = distance(bare, name, allowed)
    if name and wrong <= allowed:
        return TYPO + wrong
    words = [word for word in bare.split() if len(word) > 3]
    return SENTENCE if name and any(word == name or _stem(word) == stem for word in words) else None


def _bare(text: str) -> str:
    return " ".join(word for word in text.split() if not NOT_NAMES.fullmatch(word))


def _stem(text: str) -> str:
    """Strip the ending (`Balvi`, `Balvu`, `Balvos`, `Балвский` -> `balv`) to find a place in any grammatical case."""
    return ENDING.sub("", ADJECTIVE.sub("", text))


def _first_name(municipality: Municipality) -> str:
    return next(iter(municipality.names.values()), municipality.id)


def _starts(letters: Sequence[str], most: int) -> list[int]:
    """Return where groups begin: as few and as even as possible, splitting a letter only if there is no other way."""
    for allowed in (
        {place for place in range(len(letters)) if place == 0 or letters[place] != letters[place - 1]},
        None,
    ):
        best: dict[int, tuple[int, int, list[int]]] = {0: (0, 0, [])}
        for end in range(1, len(letters) + 1):
            if end < len(letters) and allowed is not None and end not in allowed:
                continue
            ways = [
                (count + 1, uneven + (end - start) ** 2, [*starts, start])
                for start, (count, uneven, starts) in best.items()
                if end - start <= most
            ]
            if ways:
                best[end] = min(ways)
        if len(letters) in best and best[len(letters)][0] <= MOST_GROUPS:
            return best[len(letters)][2]
    return []


def _label(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"
