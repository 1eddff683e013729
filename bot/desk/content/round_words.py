"""Texts of a round: situations to choose from, kinds of comments, verdicts on them, and errors."""

from bot.desk.page import LANGUAGES, say
from bot.engine.marking import N_
from bot.usecases.content.rounds import Scenario

CARDS = {
    "night": (
        N_("At night, with two children"),
        N_(
            "It is eleven in the evening. Her husband has been shouting for an hour, yesterday he pushed her. "
            "He has gone out for cigarettes. She stands in the bathroom with her phone; the children, three "
            "and seven, are asleep. She does not know whether to leave, where to, and what to take with her."
        ),
    ),
    "neighbour": (
        N_("The neighbour behind the wall"),
        N_(
            "For the third time this week he hears a woman cry behind the wall and something fall. He does "
            "not know the neighbours by name. He wants to do something, but is afraid of making it worse, and "
            "does not want anyone to learn that it was him."
        ),
    ),
    "himself": (
        N_("A man who is afraid of himself"),
        N_(
            "Last night he broke a door, and his daughter saw it. He is ashamed, he has not slept, and he "
            "fears that next time it will not be a door. He has never spoken with anyone about it, and "
            "expects to be told off."
        ),
    ),
    "mother": (
        N_("An elderly mother"),
        N_(
            "She is seventy-eight. Her son lives with her, takes her pension and locks the door when he "
            "leaves. The tablet is from her granddaughter; she reads slowly, and presses one button too many. "
            "She does not want her son to go to prison."
        ),
    ),
    "foreigner": (
        N_("Far from home, without Latvian"),
        N_(
            "She has lived in Latvia for a year, and speaks Russian and a little English. Her husband keeps "
            "her residence papers and says that she will be sent out of the country if she complains. She has "
            "no money of her own."
        ),
    ),
    "sixteen": (
        N_("A girl of sixteen"),
        N_(
            "Her stepfather beats her mother, and since spring he has been coming into her room. She has told "
            "nobody. She has her own phone, ten minutes on the bus, and wants to know who will learn of it if "
            "she writes to anyone."
        ),
    ),
}
KINDS = {
    "wrong": N_("wrong: it is not so, or not here"),
    "unclear": N_("unclear: hard to understand"),
    "missing": N_("missing: something is not said"),
    "good": N_("good: keep it so"),
}
VERDICTS = {
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    None: N_("waits for an answer"),
}
NOT_SAID = {
    "empty": N_("Write a few words first."),
    "long": N_("At most 1000 characters."),
    "kind": N_("Choose what kind of comment it is."),
    "personal": N_(
        "This looks like a phone number, a personal code or an address of somebody. Nothing was saved. Say it without."
    ),
    "closed": N_("The round is closed. Nothing was saved."),
    "many": N_("Two hundred comments are the most. Thank you for all of them."),
}
NOT_VALID = {
    "title": N_("Give the round a name."),
    "closes": N_("Choose a last day, from today on and at most three months ahead."),
    "cards": N_("Choose at least one situation, and twelve at most."),
    "latvian": N_("A situation of your own needs its name and its text in Latvian."),
    "another": N_("A round of this draft is open already."),
    "service": N_("Name the service from which the practitioner comes."),
    "invited": N_("Fifty links at once are the most."),
    "closed": N_("The round is closed."),
    "verdict": N_("Choose: accepted or declined."),
    "reason": N_("To decline takes a reason, which the practitioner reads."),
}


def shipped_cards() -> list[Scenario]:
    """Return the situations the program ships with, in every language of the desk."""
    codes = [code for code, _ in LANGUAGES]
    return [
        Scenario(name, {code: say(code, title) for code in codes}, {code: say(code, text) for code in codes})
        for name, (title, text) in CARDS.items()
    ]
