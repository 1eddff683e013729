"""The calendar of a service: when it reads, and who is told when it does not. The same for its head, for operators and
for the command line; what it promises to a person is counted where her own page counts it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

import holidays

from bot.engine.request import DAYS
from bot.runtime import RIGA, Runtime
from bot.usecases import escalation, social_services
from bot.usecases.calendar_form import Calendar, Problems, Written, as_written, read
from bot.usecases.notices import NOTICE, NOTICE_DEPUTY, NOTICE_HEAD
from bot.usecases.refused import NotFound, Refused
from bot.usecases.workers import SignedIn
from storage.database import Store
from storage.outbox import Errand
from storage.social_services import SocialService

TRIED = "notice_tried"
TRY_AGAIN = timedelta(minutes=5)
"""A mailbox must not be filled from here."""
FRIDAY, MIDSUMMER, EVENING = 4, (6, 22), time(18)
LANGUAGES = {"lv": "lv", "ru": "ru", "en": "en_US"}
A_YEAR = timedelta(days=366)


class NotValid(Refused):
    """What was written cannot be a calendar: `problems` by the name of the field."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(", ".join(sorted(problems)))
        self.problems = problems


class ChangedMeanwhile(Refused):
    """Someone else changed the calendar since it was looked at."""


class NobodyToTell(Refused):
    """No address is set, no mail server, or a test went out a moment ago."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What follows for a person who writes at a moment: `read_by` and the rest are empty where nothing is promised."""

    when: str
    at: datetime
    read_by: datetime | None
    notice: datetime | None
    steps: Sequence[tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class View:
    """One calendar as its page shows it. `version` comes back with a change: two must not overwrite each other."""

    id: str
    names: Mapping[str, str]
    addressable: bool
    written: Written
    version: str
    others: Mapping[str, Mapping[str, str]]
    foreseen: Sequence[Foreseen]
    problems: Problems


async def every(runtime: Runtime) -> Mapping[str, Mapping[str, str]]:
    """The names of all services that are set up here."""
    async with runtime.database.store() as store:
        return {one.id: one.names for one in await store.services.all()}


async def look(runtime: Runtime, by: SignedIn | None, service_id: str, typed: Written | None = None) -> View:
    """The calendar as it stands, or as it would be with what was typed. Nobody (None) is the command line."""
    async with runtime.database.store() as store:
        return _view(runtime, await _held(store, by, service_id), service_id, typed)


async def change(runtime: Runtime, by: SignedIn | None, service_id: str, typed: Written, version: str) -> list[str]:
    """Set what was typed. Answers the names of what changed; raises NotValid or ChangedMeanwhile."""
    now = runtime.now()
    async with runtime.database.store() as store:
        found, addressed = await _held(store, by, service_id)
        service = found[service_id]
        before = _calendar(service, now)
        if version != _version(before):
            raise ChangedMeanwhile
        calendar, problems = read(typed, service_id, _fallbacks(found), addressed, now.astimezone(RIGA).date())
        if problems:
            raise NotValid(problems)
        names = [name for name, value in asdict(calendar).items() if value != asdict(before)[name]]
        _set(service, calendar)
        if names:  # what it was, and any address, stays out of the audit
            store.audit.add("calendar_changed", by.id if by else "system", service_id, " ".join(names), at=now)
    runtime.forget_world()
    return names


async def set_up(runtime: Runtime, service_id: str, hours: social_services.Hours | None, typed: Written) -> None:
    """What the command line does: set up a service of the directory, or change what is named of its calendar."""
    known = service_id in await every(runtime)
    if not known and hours is None:
        raise Refused("it is not set up yet: say in which hours it reads requests")
    if known:  # nothing is set where not all can be
        stands = await look(runtime, None, service_id)
        if wrong := (await look(runtime, None, service_id, {**stands.written, **typed})).problems:
            raise NotValid(wrong)
    if hours is not None:
        await social_services.set_up(runtime, service_id, hours)
    view = await look(runtime, None, service_id)
    await change(runtime, None, service_id, {**view.written, **typed}, view.version)


async def try_notice(runtime: Runtime, by: SignedIn, service_id: str) -> int:
    """Send the very mail that a request causes, to each address of the service. To how many."""
    now = runtime.now()
    async with runtime.database.store() as store:
        found, _ = await _held(store, by, service_id)
        one = found[service_id]
        kinds = {one.email: NOTICE, one.deputy_email: NOTICE_DEPUTY, one.head_email: NOTICE_HEAD}
        kinds.pop(None, None)
        tried = [entry for entry in await store.audit.entries(service_id) if entry.event == TRIED]
        if not kinds or not runtime.settings.smtp.get_secret_value() or (tried and now < tried[0].at + TRY_AGAIN):
            raise NobodyToTell
        for kind in kinds.values():
            await store.outbox.add(Errand(kind=kind, service_id=service_id, due_at=now))
        store.audit.add(TRIED, by.id, service_id, at=now)
    return len(kinds)


def public_holidays(today: date, language: str) -> list[tuple[date, str]]:
    """The working days of the coming year on which Latvia rests, by their names."""
    years = (today.year, today.year + 1)
    known = holidays.country_holidays("LV", years=years, language=LANGUAGES.get(language, "lv"))
    ahead = [(day, name) for day, name in sorted(known.items()) if today <= day < today + A_YEAR]
    return [(day, name) for day, name in ahead if day.weekday() <= FRIDAY]


def foresee(service: SocialService, now: datetime, other: SocialService | None = None) -> list[Foreseen]:
    """What she is promised who writes now, on Friday evening, and on the evening before Midsummer."""
    local = now.astimezone(RIGA)
    friday = local.date() + timedelta((FRIDAY - local.weekday()) % 7)
    evening = datetime.combine(friday, EVENING, RIGA)
    midsummer = datetime.combine(date(local.year, *MIDSUMMER), EVENING, RIGA)
    moments = {
        "now": now,
        "friday": evening if evening > now else evening + timedelta(days=7),
        "midsummer": midsummer if midsummer > now else midsummer.replace(year=local.year + 1),
    }
    return [_foreseen(service, other or service, when, at) for when, at in moments.items()]


def _foreseen(service: SocialService, other: SocialService, when: str, at: datetime) -> Foreseen:
    """Each step at the time when its mail leaves: another service is told in its own hours."""
    read_by = social_services.promised_at(service, at)
    if read_by is None:
        return Foreseen(when, at, None, None, ())
    steps = [
        (step, social_services.notice_at(other if step == "fallback" else service, due))
        for step, due in escalation.due(service, read_by)
    ]
    return Foreseen(when, at, read_by, social_services.notice_at(service, at), steps)


Held = tuple[Mapping[str, SocialService], frozenset[str]]


async def _held(store: Store, by: SignedIn | None, service_id: str) -> Held:
    """All services, and which of them people can write to. A head reaches her own only."""
    if by and by.role != "operator" and by.service_id != service_id:
        raise NotFound
    found = {one.id: one for one in await store.services.held()}
    if service_id not in found:
        raise NotFound
    return found, frozenset(one.id for one in await store.services.addressable())


def _view(runtime: Runtime, held: Held, service_id: str, typed: Written | None) -> View:
    (found, addressed), now = held, runtime.now()
    service = found[service_id]
    stands = _calendar(service, now)
    written = as_written(stands) if typed is None else typed
    seen, problems = read(written, service_id, _fallbacks(found), addressed, now.astimezone(RIGA).date())
    shown = SocialService(id=service.id, names=service.names, places=service.places, phone=service.phone, hours={},
                          reads_within_minutes=0)  # fmt: skip
    _set(shown, stands if typed is None else seen)
    choices = {one: found[one].names for one in _choices(found, addressed, service)}
    foreseen = [] if problems and typed is not None else foresee(shown, now, found.get(shown.fallback_id or ""))
    return View(service.id, service.names, service.id in addressed, written, _version(stands), choices, foreseen,
                problems if typed is not None else {})  # fmt: skip


def _choices(found: Mapping[str, SocialService], addressed: frozenset[str], service: SocialService) -> Iterable[str]:
    """Those that people can write to, and the one that is set, so that looking at a page never changes it."""
    return sorted((addressed | {service.fallback_id or ""}) & (found.keys() - {service.id}))


def _fallbacks(found: Mapping[str, SocialService]) -> Mapping[str, str | None]:
    return {one.id: one.fallback_id for one in found.values()}


def _calendar(service: SocialService, now: datetime) -> Calendar:
    """As it stands, without the days that are over."""
    today = now.astimezone(RIGA).date().isoformat()
    return Calendar(
        hours={day: list(service.hours[day]) for day in DAYS if day in service.hours},
        closed_days=[day for day in sorted(service.closed_days) if day >= today],
        email=service.email,
        deputy_email=service.deputy_email,
        head_email=service.head_email,
        fallback_id=service.fallback_id,
        reads_within_minutes=service.reads_within_minutes,
        escalates_within_minutes=service.escalates_within_minutes,
    )


def _set(service: SocialService, calendar: Calendar) -> None:
    for name, value in asdict(calendar).items():
        setattr(service, name, value)


def _version(calendar: Calendar) -> str:
    return hashlib.sha256(json.dumps(asdict(calendar), sort_keys=True).encode()).hexdigest()[:16]
