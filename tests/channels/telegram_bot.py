"""A small dialogue, the real channel and the fake Telegram, put together for the tests of the channel."""

import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.channels.telegram import Telegram
from bot.content import Content
from bot.runtime import Runtime, Secrets
from bot.settings import Settings
from bot.usecases.person import converse, emptying
from bot.usecases.person.converse import Address
from storage.database import Database
from tests import packages
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_people import Person
from tests.conftest import SECRET
from tests.faces import Clock
from tests.tables import furnished

CHAPTER = """\
screens:
  start:
    choices:
      - {id: go, to: menu}
  danger:
    choices:
      - {id: menu, to: menu}
  human:
    choices:
      - {id: menu, to: menu}
  menu:
    choices:
      - {id: court, to: court}
      - {id: number, tells: true}
      - {id: place, to: place}
      - {id: topics, to: topics}
      - {id: offer, to: offer}
  court:
    topic: court
    choices:
      - {id: menu, to: menu}
  place:
    place: place
    to: court
    skip: menu
  topics:
    several: topics
    options: [lawyer, shelter]
    to: menu
  offer:
    choices:
      - {id: form, form: request}
      - {id: menu, to: menu}
"""
FIRST_LINE = "Informācija iedzīvotājiem: pakalpojumi, tālruņi un darba laiki vienuviet."
LATVIAN = {
    "card.first-line": FIRST_LINE,
    "bot.name": "Blakus",
    "bot.description": "Informācija iedzīvotājiem.",
    "bot.short-description": "Informācija.",
    "bot.command.start": "Sākt",
    "bot.command.help": "Kā lietot",
    "bot.command.hide": "Iztukšot",
    "exit:danger": "Draud briesmas",
    "exit:human": "Cilvēks",
    "exit:back": "Atpakaļ",
    "exit:hide": "Paslēpt",
    "language:lv": "Latviešu",
    "language:ru": "Русский",
    "language:en": "English",
    "place:skip": "Nezinu",
    "several:done": "Gatavs",
    "notice.old-button": "Vecā poga.",
    "notice.use-buttons": "Rakstīto izņēmām, izmantojiet pogas. Briesmās 112.",
    "notice.not-read": "To neatveram. Briesmās 112.",
    "notice.place-found": "Lūk, kas atradās.",
    "notice.place-unknown": "Tādas nav.",
    "notice.wait": "Uzgaidiet. Briesmās {fact:emergency_phone}.",
    "notice.trouble": "Te kaut kas nedarbojas. Zvaniet 112 vai 116006.",
    "notice.restarted": "Saruna bija beigusies.",
    "start": "Labdien!",
    "start:go": "Tālāk",
    "danger": "Zvaniet 112.",
    "danger:menu": "Uz izvēlni",
    "human": "Zvaniet 116006.",
    "human:menu": "Uz izvēlni",
    "menu": "Ko vēlaties zināt?",
    "menu:court": "Tiesa",
    "menu:number": "Numurs",
    "menu:number.tell": "Numurs ir 116006.",
    "menu:place": "Vieta",
    "menu:topics": "Temati",
    "menu:offer": "Sazināties",
    "court": "Tiesa var aizsargāt.",
    "court:menu": "Uz izvēlni",
    "place": "Kurā pašvaldībā?",
    "topics": "Kas vajadzīgs?",
    "topics:lawyer": "Jurists",
    "topics:shelter": "Krīzes centrs",
    "offer": "Ko nosūtīsim.",
    "offer:form": "Atvērt lapu",
    "offer:menu": "Uz izvēlni",
}
RUSSIAN = {**LATVIAN, "start": "Здравствуйте!", "start:go": "Дальше", "bot.name": "Рядом", "menu": "Что нужно знать?"}
PUBLIC = "https://blakus.example"


@dataclass
class Talk:
    """Everything a test of the channel touches."""

    fake: FakeTelegram
    bot: Telegram
    runtime: Runtime
    clock: Clock
    anna: Person
    file: Path

    @property
    def methods(self) -> list[str]:
        """What the bot has called for people, in order: neither asking for updates nor its own name and words."""
        beside = ("getUpdates", "getMy", "setMy", "setChatMenuButton")
        return [method for method, _ in self.fake.calls if not method.startswith(beside)]

    def called(self, method: str) -> list[dict[str, Any]]:
        return [given for name, given in self.fake.calls if name == method]

    async def screen(self, person: Person | None = None) -> str | None:
        """The screen the person's state stands on."""
        address = Address("telegram", str((person or self.anna).chat.id))
        reply = await converse.current(self.runtime, address)
        return reply.card.screen if reply and reply.card else None

    async def remembered(self) -> tuple[int, ...]:
        """The messages we know to be in her chat."""
        reply = await converse.current(self.runtime, Address("telegram", str(self.anna.chat.id)))
        return reply.messages if reply else ()

    async def expire(self) -> None:
        """What the timetable does every few seconds."""
        await emptying.end_and_empty(self.runtime, self.bot.vanish)

    @contextmanager
    def database_gone(self) -> Iterator[None]:
        self._sql("ALTER TABLE conversations RENAME TO gone")
        yield
        self._sql("ALTER TABLE gone RENAME TO conversations")

    def _sql(self, statement: str) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute(statement)


@cache
def small_content() -> Content:
    with tempfile.TemporaryDirectory() as folder:
        return packages.read(Path(folder) / "package", {"all.yaml": CHAPTER}, {"lv": LATVIAN, "ru": RUSSIAN})


@asynccontextmanager
async def runtime_of(folder: Path, clock: Clock, public_url: str = "") -> AsyncIterator[Runtime]:
    """A runtime on the small dialogue and a database file of its own; the same folder gives the same database."""
    url = f"sqlite:///{folder / 'blakus.sqlite'}"
    secrets = Secrets(SECRET)
    database = Database(furnished(url), secrets.storage)
    await database.open()
    settings = Settings(database=SecretStr(url), secret=SecretStr(SECRET), public_url=public_url)
    try:
        yield Runtime(database, small_content(), settings, secrets, clock)
    finally:
        await database.close()


@asynccontextmanager
async def polling(runtime: Runtime, fake: FakeTelegram) -> AsyncIterator[Telegram]:
    """The channel, started as the program starts it, asking the fake for updates."""
    bot = Telegram(runtime, TOKEN, fake.root, patience=0.01)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()
