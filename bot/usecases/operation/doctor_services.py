"""The doctor's lines about services: what is missing before people can write to them, and who can fix it.

The desk and the command line show these sentences.
"""

from collections.abc import AsyncIterator, Mapping

from bot.runtime import RIGA, Runtime
from bot.usecases.operation.doctor_line import Line, Sentence, green, red, says, waiting
from bot.usecases.services import confidential, offers
from bot.usecases.services.reachability import Known, Lack, Reach, ReaderLack
from storage.database import Store
from storage.social_services import FEWEST_HOLDERS

LACKS: Mapping[Lack, tuple[Sentence, Sentence]] = {
    "inactive": (
        says("it is switched off"),
        says("the operator: blakus service set … --hours …"),
    ),
    "key_differs": (
        says("letters would be sealed to another key than the one its holders have"),
        says(
            "treat it as an incident: find out who changed the database or the program; then its head changes the key "
            "at the desk under “The key”, or, where it is explained, head or operator settles it under “Calendar”"
        ),
    ),
    "holders": (
        says("{number} of two hold its key"),
        says(
            "two of its workers, at the desk under “The key”; where there is only one, the operator invites a second: "
            "blakus worker invite …"
        ),
    ),
    "hours": (
        says("it never reads"),
        says("its head, at the desk under “Calendar”, or the operator: blakus service set … --hours …"),
    ),
    "smtp": (
        says("this installation sends no mail, so nobody is told that something waits"),
        says("the operator: set BOT_SMTP and BOT_MAIL_FROM, and restart the program"),
    ),
    "address": (
        says("it has no address for notices, so nobody is told that something waits"),
        says("its head, at the desk under “Calendar”, or the operator: blakus service set … --email …"),
    ),
    "address_untried": (
        says("nobody has confirmed that mail arrives at its address for notices"),
        says(
            "its head sends test mails from “Calendar”, or the operator: blakus service try …; "
            "who reads the mailbox opens the link and presses the button"
        ),
    ),
    "step": (
        says("nobody else is told when nobody takes a request"),
        says(
            "its head, at the desk under “Calendar”: another address for the deputy or the head, or another service; "
            "or the operator: blakus service set … --head-email …"
        ),
    ),
    "step_untried": (
        says("nobody has confirmed that mail arrives at those who are told next"),
        says(
            "its head sends test mails from “Calendar”, or the operator: blakus service try …; "
            "deputy or head opens the link and presses the button; another service does so for its own address"
        ),
    ),
}
"""What can be missing, and what to do about it."""

NAME_READER = says(
    "its head names somebody who holds the key, at the desk under “Calendar”, "
    "or the operator: blakus service set … --reader … --reader-email …"
)
READER_LACKS: Mapping[ReaderLack, tuple[Sentence, Sentence]] = {
    "nobody": (says("there is no head of service, and nobody else is named who alone reads"), NAME_READER),
    "key": (
        says("whoever alone reads holds no copy of the key"),
        says("that worker takes a copy of the key at the desk, under “The key”"),
    ),
    "address": (says("whoever alone reads has no address of her or his own"), NAME_READER),
    "shared": (says("others of the service read the mailbox of whoever alone reads"), NAME_READER),
    "untried": (
        says("nobody has confirmed that mail arrives at whoever alone reads"),
        says("its head sends test mails from “Calendar”; whoever alone reads opens the link and presses the button"),
    ),
}
"""Why confidential requests are not sent to a service, and what to do about it."""


TAKES_TIME: frozenset[Lack] = frozenset({"holders", "address_untried", "step_untried"})
"""What nobody can have on the first day: people have to come first."""
OPEN_MAIL = says(
    "whoever reads the mailbox opens the link in the test mail and presses the button; a new mail: blakus service try …"
)
OPEN_LINKS = says(
    "they open their links; the operator makes new ones: blakus worker again …; then both, at the desk under “The key”"
)


def lacking(lack: Lack, reach: Reach) -> tuple[Sentence, Sentence]:
    """Return what is missing and what to do, with the number of key holders where it matters."""
    what, do = LACKS[lack]
    return (Sentence(what.words, {"number": reach.holders}) if lack == "holders" else what), do


async def lines(runtime: Runtime) -> AsyncIterator[Line]:
    """Yield a line for everything that keeps a service from being reachable."""
    async with runtime.database.store() as store:
        known = await offers.load_known(store)
        readers = {service.id: await offers.sole_reader(store, service, known) for service in known.services.values()}
        beginning = await _beginning(store, known)
        hidden = {name: len(await confidential.open_requests(store, name)) for name in known.services}
    if not known.services:
        do = says("blakus service set …; until then phones are shown")
        yield red(says("services"), says("none is set up"), do)
    for service, reach in offers.reaches(runtime, known).items():
        for line in _lines(service, reach, beginning.get(service)):
            yield line
        _, lack = readers[service]
        if lack == "nobody" and hidden[service]:
            about = says("service {id}, for people who know somebody there", id=service)
            yield red(
                about, says("{number} open requests are hidden from everybody", number=hidden[service]), NAME_READER
            )
            continue
        if reach.addressable and lack:
            about = says("service {id}, for people who know somebody there", id=service)
            what, do = READER_LACKS[lack]
            yield Line(about, None, (what, says("such requests are not sent; phones are shown")), do)


async def _beginning(store: Store, known: Known) -> Mapping[str, int]:
    """Return each service whose first two holders are still on their way, and how many of them have not joined.

    Once two have held the key, whatever is missing is a fault. So it is where fewer than two could ever hold it.
    """
    there = await store.workers.all()
    granted = {entry.actor for entry in await store.audit.entries(events={"key_granted"})}
    had_two = {worker.service_id for worker in there if worker.id in granted}
    found = {}
    for service in known.services.keys() - had_two:
        staff = [worker for worker in there if worker.service_id == service and worker.active]
        if len(staff) >= FEWEST_HOLDERS:
            found[service] = sum(worker.password_hash is None for worker in staff)
    return found


def _lines(service: str, reach: Reach, unjoined: int | None) -> list[Line]:
    """Return a line for each thing a service lacks. `unjoined` is a number while its first holders are on their way."""
    about = says("service {id}", id=service)
    if not reach.lacks:
        return [green(about, says("can be addressed"))]
    until: tuple[Sentence, ...] = ()
    if reach.open_until is not None:
        day = f"{reach.open_until.astimezone(RIGA):%Y-%m-%d}"
        until = (says("people can write to it until {day} only", day=day),)
    lines = []
    for lack in reach.lacks:
        what, do = lacking(lack, reach)
        if unjoined is None or lack not in TAKES_TIME:
            lines.append(Line(about, False, (what, *until), do))
        elif lack == "holders" and unjoined:
            still = says("{number} invited people have not joined yet", number=unjoined)
            lines.append(waiting(about, what, OPEN_LINKS).also(still))
        else:
            lines.append(waiting(about, what, do if lack == "holders" else OPEN_MAIL))
    return lines
