"""Questions before an action that cannot be undone, or that a colleague has to know of; English; see desk.po."""

from bot.engine.marking import N_

SURE = {
    "met": (
        N_(
            "Close it as “met the person”? The letter is erased within 7 days; until then it can be opened again. "
            "The person reads that the request is closed."
        ),
        N_("Close it"),
    ),
    "referred": (
        N_(
            "Close it as “referred to another service”? The letter is erased within 7 days; until then it can be "
            "opened again. The person reads that the request is closed."
        ),
        N_("Close it"),
    ),
    "declined": (
        N_(
            "Close it as “the person does not want help now”? The letter is erased within 7 days, and it cannot be "
            "opened again. The person reads that the request is closed."
        ),
        N_("Close it"),
    ),
    "could_not_reach_safely": (
        N_(
            "Close it as “could not reach safely”? The letter is erased within 7 days; until then it can be opened "
            "again. The person reads that the service could not reach them safely."
        ),
        N_("Close it"),
    ),
    "conflict": (
        N_(
            "Do you know the person or the family? From now on one person alone sees this request, and you do not. "
            "Only that person can take the mark off again."
        ),
        N_("I know them"),
    ),
    "conflict of the reader": (
        N_(
            "You alone would see this request then. If it is you who knows the person or the family, have somebody "
            "else named in the calendar first. Mark it all the same?"
        ),
        N_("I know them"),
    ),
    "meet": (
        N_("Was the person met, or referred? This cannot be taken back here."),
        N_("Met, or referred"),
    ),
    "came": (
        N_(
            "Did you ask for the agreed word, and was it right? This cannot be taken back here: calls that were locked "
            "may begin anew."
        ),
        N_("The person called or came, the word was right"),
    ),
    "erase": (
        N_("Have you heard the agreed word, and does the person want everything to be erased?"),
        N_("Erase everything now"),
    ),
    "join": (
        N_(
            "Have you read both, and are they about the same person? From then on one worker has both, with the "
            "earlier deadline. Only the person's own request says how to contact them."
        ),
        N_("Join them"),
    ),
    "part": (
        N_("Are they about two people? Then the report stands alone again, with the contact that was reported."),
        N_("Take them apart"),
    ),
    "unflag": (
        N_(
            "{name} marked this request: “I know them”. Take the mark off only if that was a mistake. Then every "
            "colleague sees this request again."
        ),
        N_("Take the mark off"),
    ),
}
"""The question, and the action's own word on the button."""
HELD = N_("{name} has had this request since {since}.")
NOBODY_HAS = N_("Nobody has this request now.")
SHOWN_TO = N_("The number was shown to: {name}, {at}; no outcome has been noted since. Call only after asking: {name}.")
NOT_SHOWN = N_("The number is shown to no colleague who has still to note an outcome.")
TAKE_OVER = N_("Take it over")
SHOW = N_("Show the number")
SEPARATE = N_("You can take it over: load the page anew, there is a button for that.")
ENDED = {
    "": "",
    "taken_over": N_("Do not call any more: {name} has had this request since {since}."),
    "returned": N_("Do not call any more: nobody has this request now, it waits in the queue."),
    "closed": N_("Do not call any more: this request has been closed."),
    "withdrawn": N_("Do not call any more: the person has withdrawn this request."),
    "erased": N_("Do not call any more: this request has been erased."),
    "hidden": N_("Do not call any more: this request is not open to you now."),
    "unsafe": N_("Do not call any more: the person said that this number is not safe."),
    "joined": N_("Do not call any more: only the person's own request says whether and how to contact them."),
    "own_gone": N_("Do not call any more: nobody contacts the person because of this report."),
    "locked": N_("Do not call any more: calling is locked now."),
    "noted": "",
}
"""Why the number leaves the screen."""
NOTE_IT = N_("If you have called, note how it went.")
