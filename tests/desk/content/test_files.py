"""Texts as files, and whole packages: taken along and brought back at the desk, looked at first, never published."""

from bot.content import Content
from bot.editing import Edit, apply
from bot.editing.package import pack
from bot.usecases.content import drafts, publishing
from tests.desk.content.drafting import Editing
from tests.exchange.test_exchange import edited, put, repacked
from tests.people import a_desk_mate

PO, TABLE = "blakus.lv-ru.po", "blakus.xlsx"
BACK = Edit("text", "exit:back", "К началу", "ru")


async def test_a_file_that_came_back_is_looked_at_first_and_then_taken_into_the_draft_alone(
    editing: Editing, shipped: Content
) -> None:
    handed = await editing.takes_along(PO)
    page = await editing.brings_back(PO, handed)
    assert "Šajā failā nekas neatšķiras no melnraksta." in page
    changed = handed.replace('msgstr "Назад"'.encode(), 'msgstr "Вернуться"'.encode(), 1)
    page = await editing.brings_back(PO, changed)
    assert "teksti, kas mainās: 1; joprojām pareizi: 0" in page
    assert "<del>Назад</del><ins>Вернуться</ins>" in page
    assert (await editing.draft()).edits == ()
    assert "Pārņemti melnrakstā, teksti: 1." in await editing.takes(page)
    assert await editing.said("exit:back", "ru") == "Вернуться"
    table = edited(await editing.takes_along(TABLE), put("exit:back", "en", "Go back"))
    await editing.takes(await editing.brings_back(TABLE, table))
    (first, second) = (await editing.draft()).edits
    assert (first.edit, first.by) == (Edit("text", "exit:back", "Вернуться", "ru"), "Eva")
    assert (second.edit, second.by) == (Edit("text", "exit:back", "Go back", "en"), "Eva")
    assert editing.runtime.content is shipped


async def test_what_a_colleague_changed_meanwhile_stands_beside_and_stays_unless_the_file_is_chosen(
    editing: Editing,
) -> None:
    anna = await a_desk_mate(editing.runtime, "anna", "editor", None)
    handed = await editing.takes_along(PO)
    changed = handed.replace('msgstr "Назад"'.encode(), 'msgstr "Вернуться"'.encode(), 1)
    human = await editing.said("exit:human", "ru")
    changed = changed.replace(f'msgstr "{human}"'.encode(), 'msgstr "Спросить человека"'.encode(), 1)
    looked = await editing.brings_back(PO, changed)
    assert "teksti, kas mainās: 2" in looked
    await drafts.save_edit(editing.runtime, anna, editing.draft_id, BACK)

    again = await editing.takes(looked, 409)  # between the look and the press
    assert "melnrakstā mainīti pēc faila izsniegšanas: 1" in again
    assert (await editing.draft()).edits[0].edit == BACK
    assert len((await editing.draft()).edits) == 1

    looked = await editing.brings_back(PO, changed)  # and the same for a file that comes later
    assert "teksti, kas mainās: 1; joprojām pareizi: 0; melnrakstā mainīti pēc faila izsniegšanas: 1" in looked
    assert '<p class="theirs">К началу</p>' in looked
    assert '<p class="theirs">Вернуться</p>' in looked
    await editing.takes(looked)
    assert await editing.said("exit:back", "ru") == "К началу"
    assert await editing.said("exit:human", "ru") == "Спросить человека"
    await editing.takes(looked, 200, "exit:back|ru")
    assert await editing.said("exit:back", "ru") == "Вернуться"


async def test_a_text_nobody_translated_is_no_clash_when_a_colleague_changed_it(editing: Editing) -> None:
    po, table = await editing.takes_along(PO), await editing.takes_along(TABLE)
    await drafts.save_edit(editing.runtime, editing.eva, editing.draft_id, BACK)
    await drafts.save_edit(editing.runtime, editing.eva, editing.draft_id, Edit("text", "exit:back", "Uz sākumu", "lv"))
    for name, data in ((PO, po), (TABLE, table)):
        assert "Šajā failā nekas neatšķiras no melnraksta." in await editing.brings_back(name, data)


async def test_an_outdated_translation_goes_out_marked_and_comes_back_as_still_right(editing: Editing) -> None:
    await drafts.save_edit(editing.runtime, editing.eva, editing.draft_id, Edit("text", "exit:back", "Uz sākumu", "lv"))
    handed = (await editing.takes_along(PO)).decode()
    assert handed.count("#, fuzzy\n") == 1
    assert '#| msgid "Atpakaļ"\n' in handed
    assert "atzīmēti: 3." in await (await editing.browser.get(editing.files)).text()
    page = await editing.brings_back(PO, handed.replace("#, fuzzy\n", "").encode())
    assert "teksti, kas mainās: 0; joprojām pareizi: 1" in page
    await editing.takes(page)
    late = (await publishing.compare_draft(editing.runtime, editing.draft_id)).outdated
    assert {(text.name, text.language) for text in late} == {("exit:back", "en"), ("exit:back", "uk")}


