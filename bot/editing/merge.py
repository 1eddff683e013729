"""Three-way merge: the content a new program ships, with what was edited at the desk. Conflicts are reported."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.editing import tables
from bot.editing.blocks import Blocks
from bot.editing.catalogue import Catalogue
from bot.editing.edits import Edit, PhraseChange
from bot.editing.sheets import DATA, Sheets
from bot.engine.phrasebook import FILE as PHRASES
from bot.engine.phrasebook import WARNED, Phrasebook, read_phrasebook
from bot.engine.problems import BrokenContent

ROOTS = {tables.FACTS: "facts", tables.SERVICES: "services"}


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """A text, screen, fact, service or, with no name, a whole file that both sides changed. None: not there."""

    file: str
    name: str
    ours: str | None
    theirs: str | None

    @property
    def id(self) -> str:
        return f"{self.file}#{self.name}"


@dataclass(frozen=True)
class Merged:
    """The merged files, and each place both sides changed."""

    files: Mapping[str, str]
    clashes: tuple[Clash, ...]


def merge(
    base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str], chosen: Collection[str] = ()
) -> Merged:
    """Return their package with our changes to `base`. A clash keeps our side unless its id is in `chosen`."""
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
                result = _decide(Clash(file, "", own, new), old, chosen, clashes)
        elif file != PHRASES and own not in (old, new):
            result = _decide(Clash(file, "", own, new), old, chosen, clashes)
        if result is not None:
            files[file] = result
    return Merged(_with_phrases(files, base, ours, spoken), tuple(sorted(clashes, key=lambda clash: clash.id)))


def part_of(files: Mapping[str, str], clash: Clash) -> str | None:
    """Return what these files hold at the place of a clash, or None."""
    text = files.get(clash.file)
    if text is None or not clash.name:
        return text
    return _parts(clash.file, text).get(clash.name)


def _decide(clash: Clash, old: str | None, chosen: Collection[str], clashes: list[Clash]) -> str | None:
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
    """Return their file with each part we changed in place of theirs."""
    old, own, new = (_parts(file, text) for text in texts)
    sheet = _sheet(file, texts[2])
    for name in dict.fromkeys([*new, *own, *old]):
        ours, theirs = own.get(name), new.get(name)
        if ours in (old.get(name), theirs):
            continue
        result = _decide(Clash(file, name, ours, theirs), old.get(name), chosen, clashes)
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
    """Merge phrases, which never clash: add those we added and remove those we removed."""
    sheets = Sheets(files)
    sheets.touched |= spoken
    old, own = (read_phrasebook(side.get(PHRASES, "")) for side in (base, ours))
    for topic in old.topics.keys() - own.topics.keys():
        tables.move_phrases(sheets, topic, None)
    for edit, change in _changed_phrases(old, own, read_phrasebook(sheets.files.get(PHRASES, ""))):
        try:
            (tables.phrases if edit.kind == "phrases" else tables.warnings)(sheets, edit, change)
        except BrokenContent:  # the topic no longer exists on their side
            continue
    sheets.cite_again()
    return sheets.written()


def _changed_phrases(old: Phrasebook, own: Phrasebook, new: Phrasebook) -> Iterator[tuple[Edit, PhraseChange]]:
    """Yield our changes. A phrase that now belongs to another topic on their side is not added twice."""
    gone = {(topic, line) for topic, said in old.topics.items() for lines in said.values() for line in lines}
    gone -= {(topic, line) for topic, said in own.topics.items() for lines in said.values() for line in lines}
    taken = {
        line.casefold(): topic
        for topic, said in new.topics.items()
        for lines in said.values()
        for line in lines
        if (topic, line) not in gone
    }
    for topic, said in own.topics.items():
        for language, lines in said.items():
            began = old.topics.get(topic, {}).get(language, ())
            free = [line for line in lines if taken.get(line.casefold(), topic) == topic]
            yield from _change(Edit("phrases", topic, None, language), began, tuple(free), lines)
    for about in WARNED:
        for language, lines in own.warnings(about).items():
            began = old.warnings(about).get(language, ())
            yield from _change(Edit(about, about, None, language), began, lines, lines)


def _change(
    edit: Edit, began: tuple[str, ...], free: tuple[str, ...], lines: tuple[str, ...]
) -> Iterator[tuple[Edit, PhraseChange]]:
    add, remove = tuple(line for line in free if line not in began), tuple(line for line in began if line not in lines)
    if add or remove:
        yield edit, PhraseChange(add=add, remove=remove)
