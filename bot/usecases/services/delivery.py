"""Mails to services: that something waits, in words that never change and say nothing else."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from secrets import token_hex
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.refused import Refused
from bot.usecases.services import confidential, flood_alarm, service_mails, trials
from bot.usecases.services.notices import NOTICE, NOTICE_DEPUTY, NOTICE_HEAD, NOTICE_READER
from bot.usecases.services.reachability import SLOTS
from bot.usecases.services.service_mails import Text
from storage.outbox import Errand
from storage.social_services import SocialService

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Errands claimed in one round; whatever else is due at the same addresses goes with their mails."""
CLAIMED_FOR = timedelta(minutes=15)
PATIENCE = 15.0
"""Seconds for one mail. All mails of a round fit into the claim, so that no other replica sends them too."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
DAYS_REMEMBERED = timedelta(days=7)

NOBODY = "blakus@localhost"


class NoServer(Refused):
    """No mail server is set."""


async def deliver_due(runtime: Runtime) -> int:
    """Send what is due, one mail per address however much waits there. Return how many mails were sent."""
    now = runtime.now()
    async with runtime.database.store() as store:
        await store.audit.enter(now)  # what people did since the last notices, by the hour, in random order
    async with runtime.database.store() as store:
        claimed = await store.outbox.claim(now, AT_ONCE, CLAIMED_FOR)
        services = await store.services.all() if claimed else []
        addresses = _addresses(services)
        if any(errand.kind == NOTICE_READER for errand in claimed):
            readers = await confidential.reader_addresses(store, services)
            addresses |= {(service, NOTICE_READER): address for service, address in readers.items()}
        await store.outbox.expire(now - DAYS_REMEMBERED)
    sent = 0
    for (_, address, _), errands in _by_address(claimed, addresses).items():
        sent += await _deliver(runtime, address, errands)
    return sent


def _addresses(services: list[SocialService]) -> dict[tuple[str, str], str | None]:
    """Return the address for each service and kind of notice. Without a deputy or head, the service itself is told."""
    found: dict[tuple[str, str], str | None] = {}
    for service in services:
        found[service.id, NOTICE_DEPUTY] = service.deputy_email or service.email
        found[service.id, NOTICE_HEAD] = service.head_email or service.email
        found[service.id, NOTICE] = service.email
        for what in service_mails.ABOUTS:
            found |= {(service.id, service_mails.kind(what, slot)): getattr(service, slot) for slot in SLOTS}
    return found


def notice(sender: str, address: str, now: datetime) -> EmailMessage:
    """Return the notice of a request, always the same."""
    return letter(sender, address, now, service_mails.SOMETHING_WAITS)


def letter(sender: str, address: str, now: datetime, text: Text) -> EmailMessage:
    """Compose a mail. Its date is cut to the hour and its id is random, so that neither shows when a person wrote."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, address, text.subject
    mail["Date"] = format_datetime(now.replace(minute=0, second=0, microsecond=0))
    mail["Message-ID"] = f"<{token_hex(16)}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text.body)
    return mail


async def _compose(runtime: Runtime, errand: Errand, address: str) -> EmailMessage:
    """Compose the notice of a request or, if the errand is about the service itself, that mail."""
    sender, now = runtime.settings.mail_from or NOBODY, runtime.now()
    what = service_mails.about(errand.kind)
    if what is None:
        return notice(sender, address, now)
    async with runtime.database.store() as store:
        service = await store.services.by_id(errand.service_id)
        number = await flood_alarm.count_latest(store, errand.service_id, now) if what == "flood" else 0
    if service is None:  # a foreign key rules this out
        raise AssertionError("an errand without a service")
    link = await trials.make_link(runtime, service.id, address) if what == "trial" else ""
    return letter(sender, address, now, service_mails.text(what, service, link, number))


async def _deliver(runtime: Runtime, address: str | None, errands: list[Errand]) -> bool:
    """Send one mail and record the outcome. Without an address, or a server in a demonstration, nothing waits."""
    settings = runtime.settings
    server, now = settings.smtp.get_secret_value(), runtime.now()
    sent = False
    if address and not server and settings.mode == "service":  # a lost setting: wait until it is back
        log.warning("notice_without_server")
        await _try_again(runtime, errands, now)
        return False
    if server and address:
        try:
            await send(server, await _compose(runtime, errands[0], address))
            sent = True
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("notice_failed", extra={"error": type(error).__name__})
            await _try_again(runtime, errands, now)
            return False
    async with runtime.database.store() as store:
        for errand in errands:
            await store.outbox.done(errand.id, now, sent=sent)
    log.info("notice_sent" if sent else "notice_not_set_up")  # naming the service or a number would reveal people
    return sent


async def _try_again(runtime: Runtime, errands: list[Errand], now: datetime) -> None:
    async with runtime.database.store() as store:
        for errand in errands:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(errand.attempts - 1, 16)))
            await store.outbox.failed(errand.id, now + pause)


async def try_mail(runtime: Runtime, by: SignedIn, address: str) -> str:
    """Send a test mail now, to any address, and return what came of it: “” if the server took it, else its refusal.

    Raises NoServer.
    """
    settings, now = runtime.settings, runtime.now()
    server = settings.smtp.get_secret_value()
    if not server:
        raise NoServer
    async with runtime.database.store() as store:
        store.audit.add("mail_tried", by.id, by.id, at=now)
    try:
        await send(server, letter(settings.mail_from or NOBODY, address, now, service_mails.OPERATORS_TEST))
    except aiosmtplib.SMTPResponseException as refused:
        return f"{type(refused).__name__}: {refused.code} {refused.message}"
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return type(error).__name__
    return ""


async def send(server: str, mail: EmailMessage) -> None:
    """Hand a mail to the mail server of the settings. Raises SMTPException or OSError."""
    url = urlsplit(server)
    await aiosmtplib.send(
        mail,
        hostname=url.hostname,
        port=url.port,
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        use_tls=url.scheme == "smtps",
        start_tls=True if url.username and url.scheme != "smtps" else None,  # no password in the clear
        timeout=PATIENCE,
    )


def _by_address(
    errands: list[Errand], addresses: Mapping[tuple[str, str], str | None]
) -> Mapping[tuple[str, str | None, str | None], list[Errand]]:
    """Group the errands that become one mail: those with equal service, address and subject."""
    grouped: dict[tuple[str, str | None, str | None], list[Errand]] = defaultdict(list)
    for errand in errands:
        address = addresses.get((errand.service_id, errand.kind))
        grouped[errand.service_id, address, service_mails.about(errand.kind)].append(errand)
    return grouped
