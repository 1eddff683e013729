"""The stored form of a conversation: as few bytes as possible, in size steps that reveal nothing."""

import json
import zlib
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bot.engine.state import State

LAST_MESSAGES = 40
STEP = 64
"""Bytes. Sizes are multiples of this, so that the length of a sealed row says little of how far she went."""
FORM, BRANCHED = b"\x01", b"\x02"
"""The first byte names the format of the rest. Any change below needs a new one."""
WRITING = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)
WINDOW = -13
COMMON = (
    b'[[["request.start","ru",[["needs",["lawyer","shelter"]]],[["place",["-novads"]],[["danger_gate",["no"]],'
    b'["age_band",["adult"]],["place",null]]],[["age_band",null]]],[["danger_gate",null]]],["menu"],[]],'
    b'["start",[],[]],["menu",[],[]],["request.start",["menu"],[]],["request.gate",["menu"],[["request.age",["menu"],'
    b'["request.place",["menu"],["request.offer",["menu"]]'
)
"""A compression dictionary of what most conversations contain. Other content only takes a little more space."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything stored of a conversation, sealed: its state, and what removing its traces needs."""

    state: State | None = None
    chat: str = ""
    messages: tuple[int, ...] = ()
    updates: tuple[int, ...] = ()
    before: bytes = b""
    """The key of the state before the last press, if that is stored too (module `branching`)."""

    def to_bytes(self) -> bytes:
        state = self.state.to_list() if self.state else None
        chat = int(self.chat) if self.chat.isdecimal() else self.chat
        held = [state, chat, _differences(self.messages), _differences(self.updates)]
        if self.before:
            return _packed(BRANCHED, WRITING.encode([*held, self.before.hex()]).encode())
        return _packed(FORM, WRITING.encode(held).encode())

    @classmethod
    def from_bytes(cls, content: bytes) -> "Memory":
        """Read what `to_bytes` wrote. An unknown format, or no content, as after a changed BOT_SECRET, is empty."""
        if content[:1] == b"[":  # written before there was a format byte
            state, chat, messages, updates = json.loads(content)
            return cls(State.from_json(state) if state else None, chat, tuple(messages), tuple(updates))
        if content[:1] not in {FORM, BRANCHED}:
            return cls()
        state, chat, messages, updates, *before = json.loads(_unpacked(content))
        return cls(
            State.from_list(state) if state else None,
            str(chat),
            tuple(accumulate(messages)),
            tuple(accumulate(updates)),
            bytes.fromhex(*before) if before else b"",
        )

    def alive(self, *messages: int | None) -> tuple[int, ...]:
        return tuple(sorted({*self.messages, *(message for message in messages if message is not None)}))[
            -LAST_MESSAGES:
        ]


def _differences(numbers: tuple[int, ...]) -> list[int]:
    """Return the first number, and the difference to each next one."""
    return [*numbers[:1], *(after - before for before, after in pairwise(numbers))]


def _packed(form: bytes, content: bytes) -> bytes:
    press = zlib.compressobj(6, zlib.DEFLATED, WINDOW, 4, zlib.Z_DEFAULT_STRATEGY, COMMON)
    packed = form + press.compress(content) + press.flush()
    return packed + bytes(-len(packed) % STEP)


def _unpacked(packed: bytes) -> bytes:
    return zlib.decompressobj(WINDOW, COMMON).decompress(packed[1:])
