"""Edits of the tables: facts, services, and what people type for a topic."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString

from bot.editing.blocks import flow_list, flow_map
from bot.editing.edits import Edit, FactFields, PhraseChange, ServiceFields
from bot.editing.sheets import Sheets
from bot.engine.facts import FACT_ID
from bot.engine.problems import broken_content
from bot.engine.services import SERVICE_ID

FACTS, SERVICES, PHRASES = "dialogs/facts.yaml", "dialogs/services.yaml", "dialogs/words.yaml"
BARE = ("kind", "source", "owner", "confidence", "url", "ends", "withdrawn")
"""Fields written without quotation marks."""
DAYS = ("verified_on", "expires_on")


def fact(sheets: Sheets, edit: Edit, fields: FactFields | None) -> None:
    """Change a fact, add one, or remove it (None)."""
    _row(sheets, FACTS, "facts", FACT_ID, edit, fields)


def service(sheets: Sheets, edit: Edit, fields: ServiceFields | None) -> None:
    """Change a service, add one, or remove it (None)."""
    _row(sheets, SERVICES, "services", SERVICE_ID, edit, fields)


def withdraw(sheets: Sheets, edit: Edit, withdrawn: bool) -> None:
    """Withdraw a fact, so that no text shows it any more, or restore it."""
    blocks = sheets.blocks(FACTS, "facts")
    row = blocks.get(edit.name)
    if withdrawn:
        row["withdrawn"] = True
    else:
        row.pop("withdrawn", None)
    blocks.put(edit.name, row)


def phrases(sheets: Sheets, edit: Edit, change: PhraseChange) -> None:
    """Add and remove phrases of a topic, line by line."""
    if _block(sheets.files.get(PHRASES, "").split("\n"), edit.name) is None:  # a topic without phrases so far
        sheets.first_screen(edit.name)
        _add_block(sheets, edit.name, {})
    lines = sheets.files.get(PHRASES, "").split("\n")
    start, end = _phrases_of(lines, edit.name, edit.language)
    _change(sheets, lines, start, end, edit, change, "      ")


def warnings(sheets: Sheets, edit: Edit, change: PhraseChange) -> None:
    """Add and remove phrases of acute danger, which put 112 first, or of despair, which put the crisis line first."""
    lines = sheets.files.get(PHRASES, "").split("\n")
    if edit.name != edit.kind or edit.language not in sheets.languages:
        raise broken_content("no phrases", PHRASES, topic=edit.name, language=edit.language)
    head = _warnings_of(lines, edit.kind, edit.language)
    _change(sheets, lines, head + 1, _end(lines, head, len(lines), "    "), edit, change, "    ")


def _warnings_of(lines: list[str], kind: str, language: str) -> int:
    """Return the line under which these warnings stand, adding it where content published earlier lacks it."""
    while lines and not lines[-1].strip():
        lines.pop()
    if f"{kind}:" not in (line.rstrip() for line in lines):
        lines.append(f"{kind}:")
    top = next(number for number, line in enumerate(lines) if line.rstrip() == f"{kind}:")
    after = next((at for at in range(top + 1, len(lines)) if lines[at][:1].strip()), len(lines))
    found = next((at for at in range(top, after) if lines[at].rstrip() == f"  {language}: |"), None)
    if found is None:
        lines.insert(after, f"  {language}: |")
        found = after
    lines.append("")  # a file ends with a line of its own
    return found


def _change(
    sheets: Sheets, lines: list[str], start: int, end: int, edit: Edit, change: PhraseChange, indent: str
) -> None:
    removed = {" ".join(phrase.split()) for phrase in change.remove}
    kept = [line for line in lines[start:end] if line.strip() not in removed]
    known = {line.strip() for line in kept}
    new = [" ".join(phrase.split()) for phrase in change.add]
    kept += [f"{indent}{phrase}" for phrase in dict.fromkeys(new) if phrase and phrase not in known]
    if not kept:
        raise broken_content("last phrase", PHRASES, start, topic=edit.name, language=edit.language)
    lines[start:end] = kept
    sheets.files[PHRASES] = "\n".join(lines)


def add_phrases(sheets: Sheets, topic: str, said: Mapping[str, tuple[str, ...]]) -> None:
    """Add a topic to the phrasebook, if it has any phrases."""
    if any(said.values()):
        _add_block(sheets, topic, said)


def _add_block(sheets: Sheets, topic: str, said: Mapping[str, tuple[str, ...]]) -> None:
    lines = sheets.files.get(PHRASES, "").split("\n")
    last = next((number for number, line in enumerate(lines) if line.startswith("same:")), len(lines))
    while last and not lines[last - 1].strip():
        last -= 1
    new = [f"  {topic}:"]
    for language in sheets.languages:
        wanted = [" ".join(phrase.split()) for phrase in said.get(language, ())]
        new += [f"    {language}: |", *(f"      {phrase}" for phrase in dict.fromkeys(wanted) if phrase)]
    lines[last:last] = new
    sheets.files[PHRASES] = "\n".join(lines)


def move_phrases(sheets: Sheets, topic: str, to: str | None) -> None:
    """Move a topic's phrases to another topic, or remove them (None)."""
    lines = sheets.files.get(PHRASES, "").split("\n")
    if _block(lines, topic) is None:
        return
    said = {language: _phrases_of(lines, topic, language) for language in sheets.languages}
    moved = {language: tuple(line.strip() for line in lines[start:end]) for language, (start, end) in said.items()}
    start, end = _block(lines, topic) or (0, 0)
    del lines[start:end]
    sheets.files[PHRASES] = "\n".join(lines)
    if to and _block(lines, to) is not None:
        for language, add in moved.items():
            phrases(sheets, Edit("phrases", to, None, language), PhraseChange(add=add))


