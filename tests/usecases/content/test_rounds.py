"""A round: a draft is frozen, practitioners walk it and comment, each comment is answered, the revision names it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.content import Content
from bot.engine.heard import Pressed, Typed
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts, publishing, round_reports, round_walks, rounds
from bot.usecases.content.drafts import Edit
from bot.usecases.content.round_walks import NotSaid, Practitioner
from bot.usecases.content.rounds import NotValid, Scenario, Unheard
from bot.usecases.operation import audit
from bot.usecases.refused import NotAllowed, NotFound
from tests import packages
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import a_desk_mate
from tests.usecases.content.approving import approves
from tests.usecases.content.editorial_desk import court

CLOSES = date(2026, 12, 4)
CARDS = (
    Scenario(
        "night", {"lv": "Naktī", "ru": "Ночью"}, {"lv": "Sieviete ar diviem bērniem.", "ru": "Женщина, двое детей."}
    ),
    Scenario("neighbour", {"lv": "Kaimiņš"}, {"lv": "Kaimiņš dzird kliedzienus."}),
)


@dataclass
class House:
    """An editor, an approver, a draft with one edit, and a round of it."""

    runtime: Runtime
    eva: SignedIn
    peteris: SignedIn
    draft: str
    round: str

    async def came(self, service: str, language: str = "lv", name: str = "Ilze") -> Practitioner:
        (path,) = await rounds.invite(self.runtime, self.eva, self.round, service)
        session = await round_walks.join(self.runtime, path.rpartition("/")[2], name, language)
        return await self.again(session)

    async def again(self, session: str) -> Practitioner:
        who = await round_walks.get_practitioner(self.runtime, session)
        assert who
        return who

    async def walked(self, service: str, language: str = "lv") -> Practitioner:
        who = await self.came(service, language)
        await round_walks.take_card(self.runtime, who, "night")
        await round_walks.walk(self.runtime, who, None)
        await round_walks.walk(self.runtime, who, Pressed("start", "go"))
        return who

    async def held(self) -> rounds.Held:
        return await rounds.view_round(self.runtime, self.round)

    async def answer_all(self) -> None:
        for comment in (await self.held()).comments:
            await rounds.answer(self.runtime, self.eva, self.round, comment.id, "accepted", "Paldies")


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, database_url: str) -> AsyncIterator[House]:
    small: Content = packages.read(tmp_path / "package")
    async with runtime_on(database_url, clock, small) as runtime:
        eva = await a_desk_mate(runtime, "eva", "editor", None)
        peteris = await a_desk_mate(runtime, "peteris", "approver", None)
        draft = await drafts.open_draft(runtime, eva, "Tiesa")
        for edit in court("Tiesa sargā arī Jūs."):
            await drafts.save_edit(runtime, eva, draft, edit)
        opened = await rounds.open_round(runtime, eva, draft, "Pirmā kārta", CLOSES, CARDS)
        yield House(runtime, eva, peteris, draft, opened)


# --- From the round to the revision -----------------------------------------------------------------------------------


async def test_a_revision_names_its_round_and_how_many_services_took_part(house: House) -> None:
    runtime = house.runtime
    ilze, olga = await house.walked("Balvu sociālais dienests"), await house.walked("Rīgas dienests", "ru")
    again = await house.walked("balvu  Sociālais dienests")
    await house.came("Dienests, kas tikai atvēra saiti")
    for who, text in ((ilze, "Nav saprotams."), (olga, "Слишком длинно."), (again, "Labi!")):
        await round_walks.comment(runtime, who, "menu", "unclear", text)
    with pytest.raises(Unheard):  # the round is open
        await publishing.propose(runtime, house.eva, house.draft, "")
    await rounds.close(runtime, house.eva, house.round)
    with pytest.raises(Unheard):  # nobody has answered
        await publishing.propose(runtime, house.eva, house.draft, "")
    assert (await house.held()).unanswered == 3
    await house.answer_all()
    await publishing.propose(runtime, house.eva, house.draft, "")
    await approves(runtime, house.peteris, house.draft)
    (revision,) = await publishing.history(runtime)
    assert (revision.round_name, revision.services_heard) == ("Pirmā kārta", 2)


async def test_a_draft_without_a_round_is_published_as_ever(house: House) -> None:
    draft = await drafts.open_draft(house.runtime, house.eva, "Cits")
    for edit in court("Cits teksts."):
        await drafts.save_edit(house.runtime, house.eva, draft, edit)
    await publishing.propose(house.runtime, house.eva, draft, "")
    await approves(house.runtime, house.peteris, draft)
    (revision,) = await publishing.history(house.runtime)
    assert (revision.round_name, revision.services_heard) == ("", 0)


async def test_a_round_whose_time_is_over_holds_nothing_back(house: House, clock: Clock) -> None:
    who = await house.walked("Balvi")
    clock.move(days=12)
    assert not (await house.held()).is_open
    with pytest.raises(NotSaid, match="closed"):
        await round_walks.comment(house.runtime, who, "menu", "wrong", "Vēl kaut kas.")
    await publishing.propose(house.runtime, house.eva, house.draft, "")
    assert [guest.name for guest in (await house.held()).guests] == [""]


async def test_the_report_says_what_changed_since_the_draft_was_frozen(house: House) -> None:
    await round_walks.comment(house.runtime, await house.walked("Balvi"), "court", "wrong", "Ne tikai tiesa.")
    (said,) = (await house.held()).comments
    draft = await drafts.read_draft(house.runtime, house.draft)
    for edit in court("Sargā tiesa un policija."):
        await drafts.save_edit(house.runtime, house.eva, house.draft, edit, draft.version_of(edit))
    await rounds.answer(house.runtime, house.eva, house.round, said.id, "accepted", "Papildināts", "text|court|lv")
    report = await round_reports.make_report(house.runtime, house.round)
    assert report.frozen.text("court", "lv") == "Tiesa sargā arī Jūs."
    assert report.since
    assert [(text.key, text.language) for text in report.since.texts] == [("court", "lv"), ("court", "ru")]
    assert (len(report.held.walked), report.held.services) == (2, ("Balvi",))
    assert report.held.comments[0].edit == "text|court|lv"


# --- Editors ----------------------------------------------------------------------------------------------------------


async def test_only_editors_hold_rounds(house: House) -> None:
    runtime, approver = house.runtime, house.peteris
    with pytest.raises(NotAllowed):
        await rounds.open_round(runtime, approver, house.draft, "Kārta", CLOSES, CARDS)
    with pytest.raises(NotAllowed):
        await rounds.invite(runtime, approver, house.round, "Balvi")
    with pytest.raises(NotAllowed):
        await rounds.answer(runtime, approver, house.round, "none", "accepted", "")
    with pytest.raises(NotAllowed):
        await rounds.close(runtime, approver, house.round)


@pytest.mark.parametrize(
    "title, closes, cards, what",
    [
        (" ", CLOSES, CARDS, "title"),
        ("Kārta", date(2026, 11, 22), CARDS, "closes"),
        ("Kārta", date(2027, 6, 1), CARDS, "closes"),
        ("Kārta", CLOSES, (), "cards"),
        ("Kārta", CLOSES, CARDS, "another"),
    ],
)
async def test_a_round_needs_a_name_an_end_and_situations(
    house: House, title: str, closes: date, cards: tuple[Scenario, ...], what: str
) -> None:
    with pytest.raises(NotValid, match=what):
        await rounds.open_round(house.runtime, house.eva, house.draft, title, closes, cards)


async def test_declining_needs_a_reason(house: House) -> None:
    await round_walks.comment(house.runtime, await house.walked("Balvi"), "menu", "missing", "Nav par darbu.")
    (said,) = (await house.held()).comments
    with pytest.raises(NotValid, match="reason"):
        await rounds.answer(house.runtime, house.eva, house.round, said.id, "declined", "  ")
    await rounds.answer(
        house.runtime, house.eva, house.round, said.id, "declined", "Tas ir citā tēmā.", "text|court|lv"
    )
    (said,) = (await house.held()).comments
    assert (said.verdict, said.answer, said.answered_by, said.edit) == ("declined", "Tas ir citā tēmā.", "Eva", "")


async def test_closing_forgets_first_names_and_keeps_services(house: House) -> None:
    await house.walked("Balvi")
    assert (await house.held()).guests[0].name == "Ilze"
    await rounds.close(house.runtime, house.eva, house.round)
    (guest,) = (await house.held()).guests
    assert (guest.service, guest.name) == ("Balvi", "")


async def test_first_names_are_forgotten_also_when_nobody_closes_the_round(house: House, clock: Clock) -> None:
    await house.walked("Balvi")
    await audit.forget(house.runtime)
    assert (await house.held()).guests[0].name == "Ilze"
    clock.now = (await house.held()).closes_at
    await audit.forget(house.runtime)
    held = await house.held()
    assert (held.guests[0].service, held.guests[0].name) == ("Balvi", "")
    assert held.closed_at == held.closes_at


# --- Practitioners ----------------------------------------------------------------------------------------------------


async def test_a_link_opens_once_and_not_for_ever(house: House, clock: Clock) -> None:
    paths = await rounds.invite(house.runtime, house.eva, house.round, "Balvi", "Balvi")
    used, late = (path.rpartition("/")[2] for path in paths)
    assert (await round_walks.get_invitation(house.runtime, used)).service == "Balvi"
    came = await asyncio.gather(
        *(round_walks.join(house.runtime, used, "", "lv") for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(answer, str) for answer in came) == 1
    assert sum(isinstance(answer, NotFound) for answer in came) == 3
    clock.move(days=15)
    for token in (used, late, "never-was"):
        with pytest.raises(NotFound):
            await round_walks.get_invitation(house.runtime, token)


async def test_a_session_lasts_two_weeks_and_ends_when_she_says_so(house: House, clock: Clock) -> None:
    tokens = []
    for _ in range(2):
        (path,) = await rounds.invite(house.runtime, house.eva, house.round, "Balvi")
        tokens.append(await round_walks.join(house.runtime, path.rpartition("/")[2], "", "lv"))
    await round_walks.leave(house.runtime, await house.again(tokens[0]))
    assert await round_walks.get_practitioner(house.runtime, tokens[0]) is None
    clock.move(days=13)
    assert await round_walks.get_practitioner(house.runtime, tokens[1])
    clock.move(days=1)
    assert await round_walks.get_practitioner(house.runtime, tokens[1]) is None


async def test_she_walks_the_draft_with_the_real_engine(house: House) -> None:
    runtime, who = house.runtime, await house.walked("Balvi")
    reply = await round_walks.walk(runtime, who, Pressed("menu", "court"))
    assert reply.card
    assert reply.card.text == "Tiesa sargā arī Jūs."
    assert runtime.content.text("court", "lv") == "Tiesa sargā."  # what people read has not changed
    await drafts.save_edit(runtime, house.eva, house.draft, Edit("text", "menu", "Citādi.", "lv"))
    reply = await round_walks.walk(runtime, who, Pressed("court", "menu"))
    assert reply.card
    assert reply.card.text == "Saturs."  # the round is what the draft was when it was opened
    reply = await round_walks.walk(runtime, who, Pressed("menu", "language.ru"))
    assert reply.card
    assert reply.card.language == "ru"
    reply = await round_walks.walk(runtime, who, Typed("tiesa"))
    assert reply.card
    assert reply.card.screen == "menu"
    async with runtime.database.store() as store:
        assert await store.conversations.count() == 0


async def test_hiding_and_sending_are_only_told(house: House) -> None:
    runtime, who = house.runtime, await house.walked("Balvi")
    reply = await round_walks.walk(runtime, who, Pressed("menu", "hide"))
    assert reply.card
    assert (reply.card.screen, reply.hide, reply.form) == ("menu", False, None)
    await round_walks.walk(runtime, who, Pressed("menu", "request"))
    reply = await round_walks.walk(runtime, who, Pressed("request.offer", "form"))
    assert reply.card
    assert (reply.card.screen, reply.form) == ("request.offer", "request")


async def test_another_situation_begins_at_the_first_screen(house: House) -> None:
    who = await house.walked("Balvi")
    await round_walks.take_card(house.runtime, who, "neighbour")
    reply = await round_walks.walk(house.runtime, who, None)
    assert reply.card
    assert reply.card.screen == "start"
    with pytest.raises(NotFound):
        await round_walks.take_card(house.runtime, who, "none")


async def test_she_reads_the_answers_to_her_own_comments_only(house: House) -> None:
    ilze, olga = await house.walked("Balvi"), await house.walked("Rīga", "ru")
    await round_walks.comment(house.runtime, ilze, "menu", "good", "Skaidri.")
    await round_walks.comment(house.runtime, ilze, "menu", "good", "Skaidri.")  # pressed twice
    await round_walks.comment(house.runtime, olga, "menu", "missing", "Нет суда.")
    await house.answer_all()
    await rounds.close(house.runtime, house.eva, house.round)
    (mine,) = await round_walks.list_own_comments(house.runtime, olga)
    assert (mine.text, mine.language, mine.card, mine.answer) == ("Нет суда.", "ru", "night", "Paldies")
    assert len((await house.held()).comments) == 2


@pytest.mark.parametrize(
    "kind, text, why",
    [
        ("wrong", "  ", "empty"),
        ("wrong", "x" * 1001, "long"),
        ("angry", "Tā.", "kind"),
        ("wrong", "Klientei 29123456 neatbildēja", "personal"),
        ("wrong", "zvanīt +371 67 12 34 56", "personal"),
        ("wrong", "personas kods 120384-12345", "personal"),
        ("wrong", "код 32012345678", "personal"),
        ("wrong", "rakstīt ilze@example.org", "personal"),
    ],
)
async def test_a_comment_is_short_and_about_nobody(house: House, kind: str, text: str, why: str) -> None:
    who = await house.walked("Balvi")
    with pytest.raises(NotSaid, match=why):
        await round_walks.comment(house.runtime, who, "menu", kind, text)
    assert not (await house.held()).comments


@pytest.mark.parametrize(
    "text",
    [
        "Tālrunis 116006 ir labi",
        "likuma 250.3 pants",
        "no 2026-12-23 līdz 05.01.2027",
        "22045225 strādā līdz decembrim",
    ],
)
def test_what_the_content_says_itself_is_no_personal_data(shipped: Content, text: str) -> None:
    assert not round_walks.is_personal(text, shipped)


async def test_putting_a_draft_away_ends_its_round(house: House) -> None:
    who = await house.walked("Balvi")
    await drafts.discard(house.runtime, house.eva, house.draft)
    held = await house.held()
    assert (held.is_open, held.guests[0].name) == (False, "")
    assert held.closed_at
    assert who.closes_at - held.closed_at > timedelta(days=1)
