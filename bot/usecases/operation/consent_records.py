"""Consents as machine-readable records in the shape of ISO/IEC TS 27560, with nothing about the person who agreed.

Names follow the standard, or Kantara's Consent Receipt 1.1 where it has none. docs/privacy.md explains each.
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.retention import KEPT_AT_MOST
from bot.usecases.operation.audit import A_YEAR
from storage.consents import Consent
from storage.social_services import SocialService

SCHEMA = "blakus-consents-1"
STANDARD = "ISO/IEC TS 27560:2023"
BASIS = "GDPR Art. 6(1)(a), Art. 9(2)(a)"


class Part(BaseModel):
    """Base of all parts. Fields that are not declared can be neither written nor read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(Part):
    """The exact text that people agreed to. It is ours and identical for everyone."""

    hash: str
    language: str
    text: str


class Notice(Part):
    """Identifies the text that was agreed to."""

    id: str
    version: str
    hash: str


class Purpose(Part):
    """A box that was ticked."""

    purpose: str
    lawful_basis: str
    consentType: Literal["EXPLICIT"]  # noqa: N815 - Kantara's spelling


class Retention(Part):
    """How long the request is kept, usually and at most, and how long this record is. ISO 8601 durations."""

    content: str
    content_at_most: str
    record: str


class Processing(Part):
    """What was agreed to."""

    privacy_notice: Notice
    language: str
    purposes: tuple[Purpose, ...]
    sensitive: bool
    jurisdiction: str
    collection_method: str
    retention_period: Retention
    withdrawal_method: str


class Party(Part):
    """The controller that receives the request, or the operator that transmits it."""

    party_id: str
    party_name: str
    party_role: Literal["pii_controller_and_recipient", "operator"]


class Event(Part):
    """Consent given or withdrawn; times are cut to the hour."""

    event_time: datetime
    event_type: Literal["consent_given", "consent_withdrawn"]
    event_state: Literal["given", "withdrawn"]


class ConsentRecord(Part):
    """A consent. The standard requires `pii_principal_id`; it is empty because we know nobody."""

    schema_version: str
    record_id: str
    pii_principal_id: None
    pii_processing: Processing
    party_identification: tuple[Party, ...]
    events: tuple[Event, ...]


class Export(Part):
    """All records of consents."""

    schema_name: str
    exported_at: datetime
    wordings: tuple[Wording, ...]
    records: tuple[ConsentRecord, ...]


async def export(runtime: Runtime, worker: SignedIn) -> Export:
    """Export all consents of the last twelve months for the data-protection officer. The audit notes it."""
    now = runtime.now()
    async with runtime.database.store() as store:
        services = {service.id: service for service in await store.services.all()}
        consents = await store.consents.all()
        texts = await store.consents.wordings({consent.wording_hash for consent in consents})
        store.audit.add("consents_exported", worker.id, worker.id, at=now)
    return Export(
        schema_name=SCHEMA,
        exported_at=now.replace(microsecond=0),
        wordings=tuple(Wording(hash=text.hash, language=text.language, text=text.text) for text in texts),
        records=tuple(_record(runtime, consent, services.get(consent.recipient)) for consent in consents),
    )


def _record(runtime: Runtime, consent: Consent, service: SocialService | None) -> ConsentRecord:
    operator = runtime.settings.operator or runtime.content.text("operator.demo", "en")
    return ConsentRecord(
        schema_version=STANDARD,
        record_id=consent.id,
        pii_principal_id=None,
        pii_processing=_processing(runtime, consent),
        party_identification=(
            Party(
                party_id=consent.recipient,
                party_name=service.names["lv"] if service else consent.recipient,
                party_role="pii_controller_and_recipient",
            ),
            Party(party_id="operator", party_name=operator, party_role="operator"),
        ),
        events=_events(consent),
    )


def _processing(runtime: Runtime, consent: Consent) -> Processing:
    digest = consent.wording_hash
    return Processing(
        privacy_notice=Notice(id=consent.wording_id, version=digest[:16], hash=f"sha256:{digest}"),
        language=consent.language,
        purposes=tuple(Purpose(purpose=name, lawful_basis=BASIS, consentType="EXPLICIT") for name in consent.purposes),
        sensitive=True,
        jurisdiction="LV",
        collection_method=consent.action,
        retention_period=Retention(
            content=_days(timedelta(days=runtime.content.request.erased_after_days)),
            content_at_most=_days(KEPT_AT_MOST),
            record=_days(A_YEAR),
        ),
        withdrawal_method=consent.withdrawal_wording,
    )


def _events(consent: Consent) -> tuple[Event, ...]:
    given = Event(event_time=consent.given_at, event_type="consent_given", event_state="given")
    if consent.withdrawn_at is None:
        return (given,)
    return given, Event(event_time=consent.withdrawn_at, event_type="consent_withdrawn", event_state="withdrawn")


def _days(span: timedelta) -> str:
    return f"P{span.days}D"
