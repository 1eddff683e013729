"""Texts around an opened request: the script of a call, notes, the printed page. English; see desk.po.

What a worker says aloud is in request.po, in the person's language.
"""

from collections.abc import Mapping

from bot.desk.casework.request_words import (
    AGES,
    DUTIES,
    ESCALATIONS,
    FIND_A_WAY,
    LOCKS,
    NO_CONTACT,
    NOTED,
    PRIORITIES,
    STATES,
)
from bot.desk.writing import Format, Writing, coded
from bot.engine.marking import N_
from bot.usecases.casework.requests import Envelope

SPOKEN = (
    *("open", "check", "expected", "who", "safe", "cannot", "danger", "next", "voicemail", "sms"),
    *("other.say_wrong_number", "own_behaviour", "somebody_else", "danger_any"),
)
"""Names of the texts `request.script.…`; each is a sentence or two."""

OPENING = {
    "first": N_("First of all"),
    "unlocking": N_("Unlocking …"),
    "wrong": N_("That passphrase does not open the key. Try again."),
    "broken": N_("This request cannot be opened with the key of this service. Tell your operator: nothing was lost."),
    "foreign": N_("What is sealed here belongs to another request. It is not shown. Tell your operator."),
    "gone": N_("This request is not open to you any more. Its content was removed from this page."),
    "offline": N_("The desk does not answer. Nothing has been changed."),
    "unknown": N_("The desk does not answer. Whether this was done is not known: load the page again."),
    "undrawn": N_("How the request stands now could not be shown: load the page again."),
    "hidden": N_("hidden until you call"),
    "reveal": N_("I am calling now"),
    "reveal_sms": N_("I am writing now"),
    "hide": N_("Hide the number"),
    "outside": N_("The number is shown once with your reason, outside the safe time."),
    "rest": N_("The whole letter"),
    "take_first": N_("Take the request first, so that two of you do not call."),
    "length": N_("In the person's own words ({count} characters)"),
    "adds": N_("What the report adds ({count} characters)"),
    "agreed": N_("Consent"),
    "erased": N_("Erased by"),
    "not_answered": N_("not answered"),
    "changed": N_("The person has added something. It is shown now: read the first line again."),
    "noted": N_("Noted."),
    "unconfirmed": N_("The desk does not answer, so it does not know yet that you have read this. It is told again."),
    "cancel": N_("Cancel"),
    "taken": N_("You have taken this request. The promise holds until: {until}."),
}
ADDED = {
    "heading": N_("What the person answered later"),
    "times": N_("The safe times were changed after sending"),
    "broken": N_("Something that the person added cannot be opened. Do not call before you know what it says."),
    "right": N_("The agreed word came with the new times, and it is right: the new times hold."),
    "wrong": N_("The word that came with the new times is not the agreed one: only what both allow holds."),
    "not_given": N_("No word came with the new times: only what both allow holds."),
    "no_word": N_("No word was agreed: only what both allow holds."),
    "reported": N_(
        "These times came with the code of the report that is joined to this request. Their last day holds here, too; "
        "call only when both allow it."
    ),
    "before": N_("Times until then"),
    "wanted": N_("New times"),
    "none": N_("none"),
}
FIND = {
    "working": N_("Looking …"),
    "more": N_("A word alone is not enough: choose one thing more."),
    "none": N_("No one request fits. Ask for one thing more, or for the receipt code. Say nothing about any request."),
    "wrong": N_("That passphrase does not open the key. Try again."),
    "offline": N_("The desk does not answer. Nothing has been changed."),
}
"""No match, several matches and a wrong code all get the same sentence, so that it gives nothing away."""
CALL = {"heading": N_("What to say, in {language}")}
STEPS = {
    "before": N_("Before"),
    "open": N_("Somebody answers"),
    "check": N_("Is it the person?"),
    "talk": N_("It is the person"),
    "other": N_("Somebody else answers"),
    "voicemail": N_("A machine answers"),
    "unanswered": N_("Nobody answers"),
    "write": N_("The text message"),
    "other_writes": N_("Somebody else writes back"),
    "drop": N_("The call breaks off"),
    "cannot": N_("The person cannot talk now"),
    "danger": N_("There is danger now"),
    "end": N_("Before you end"),
}
MIND = {
    "alone": N_("Be where nobody hears you. Have the form for the talk at hand, so that you need not call twice."),
    "speaks": N_("The person speaks another language: {language}. Have someone beside you who speaks it."),
    "interpreter": N_("An interpreter is wanted: have one ready before you begin."),
    "text_only": N_("The person marked “writing only”: do not ring before the head of service has decided how."),
    "number_shown": N_("Let your ordinary number show."),
    "number_hidden": N_("Hide your number."),
    "open": N_("Say no more than this until you know who it is."),
    "heard": N_("The word that must come back: {code}"),
    "not_heard": N_("Another word, or none: it counts as somebody else having answered. Note it so."),
    "not_heard_from_caller": N_(
        "Another word, or none: say nothing about any request, not even that there is one. "
        "Offer what anybody is offered."
    ),
    "no_word": N_("No word was agreed. Name the service only when you are sure who it is."),
    "called": N_("Wants to be called: {called}"),
    "own_behaviour": N_(
        "The person's own behaviour: no blame, no excuse. Never say and never ask whether the service knows the other "
        "person."
    ),
    "somebody_else": N_("A helper asks: no names, and not a word on whom the service knows."),
    "silent": N_("Say nothing and hang up. What was said to somebody else once is not said again."),
    "other": N_("Nothing else. Never name the service, the matter or the person. Do not ring again today."),
    "voicemail": N_("This and no more: no service, no number, no reason."),
    "no_voicemail": N_("Hang up before the tone. No message was allowed."),
    "sms": N_("This and no more: no service, no name, no word of the matter."),
    "never_ring": N_("Never ring this number. Only this one text message, and then answers to what comes back."),
    "unnamed": N_("Do not name the service in writing."),
    "no_answer": N_("Do not answer. Note it as “someone else answered, or the word was wrong”."),
    "theirs": N_("The person makes the contact. Do not call and do not write."),
    "drop_do_not_call_again": N_("Do not call again."),
    "drop_i_call_back": N_("Do not call. The person calls back."),
    "drop_you_call_again_in_window": N_("Call again, once, and only within the safe time."),
    "cannot": N_("End at once and ask nothing. Note it as “reached, but could not talk safely”."),
    "cannot_caller": N_("End at once and ask nothing. The person may call or come again; note when."),
    "danger": N_("If you hear that somebody is being hurt, ring 112 yourself, from another telephone."),
    "end": N_("What was safe today may not be safe next time. Then note how it went."),
    "end_caller": N_(
        "What was safe today may not be safe next time. Then press “The person called or came, the word was right”."
    ),
}
GUIDANCE = N_("What to mind now")
FACT = N_("{said} ({source}; last looked at: {day})")
CARD = N_("Source: {source}; last looked at: {day}; answers for it: {owner}.")
NOTES = {
    "heading": N_("Notes for colleagues"),
    "who": N_("Who may read this request in your service reads them; the person does not. They are erased with it."),
    "label": N_("A short note"),
    "limits": N_("at most 1000 characters; no names, no numbers"),
    "save": N_("Seal and save the note"),
    "saved": N_("The note is saved."),
    "number": N_("Not saved yet: in it stands what looks like a telephone or a code. Leave it out, and save again."),
    "failed": N_(
        "The note was not saved. What you wrote is still here: try again, or reload the page after copying it."
    ),
    "unreadable": N_("This note cannot be opened with your key."),
    "remove": N_("Remove this note"),
    "sure": N_("Remove it for everyone? It cannot be brought back. The audit keeps that you did it."),
    "removed": N_("The note is removed."),
    "not_removed": N_("The note was not removed. Try again."),
}
PAPER = {
    "button": N_("Print the first page of the file"),
    "title": N_("Request {short}: first page of the file"),
    "warning": N_(
        "Sent {sent}. Erased from the desk by {erased}. This sheet belongs in the file, and is destroyed with it. "
        "Do not leave it on the desk or in the printer."
    ),
    "request": N_("1. Request of the person"),
    "reported": N_("1. Report of another institution"),
    "screen": N_("Answers to the risk questions"),
    "story": N_("In the person's own words"),
    "adds": N_("What the report adds"),
    "continued": N_("(continued on the screen)"),
    "service": N_("2. Social service"),
    "marac": N_("3. Meeting of several institutions (MARAC)"),
}
COPYING = {
    "button": N_("Copy for the record system"),
    "title": N_("Blakus, request {short}, sent {sent}"),
    "copied": N_(
        "Copied: the answers and the safe times, without the number, the agreed word and the person's own words. Paste "
        "it, then copy something else, so that it does not stay in this computer's memory."
    ),
    "by_hand": N_("The browser did not copy it. The text is marked: copy it by hand."),
}
"""The block for the service's own record system."""
SERVICE_FIELDS = (
    N_("Taken over (date, by whom)"),
    N_("File number"),
    N_("Name, surname"),
    N_("Personal code"),
    N_("First contact: date, hour, how"),
    N_("Second contact"),
    N_("First meeting: date, place"),
    N_("Agreed"),
    N_("Referred to"),
    N_("Closed (date)"),
)
MARAC_FIELDS = (
    N_("Risk questionnaire filled in (date, by whom)"),
    N_("Result"),
    N_("Handed to the coordinator (date)"),
    N_("Meeting (date)"),
    N_("Decided"),
    N_("To be looked at again (date)"),
)


def state_words(writing: Writing, envelope: Envelope) -> str:
    """Describe the state of a request, with who took it and until when."""
    state = "erased_at_desk" if envelope.closed_as == "erased_at_desk" else envelope.state
    until = writing.last_day(envelope.due_at) if envelope.due_at else "–"
    return writing.say(STATES[state]).replace("{name}", envelope.taken_by or "–").replace("{until}", until)


def duty_words(writing: Writing, envelope: Envelope) -> str:
    """Describe what is to be done now."""
    unreached = envelope.state in ("new", "taken")
    if unreached and envelope.no_contact:
        return writing.say(NO_CONTACT)
    duties = [DUTIES[envelope.state], *([FIND_A_WAY] if unreached and envelope.lacks_contact else [])]
    return " ".join(writing.say(duty) for duty in duties)


FORMATS: Mapping[str, Format] = {
    "state_words": state_words,
    "priority_words": coded(PRIORITIES),
    "age_words": coded(AGES),
    "escalation_words": coded(ESCALATIONS),
    "duty_words": duty_words,
    "lock_words": coded(LOCKS),
    "outcome_words": coded(NOTED),
}
