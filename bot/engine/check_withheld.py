"""Check each text with facts withheld: it must still read well and still say what it has to say.

Each fact is withheld alone, and then together with all facts that have expired by the same day.
"""

from collections.abc import Iterator, Mapping

from bot.engine.facts import Fact, gone_of
from bot.engine.invariants import LINE_FOR_HARMED, PINNED, Meaning, for_own_behaviour, meanings_of
from bot.engine.package import Package
from bot.engine.problems import Broken
from bot.engine.withheld import BROKEN, CITED, WITHOUT, shorten

WITHHELD, WITHHELD_OWN = "fact.withheld", "fact.withheld-own"
"""What ends a text that leaves something out. The second is used where nobody is sent to 116006."""


def wrong_without(package: Package, key: str, text: str, language: str) -> Iterator[Broken]:
    """Find what is wrong with a text while some of its facts are withheld."""
    about = key.removesuffix(WITHOUT)
    own = for_own_behaviour(package.dialogue, about)
    if own and (LINE_FOR_HARMED in text or PINNED[LINE_FOR_HARMED].value in text):
        yield "line for the harmed", {}
    stands_in = key != about
    if stands_in:
        for meaning in _lasting(package, about):
            if not meaning.is_said(text, language):
                yield "says too little", {"what": meaning.what, "ways": meaning.ways(language)}
    other = "" if stands_in else package.words.get(language, {}).get(key + WITHOUT, "")
    yield from _shortened(package, about, text, language, own, other)


def _shortened(package: Package, about: str, text: str, language: str, own: bool, other: str) -> Iterator[Broken]:
    """`other` is the second text of the key, used where it cites none of the withheld facts."""
    asks = "" if own else f"{{fact:{LINE_FOR_HARMED}}}"
    for names in _gone_together(package.facts, text):
        if other and not names.issubset(CITED.findall(other)):
            continue
        said = shorten(text, gone_of(package.facts, names))
        named = ", ".join(sorted(names))
        if broken := BROKEN.search(said):
            around = " ".join(CITED.sub("…", said[: broken.end()])[-40:].split())
            yield "reads broken", {"said": around, "names": named, "other": about + WITHOUT}
            return
        shown = f"{said} {asks} {{fact:emergency_phone}}"
        for meaning in _lasting(package, about):
            withdrawn = meaning.cites and not meaning.words and names.issuperset(_facts(meaning))
            if not withdrawn and not meaning.is_said(shown, language):
                yield "silent without", {"what": meaning.what, "names": named, "other": about + WITHOUT}
                return


def _gone_together(facts: Mapping[str, Fact], text: str) -> Iterator[frozenset[str]]:
    cited = {name: facts[name] for name in CITED.findall(text) if name in facts}
    going = {name: fact for name, fact in cited.items() if not (fact.pinned and fact.pinned.always)}
    yield from (frozenset({name}) for name in going)
    running_out = {name: fact.expires_on for name, fact in going.items() if not fact.pinned}
    for day in sorted({*running_out.values()}):
        together = frozenset(name for name, last in running_out.items() if last <= day)
        if len(together) > 1:
            yield together


def _lasting(package: Package, key: str) -> Iterator[Meaning]:
    """Return what must be said whichever fact is missing: it has words of its own, or cites only pinned facts."""
    for meaning in meanings_of(package.dialogue, key):
        if meaning.words or _facts(meaning) <= PINNED.keys():
            yield meaning


def _facts(meaning: Meaning) -> set[str]:
    return {cited.removeprefix("fact:") for cited in meaning.cites if cited.startswith("fact:")}
