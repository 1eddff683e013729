"""The site for the day the service ends: whole, dated, without script or request, and readable by everyone."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from bot.__main__ import main
from bot.content import Content
from bot.engine import dialogue
from bot.engine.languages import LANGUAGES
from bot.renditions.site import OF_THE_CHAT, SERVICES, site
from tests.conftest import ROOT, OpenPage

TODAY = date(2026, 11, 23)
KINDS = ("index.html", "lv/index.html", "ru/05.html", "ru/02.html", f"en/{SERVICES}", "en/25.html")
VOID = {"meta", "br", "link", "img", "input", "hr"}
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RUN_AXE = "async options => (await axe.run(document, options)).violations"


@pytest.fixture(scope="module")
def files(shipped: Content) -> Mapping[str, str]:
    return site(shipped, TODAY)


class Read(HTMLParser):
    """What stands in a page, read strictly: every element is closed where it belongs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        given = {name: value or "" for name, value in attrs}
        self.attributes += given.items()
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag == "a":
            self.links.append(given["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


def test_every_topic_stands_on_a_page_in_every_language(files: Mapping[str, str], shipped: Content) -> None:
    for language in LANGUAGES:
        said = " ".join(Read(text).text for name, text in files.items() if name.startswith(f"{language}/"))
        untold = [
            screen.id
            for screen in shipped.dialogue.screens.values()
            if told(shipped.dialogue, screen) and beginning(shipped, screen.id, language) not in said
        ]
        assert untold == []


def test_every_link_leads_to_a_page_or_a_place_on_it(files: Mapping[str, str]) -> None:
    pages = {name: Read(text) for name, text in files.items()}
    for name, page in pages.items():
        for link in page.links:
            if link.startswith(("tel:", "sms:")):
                continue
            path, _, anchor = link.partition("#")
            goal = resolved(name, path) if path else name
            assert goal in pages, f"{name} leads to {link}"
            assert not anchor or pages[goal].ids[anchor] == 1, f"{name} leads to {link}"
    assert reached(pages, "index.html") == set(pages)


def test_the_markup_is_whole_and_no_name_stands_twice(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        page = Read(text)
        assert text.startswith("<!doctype html>\n<html lang="), name
        assert page.open == []
        assert page.ids.total() == len(page.ids), name
        assert page.tags["h1"] == page.tags["main"] == page.tags["title"] == 1


def test_nothing_is_asked_nothing_is_run_and_nothing_comes_from_elsewhere(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        page = Read(text)
        assert not {"script", "form", "input", "button", "iframe", "img", "link", "object"} & set(page.tags), name
        assert not [value for key, value in page.attributes if key.startswith("on") or key in {"src", "style"}]
        assert not re.search(r"url\(|@import", text), name
        assert not [link for link in page.links if re.match(r"\w+:", link) and not link.startswith(("tel:", "sms:"))]


def test_every_page_begins_with_the_phones_and_ends_with_its_dates(files: Mapping[str, str], shipped: Content) -> None:
    for name, text in files.items():
        page, language = Read(text), name[:2] if "/" in name else "lv"
        assert [link for link in page.links if link.startswith("tel:")][:2] == ["tel:112", "tel:116006"], name
        assert shipped.text("site.closed", language) in page.text
        assert ("23 November 2026" if language == "en" else "23.11.2026") in page.text
        assert ("22 November 2026" if language == "en" else "22.11.2026") in page.text


def test_neither_a_title_nor_an_address_tells_what_a_page_is_about(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        assert "<title>Blakus</title>" in text
        assert re.fullmatch(r"((lv|ru|en|uk)/)?(index|\d\d)\.html", name)
        assert all(re.fullmatch(r"(\.\./)?((lv|ru|en|uk)/)?((index|\d\d)\.html)?(#p\d+|#text)?", link)
                   for link in Read(text).links if not link.startswith(("tel:", "sms:")))  # fmt: skip


def test_the_request_is_closed_and_its_page_holds_the_phones_of_the_services(
    files: Mapping[str, str], shipped: Content
) -> None:
    services = Read(files[f"lv/{SERVICES}"])
    assert services.text.count("sociālais dienests") > 20
    assert "tel:+37167105048" in services.links
    assert "67105048 (sens numurs, precizējiet pašvaldībā)" in services.text
    assert "Pēc 22.05.2027" in services.text
    everything = " ".join(Read(text).text for text in files.values())
    for choice in ("request.offer:form", "start:code", "menu:contact", "request.receipt:code"):
        assert shipped.text(choice, "lv") not in everything


def test_overdue_facts_are_withheld_and_so_are_overdue_phones(shipped: Content) -> None:
    later = site(shipped, date(2027, 12, 1))
    said = " ".join(Read(text).text for text in later.values())
    assert "22045225" not in said
    assert "67105048" not in said
    assert shipped.text("fact.withheld", "ru") in said
    assert all("tel:112" in text for text in later.values())


def test_no_page_speaks_of_a_button_of_the_chat(files: Mapping[str, str]) -> None:
    said = " ".join(Read(text).text for text in files.values())
    assert [word for word in ("„Paslēpt”", "«Скрыть»", "“Hide”", "Telegram čatā") if word in said] == []


def test_one_command_writes_it_and_never_over_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    assert main(["site", str(folder), "--on", "2026-11-23", "--package", str(ROOT)]) == 0
    assert (folder / "ru" / "index.html").exists()
    assert "begin with" in capsys.readouterr().out
    assert main(["site", str(folder), "--package", str(ROOT)]) == 1
    assert "not empty" in capsys.readouterr().err


async def test_in_a_browser_it_works_from_a_folder_without_any_network_or_error(
    files: Mapping[str, str], tmp_path: Path, browser_page: OpenPage
) -> None:
    written(files, tmp_path)
    page = await browser_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    await page.goto(f"file://{tmp_path}/index.html")
    await page.get_by_role("link", name=re.compile("Latviešu")).click()
    await page.get_by_role("link", name="Tiesa: aizliegums tuvoties").click()
    assert await page.inner_text("h1") == "Tiesa: aizliegums tuvoties"
    assert await page.evaluate("getComputedStyle(document.querySelector('.call')).fontWeight") == "600"
    await page.get_by_role("link", name="Русский").click()
    assert await page.inner_text("h1") == "Суд: запрет приближаться"
    assert all(url.startswith("file://") for url in asked)
    assert wrong == []


async def test_no_page_is_wider_than_a_phone(files: Mapping[str, str], tmp_path: Path, browser_page: OpenPage) -> None:
    written(files, tmp_path)
    page = await browser_page(viewport=(320, 640))
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    for name in KINDS:
        await page.goto(f"file://{tmp_path}/{name}")
        assert not await page.evaluate(wide), name


async def test_every_kind_of_page_can_be_used_by_everyone(
    files: Mapping[str, str], tmp_path: Path, browser_page: OpenPage
) -> None:
    written({name: without_policy(text) for name, text in files.items()}, tmp_path)
    page = await browser_page()
    for name in KINDS:
        await page.goto(f"file://{tmp_path}/{name}")
        await page.evaluate(AXE)
        assert await page.evaluate(RUN_AXE, WCAG) == [], name


async def test_it_prints_without_what_only_a_screen_needs(
    files: Mapping[str, str], tmp_path: Path, browser_page: OpenPage
) -> None:
    written(files, tmp_path)
    page = await browser_page()
    await page.goto(f"file://{tmp_path}/lv/05.html")
    await page.emulate_media(media="print")
    assert await page.is_visible("h1")
    assert await page.is_visible(".phones")
    assert not await page.is_visible("footer nav")


def told(structure: dialogue.Dialogue, screen: dialogue.Screen) -> bool:
    """By the promise, not by the code: everything but the menus, the request and what speaks of the chat."""
    chat = {*OF_THE_CHAT, structure.danger, structure.language}
    left = {"privacy", "contact-social-service"}
    way = {f"stop-my-violence.{name}" for name in ("request", "danger", "no-form", "call", "closed", "anywhere")}
    way |= {f"helping-someone.{name}" for name in ("request", "danger")}
    outside = screen.id in chat | way or screen.id.startswith("menu")
    return not (screen.branch or outside or screen.chapter in left)


def beginning(content: Content, key: str, language: str) -> str:
    """The first words of a text, up to its first fact or line; a line about the chat's button “Hide” is not printed."""
    lines = content.text(key, language).splitlines()
    first = next(line for line in lines if line and content.text("exit:hide", language) not in line)
    return " ".join(first.removeprefix("• ").partition("{")[0].split())


def resolved(name: str, path: str) -> str:
    parts: list[str] = list(PurePosixPath(name).parent.parts)
    for part in PurePosixPath(path).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def reached(pages: Mapping[str, Read], first: str) -> set[str]:
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            paths = (link.partition("#")[0] for link in pages[name].links if not link.startswith(("tel:", "sms:")))
            waiting += [resolved(name, path) for path in paths if path]
    return seen


def without_policy(text: str) -> str:
    """So that axe can be brought in: the policy lets no script run."""
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)


def written(files: Mapping[str, str], folder: Path) -> Any:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
