"""Content packages as rows store them: how one came to be, where a draft of one stands, its files compressed."""

import json
import zlib
from collections.abc import Mapping
from typing import Literal

Made = Literal["publish", "rollback", "import", "withdrawal"]
"""How a revision came to be."""
DraftState = Literal["open", "proposed", "published", "discarded"]
"""Where a draft is on its way."""

Files = Mapping[str, str]


def packed(files: Files) -> bytes:
    """A package in a few hundred kilobytes."""
    return zlib.compress(json.dumps(dict(files), ensure_ascii=False).encode(), 9)


def unpacked(data: bytes) -> dict[str, str]:
    files: dict[str, str] = json.loads(zlib.decompress(data))
    return files
