"""Captions of the yearly figures, unchanged from year to year so that years can be compared."""

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
