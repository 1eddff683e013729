"""An overdue fact mails its owner, by a real mail server: when it is new, then every week while nobody verifies it."""

from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.runtime import RIGA, Runtime
from bot.settings import Unsafe, from_environment
from bot.usecases.content import fact_review
from bot.usecases.operation import overdue
from tests.faces import Clock
from tests.usecases.operation.test_doctor import with_settings
from tests.usecases.services.test_delivery import Post, listening

OWNERS = "content=texts@example.org, operator=it@example.org"


async def test_the_owner_of_an_overdue_fact_is_mailed_once_and_again_after_a_week(
    runtime: Runtime, clock: Clock
) -> None:
    post = Post()
    async with listening(post) as server:
        told = with_settings(runtime, smtp=SecretStr(server), owners=OWNERS, mail_from="blakus@example.org")
        assert await overdue.tell_owners(told) == 0, "nothing is overdue"
        first = min(row.expires_on for row in fact_review.review(told) if row.due != "withdrawn")
        clock.move(days=(first - told.today()).days + 1)
        owners = overdue.overdue(told).keys()
        assert owners
        assert await overdue.tell_owners(told) == len(owners)
        assert await overdue.tell_owners(told) == 0
        clock.move(days=6)
        assert await overdue.tell_owners(told) == 0
        clock.move(days=1)
        assert await overdue.tell_owners(told) == len(owners)
    addresses = {"content": "texts@example.org", "operator": "it@example.org"}
    assert {mail["To"] for mail in post.mails} == {addresses[owner] for owner in owners}
    words = post.mails[0].get_content()
    assert "past their date" in words
    assert f"{first.isoformat()}  " in words


async def test_between_midnight_here_and_midnight_in_utc_it_is_told_once(runtime: Runtime, clock: Clock) -> None:
    post = Post()
    async with listening(post) as server:
        told = with_settings(runtime, smtp=SecretStr(server), owners=OWNERS, mail_from="blakus@example.org")
        first = min(row.expires_on for row in fact_review.review(told) if row.due != "withdrawn")
        midnight = datetime(first.year, first.month, first.day, tzinfo=RIGA) + timedelta(days=1, minutes=5)
        clock.move(seconds=int((midnight - told.now()).total_seconds()))
        assert await overdue.tell_owners(told) > 0
        clock.move(hours=1)
        assert await overdue.tell_owners(told) == 0


async def test_a_mail_server_that_refuses_is_asked_again(runtime: Runtime, clock: Clock) -> None:
    clock.move(days=2000)
    post = Post("550 no")
    async with listening(post) as server:
        told = with_settings(runtime, smtp=SecretStr(server), owners=OWNERS, mail_from="blakus@example.org")
        assert await overdue.tell_owners(told) == 0
        post.answer = "250 OK"
        assert await overdue.tell_owners(told) > 0
    assert "+ " in post.mails[0].get_content(), "a long list is cut, and says how much more there is"


@pytest.mark.parametrize("owners", ["texts@example.org", "content=", "content=texts@example.org;operator=x@y"])
def test_owners_that_cannot_be_read_are_refused(owners: str) -> None:
    with pytest.raises(Unsafe, match="BOT_OWNERS must look like content="):
        from_environment({"BOT_OWNERS": owners})
