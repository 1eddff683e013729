"""Texts about keys for the desk's scripts."""

from bot.engine.marking import N_

KEYS = {
    "differ": N_("The two passphrases differ."),
    "short": N_("The passphrase is shorter than 12 characters."),
    "working": N_("One moment …"),
    "failed": N_("That was not saved. Reload the page and try again."),
    "wrong": N_("That passphrase does not open the key. Try again."),
    "unlocked": N_("Your key is unlocked in this browser until you sign out or leave it for half an hour."),
    "check": N_("Ask {name} for the check number on the key page. Is it {number}?"),
    "not_the_sheet": N_(
        "That is not the key of your service as it is now. Compare it with the sheet, letter by letter. If it is the "
        "sheet of the latest key and every letter is right, tell your operator at once."
    ),
    "given_differs": N_(
        "What you were given is not the key of your service, so you do not hold it. Tell the colleague who gave it, "
        "and your operator. It can be given again."
    ),
    "key_differs": N_("Nothing was sealed: your copy is not the key that the program uses."),
    "compared": N_("{name}: I have compared the number {number} by voice, and it is the same"),
    "holder_differs": N_(
        "{name}'s own key is not the one it was when the key of the service was given. Either a new one was "
        "made, or somebody changed the database. If the number is not the same, tell your operator at once."
    ),
    "resealing": N_("Re-sealing: {done} of {all}"),
    "resealed": N_("Every request is sealed to the new key."),
    "unreadable": N_("{count} requests could not be opened and stay as they are. Tell your operator."),
}
KEYRING = {
    "service": N_(
        "Letters would be sealed to another key than the one you hold. The form of your service is being closed. Tell "
        "your head of service and your operator now. What you hold still opens what was sealed to it; what does not "
        "open stays where it is."
    ),
    "own": N_(
        "The desk holds another public half of your own key than the one you have just unlocked. Tell your operator "
        "now, and let nobody give you a key until you have made a new one of your own: “I have lost my passphrase”."
    ),
    "keeps_nothing": N_("This browser keeps nothing from page to page: your passphrase is asked for on each page."),
}
"""Warnings on any page that unlocks the worker's own key, by what the browser found."""
