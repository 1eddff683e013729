"""Editors at the desk, in a real browser: a text changed, seen as people will see it, proposed, approved, read."""

from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from bot import demo
from bot.channels.webchat import public_app
from bot.engine.languages import LANGUAGES
from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, Desk, accessible, leads_on
from tests.desk.content.drafting import approves, proposes
from tests.faces import Clock
from tests.people import PASSWORD, a_colleague

NEW = "Kas Jums tagad palīdzētu? Izvēlieties vai rakstiet saviem vārdiem."
SAVED = "Viss ir saglabāts melnrakstā."


async def test_a_text_goes_from_a_draft_to_the_web_chat(desk: Desk, browser_page: OpenPage) -> None:
    await demo.seed(desk.runtime)
    page = desk.page
    await desk.sign_in_to_the_demonstration("eva")
    await desk.go("/content/drafts")
    await page.fill("[name=title]", "Skaidrāka izvēlne")
    await page.click("main form button")
    await page.wait_for_url("**/content/drafts/*")
    draft = page.url
    await accessible(page)
    await page.goto(f"{draft}/screens/menu")
    await accessible(page)
    await page.fill("[name='menu|lv']", NEW)
    await expect(page.locator(".preview[data-language=lv] .message")).to_contain_text("Kas Jums tagad palīdzētu?")
    await expect(page.locator("#state")).to_have_text("Viss ir saglabāts melnrakstā.")
    await page.goto(f"{draft}/changes")
    await accessible(page)
    await expect(page.locator("ins", has_text="palīdzētu")).to_be_visible()
    await proposes(page, draft, "Īsāks jautājums.")
    await approves(desk, draft)
    assert desk.runtime.content.text("menu", "lv") == NEW
    async with TestServer(public_app(desk.runtime)) as people:
        chat = await browser_page()
        await chat.goto(str(people.make_url("/")))
        await chat.get_by_role("button", name="Jā, varu lasīt").click()
        await expect(chat.locator("main")).to_contain_text("Kas Jums tagad palīdzētu?")


async def test_two_editors_of_one_text_are_told_of_each_other_and_lose_nothing(
    desk: Desk, browser_page: OpenPage
) -> None:
    screen, anna = await two_editors(desk, browser_page)
    eva = desk.page
    await expect(anna.locator("#present")).to_contain_text("Eva (paraugs)")
    await eva.fill("[name='menu|lv']", "Evas vārdi. Tie ir saglabāti.")
    await expect(eva.locator("#state")).to_have_text(SAVED)
    await anna.fill("[name='menu|lv']", "Annas vārdi. Tie vēl nav saglabāti.")
    await expect(anna.locator(".theirs")).to_have_text("Evas vārdi. Tie ir saglabāti.")
    assert await anna.input_value("[name='menu|lv']") == "Annas vārdi. Tie vēl nav saglabāti."
    await expect(anna.locator("#state")).to_contain_text("nekas nav zudis")
    await anna.click("#save")
    await expect(anna.locator("#state")).to_have_text(SAVED)
    await eva.goto(screen)
    assert await eva.input_value("[name='menu|lv']") == "Annas vārdi. Tie vēl nav saglabāti."


async def test_without_a_script_both_texts_of_a_conflict_are_shown(desk: Desk, browser_page: OpenPage) -> None:
    screen, anna = await two_editors(desk, browser_page, java_script=False)
    await desk.page.fill("[name='menu|lv']", "Evas vārdi. Tie ir saglabāti.")
    await expect(desk.page.locator("#state")).to_have_text(SAVED)
    await anna.fill("[name='menu|lv']", "Annas vārdi. Tie vēl nav saglabāti.")
    await anna.fill("[name='menu|ru']", "Слова Анны. Они сохранены.")
    await anna.click("#save")
    await expect(anna.locator(".theirs")).to_have_text("Evas vārdi. Tie ir saglabāti.")
    assert await anna.input_value("[name='menu|lv']") == "Annas vārdi. Tie vēl nav saglabāti."
    await anna.click("#save")
    await expect(anna.locator("[role=status]", has_text="Saglabāts melnrakstā.")).to_be_visible()
    await anna.goto(screen)
    assert await anna.input_value("[name='menu|lv']") == "Annas vārdi. Tie vēl nav saglabāti."
    assert await anna.input_value("[name='menu|ru']") == "Слова Анны. Они сохранены."


