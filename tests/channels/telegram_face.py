"""Telegram as a person sees it, for the transcripts: the real channel and library over HTTP against the fake."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.telegram import Telegram
from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_chats import Json
from tests.channels.telegram_people import Person
from tests.faces import Clock

PUBLIC = "https://blakus.example"
EXITS = ("exit:danger", "exit:human", "exit:back", *(f"language:{code}" for code in LANGUAGES), "exit:hide")


class TelegramFace:
    """Does what a transcript says with a phone, and reads the phone back as the transcript does."""

    def __init__(self, fake: FakeTelegram, person: Person, runtime: Runtime, clock: Clock) -> None:
        self.fake, self.person, self.runtime, self.clock = fake, person, runtime, clock

    async def do(self, does: str) -> str:
        verb, _, what = does.partition(" ")
        if verb == "wait":
            self.clock.move(minutes=int(what.split()[0]))
            return ""
        if verb == "press" and (form := self._form(what)):
            return f"! ({form})\n{self._picture()}"
        popups = len(self.person.popups)
        await self._act(verb, what)
        new = self.person.popups[popups:]
        return "\n".join([*(f"! {popup}" for popup in new), self._picture()]).strip()

    async def _act(self, verb: str, what: str) -> None:
        match verb:
            case "start":
                await self.person.start()
            case "press":
                await self.person.press(what if what in self.person.labels else f"✓ {what}")
            case "stale":
                await self.person.press_old(what)
            case "type":
                await self.person.type(what)
            case "send":
                await self.person.send(what)
            case _:
                raise LookupError(f"nobody can “{verb}”")

    def _form(self, label: str) -> str | None:
        """Which form a button opens; None where it opens none."""
        for button in self._buttons:
            if button["text"] == label and "web_app" in button:
                return str(button["web_app"]["url"]).partition("#")[2]
        return None

    def _picture(self) -> str:
        _, _, words = self.person.sees.partition("\n\n")
        own = [f"[{button['text']}]" for button in self._buttons if not self._is_exit(button)]
        exits = [f"[{button['text']}]" for button in self._buttons if self._is_exit(button)]
        return "\n".join(line.rstrip() for line in [*words.splitlines(), *own, " ".join(exits)]).strip()

    @property
    def _buttons(self) -> list[Json]:
        return [button for message in self.person.chat.ours for button in message.buttons]

    def _is_exit(self, button: Json) -> bool:
        content = self.runtime.content
        return button["text"] in {content.text(key, code) for key in EXITS for code in content.dialogue.languages}


@asynccontextmanager
async def telegram_face(runtime: Runtime, clock: Clock, language: str) -> AsyncIterator[TelegramFace]:
    """The channel behind a webhook, as with BOT_PUBLIC_URL, and somebody with a phone in this language."""
    public = replace(runtime, settings=runtime.settings.model_copy(update={"public_url": PUBLIC}))
    fake = await FakeTelegram(clock).start()
    bot = Telegram(public, TOKEN, fake.root, form_token=lambda reply: reply.form or "", patience=0.01)
    app = web.Application()
    app.router.add_post("/telegram", bot.webhook)
    try:
        async with TestServer(app) as server:
            fake.webhook_address = str(server.make_url("/telegram"))
            await bot.set_up()
            yield TelegramFace(fake, fake.person(language), public, clock)
    finally:
        await bot.stop()
        await fake.stop()
    assert not [why for method, why in fake.refusals if "not modified" not in why], fake.refusals
