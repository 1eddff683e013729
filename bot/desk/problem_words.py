"""What is wrong with the content, in the editor's own language: sentences of the check, and of refused edits.

The check says everything in English. Its sentences are known here by their shape, so that they can be translated; one
that is not known is shown as it is.
"""

import re
from functools import cache

from bot.desk.file_words import FILE_SENTENCES
from bot.desk.page import say
from bot.desk.vocabulary import N_

SENTENCES = (
    N_("screen “{screen}”: {rest}"),
    N_("the screen “{name}” does not exist"),
    N_("leads to “{target}”, which does not exist"),
    N_("the choice “{choice}” stands there twice"),
    N_("a choice cannot be called “{choice}”: every screen has that one already"),
    N_("is a dead end: it needs at least one way on"),
    N_("cannot be reached from anywhere"),
    N_("is in a loop without an exit: no button of it leads back to the topics"),
    N_("the topic “{topic}” is {far} presses from the start; {most} is the most"),
    N_("opens the request without telling about: {missing}"),
    N_("whoever does not consent has no way on from here"),
    N_("the text “{key}” is missing in {language}"),
    N_("“{key}” fills in other facts in {language} than in {first}"),
    N_("the text “{key}” belongs to no screen"),
    N_("the text “{key}” belongs to no choice of its screen"),
    N_("“{found}” is not something that can be filled in"),
    N_("“{found}” is typed into the text; put it into facts.yaml and cite it"),
    N_("“{found}” must not be said: {why}"),
    N_("“{found}” would reveal on a locked phone what this is about"),
    N_("is {long} characters long with its facts; {most} fit one screen"),
    N_("has {long} words a sentence on average; {most} can be read by somebody afraid"),
    N_("is {long} characters long; a pop-up holds {most}"),
    N_("is {long} characters long; a button holds {most}"),
    N_("the fact “{name}” is overdue: verify it"),
    N_("“{name}” must be a screen people see, not a branch"),
    N_("the choice “{choice}” needs exactly one of to, enter, returns, form, tells"),
    N_("is of more than one kind: branch, place, several or asks"),
    N_("needs `to`: where the answer leads"),
    N_("needs `skip`: nobody has to say where they live"),
    N_("offers several choices but has no options"),
    N_("the last way of a branch must have no condition, so that nobody gets stuck"),
    N_("a way without a condition hides all ways after it"),
    N_("a branch is never shown, so it cannot have choices"),
    N_("this branch leads back to itself without showing anything"),
    N_("a request must not be sendable without the consent “send_request”"),
    N_("page “{page}”: there is no question “{name}”"),
    N_("page “{page}”: “{name}” is of the type auto: the program fills it in, no page asks it"),
    N_("the question “{name}” stands on the pages twice"),
    N_("the question “{name}” stands on no page"),
    N_("page “{page}” asks nothing"),
    N_("the question “{name}” hangs on “{asked}”, which is asked after it"),
    N_("“{name}” is shown together with “{other}”: put both on one page"),
    N_("nothing can be sent without “{name}”: everybody must be asked it and answer"),
    N_("everybody must be asked whether she is under 18: no question with minors does"),
    N_("whoever chooses “{way}” must agree to “{consent}” before anything is sent"),
    N_("whoever sends no request cannot get to: {missing}"),
    N_("the text “{key}” is outdated in {language}: another language's was changed after it"),
    N_("has a sentence of {long} words; {most} can be followed to the end"),
    N_("is hard to read (LIX {long}; {most} is the most): shorter words, shorter sentences"),
    N_("is {long} characters long with its facts; {most} fit the printed page"),
    N_("must fill the {most} characters that a locked phone shows"),
    N_("“{found}” reads as shouting; write it calmly"),
    N_("cites the fact “{name}”, which is not in facts.yaml"),
    N_("“{key}” cites the fact “{name}”, which is not in facts.yaml"),
    N_("cites “{name}” but does not list it under facts"),
    N_("lists “{name}” under facts but no text cites it"),
    N_("the button “{button}” is offered in {language}, but pressing it does nothing"),
    N_("is shown in {language} without a way to {exit}"),
    N_("has nothing to say in {language} when {when}"),
    N_("withholds a fact in {language} and does not say whom to ask instead"),
    N_("is {long} characters long in {language} when {when}; one message holds {most}"),
    N_("not in the dictionary: {words}"),
    N_("“{name}” changed in {newer} but not in {language}: change it, or say that it is still right"),
    N_("“{id}” is a phone, but its value is no number that can be dialled in Latvia"),
    N_("“{id}” has a “phone” that cannot be dialled in Latvia"),
    N_("“{id}” is an address, but its value does not begin with https://"),
    N_("“{id}” expires before it was verified"),
    N_("“{id}” needs a “doubt” if its confidence is “review”, and only then"),
    N_("“{id}” has no “{field}”"),
    N_("“{id}” has a “{field}” that is not an address like https://…"),
    N_("“{id}” has a “{field}” that is not a day like 2026-11-22"),
    N_("“{id}” must say “{field}” once in each language: {languages}"),
    N_("“{id}” has a “{field}” that is empty or holds braces or line breaks"),
    N_("“{id}” is for {places}, and so is “{other}”"),
    N_("“{id}” is for no municipality"),
    N_("“{name}” cannot be an id: small letters, digits, signs like in the other ids"),
    N_("there is a screen “{name}” already, or it cannot be called so"),
    N_("“{name}” goes with the topic; its links need another place"),
    N_("“{name}”: holds a letter that cannot be written"),
    N_("“{phrase}” of “{topic}” already stands in “{other}”"),
    N_("“{phrase}” holds no letter that could be heard"),
    N_("“{topic}” must have phrases in {languages}"),
    N_("“{topic}” would have no phrase in {language}"),
    N_("there are no phrases of “{topic}” in {language}"),
    N_("the pattern “{pattern}” takes too long to look for"),
    N_("this package takes too long to prove"),
    N_("this takes too long to look at"),
    N_("the program fills in {wanted}: write each just so, and no other % sign"),
    N_("nothing is ever filled in for “{found}” here"),
    N_("“{found}” is a typed address; put it into facts.yaml or services.yaml and cite it"),
    N_("holds letters in two pieces (a letter and a mark): write them anew"),
    N_("holds {found}, a sign that nobody sees: take it out"),
    N_("is {long} characters long; Telegram takes {most}"),
    N_("the fact “{name}” must be there: the law reserves the number {value}"),
    N_("“{id}” is always the phone {value}: the law reserves this number"),
    N_("“{id}” cannot be withdrawn: this number always answers"),
    N_("must say {what} in {language}, with {ways}"),
    N_("does not say {what} while {names} is withheld; write “{other}”"),
    N_("reads “{said}” while {names} is withheld; write it otherwise, or write “{other}”"),
    N_("sends people who fear becoming violent to the line for those who were harmed"),
    N_("sends people who fear becoming violent to {number} in {language} when {when}"),
    N_("the value of “{name}” changed, and its source and day did not: renew them, or say in its note why"),
    N_("does not show {number} in {language} when {when}"),
    N_("“{key}”: {rest}"),
)
MEANINGS = (
    N_("the number 112"),
    N_("how to reach help without speaking"),
    N_("a person to talk to"),
    N_("when that person answers"),
    N_("the children's line"),
    N_("the duty to report"),
    N_("who runs this"),
    N_("who reads it"),
    N_("what is sent"),
    N_("how long it is kept at most"),
    N_("how to take it back"),
    N_("that nothing can be sent now"),
    N_("that calling works all the same"),
    N_("that nothing was sent"),
    N_("that it is erased"),
    N_("that this needs the code"),
    N_("where to complain"),
)
"""What a text has to say, as bot/engine/invariants.py names it."""
PLACE = re.compile(r"\{([a-z]+)\}")


def in_words(language: str, sentence: str) -> str:
    """A sentence of the check, as an editor reads it."""
    plain = re.sub(r"^\S+\.(?:yaml|po)(?::\d+)?: |(?<=: )Value error, ", "", sentence)
    for shape in (*FILE_SENTENCES, *SENTENCES):
        found = _shape(shape).fullmatch(plain)
        if found:
            values = found.groupdict()
            if "rest" in values:
                values["rest"] = in_words(language, values["rest"])
            if "what" in values:
                values["what"] = say(language, values["what"])
            return say(language, shape).format(**values)
    return sentence


@cache
def _shape(template: str) -> re.Pattern[str]:
    parts = PLACE.split(template)
    return re.compile(
        "".join(
            re.escape(part) if place % 2 == 0 else f"(?P<{part}>{'.+' if part in ('rest', 'why') else '.+?'})"
            for place, part in enumerate(parts)
        ),
        re.DOTALL,
    )
