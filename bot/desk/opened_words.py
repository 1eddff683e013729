"""The desk's words for an opened request, beside its vocabulary: around the script of a call, and for notes. What a
worker says aloud stands in request.po, in the person's language. English; see desk.po.
"""

from bot.desk.vocabulary import N_

SPOKEN = (
    *("open", "check", "expected", "who", "safe", "cannot", "danger", "next", "voicemail", "sms"),
    "other.say_wrong_number",
)
"""The texts `request.script.…`, each a whole sentence or two."""

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
    "not_heard": N_("Another word, or none: somebody else has answered. Go on so, and note “someone else answered”."),
    "no_word": N_("No word was agreed. Name the service only when you are sure who it is."),
    "called": N_("Wants to be called: {called}"),
    "silent": N_("Say nothing and hang up. What was said to somebody else once is not said again."),
    "other": N_("Nothing else. Never name the service, the matter or the person. Do not ring again today."),
    "voicemail": N_("This and no more: no service, no number, no reason."),
    "no_voicemail": N_("Hang up before the tone. No message was allowed."),
    "sms": N_("This and no more: no service, no name, no word of the matter."),
    "never_ring": N_("Never ring this number. Only this one text message, and then answers to what comes back."),
    "unnamed": N_("Do not name the service in writing."),
    "no_answer": N_("Do not answer. Note it as “someone else answered”."),
    "theirs": N_("The person makes the contact. Do not call and do not write."),
    "drop_do_not_call_again": N_("Do not call again."),
    "drop_i_call_back": N_("Do not call. The person calls back."),
    "drop_you_call_again_in_window": N_("Call again, once, and only within the safe time."),
    "cannot": N_("End at once and ask nothing. Note it as “reached, but could not talk safely”."),
    "danger": N_("If you hear that somebody is being hurt, ring 112 yourself, from another telephone."),
    "end": N_("What was safe today may not be safe next time. Then note how it went."),
}
NOTES = {
    "heading": N_("Notes for colleagues"),
    "who": N_("Who may read this request in your service reads them; the person does not. They are erased with it."),
    "label": N_("A short note"),
    "limits": N_("at most 1000 characters; no names, no numbers"),
    "save": N_("Seal and save the note"),
    "saved": N_("The note is saved."),
    "failed": N_(
        "The note was not saved. What you wrote is still here: try again, or reload the page after copying it."
    ),
    "unreadable": N_("This note cannot be opened with your key."),
}
PAPER = {
    "button": N_("Print the first page of the file"),
    "title": N_("Request {short}: first page of the file"),
    "warning": N_(
        "Sent {sent}. Erased from the desk by {erased}. This sheet belongs into the file, and is destroyed with it. "
        "Do not leave it on the desk or in the printer."
    ),
    "request": N_("1. Request of the person"),
    "screen": N_("Answers to the risk questions"),
    "story": N_("In the person's own words"),
    "continued": N_("(continued on the screen)"),
    "service": N_("2. Social service"),
    "marac": N_("3. Meeting of several institutions (MARAC)"),
}
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
