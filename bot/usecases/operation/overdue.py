"""Tells the owners of facts by mail when a fact is overdue: until somebody verifies it, people are shown less."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import aiosmtplib

from bot.runtime import RIGA, Runtime
from bot.usecases.content import fact_review
from bot.usecases.content.fact_review import ToReview
from bot.usecases.services import delivery
from bot.usecases.services.service_mails import Text

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(days=7)
TOLD = "owners_told"
"""Its last run is kept with those of the jobs."""
MOST_NAMED = 40
SUBJECT = "Blakus: fakti / факты / facts"
BODY = """\
Šiem faktiem ir beidzies termiņš. Kamēr tos neviens nav pārbaudījis, cilvēkiem rāda mazāk.
Lūdzu, pieslēdzieties un atveriet lapu „Saturs”.

У этих фактов истёк срок. Пока их никто не проверил, людям показывают меньше.
Пожалуйста, войдите и откройте страницу «Содержание».

These facts are past their date. Until somebody has verified them, people are shown less.
Please sign in and open the page “Content”.

{facts}
"""


def overdue(runtime: Runtime) -> Mapping[str, Sequence[ToReview]]:
    """Return what is past its date, by owner. What was withdrawn on purpose waits for nobody."""
    found: dict[str, list[ToReview]] = defaultdict(list)
    for row in fact_review.review(runtime):
        if row.due == "overdue":
            found[row.owner].append(row)
    return found


async def tell_owners(runtime: Runtime) -> int:
    """Mail each owner what is overdue: when something new is, and every week. Return how many mails were sent."""
    now, due = runtime.now(), overdue(runtime)
    server = runtime.settings.smtp.get_secret_value()
    async with runtime.database.store() as store:
        told = (await store.counts.runs()).get(TOLD)
    newest = max((row.expires_on for rows in due.values() for row in rows), default=None)
    is_new = (
        told is None or (newest is not None and newest >= told.astimezone(RIGA).date()) or now - told >= AGAIN_AFTER
    )
    if not (server and due and is_new):
        return 0
    sent = 0
    for owner, rows in due.items():
        if address := runtime.settings.address_of(owner):
            sent += await _tell(runtime, server, address, rows)
    if sent:
        async with runtime.database.store() as store:
            await store.counts.ran(TOLD, now)
    return sent


async def _tell(runtime: Runtime, server: str, address: str, rows: Sequence[ToReview]) -> int:
    named = [f"{row.expires_on}  {row.id}" for row in rows[:MOST_NAMED]]
    more = [f"+ {len(rows) - MOST_NAMED}"] if len(rows) > MOST_NAMED else []
    text = Text(SUBJECT, BODY.format(facts="\n".join([*named, *more])))
    sender = runtime.settings.mail_from or delivery.NOBODY
    try:
        await delivery.send(server, delivery.letter(sender, address, runtime.now(), text))
    except (aiosmtplib.SMTPException, OSError) as error:
        log.warning("owner_not_told", extra={"error": type(error).__name__})
        return 0
    log.info("owner_told")
    return 1
