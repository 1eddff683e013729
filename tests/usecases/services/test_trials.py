"""A test mail, and the button behind its link: only that says that an address reaches somebody."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.person import contact
from bot.usecases.refused import NotFound
from bot.usecases.services import calendars, delivery, service_mails, trials
from bot.usecases.services.service_mails import Text
from bot.usecases.services.trials import NobodyToTell
from storage.social_services import TriedAddress
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_request, a_service
from tests.usecases.services.test_delivery import Post, listening

PLACE = "balvu-novads"


@pytest.fixture
async def post(runtime: Runtime) -> AsyncIterator[Post]:
    post = Post()
    async with listening(post) as server:
        runtime.settings = runtime.settings.model_copy(
            update={"smtp": SecretStr(server), "mode": "service", "desk_url": "https://darbs.example"}
        )
        yield post


@pytest.fixture
async def head(runtime: Runtime, post: Post) -> SignedIn:
    """Of a service with a key, whose two addresses nobody has tried."""
    await a_service(runtime)
    head = await a_desk_mate(runtime, "janis", "head", "balvi")
    await a_key(runtime, head)
    await saved(runtime, email="new@example.org", deputy_email="deputy@example.org")
    return head


async def saved(runtime: Runtime, **typed: str) -> None:
    view = await calendars.get_view(runtime, None, "balvi")
    await calendars.change(runtime, None, "balvi", {**view.written, **typed}, view.version)


async def links(runtime: Runtime, post: Post) -> dict[str, str]:
    """What the newest mail to each address leads to: the token."""
    await delivery.deliver_due(runtime)
    found = {
        str(mail["To"]): re.search(r"https://darbs\.example/address/(\S+)", mail.get_content()) for mail in post.mails
    }
    return {address: link[1] for address, link in found.items() if link}


async def open_(runtime: Runtime) -> bool:
    return (await contact.get_offer(runtime, PLACE, "lv")).open


async def rows(runtime: Runtime) -> dict[str, TriedAddress]:
    async with runtime.database.store() as store:
        return {trial.address: trial for trial in await store.services.trials()}


async def test_people_can_write_to_it_when_two_addresses_were_tried(
    runtime: Runtime, head: SignedIn, post: Post
) -> None:
    assert await trials.send(runtime, head, "balvi") == 2
    tokens = await links(runtime, post)
    assert tokens.keys() == {"new@example.org", "deputy@example.org"}
    assert (await trials.get_trial(runtime, tokens["new@example.org"])).confirmed is False
    assert not await open_(runtime), "who only opens a link has confirmed nothing"
    await trials.confirm(runtime, tokens["new@example.org"])
    assert not await open_(runtime), "one way to tell is not enough"
    await trials.confirm(runtime, tokens["deputy@example.org"])
    assert await open_(runtime)
    assert (await trials.get_trial(runtime, tokens["new@example.org"])).confirmed


async def test_the_test_mail_says_that_it_is_one_and_a_notice_stays_as_ever(
    runtime: Runtime, head: SignedIn, post: Post, clock: Clock
) -> None:
    await trials.send(runtime, head, "balvi")
    for token in (await links(runtime, post)).values():
        await trials.confirm(runtime, token)
    for mail in post.mails:
        text = mail.get_content()
        assert mail["Subject"] != service_mails.SOMETHING_WAITS.subject
        assert all(
            words in text for words in ("Šī ir pārbaude.", "Это проверка.", "This is a test. It concerns nobody.")
        )
    post.came.clear()
    await a_request(runtime)
    clock.move(minutes=15)
    await delivery.deliver_due(runtime)
    (notice,) = post.mails
    assert Text(notice["Subject"], notice.get_content().replace("\r\n", "\n")) == service_mails.SOMETHING_WAITS
    assert "http" not in notice.get_content()


async def test_a_test_and_a_notice_to_one_address_are_two_mails(
    runtime: Runtime, head: SignedIn, post: Post, clock: Clock
) -> None:
    await trials.send(runtime, head, "balvi")
    for token in (await links(runtime, post)).values():
        await trials.confirm(runtime, token)
    post.came.clear()
    await a_request(runtime)
    clock.move(hours=1)
    await trials.send(runtime, head, "balvi")
    await delivery.deliver_due(runtime)
    to_one = [mail["Subject"] for mail in post.mails if mail["To"] == "new@example.org"]
    assert len(to_one) == 2
    assert service_mails.SOMETHING_WAITS.subject in to_one


async def test_only_the_hash_of_a_link_is_kept(runtime: Runtime, head: SignedIn, post: Post) -> None:
    await trials.send(runtime, head, "balvi")
    tokens = await links(runtime, post)
    kept = str([(trial.address, trial.token_hash) for trial in (await rows(runtime)).values()])
    assert not [token for token in tokens.values() if token in kept]
    with pytest.raises(NotFound):
        await trials.confirm(runtime, "guessed")


async def test_a_link_is_valid_for_fourteen_days_and_until_the_next_mail(
    runtime: Runtime, head: SignedIn, post: Post, clock: Clock
) -> None:
    await trials.send(runtime, head, "balvi")
    first = (await links(runtime, post))["new@example.org"]
    clock.move(days=14, microseconds=-1)
    await trials.get_trial(runtime, first)
    clock.move(microseconds=1)
    with pytest.raises(NotFound):
        await trials.confirm(runtime, first)
    await trials.send(runtime, head, "balvi")
    second = (await links(runtime, post))["new@example.org"]
    clock.move(minutes=5)
    await trials.send(runtime, head, "balvi")
    third = (await links(runtime, post))["new@example.org"]
    with pytest.raises(NotFound):
        await trials.confirm(runtime, second)
    await trials.confirm(runtime, third)


async def test_a_changed_address_is_untried_also_when_it_comes_back(
    runtime: Runtime, head: SignedIn, post: Post
) -> None:
    await trials.send(runtime, head, "balvi")
    tokens = await links(runtime, post)
    for token in tokens.values():
        await trials.confirm(runtime, token)
    assert await open_(runtime)
    await saved(runtime, email="other@example.org")
    assert not await open_(runtime)
    await saved(runtime, email="new@example.org")
    assert not await open_(runtime)
    with pytest.raises(NotFound):
        await trials.get_trial(runtime, tokens["new@example.org"])


async def test_a_mailbox_is_not_filled_from_here(runtime: Runtime, head: SignedIn, post: Post, clock: Clock) -> None:
    await trials.send(runtime, head, "balvi")
    with pytest.raises(NobodyToTell):
        await trials.send(runtime, head, "balvi")
    clock.move(minutes=5)
    await trials.send(runtime, None, "balvi")
    await saved(runtime, email="", deputy_email="")
    clock.move(minutes=5)
    with pytest.raises(NobodyToTell):
        await trials.send(runtime, head, "balvi")
    runtime.settings = runtime.settings.model_copy(update={"smtp": SecretStr("")})
    with pytest.raises(NobodyToTell):
        await trials.send(runtime, head, "balvi")


async def test_a_head_tries_the_addresses_of_her_own_service_only(runtime: Runtime, head: SignedIn, post: Post) -> None:
    await a_service(runtime, "riga", "riga")
    with pytest.raises(NotFound):
        await trials.send(runtime, head, "riga")
    with pytest.raises(NotFound):
        await trials.send(runtime, None, "atlantis")


async def test_after_an_upgrade_every_address_is_told_once_until_when_people_can_write(
    runtime: Runtime, head: SignedIn, post: Post, clock: Clock
) -> None:
    await trials.tell_unready(runtime)
    assert await delivery.deliver_due(runtime) == 0, "it could not be written to before, either"
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.open_until = clock() + timedelta(days=14)
    assert await open_(runtime)
    assert await trials.tell_unready(runtime) == 1
    clock.move(hours=1)
    assert await trials.tell_unready(runtime) == 0
    await delivery.deliver_due(runtime)
    assert sorted(mail["To"] for mail in post.mails) == ["deputy@example.org", "new@example.org"]
    texts = {mail.get_content() for mail in post.mails}
    assert len(texts) == 1
    assert f"{service.open_until:%d.%m.%Y}" in texts.pop()
    clock.move(days=14)
    assert not await open_(runtime)
