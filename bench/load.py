"""The load, in a process of its own: a fast fake Bot API, and people who press.

Bare protocols instead of aiohttp, so that the load costs less than the program under test. Each JSON line on standard
input starts a run; each answers with one JSON line of results on standard output.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

CHAT = re.compile(rb'chat_id"?(?:=|:\s*"?|(?:\r\n[^\r\n]+)*\r\n\r\n)(\d+)')
QUERY = re.compile(rb'callback_query_id"?(?:=|:\s*"?|(?:\r\n[^\r\n]+)*\r\n\r\n)(\d+)')
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
SHOWS = {b"sendMessage", b"editMessageText"}
FIRST_CHAT = 700_000_000
RETRY = 0.05
HEADERS = "X-Telegram-Bot-Api-Secret-Token: {}\r\nContent-Type: application/json\r\n"
WORDS = "Labdien! Te ir informācija par tiesībām un pakalpojumiem. " * 4
BUTTONS = [[{"text": f"Poga {number}", "callback_data": f"{number:022}"}] for number in range(5)]


class Http(asyncio.Protocol):
    """Splits a stream into HTTP messages with a head and a body."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's does not inherit from it

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(self.buffer, 0, end + 2)
            length = int(found[1]) if found else 0
            if len(self.buffer) < end + 4 + length:
                return
            head, body = bytes(self.buffer[:end]), bytes(self.buffer[end + 4 : end + 4 + length])
            del self.buffer[: end + 4 + length]
            self.got(head, body)

    def got(self, head: bytes, body: bytes) -> None:
        raise NotImplementedError


class BotApi(Http):
    """Telegram as the program under test sees it. Every call succeeds, after the delay of the network."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world

    def got(self, head: bytes, body: bytes) -> None:
        method = head.split(b" ", 2)[1].partition(b"?")[0].rpartition(b"/")[2]
        chat = int(found[1]) if (found := CHAT.search(body)) else 0
        result = self.world.called(method, chat, body)
        text = b'{"ok":true,"result":%s}' % result
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
            len(text),
            text,
        )
        delay = self.world.delay
        if delay and chat:
            asyncio.get_running_loop().call_later(delay, self.send, answer)
        else:
            self.send(answer)

    def send(self, answer: bytes) -> None:
        if self.transport and not self.transport.is_closing():
            self.transport.write(answer)


class World:
    """All chats, and what each person in them waits for."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.calls: Counter[str] = Counter()
        self.people: dict[int, Person] = {}
        self.answered: Counter[int] = Counter()
        self.messages = 0
        self.updates = int(time.time()) % 100_000_000 * 10

    def called(self, method: bytes, chat: int, body: bytes) -> bytes:
        self.calls[method.decode()] += 1
        person = self.people.get(chat)
        if method in SHOWS and person:
            if method == b"sendMessage":
                self.messages += 1
                person.message = 1000 + self.messages
            person.sees(body)
            return person.picture
        if method == b"answerCallbackQuery" and (found := QUERY.search(body)):
            self.answered[int(found[1])] += 1
        if method == b"getMe":
            return b'{"id":110201543,"is_bot":true,"first_name":"Blakus","username":"blakus_bot"}'
        if method == b"getMyCommands":
            return b"[]"
        return b'{"name":"","description":"","short_description":""}' if method.startswith(b"getMy") else b"true"


class Person(Http):
    """One chat: takes the next step as soon as the last one was shown and confirmed."""

    def __init__(self, world: World, run: "Run", chat: int) -> None:
        super().__init__()
        self.world, self.run, self.chat = world, run, chat
        self.message, self.step = 999, 0
        self.expected = b""
        self.waits: asyncio.Future[int] | None = None
        self.shown: asyncio.Future[float] | None = None
        self.twice = self.wrong = 0
        self.right = True

    @property
    def picture(self) -> bytes:
        return self.run.picture(self.chat, self.message)

    def sees(self, body: bytes) -> None:
        self.right = not self.expected or self.expected in body
        if self.shown and not self.shown.done():
            self.shown.set_result(time.perf_counter())
        else:
            self.twice += 1

    def got(self, head: bytes, body: bytes) -> None:
        if body and b"answerCallbackQuery" in body and (found := QUERY.search(body)):
            self.world.answered[int(found[1])] += 1
            self.world.calls["answerCallbackQuery in the response"] += 1
        if self.waits and not self.waits.done():
            self.waits.set_result(int(head[9:12]))

    def connection_lost(self, _: Exception | None) -> None:
        self.transport = None
        self.buffer.clear()
        if self.waits and not self.waits.done():
            self.waits.set_result(0)

    async def post(self, request: bytes) -> int:
        """Send a request and return the status, or 0 without an answer."""
        loop = asyncio.get_running_loop()
        if self.transport is None:
            try:
                await loop.create_connection(lambda: self, self.run.host, self.run.port)
            except OSError:
                return 0
        assert self.transport
        self.waits = loop.create_future()
        self.transport.write(request)
        return await self.waits

    async def turn(self) -> None:
        """Take one step, delivered again until it is accepted, as Telegram does."""
        plan = self.run.plan[self.step]
        request = self.run.request(self, plan)
        self.expected = plan.get("expect", "").encode()
        self.shown = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        while (status := await self.post(request)) != 200:
            self.run.refused[str(status)] += 1
            await asyncio.sleep(RETRY)
            if self.run.over_for_good():
                return
        try:
            async with asyncio.timeout(20):
                seen = await self.shown
        except TimeoutError:
            self.run.lost += 1
        else:
            self.run.took(begun, seen)
        self.wrong += not self.right
        self.step = (self.step + 1) % len(self.run.plan)

    async def live(self) -> None:
        await asyncio.sleep(random.random() * max(self.run.think, 0.2))
        while not self.run.over():
            await self.turn()
            if self.run.think:
                await asyncio.sleep(self.run.think * (0.5 + random.random()))


