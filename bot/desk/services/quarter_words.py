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
FEWER = N_("Fewer than {least} cases.")
CASES = N_("Cases: {total}.")
FAMILIES = {
    "few": N_("Few families, or none, were new to the service."),
    "most": N_("Most families, or all, were not known to the service before."),
    "number": N_("The family was not known to the service before in {number} of them."),
    "about": N_("The family was not known to the service before in about {number} of them."),
}
"""What is said first of a quarter or a year: the sentence that partners pass on."""
INSIDE = N_(
    "What was counted when requests and reports were closed. For you and your coordination group only: it is not "
    "blurred, so it does not leave the service. A number stands only where it and what is left over are at least "
    "{least}; under that only “few or none” or “most or all”, so that nobody can be found in it. A quarter is frozen "
    "when it is over, and its exact sums are erased a month later."
)
DRAWN = N_(
    "A filled bar is a number of all cases. An outline is what is not told: “few or none” is less than {least}, and "
    "“most or all” is fewer than {least} short of all."
)
WITHIN = N_("{said} of {whole}")
"""A question that is told as a part of another."""
COUNTED, HOW_MANY = N_("Of them"), N_("How many")
PRINTED = N_("Made on {day}")
QUARTER = N_("quarter {number} of {year}")
HEADING = N_("Quarters")


def ticks(form: MonitoringForm) -> list[tuple[str, str]]:
    """Return the questions that a worker ticks when closing, with their words; one of another package has its id."""
    return [(name, QUESTIONS.get(name, name)) for name in form.ticked]


def unnamed(form: MonitoringForm) -> list[str]:
    """Return questions that have no words here."""
    return [name for name in form.questions if name not in QUESTIONS]
