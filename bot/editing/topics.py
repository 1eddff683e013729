"""Edits of the script: add, split and retire topics; add, move and remove screens and buttons."""

from collections.abc import Iterator, Mapping

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.editing.blocks import flow_map
from bot.editing.edits import Edit, Link, NewScreen, NewTopic, Retired, Split
from bot.editing.sheets import LINKS, SCREENS, TOPIC, Sheets, choices_of, put_choices, texts_of_choice
from bot.editing.tables import add_phrases, move_phrases
from bot.engine.dialogue import label
from bot.engine.problems import broken_content

EVERYWHERE = ("contact", "menu")
"""Buttons on every information screen: the way to the request, and the way back to the topics."""


def add(sheets: Sheets, edit: Edit, topic: NewTopic) -> None:
    """Add a topic with one screen and the button that leads to it."""
    _say(sheets, edit.name, topic.texts)
    _make(sheets, edit.name, ())
    _offer(sheets, topic.menu, edit.name, topic.button, topic.after)
    add_phrases(sheets, edit.name, topic.phrases)


def split(sheets: Sheets, edit: Edit, wanted: Split) -> None:
    """Make a topic from buttons of another: they move with their texts, and one button to the new topic stays."""
    first = sheets.first_screen(wanted.topic)
    old = sheets.chapter_of(first)
    block = old.get(first)
    moved = [choice for choice in choices_of(block) if str(choice.get("id")) in wanted.choices]
    if len(moved) != len(set(wanted.choices)) or not moved:
        raise broken_content("no buttons", topic=wanted.topic, choices=", ".join(wanted.choices) or "–")
    put_choices(block, [choice for choice in choices_of(block) if choice not in moved])
    old.put(first, block)
    _say(sheets, edit.name, wanted.texts)
    _make(sheets, edit.name, moved)
    for name in (str(choice["id"]) for choice in moved):
        for key, new in zip(texts_of_choice(first, name), texts_of_choice(edit.name, name), strict=True):
            sheets.move(key, new)
    for menu in filter(None, (first, wanted.menu)):
        _offer(sheets, menu, edit.name, wanted.button, None)
    add_phrases(sheets, edit.name, wanted.phrases)


def add_screen(sheets: Sheets, edit: Edit, wanted: NewScreen | None) -> None:
    """Add an information screen to a chapter; None removes one, with its texts and the buttons to it."""
    if wanted is None:
        _remove(sheets, {edit.name}, None)
        return
    choices = [_choice(name, link) for name, link in wanted.choices.items()]
    _make(sheets, edit.name, choices, chapter=wanted.chapter, topic=None)


def link(sheets: Sheets, edit: Edit, wanted: Link | None) -> None:
    """Add, change or (None) remove a button."""
    screen, _, name = edit.name.partition(":")
    blocks = sheets.chapter_of(screen)
    block = blocks.get(screen)
    choices = choices_of(block)
    found = next((choice for choice in choices if str(choice.get("id")) == name), None)
    if wanted is None:
        if found is None:
            raise broken_content("no button", SCREENS, name=screen, choice=name)
        put_choices(block, [choice for choice in choices if choice is not found])
        for key in texts_of_choice(screen, name):
            sheets.forget(key)
    else:
        put_choices(block, _placed(choices, found, _choice(name, wanted), wanted.after))
        if found is None:
            _same_words(sheets, screen, name)
    blocks.put(screen, block)
    sheets.touched.add(screen)


def order(sheets: Sheets, edit: Edit, names: tuple[str, ...]) -> None:
    """Put the buttons of a screen in this order; buttons not named follow."""
    blocks = sheets.chapter_of(edit.name)
    block = blocks.get(edit.name)
    places = {name: place for place, name in enumerate(names)}
    put_choices(block, sorted(choices_of(block), key=lambda choice: places.get(str(choice.get("id")), len(places))))
    blocks.put(edit.name, block)


def retire(sheets: Sheets, edit: Edit, wanted: Retired) -> None:
    """Remove a topic with its screens. Links to it lead elsewhere, or are removed too."""
    first = sheets.first_screen(edit.name)
    gone = {screen for screen in sheets.screens() if screen == first or screen.startswith(f"{first}.")}
    if wanted.to in gone:
        raise broken_content("gone with it", name=wanted.to)
    if wanted.to is not None:
        sheets.chapter_of(wanted.to)
    _remove(sheets, gone, wanted.to)
    move_phrases(sheets, edit.name, _topic_of(sheets, wanted.to) if wanted.to else None)