async def test_a_file_that_cannot_be_taken_is_refused_with_line_and_sentence(editing: Editing) -> None:
    po, table = await editing.takes_along(PO), await editing.takes_along(TABLE)
    start = "Если грозит опасность: {fact:emergency_phone}."
    wrong = {
        "nav ne .po fails, ne izklājlapa": b"%PDF-1.7",
        "nav izklājlapa .xlsx formātā": pack({"dialogs/facts.yaml": "facts:\n"}, "other"),
        "atspiests fails ir lielāks": repacked(table, "xl/media/bomb", b"0" * 61_000_000),
        "fails ir lielāks, nekā var būt": po + b"#\n" * 2_200_000,
        "identifikatora “exit:bak” šajā saturā nav": po.replace(b'"exit:back"', b'"exit:bak"'),
        "zudis {fact:emergency_phone}": po.replace(start.encode(), "Если.".encode(), 1),
        "nav sajaukta kolonna": po.replace(b'"Language: ru', b'"Language: en'),
        "šūnā E": edited(table, put("exit:back", "en", "=1+1")),
    }
    for sentence, data in wrong.items():
        page = await editing.brings_back("a.po", data, 409)
        assert "No šī faila tāda, kāds tas ir, neko nevar pārņemt" in page
        assert sentence in page, sentence
        assert 'name="kept"' not in page
    line = po.decode().split("\n").index('msgctxt "exit:back"')
    page = await editing.brings_back("a.po", po.replace(b'"exit:back"', b'"exit:bak"'), 409)
    assert any(f"<li>{near}. rinda: " in page for near in (line, line + 1, line + 2))
    assert "Tas ir pārāk liels" in await editing.brings_back("a.po", b" " * 6_100_000, 413)
    assert "Vispirms izvēlieties failu." in await editing.sends(editing.files, {}, 400)
    await editing.sends(f"{editing.files}/take", {"kept": '{"source": "de", "texts": []}'}, 400)
    foreign = '{"source":"lv","texts":[{"key":"none","language":"ru","text":"Да","mark":"","chosen":true}]}'
    assert "identifikatora “none” šajā saturā nav" in await editing.sends(
        f"{editing.files}/take", {"kept": foreign}, 409
    )
    assert (await editing.draft()).edits == ()


async def test_files_come_only_from_a_page_of_the_desk_and_only_into_an_open_draft(editing: Editing) -> None:
    handed = await editing.takes_along(PO)
    changed = handed.replace('msgstr "Назад"'.encode(), 'msgstr "Вернуться"'.encode(), 1)
    looked = await editing.brings_back(PO, changed)
    editing.browser.headers["Sec-Fetch-Site"] = "cross-site"
    for path in (editing.files, f"{editing.files}/take", "/content/package"):
        assert "Tas nāca no citas lapas" in await editing.sends(path, {}, 403, (PO, handed))
    editing.browser.headers["Sec-Fetch-Site"] = "same-origin"
    await drafts.discard(editing.runtime, editing.eva, editing.draft_id)
    await editing.takes(looked, 404)


async def test_another_municipalitys_package_becomes_a_draft_and_our_own_facts_stay(
    editing: Editing, shipped: Content
) -> None:
    async with editing.browser.get("/content/package/file") as answer:
        assert answer.headers["Content-Disposition"] == f'attachment; filename="blakus-{shipped.revision}.zip"'
        assert await answer.read() == pack(shipped.files, shipped.revision)
    theirs = apply(
        shipped.files,
        [Edit("text", "exit:back", "Uz sākumu", "lv"), Edit("fact", "court_fee", {"note": "Balvos"})],
    )
    data = pack(theirs, "theirs")
    page = await editing.sends("/content/package", {"keep facts": "yes", "title": ""}, 200, ("Balvi.zip", data))
    assert "<h1>Izmaiņas</h1>" in page
    assert "Balvi" in page
    heading = next(draft for draft in await drafts.list_drafts(editing.runtime) if draft.title == "Balvi")
    found = await publishing.compare_draft(editing.runtime, heading.id)
    assert [text.after for text in found.texts] == ["Uz sākumu"]
    assert found.facts == ()
    assert editing.runtime.content is shipped

    page = await editing.sends("/content/package", {}, 409, ("a.zip", data[:-300]))
    assert "tā nav pakotne, vai arī tā ceļā sabojāta" in page
    broken = pack({**theirs, "dialogs/facts.yaml": "facts: 1\n"}, "broken")
    assert "dialogs/facts.yaml: " in await editing.sends("/content/package", {}, 409, ("a.zip", broken))
    assert "Vispirms izvēlieties failu." in await editing.sends("/content/package", {}, 400)
    assert len(await drafts.list_drafts(editing.runtime)) == 2
