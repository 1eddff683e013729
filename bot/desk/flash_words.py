"""The message a page shows about the action that led to it, with a script and without.

The address names the action and the request, or how many there were: `?done=back.1a2b3c`. Only the tables below can
make a message of it; an address that fits none of them shows nothing.
"""

import re
from collections.abc import Mapping

from aiohttp import web

from bot.engine.marking import N_

STAYED: Mapping[str, str] = {
    "take": N_("You have taken this request."),
    "takeover": N_("You have taken this request over."),
    "attempt": N_("The attempt is noted."),
    "came": N_("Noted: the person called or came, and the word was right."),
    "wait": N_("Noted: we wait for the person. Do not call."),
    "meet": N_("Noted: met, or referred."),
    "raise": N_("The request is more urgent now."),
    "lower": N_("The request is less urgent now. The reason is in the audit."),
    "extend": N_("The request is kept longer. The reason is in the audit."),
    "reopen": N_("The request is open again, and you have it."),
    "join": N_("The report and the person's own request are one case now."),
    "part": N_("The report and the request stand apart again."),
    "sides": N_("Marked. From now on nobody takes both."),
    "unflag": N_("The mark is off: every colleague sees this request again."),
    "unraise": N_("The request is as urgent as before."),
    "unnote": N_("The outcome is taken back. Note it anew if there was a call."),
}
"""Shown on the request's own page, by the last part of the route."""
NOTED = N_("Noted.")
LEFT: Mapping[str, str] = {
    "back": N_("Request {which} is back in the queue."),
    "conflict": N_("Noted: you know them. From now on one person alone sees request {which}."),
    "close": N_("Request {which} is closed. Its content is erased within 7 days."),
    "erase": N_("Request {which} is erased. Nothing of it is left but a date and how it ended."),
    "together": N_("Closed together: {which}. Nothing that nobody has read was closed."),
}
"""Shown in the queue: which request it was, or how many."""
LED: Mapping[str, str] = {
    "left": N_("The account is closed. Everything that opened it is erased, and its requests wait in the queue again."),
    "handed_over": N_("Handed over. Tell your colleague: the desk does not. The requests are marked in the queue."),
    "nothing_unread": N_("Everything that came in a flood has been read."),
    "not_found": N_(
        "No one request fits. Ask for one thing more, or for the receipt code. Say nothing about any request."
    ),
    "joined": N_("Your sign-in is ready. Use it here, with the next code of your app."),
    "joined_passkey": N_("Your sign-in is ready. Use it here, with your passkey."),
    "password": N_("The new password counts from now on. You were signed out everywhere else."),
    "app": N_("The codes of the new app count from now on. The old ones have ended."),
    "idle": N_("You were signed out, because nothing was pressed for 30 minutes. Your key is locked."),
    "over": N_(
        "Your sign-in has ended: after 30 minutes without a press, after 12 hours, or because it was ended elsewhere."
    ),
}
"""Shown after something other than an action on a request."""
SAID = {**STAYED, **LEFT, **LED}
DONE = re.compile(r"(?P<action>[a-z_]{2,20})(?:\.(?P<which>[0-9a-f]{1,6}))?")


def asked(request: web.Request, action: str = "") -> tuple[str, str]:
    """Return the message for this page and the request or count it names; two empty strings where there is none."""
    found = DONE.fullmatch(request.query.get("done", ""))
    if request.method != "GET" or found is None or action not in ("", found["action"]):
        return "", ""
    words, which = SAID.get(found["action"], ""), found["which"] or ""
    return (words, which) if ("{which}" in words) == bool(which) else ("", "")