async def test_a_text_typed_without_a_connection_is_saved_when_there_is_one(desk: Desk) -> None:
    draft = await opened(desk)
    page = desk.page
    await page.goto(f"{draft}/screens/menu")
    await page.context.set_offline(True)
    await page.fill("[name='menu|lv']", NEW)
    await expect(page.locator("#state")).to_contain_text("nav savienojuma")
    await page.context.set_offline(False)
    await expect(page.locator("#state")).to_have_text(SAVED)
    await page.reload()
    assert await page.input_value("[name='menu|lv']") == NEW
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    desk.troubles[:] = [trouble for trouble in desk.troubles if "ERR_INTERNET_DISCONNECTED" not in trouble]


async def test_buttons_are_added_led_elsewhere_moved_and_removed(desk: Desk) -> None:
    draft = await opened(desk)
    page, screen = desk.page, f"{draft}/screens/court-protection"
    await page.goto(screen)
    await page.click("summary:has-text('Pievienot pogu')")
    for code in LANGUAGES:
        await page.fill(f"[name='button|{code}']", f"Naudas lietas {code}")
    form = page.locator("form[action$='/ways']", has=page.locator("[value=add]"))
    await form.locator("[name=to]").select_option("economic-violence")
    await page.click("[value=add]")
    await expect(page.locator("th", has_text="Naudas lietas lv")).to_be_visible()
    content = (await drafts.read_draft(desk.runtime, draft.rpartition("/")[2])).content
    assert content
    ids = [choice.id for choice in content.dialogue.screens["court-protection"].choices]
    assert ids[-2:] == ["economic-violence", "menu"]
    await leads_on(page, "[value='up economic-violence']")
    await page.select_option("[name='to economic-violence']", "maintenance")
    await leads_on(page, "[value='lead economic-violence']")
    content = (await drafts.read_draft(desk.runtime, draft.rpartition("/")[2])).content
    assert content
    choices = content.dialogue.screens["court-protection"].choices
    assert [choice.id for choice in choices][-3:] == ["economic-violence", "contact", "menu"]
    assert choices[-3].to == "maintenance"
    await leads_on(page, "[value='remove economic-violence']")
    await leads_on(page, "[value='remove proof']")
    content = (await drafts.read_draft(desk.runtime, draft.rpartition("/")[2])).content
    assert content
    assert {"economic-violence", "proof"} & {
        choice.id for choice in content.dialogue.screens["court-protection"].choices
    } == set()
    assert not content.has("court-protection:economic-violence", "lv")


async def test_a_topic_is_split_and_another_retired(desk: Desk) -> None:
    draft = await opened(desk)
    page = desk.page
    await page.goto(f"{draft}/topics")
    form = page.locator("form[action$='/court-protection/split']")
    await page.click("summary:has-text('Sadalīt: Tiesa')")
    await form.locator("[name=id]").fill("court-papers")
    await form.locator("[value=proof]").check()
    for code in LANGUAGES:
        await form.locator(f"[name='button|{code}']").fill(f"Papīri {code}")
        await form.locator(f"[name='text|{code}']").fill(f"Papīri. {code}")
        await form.locator(f"[name='typed|{code}']").fill(f"papīri tiesai {code}")
    await form.locator("button").click()
    await page.wait_for_url("**/screens/court-papers")
    await page.goto(f"{draft}/topics")
    form = page.locator("form[action$='/stalking/retire']")
    await page.locator("li", has=form).locator("summary", has_text="Noņemt").click()
    await form.locator("[name=to]").select_option("digital-safety")
    await form.locator("button").click()
    await expect(page.locator("[role=status]")).to_be_visible()
    content = (await drafts.read_draft(desk.runtime, draft.rpartition("/")[2])).content
    assert content
    assert "court-papers" in content.dialogue.topics
    assert "stalking" not in content.dialogue.topics
    await page.goto(draft)
    await leads_on(page, "[value='retire|stalking|']")
    content = (await drafts.read_draft(desk.runtime, draft.rpartition("/")[2])).content
    assert content
    assert "stalking" in content.dialogue.topics