class Run:
    """One run: its people and results."""

    def __init__(self, world: World, options: dict[str, Any]) -> None:
        self.world = world
        self.host, self.port = options["host"], options["port"]
        self.plan: list[dict[str, str]] = options["plan"]
        self.secret: str = options.get("secret", "")
        self.path: str = options.get("path", "/telegram")
        self.think: float = options.get("think", 0.0)
        self.seconds: float = options["seconds"]
        self.warm_up: float = options.get("warm_up", 1.0)
        self.first: int = options.get("first", FIRST_CHAT)
        world.delay = options.get("delay", 0.0)
        self.people = [Person(world, self, self.first + number) for number in range(options["people"])]
        self.refused: Counter[str] = Counter()
        self.took_ms: list[float] = []
        self.turns = self.lost = 0
        self.begun = time.perf_counter()
        self.known: dict[int, bytes] = {}

    def over(self) -> bool:
        return time.perf_counter() > self.begun + self.warm_up + self.seconds

    def over_for_good(self) -> bool:
        return time.perf_counter() > self.begun + self.warm_up + self.seconds + 30

    def took(self, begun: float, seen: float) -> None:
        self.turns += 1
        if begun > self.begun + self.warm_up:
            self.took_ms.append((seen - begun) * 1000)

    def request(self, person: Person, plan: dict[str, str]) -> bytes:
        self.world.updates += 1
        update: dict[str, Any] = {"update_id": self.world.updates}
        chat = {"id": person.chat, "type": "private", "first_name": "Anna"}
        sender = {"id": person.chat, "is_bot": False, "first_name": "Anna", "language_code": "lv"}
        if "text" in plan:
            self.world.messages += 1
            entities = [{"offset": 0, "length": len(plan["text"]), "type": "bot_command"}]
            update["message"] = {
                "message_id": 1000 + self.world.messages, "date": int(time.time()), "chat": chat, "from": sender,
                "text": plan["text"], **({"entities": entities} if plan["text"].startswith("/") else {}),
            }  # fmt: skip
        else:
            update["callback_query"] = {
                "id": str(self.world.updates), "from": sender, "chat_instance": "1", "data": plan["data"],
                "message": json.loads(person.picture),
            }  # fmt: skip
        body = json.dumps(update).encode()
        head = f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\n{HEADERS.format(self.secret)}"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def picture(self, chat: int, message: int) -> bytes:
        """A message from the bot, as long as ours."""
        if (known := self.known.get(chat)) and known.startswith(b'{"message_id": %d,' % message):
            return known
        made = {
            "message_id": message, "date": 1795000000, "chat": {"id": chat, "type": "private", "first_name": "Anna"},
            "from": {"id": 110201543, "is_bot": True, "first_name": "Blakus", "username": "blakus_bot"},
            "text": WORDS, "reply_markup": {"inline_keyboard": BUTTONS},
        }  # fmt: skip
        self.known[chat] = json.dumps(made).encode()
        return self.known[chat]

    async def go(self) -> dict[str, Any]:
        self.world.people = {person.chat: person for person in self.people}
        calls, answered = self.world.calls.copy(), len(self.world.answered)
        await asyncio.gather(*(person.live() for person in self.people))
        wall = time.perf_counter() - self.begun - self.warm_up
        for person in self.people:
            if person.transport:
                person.transport.close()
        times = sorted(self.took_ms)
        return {
            "turns": self.turns,
            "rate": len(times) / wall,
            **{f"p{at}": times[min(len(times) - 1, len(times) * at // 100)] if times else 0.0 for at in (50, 95, 99)},
            "refused": dict(self.refused), "lost": self.lost,
            "twice": sum(person.twice for person in self.people), "wrong": sum(person.wrong for person in self.people),
            "answered": len(self.world.answered) - answered,
            "answered_twice": sum(1 for times in self.world.answered.values() if times > 1),
            "calls": dict(self.world.calls - calls),
            "load_cpu": time.process_time(),
        }  # fmt: skip


async def main(lines: Callable[[], str]) -> None:
    loop = asyncio.get_running_loop()
    world = World()
    server = await loop.create_server(lambda: BotApi(world), "127.0.0.1", 0, backlog=2048)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    while line := await asyncio.to_thread(lines):
        print(json.dumps(await Run(world, json.loads(line)).go()), flush=True)


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(main(sys.stdin.readline))
    else:
        uvloop.run(main(sys.stdin.readline))
