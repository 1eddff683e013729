"""What a worker's browser sends, or somebody in its place, never makes the desk fail."""

import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.routes import ROUTES
from bot.runtime import Runtime
from bot.usecases.accounts import passkeys, second_factors
from bot.usecases.accounts.passkeys import NotAPasskey
from bot.usecases.accounts.second_factors import SIGN_IN, Signed, Site
from bot.usecases.acting import SignedIn
from tests.faces import Clock
from tests.fuzz.mangling import ANYTHING, JSON
from tests.people import (
    a_colleague,
    a_key,
    a_request,
    a_service,
    acting,
    browser_of,
    confirm,
    serving,
    sign_in,
    the_request,
)

BESIDE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
LEAVING = {"/sign-out", "/me/sessions/end", "/me/sessions/{place}/end", "/sign-in", "/join/{token}", "/confirm"}
"""They end the session, or are slow on purpose."""
POSTS = sorted(route.path for route in ROUTES if route.method == "POST" and route.path not in LEAVING)
TEXTS = (
    st.text(max_size=40)
    | JSON.map(json.dumps)
    | st.sampled_from(["[" * 5_000, "é", "QQ==", "9" * 5000, "²"])
    | st.sampled_from(['[{"to":1,"own":2,"copy":"é"}]', "age1", "met", "yes"])
)
NAMES = st.sampled_from(
    [
        "sealed",
        "recipient",
        "locked",
        "copy",
        "copies",
        "to",
        "own",
        "before",
        "name",
        "passkey",
        "reason",
        "outcome",
        "language",
        "agreed",
        "hours",
        "holidays",
    ]
)
PARTS = st.sampled_from(
    ["letter", "additions-1", "notes-2", "letter-x", "notes-²", "notes-" + "9" * 300, "notes-", "-"]
)
KINDS = st.sampled_from(
    [
        "application/x-www-form-urlencoded; charset=none",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "a/b; c",
    ]
)


@pytest.fixture
async def browser(runtime: Runtime, clock: Clock) -> AsyncIterator[ClientSession]:
    """A head of service is signed in; a request waits."""
    await a_service(runtime)
    head = await a_colleague(runtime, clock, "head", "head", "balvi")
    await a_key(runtime, await acting(runtime, clock, head))
    await a_request(runtime)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, head)
        assert await confirm(browser) == 303
        browser.headers["X-Reference"] = await the_request(runtime)
        yield browser


async def post(browser: ClientSession, path: str, part: str, **sent: object) -> int:
    found = {"reference": browser.headers["X-Reference"], "part": part, "passkey": part, "service": "balvi"}
    for name, value in found.items():
        path = path.replace(f"{{{name}}}", quote(value))
    async with browser.post(path, allow_redirects=False, **sent) as answer:  # type: ignore[arg-type]
        return answer.status


@BESIDE
@given(st.sampled_from(POSTS), PARTS, st.dictionaries(NAMES, TEXTS, max_size=6))
async def test_any_fields_are_taken_or_refused(
    browser: ClientSession, path: str, part: str, fields: dict[str, str]
) -> None:
    assert await post(browser, path, part, data=fields) < 500, path


@settings(BESIDE, max_examples=60)
@given(st.sampled_from(POSTS), KINDS, ANYTHING | st.sampled_from([b"--x\r\n", b"--x\r\n\r\na", b"\xff=\xff"]))
async def test_any_body_is_taken_or_refused(browser: ClientSession, path: str, kind: str, body: bytes) -> None:
    assert await post(browser, path, "letter", data=body, headers={"Content-Type": kind}) < 500, path


RESPONSE = st.fixed_dictionaries(
    {},
    optional={
        "id": TEXTS,
        "rawId": TEXTS,
        "type": st.just("public-key") | JSON,
        "response": st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(
                ("clientDataJSON", "attestationObject", "authenticatorData", "signature"), TEXTS | JSON
            ),
        ),
        "authenticatorAttachment": JSON,
        "transports": JSON,
    },
)


@BESIDE
@given(RESPONSE.map(json.dumps) | TEXTS)
async def test_any_answer_of_a_passkey_is_refused(runtime: Runtime, response: str) -> None:
    at = Site("desk.example", "https://desk.example")
    worker = SignedIn("anna", "Anna", "anna", "worker", "balvi")
    with pytest.raises(NotAPasskey):
        await passkeys.add(runtime, worker, at, "phone", response)
    async with runtime.database.store() as store:
        signed = Signed(response, at)
        assert await second_factors.verify_signed(runtime, store, "anna", signed, SIGN_IN, runtime.now()) is None
