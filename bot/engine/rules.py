"""Every rule a content package can break, by name, with the sentence an editor reads.

With one table no rule can lack a sentence, and a test can demand a broken package for each. Sentences are English;
those that can appear at the desk are marked and translated in locales/*/desk.po.
"""

from collections.abc import Mapping

from bot.engine.marking import N_

STRUCTURE: Mapping[str, str] = {
    "no such screen": N_("the screen “{name}” does not exist"),
    "hidden screen": N_("“{name}” must be a screen people see, not a branch"),
    "unknown target": N_("leads to “{target}”, which does not exist"),
    "choice twice": N_("the choice “{choice}” stands there twice"),
    "reserved choice": N_("a choice cannot be called “{choice}”: every screen has that one already"),
    "several ways": N_("the choice “{choice}” needs exactly one of to, enter, returns, form, tells"),
    "several kinds": N_("is of more than one kind: branch, place, several or asks"),
    "answer leads nowhere": N_("needs `to`: where the answer leads"),
    "place without skip": N_("needs `skip`: nobody has to say where they live"),
    "no options": N_("offers several choices but has no options"),
    "dead end": N_("is a dead end: it needs at least one way on"),
    "no last way": N_("the last way of a branch must have no condition, so that nobody gets stuck"),
    "hidden ways": N_("a way without a condition hides all ways after it"),
    "branch with choices": N_("a branch is never shown, so it cannot have choices"),
}
REACH: Mapping[str, str] = {
    "unreachable": N_("cannot be reached from anywhere"),
    "circling branch": N_("this branch leads back to itself without showing anything"),
    "loop without exit": N_("is in a loop without an exit: no button of it leads back to the topics"),
    "topic too far": N_("the topic “{topic}” is {far} presses from the start; {most} is the most"),
}
ENGINE: Mapping[str, str] = {
    "ends by itself": "the conversation ends by itself after {heard}",
    "shows nothing": "nothing is shown after {heard}",
    "opens without consent": "the request is opened without an informed consent after {heard}",
    "help too far": "emergency help is {far} presses away; {most} is the most",
    "human too far": "a human is {far} presses away; {most} is the most",
}
"""Rules no content can break while the engine is correct. They are proved for every package anyway."""
CONSENT: Mapping[str, str] = {
    "sending not agreed": N_("a request must not be sendable without the consent “send_request”"),
    "uninformed": N_("opens the request without telling about: {missing}"),
    "about nothing": N_("says that a request from here is about “{about}”, which the form does not know"),
    "no way past consent": N_("whoever does not consent has no way on from here"),
    "refusing loses information": N_("whoever sends no request cannot get to: {missing}"),
}
PAGES: Mapping[str, str] = {
    "unknown question": N_("page “{page}”: there is no question “{name}”"),
    "question nobody asks": N_("page “{page}”: “{name}” is of the type auto: the program fills it in, no page asks it"),
    "question twice": N_("the question “{name}” stands on the pages twice"),
    "question on no page": N_("the question “{name}” stands on no page"),
    "unknown page": N_("“added” names the page “{page}”, and there is no such page"),
    "nothing but additions": N_("every page stands under “added”, so that no question would be asked"),
    "empty page": N_("page “{page}” asks nothing"),
    "asked too early": N_("the question “{name}” hangs on “{asked}”, which is asked after it"),
    "words apart": N_("“{name}” is shown together with “{other}”: put both on one page"),
    "not everybody asked": N_("nothing can be sent without “{name}”: everybody must be asked it and answer"),
    "nobody asked whether a child": N_("everybody must be asked whether she is under 18: no question with minors does"),
    "contact not agreed": N_("whoever chooses “{way}” must agree to “{consent}” before anything is sent"),
}
"""Rules for the pages of the request, and for the answers the program relies on."""
WORDS: Mapping[str, str] = {
    "missing text": N_("the text “{key}” is missing in {language}"),
    "outdated text": N_("the text “{key}” is outdated in {language}: another language's was changed after it"),
    "other placeholders": N_("“{key}” fills in other facts in {language} than in {first}"),
    "no screen of it": N_("the text “{key}” belongs to no screen"),
    "no choice of it": N_("the text “{key}” belongs to no choice of its screen"),
}
TEXT: Mapping[str, str] = {
    "unknown placeholder": N_("“{found}” is not something that can be filled in"),
    "wrong blanks": N_("the program fills in {wanted}: write each just so, and no other % sign"),
    "unknown blank": N_("nothing is ever filled in for “{found}” here"),
    "typed number": N_("“{found}” is typed into the text; add it as a fact and cite it"),
    "typed address": N_("“{found}” is a typed address; add it as a fact or a service and cite it"),
    "not composed": N_("holds letters in two pieces (a letter and a mark): write them anew"),
    "unseen sign": N_("holds {found}, a sign that nobody sees: take it out"),
    "forbidden": N_("“{found}” must not be said: {why}"),
    "revealing": N_("“{found}” would reveal on a locked phone what this is about"),
    "long screen": N_("is {long} characters long with its facts; {most} fit one screen"),
    "long sentences": N_("has {long} words a sentence on average; {most} can be read by somebody afraid"),
    "long sentence": N_("has a sentence of {long} words; {most} can be followed to the end"),
    "hard words": N_("is hard to read (LIX {long}; {most} is the most): shorter words, shorter sentences"),
    "long pop-up": N_("is {long} characters long; a pop-up holds {most}"),
    "long print": N_("is {long} characters long with its facts; {most} fit the printed page"),
    "long button": N_("is {long} characters long; a button holds {most}"),
    "long for Telegram": N_("is {long} characters long; Telegram takes {most}"),
    "short first line": N_("must fill the {most} characters that a locked phone shows"),
    "shouting": N_("“{found}” reads as shouting; write it calmly"),
    "says too little": N_("must say {what} in {language}, with {ways}"),
    "silent without": N_("does not say {what} while {names} is withheld; write “{other}”"),
    "reads broken": N_("reads “{said}” while {names} is withheld; write it otherwise, or write “{other}”"),
    "line for the harmed": N_("sends people who fear becoming violent to the line for those who were harmed"),
}
"""Rules for one text. Its key precedes these sentences unless they are shown next to the text."""
FACTS: Mapping[str, str] = {
    "unknown fact": N_("cites the fact “{name}”, which is not there"),
    "unknown printed fact": N_("“{key}” cites the fact “{name}”, which is not there"),
    "unlisted fact": N_("cites “{name}” but does not list it under facts"),
    "uncited fact": N_("lists “{name}” under facts but no text cites it"),
    "number missing": N_("the fact “{name}” must be there: the law reserves the number {value}"),
    "overdue": N_("the fact “{name}” is overdue: verify it"),
}
CARDS: Mapping[str, str] = {
    "nothing to press": N_("the button “{button}” is offered in {language}, but pressing it does nothing"),
    "no exit on the card": N_("is shown in {language} without a way to {exit}"),
    "empty card": N_("has nothing to say in {language} when {when}"),
    "no one to ask": N_("withholds a fact in {language} and does not say whom to ask instead"),
    "number not shown": N_("does not show {number} in {language} when {when}"),
    "harmed line shown": N_("sends people who fear becoming violent to {number} in {language} when {when}"),
    "long card": N_("is {long} characters long in {language} when {when}; one message holds {most}"),
}
RULES: Mapping[str, str] = {
    **STRUCTURE, **REACH, **ENGINE, **CONSENT, **PAGES, **WORDS, **TEXT, **FACTS, **CARDS,
}  # fmt: skip
