"""Walks to every page of the chat and the form, by their buttons, in a real browser with or without a script."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from bot.channels import pages
from bot.channels.form import form_token
from bot.runtime import Runtime
from bot.usecases.person import contact
from tests.channels.forms import CALL, in_pages
from tests.channels.tabs import Tab
from tests.channels.web import OF_TODAY, WebChat

TEMPLATES = Path(pages.__file__).parent / "templates"
NOTHING_OF_HERS = {"form.start", "form.stale"}
"""What anybody sees there, and what a used link leads to."""
ONLY_IN_A_CROWD = {"form.waits"}
"""Shown where two hundred codes wait at once. It hands on what `form.unsent` does, by the same few lines."""
ASKED = (("contact_mode", "device_watched", "phone", "phone_is"), ("windows", "valid_until"), ("note", "called"))
"""The questions on several pages, so that it can be seen which of them posted what."""
FILL = """(answers) => {
    for (const [name, value] of Object.entries(answers)) {
        for (const one of document.getElementsByName("a." + name)) {
            if (one.matches("[type=radio], [type=checkbox]")) one.checked = [].concat(value).includes(one.value);
            else one.value = value;
        }
    }
    document.dispatchEvent(new Event("change"));
}"""
ONWARD = """(answers) => {
    const leadOn = Object.entries(answers).map(([name, value]) => `main .press[value$=".${name}.${value}"]`);
    return leadOn.find((one) => document.querySelector(one)) || "main .done";
}"""
"""What to press on a page of questions: the answer that leads on, if it ends with one, or its button."""
TICK_ALL = """() => {
    for (const box of document.querySelectorAll("main [type=checkbox]")) if (!box.checked) box.click();
}"""
FIELDS = """() => {
    const form = [...document.querySelectorAll("main form")].filter((one) => one.elements.carried).at(-1);
    const sent = (one) => one.name && one.type !== "submit" && (one.type !== "checkbox" || one.checked);
    return [...form.elements].filter(sent).map((one) => [one.name, one.value]);
}"""
ANOTHER_BUTTON = """([form, name, value]) => {
    const button = `<button name="${name}" value="${value}">${value}</button>`;
    [...document.querySelectorAll(form)].at(form === "form.ask" ? -1 : 0).insertAdjacentHTML("beforeend", button);
}"""


def every_page(runtime: Runtime) -> set[str]:
    """All that can be walked to: from the templates, and from the data that says which questions share a page."""
    found = {
        page for path in TEMPLATES.glob("form_*.html") for page in re.findall(r'data-screen="(.+?)"', path.read_text())
    }
    assert "form.fill" in found
    flat(runtime)
    questions = {f"form.fill.{page}" for page in runtime.content.request.pages}
    return {"menu", *(found - NOTHING_OF_HERS - ONLY_IN_A_CROWD - {"form.fill"}), *questions}


def flat(runtime: Runtime) -> None:
    """Put every question on one page, unless the test has its own pages: a walk fills in all of them in their order."""
    if runtime.content.request.added:
        in_pages(runtime)


@dataclass
class Walk:
    """One walk in a tab of its own, with words of its own; `posts` is what the browser posted by itself."""

    chat: WebChat
    tab: Tab
    number: int
    address: str = "/"
    posts: list[str] = field(default_factory=list)
    code: str = ""

    # --- Her words ----------------------------------------------------------------------------------------------------

    @property
    def answers(self) -> Mapping[str, str | Sequence[str]]:
        hers = {"phone": f"26 {100 + self.number} 457", "note": f"canary{self.number}note", "conflict_known": "skip"}
        return {**CALL, **hers, "called": f"canary{self.number}name", "windows1.from": "12:00"}

    @property
    def secrets(self) -> list[str]:
        """Her words, in each way in which a page or a file may spell them."""
        phone = str(self.answers["phone"])
        code = [self.code, self.code.replace(" ", ""), self.code.replace(" ", "+")] if self.code else []
        typed = [phone, phone.replace(" ", ""), phone.replace(" ", "+")]
        return [*typed, str(self.answers["note"]), str(self.answers["called"]), *code]

    def posted_on(self, secret: str) -> set[str]:
        """On which pages the browser itself posted it."""
        spelt = secret.replace(" ", "+")
        return {dict(parse_qsl(post)).get("at", "") for post in self.posts if spelt in post}

    # --- Steps --------------------------------------------------------------------------------------------------------

    async def shows(self, screen: str) -> None:
        if screen.startswith("form.fill."):
            at = screen.removeprefix("form.")
            await self.tab.shows(f'main[data-screen="form.fill"] [name="at"][value="{at}"]')
        else:
            await self.tab.shows(f'main[data-screen="{screen}"]')

    async def press(self, do: str, screen: str) -> None:
        await self.tab.click(f'main [name="do"][value="{do}"]:not(.first)')
        await self.shows(screen)

    async def open_form(self, form: str = "request") -> None:
        flat(self.chat.runtime)
        if self.address == "/form":
            coded = {"place": ("balvu-novads",)}
            await self.tab.goto(f"{self.chat.url}/form#{form_token(self.chat.runtime, coded, 'lv')}")
        else:
            await self.tab.goto(self.chat.url)
            await self.tab.run(ANOTHER_BUTTON, ["form.choices", "form", form])  # that of a screen further on
            await self.tab.click('[name="form"]')

    async def fill(self, upto: str = "", **over: Any) -> None:
        """Page after page of questions, as far as this one, and to the review without one."""
        names = list(self.chat.runtime.content.request.pages)
        for name, following in zip(names, [*(f"form.fill.{page}" for page in names[1:]), ""], strict=True):
            await self.shows(f"form.fill.{name}")
            await self.tab.run(FILL, {**self.answers, **over})
            if name == upto:
                await self.tab.click('main .tongues button[value="language.ru"]')  # so that this page was posted, too
                await self.tab.shows('html[lang="ru"]')
                return
            await self.tab.click("main .choices .done")
            if following:
                await self.shows(following)

    async def steps(self, *presses: str) -> None:
        """Buttons, each with the page it leads to."""
        for do, there in zip(presses[::2], presses[1::2], strict=True):
            await self.press(do, there)

    async def review(self, *presses: str, **over: Any) -> None:
        await self.open_form()
        await self.fill(**over)
        await self.tab.shows('main[data-screen]:not([data-screen="form.fill"])')
        await self.steps(*presses)

    async def receipt(self) -> None:
        await self.review()
        await self.tab.run(TICK_ALL)
        await self.press("send", "form.receipt")
        self.code = str(await self.tab.run("() => document.querySelector('#code').innerText"))

    async def erased(self) -> None:
        """The same form was sent elsewhere and taken back meanwhile, so this press sends nothing."""
        await self.review()
        await self.tab.run(TICK_ALL)
        fields = dict(await self.tab.run(FIELDS))
        sent = await self.chat.post({**fields, "do": "send"}, self.address, **OF_TODAY)
        code = re.search(r'id="code"[^>]*>([^<]+)<', sent.html)
        assert code
        await contact.withdraw(self.chat.runtime, code[1])
        await self.press("send", "form.erased")

    async def with_code(self) -> None:
        await self.receipt()
        await self.tab.run(ANOTHER_BUTTON, ["form.ask", "do", "code"])
        await self.press("code", "form.code")
        await self.tab.type('[name="code"]', self.code)

    async def without_database(self) -> None:
        await self.review()
        self.chat.runtime.database.is_open = False
        await self.press("remove.note", "form.unsent")
        self.chat.runtime.database.is_open = True
        self.chat.runtime.health.pause_until = 0.0

    # --- Whereto ------------------------------------------------------------------------------------------------------

    async def to(self, screen: str) -> None:
        await self._way(screen)()
        await self.shows(screen)

    def _way(self, screen: str) -> Callable[[], Awaitable[None]]:
        if screen.startswith("form.fill."):
            return partial(self._questions, screen.removeprefix("form.fill."))
        ways: Mapping[str, Callable[[], Awaitable[None]]] = {
            "menu": self._menu,
            "form.review": self.review,
            "form.minor": partial(self.review, age_band="13_15"),
            "form.closed": partial(self.review, area="riga"),
            "form.unsent": self.without_database,
            "form.reader": self._known_there,
            "form.elsewhere": partial(self._known_there, "reader.may_not", "form.elsewhere"),
            "form.add": partial(self.review, "add", "form.add"),
            "form.receipt": self.receipt,
            "form.erased": self.erased,
            "form.screen": partial(self._risk, screen),
            "form.screen-review": partial(self._risk, screen),
            "form.code": self.with_code,
            "form.standing": self._standing,
            "form.times": partial(self._standing, "times", "form.times"),
            "form.away": partial(self._asked_about, screen),
            "form.confirm": partial(self._standing, "withdraw", "form.confirm"),
        }
        return ways[screen]

    async def _menu(self) -> None:
        await self.tab.goto(self.chat.url)
        await self.tab.click('[value="go"]')

    async def _questions(self, upto: str) -> None:
        await self.open_form()
        await self.fill(upto=upto)

    async def _known_there(self, *presses: str) -> None:
        await self.review(*presses, conflict_known="yes")

    async def _risk(self, screen: str) -> None:
        await self.receipt()
        await self.press("screen", "form.screen")
        if screen == "form.screen-review":
            await self.tab.click('[value$=".yes"]')
            await self.tab.shows('button[value^="screen."]')
            await self.press("stop", screen)

    async def _asked_about(self, screen: str) -> None:
        await self.review()
        await self.tab.click("nav [data-back]")
        await self.shows(screen)

    async def _standing(self, *presses: str) -> None:
        await self.with_code()
        await self.steps("look", "form.standing", *presses)