async def test_112_is_neither_withdrawn_nor_edited_away(desk: Desk) -> None:
    """By nobody at the desk: on neither page is there a button, a press made by hand is refused, and so is a text."""
    draft, page = await opened(desk), desk.page
    await desk.go("/content/review")
    row = page.locator("#row-emergency_phone")
    await expect(row).to_contain_text("Uz šo numuru vienmēr atbild")
    await expect(row.locator("form[action$='/withdraw']")).to_have_count(0)
    await page.goto(f"{draft}/facts/emergency_phone")
    await expect(page.locator("form[action$='/withdrawn']")).to_have_count(0)
    await page.fill("[name=value]", "113")
    await page.click("form.row button")
    await expect(page.locator("[role=alert]")).to_contain_text("vienmēr ir tālrunis 112")
    for path in (
        "/content/review/emergency_phone/withdraw",
        f"{draft.removeprefix(desk.url)}/facts/emergency_phone/withdrawn",
    ):
        assert await page.evaluate(POSTED, [path, "withdrawn=yes&why=nav"]) == 403
    await page.goto(f"{draft}/screens/danger")
    await page.fill("[name='danger|lv']", "Lūdzu, uzgaidiet.")
    await expect(page.locator(".amiss li", has_text="numurs 112")).to_be_visible()
    await expect(page.locator(".amiss li", has_text="kā izsaukt palīdzību bez runāšanas")).to_be_visible()
    assert not desk.runtime.content.facts["emergency_phone"].withdrawn


POSTED = """async ([path, body]) => (await fetch(path, {
  method: "POST", body, headers: {"Content-Type": "application/x-www-form-urlencoded"}})).status"""


async def test_a_fact_is_withdrawn_at_once_and_a_second_person_confirms_it(desk: Desk, clock: Clock) -> None:
    await opened(desk)
    page = desk.page
    await desk.go("/content/review")
    form = page.locator("form[action$='/crisis_116123_phone/withdraw']")
    await page.locator("summary", has_text="Parādīt tos").first.click()
    await page.locator("#row-crisis_116123_phone summary").click()
    await form.locator("[name=why]").fill("Numurs vairs neatbild.")
    await form.locator("button").click()
    await expect(page.locator(".tag", has_text="gaida otra cilvēka piekrišanu")).to_be_visible()
    assert desk.runtime.content.facts["crisis_116123_phone"].withdrawn
    await desk.sign_out()
    await desk.sign_in_to_the_demonstration("andris")
    await desk.go("/content/history")
    await page.click("form[action$='/confirm'] button")
    await expect(page.locator(".tag", has_text="gaida otra cilvēka piekrišanu")).to_have_count(0)


async def opened(desk: Desk, login: str = "eva") -> str:
    """The address of a new draft, in the browser of somebody who is signed in to the demonstration."""
    await demo.seed(desk.runtime)
    await desk.sign_in_to_the_demonstration(login)
    await desk.page.wait_for_url("**/content")
    return f"{desk.url}/content/drafts/{await drafts.open_draft(desk.runtime, await who(desk, login), 'Melnraksts')}"


async def who(desk: Desk, login: str) -> SignedIn:
    async with desk.runtime.database.store() as store:
        one = await store.workers.by_login(login)
        assert one
        return SignedIn(one.id, one.name, one.login, one.role, one.service_id)


async def two_editors(desk: Desk, browser_page: OpenPage, java_script: bool = True) -> tuple[str, Page]:
    """Eva and Anna on one screen, each in a browser of her own; its address, and Anna's page."""
    draft = await opened(desk)
    screen = f"{draft}/screens/menu"
    anna = await a_colleague(desk.runtime, desk.clock, "anna", "editor", None)
    page = await browser_page(java_script_enabled=java_script, viewport=LAPTOP)
    await page.goto(f"{desk.url}/sign-in")
    await page.fill("[name=login]", "anna")
    await page.fill("[name=password]", PASSWORD)
    await page.fill("[name=code]", anna.code(desk.clock))
    await page.click("main form button")
    await page.wait_for_url("**/content")
    await desk.page.goto(screen)
    await page.goto(screen)
    return screen, page
