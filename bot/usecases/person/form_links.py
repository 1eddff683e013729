"""Opens the form from a chat elsewhere: a sealed, short-lived token that works once and identifies nobody."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.runtime import Runtime
from storage.database import Conflict
from storage.vault import Unreadable, Vault

GOOD_FOR = timedelta(minutes=15)
LONGEST = 4096
BLOCK = 384
"""Bytes. Tokens are part of Telegram's buttons, and their length must not reveal how much was answered."""
BOUND_TO = b"form"

FormKind = Literal["request", "receipt"]
Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Launch:
    """What a token carries: which form, in which language, and the coded answers to fill in beforehand."""

    form: FormKind
    language: str
    answers: Answers


def form_token(runtime: Runtime, answers: Answers, language: str, form: FormKind = "request") -> str:
    """Return a token for the fragment of the form's address. Nothing is stored until it is used."""
    wanted = {field.prefilled for field in runtime.content.request.fields.values()}
    coded = {name: values for name, values in answers.items() if name in wanted}
    text = json.dumps([int(runtime.now().timestamp()), form, language, coded], separators=(",", ":")).encode()
    padded = text.ljust(-(-len(text) // BLOCK) * BLOCK)
    return base64.urlsafe_b64encode(_vault(runtime).seal(padded, BOUND_TO)).decode().rstrip("=")


async def redeem(runtime: Runtime, token: str) -> Launch | None:
    """Return what the token carries, once. None if it is forged, older than 15 minutes, or used already."""
    opened = _open(runtime, token[:LONGEST])
    if opened is None:
        return None
    issued, mark, launch = opened
    age = runtime.now().timestamp() - issued
    if not 0 <= age < GOOD_FOR.total_seconds():
        return None
    try:
        async with runtime.database.store() as store:
            fresh = await store.updates_heard.add(mark, runtime.now() + GOOD_FOR)
    except Conflict:  # used twice at the same moment
        return None
    return launch if fresh else None


def language_of(runtime: Runtime, token: str) -> str | None:
    """Return the language of the token's chat, even if the token has expired; None if it is forged."""
    opened = _open(runtime, token[:LONGEST])
    return opened[2].language if opened else None


def _open(runtime: Runtime, token: str) -> tuple[int, bytes, Launch] | None:
    """Return when it was made, the mark of its use, and what it carries; None if it is forged.

    The mark is made from the bytes, because the same token can be spelled in several ways.
    """
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        issued, form, language, answers = json.loads(_vault(runtime).open(sealed, BOUND_TO))
    except (binascii.Error, ValueError, Unreadable):
        return None
    launch = Launch(form, language, {name: tuple(values) for name, values in answers.items()})
    return issued, hashlib.sha256(b"form\0" + sealed).digest()[:16], launch


def _vault(runtime: Runtime) -> Vault:
    return Vault(runtime.secrets.forms)
