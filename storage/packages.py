"""Content packages as stored: compressed files, how a package was made, and the state of a draft."""

import json
import zlib
from collections.abc import Mapping
from typing import Literal

Made = Literal["publish", "rollback", "import", "withdrawal"]
"""How a revision was made."""
DraftState = Literal["open", "proposed", "published", "discarded"]
"""The state of a draft."""

Files = Mapping[str, str]


def packed(files: Files) -> bytes:
    """Compress a package to a few hundred kilobytes."""
    return zlib.compress(json.dumps(dict(files), ensure_ascii=False).encode(), 9)


def unpacked(data: bytes) -> dict[str, str]:
    files: dict[str, str] = json.loads(zlib.decompress(data))
    return files
