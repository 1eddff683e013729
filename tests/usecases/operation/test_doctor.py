"""The doctor says green where a person would be helped, and red, with what to do, for each thing that is broken."""

import asyncio
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import jobs
from bot.commands import setup_files, setup_people, setup_wanted
from bot.content import Content
from bot.metrics import Metrics
from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.operation import (
    audit,
    doctor,
    doctor_certificates,
    doctor_clock,
    doctor_outside,
    doctor_services,
    doctor_walk,
)
from bot.usecases.operation.doctor_line import Line
from bot.usecases.person import counting
from bot.usecases.services import offers
from storage.database import Database
from tests import packages
from tests.certificates import NAME, Authority
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_service
from tests.storage.rows import reachable
from tests.usecases.services.test_delivery import Post, listening


async def seen(runtime: Runtime) -> dict[str, Line]:
    return {line.name: line async for line in doctor.examine(runtime)}


def with_settings(runtime: Runtime, **settings: Any) -> Runtime:
    return replace(runtime, settings=runtime.settings.model_copy(update=settings))


@pytest.fixture
async def well(runtime: Runtime, clock: Clock) -> Runtime:
    """An installation in which everything inside is as it should be."""
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "head", "balvi"))
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.head_email = "ilze@example.org"
        await reachable(store, "balvi")
    runtime.pending.ran = dict.fromkeys(doctor.REGULAR_JOBS | doctor.SELDOM_JOBS, clock())
    await counting.flush(runtime)
    urls = {"public_url": "https://blakus.invalid", "desk_url": "https://darbs.invalid"}
    smtp = SecretStr("smtp://127.0.0.1:9")
    owners = {"owners": "content=texts@example.org", "mail_from": "blakus@example.org"}
    return with_settings(runtime, mode="service", operator="Paraugs", smtp=smtp, **urls, **owners)


@pytest.mark.long
async def test_where_all_is_well_every_line_is_green_and_nothing_of_the_walk_is_left(
    well: Runtime, tmp_path: Path
) -> None:
    lines = await seen(well)
    inside = {
        name: line
        for name, line in lines.items()
        if name
        not in {"mail", "telegram", "public page", "visitors", "backup", "key of conversations", "disk encryption"}
        and name not in {"clock", "restore drill"}
        and not name.startswith("certificate of ")
    }
    assert [line for line in inside.values() if not line.well] == []
    assert inside.keys() >= {"walk in lv", "walk in ru", "walk in en", "service balvi", "jobs", "audit", "database"}
    assert "and the form" in inside["walk in ru"].said
    with closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (0,)


async def test_a_demonstration_is_not_taken_for_a_service(runtime: Runtime) -> None:
    line = doctor.settings_line(runtime)
    assert line.well is False
    assert "BOT_MODE=service, BOT_PUBLIC_URL" in line.said


@pytest.mark.long
async def test_an_overdue_fact_is_red(well: Runtime, clock: Clock) -> None:
    clock.move(days=2000)
    line = (await doctor.content_lines(well))[-1]
    assert line.well is False
    assert "overdue" in line.said


async def test_a_fact_that_was_withdrawn_on_purpose_is_not_red(well: Runtime, shipped: Content) -> None:
    name, fact = next((name, fact) for name, fact in shipped.facts.items() if fact.pinned is None)
    withdrawn = replace(shipped, facts={**shipped.facts, name: replace(fact, withdrawn=True)})
    assert withdrawn.facts[name].standing(well.today()) == "withheld"
    assert doctor.facts_line(replace(well, content=withdrawn)).well


async def test_that_nobody_is_mailed_about_an_overdue_fact_is_said(well: Runtime) -> None:
    line = doctor.facts_line(with_settings(well, owners=""))
    assert (line.state, "nobody is mailed" in line.said) == ("unset", True)


async def test_broken_content_is_red(well: Runtime, tmp_path: Path) -> None:
    broken = packages.read(tmp_path / "package", words={"ru": {"court": None}})
    assert (await doctor.content_lines(replace(well, content=broken)))[0].well is False


async def test_a_database_out_of_reach_or_of_another_version_is_red(well: Runtime, tmp_path: Path) -> None:
    gone = replace(well)
    gone.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    lines = await seen(gone)
    assert lines["database"].well is False
    assert "walk in lv" not in lines
    with closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert "another version" in (await doctor.database_line(well)).said


async def test_the_doctor_changes_no_table(tmp_path: Path, well: Runtime) -> None:
    empty = replace(well)
    empty.database = Database(f"sqlite:///{tmp_path / 'new.sqlite'}", b"k" * 32)
    assert (await seen(empty))["database"].well is False
    await empty.database.close()
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


