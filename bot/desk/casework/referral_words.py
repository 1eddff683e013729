"""Words of a referral: its questions, its answers, and what may be wrong. English; see desk.po."""

from collections.abc import Mapping

from bot.engine.marking import N_
from bot.engine.referral import ReferralForm

GROUPS = {
    "report": N_("The report"),
    "signs": N_("What was seen, told, denied or not asked"),
    "rest": N_("What has been done, and what else"),
}
FIELDS = {
    "came_by": N_("It came by"),
    "sender": N_("Who reports"),
    "report_number": N_("Number of the report"),
    "basis": N_("Why you may have it"),
    "asked_alone": N_("The person was asked alone"),
    "told_reader": N_("The person knows who reads this"),
    "wish": N_("What the person wishes"),
    "whose": N_("Who needs protection"),
    "injury": N_("Injuries"),
    "neck": N_("The neck was pressed, or breathing was stopped"),
    "threat": N_("A threat to kill"),
    "weapon": N_("A weapon, or an object used as one"),
    "fear": N_("Fears to be killed or seriously hurt"),
    "worse": N_("More frequent or worse lately"),
    "control": N_("Is followed, checked or controlled"),
    "leaving": N_("Left, tried to leave, or plans to"),
    "order_broken": N_("A ban or an order was broken"),
    "alcohol": N_("Alcohol or drugs"),
    "children_present": N_("Children were there"),
    "dependent": N_("Pregnant, or dependent on care"),
    "done": N_("Done already"),
    "close_to_family": N_("Somebody at your service is close to the family"),
    "note": N_("What no other question covers"),
    "read_aloud": N_("The agreement"),
}
SIGN_ANSWERS = {
    "seen": N_("seen"),
    "told": N_("told"),
    "no": N_("no"),
    "not_asked": N_("not asked"),
}
KNOWN = {"yes": N_("yes"), "no": N_("no"), "not_known": N_("not known")}
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "came_by": {"e_address": N_("official e-address"), "paper": N_("paper"), "telephone": N_("telephone")},
    "sender": {
        "state_police": N_("State Police"),
        "municipal_police": N_("municipal police"),
        "doctor": N_("doctor or hospital"),
        "school": N_("school or kindergarten"),
        "custody_court": N_("custody court"),
        "other": N_("another institution"),
    },
    "basis": {
        "agreed": N_("the person agreed"),
        "police_duty": N_("duty of the police to report"),
        "child_duty": N_("duty to report a child in danger"),
    },
    "asked_alone": KNOWN,
    "told_reader": KNOWN,
    "wish": {"contact": N_("contact"), "no_contact": N_("no contact"), "not_asked": N_("not asked")},
    "whose": {
        "one_adult": N_("one adult"),
        "elder": N_("an elderly person"),
        "unclear_who": N_("unclear who"),
    },
    "done": {
        "separated": N_("the police have separated them"),
        "court_application": N_("an application to the court was made"),
        "custody_court_told": N_("the custody court was told"),
        "leaflet": N_("the person was given the leaflet"),
    },
    "close_to_family": KNOWN,
}
WRONG = {
    "missing": N_("not answered yet"),
    "number": N_("this is no telephone number"),
    "order": N_("the end is not after the beginning"),
    "no_way": N_("without the number of a report and without a safe contact nobody can find the person"),
}
PAGE = {
    "sealing": N_("Sealing …"),
    "offline": N_("The desk does not answer, or your key does not fit. Everything is still here: try again."),
    "wrong_passphrase": N_("That passphrase does not open the key. Try again."),
    "too_long": N_("This is too long to be sealed: shorten what you have written."),
}
PAPER = {
    "heading": N_("Report to the social service"),
    "travels": N_(
        "This page travels by the official channel only, together with the report. It is never handed to the person "
        "and never left in the dwelling: somebody else may read it there."
    ),
    "danger": N_("In danger ring {number} at once. This page stands in for neither that call nor the report."),
    "nobody": N_(
        "Write no name, no personal code and no address, and nothing by which the other person can be known: they "
        "stand in the report alone."
    ),
    "signs": N_("One box in each line. “Not asked” is an answer of its own, never a no."),
    "contact": N_("A safe contact"),
    "alone": N_("Only what the person has said alone, and only if contact is wished. Otherwise leave all of it empty."),
    "agreement": N_("The agreement"),
    "aloud": N_("Read it aloud, word for word, before you mark that the person agreed."),
    "reader": N_("filled in by the social service"),
    "when": N_("days, from, to"),
    "most": N_("at most {most} characters; no names, no numbers"),
    "printed": N_("Form of {version}, printed on {day}"),
}
"""What the page for partners says beside its questions."""
ON_PAPER = {"basis": N_("Why the service may have it")}
"""Questions that are put to a worker at the desk, and to somebody else on paper."""
BY_THE_READER = ("came_by", "close_to_family")
"""What the service knows, and no officer does."""
FIRST = {
    "reported": N_("Reported by {sender}."),
    "numbered": N_("Reported by {sender}, report number {number}."),
    "agreed": N_("The person agreed."),
    "police_duty": N_("Reported by duty: the person was not asked to agree."),
    "child_duty": N_("Reported by duty towards a child."),
    "alone": N_("The person was asked alone."),
    "not_alone": N_("The person was not asked alone."),
    "alone_unknown": N_("It is not known whether the person was asked alone."),
    "knows": N_("The person knows who reads this."),
    "knows_not": N_("The person may not know who reads this."),
    "unclear": N_("It is unclear who needs protection: decide nothing from this form."),
}
"""The first sentences of an opened referral."""


def unnamed(form: ReferralForm) -> list[str]:
    """Return fields and options (`field:option`) that have no words here."""
    missing = [name for name in form.fields if name not in FIELDS]
    for name, field in form.fields.items():
        missing += [f"{name}:{option}" for option in field.options if option not in OPTIONS.get(name, {})]
    return missing