def _make(
    sheets: Sheets,
    name: str,
    choices: list[CommentedMap] | tuple[()],
    chapter: str | None = None,
    topic: str | None = "",
) -> None:
    if name in sheets.screens() or ":" in name:
        raise broken_content("screen taken", name=name)
    block = CommentedMap()
    if topic is not None:
        block["topic"] = name
    known = {str(choice.get("id")) for choice in choices}
    usual = [choice for choice in _usual(sheets) if str(choice["id"]) not in known]
    put_choices(block, [*choices, *usual])
    sheets.add_chapter(chapter or name.partition(".")[0]).put(name, block)
    for choice in choices_of(block):
        _same_words(sheets, name, str(choice["id"]))
    sheets.touched.add(name)


def _usual(sheets: Sheets) -> Iterator[CommentedMap]:
    """Yield the buttons of every information screen, copied from other topics."""
    screens = {name: blocks for name, blocks in sheets.screens().items() if TOPIC.search("\n".join(blocks.lines(name)))}
    for wanted in EVERYWHERE:
        for name, blocks in screens.items():
            if any(f"id: {wanted}" in line for line in blocks.lines(name)):
                found = next((choice for choice in choices_of(blocks.get(name)) if choice.get("id") == wanted), None)
                if found is not None:
                    yield flow_map({str(key): value for key, value in found.items()})
                    break


def _offer(sheets: Sheets, screen: str, topic: str, button: Mapping[str, str], after: str | None) -> None:
    """Add a button to a menu that leads to a topic."""
    link(sheets, Edit("choice", label(screen, topic), None), Link(to=topic, after=after))
    _say(sheets, label(screen, topic), button)


def _say(sheets: Sheets, key: str, said: Mapping[str, str]) -> None:
    for language, text in said.items():
        sheets.say(key, language, text)


def _same_words(sheets: Sheets, screen: str, name: str) -> None:
    """Give a button that is on every screen the text it has on the others."""
    here = label(screen, name)
    if name not in EVERYWHERE or sheets.said(here):
        return
    for other in sheets.screens():
        said = sheets.said(label(other, name)) if other != screen else {}
        if len(said) == len(sheets.languages):
            _say(sheets, here, said)
            return


def _placed(
    choices: list[CommentedMap], old: CommentedMap | None, new: CommentedMap, after: str | None
) -> list[CommentedMap]:
    if old is not None and after is None:
        return [new if choice is old else choice for choice in choices]
    others = [choice for choice in choices if choice is not old]
    names = [str(choice.get("id")) for choice in others]
    before = names.index("menu") if "menu" in names else len(names)
    place = names.index(after) + 1 if after in names else before
    return [*others[:place], new, *others[place:]]


def _choice(name: str, wanted: Link) -> CommentedMap:
    return flow_map({"id": name, **wanted.model_dump(exclude_defaults=True, exclude={"after"})})


def _remove(sheets: Sheets, gone: set[str], to: str | None) -> None:
    screens = sheets.screens()
    for screen in sorted(gone):
        if screen not in screens:
            raise broken_content("no screen", SCREENS, name=screen)
        screens[screen].remove(screen)
        for key in sheets.keys_of(screen):
            sheets.forget(key)
    sheets.drop_empty_chapters()
    for screen, blocks in sheets.screens().items():
        if any(name in line for line in blocks.lines(screen) for name in gone):
            _relink(sheets, screen, blocks.get(screen), gone, to)


def _relink(sheets: Sheets, screen: str, block: CommentedMap, gone: set[str], to: str | None) -> None:
    choices, kept = choices_of(block), []
    there = {choice.get(way) for choice in choices for way in LINKS}
    changed = False
    for choice in choices:
        way = next((way for way in LINKS if choice.get(way) in gone), None)
        if way is None:
            kept.append(choice)
            continue
        changed = True
        if to is None or to in there or to == screen:
            for key in texts_of_choice(screen, str(choice.get("id"))):
                sheets.forget(key)
        else:
            choice[way] = to
            kept.append(choice)
    branch = block.get("branch")
    for holder in [block, *(branch if isinstance(branch, CommentedSeq) else ())]:
        for way in LINKS:
            if to is not None and isinstance(holder, CommentedMap) and holder.get(way) in gone:
                holder[way] = to
                changed = True
    if changed:
        put_choices(block, kept)
        sheets.chapter_of(screen).put(screen, block)


def _topic_of(sheets: Sheets, screen: str) -> str | None:
    topic = sheets.chapter_of(screen).get(screen).get("topic")
    return str(topic) if topic else None
