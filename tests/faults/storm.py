"""A storm: two real replicas on one PostgreSQL, people on Telegram and on the web, and everything that can go wrong.

The dice are seeded: the same seed asks for the same faults in the same order. What two processes make of them in the
same millisecond is theirs.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.runtime import Secrets
from tests.channels.fake_telegram import FakeTelegram
from tests.channels.forms import CALL, Shown, Visitor
from tests.channels.telegram_chats import Json
from tests.channels.telegram_people import Person
from tests.channels.telegram_troubles import Trouble, garbage, hung_up, server_error, silence, too_many_requests
from tests.conftest import SECRET
from tests.faces import Clock
from tests.patience import PATIENCE, tries_meanwhile
from tests.postgres import Own
from tests.program import Program, Walker
from tests.test_crash import WAY, take
from tests.usecases.services.test_delivery import Post

OLD_BUTTON = (
    "Tā bija poga no iepriekšējā ekrāna",
    "Это была кнопка с прошлого экрана",
    "That was a button of an earlier screen",
)
TYPED = "kanārijputniņš-vētrā"
NOTE = "kanārijputniņš piezīmē-vētrā"
HIDE = ("Paslēpt", "Скрыть", "Hide")
"""Hiding is brought again until it can be remembered: who waits for that with the database away waits in vain."""
PEOPLE = 4
PATIENT = ClientTimeout(PATIENCE)
TOO_LONG = 1_100_000
A_THOUGHT = 0.3
"""Seconds in which people read what they see, while the replicas are restarted under them."""
A_REPLICA_AWAY = 0.5
"""Seconds between the end of one replica and its new start, in which the other has to do."""
TROUBLES: tuple[Trouble, ...] = (garbage, server_error, hung_up, too_many_requests(1), too_many_requests(60))
SLOW_TROUBLES: tuple[Trouble, ...] = (silence,)
"""Each costs as long as the program waits for Telegram, so only a long storm has them."""


@dataclass
class Tally:
    """What is counted, and what must be nought in the end."""

    counted: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return "\n".join(f"{number:7}  {what}" for what, number in sorted(self.counted.items()))


class Routed(FakeTelegram):
    """A Telegram that brings each update to any replica, again until one takes it, and often twice."""

    def __init__(self, storm: "Storm") -> None:
        super().__init__(Clock(datetime.now(UTC)))  # a press does not grow old while the machine is busy
        self.storm = storm

    async def _post(self, update: Json) -> None:
        await self.storm.bring(update)
        self._updates.clear()


@dataclass
class Storm:
    """The two replicas, the world around them, and the dice."""

    programs: tuple[Program, Program]
    postgres: Own
    post: Post
    session: ClientSession
    dice: Random
    tally: Tally = field(default_factory=Tally)
    fake: FakeTelegram = field(init=False)
    people: list[Person] = field(default_factory=list)
    sent: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    troubles: tuple[Trouble, ...] = TROUBLES
    puzzles: list[str] = field(default_factory=list)
    """What was seen where something went wrong, for whoever looks into it."""
    now: str = ""
    excused: bool = False
    """Whether people may stand on an older screen than they see, because Telegram or PostgreSQL has just failed."""

    def __post_init__(self) -> None:
        self.fake = Routed(self)

    # --- The way in ---------------------------------------------------------------------------------------------------

    def alive(self) -> list[Program]:
        found = [program for program in self.programs if program.public]
        self.dice.shuffle(found)
        return found

    async def bring(self, update: Json) -> None:
        """As Telegram does: until somebody says 200. Sometimes to both at once, sometimes once more afterwards."""
        self.sent.add(update["update_id"])
        how = self.dice.random()
        if how < 0.3:
            await asyncio.gather(*(self._to(replica, update) for replica in self.alive()))
        said = Counter[int]()
        async for _ in tries_meanwhile():
            for program in self.alive():
                said[answer := await self._to(program, update)] += 1
                if answer == 200:
                    self.answered.add(update["update_id"])
                    if how > 0.8:
                        await self._to(program, update)
                    return
        self.puzzles.append(f"never answered: {[*update]}, only {said}, while {self.now}")

    async def _to(self, program: Program, body: Json | bytes, secret: str | None = None) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": Secrets(SECRET).webhook if secret is None else secret}
        sent: dict[str, Any] = {"data": BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        try:
            url = f"{program.public}/telegram"
            async with self.session.post(url, headers=headers, timeout=PATIENT, **sent) as answer:
                if answer.ok:
                    await self.fake.carry_out_ridden(await answer.read())
                return answer.status
        except (ClientError, TimeoutError, OSError):
            return 0

    # --- What people do -----------------------------------------------------------------------------------------------

    async def presses(self) -> None:
        """Each of them presses something, all at once."""
        await asyncio.gather(*(self._press(person) for person in self.people))

    async def _press(self, person: Person) -> None:
        excused = self.excused
        labels, before = pressable(person), [(message.id, message.text[:60]) for message in person.chat.ours]
        left_over = False
        if not labels:
            await person.start()
        elif self.dice.random() < 0.1:
            await person.type(TYPED)
        else:
            press = await person.press_label_ever_seen(self.dice.choice(labels))
            left_over = press.message.id != before[-1][0]
        if excused or self.excused:
            return
        old = any(words in person.sees for words in OLD_BUTTON)
        # Who dies between sending a message and noting its number leaves one that nobody knows to take away.
        self.tally.counted["pressed on such an older screen, and told so" if left_over else "answered twice"] += old
        if old:
            self.puzzles.append(f"saw {before}, pressed on {person.chat.presses[-1].message.id}, sees {person.sees}")
        self.tally.counted["presses left turning"] += sum(query.answer is None for query in person.chat.presses[-1:])

    async def sends(self) -> None:
        """Somebody on the web goes all the way, at any replica, and sends her request until she has a receipt."""
        visitor = await self._to_the_last_press()
        if visitor is None:
            self.tally.counted["gave up before consent"] += 1
            return
        self.tally.counted["requests consented"] += 1
        page, codes = visitor.page, set[str]()
        async for _ in tries_meanwhile():
            both = [Visitor(program.public, self.session, page) for program in self.alive()]
            for answer in await asyncio.gather(*(twin.agree() for twin in both), return_exceptions=True):
                if isinstance(answer, Shown) and answer.status == 200 and answer.code:
                    codes.add(answer.code)
            if codes:
                break
        self.tally.counted["receipts"] += len(codes)

    async def _to_the_last_press(self) -> Visitor | None:
        async for _ in tries_meanwhile():
            try:
                walker = Walker(self.alive()[0], self.session)
                await walker.look()
                for step in WAY:
                    await take(walker, step)
                visitor = await walker.open_form()
                given = {name: value for name, value in CALL.items() if name != "area"}
                visitor.fill_in(given | {"note": NOTE})
                await visitor.press("review")
                visitor.page.form("send")
            except (ClientError, TimeoutError, OSError, IndexError, StopIteration, RuntimeError, LookupError,
                    AssertionError):  # fmt: skip
                continue  # what she needs is away: she begins again
            else:
                return visitor
        return None

    # --- What goes wrong ----------------------------------------------------------------------------------------------

    async def kills(self) -> None:
        """kill -9 in the middle of things, and a new start."""
        program = self.dice.choice(self.programs)
        busy = asyncio.create_task(self.dice.choice((self.presses, self.sends))())
        await asyncio.sleep(self.dice.uniform(0, 0.4))
        await program.kill()
        await busy
        await program.start()

    async def rolls(self) -> None:
        """An upgrade: one replica after the other is stopped and started again, while people press on and on."""
        rolled = asyncio.Event()
        busy = asyncio.create_task(self._presses_until(rolled))
        for program in self.programs:
            await program.stop()
            await asyncio.sleep(A_REPLICA_AWAY)
            await program.start()
        rolled.set()
        await busy

    async def _presses_until(self, over: asyncio.Event) -> None:
        while not over.is_set():
            await asyncio.gather(self.presses(), asyncio.sleep(A_THOUGHT))
            self.tally.counted["rounds of presses while the replicas were restarted"] += 1

    async def crashes_postgresql(self) -> None:
        """Unlogged conversations are gone afterwards; requests are not."""
        self.excused = True
        busy = asyncio.create_task(self.sends())
        await asyncio.sleep(self.dice.uniform(0, 1.0))
        how = self.dice.choice(("immediate", "fast", "kill -9 of one of its processes"))
        if how in ("immediate", "fast"):
            await asyncio.to_thread(self.postgres.stop, how)
            await self.presses()
            await asyncio.to_thread(self.postgres.start)
        else:
            await asyncio.gather(self.presses(), asyncio.to_thread(self.postgres.kill_one))
        await busy
        await self._settle()

    async def troubles_telegram(self) -> None:
        self.excused = True
        trouble = self.dice.choice(self.troubles)
        self.fake.next(self.dice.choice(("*", "editMessageText", "answerCallbackQuery")), trouble, times=3)
        await self.presses()
        self.fake.all_is_well()
        await self._settle()

    async def _settle(self) -> None:
        """Everyone sees where she is again."""
        await asyncio.gather(*(person.start() for person in self.people))
        self.excused = False

    async def breaks_mail(self) -> None:
        self.post.answer = "250 OK" if self.post.answer.startswith("4") else "451 Try again later"

    async def forges(self) -> None:
        """What does not come from Telegram, or is no update, changes nothing and hurts nobody."""
        forged = {"update_id": self.dice.randrange(10**9), "message": {"message_id": 1, "text": TYPED}}
        for program in self.alive():
            refused = [
                await self._to(program, forged, "not the secret") in {403, 0},
                await self._to(program, b"x" * TOO_LONG) in {413, 0},
                await self._to(program, b"{" * self.dice.randrange(1, 2000)) in {400, 0},
            ]
            self.tally.counted["forged or broken, and refused"] += sum(refused)
            self.tally.counted["forged or broken, and taken"] += 3 - sum(refused)

    async def reorders(self) -> None:
        """Two presses of one person overtake each other."""
        self.excused = True
        person = self.dice.choice(self.people)
        labels = pressable(person)
        if labels:
            chosen = (self.dice.choice(labels), self.dice.choice(labels))
            await asyncio.gather(*(person.press_label_ever_seen(label) for label in chosen))
        await self._settle()

    # --- All of it ----------------------------------------------------------------------------------------------------

    async def blow(self, rounds: int) -> Tally:
        """So many rounds: everything that can go wrong once, then whatever the dice say."""
        self.people = [self.fake.person() for _ in range(PEOPLE)]
        await asyncio.gather(*(person.start() for person in self.people))
        faults: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self.presses, 10), (self.sends, 3), (self.kills, 3), (self.rolls, 2), (self.crashes_postgresql, 1),
            (self.troubles_telegram, 2), (self.breaks_mail, 1), (self.forges, 1), (self.reorders, 2),
        ]  # fmt: skip
        kinds, weights = [kind for kind, _ in faults], [weight for _, weight in faults]
        first = self.dice.sample(kinds, len(kinds))
        for number in range(rounds):
            fault = first[number] if number < len(first) else self.dice.choices(kinds, weights)[0]
            self.now = fault.__name__.replace("_", " ")
            self.tally.counted[f"round: {self.now}"] += 1
            await fault()
        self.post.answer = "250 OK"
        await self._settle()
        self.tally.counted["presses and words sent"] = len(self.sent)
        self.tally.counted["presses and words answered"] = len(self.answered)
        self.tally.counted["never answered"] = len(self.sent - self.answered)
        return self.tally


def pressable(person: Person) -> list[str]:
    """The buttons that reach the bot, but the one that ends the conversation. The others open a page."""
    buttons = [button for message in person.chat.alive for button in message.buttons if "callback_data" in button]
    return [button["text"] for button in buttons if button["text"] not in HIDE]


def written(folder: Path, words: tuple[str, ...]) -> list[str]:
    """The words that stand in any file under a folder, of the programs or of the database server."""
    marks = {word: word.encode() for word in words}
    found = set[str]()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found |= {word for word, mark in marks.items() if mark in content}
    return sorted(found)
