"""Passkeys: made for one worker and one desk, good once for each challenge, never a way past the password."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.runtime import Runtime
from bot.usecases.accounts import accepting, passkeys, second_factors, sign_ins, workers
from bot.usecases.accounts.passkeys import LastFactor, NotAPasskey
from bot.usecases.accounts.second_factors import Signed, Site
from bot.usecases.accounts.workers import NotYet
from bot.usecases.acting import SignedIn
from bot.usecases.challenges import CHALLENGE_FOR
from bot.usecases.operation import audit
from bot.usecases.refused import NotFound
from tests.desk.accounts.authenticator import Authenticator, said
from tests.faces import Clock
from tests.people import PASSWORD, Colleague, a_colleague, acting, browser_of, serving

DESK = Site("darbs.example.lv", "https://darbs.example.lv")


@pytest.fixture
async def eva(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "eva", "editor", None)


@pytest.fixture
async def her(runtime: Runtime, clock: Clock, eva: Colleague) -> SignedIn:
    return await acting(runtime, clock, eva)


def a_device(**differs: object) -> Authenticator:
    given: dict[str, object] = {"host": DESK.host, "origin": DESK.origin, "counts": 1}
    return Authenticator(**given | differs)  # type: ignore[arg-type]


async def added(runtime: Runtime, worker: SignedIn, device: Authenticator, name: str = "my phone") -> None:
    await passkeys.add(runtime, worker, DESK, name, device.make(await passkeys.creation_options(runtime, worker, DESK)))


async def signs_in(
    runtime: Runtime, device: Authenticator, login: str = "eva", password: str = PASSWORD, at: Site = DESK
) -> bool:
    signed = Signed(device.sign(second_factors.signing_options(runtime, DESK)), at)
    return bool(await workers.sign_in(runtime, login, password, signed))


async def events(runtime: Runtime) -> list[tuple[str, str]]:
    return [(entry.event, entry.reason) for entry in reversed(await audit.list_events(runtime))]


async def test_a_passkey_signs_in_after_the_password_and_the_audit_says_so(runtime: Runtime, her: SignedIn) -> None:
    device = a_device()
    await added(runtime, her, device, "  my   phone ")
    (kept,) = await passkeys.list_passkeys(runtime, her)
    assert (kept.name, kept.used_at) == ("my phone", None)
    assert await signs_in(runtime, device)
    (kept,) = await passkeys.list_passkeys(runtime, her)
    assert kept.used_at == runtime.now().replace(minute=0, second=0, microsecond=0)
    assert (await events(runtime))[-3:] == [("signed_in", "code"), ("passkey_added", ""), ("signed_in", "passkey")]
    (code, *_) = await sign_ins.new_recovery_codes(runtime, her)
    assert await workers.sign_in(runtime, "eva", PASSWORD, code)
    assert (await events(runtime))[-1] == ("signed_in", "recovery_code")


async def test_only_the_public_half_is_kept(runtime: Runtime, her: SignedIn) -> None:
    device = a_device()
    await added(runtime, her, device)
    async with runtime.database.store() as store:
        (row,) = await store.passkeys.of_worker(her.id)
    secret = device.private.private_numbers().private_value.to_bytes(32)
    assert secret not in row.public_key + row.credential
    assert row.credential == device.credential


async def test_the_password_is_asked_as_before(runtime: Runtime, her: SignedIn) -> None:
    device = a_device()
    await added(runtime, her, device)
    assert not await signs_in(runtime, device, password="a guess")
    assert not await signs_in(runtime, device, login="nobody")


async def test_a_passkey_belongs_to_one_worker(runtime: Runtime, clock: Clock, her: SignedIn) -> None:
    device, zane = a_device(), await acting(runtime, clock, await a_colleague(runtime, clock, "zane", "editor", None))
    await added(runtime, her, device)
    assert not await signs_in(runtime, device, login="zane")
    with pytest.raises(NotAPasskey):
        await added(runtime, zane, device)
    with pytest.raises(NotAPasskey):  # made for what another worker was asked
        await passkeys.add(
            runtime, zane, DESK, "x", a_device().make(await passkeys.creation_options(runtime, her, DESK))
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "elsewhere.example"},
        {"origin": "https://darbs.example.lv.elsewhere.example"},
        {"origin": "http://darbs.example.lv"},
        {"asks_who": False},
    ],
    ids=["another host", "a false page", "without TLS", "who did not ask for finger or PIN"],
)
async def test_what_was_signed_elsewhere_or_for_anyone_is_refused(
    runtime: Runtime, her: SignedIn, wrong: dict[str, object]
) -> None:
    with pytest.raises(NotAPasskey):
        await added(runtime, her, a_device(**wrong))
    device = a_device()
    await added(runtime, her, device)
    for name, value in wrong.items():
        setattr(device, name, value)
    assert not await signs_in(runtime, device)


async def test_a_challenge_is_good_once(runtime: Runtime, her: SignedIn) -> None:
    device = a_device(counts=0)  # one that does not count, as those that are synchronised
    make = await passkeys.creation_options(runtime, her, DESK)
    await passkeys.add(runtime, her, DESK, "first", device.make(make))
    with pytest.raises(NotAPasskey):
        await passkeys.add(runtime, her, DESK, "second", a_device().make(make))
    signed = Signed(device.sign(second_factors.signing_options(runtime, DESK)), DESK)
    both = await asyncio.gather(*(workers.sign_in(runtime, "eva", PASSWORD, signed) for _ in range(2)))
    assert len([token for token in both if token]) == 1
    assert await workers.sign_in(runtime, "eva", PASSWORD, signed) is None


@pytest.mark.parametrize("seconds, works", [(CHALLENGE_FOR.seconds - 1, True), (CHALLENGE_FOR.seconds, False)])
async def test_a_challenge_lives_five_minutes(
    runtime: Runtime, clock: Clock, her: SignedIn, seconds: int, works: bool
) -> None:
    device = a_device()
    await added(runtime, her, device)
    options, make = second_factors.signing_options(runtime, DESK), await passkeys.creation_options(runtime, her, DESK)
    clock.move(seconds=seconds)
    assert bool(await workers.sign_in(runtime, "eva", PASSWORD, Signed(device.sign(options), DESK))) is works
    another = passkeys.add(runtime, her, DESK, "x", a_device().make(make))
    if works:
        await another
    else:
        with pytest.raises(NotAPasskey):
            await another


async def test_a_challenge_that_is_not_ours_or_for_something_else_is_refused(runtime: Runtime, her: SignedIn) -> None:
    device = a_device()
    await added(runtime, her, device)
    invented = json.dumps({"challenge": said(b"x" * 56)})
    for options in (invented, await passkeys.creation_options(runtime, her, DESK)):
        assert await workers.sign_in(runtime, "eva", PASSWORD, Signed(device.sign(options), DESK)) is None


async def test_a_counter_that_does_not_move_on_is_refused_and_audited(
    runtime: Runtime, clock: Clock, her: SignedIn
) -> None:
    device = a_device(counts=5)
    await added(runtime, her, device)
    assert await signs_in(runtime, device)
    for counted in (6, 5, 0):
        device.counts = counted
        assert not await signs_in(runtime, device)
    assert ("passkey_counter_went_back", "") in await events(runtime)
    clock.move(minutes=1)
    device.counts = 7
    assert await signs_in(runtime, device)


async def test_what_nobody_signed_is_refused(runtime: Runtime, clock: Clock, her: SignedIn) -> None:
    device = a_device()
    await added(runtime, her, device)
    forged = json.loads(device.sign(second_factors.signing_options(runtime, DESK)))
    forged["response"]["signature"] = said(b"\x30\x06\x02\x01\x01\x02\x01\x01")
    for response in (json.dumps(forged), "{}", "[]", "x", '{"id": "é"}', "[" * 20_000, "null", '{"id": 1}'):
        clock.move(minutes=15)
        assert await workers.sign_in(runtime, "eva", PASSWORD, Signed(response, DESK)) is None
        with pytest.raises(NotAPasskey):
            await passkeys.add(runtime, her, DESK, "x", response)


async def test_a_removed_passkey_is_refused_and_the_code_still_works(
    runtime: Runtime, clock: Clock, eva: Colleague, her: SignedIn
) -> None:
    device = a_device()
    await added(runtime, her, device)
    (kept,) = await passkeys.list_passkeys(runtime, her)
    zane = await acting(runtime, clock, await a_colleague(runtime, clock, "zane", "editor", None))
    with pytest.raises(NotFound):
        await passkeys.remove(runtime, zane, kept.id)
    await passkeys.remove(runtime, her, kept.id)
    assert not await signs_in(runtime, device)
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    assert "passkey_removed" in [event for event, _ in await events(runtime)]


async def test_the_last_second_factor_stays(runtime: Runtime, her: SignedIn) -> None:
    first, second = a_device(), a_device()
    await added(runtime, her, first, "first")
    await added(runtime, her, second, "second")
    async with runtime.database.store() as store:
        worker = await store.workers.by_login("eva")
        assert worker
        worker.totp_sealed = None
    one, other = sorted(await passkeys.list_passkeys(runtime, her), key=lambda kept: kept.name)
    await passkeys.remove(runtime, her, one.id)
    with pytest.raises(LastFactor):
        await passkeys.remove(runtime, her, other.id)
    assert await signs_in(runtime, second)


async def test_a_new_invitation_and_leaving_void_every_passkey(runtime: Runtime, clock: Clock, her: SignedIn) -> None:
    device = a_device()
    await added(runtime, her, device)
    token = (await workers.invite_again(runtime, "eva")).removeprefix("/join/")
    joining = Colleague("eva", (await workers.new_secret(runtime, token)).text)
    await workers.join(runtime, token, PASSWORD, joining.code(clock))
    assert await passkeys.list_passkeys(runtime, her) == []
    assert not await signs_in(runtime, device)
    await added(runtime, her, a_device())
    await workers.leave(runtime, "eva")
    assert await passkeys.list_passkeys(runtime, her) == []


async def test_ten_passkeys_are_enough_and_each_has_a_name(runtime: Runtime, her: SignedIn) -> None:
    with pytest.raises(NotAPasskey):
        await added(runtime, her, a_device(), "   ")
    for number in range(passkeys.MOST):
        await added(runtime, her, a_device(), f"number {number}")
    with pytest.raises(NotAPasskey):
        await added(runtime, her, a_device())


async def test_what_is_to_be_signed_tells_nothing_about_any_login(runtime: Runtime, her: SignedIn) -> None:
    await added(runtime, her, a_device())
    options = json.loads(second_factors.signing_options(runtime, DESK))
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    assert "eva" not in json.dumps(options)


@pytest.mark.parametrize(
    "mode, desk_url, host, origin",
    [
        ("service", "https://darbs.example.lv", "elsewhere.example", "https://darbs.example.lv"),
        ("service", "https://Darbs.example.lv:8443/", "127.0.0.1:8081", "https://darbs.example.lv:8443"),
        ("service", "", "darbs.example.lv", None),
        ("demo", "", "localhost:8081", "http://localhost:8081"),
        ("demo", "", "127.0.0.1:8081", None),
        ("demo", "", "elsewhere.example", None),
    ],
)
def test_a_passkey_is_for_the_address_that_the_operator_named(
    runtime: Runtime, mode: str, desk_url: str, host: str, origin: str | None
) -> None:
    settings = runtime.settings.model_copy(update={"mode": mode, "desk_url": desk_url})
    found = second_factors.site(replace(runtime, settings=settings), host)
    assert (found and found.origin) == origin


async def test_the_demonstration_says_where_passkeys_work(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        form = {"login": "eva", "password": PASSWORD, "code": eva.code(clock)}
        async with browser.post("/sign-in", data=form) as answer:
            assert answer.status == 200
        async with browser.get("/me") as answer:
            text = await answer.text()
        assert f'href="{url.replace("127.0.0.1", "localhost")}/me"' in text
        assert "passkeys.js" not in text
        async with browser.post("/sign-in/passkey") as answer:
            assert answer.status == 404


@pytest.fixture
async def invited(runtime: Runtime) -> str:
    """The token of Anna's invitation."""
    return (await workers.invite(runtime, "anna", "Anna", "editor")).rpartition("/")[2]


