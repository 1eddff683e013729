"""Accounts of the desk: invited once, two factors, codes that work once, guesses slowed down, sessions that end."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pyotp
import pytest
from argon2 import PasswordHasher

from bot import demo
from bot.runtime import Runtime
from bot.settings import Settings, Unsafe
from bot.usecases.accounts import demo_accounts, passwords, workers
from bot.usecases.accounts.attempts import LONGEST_WAIT
from bot.usecases.accounts.workers import LoginTaken, NotYet
from bot.usecases.refused import NotFound, Refused
from bot.usecases.services import offers
from storage.contact_requests import STILL_OPEN
from tests.faces import Clock
from tests.people import PASSWORD, Colleague, a_colleague, a_service


@pytest.fixture
async def eva(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "eva", "editor", None)


async def test_password_and_code_open_the_desk(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    token = await workers.sign_in(runtime, "  EVA ", PASSWORD, eva.code(clock))
    assert token
    signed_in = await workers.get_signed_in(runtime, token)
    assert signed_in
    assert (signed_in.login, signed_in.role) == ("eva", "editor")


async def test_neither_factor_is_enough_alone(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    assert await workers.sign_in(runtime, "eva", "not her password", eva.code(clock)) is None
    for no_code_of_hers in ("000000", "", " "):
        assert await workers.sign_in(runtime, "eva", PASSWORD, no_code_of_hers) is None
    assert await workers.sign_in(runtime, "nobody", PASSWORD, eva.code(clock)) is None


async def test_a_code_works_once(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    code = eva.code(clock)
    assert await workers.sign_in(runtime, "eva", PASSWORD, code)
    assert await workers.sign_in(runtime, "eva", PASSWORD, code) is None


async def test_one_code_used_twice_at_once_works_once(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    code = eva.code(clock)
    tokens = await asyncio.gather(*(workers.sign_in(runtime, "eva", PASSWORD, code) for _ in range(2)))
    assert len([token for token in tokens if token]) == 1


@pytest.mark.parametrize("steps, works", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_phone_may_be_one_step_off(
    runtime: Runtime, clock: Clock, eva: Colleague, steps: int, works: bool
) -> None:
    clock.move(hours=1)
    code = pyotp.TOTP(eva.secret).at(int(clock().timestamp()) + steps * 30)
    assert bool(await workers.sign_in(runtime, "eva", PASSWORD, code)) is works


async def test_guessing_gets_slower_and_slower(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    for _ in range(3):
        assert await workers.sign_in(runtime, "eva", "a guess", "000000") is None
    waiting = pyotp.TOTP(eva.secret).at(int(clock().timestamp()) + 30)
    assert await workers.sign_in(runtime, "eva", PASSWORD, waiting) is None  # right, but too early
    clock.move(seconds=6)
    assert await workers.sign_in(runtime, "eva", PASSWORD, waiting)


async def test_guesses_made_at_once_are_counted_too(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    await asyncio.gather(*(workers.sign_in(runtime, "eva", f"guess {number}", "000000") for number in range(8)))
    code = pyotp.TOTP(eva.secret).at(int(clock().timestamp()) + 30)
    assert await workers.sign_in(runtime, "eva", PASSWORD, code) is None


async def test_nobody_is_locked_out_for_long(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    for _ in range(12):
        await workers.sign_in(runtime, "eva", "a guess", "000000")
        clock.move(seconds=int(LONGEST_WAIT.total_seconds()))
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))


async def test_a_successful_sign_in_forgets_the_failures(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    for _ in range(3):
        for _ in range(2):
            await workers.sign_in(runtime, "eva", "a slip", "000000")
        assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))


class Watched(PasswordHasher):
    """Writes down what each look at a password had to work through: the kind of hash and its costs."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.work: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - the library's name
        self.work.append(str(hash).rsplit("$", 2)[0])
        return super().verify(hash, password)


