"""Words of what is counted at closing, for the page of a quarter. English; see desk.po."""

from bot.engine.marking import N_
from bot.engine.monitoring import MonitoringForm

QUESTIONS = {
    "reported": N_("Reported by another institution"),
    "agreed": N_("The person agreed to the report"),
    "in_contact": N_("The person was reached"),
    "conversation": N_("A risk conversation was held"),
    "new_family": N_("The family was not known to the service before"),
    "children": N_("There are children"),
    "separated": N_("The police have separated them"),
    "meeting": N_("Institutions met about it"),
    "rehabilitation": N_("Brought to rehabilitation"),
    "child_rehabilitation": N_("Brought to rehabilitation of a child"),
    "shelter": N_("Brought to a crisis centre"),
    "lawyer": N_("Brought to a lawyer"),
    "course": N_("Brought to a course for those who use violence"),
}
TOLD = {
    "few": N_("few or none"),
    "most": N_("most or all"),
    "nothing": N_("too few cases to say"),
}


def ticks(form: MonitoringForm) -> list[tuple[str, str]]:
    """Return the questions that a worker ticks when closing, with their words; one of another package has its id."""
    return [(name, QUESTIONS.get(name, name)) for name in form.ticked]


def unnamed(form: MonitoringForm) -> list[str]:
    """Return questions that have no words here."""
    return [name for name in form.questions if name not in QUESTIONS]
