"""The desk's words for codes: states, reasons, and what a request's answers mean to a worker. English; see desk.po."""

from collections.abc import Mapping

from bot.engine.marking import N_ as N_
from bot.engine.request import RequestForm

PRIORITIES = {
    "today": N_("TODAY"),
    "next_working_day": N_("NEXT WORKING DAY"),
    "in_order": N_("IN ORDER"),
}
STATES = {
    "new": N_("new"),
    "taken": N_("taken by {name}"),
    "awaited": N_("waits for the person until {until} ({name})"),
    "contacted": N_("contacted by {name}"),
    "met": N_("met or referred"),
    "closed": N_("closed"),
    "withdrawn": N_("withdrawn"),
    "erased_at_desk": N_("erased at the desk at the person's wish"),
    "expired": N_("expired"),
}
STATE_NAMES = {
    "new": N_("new"),
    "taken": N_("taken"),
    "awaited": N_("waits for the person"),
    "contacted": N_("contacted"),
    "met": N_("met or referred"),
    "ended": N_("ended"),
    "mine_ended": N_("ended, had by you"),
}
DUTIES = {
    "new": N_("Open it, read it, and take it."),
    "taken": N_("Reach the person, only as the request says."),
    "awaited": N_("Do not call. When the person calls or comes, ask for the agreed word and note it here."),
    "contacted": N_("Agree on a meeting, or refer."),
    "met": N_("Write what follows into your service's own file, and close it here."),
    "closed": N_("Nothing more. It is erased by itself."),
    "withdrawn": N_("Nothing more. Do not call."),
    "expired": N_("Nothing more."),
}
FIND_A_WAY = N_("If the letter names no safe way to the person, find one; the first line says how.")
"""The duty beside a referral whose envelope names no last day of a permission to call."""
NO_CONTACT = N_("Do not contact the person because of this report. Only the duty towards children goes on.")
"""The duty beside a report whose own request is gone."""
WITHOUT_CONTACT = {
    "no_contact": N_("no contact"),
    "find_way": N_("no safe way is known"),
    "joined": N_("as the person's own request says"),
    "own_gone": N_("no contact"),
}
"""Contact modes of a referral only."""
AGES = {"": "", "soon": N_("less than an hour is left"), "late": N_("over its time")}
ESCALATIONS = {
    "": "",
    "deputy": N_("the deputy has been told"),
    "head": N_("the head of service has been told"),
    "fallback": N_("another service has been told"),
}
LOCKS = {
    "": "",
    "other_person": N_(
        "Nobody calls, not even the head of service: somebody else answered. It ends with new times and the agreed "
        "word, or when the person calls or comes and the word is right."
    ),
    "limit": N_("Calling is locked: the limit of attempts is reached. The head of service decides."),
    "wrong_number": N_(
        "Nobody calls this number any more: it was a wrong one. "
        "Wait until the person calls, comes or sends a new request."
    ),
    "pause": N_("The last attempt was less than an hour ago. Wait before the next one."),
}
OUTCOMES = {
    "reached_verified": N_("reached, and it is the person"),
    "reached_not_safe": N_("reached, but could not talk safely"),
    "other_person": N_("someone else answered, or the word was wrong"),
    "no_answer": N_("no answer"),
    "wrong_number": N_("wrong number"),
}
NOTED = {**OUTCOMES, "came": N_("the person called or came, and the word was right")}
REASONS = {
    "met": N_("met the person"),
    "referred": N_("referred to another service"),
    "declined": N_("the person does not want help now"),
    "could_not_reach_safely": N_("could not reach safely"),
}
LINE = {
    "call_yes": N_("Call now? YES – window closes {until}."),
    "call_no": N_("Call now? NO – {why}."),
    "sms_yes": N_("Text message now? YES – window closes {until}."),
    "sms_no": N_("Text message now? NO – {why}."),
    "opens": N_("window opens {opens}"),
    "opens_on": N_("window opens {day} {opens}"),
    "no_window": N_("no window is left"),
    "no_expired": N_("the permission has expired"),
    "no_watched": N_("someone may read this phone"),
    "no_shared": N_("others use this phone, too"),
    "no_landline": N_("this is a landline"),
    "no_unexpected": N_("the letter does not say that the phone's owner expects a message"),
    "no_unread": N_("something that the person added cannot be read"),
    "no_unanswerable": N_("nobody can call in these times; the person was told so"),
    "no_other_person": N_("somebody else answered; wait for new times with the agreed word, or for the person"),
    "no_wrong_number": N_("it was a wrong number"),
    "no_limit": N_("the attempts that the person allowed are used up"),
    "no_pause": N_("the last attempt was less than an hour ago"),
    "no_awaited": N_("we wait for the person until {until}"),
    "awaited": N_("We wait until {until}."),
    "no_blocked": N_("the person said that this number is no longer safe"),
    "i_will_call_you": N_("Call now? NO – the person will call us."),
    "i_will_come": N_("Call now? NO – the person will come in."),
    "no_contact": N_("Call now? NO – the person wishes no contact. Only the duty towards children goes on."),
    "find_way": N_(
        "Call now? NO – no safe contact is known. Find a safe way: the person's own visit, an appointment at the "
        "doctor's, a leaflet from the officer. Never a letter, an e-mail, a message or an unannounced visit."
    ),
    "joined": N_(
        "Call now? NO – not because of this report. The person wrote, too: only their own request says whether and how."
    ),
    "own_gone": N_(
        "Call now? NO – no contact because of this report. The person's own request is gone: it was withdrawn, or its "
        "time is over. Only the duty towards children goes on."
    ),
    "phone_mine_private": N_("Phone is the person's own."),
    "phone_mine_shared": N_("Phone is shared."),
    "phone_trusted_person": N_("Phone belongs to someone the person trusts."),
    "phone_work": N_("Phone is at work."),
    "watched": N_("The phone is watched."),
    "maybe_watched": N_("The phone may be watched."),
    "own_watched": N_("The person's own phone is watched."),
    "own_maybe_watched": N_("The person's own phone may be watched."),
    "no_messages": N_("No messages."),
    "voicemail": N_("A neutral voice message is allowed."),
    "sms": N_("A neutral text message is allowed."),
    "never_call": N_("Do not call."),
    "other_answers": N_("Other person answers: {cover}."),
    "code_word": N_("Agreed word: {code}."),
    "no_code_word": N_("No agreed word."),
    "priority": N_("Urgent: {priority}."),
    "speaks": N_("Speaks {language}."),
    "interpreter": N_("Needs an interpreter."),
    "conflict": N_("Knows someone who works here: talk about it with no colleague."),
    "minor": N_("Under 18."),
    "about_own_behaviour": N_("About the person's own behaviour: the card for that talk is below."),
    "about_somebody_else": N_("About somebody else: a helper asks for advice."),
}
GROUPS = {
    "contact": N_("Safe contact"),
    "urgency": N_("Urgency"),
    "access": N_("Language and access"),
    "wishes": N_("Wishes"),
}
FIELDS = {
    "contact_mode": N_("How"),
    "device_watched": N_("Someone looks at the phone or computer"),
    "coming_by": N_("Thinks to call or come by"),
    "phone": N_("Phone"),
    "phone_is": N_("Whose phone"),
    "windows": N_("Safe times"),
    "valid_until": N_("Safe times hold until"),
    "code_word": N_("Agreed word"),
    "if_other_answers": N_("If someone else answers"),
    "voicemail_ok": N_("Voice message"),
    "sms_ok": N_("Text message"),
    "caller_id": N_("Your number"),
    "if_call_drops": N_("If the call breaks off"),
    "max_attempts": N_("Most attempts"),
    "expects_message": N_("The phone's owner expects a message"),
    "neutral_message": N_("The message"),
    "urgency_self": N_("How soon, in the person's own judgement"),
    "danger_gate": N_("In danger when asked"),
    "about": N_("What it is about"),
    "lives_with": N_("Lives with the other person"),
    "children": N_("Children"),
    "language": N_("Language"),
    "interpreter": N_("Interpreter"),
    "interpreter_not_local": N_("Interpreter from elsewhere"),
    "age_band": N_("Age"),
    "access_needs": N_("Needs"),
    "worker_sex": N_("Prefers to talk to"),
    "conflict_known": N_("Knows someone who works here"),
    "area": N_("Place"),
    "wrote_before": N_("Wrote to this service before"),
    "called": N_("Wants to be called"),
    "topics": N_("Wants help with"),
    "topics_own": N_("Wants to talk about"),
    "topics_help": N_("Asks for advice on"),
    "who": N_("The other person is"),
    "note": N_("In the person's own words"),
}
YES_NO = {"yes": N_("yes"), "no": N_("no"), "not_sure": N_("not sure"), "skip": N_("not answered")}
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "contact_mode": {
        "i_will_call_you": N_("the person will call us"),
        "i_will_come": N_("the person will come in"),
        "call": N_("call"),
        "sms": N_("text message"),
    },
    "device_watched": YES_NO,
    "phone_is": {
        "mine_private": N_("own, nobody else uses it"),
        "mine_shared": N_("own, others use it too"),
        "trusted_person": N_("of someone trusted"),
        "work": N_("at work"),
    },
    "if_other_answers": {
        "say_wrong_number": N_("say wrong number"),
        **dict.fromkeys(("survey", "clinic_reception", "delivery"), N_("no longer used: say nothing")),
        "hang_up": N_("hang up"),
    },
    "voicemail_ok": {"no": N_("no"), "yes_neutral": N_("yes, neutral")},
    "sms_ok": {"no": N_("no"), "yes_neutral_text": N_("yes, neutral")},
    "caller_id": {
        "show_ordinary_number": N_("show an ordinary number"),
        "hidden": N_("hide it"),
        "no_preference": N_("no preference"),
    },
    "if_call_drops": {
        "do_not_call_again": N_("do not call again"),
        "i_call_back": N_("the person calls back"),
        "you_call_again_in_window": N_("call again within the safe time"),
    },
    "max_attempts": {"1": "1", "2": "2", "3": "3"},
    "expects_message": YES_NO,
    "neutral_message": {
        "good_time": N_("asks whether it is a good time"),
        "nothing_urgent": N_("says that nothing is urgent"),
        "when_it_suits": N_("says that an answer can wait"),
        "for_someone_else": N_("says that it was meant for somebody else"),
    },
    "urgency_self": {
        "today": N_("today"),
        "this_week": N_("this week"),
        "when_possible": N_("when possible"),
    },
    "danger_gate": {**YES_NO, "not_asked": N_("not asked")},
    "about": {
        "done_to_me": N_("what is done to the person"),
        "somebody_else": N_("somebody else, as a helper"),
        "own_behaviour": N_("the person's own behaviour"),
    },
    "lives_with": {**YES_NO, "sometimes": N_("sometimes")},
    "children": {
        "at_home": N_("at home"),
        "not_at_home": N_("not at home"),
        "none": N_("none"),
        "skip": N_("not answered"),
    },
    "language": {
        "lv": N_("Latvian"),
        "ru": N_("Russian"),
        "uk": N_("Ukrainian"),
        "en": N_("English"),
        "other": N_("another language"),
    },
    "interpreter": YES_NO,
    "interpreter_not_local": YES_NO,
    "age_band": {
        "under_13": N_("under 13"),
        "13_15": N_("13 to 15"),
        "16_17": N_("16 or 17"),
        "adult": N_("18 to 59"),
        "60_plus": N_("60 or over"),
        "skip": N_("not answered"),
    },
    "access_needs": {
        "hearing": N_("hears badly"),
        "sight": N_("sees badly"),
        "mobility": N_("moves with difficulty"),
        "easy_language": N_("easy language"),
        "sign_language": N_("sign language"),
        "text_only": N_("writing only"),
        "companion": N_("comes with a companion"),
    },
    "worker_sex": {"woman": N_("a woman"), "man": N_("a man"), "no_preference": N_("no preference")},
    "conflict_known": YES_NO,
    "wrote_before": YES_NO,
    "topics": {
        "safety_plan": N_("a safety plan"),
        "protection_order": N_("protection by court"),
        "shelter": N_("shelter"),
        "psychologist": N_("a psychologist"),
        "lawyer": N_("a lawyer"),
        "children": N_("children"),
        "money": N_("money"),
        "talk": N_("someone to talk to"),
        "other": N_("something else"),
    },
    "topics_own": {
        "course": N_("sessions or a psychologist"),
        "anger": N_("how to stop when anger grows"),
        "children": N_("children"),
        "alcohol": N_("alcohol or other substances"),
        "talk": N_("someone to talk to"),
        "other": N_("something else"),
    },
    "topics_help": {
        "how_to_speak": N_("how to talk about it"),
        "how_to_help": N_("how to help without doing harm"),
        "a_child": N_("a child"),
        "what_you_do": N_("what the service can do"),
        "own_strain": N_("how the helper can bear it"),
        "other": N_("something else"),
    },
    "who": {
        "partner": N_("partner"),
        "ex_partner": N_("former partner"),
        "parent": N_("parent"),
        "adult_child": N_("adult child"),
        "other_family": N_("another relative"),
        "other": N_("someone else"),
        "skip": N_("not answered"),
    },
}
CONSENTS = {
    "send_request": N_("to send this request to the service"),
    "contact_me_as_described": N_("to be contacted exactly as described here"),
    "include_screen": N_("to send the answers to the risk questions as well"),
}
SCREEN = {
    "fear": N_("Fears being seriously hurt or killed, or for the children or someone close"),
    "threat": N_("Was threatened with a weapon or an object, or someone was threatened with death"),
    "neck": N_("The neck was pressed, or breathing was stopped"),
    "worse": N_("More frequent or worse lately"),
    "control": N_("Is followed, checked or controlled"),
    "leaving": N_("Left, tried to leave, or plans to"),
    "others": N_("Children at home, pregnancy, or someone depends on the person's care"),
}
SCREEN_ANSWERS = {"yes": N_("yes"), "no": N_("no"), "not_sure": N_("not sure"), "not_answered": N_("not answered")}


def unnamed(form: RequestForm) -> list[str]:
    """Return fields and options (`field:option`) the desk has no words for. Agreed words need none."""
    letter = {name: field for name, field in form.fields.items() if field.sent}
    asked = {name: field for name, field in letter.items() if not name.startswith("code_word")}
    missing = [name for name in asked if name not in FIELDS]
    for name, field in asked.items():
        missing += [f"{name}:{option}" for option in field.options if option not in OPTIONS.get(name, {})]
    return missing
