"""The desk's words for the call list. English; see desk.po."""

from bot.engine.marking import N_

CALLS = {
    "unlocking": N_("Unlocking …"),
    "working": N_("Looking …"),
    "wrong": N_("That passphrase does not open the key. Try again."),
    "offline": N_("The desk does not answer. Nothing has been changed."),
    "request": N_("Request"),
    "now": N_("Can be reached now"),
    "later": N_("Later today"),
    "until": N_("Safe until"),
    "from": N_("Safe from"),
    "way": N_("How"),
    "language": N_("Language"),
    "state": N_("State"),
    "mine": N_("yours"),
    "nobodys": N_("nobody has taken it: take it first"),
    "nobody": N_("Nobody can be reached now."),
    "next": N_("Nobody can be reached now. The next safe time begins: {when}."),
    "on": N_("{day} {opens}"),
    "rest": N_("Not listed: {count}. Calling is not allowed today, or is up to the person. Each request says why."),
    "unread": N_("Could not be opened with your key, so it is on no list. Open it, and tell your operator:"),
    "asof": N_("Looked through at {at}. What colleagues or people did since is not on it; each request says it anew."),
}
"""None of these shows a phone number, a name, an agreed word or a note, or has a placeholder for one."""
