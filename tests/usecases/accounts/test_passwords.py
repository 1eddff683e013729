"""Passwords: compared in one form of Unicode, and none that anybody could guess."""

import unicodedata

import pytest

from bot.runtime import Runtime
from bot.usecases.accounts import passwords, workers
from bot.usecases.accounts.workers import NotYet
from tests.faces import Clock
from tests.people import Colleague, a_colleague

TYPED = "četri ļoti klusi vārdi"
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, TYPED) for form in ("NFC", "NFD"))
MIXED = COMPOSED[:6] + DECOMPOSED[7:]


@pytest.fixture
async def eva(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "eva", "editor", None)


async def kept(runtime: Runtime, hashed: str = "") -> str:
    async with runtime.database.store() as store:
        worker = await store.workers.by_login("eva")
        assert worker
        worker.password_hash = hashed or worker.password_hash
        return worker.password_hash or ""


@pytest.mark.parametrize("chosen", [COMPOSED, DECOMPOSED, MIXED], ids=["NFC", "NFD", "mixed"])
async def test_a_password_chosen_in_one_form_signs_in_in_the_other(runtime: Runtime, clock: Clock, chosen: str) -> None:
    token = (await workers.invite(runtime, "eva", "Eva", "editor")).removeprefix("/join/")
    eva = Colleague("eva", (await workers.new_secret(runtime, token)).text)
    await workers.join(runtime, token, chosen, eva.code(clock))
    for typed in (COMPOSED, DECOMPOSED):
        assert await workers.sign_in(runtime, "eva", typed, eva.code(clock))


@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED], ids=["typed as NFC", "typed as NFD"])
async def test_a_password_kept_in_another_form_still_signs_in_and_is_kept_anew(
    runtime: Runtime, clock: Clock, eva: Colleague, typed: str
) -> None:
    earlier = await kept(runtime, passwords.HASHER.hash(DECOMPOSED))
    assert await workers.sign_in(runtime, "eva", typed, eva.code(clock))
    now = await kept(runtime)
    assert now != earlier
    assert passwords.HASHER.verify(now, COMPOSED)


async def test_a_password_kept_just_as_it_was_typed_still_signs_in(
    runtime: Runtime, clock: Clock, eva: Colleague
) -> None:
    await kept(runtime, passwords.HASHER.hash(MIXED))
    assert await workers.sign_in(runtime, "eva", MIXED, eva.code(clock))
    assert passwords.HASHER.verify(await kept(runtime), COMPOSED)


async def test_a_password_in_the_usual_form_is_left_as_it_is(runtime: Runtime, clock: Clock, eva: Colleague) -> None:
    earlier = await kept(runtime, passwords.HASHER.hash(COMPOSED))
    assert await workers.sign_in(runtime, "eva", COMPOSED, eva.code(clock))
    assert await kept(runtime) == earlier


@pytest.mark.parametrize(
    "password",
    [
        *("aaaaaaaaaaaa", "password1234", "qwertyuiopas", "123456789012", "Latvija2025!", "Parole2025!!"),
        *("ilzekalnina1", "kalnina.ilze.2024", "Ilze Kalniņa 1990", "sociālais dienests 1", "пароль пароль"),
        "eleven char",
    ],
)
async def test_a_password_that_anybody_could_guess_is_not_taken(runtime: Runtime, clock: Clock, password: str) -> None:
    token = (await workers.invite(runtime, "ilze", "Ilze Kalniņa", "editor")).removeprefix("/join/")
    ilze = Colleague("ilze", (await workers.new_secret(runtime, token)).text)
    with pytest.raises(NotYet, match="password"):
        await workers.join(runtime, token, password, ilze.code(clock))


@pytest.mark.parametrize(
    "password",
    ["four words are plenty", "mierigs ezers un laiva", "māja suns koks upe", "тихое озеро и лодка"],
)
def test_four_words_are_taken_in_every_language(password: str) -> None:
    assert not passwords.is_too_easy(password, "ilze", "Ilze Kalniņa")


def test_a_password_of_a_thousand_letters_is_looked_at_and_a_longer_one_is_not_taken() -> None:
    words = "mierigs ezers un laiva "
    assert not passwords.is_too_easy((words * 50)[: passwords.LONGEST])
    assert passwords.is_too_easy((words * 50)[: passwords.LONGEST + 1])
