"""Three packages into one: what a new program brings, with what was edited at the desk since. Clashes are named."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.editing import tables
from bot.editing.blocks import Blocks
from bot.editing.catalogue import Catalogue
from bot.editing.edits import Edit, PhraseChange
from bot.editing.sheets import DATA, Sheets
from bot.engine.phrasebook import FILE as PHRASES
from bot.engine.phrasebook import Phrasebook, read_phrasebook
from bot.engine.problems import BrokenContent

ROOTS = {tables.FACTS: "facts", tables.SERVICES: "services"}


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """One text, screen, fact, service or, without a name, file that both sides changed. None: it is not there."""

    file: str
    name: str
    ours: str | None
    theirs: str | None

    @property
    def id(self) -> str:
        return f"{self.file}#{self.name}"


@dataclass(frozen=True)
class Merged:
    """The files, and where both sides changed the same thing."""

    files: Mapping[str, str]
    clashes: tuple[Clash, ...]


def merge(
    base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str], chosen: Collection[str] = ()
) -> Merged:
    """Their package, with what we changed of `base`. Of a clash ours stays, unless its id is among the chosen ones."""
    files: dict[str, str] = {}
    clashes: list[Clash] = []
    spoken: set[str] = set()
    for file in sorted({*base, *ours, *theirs}):
        old, own, new = base.get(file), ours.get(file), theirs.get(file)
        result = new
        if old is not None and own is not None and new is not None and own not in (old, new) and file != PHRASES:
            if _parted(file):
                result = _by_parts(file, (old, own, new), chosen, clashes, spoken)
            else:
                result = _one(Clash(file, "", own, new), old, chosen, clashes)
        elif file != PHRASES and own not in (old, new):
            result = _one(Clash(file, "", own, new), old, chosen, clashes)
        if result is not None:
            files[file] = result
    return Merged(_with_phrases(files, base, ours, spoken), tuple(sorted(clashes, key=lambda one: one.id)))


def part_of(files: Mapping[str, str], clash: Clash) -> str | None:
    """What stands in some files where there is a clash."""
    text = files.get(clash.file)
    if text is None or not clash.name:
        return text
    return _parts(clash.file, text).get(clash.name)


def _one(clash: Clash, old: str | None, chosen: Collection[str], clashes: list[Clash]) -> str | None:
    if clash.theirs == old:
        return clash.ours
    clashes.append(clash)
    return clash.theirs if clash.id in chosen else clash.ours


def _parted(file: str) -> bool:
    return file.endswith(".po") or file in ROOTS or file not in DATA


def _parts(file: str, text: str) -> dict[str, str]:
    sheet = _sheet(file, text)
    if isinstance(sheet, Catalogue):
        return {key: sheet.get(key) for key in sheet}
    return {name: "\n".join(sheet.lines(name)) for name in sheet}


def _sheet(file: str, text: str) -> Catalogue | Blocks:
    return Catalogue(text) if file.endswith(".po") else Blocks(file, text, ROOTS.get(file, "screens"))


def _by_parts(
    file: str, texts: tuple[str, str, str], chosen: Collection[str], clashes: list[Clash], spoken: set[str]
) -> str:
    """Their file, with every part of it that we changed put where theirs is."""
    old, own, new = (_parts(file, text) for text in texts)
    sheet = _sheet(file, texts[2])
    for name in dict.fromkeys([*new, *own, *old]):
        ours, theirs = own.get(name), new.get(name)
        if ours in (old.get(name), theirs):
            continue
        result = _one(Clash(file, name, ours, theirs), old.get(name), chosen, clashes)
        spoken.add(name.partition(":")[0])
        if result is None:
            if name in sheet:
                sheet.remove(name)
        elif isinstance(sheet, Catalogue):
            sheet.put(name, result)
        else:
            sheet.put_lines(name, result.split("\n"))
    return sheet.text


def _with_phrases(
    files: dict[str, str], base: Mapping[str, str], ours: Mapping[str, str], spoken: set[str]
) -> Mapping[str, str]:
    """Phrases never clash: those we added are added, those we took away are taken away."""
    sheets = Sheets(files)
    sheets.touched |= spoken
    old, own = (read_phrasebook(one.get(PHRASES, "")) for one in (base, ours))
    for topic in old.topics.keys() - own.topics.keys():
        tables.move_phrases(sheets, topic, None)
    for edit, change in _changed_phrases(old, own, read_phrasebook(sheets.files.get(PHRASES, ""))):
        try:
            (tables.danger if edit.kind == "danger" else tables.phrases)(sheets, edit, change)
        except BrokenContent:  # the topic is gone on their side
            continue
    sheets.cite_again()
    return sheets.written()


def _changed_phrases(old: Phrasebook, own: Phrasebook, new: Phrasebook) -> Iterator[tuple[Edit, PhraseChange]]:
    """What we changed; a phrase that another topic has on their side, and kept on ours, is not added a second time."""
    gone = {(topic, one) for topic, said in old.topics.items() for lines in said.values() for one in lines}
    gone -= {(topic, one) for topic, said in own.topics.items() for lines in said.values() for one in lines}
    taken = {
        one.casefold(): topic
        for topic, said in new.topics.items()
        for lines in said.values()
        for one in lines
        if (topic, one) not in gone
    }
    for topic, said in own.topics.items():
        for language, lines in said.items():
            began = old.topics.get(topic, {}).get(language, ())
            free = [one for one in lines if taken.get(one.casefold(), topic) == topic]
            yield from _change(Edit("phrases", topic, None, language), began, tuple(free), lines)
    for language, lines in own.danger.items():
        yield from _change(Edit("danger", "danger", None, language), old.danger.get(language, ()), lines, lines)


def _change(
    edit: Edit, began: tuple[str, ...], free: tuple[str, ...], lines: tuple[str, ...]
) -> Iterator[tuple[Edit, PhraseChange]]:
    add, remove = tuple(one for one in free if one not in began), tuple(one for one in began if one not in lines)
    if add or remove:
        yield edit, PhraseChange(add=add, remove=remove)
