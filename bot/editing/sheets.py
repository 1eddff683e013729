"""A package being edited: its files, with screens and texts found by name. Nothing here touches the disk."""

import re
from collections.abc import Iterable, Iterator, Mapping

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.editing.blocks import Blocks, flow_list
from bot.editing.catalogue import Catalogue
from bot.engine.dialogue import label
from bot.engine.parts import CATALOGUES, HEAD, TABLES
from bot.engine.problems import broken_content
from bot.engine.withheld import CITED

SCREENS = "dialogs/"
"""The location reported for a screen that no chapter holds."""
DATA = frozenset(f"dialogs/{name}.yaml" for name in (HEAD, *TABLES))
TOPIC = re.compile(r"^\s*topic:", re.MULTILINE)
LINKS = ("to", "enter", "skip")


class Sheets:
    """A working copy of `files`. Parsed files are cached until `written`."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = dict(files)
        self.touched: set[str] = set()
        """Screens whose texts changed, so that their lists of cited facts may need to change."""
        self._catalogues: dict[str, Catalogue] = {}
        self._blocks: dict[str, Blocks] = {}

    def written(self) -> dict[str, str]:
        """Return the files with all edits."""
        written = dict(self.files)
        written |= {file: catalogue.text for file, catalogue in self._catalogues.items()}
        written |= {file: blocks.text for file, blocks in self._blocks.items()}
        return dict(sorted(written.items()))

    def copy(self) -> "Sheets":
        """Return an independent copy, to go back to if an edit fails half-way."""
        other = Sheets(self.files)
        other.touched = {*self.touched}
        other._catalogues = {file: catalogue.copy() for file, catalogue in self._catalogues.items()}
        other._blocks = {file: blocks.copy() for file, blocks in self._blocks.items()}
        return other

    @property
    def languages(self) -> list[str]:
        return sorted(file.split("/")[1] for file in self.files if file.endswith("/LC_MESSAGES/dialogs.po"))

    # --- Words --------------------------------------------------------------------------------------------------------

    def catalogue(self, language: str, domain: str = "dialogs") -> Catalogue:
        file = f"locales/{language}/LC_MESSAGES/{domain}.po"
        if file not in self._catalogues:
            if file not in self.files:
                raise broken_content("no catalogue", file, language=language)
            self._catalogues[file] = Catalogue(self.files[file])
        return self._catalogues[file]

    def catalogue_of(self, key: str, language: str) -> Catalogue:
        """Return the catalogue that holds a key. A new key belongs to the dialogue."""
        domains = [domain for domain in CATALOGUES if f"locales/{language}/LC_MESSAGES/{domain}.po" in self.files]
        catalogues = (self.catalogue(language, domain) for domain in domains)
        return next((catalogue for catalogue in catalogues if key in catalogue), None) or self.catalogue(language)

    def said(self, key: str) -> dict[str, str]:
        """Return the text of a key in each language that has it."""
        catalogues = {language: self.catalogue_of(key, language) for language in self.languages}
        return {language: catalogue.get(key) for language, catalogue in catalogues.items() if key in catalogue}

    def say(self, key: str, language: str, text: str) -> None:
        self.catalogue_of(key, language).put(key, text)
        self.touched.add(key.partition(":")[0])

    def forget(self, key: str) -> None:
        """Remove a text from every language."""
        for language in self.languages:
            catalogue = self.catalogue_of(key, language)
            if key in catalogue:
                catalogue.remove(key)
        self.touched.add(key.partition(":")[0])

    def move(self, key: str, new: str) -> None:
        """Give a text another key in every language, unless that key is taken."""
        for language in self.languages:
            catalogue = self.catalogue_of(key, language)
            if key in catalogue and new not in self.catalogue_of(new, language):
                catalogue.rename(key, new)
        self.touched |= {key.partition(":")[0], new.partition(":")[0]}

    def keys_of(self, screen: str) -> set[str]:
        """Return the keys of every text of a screen: its own, its buttons' and its pop-ups'."""
        catalogues = [self.catalogue(language) for language in self.languages]
        return {key for catalogue in catalogues for key in catalogue if key == screen or key.startswith(f"{screen}:")}

    # --- Screens and tables -------------------------------------------------------------------------------------------

    def blocks(self, file: str, root: str) -> Blocks:
        if file not in self._blocks:
            if file not in self.files:
                raise broken_content("missing file", file)
            self._blocks[file] = Blocks(file, self.files[file], root)
        return self._blocks[file]

    def chapters(self) -> Iterator[Blocks]:
        for file in sorted(self.files):
            if file.startswith("dialogs/") and file.endswith(".yaml") and file not in DATA:
                yield self.blocks(file, "screens")

    def add_chapter(self, name: str) -> Blocks:
        """Return the chapter of this name, creating it if needed."""
        file = f"dialogs/{name}.yaml"
        if file in DATA:
            raise broken_content("no chapter", file, name=name)
        self.files.setdefault(file, "# Made at the desk.\nscreens:\n")
        return self.blocks(file, "screens")

    def chapter_of(self, screen: str) -> Blocks:
        for blocks in self.chapters():
            if screen in blocks:
                return blocks
        raise broken_content("no screen", SCREENS, name=screen)

    def screens(self) -> dict[str, Blocks]:
        return {screen: blocks for blocks in self.chapters() for screen in blocks}

    def first_screen(self, topic: str) -> str:
        """Return the screen a topic begins with. Raise BrokenContent if there is no such topic."""
        for screen, blocks in self.screens().items():
            if TOPIC.search("\n".join(blocks.lines(screen))) and blocks.get(screen).get("topic") == topic:
                return screen
        raise broken_content("no topic", SCREENS, topic=topic)

    def drop_empty_chapters(self) -> None:
        for file in [name for name, blocks in self._blocks.items() if name not in DATA and not list(blocks)]:
            del self._blocks[file], self.files[file]

    def cite_again(self) -> None:
        """Make each touched screen list exactly the facts its texts cite, keeping the order of those already listed."""
        screens = self.screens()
        for screen in sorted(self.touched & screens.keys()):
            cited = list(dict.fromkeys(self._cited(screen)))
            block = screens[screen].get(screen)
            listed = [str(fact) for fact in block.get("facts") or ()]
            if set(cited) != set(listed):
                wanted = [fact for fact in listed if fact in cited] + [fact for fact in cited if fact not in listed]
                _list_facts(block, wanted)
                screens[screen].put(screen, block)

    def _cited(self, screen: str) -> Iterator[str]:
        keys = sorted(self.keys_of(screen))
        for language in self.languages:
            catalogue = self.catalogue(language)
            for key in keys:
                if key in catalogue:
                    yield from CITED.findall(catalogue.get(key))


def choices_of(block: CommentedMap) -> list[CommentedMap]:
    """Return the buttons of a screen as a new list, to change and pass to `put_choices`."""
    listed = block.get("choices")
    return [choice for choice in listed if isinstance(choice, CommentedMap)] if isinstance(listed, list) else []


def put_choices(block: CommentedMap, choices: Iterable[CommentedMap]) -> None:
    """Replace the buttons inside the existing list, so that comments around it stay."""
    wanted = list(choices)
    if not wanted:
        block.pop("choices", None)
    elif isinstance(block.get("choices"), CommentedSeq):
        block["choices"][:] = wanted
    else:
        block["choices"] = CommentedSeq(wanted)


def texts_of_choice(screen: str, choice: str) -> tuple[str, str]:
    """Return the keys of a button's text and of its pop-up."""
    return label(screen, choice), label(screen, choice) + ".tell"


def _list_facts(block: CommentedMap, wanted: list[str]) -> None:
    if not wanted:
        block.pop("facts", None)
    elif isinstance(block.get("facts"), CommentedSeq):
        block["facts"][:] = wanted
    else:
        block.insert(1 if "topic" in block else 0, "facts", flow_list(wanted))