async def joins(runtime: Runtime, token: str, device: Authenticator, password: str = PASSWORD) -> None:
    made = device.make(await accepting.creation_options(runtime, token, DESK))
    await accepting.accept(runtime, token, password, DESK, "first", made)


async def test_who_joins_with_a_passkey_signs_in_with_it_and_the_invitation_is_used_up(
    runtime: Runtime, invited: str
) -> None:
    device = a_device()
    await joins(runtime, invited, device)
    assert [event for event, _ in await events(runtime)][-2:] == ["worker_joined", "passkey_added"]
    assert await signs_in(runtime, device, login="anna")
    for again in (accepting.creation_options(runtime, invited, DESK), joins(runtime, invited, a_device())):
        with pytest.raises(NotFound):
            await again


async def test_a_secret_that_was_shown_opens_nothing_after_joining_with_a_passkey(
    runtime: Runtime, clock: Clock, invited: str
) -> None:
    """Whoever saw it may not be she."""
    seen = Colleague("anna", (await workers.new_secret(runtime, invited)).text)
    await joins(runtime, invited, a_device())
    assert not await workers.sign_in(runtime, "anna", PASSWORD, seen.code(clock))


async def test_an_invitation_is_not_used_up_by_what_is_refused(
    runtime: Runtime, her: SignedIn, clock: Clock, invited: str
) -> None:
    with pytest.raises(NotYet):
        await joins(runtime, invited, a_device(), "short")
    with pytest.raises(NotAPasskey):
        await joins(runtime, invited, a_device(origin="https://elsewhere.example"))
    other = (await workers.invite(runtime, "zane", "Zane", "editor")).rpartition("/")[2]
    for elsewhere in (
        await accepting.creation_options(runtime, other, DESK),
        await passkeys.creation_options(runtime, her, DESK),
    ):
        with pytest.raises(NotAPasskey):  # made for what somebody else was asked
            await accepting.accept(runtime, invited, PASSWORD, DESK, "x", a_device().make(elsewhere))
    late = await accepting.creation_options(runtime, invited, DESK)
    clock.move(seconds=int(CHALLENGE_FOR.total_seconds()))
    with pytest.raises(NotAPasskey):
        await accepting.accept(runtime, invited, PASSWORD, DESK, "x", a_device().make(late))
    await joins(runtime, invited, a_device())


async def test_the_one_way_in_after_joining_cannot_be_removed(runtime: Runtime, invited: str) -> None:
    await joins(runtime, invited, a_device())
    anna = await sign_ins.acting_as(runtime, "anna")
    (only,) = await passkeys.list_passkeys(runtime, anna)
    with pytest.raises(LastFactor):
        await passkeys.remove(runtime, anna, only.id)