@pytest.mark.parametrize(
    "change, says",
    [
        ("DELETE FROM service_keys", "0 of two hold its key"),
        ("UPDATE social_services SET hours = '{}'", "it never reads"),
        ("UPDATE social_services SET email = NULL", "nobody is told"),
        ("UPDATE social_services SET email = 'new@example.org'", "confirmed that mail arrives at its address"),
        ("UPDATE social_services SET deputy_email = NULL, head_email = NULL", "nobody else is told"),
        ("UPDATE social_services SET deputy_email = NULL, head_email = 'new@example.org'", "who are told next"),
    ],
)
async def test_a_service_that_cannot_be_reached_is_red(well: Runtime, tmp_path: Path, change: str, says: str) -> None:
    with closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as connection, connection:
        connection.execute(change)
    lines = [row async for row in doctor_services.lines(well)]
    (line,) = [row for row in lines if row.well is False]
    assert says in line.said
    assert "operator" in line.todo or "its head" in line.todo, "whose it is"


async def test_a_service_that_nobody_mails_is_red_for_want_of_a_mail_server(well: Runtime) -> None:
    (line,) = [row async for row in doctor_services.lines(with_settings(well, smtp=SecretStr("")))]
    assert (line.well, "sends no mail" in line.said, "BOT_SMTP" in line.todo) == (False, True, True)


async def test_a_service_that_an_upgrade_found_open_is_red_and_says_until_when(well: Runtime, clock: Clock) -> None:
    async with well.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.email, service.open_until = "new@example.org", clock() + timedelta(days=14)
    (line, *_) = [row async for row in doctor_services.lines(well)]
    assert line.well is False
    assert "people can write to it until 2026-12-" in line.said


