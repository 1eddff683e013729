"""Captions of the yearly figures, unchanged from year to year so that years can be compared."""

from bot.desk.services import quarter_words
from bot.engine.marking import N_

ALWAYS = {
    "*:start": N_("Conversations begun anew in Telegram"),
    "start:go": N_("Went on from the first screen to the topics"),
    "*:danger": N_("Pressed “112: how to call”"),
    "*:human": N_("Pressed “Talk to a person”"),
    "*:hide": N_("Pressed “Hide”"),
    "*:back": N_("Pressed “Back”"),
    "*:typed": N_("Wrote words of their own"),
}
"""Presses that exist in every version of the content."""
CLOSINGS = {
    "cases": N_("Cases that were closed"),
    "new_family": quarter_words.QUESTIONS["new_family"],
    "children": quarter_words.QUESTIONS["children"],
}
"""What may leave the service of what was counted at closing."""
ABOUT = N_("about {number}")
TOO_FEW = N_("too few to be told")
HEADING = N_("Numbers of {year}")
BLURRED = N_(
    "Every number is blurred by chance, rounded to {step} and told from {least} upwards, so that one press or one "
    "request more or less cannot be told from it; the exact counts of presses are erased when their week is over."
)
CLOSED = N_(
    "Counted when requests and reports were closed, summed from four quarters, each of which was blurred by itself. "
    "Where what is left over from all cases is under {least}, “most or all” stands in place of a number."
)
DRAWN = N_("A filled bar shows a number as a part of all. An outline is what is not told.")
SENT = N_("Requests")
FEW_SENT = N_("Requests: too few to be told.")
FEW_CLOSED = N_("Closed cases: too few to be told.")
REQUESTS = {
    "sent": N_("Requests sent in the year"),
    "in-time": N_("opened by the time the person was told"),
    "met": N_("ended with a meeting"),
    "referred": N_("referred to another service"),
    "declined": N_("the person does not want help now"),
    "not-reached": N_("could not reach safely"),
    "together": N_("came in a flood, read and closed together"),
    "withdrawn": N_("withdrawn by the person"),
    "expired": N_("erased before it was closed"),
    "open": N_("still open on 1 January"),
}
