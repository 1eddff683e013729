"""Who presses the forms of a desk's pages without a script: as they stand on the page that was loaded, however old."""

from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from secrets import token_urlsafe
from typing import Any

from aiohttp import ClientSession, CookieJar
from yarl import URL

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from storage.workers import DeskSession
from tests.people import SAME_ORIGIN, agrees

FIELDS = {
    "outcome": "no_answer", "reason": "met", "day": "2026-11-27",
    "raise": "", "lower": "she asked for it at the counter", "extend": "the talks with her go on",
}  # fmt: skip
"""What is filled in where a form has such a field: by the last part of the form's address, or by the field's name."""


@dataclass
class Form:
    """One form of a page: where it goes, and what it sends as it stands."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.action.rpartition("/")[2]

    def filled(self, **differs: str) -> dict[str, str]:
        """Empty fields are filled in, and the limit of calls out of the letter; what is hidden goes along as it is."""
        differs = {"most": "3", **differs}
        sent = {name: value or FIELDS.get(self.name) or FIELDS.get(name, "") for name, value in self.fields.items()}
        return {**sent, **{name: value for name, value in differs.items() if name in self.fields}}


class Seen(HTMLParser):
    """A page as somebody sees it: its forms, and what stands in `main`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self._words: list[str] = []
        self._form: Form | None = None
        self._shut = 0
        self.feed(html)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has: dict[str, Any] = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("method") == "post":
            self._form = Form(has["action"])
            self.forms[self._form.name] = self._form
        elif tag in ("input", "select") and self._form and has.get("name"):
            kept = has.get("value", "") if has.get("type") == "hidden" else ""
            self._form.fields.setdefault(has["name"], kept)
        elif tag in ("script", "style", "header", "title"):
            self._shut += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in ("script", "style", "header", "title"):
            self._shut -= 1

    def handle_data(self, data: str) -> None:
        if not self._shut:
            self._words.append(data)


@dataclass
class Presser:
    """One worker at a browser that runs no script. `asked` is what she was asked at her last press."""

    worker: SignedIn
    browser: ClientSession
    asked: str = ""

    async def sign_in(self, runtime: Runtime) -> None:
        """Also once more, after she idled. The two factors are slow on purpose, and tested elsewhere."""
        token, now = token_urlsafe(), runtime.now()
        async with runtime.database.store() as store:
            await store.sessions.add(
                DeskSession(
                    token_hash=sha256(token.encode()).digest(), worker_id=self.worker.id, started_at=now, seen_at=now,
                    confirmed_at=None,
                )
            )  # fmt: skip
        self.browser.cookie_jar.update_cookies({"desk": token}, URL(self.browser._base_url or ""))

    async def look(self, path: str) -> Seen:
        async with self.browser.get(path) as answer:
            return Seen(await answer.text())

    async def press(self, page: Seen, action: str, *, sure: bool = True, **fields: str) -> tuple[int, str]:
        """What she sees in the end. Where she is asked, she says yes, as often as she is asked."""
        form = page.forms[action]
        status, seen = await self._send(form.action, form.filled(**fields))
        self.asked = ""
        while action in seen.forms and "sure" in seen.forms[action].fields:
            self.asked = seen.words
            if not sure:
                break
            status, seen = await self._send(form.action, seen.forms[action].filled())
        return status, seen.words

    async def show(self, reference: str, **fields: str) -> tuple[int, dict[str, Any]]:
        """What the page's script sends when the number is to be shown."""
        as_script = {"Accept": "application/json"}
        path = f"/requests/{reference}/reveal"
        async with self.browser.post(path, data=fields, headers=as_script) as answer:
            return answer.status, await answer.json()

    async def shows(self, reference: str) -> None:
        status, said = await self.show(reference)
        if status == 409:
            self.asked = said["ask"]["question"]
            status, _ = await self.show(reference, **said["ask"]["fields"])
        assert status == 200

    async def standing(self, reference: str) -> dict[str, Any]:
        async with self.browser.get(f"/requests/{reference}/standing") as answer:
            assert answer.status == 200
            found: dict[str, Any] = await answer.json()
            return found

    async def _send(self, path: str, fields: dict[str, str]) -> tuple[int, Seen]:
        async with self.browser.post(path, data=fields) as answer:
            return answer.status, Seen(await answer.text())


async def a_presser(runtime: Runtime, url: str, worker: SignedIn) -> Presser:
    """Signed in, in English."""
    await agrees(runtime, worker.login)
    cookies = CookieJar(unsafe=True)
    presser = Presser(worker, ClientSession(url, cookie_jar=cookies, headers=SAME_ORIGIN, cookies={"language": "en"}))
    await presser.sign_in(runtime)
    return presser
