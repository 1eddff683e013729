"""The schema of the letter, held against the letters that persons and workers really make."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from pyrage import decrypt, x25519

from bot import demo
from bot.engine.letter_schema import letter_schema
from bot.runtime import Runtime
from bot.samples import REPORTS, SAMPLES
from bot.usecases.casework.requests import OPEN
from storage.contact_requests import ContactRequest
from tests.desk.browsing import Desk
from tests.desk.casework.entering import REPORTED, SAFE, TIMES
from tests.desk.casework.test_paper import LONGEST, sent_at_its_longest
from tests.desk.casework.test_referrals import entered, prepared
from tests.faces import Clock
from tests.pages import page_with
from tests.people import a_colleague, a_key, a_request, a_service, acting

VALIDATOR = 'export { default as Ajv } from "ajv/dist/2020"'
VALIDATE = """([schema, letter]) => {
    const validate = new checker.Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema);
    return validate(letter) ? [] : validate.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}"""
WAYS: Mapping[str, Mapping[str, str]] = {
    "a call": {},
    "a message": {"contact_mode": "sms", "phone_is": "mine_private", "neutral_message": "good_time"},
    "a trusted person": {"contact_mode": "sms", "phone_is": "trusted_person", "expects_message": "yes"}
    | {"neutral_message": "nothing_urgent"},
    "who comes": {"contact_mode": "i_will_come"},
    "who calls": {"contact_mode": "i_will_call_you", "language": "uk", "interpreter": "yes", "code_word_own": ""}
    | {"code_word": "teapot"},
}
Letter = dict[str, Any]


class Schema:
    """The schema of the content in use, and a validator that others wrote."""

    def __init__(self, runtime: Runtime, page: Page) -> None:
        content, dialogue = runtime.content, runtime.content.dialogue
        self.itself = letter_schema(content.request, content.referral, dialogue.languages, dialogue.municipalities)
        self.page = page

    async def problems(self, letter: Letter) -> list[str]:
        return list(await self.page.evaluate(VALIDATE, [self.itself, letter]))


@pytest.fixture
async def schema(
    runtime: Runtime, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Schema]:
    async with page_with(chromium, "ajv", VALIDATOR, tmp_path_factory.mktemp("ajv")) as page:
        yield Schema(runtime, page)


@pytest.fixture
async def identity(runtime: Runtime, clock: Clock) -> x25519.Identity:
    """The key of a service that can be written to."""
    await a_service(runtime)
    return await a_key(
        runtime, await acting(runtime, clock, await a_colleague(runtime, clock, "ilze", "worker", "balvi"))
    )


async def the_letter(runtime: Runtime, identity: x25519.Identity) -> Letter:
    async with runtime.database.store() as store:
        (waiting,) = await store.requests.waiting("balvi")
        row = await store.requests.by_id(waiting.id)
    return letter_of(row, identity)


def letter_of(row: ContactRequest | None, identity: x25519.Identity) -> Letter:
    assert row
    assert row.sealed
    letter: Letter = json.loads(decrypt(row.sealed, [identity]))
    return letter


@pytest.mark.parametrize("way", WAYS)
async def test_what_a_person_sends_is_a_letter_of_the_schema(
    runtime: Runtime, schema: Schema, identity: x25519.Identity, way: str
) -> None:
    await a_request(runtime, **WAYS[way])
    assert await schema.problems(await the_letter(runtime, identity)) == []


async def test_a_letter_with_every_answer_at_its_longest_is_one(
    runtime: Runtime, schema: Schema, identity: x25519.Identity
) -> None:
    await sent_at_its_longest(runtime)
    letter = await the_letter(runtime, identity)
    assert set(letter["answers"]) > {name for name in LONGEST if "windows" not in name and "code_word" not in name}
    assert await schema.problems(letter) == []


async def test_the_samples_of_the_demonstration_are_letters_of_the_schema(
    runtime: Runtime, schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = demo._make_keys()
    monkeypatch.setattr(demo, "_make_keys", lambda: made)
    await demo.seed(runtime)
    async with runtime.database.store() as store:
        rows = [await store.requests.by_id(sample.id) for sample in await store.requests.of_service(demo.SERVICE, OPEN)]
    assert len(rows) == len([*SAMPLES, *REPORTS])
    for row in rows:
        assert await schema.problems(letter_of(row, x25519.Identity.from_str(made.identity))) == []


@pytest.mark.parametrize("differs", [{}, {"wish": "no_contact"}, {"asked_alone": "no"}, {"basis": "agreed"}], ids=str)
async def test_what_a_worker_enters_is_a_letter_of_the_schema(
    desk: Desk, clock: Clock, schema: Schema, differs: dict[str, str]
) -> None:
    at_the_form, identity = await prepared(desk, clock)
    await at_the_form.choose(**REPORTED, **SAFE, neck="seen", done="leaflet", language="lv")
    await at_the_form.pick(**TIMES)
    await at_the_form.write(report_number="KAN-112/26", phone="26123456", note="PARAUGS")
    await at_the_form.choose(**differs)
    if differs.get("basis") == "agreed":
        await at_the_form.choose(read_aloud="yes")
    await at_the_form.send()
    letter = letter_of(await entered(desk), identity)
    assert letter["referral"]["neck"] == "seen"
    assert await schema.problems(letter) == []


BROKEN: Mapping[str, Callable[[Letter], object]] = {
    "the name of a person": lambda letter: letter["answers"].update(legal_name="PARAUGS"),
    "an answer that the form does not offer": lambda letter: letter["answers"].update(phone_is="known"),
    "no number to call": lambda letter: letter["answers"].pop("phone"),
    "a number where no call is wished": lambda letter: letter["answers"].update(contact_mode="i_will_come"),
    "a number that is none": lambda letter: letter["answers"].update(phone="26 123 456"),
    "a number in an answer": lambda letter: letter["answers"].update(max_attempts=1),
    "a note longer than the form takes": lambda letter: letter["answers"].update(note="a" * 301),
    "a window on no day": lambda letter: letter["answers"]["windows"][0].update(day="someday"),
    "a child": lambda letter: letter["answers"].update(age_band="13_15"),
    "the code of an earlier request": lambda letter: letter["answers"].update(wrote_before="1234567890123456"),
    "who was asked about the reader": lambda letter: letter["answers"].update(conflict_reader="may"),
    "a minute": lambda letter: letter.update(sealed_hour="2026-11-30T12:34:00+00:00"),
    "no consent to be sent": lambda letter: letter.update(consents=[]),
    "no record of the consent": lambda letter: letter.pop("consent_record"),
    "the form of another version": lambda letter: letter.update(form="2020-01-01"),
    "an address": lambda letter: letter.update(address="PARAUGS"),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_a_letter_that_no_form_of_ours_makes_is_refused(
    runtime: Runtime, schema: Schema, identity: x25519.Identity, what: str
) -> None:
    await a_request(runtime)
    letter = await the_letter(runtime, identity)
    broken = deepcopy(letter)
    BROKEN[what](broken)
    assert broken != letter
    assert await schema.problems(broken) != []
