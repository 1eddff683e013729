"""The calendar of a service: when it reads, and who is told when it does not. Its head, operators and the command line
all use this module, and what it foresees is computed by the code behind a person's own page."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

import holidays

from bot.engine.request import DAYS
from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.refused import NotFound, Refused
from bot.usecases.services import confidential, escalation, offers, reading_hours, setting_up
from bot.usecases.services.calendar_form import (
    ADDRESSES,
    CalendarSettings,
    Choices,
    Problems,
    Written,
    as_written,
    parse,
)
from bot.usecases.services.reachability import Known, Reach, ReaderLack
from storage.database import Store
from storage.social_services import SocialService
from storage.workers import Worker

FRIDAY, MIDSUMMER, EVENING = 4, (6, 22), time(18)
LANGUAGES = {"lv": "lv", "ru": "ru", "en": "en_US"}
A_YEAR = timedelta(days=366)


class NotValid(Refused):
    """The typed text is no valid calendar. `problems` are by field name."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(", ".join(sorted(problems)))
        self.problems = problems


class ChangedMeanwhile(Refused):
    """Someone else changed the calendar since it was shown."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is promised to a person who writes at a given moment. Empty from `read_by` on if nothing can be promised."""

    when: str
    at: datetime
    read_by: datetime | None
    notice: datetime | None
    steps: Sequence[tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class View:
    """One calendar as its page shows it. A change sends `version` back, so that two do not overwrite each other."""

    id: str
    names: Mapping[str, str]
    reach: Reach
    written: Written
    version: str
    stored: Written
    """What is saved, by field, where something else was typed."""
    others: Mapping[str, Mapping[str, str]]
    readers: Mapping[str, str]
    """Who can be named sole reader, by worker id: name and login."""
    reader_lack: ReaderLack | None
    untried: frozenset[str]
    """Field names of saved addresses for which nobody has confirmed that mail arrives."""
    foreseen: Sequence[Foreseen]
    problems: Problems


@dataclass(frozen=True, slots=True)
class Held:
    """Everything a change of one calendar depends on, locked until the commit."""

    known: Known
    service: SocialService
    staff: Sequence[Worker]
    reader_lack: ReaderLack | None
    reaches: Mapping[str, Reach]
    bound: str | None
    """The sole reader, while requests are open that nobody else may see."""

    @property
    def readers(self) -> Mapping[str, str]:
        """Who can open a letter, and whoever is named already, so that viewing the page never changes it."""
        may = self.known.holders_of(self.service.id) | {self.service.reader_id}
        return {worker.id: f"{worker.name} ({worker.login})" for worker in self.staff if worker.id in may}

    @property
    def choices(self) -> Choices:
        addressed = {service for service, reach in self.reaches.items() if reach.addressable} | {
            self.service.fallback_id or ""
        }
        fallbacks = {service.id: service.fallback_id for service in self.known.services.values()}
        named = {self.service.reader_id} if self.service.reader_id else set()
        head = confidential.head_of(self.staff)
        return Choices(
            fallbacks, frozenset(addressed), frozenset(self.readers) | named, head.id if head else None, self.bound
        )


async def service_names(runtime: Runtime) -> Mapping[str, Mapping[str, str]]:
    """Return the names of all services that are set up, by id and language."""
    async with runtime.database.store() as store:
        return {service.id: service.names for service in await store.services.all()}


async def get_view(runtime: Runtime, by: SignedIn | None, service_id: str, typed: Written | None = None) -> View:
    """Return the calendar as it is, or as it would be with what was typed. `by` is None on the command line.

    Raises NotFound for an unknown service, or one that is not this head's.
    """
    async with runtime.database.store() as store:
        return _view(runtime, await _held(runtime, store, by, service_id), typed)


async def change(runtime: Runtime, by: SignedIn | None, service_id: str, typed: Written, version: str) -> list[str]:
    """Save what was typed. Return the names of the changed fields. Raises NotFound, NotValid, ChangedMeanwhile."""
    now = runtime.now()
    async with runtime.database.store() as store:
        held = await _held(runtime, store, by, service_id)
        service = held.service
        before = _calendar(service, now)
        if version != _version(before):
            raise ChangedMeanwhile("somebody changed this calendar at the same moment: try again")
        calendar, problems = parse(typed, service_id, held.choices, now.astimezone(RIGA).date())
        if problems:
            raise NotValid(problems)
        names = [name for name, value in asdict(calendar).items() if value != asdict(before)[name]]
        _set(service, calendar)
        await store.services.keep_trials(service_id, {one for name in ADDRESSES if (one := getattr(service, name))})
        if names:  # old values and addresses stay out of the audit
            store.audit.add("calendar_changed", by.id if by else "system", service_id, " ".join(names), at=now)
    runtime.caches.forget_world()
    return names


async def set_up(runtime: Runtime, service_id: str, hours: reading_hours.Hours | None, typed: Written) -> None:
    """Set up a service of the directory, or change the given fields of its calendar, for the command line.

    Raises Refused, NotFound, NotValid, ChangedMeanwhile.
    """
    known, typed = service_id in await service_names(runtime), await _by_login(runtime, typed)
    if not known and hours is None:
        raise Refused("it is not set up yet: say in which hours it reads requests")
    if known:  # all of it, or nothing
        stands = await get_view(runtime, None, service_id)
        if wrong := (await get_view(runtime, None, service_id, {**stands.written, **typed})).problems:
            raise NotValid(wrong)
    if hours is not None:
        await setting_up.set_up(runtime, service_id, hours)
    view = await get_view(runtime, None, service_id)
    await change(runtime, None, service_id, {**view.written, **typed}, view.version)


async def _by_login(runtime: Runtime, typed: Written) -> Written:
    """Replace the reader's login by the worker's id. An unknown login stays, and is refused later."""
    login = typed.get("reader_id", "").strip().lower()
    async with runtime.database.store() as store:
        named = await store.workers.by_login(login) if login else None
    return {**typed, "reader_id": named.id} if named else typed


def public_holidays(today: date, language: str) -> list[tuple[date, str]]:
    """Return the public holidays of the coming year that fall on working days, with their names."""
    years = (today.year, today.year + 1)
    known = holidays.country_holidays("LV", years=years, language=LANGUAGES.get(language, "lv"))
    ahead = [(day, name) for day, name in sorted(known.items()) if today <= day < today + A_YEAR]
    return [(day, name) for day, name in ahead if day.weekday() <= FRIDAY]


def foresee(service: SocialService, now: datetime, other: SocialService | None = None) -> list[Foreseen]:
    """Show what a person is promised who writes now, on Friday evening, and on the eve of Midsummer."""
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
    """Time each step by when its mail leaves: another service is told in its own hours."""
    read_by = reading_hours.promised_at(service, at)
    if read_by is None:
        return Foreseen(when, at, None, None, ())
    steps = [
        (step, reading_hours.notice_at(other if step == "fallback" else service, due))
        for step, due in escalation.due_steps(service, read_by)
    ]
    return Foreseen(when, at, read_by, reading_hours.notice_at(service, at), steps)


async def _held(runtime: Runtime, store: Store, by: SignedIn | None, service_id: str) -> Held:
    """Lock all services and read what a change of one depends on. Raises NotFound if it is not this head's."""
    if by and by.role != "operator" and by.service_id != service_id:
        raise NotFound
    await store.services.held()
    known = await offers.load_known(store)
    service = known.services.get(service_id)
    if service is None:
        raise NotFound(f"the service {service_id} is not set up; blakus service ids lists them all")
    staff, (_, lack) = await store.workers.of_service(service_id), await offers.sole_reader(store, service, known)
    reader = await confidential.reader_of(store, service)
    bound = reader.id if reader and await confidential.open_requests(store, service_id) else None
    return Held(known, service, staff, lack, offers.reaches(runtime, known), bound)


def _view(runtime: Runtime, held: Held, typed: Written | None) -> View:
    service, services, now = held.service, held.known.services, runtime.now()
    stands = _calendar(service, now)
    saved = as_written(stands)
    written = saved if typed is None else typed
    seen, problems = parse(written, service.id, held.choices, now.astimezone(RIGA).date())
    shown = SocialService(id=service.id, names=service.names, places=service.places, phone=service.phone, hours={},
                          reads_within_minutes=0)  # fmt: skip
    _set(shown, stands if typed is None else seen)
    return View(
        id=service.id,
        names=service.names,
        reach=held.reaches[service.id],
        written=written,
        version=_version(stands),
        stored={name: value for name, value in saved.items() if written.get(name, "").strip() != value},
        others={other: services[other].names for other in _choices(held)},
        readers=held.readers,
        reader_lack=held.reader_lack,
        untried=frozenset(
            name
            for name in ADDRESSES
            if getattr(service, name) and not held.known.is_tried(service.id, getattr(service, name))
        ),
        foreseen=[] if problems and typed is not None else foresee(shown, now, services.get(shown.fallback_id or "")),
        problems=problems if typed is not None else {},
    )


def _choices(held: Held) -> Iterable[str]:
    """Services people can write to, and the one set already, so that viewing the page never changes it."""
    mine = held.service
    return sorted(held.choices.addressed & (held.known.services.keys() - {mine.id}))


def _calendar(service: SocialService, now: datetime) -> CalendarSettings:
    """Read the service's calendar, without past days."""
    today = now.astimezone(RIGA).date().isoformat()
    return CalendarSettings(
        hours={day: list(service.hours[day]) for day in DAYS if day in service.hours},
        closed_days=[day for day in sorted(service.closed_days) if day >= today],
        email=service.email,
        deputy_email=service.deputy_email,
        head_email=service.head_email,
        fallback_id=service.fallback_id,
        reader_id=service.reader_id,
        reader_email=service.reader_email,
        reads_within_minutes=service.reads_within_minutes,
        escalates_within_minutes=service.escalates_within_minutes,
    )


def _set(service: SocialService, calendar: CalendarSettings) -> None:
    for name, value in asdict(calendar).items():
        setattr(service, name, value)


def _version(calendar: CalendarSettings) -> str:
    return hashlib.sha256(json.dumps(asdict(calendar), sort_keys=True).encode()).hexdigest()[:16]
