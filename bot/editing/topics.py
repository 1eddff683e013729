"""Edits of the script: topics added, split and retired, screens and buttons added, moved and taken away."""

from collections.abc import Iterator, Mapping

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.editing.blocks import flow_map
from bot.editing.edits import Edit, Link, NewScreen, NewTopic, Retired, Split
from bot.editing.sheets import LINKS, SCREENS, TOPIC, Sheets, choices_of, put_choices, texts_of_choice
from bot.editing.tables import add_phrases, move_phrases
from bot.engine.dialogue import label
from bot.engine.problems import broken_content

EVERYWHERE = ("contact", "menu")
"""Buttons that every information screen has: the way to the request, and the way back to the topics."""


def add(sheets: Sheets, edit: Edit, topic: NewTopic) -> None:
    """A topic with one screen, and the button that leads to it."""
    _say(sheets, edit.name, topic.texts)
    _make(sheets, edit.name, ())
    _offer(sheets, topic.menu, edit.name, topic.button, topic.after)
    add_phrases(sheets, edit.name, topic.phrases)


def split(sheets: Sheets, edit: Edit, wanted: Split) -> None:
    """A topic made of buttons of another one: they move with their words, and a button to the new topic stays."""
    first = sheets.first_screen(wanted.topic)
    old = sheets.chapter_of(first)
    block = old.get(first)
    moved = [one for one in choices_of(block) if str(one.get("id")) in wanted.choices]
    if len(moved) != len(set(wanted.choices)) or not moved:
        raise broken_content("no buttons", topic=wanted.topic, choices=", ".join(wanted.choices) or "–")
    put_choices(block, [one for one in choices_of(block) if one not in moved])
    old.put(first, block)
    _say(sheets, edit.name, wanted.texts)
    _make(sheets, edit.name, moved)
    for one in moved:
        for key, new in zip(
            texts_of_choice(first, str(one["id"])), texts_of_choice(edit.name, str(one["id"])), strict=True
        ):
            sheets.move(key, new)
    for menu in filter(None, (first, wanted.menu)):
        _offer(sheets, menu, edit.name, wanted.button, None)
    add_phrases(sheets, edit.name, wanted.phrases)


def add_screen(sheets: Sheets, edit: Edit, wanted: NewScreen | None) -> None:
    """An information screen beside others; None takes one away, with its words and the buttons to it."""
    if wanted is None:
        _remove(sheets, {edit.name}, None)
        return
    choices = [_choice(name, link) for name, link in wanted.choices.items()]
    _make(sheets, edit.name, choices, chapter=wanted.chapter, topic=None)


def link(sheets: Sheets, edit: Edit, wanted: Link | None) -> None:
    """A button added, changed or, with None, taken away."""
    screen, _, name = edit.name.partition(":")
    blocks = sheets.chapter_of(screen)
    block = blocks.get(screen)
    choices = choices_of(block)
    found = next((one for one in choices if str(one.get("id")) == name), None)
    if wanted is None:
        if found is None:
            raise broken_content("no button", SCREENS, name=screen, choice=name)
        put_choices(block, [one for one in choices if one is not found])
        for key in texts_of_choice(screen, name):
            sheets.forget(key)
    else:
        put_choices(block, _placed(choices, found, _choice(name, wanted), wanted.after))
        if found is None:
            _same_words(sheets, screen, name)
    blocks.put(screen, block)
    sheets.touched.add(screen)


def order(sheets: Sheets, edit: Edit, names: tuple[str, ...]) -> None:
    """The buttons of a screen in this order; those that are not named follow."""
    blocks = sheets.chapter_of(edit.name)
    block = blocks.get(edit.name)
    places = {name: place for place, name in enumerate(names)}
    put_choices(block, sorted(choices_of(block), key=lambda one: places.get(str(one.get("id")), len(places))))
    blocks.put(edit.name, block)


def retire(sheets: Sheets, edit: Edit, wanted: Retired) -> None:
    """Take a topic away with its screens; what led there leads elsewhere, or goes, too."""
    first = sheets.first_screen(edit.name)
    gone = {one for one in sheets.screens() if one == first or one.startswith(f"{first}.")}
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
    known = {str(one.get("id")) for one in choices}
    usual = [one for one in _usual(sheets) if str(one["id"]) not in known]
    put_choices(block, [*choices, *usual])
    sheets.add_chapter(chapter or name.partition(".")[0]).put(name, block)
    for one in choices_of(block):
        _same_words(sheets, name, str(one["id"]))
    sheets.touched.add(name)


def _usual(sheets: Sheets) -> Iterator[CommentedMap]:
    """The buttons of every information screen, as the other topics have them."""
    screens = {name: blocks for name, blocks in sheets.screens().items() if TOPIC.search("\n".join(blocks.lines(name)))}
    for wanted in EVERYWHERE:
        for name, blocks in screens.items():
            if any(f"id: {wanted}" in line for line in blocks.lines(name)):
                found = next((one for one in choices_of(blocks.get(name)) if one.get("id") == wanted), None)
                if found is not None:
                    yield flow_map({str(key): value for key, value in found.items()})
                    break


def _offer(sheets: Sheets, screen: str, topic: str, button: Mapping[str, str], after: str | None) -> None:
    """A button on a menu that leads to a topic."""
    link(sheets, Edit("choice", label(screen, topic), None), Link(to=topic, after=after))
    _say(sheets, label(screen, topic), button)


def _say(sheets: Sheets, key: str, said: Mapping[str, str]) -> None:
    for language, text in said.items():
        sheets.say(key, language, text)


def _same_words(sheets: Sheets, screen: str, name: str) -> None:
    """A button that stands on other screens, too, is called here as it is called there."""
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
        return [new if one is old else one for one in choices]
    others = [one for one in choices if one is not old]
    names = [str(one.get("id")) for one in others]
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
        if any(one in line for line in blocks.lines(screen) for one in gone):
            _relink(sheets, screen, blocks.get(screen), gone, to)


def _relink(sheets: Sheets, screen: str, block: CommentedMap, gone: set[str], to: str | None) -> None:
    choices, kept = choices_of(block), []
    there = {one.get(way) for one in choices for way in LINKS}
    changed = False
    for one in choices:
        way = next((way for way in LINKS if one.get(way) in gone), None)
        if way is None:
            kept.append(one)
            continue
        changed = True
        if to is None or to in there or to == screen:
            for key in texts_of_choice(screen, str(one.get("id"))):
                sheets.forget(key)
        else:
            one[way] = to
            kept.append(one)
    ways = block.get("branch")
    targets = [block, *(ways if isinstance(ways, CommentedSeq) else ())]
    for one in targets:
        for way in LINKS:
            if to is not None and isinstance(one, CommentedMap) and one.get(way) in gone:
                one[way] = to
                changed = True
    if changed:
        put_choices(block, kept)
        sheets.chapter_of(screen).put(screen, block)


def _topic_of(sheets: Sheets, screen: str) -> str | None:
    topic = sheets.chapter_of(screen).get(screen).get("topic")
    return str(topic) if topic else None
