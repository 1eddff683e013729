"""A demonstration is for this machine alone. Where strangers find it through Telegram, it says so and sends nothing."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pyrage import decrypt, passphrase
from pyrage.x25519 import Identity

from bot import app, demo
from bot.channels.form import form_token
from bot.engine.heard import Pressed, Started
from bot.runtime import Runtime
from bot.samples import QUARTER, REPORTS
from bot.settings import Settings, Unsafe
from bot.usecases.accounts.workers import DEMO_PASSWORD, DEMO_PREFIX
from bot.usecases.acting import SignedIn
from bot.usecases.casework import slips
from bot.usecases.person import contact, converse, outage
from bot.usecases.person.converse import Address, Arrival
from bot.usecases.refused import NotAddressable
from storage.contact_requests import STILL_OPEN, ContactRequest
from tests.channels.fake_telegram import TOKEN
from tests.channels.forms import CALL, visiting
from tests.faces import NOON
from tests.program import started
from tests.usecases.person.contact_service import BOTH, ONCE, filled

PLACE = "balvu-novads"
TO_THE_FORM = (
    ("start", "go"),
    ("menu", "contact"),
    ("request.start", "no"),
    ("request.place", f"place.{PLACE}"),
)
SAYS = {
    "lv": "Šī ir demonstrācija. Te neviens nelasa, un pieprasījumu nosūtīt nevar.",
    "ru": "Это демонстрация. Здесь никто не читает, и отправить запрос нельзя.",
    "en": "This is a demonstration. Nobody reads here, and no request can be sent.",
}
HERE = {"listen": "127.0.0.1:0", "desk_listen": "127.0.0.1:0"}


@pytest.fixture
async def shown(runtime: Runtime) -> Runtime:
    """A demonstration in place, with a token of Telegram."""
    await demo.seed(runtime)
    return replace(runtime, settings=runtime.settings.model_copy(update={"telegram_token": SecretStr(TOKEN)}))


@pytest.mark.parametrize(
    "name, settings",
    [
        ("BOT_PUBLIC_URL", {"public_url": "https://blakus.example"}),
        ("BOT_DESK_URL", {"desk_url": "https://darbs.example"}),
        ("BOT_LISTEN", {"listen": "0.0.0.0:0"}),
        ("BOT_LISTEN", {"listen": "192.0.2.7:0"}),
        ("BOT_DESK_LISTEN", {"desk_listen": "[::]:0"}),
    ],
)
async def test_a_demonstration_that_the_world_would_reach_does_not_start_and_says_what_helps(
    tmp_path: Path, name: str, settings: dict[str, Any]
) -> None:
    url = SecretStr(f"sqlite:///{tmp_path / 'demo.sqlite'}")
    with pytest.raises(Unsafe) as refused:
        async with app.running(Settings(database=url, **(HERE | settings)), var=tmp_path):
            pass
    assert str(refused.value).startswith(f"{name}: ")
    assert "BOT_MODE=service" in str(refused.value)
    assert not (tmp_path / "demo.sqlite").exists()


@pytest.mark.parametrize("language", SAYS)
@pytest.mark.parametrize("channel", ["web", "telegram"])
async def test_a_demonstration_with_telegram_says_first_that_it_is_one(
    shown: Runtime, language: str, channel: converse.Channel
) -> None:
    heard = await converse.hear(shown, Address(channel, "7"), Started(language), Arrival(language=language))
    for reply in (heard, converse.opening(shown, language), outage.answer_from_memory(shown, None, language)):
        assert reply.card
        assert reply.card.text.startswith(SAYS[language])
        assert "116006" in reply.card.text
        assert "112" in reply.card.text


@pytest.mark.parametrize("language", SAYS)
async def test_the_way_to_its_form_says_so_and_names_the_real_service_of_the_place(
    shown: Runtime, language: str
) -> None:
    address, arrival = Address("telegram", "7"), Arrival(language=language)
    await converse.hear(shown, address, Started(language), arrival)
    replies = [await converse.hear(shown, address, Pressed(*pressed), arrival) for pressed in TO_THE_FORM]
    card = replies[-1].card
    assert card
    assert card.screen == "request.closed"
    assert SAYS[language] in card.text
    service = next(candidate for candidate in shown.content.services.values() if PLACE in candidate.places)
    phone = service.say_phone(language, shown.today())
    assert phone
    assert phone in card.text
    assert "demonstr" not in card.text.replace(SAYS[language], "").lower()


async def test_nothing_can_be_sent_from_it_whatever_is_posted(shown: Runtime) -> None:
    async with visiting(shown) as visitor:
        await visitor.post([("do", "open"), ("launch", form_token(shown, {}, "lv", "request"))])
        visitor.fill_in(CALL)
        page = await visitor.press("review")
        assert page.screen == "form.closed"
        assert "demonstrācija" not in page.text
    with pytest.raises(NotAddressable):
        await contact.send(shown, contact.Sending(filled(shown, area=PLACE), BOTH, ONCE, "lv", "telegram"))
    async with shown.database.store() as store:
        assert all(request.is_sample for request in await store.requests.of_service(demo.SERVICE, STILL_OPEN))


async def test_on_this_machine_alone_it_shows_the_whole_way_and_says_nothing_of_the_kind(runtime: Runtime) -> None:
    await demo.seed(runtime)
    for language, said in SAYS.items():
        card = converse.opening(runtime, language).card
        assert card
        assert said not in card.text
    assert (await contact.get_offer(runtime, PLACE, "lv")).open


async def test_it_holds_a_report_in_the_queue_and_one_with_a_conversation_begun_and_a_plan(runtime: Runtime) -> None:
    await demo.seed(runtime)
    waiting, talked = await reports(runtime)
    assert (waiting.status, waiting.worker_id, waiting.call_until is not None) == ("new", None, True)
    assert (talked.status, talked.worker_id, talked.opened_count) == ("contacted", f"{DEMO_PREFIX}ilze", 1)
    assert talked.due_at
    assert talked.due_at > runtime.now()
    async with runtime.database.store() as store:
        rows = await store.papers.of_request(talked.id)
    papers = {row.kind: await unlocked(runtime, row.sealed) for row in rows}
    asked = papers["conversation"]["answers"]
    assert asked.keys() == {name for part in runtime.content.conversation.parts.values() for name in part}
    assert {asked["neck_pressed"], asked["broke_order"]} == {"yes", "not_asked"}, "it was begun, and is not at its end"
    steps = papers["plan"]["steps"]
    assert min(step["by"] for step in steps if step["state"] == "open") == str(talked.next_due)


async def test_its_reports_fit_the_form_and_say_that_they_are_invented(runtime: Runtime) -> None:
    await demo.seed(runtime)
    form = runtime.content.referral
    for row, report in zip(await reports(runtime), REPORTS, strict=True):
        letter = await unlocked(runtime, row.sealed or b"")
        assert letter["request"] == row.id
        assert letter["referral"].keys() >= {name for name, field in form.fields.items() if field.required}
        for name, answer in letter["referral"].items():
            field = form.fields[name]
            assert field.longest or set(answer if field.several else [answer]) <= set(field.answers), name
        assert (letter["referral"]["basis"], row.priority) == (row.basis, report.priority)
        assert letter["answers"]["note"].startswith("PARAUGS.")
        assert letter["answers"]["phone"].startswith("+447700900"), "a number of the range that nobody has"
        assert row.is_sample


async def test_its_quarter_says_numbers_and_where_they_are_too_small_only_words(runtime: Runtime) -> None:
    await demo.seed(runtime)
    assert QUARTER.keys() == runtime.content.monitoring.questions.keys()
    head = SignedIn(f"{DEMO_PREFIX}janis", "", "janis", "head", demo.SERVICE)
    (quarter,) = await slips.list_quarters(runtime, head)
    assert (quarter.name, quarter.total) == (slips.quarter_before(runtime.now()), 27)
    assert (quarter.told["children"], quarter.told["new_family"], quarter.told["course"]) == (13, "most", "few")
    async with runtime.database.store() as store:
        assert not await store.slips.sums("9999Q9"), "there is nothing exact behind it"


@pytest.mark.parametrize("month, before", [(1, "2025Q4"), (3, "2025Q4"), (4, "2026Q1"), (12, "2026Q3")])
def test_the_quarter_before_is_the_last_that_has_ended(month: int, before: str) -> None:
    assert slips.quarter_before(NOON.replace(year=2026, month=month, day=17)) == before


@pytest.mark.long
async def test_its_first_start_takes_no_more_memory_than_any_other(tmp_path: Path) -> None:
    """Its passwords and keys are known to everybody: to lock them slowly once took a gibibyte and seconds."""
    async with started(tmp_path) as (program, _):
        (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{program.pid}/status").read_text())
    assert int(peak) < 256 * 1024


async def reports(runtime: Runtime) -> list[ContactRequest]:
    """In the order of REPORTS, with their letters."""
    async with runtime.database.store() as store:
        rows = [row for row in await store.requests.of_service(demo.SERVICE, STILL_OPEN) if row.basis != "own"]
        found = [await store.requests.by_id(row.id) for row in rows]
    return sorted((request for request in found if request), key=lambda request: request.created_hour, reverse=True)


async def unlocked(runtime: Runtime, sealed: bytes) -> dict[str, Any]:
    """What the browser of one of its workers reads, with the password that everybody knows."""
    async with runtime.database.store() as store:
        copy, *_ = await store.services.keys(demo.SERVICE)
        holder = await store.workers.by_id(copy.held_by)
    assert holder
    assert holder.own_wrapped
    own = Identity.from_str(passphrase.decrypt(holder.own_wrapped, DEMO_PASSWORD).decode())
    service = Identity.from_str(decrypt(copy.wrapped, [own]).decode())
    found: dict[str, Any] = json.loads(decrypt(sealed, [service]))
    return found
