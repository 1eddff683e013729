"""Texts around a worker's account: what is wrong with her input, why she has to confirm. English; see desk.po."""

from bot.desk.writing import coded
from bot.engine.marking import N_

ROLES = {
    "worker": N_("worker"),
    "head": N_("head of service"),
    "editor": N_("editor"),
    "approver": N_("approver"),
    "operator": N_("operator"),
    "dpo": N_("data-protection officer"),
}
NOT_YET = {
    "again": N_("The two passwords differ."),
    "password": N_(
        "The password is too easy to guess: shorter than 12 characters, among the common ones, or made of your name. "
        "Take four or more words that do not belong together."
    ),
    "code": N_("The code is not right. Take the one that the app shows now."),
    "late": N_("This secret is not valid any more. Show a new one and prove it within five minutes."),
    "passkey": N_("No passkey was made. Try again, or join with the codes of an app."),
    "busy": N_("Too many want to sign in at this moment. Nothing was saved: wait a minute and fill this in again."),
}
CONFIRMING = {
    "heading": N_("Confirm that it is you"),
    "explanation": N_(
        "This touches keys or ways to sign in. So that nobody can do it at a screen that was left open, enter your "
        "password again. It holds for five minutes, in this browser only."
    ),
    "label": N_("Password"),
    "button": N_("Confirm"),
    "passkey": N_("Confirm with a passkey instead"),
    "cancel": N_("Cancel"),
    "no_passkey": N_("No passkey was used. Try again, or enter your password."),
    "failed": N_("That was not right. After five mistakes the session ends, and you sign in anew."),
}
"""Shared with the script that asks on the page."""

FORMATS = {"role_words": coded(ROLES)}
