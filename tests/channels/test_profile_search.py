"""The search through a browser's files finds a word in each way in which browsers write it down."""

from pathlib import Path

import pytest

from tests.channels.history import MOZILLA, in_profile


def packed(*parts: tuple[bytes, int, int]) -> bytes:
    """LZ4 as Firefox writes it: letters, then how many of those before come again, and from how far back."""
    block, size = b"", 0
    for letters, again, back in parts:
        short, rest = min(len(letters), 15), len(letters) - 15
        block += bytes([short << 4 | max(again - 4, 0)])
        while rest >= 0:
            block, rest = block + bytes([min(rest, 255)]), rest - 255 if rest >= 255 else -1
        block += letters + (back.to_bytes(2, "little") if again else b"")
        size += len(letters) + again
    return MOZILLA + size.to_bytes(4, "little") + block


@pytest.mark.parametrize(
    "content",
    [
        b"..canary7note..",
        "..canary7note..".encode("utf-16-le"),
        packed((b"canary", 6, 6), (b"7note", 0, 0)),
        packed((b"x" * 300 + b"canary", 4, 306), (b"", 6, 10), (b"7note", 0, 0)),
    ],
)
def test_a_word_is_found_however_it_was_written(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(content)
    (tmp_path / "other").write_bytes(b"canary8note")
    assert in_profile(tmp_path, ["canary7note", "canary9note"]) == {"canary7note": {"folder/file"}}
