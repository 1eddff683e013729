"""Texts of the content pages: kinds of edits, fields of facts and services, origins of revisions."""

import re
from collections.abc import Mapping

from bot.desk.writing import Format, Writing, coded
from bot.engine.marking import N_

EDITS = {
    "text": N_("text"),
    "fact": N_("fact"),
    "withdrawn": N_("fact withdrawn"),
    "service": N_("service"),
    "topic": N_("new topic"),
    "split": N_("topic made of a part of another"),
    "retire": N_("topic retired"),
    "screen": N_("screen"),
    "choice": N_("button"),
    "order": N_("order of the buttons"),
    "phrases": N_("what people type"),
    "danger": N_("words of danger"),
    "despair": N_("words of despair"),
    "still": N_("still right"),
}
HOW = {
    "added": N_("new"),
    "removed": N_("gone"),
    "withdrawn": N_("withdrawn"),
    "changed": N_("changed"),
}
MADE = {
    "publish": N_("a draft"),
    "rollback": N_("rolled back"),
    "import": N_("brought in"),
    "withdrawal": N_("a fact withdrawn at once"),
}
FIELDS = {
    "kind": N_("Kind"),
    "value": N_("Value"),
    "open": N_("Opening hours for the program"),
    "use": N_("How it reads in a sentence"),
    "names": N_("Name"),
    "places": N_("Municipalities"),
    "phone": N_("Phone"),
    "hours": N_("Hours"),
    "address": N_("Address"),
    "url": N_("Website"),
    "source": N_("Source"),
    "law": N_("Law and section"),
    "verified_on": N_("Verified on"),
    "expires_on": N_("Expires on"),
    "owner": N_("Who looks after it"),
    "confidence": N_("How sure"),
    "doubt": N_("Doubt that is shown with it"),
    "ends": N_("Stops being true on its last day, not only being sure"),
    "withdrawn": N_("Withdrawn"),
    "note": N_("Note for colleagues"),
}
CONFIDENCE = {
    "high": N_("sure"),
    "review": N_("to be confirmed: shown with its doubt"),
}
KINDS = {
    "phone": N_("phone"),
    "hours": N_("hours"),
    "address": N_("address"),
    "sum": N_("sum"),
    "deadline": N_("deadline"),
    "right": N_("right"),
    "url": N_("website"),
    "name": N_("name"),
}
DUE = {
    "overdue": N_("overdue"),
    "soon": N_("due within 30 days"),
    "later": N_("later"),
    "withdrawn": N_("withdrawn"),
}


ROLLBACK = re.compile(r"→ (\d{1,9})")
"""How the use case titles a rollback: it knows no language."""
BACK_TO_PROGRAM = N_("Back to what the program came with")
BACK_TO = N_("Back to revision {number}")


def title_words(writing: Writing, title: str) -> str:
    """Return the title of a draft or revision as its editor wrote it; that of a rollback in words."""
    found = ROLLBACK.fullmatch(title)
    if found is None:
        return title
    return writing.say(BACK_TO if int(found[1]) else BACK_TO_PROGRAM).replace("{number}", found[1])


def field_words(writing: Writing, field: str) -> str:
    """Translate a field of a fact or service, keeping its language if it has one: `value (lv)`."""
    name, _, spoken = field.partition(" ")
    return f"{writing.say(FIELDS.get(name, name))} {spoken}".strip()


FORMATS: Mapping[str, Format] = {
    "edit_words": coded(EDITS),
    "made_words": coded(MADE),
    "due_words": coded(DUE),
    "confidence_words": coded(CONFIDENCE),
    "how_words": coded(HOW),
    "field_words": field_words,
    "title_words": title_words,
}