async def test_an_unknown_login_takes_the_same_work_as_a_known_one(
    runtime: Runtime, eva: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched()
    monkeypatch.setattr(passwords, "HASHER", watched)
    for login in ("eva", "nobody"):
        assert await workers.sign_in(runtime, login, "a guess", "000000") is None
    known, unknown = watched.work
    assert known == unknown


@pytest.mark.parametrize("idle, lives", [(29, True), (30, False)])
async def test_a_session_ends_when_idle(runtime: Runtime, clock: Clock, eva: Colleague, idle: int, lives: bool) -> None:
    token = await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    assert token
    clock.move(minutes=idle)
    assert bool(await workers.get_signed_in(runtime, token)) is lives


async def test_a_session_ends_after_twelve_hours_however_busy(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    token = await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    assert token
    for _ in range(35):
        clock.move(minutes=20)
        assert await workers.get_signed_in(runtime, token)
    clock.move(minutes=20)
    assert await workers.get_signed_in(runtime, token) is None


async def test_signing_out_and_leaving_end_sessions(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    first = await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    second = await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    assert first
    assert second
    await workers.sign_out(runtime, first)
    assert await workers.get_signed_in(runtime, first) is None
    assert await workers.get_signed_in(runtime, second)
    await workers.leave(runtime, "eva")
    assert await workers.get_signed_in(runtime, second) is None
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock)) is None
    (left,) = await workers.list_workers(runtime)
    assert (left.password_hash, left.totp_sealed, left.recovery_marks) == (None, None, [])


async def test_an_invitation_is_used_once_and_within_two_days(runtime: Runtime, clock: Clock) -> None:
    token = (await workers.invite(runtime, "anna", "Anna", "editor")).removeprefix("/join/")
    secret = (await workers.new_secret(runtime, token)).text
    joining = Colleague("anna", secret)
    with pytest.raises(NotYet, match="password"):
        await workers.join(runtime, token, "short", joining.code(clock))
    with pytest.raises(NotYet, match="code"):
        await workers.join(runtime, token, PASSWORD, "000000")
    await workers.join(runtime, token, PASSWORD, joining.code(clock))
    with pytest.raises(NotFound):
        await workers.join(runtime, token, "another password", joining.code(clock))

    late = (await workers.invite(runtime, "dace", "Dace", "dpo")).removeprefix("/join/")
    clock.now += timedelta(hours=48)
    for use in (workers.get_invitation, workers.new_secret):
        with pytest.raises(NotFound):
            await use(runtime, late)


async def test_being_invited_again_ends_everything_old(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    session = await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    assert session
    path = await workers.invite_again(runtime, "eva")
    assert await workers.get_signed_in(runtime, session) is None
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock)) is None
    assert (await workers.new_secret(runtime, path.removeprefix("/join/"))).text != eva.secret


async def test_a_login_is_given_once_and_roles_know_their_service(runtime: Runtime, eva: Colleague) -> None:
    with pytest.raises(LoginTaken):
        await workers.invite(runtime, "Eva", "Another", "editor")
    with pytest.raises(Refused):
        await workers.invite(runtime, "ilze", "Ilze", "worker")
    await a_service(runtime)
    with pytest.raises(Refused):
        await workers.invite(runtime, "ed", "Ed", "editor", "balvi")


async def test_codes_are_shown_of_invented_workers_in_demo_mode_only(runtime: Runtime, clock: Clock) -> None:
    await demo.seed(runtime)
    await a_colleague(runtime, clock, "zanda", "editor", None)
    shown = await demo_accounts.demo_workers(runtime)
    assert [worker.login for worker in shown] == ["ilze", "marta", "janis", "eva", "andris", "olga", "dace"]
    assert await workers.sign_in(runtime, "ilze", workers.DEMO_PASSWORD, shown[0].code)
    in_earnest = runtime.settings.model_copy(update={"mode": "service"})
    assert await demo_accounts.demo_workers(replace(runtime, settings=in_earnest)) == []


async def test_the_demonstration_can_be_written_to_and_confirms_its_own_addresses(runtime: Runtime) -> None:
    await demo.seed(runtime)
    offer = await offers.get_offer(runtime, "balvu-novads", "lv")
    assert (offer.open, offer.reads_alone) == (True, "head")
    async with runtime.database.store() as store:  # one that was seeded before addresses had to be tried
        service = await store.services.by_id(demo.SERVICE)
        assert service
        service.email = service.head_email = None
        await store.services.keep_trials(demo.SERVICE, ())
    assert not (await offers.get_offer(runtime, "balvu-novads", "lv")).open
    await demo.seed(runtime)
    assert (await offers.get_offer(runtime, "balvu-novads", "lv")).open


@pytest.mark.parametrize("address", ["0.0.0.0:8081", "192.0.2.7:8081", "desk.example.org:8081"])
async def test_the_demonstration_stays_on_this_machine(runtime: Runtime, address: str) -> None:
    elsewhere = Settings(database=runtime.settings.database, desk_listen=address)
    with pytest.raises(Unsafe):
        await demo.seed(replace(runtime, settings=elsewhere))


async def test_the_demonstration_keeps_away_from_real_workers(runtime: Runtime, eva: Colleague) -> None:
    with pytest.raises(Unsafe):
        await demo.seed(runtime)


async def test_seeding_again_adds_nothing(runtime: Runtime) -> None:
    await demo.seed(runtime)
    await demo.seed(runtime)
    async with runtime.database.store() as store:
        samples = await store.requests.of_service(demo.SERVICE, STILL_OPEN)
        quarters = await store.slips.editions(demo.SERVICE)
        assert len(await store.workers.all()) == len(demo.WORKERS)
    assert [sample.is_sample for sample in samples] == [True] * 5
    assert len(quarters) == 1
    assert {sample.priority for sample in samples} == {"today", "next_working_day", "in_order"}
