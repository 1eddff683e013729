"""The operator sees which content people read, and when it is not the one that was published last."""

from collections.abc import Mapping

from aiohttp import ClientSession

from bot.content import Content, parse, revision_of
from bot.editing import Edit, apply
from bot.runtime import Runtime
from bot.usecases.content import drafts, revisions, upgrades
from storage.packages import packed
from storage.revisions import Revision, Shipped
from tests.desk.content.drafting import Editing
from tests.faces import Clock
from tests.people import a_colleague, browser_of, serving, sign_in


async def test_the_operator_is_told_of_a_revision_that_could_not_be_taken(
    runtime: Runtime, clock: Clock, shipped: Content
) -> None:
    olga = await a_colleague(runtime, clock, "olga", "operator", None)
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, olga) == 303
        assert "tāds, kāds bija programmas komplektā" in await page(browser)
        good = parse(apply(shipped.files, [Edit("text", "menu:court", "Tiesa", "lv")]))
        await publish(runtime, 1, good.files)
        assert f"{good.revision}</span>, 1. redakcija" in await page(browser)
        await publish(runtime, 2, {**good.files, "dialogs/facts.yaml": "facts:\n  Ā: {}\n"})
        shown = await page(browser)
        assert "nevar lietot 2. redakciju" in shown
        assert "dialogs/facts.yaml:2" in shown
        assert "Programma ir atjaunināta" not in shown
        runtime.shipped = "another one"
        assert "Programma ir atjaunināta" in await page(browser)


async def test_an_editor_opens_what_an_upgraded_program_brings(
    runtime: Runtime, clock: Clock, shipped: Content
) -> None:
    eva = await a_colleague(runtime, clock, "eva", "editor", None)
    published = parse(apply(shipped.files, [Edit("text", "menu:court", "Tiesa", "lv")]))
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        await publish(runtime, 1, published.files)
        assert "Atvērt programmas saturu" not in await page(browser, "/content/drafts")
        runtime.shipped = "another one"
        assert "Atvērt programmas saturu" in await page(browser, "/content/drafts")
        async with browser.post("/content/drafts", data={"program": "1"}) as answer:
            assert "aizliegums" in await page(browser, answer.url.path)


async def test_of_what_desk_and_program_both_changed_one_side_is_chosen(editing: Editing, shipped: Content) -> None:
    runtime, browser = editing.runtime, editing.browser
    await upgrades.remember(runtime)
    await publish(runtime, 1, apply(shipped.files, [Edit("text", "menu:court", "Mūsu tiesa", "lv")]))
    theirs = apply(shipped.files, [Edit("text", "menu:court", "Tiesa", "lv"), Edit("text", "exit:back", "Ārā", "lv")])
    runtime.shipped = revision_of(theirs)
    async with runtime.database.store() as store:
        await store.revisions.keep_shipped(Shipped(hash=runtime.shipped, packed=packed(theirs), seen_at=runtime.now()))
    assert "darba vietā labotais tajā paliek" in await page(browser, "/content/drafts")
    async with browser.post("/content/drafts", data={"program": "1"}) as answer:
        changes, shown = answer.url.path, await answer.text()
    assert "Mainīts gan darba vietā, gan programmā: 1" in shown
    assert '<p class="theirs">Mūsu tiesa</p>' in shown
    assert '<p class="theirs">Tiesa</p>' in shown
    clash = {"clash": "locales/lv/LC_MESSAGES/dialogs.po#menu:court", "side": "program"}
    for side, text in (("program", "Tiesa"), ("desk", "Mūsu tiesa")):
        async with browser.post(changes.replace("/changes", "/choose"), data=clash | {"side": side}) as answer:
            assert answer.status == 200
        content = drafts.readable(await drafts.read_draft(runtime, changes.split("/")[3]))
        assert (content.text("menu:court", "lv"), content.text("exit:back", "lv")) == (text, "Ārā")


async def test_an_english_date_stands_as_on_every_other_page(runtime: Runtime, clock: Clock, shipped: Content) -> None:
    eva = await a_colleague(runtime, clock, "eva", "editor", None)
    day = min(fact.expires_on for fact in shipped.facts.values())
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, eva)
        assert f"<dd>{day:%-d %B %Y}</dd>" in await page(browser, "/content/review", {"Cookie": "language=en"})


async def page(browser: ClientSession, path: str = "/operation", headers: Mapping[str, str] | None = None) -> str:
    async with browser.get(path, headers=headers) as answer:
        return await answer.text()


async def publish(runtime: Runtime, number: int, files: Mapping[str, str]) -> None:
    revision = Revision(
        number=number, hash="0" * 12, packed=packed(files), made="publish", published_at=runtime.now(),
        published_by="eva", shipped_hash=runtime.shipped,
    )  # fmt: skip
    async with runtime.database.store() as store:
        await store.revisions.add(revision)
    await revisions.follow(runtime)