def _row(
    sheets: Sheets, file: str, root: str, ids: re.Pattern[str], edit: Edit, fields: FactFields | ServiceFields | None
) -> None:
    blocks = sheets.blocks(file, root)
    if fields is None:
        blocks.remove(edit.name)
        return
    if not ids.fullmatch(edit.name):
        raise broken_content("no id", name=edit.name)
    row = blocks.get(edit.name) if edit.name in blocks else CommentedMap()
    for name in fields.model_fields_set:
        _write(row, name, getattr(fields, name))
    blocks.put(edit.name, row)


def _write(row: CommentedMap, name: str, value: Any) -> None:
    if value is None or value is False or value == "":  # an empty field of a form is no field
        row.pop(name, None)
        return
    old = row.get(name)
    if isinstance(value, Mapping) and isinstance(old, CommentedMap):
        for gone in set(old) - set(value):
            del old[gone]
        for language, words in value.items():
            if old.get(language) != words:
                old[language] = _scalar(name, words, old.get(language))
    elif isinstance(value, Mapping):
        row[name] = flow_map({language: _scalar(name, words, None) for language, words in value.items()})
    elif isinstance(value, tuple):
        row[name] = flow_list(_scalar(name, item, None) for item in value)
    else:
        row[name] = _scalar(name, value, old)


def _scalar(name: str, value: Any, old: object) -> Any:
    """Keep the old style of quotation marks; write days as dates."""
    if name in DAYS and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(value, str) or name in (*BARE, "places"):
        return value
    return type(old)(value) if isinstance(old, ScalarString) else DoubleQuotedScalarString(value)


def _block(lines: list[str], topic: str) -> tuple[int, int] | None:
    """Return the range of a topic's lines in the phrasebook."""
    start = next((number for number, line in enumerate(lines) if line.rstrip() == f"  {topic}:"), None)
    if start is None:
        return None
    end = start + 1
    while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
        end += 1
    return start, end


def _phrases_of(lines: list[str], topic: str, language: str) -> tuple[int, int]:
    """Return the range of a topic's phrases in one language."""
    start, end = _block(lines, topic) or (0, 0)
    head = next((at for at in range(start, end) if lines[at].rstrip() == f"    {language}: |"), None)
    if head is None:
        raise broken_content("no phrases", PHRASES, topic=topic, language=language)
    return head + 1, _end(lines, head, end, "      ")


def _end(lines: list[str], head: int, end: int, indent: str) -> int:
    """Return the line after the last phrase of the list below `head`."""
    last = head + 1
    while last < end and (lines[last].startswith(indent) or not lines[last].strip()):
        last += 1
    while last > head + 1 and not lines[last - 1].strip():
        last -= 1
    return last
