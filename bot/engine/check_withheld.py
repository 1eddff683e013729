"""What a text says while facts of it are withheld: it still reads, and still says what it has to say.

Looked at without each fact, and without all that have run out whenever one of them does.
"""

from collections.abc import Iterator, Mapping

from bot.engine.facts import Fact, gone_of
from bot.engine.invariants import LINE_FOR_HARMED, PINNED, Meaning, for_own_behaviour, meanings_of
from bot.engine.package import Package
from bot.engine.problems import Broken
from bot.engine.withheld import BROKEN, CITED, WITHOUT, left

WITHHELD, WITHHELD_OWN = "fact.withheld", "fact.withheld-own"
"""What stands at the end of a text of which something is left out; the second where nobody is sent to 116006."""


def wrong_without(package: Package, key: str, text: str, language: str) -> Iterator[Broken]:
    """What is wrong with a text while something of it must not be shown."""
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
    """`other`: what is said instead where it does without any of them."""
    asks = "" if own else f"{{fact:{LINE_FOR_HARMED}}}"
    for names in _gone_together(package.facts, text):
        if other and not names.issubset(CITED.findall(other)):
            continue
        said = left(text, gone_of(package.facts, names))
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
    going = {name: one for name, one in cited.items() if not (one.pinned and one.pinned.always)}
    yield from (frozenset({name}) for name in going)
    running_out = {name: one.expires_on for name, one in going.items() if not one.pinned}
    for day in sorted({*running_out.values()}):
        together = frozenset(name for name, last in running_out.items() if last <= day)
        if len(together) > 1:
            yield together


def _lasting(package: Package, key: str) -> Iterator[Meaning]:
    """What has to be said whatever fact is missing: what words can say, and what cites nothing that can run out."""
    for meaning in meanings_of(package.dialogue, key):
        if meaning.words or _facts(meaning) <= PINNED.keys():
            yield meaning


def _facts(meaning: Meaning) -> set[str]:
    return {one.removeprefix("fact:") for one in meaning.cites if one.startswith("fact:")}
