"""What is kept of a conversation, in as few bytes as it takes, and in steps of size that tell nothing."""

import json
import zlib
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bot.engine.state import State

LAST_MESSAGES = 40
STEP = 64
"""Sizes are multiples of this, so that the length of a sealed row hardly says how far somebody went."""
FORM, BRANCHED = b"\x01", b"\x02"
"""The first byte says how the rest was written. Change anything below, and it has to become another."""
WRITING = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)
WINDOW = -13
COMMON = (
    b'[[["request.start","ru",[["needs",["lawyer","shelter"]]],[["place",["-novads"]],[["danger_gate",["no"]],'
    b'["age_band",["adult"]],["place",null]]],[["age_band",null]]],[["danger_gate",null]]],["menu"],[]],'
    b'["start",[],[]],["menu",[],[]],["request.start",["menu"],[]],["request.gate",["menu"],[["request.age",["menu"],'
    b'["request.place",["menu"],["request.offer",["menu"]]'
)
"""What nearly every conversation holds, so that it need not be written out. Other words only take a little more."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything kept of a conversation, sealed: the State, and what is needed to take the traces away."""

    state: State | None = None
    chat: str = ""
    messages: tuple[int, ...] = ()
    updates: tuple[int, ...] = ()
    before: bytes = b""
    """The key of what was known before the last press, where that is kept beside it."""

    def to_bytes(self) -> bytes:
        state = self.state.to_list() if self.state else None
        chat = int(self.chat) if self.chat.isdecimal() else self.chat
        held = [state, chat, _steps(self.messages), _steps(self.updates)]
        if self.before:
            return _packed(BRANCHED, WRITING.encode([*held, self.before.hex()]).encode())
        return _packed(FORM, WRITING.encode(held).encode())

    @classmethod
    def from_bytes(cls, content: bytes) -> "Memory":
        """Read what `to_bytes` wrote. Nothing, as after a changed BOT_SECRET, and another form are an empty memory."""
        if content[:1] == b"[":  # as it was written before there were forms
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


def _steps(numbers: tuple[int, ...]) -> list[int]:
    """The first, and how much further each next one is."""
    return [*numbers[:1], *(after - before for before, after in pairwise(numbers))]


def _packed(form: bytes, content: bytes) -> bytes:
    press = zlib.compressobj(6, zlib.DEFLATED, WINDOW, 4, zlib.Z_DEFAULT_STRATEGY, COMMON)
    packed = form + press.compress(content) + press.flush()
    return packed + bytes(-len(packed) % STEP)


def _unpacked(packed: bytes) -> bytes:
    return zlib.decompressobj(WINDOW, COMMON).decompress(packed[1:])
