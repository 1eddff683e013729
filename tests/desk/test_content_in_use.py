"""The operator sees which content people read, and when it is not the one that was published last."""

from collections.abc import Mapping

from aiohttp import ClientSession

from bot.content import Content, parse
from bot.editing import Edit, apply
from bot.runtime import Runtime
from bot.usecases import revisions
from storage.wording import Revision, packed
from tests.desk.people import a_colleague, browser_of, serving, sign_in
from tests.faces import Clock


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


async def page(browser: ClientSession, path: str = "/operation") -> str:
    async with browser.get(path) as answer:
        return await answer.text()


async def publish(runtime: Runtime, number: int, files: Mapping[str, str]) -> None:
    revision = Revision(
        number=number, hash="0" * 12, packed=packed(files), made="publish", published_at=runtime.now(),
        published_by="eva", shipped_hash=runtime.shipped,
    )  # fmt: skip
    async with runtime.database.store() as store:
        await store.revisions.add(revision)
    await revisions.follow(runtime)