async def test_where_nobody_could_alone_read_it_is_said_and_is_not_red(well: Runtime, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as connection, connection:
        connection.execute("UPDATE workers SET role = 'worker'")
    first, second = [line async for line in doctor_services.lines(well)]
    assert first.well
    assert (second.well, "no head of service" in second.said, "--reader" in second.todo) == (None, True, True)


async def test_without_any_service_phones_stand_in_for_the_form(runtime: Runtime) -> None:
    (line,) = [row async for row in doctor_services.lines(runtime)]
    assert line.well is False
    walked = await doctor_walk.walk(runtime, "lv")
    assert walked.well
    assert "phones stand in" in walked.said


async def test_in_the_first_minute_after_the_first_start_nothing_is_red(runtime: Runtime) -> None:
    """The doctor ends every setup; a new program has run its jobs by then, but not noted that yet."""
    line = await doctor.jobs_line(runtime)
    assert (line.state, line.said) == ("waiting", "none has been noted yet")


async def test_jobs_that_do_not_run_are_red(well: Runtime, clock: Clock) -> None:
    clock.move(minutes=11)
    line = await doctor.jobs_line(well)
    assert line.well is False
    assert "deliver_notices" in line.said
    assert "forget_old" not in line.said


async def test_a_changed_audit_is_red(well: Runtime, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as connection, connection:
        connection.execute("DROP TRIGGER audit_stays")
        connection.execute("UPDATE audit SET actor = 'someone' WHERE id = 1")
    assert "broken at entry 1" in (await doctor.audit_line(well)).said


async def test_a_dialogue_that_no_longer_reaches_the_form_is_red(well: Runtime, shipped: Content) -> None:
    world = await offers.world(well, form=True)
    assert doctor_walk.way_to_form(shipped.dialogue, "lv", world)
    screens = dict(shipped.dialogue.screens)
    screens["request.place"] = replace(screens["request.place"], to="menu")
    torn = replace(well, content=replace(shipped, dialogue=replace(shipped.dialogue, screens=screens)))
    line = await doctor_walk.walk(torn, "lv")
    assert (line.well, line.said) == (False, "no way leads to the form")


async def test_a_service_without_a_mail_server_or_a_sender_is_red(well: Runtime) -> None:
    silent = await doctor_outside.mail(with_settings(well, smtp=SecretStr("")))
    assert (silent.state, "nobody is told" in silent.said) == ("red", True)
    nobody = await doctor_outside.mail(with_settings(well, mail_from=""))
    assert (nobody.state, "blakus@localhost" in nobody.said) == ("red", True)
    assert (await doctor_outside.mail(with_settings(well, mode="demo", smtp=SecretStr("")))).state == "unset"


@pytest.mark.long
async def test_the_doctor_does_not_look_at_the_start_of_the_program_but_an_hour_later(well: Runtime) -> None:
    _, job = jobs.timetable(well, None)["look"]
    await job()
    assert b"blakus_doctor{" not in await audit.metrics(well)
    await job()
    assert b"blakus_doctor{" in await audit.metrics(well)
    assert well.apart._child is None, "no second process stays in memory"


async def test_a_new_service_waits_for_its_first_two_holders_and_is_not_red(well: Runtime) -> None:
    wanted = setup_wanted.Wanted("ludzas-novads", {"mon": ("08:30", "17:00")}, "a@example.org", "b@example.org")
    done = await setup_people.prepare(well, wanted)
    lines = [line async for line in doctor_services.lines(well) if "ludzas" in line.name]
    assert {line.state for line in lines} == {"waiting"}
    assert lines[0].said == "0 of two hold its key; 2 invited people have not joined yet"
    assert "they open their links" in lines[0].todo
    await workers.leave(well, next(worker.login for worker in done.invited if worker.role == "worker"))
    lines = [line async for line in doctor_services.lines(well) if "ludzas" in line.name]
    assert lines[0].state == "red", "one alone can never be two"
    assert "the operator invites a second" in lines[0].todo


async def test_the_monitor_is_told_what_the_doctor_says(well: Runtime) -> None:
    await doctor.look(well)
    said = (await audit.metrics(well)).decode()
    lines = await seen(well)
    assert {"database", "service balvi", "jobs", "mail"} <= lines.keys()
    for name, line in lines.items():
        assert f'blakus_doctor{{check="{name}",state="{line.state}"}} 1.0' in said
    (looked,) = re.findall(r"^blakus_doctor_looked (\S+)", said, re.MULTILINE)
    assert float(looked) == well.now().timestamp()


async def test_the_mail_server_has_to_take_every_address(well: Runtime) -> None:
    post = Post()
    async with listening(post) as server:
        told = with_settings(well, smtp=SecretStr(server))
        assert (await doctor_outside.mail(told)).well
    assert (await doctor_outside.mail(told)).well is False
    assert post.came == [], "nothing is sent"


async def test_the_mail_server_is_asked_about_everybody_who_is_told(well: Runtime) -> None:
    async with well.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.deputy_email, service.reader_email = "deputy@example.org", "ilze@example.org"
    async with listening(Post()) as server:
        assert "3 addresses" in (await doctor_outside.mail(with_settings(well, smtp=SecretStr(server)))).said


async def test_telegram_has_to_know_us_and_to_reach_us(well: Runtime) -> None:
    fake = await FakeTelegram().start()
    told = with_settings(well, telegram_token=SecretStr(TOKEN), telegram_api=fake.root)
    assert "updates go elsewhere" in (await doctor_outside.telegram(told)).said
    by_asking = with_settings(told, public_url="")
    assert (await doctor_outside.telegram(by_asking)).well
    await fake.stop()
    line = await doctor_outside.telegram(by_asking)
    assert line.well is False
    assert TOKEN not in f"{line}"


async def test_a_full_disk_is_red(well: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    most: Callable[[], int] = lambda: 2**62  # noqa: E731 - more than any disk has
    monkeypatch.setattr(doctor, "LEAST_FREE", most())
    assert doctor.disk_line(well).well is False


@pytest.mark.parametrize("state, says", [(0, "green"), (5, "red"), (-1, "unset")])
def test_a_clock_that_nothing_keeps_right_is_red(state: int, says: str) -> None:
    assert doctor_clock.line_of(state).state == says
    assert doctor_clock.clock_line().name == "clock"


@pytest.mark.parametrize("days, says", [(60, "green"), (13, "red")])
async def test_the_last_day_of_a_certificate_is_named_and_red_when_it_is_near(
    authority: Authority, days: int, says: str
) -> None:
    async with await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=authority.server(ends_in=timedelta(days=days))
    ) as server:
        line = await doctor_certificates.certificate(NAME, server.sockets[0].getsockname()[1])
    assert (line.state, line.name) == (says, f"certificate of {NAME}")
    assert f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" in line.said


async def test_a_certificate_that_cannot_be_seen_is_red(authority: Authority) -> None:
    line = await doctor_certificates.certificate(NAME, 9)
    assert (line.state, "does not answer" in line.said) == ("red", True)


def test_the_alert_rules_fire_when_they_should_and_only_then(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """With Prometheus' own judge of rules. The names of the metrics are those that the program has."""
    (tmp_path / "alerts.yml").write_text(setup_files.show("alerts"))
    shutil.copy(Path(__file__).parent / "alerts_test.yml", tmp_path / "alerts_test.yml")
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run([tool("promtool"), *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    named = set(re.findall(r"\bblakus_\w+", re.sub(r"#.*|summary:.*", "", setup_files.show("alerts"))))
    ours = Metrics()
    ours.now(leads=True, database=True, flood=False, waiting={"unread": None})
    ours.looked([("database", "green")], 0)
    assert named <= set(re.findall(r"^(blakus_\w+)[{ ]", ours.text().decode(), re.MULTILINE))


async def test_who_waits_for_all_of_it_does_not_wait_for_ever(well: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LOOK_SECONDS", 0.0)
    lines = await doctor.collect_lines(well)
    assert (lines[-1].well, lines[-1].said) == (False, "did not answer in time")
