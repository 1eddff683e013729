"""The consents as the data-protection officer takes them along: what was agreed to, and nothing about who."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.operation import audit, consent_records
from bot.usecases.operation.consent_records import Export
from bot.usecases.person import contact
from tests.conftest import ROOT
from tests.faces import Clock
from tests.people import (
    ASKED,
    CANARIES,
    a_colleague,
    a_desk_mate,
    a_key,
    a_request,
    a_service,
    browser_of,
    serving,
    sign_in,
    the_request,
)


@pytest.fixture
async def code(runtime: Runtime) -> str:
    """The receipt code of somebody who sent a request."""
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    return await a_request(runtime)


@pytest.fixture
async def dace(runtime: Runtime) -> SignedIn:
    return await a_desk_mate(runtime, "dace", "dpo", None)


async def test_a_record_says_what_was_agreed_to_and_when_to_the_hour(
    runtime: Runtime, clock: Clock, code: str, dace: SignedIn
) -> None:
    clock.move(minutes=90)
    await contact.withdraw(runtime, code)
    export = await consent_records.export(runtime, dace)
    (record,), (wording,) = export.records, export.wordings
    agreed = record.pii_processing
    assert [purpose.purpose for purpose in agreed.purposes] == ["send_request", "contact_me_as_described"]
    assert agreed.privacy_notice.hash == f"sha256:{wording.hash}"
    assert hashlib.sha256(f"{wording.language}\0{wording.text}".encode()).hexdigest() == wording.hash
    assert "[send_request]" in wording.text
    assert agreed.language == "lv"
    assert agreed.withdrawal_method == "request.consent.withdrawal"
    assert agreed.retention_period.content == f"P{runtime.content.request.erased_after_days}D"
    assert record.party_identification[0].party_id == "balvi"
    given, taken_back = record.events
    assert (given.event_state, taken_back.event_state) == ("given", "withdrawn")
    assert given.event_time < taken_back.event_time
    for event in record.events:
        assert (event.event_time.minute, event.event_time.second) == (0, 0)


async def test_nothing_in_it_leads_to_the_person_or_her_request(runtime: Runtime, code: str, dace: SignedIn) -> None:
    reference = await the_request(runtime)
    text = (await consent_records.export(runtime, dace)).model_dump_json()
    assert not [canary for canary in (*CANARIES, *ASKED["note"].split(), code, reference) if canary in text]
    assert json.loads(text)["records"][0]["pii_principal_id"] is None


async def test_it_reads_back_and_takes_nothing_more(runtime: Runtime, code: str, dace: SignedIn) -> None:
    export = await consent_records.export(runtime, dace)
    written = json.loads(export.model_dump_json())
    assert Export.model_validate_json(json.dumps(written)) == export
    written["records"][0]["address"] = "somewhere"
    with pytest.raises(ValidationError):
        Export.model_validate_json(json.dumps(written))


async def test_only_the_officer_saves_it_and_that_is_audited(runtime: Runtime, clock: Clock, code: str) -> None:
    officer = await a_colleague(runtime, clock, "zane", "dpo", None)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, officer)
        async with browser.get("/audit") as answer:
            assert 'action="/audit/consents"' in await answer.text()
        async with browser.post("/audit/consents") as answer:
            assert answer.headers["Content-Disposition"] == 'attachment; filename="consents-2026-11-23.json"'
            assert answer.content_type == "application/json"
            assert len(Export.model_validate_json(await answer.text()).records) == 1
    assert (await audit.list_events(runtime))[0].event == "consents_exported"


def test_every_field_is_explained() -> None:
    under = (
        (ROOT / "docs" / "privacy.md").read_text().partition("### The consents as a file\n")[2].partition("\n### ")[0]
    )
    explained = set(re.findall(r"^\| `([\w.\[\]]+)` \|", under, re.MULTILINE))
    assert explained == set(fields(Export, ""))


def fields(part: Any, path: str) -> Iterator[str]:
    """Where each value stands in the file."""
    for name, field in part.model_fields.items():
        of = field.annotation
        inside = next((candidate for candidate in (*getattr(of, "__args__", ()), of) if is_part(candidate)), None)
        many = "[]" if of is not inside and inside else ""
        if inside:
            yield from fields(inside, f"{path}{name}{many}.")
        else:
            yield f"{path}{name}"


def is_part(of: Any) -> bool:
    return isinstance(of, type) and issubclass(of, BaseModel)
