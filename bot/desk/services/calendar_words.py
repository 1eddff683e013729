"""Texts of the calendar page: what became of a change, what is wrong with it, what would follow from it."""

from bot.engine.marking import N_

DAYS = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
SAID = {
    "saved": N_("Saved. It holds from now on."),
    "same": N_("Nothing was different, so nothing was saved."),
    "tried": N_("The test mails are on their way. In each mailbox somebody opens the link and presses the button."),
    "not-tried": N_("No test mail was sent: no address is saved, or test mails went out in the last five minutes."),
    "settled": N_("Noted. If nothing else is missing, people can write to the service again."),
    "unsaved": N_("Not saved yet. This is what would follow."),
    "wrong": N_("Nothing was saved. Please look at the marked fields."),
    "meanwhile": N_(
        "Someone else changed this calendar meanwhile. Nothing of yours is saved yet. Where yours differs, what is "
        "saved stands beside it."
    ),
}
PROBLEMS = {
    "hours": N_("Give both times, the earlier one first."),
    "days": N_("Write a day as 2026-12-23, a span as 2026-12-27 – 2027-01-05, one on each line."),
    "far": N_("At most a year and a half ahead."),
    "address": N_("This is not an e-mail address."),
    "minutes": N_("Between 15 and 2400 minutes."),
    "itself": N_("A service cannot stand in for itself."),
    "ring": N_("That service falls back on this one, perhaps by way of others: nobody would be left."),
    "unaddressable": N_("Nobody can write to that service now. Choose another, or none."),
    "holder": N_("Only somebody of this service who holds its key can be named."),
    "bound": N_("Requests are open that the present reader alone may see. Name another once they are closed."),
    "own": N_("Others of the service read this mailbox. It has to be the reader's own."),
    "reader": N_("Name the reader whose address this is, or leave the address empty."),
}
FIELDS = {
    "reads_within_minutes": N_("A request is read within, minutes of reading hours"),
    "escalates_within_minutes": N_("When nobody takes it, the next is told after, minutes of reading hours"),
    "email": N_("Address for notices"),
    "deputy_email": N_("Address of the deputy"),
    "head_email": N_("Address of the head of service"),
    "fallback_id": N_("Another service, told last"),
    "reader_id": N_("Who alone reads requests of people who know somebody at the service"),
    "reader_email": N_("That reader's own address"),
}
MOMENTS = {
    "now": N_("Somebody who writes now"),
    "friday": N_("Somebody who writes on Friday evening"),
    "midsummer": N_("Somebody who writes on the evening before Midsummer"),
}
STEPS = {
    "deputy": N_("Not taken, it goes to the deputy:"),
    "head": N_("Still not taken, to the head of service:"),
    "fallback": N_("Still not taken, to the other service:"),
}
