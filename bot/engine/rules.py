"""Every rule that a content package can break, under its name, with the sentence that an editor reads.

One table, so that no rule can be without a sentence, and a test can go through them and ask each for its package.
"""

from collections.abc import Mapping

from bot.engine.dialogue import Screen
from bot.engine.problems import Problem

STRUCTURE: Mapping[str, str] = {
    "no such screen": "the screen “{name}” does not exist",
    "hidden screen": "“{name}” must be a screen people see, not a branch",
    "unknown target": "leads to “{target}”, which does not exist",
    "choice twice": "the choice “{choice}” stands there twice",
    "reserved choice": "a choice cannot be called “{choice}”: every screen has that one already",
    "several ways": "the choice “{choice}” needs exactly one of to, enter, returns, form, tells",
    "several kinds": "is of more than one kind: branch, place, several or asks",
    "answer leads nowhere": "needs `to`: where the answer leads",
    "place without skip": "needs `skip`: nobody has to say where they live",
    "no options": "offers several choices but has no options",
    "dead end": "is a dead end: it needs at least one way on",
    "no last way": "the last way of a branch must have no condition, so that nobody gets stuck",
    "hidden ways": "a way without a condition hides all ways after it",
    "branch with choices": "a branch is never shown, so it cannot have choices",
}
REACH: Mapping[str, str] = {
    "unreachable": "cannot be reached from anywhere",
    "circling branch": "this branch leads back to itself without showing anything",
    "loop without exit": "is in a loop without an exit: no button of it leads back to the topics",
    "topic too far": "the topic “{topic}” is {far} presses from the start; {most} is the most",
}
ENGINE: Mapping[str, str] = {
    "ends by itself": "the conversation ends by itself after {heard}",
    "shows nothing": "nothing is shown after {heard}",
    "opens without consent": "the request is opened without an informed consent after {heard}",
    "help too far": "emergency help is {far} presses away; {most} is the most",
    "human too far": "a human is {far} presses away; {most} is the most",
}
"""What no content can break as long as the engine is right; proved of every package nevertheless."""
CONSENT: Mapping[str, str] = {
    "sending not agreed": "a request must not be sendable without the consent “send_request”",
    "uninformed": "opens the request without telling about: {missing}",
    "no way past consent": "whoever does not consent has no way on from here",
    "refusing loses information": "whoever sends no request cannot get to: {missing}",
}
PAGES: Mapping[str, str] = {
    "unknown question": "page “{page}”: there is no question “{name}”",
    "question nobody asks": "page “{page}”: “{name}” is of the type auto: the program fills it in, no page asks it",
    "question twice": "the question “{name}” stands on the pages twice",
    "question on no page": "the question “{name}” stands on no page",
    "empty page": "page “{page}” asks nothing",
    "asked too early": "the question “{name}” hangs on “{asked}”, which is asked after it",
    "words apart": "“{name}” is shown together with “{other}”: put both on one page",
    "not everybody asked": "nothing can be sent without “{name}”: everybody must be asked it and answer",
    "nobody asked whether a child": "everybody must be asked whether she is under 18: no question with minors does",
    "contact not agreed": "whoever chooses “{way}” must agree to “{consent}” before anything is sent",
}
"""Of the request's pages, and of what the program relies on in its questions."""
WORDS: Mapping[str, str] = {
    "missing text": "the text “{key}” is missing in {language}",
    "outdated text": "the text “{key}” is outdated in {language}: another language's was changed after it",
    "other placeholders": "“{key}” fills in other facts in {language} than in {first}",
    "no screen of it": "the text “{key}” belongs to no screen",
    "no choice of it": "the text “{key}” belongs to no choice of its screen",
    "unknown placeholder": "“{key}”: “{found}” is not something that can be filled in",
    "wrong blanks": "“{key}”: the program fills in {wanted}: write each just so, and no other % sign",
    "unknown blank": "“{key}”: nothing is ever filled in for “{found}” here",
    "typed number": "“{key}”: “{found}” is typed into the text; put it into facts.yaml and cite it",
    "typed address": "“{key}”: “{found}” is a typed address; put it into facts.yaml or services.yaml and cite it",
    "not composed": "“{key}”: holds letters in two pieces (a letter and a mark): write them anew",
    "unseen sign": "“{key}”: holds {found}, a sign that nobody sees: take it out",
    "forbidden": "“{key}”: “{found}” must not be said: {why}",
    "revealing": "“{key}”: “{found}” would reveal on a locked phone what this is about",
    "long screen": "“{key}”: is {long} characters long with its facts; {most} fit one screen",
    "long sentences": "“{key}”: has {long} words a sentence on average; {most} can be read by somebody afraid",
    "long sentence": "“{key}”: has a sentence of {long} words; {most} can be followed to the end",
    "hard words": "“{key}”: is hard to read (LIX {long}; {most} is the most): shorter words, shorter sentences",
    "long pop-up": "“{key}”: is {long} characters long; a pop-up holds {most}",
    "long print": "“{key}”: is {long} characters long with its facts; {most} fit the printed page",
    "long button": "“{key}”: is {long} characters long; a button holds {most}",
    "long for Telegram": "“{key}”: is {long} characters long; Telegram takes {most}",
    "short first line": "“{key}”: must fill the {most} characters that a locked phone shows",
    "shouting": "“{key}”: “{found}” reads as shouting; write it calmly",
}
FACTS: Mapping[str, str] = {
    "unknown fact": "cites the fact “{name}”, which is not in facts.yaml",
    "unknown printed fact": "“{key}” cites the fact “{name}”, which is not in facts.yaml",
    "unlisted fact": "cites “{name}” but does not list it under facts",
    "uncited fact": "lists “{name}” under facts but no text cites it",
    "overdue": "the fact “{name}” is overdue: verify it",
}
MEANING: Mapping[str, str] = {
    "number missing": "the fact “{name}” must be there: the law reserves the number {value}",
    "says too little": "“{key}”: must say {what} in {language}, with {ways}",
    "silent without": "“{key}”: does not say {what} while {names} is withheld; write “{other}”",
    "reads broken": "“{key}”: reads “{said}” while {names} is withheld; write it otherwise, or write “{other}”",
    "line for the harmed": "“{key}”: sends people who fear becoming violent to the line for those who were harmed",
}
"""What bot/engine/invariants.py holds every package to."""
CARDS: Mapping[str, str] = {
    "nothing to press": "the button “{button}” is offered in {language}, but pressing it does nothing",
    "no exit on the card": "is shown in {language} without a way to {exit}",
    "empty card": "has nothing to say in {language} when {when}",
    "no one to ask": "withholds a fact in {language} and does not say whom to ask instead",
    "number not shown": "does not show {number} in {language} when {when}",
    "harmed line shown": "sends people who fear becoming violent to {number} in {language} when {when}",
    "long card": "is {long} characters long in {language} when {when}; one message holds {most}",
}
RULES: Mapping[str, str] = {
    **STRUCTURE, **REACH, **ENGINE, **CONSENT, **PAGES, **WORDS, **FACTS, **MEANING, **CARDS,
}  # fmt: skip


def broken(rule: str, file: str, line: int, **values: object) -> Problem:
    """The problem with a package that breaks a rule in one place."""
    return Problem(file, line, RULES[rule].format(**values), rule)


def broken_screen(rule: str, screen: Screen, **values: object) -> Problem:
    """The same, for a rule about one screen, which the sentence names."""
    sentence = f"screen “{screen.id}”: {RULES[rule].format(**values)}"
    return Problem(f"dialogs/{screen.chapter}.yaml", screen.line, sentence, rule)
