"""A package that travels is whole or refused with a sentence; another municipality keeps what is its own."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from bot.content import Content, parse
from bot.editing import Edit, apply
from bot.editing.package import CONTENTS, FIRST_DAY, NoPackage, keep_own, pack, unpack
from tests import packages

Entries = dict[str, bytes]


def repacked(files: Mapping[str, str], change: Callable[[Entries], object]) -> bytes:
    """A package somebody changed on the way."""
    with zipfile.ZipFile(io.BytesIO(pack(files, "0"))) as archive:
        entries = {member: archive.read(member) for member in archive.namelist()}
    change(entries)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def contents(entries: Entries, **differs: object) -> None:
    entries[CONTENTS] = json.dumps(json.loads(entries[CONTENTS]) | differs).encode()


@pytest.fixture
def small(tmp_path: Path) -> Content:
    return packages.read(tmp_path / "package")


def test_what_was_packed_is_unpacked_byte_for_byte_and_packs_the_same(shipped: Content) -> None:
    data = pack(shipped.files, shipped.revision)
    assert unpack(data) == shipped.files
    assert pack(unpack(data), shipped.revision) == data
    assert parse(unpack(data)).revision == shipped.revision


@pytest.mark.parametrize(
    "change, why",
    [
        (lambda parts: parts.update({"dialogs/facts.yaml": b"facts: {}\n"}), "its checksum does not fit"),
        (lambda parts: parts.pop("dialogs/facts.yaml"), "its checksum does not fit"),
        (lambda parts: contents(parts, checksum="0" * 64), "its checksum does not fit"),
        (lambda parts: parts.pop(CONTENTS), "it has no table of contents"),
        (lambda parts: contents(parts, format=2), "it was made by a newer program (format 2, this one reads 1)"),
        (lambda parts: contents(parts, format=0), "its format 0 is not known here"),
        (lambda parts: contents(parts, colour="red"), "its table of contents (package.json) cannot be read"),
        (lambda parts: parts.update({CONTENTS: b"[" * 100_000}), "its table of contents (package.json) cannot be read"),
        (lambda parts: parts.update({"../../etc/cron.d/x": b"x"}), "does not belong in a package"),
        (lambda parts: parts.update({"/etc/passwd": b"x"}), "does not belong in a package"),
        (lambda parts: parts.update({"dialogs/../bot/app.yaml": b"x"}), "does not belong in a package"),
        (lambda parts: parts.update({"dialogs/run.py": b"x"}), "does not belong in a package"),
        (lambda parts: parts.update({"locales/lv/LC_MESSAGES/desk.po": b"x"}), "does not belong in a package"),
        (lambda parts: parts.update({"dialogs/bomb.yaml": bytes(5_000_000)}), "is larger than 4,000,000 bytes"),
        (
            lambda parts: parts.update({f"dialogs/{n}.yaml": bytes(2_000_000) for n in range(9)}),
            "larger than 16,000,000",
        ),
        (lambda parts: parts.update({f"dialogs/{n}.yaml": b"" for n in range(500)}), "it holds more than 400 files"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    small: Content, change: Callable[[Entries], object], why: str
) -> None:
    with pytest.raises(NoPackage) as raised:
        unpack(repacked(small.files, change))
    assert why in str(raised.value)


@pytest.mark.parametrize(
    "added", ["__MACOSX/._package.json", ".DS_Store", "dialogs/.DS_Store", "Thumbs.db", "dialogs/"]
)
def test_what_a_computer_adds_when_it_packs_again_is_passed_over(small: Content, added: str) -> None:
    assert unpack(repacked(small.files, lambda entries: entries.update({added: b"\0\1"}))) == small.files


def test_a_size_that_is_a_lie_does_not_help_a_bomb(small: Content) -> None:
    data = repacked(small.files, lambda parts: parts.update({"dialogs/bomb.yaml": bytes(6_000_000)}))
    lied = data.replace((6_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lied != data
    with pytest.raises(NoPackage):
        unpack(lied)


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"not a zip", bytes(9_000_000)])
def test_what_is_no_package_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(NoPackage):
        unpack(data)


def test_a_package_that_was_cut_or_flipped_anywhere_is_refused(small: Content) -> None:
    data = pack(small.files, small.revision)
    for at in range(0, len(data), len(data) // 40):
        for broken in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            with suppress(NoPackage):
                assert unpack(broken) == small.files  # a byte that nothing is read from


def test_another_municipality_keeps_its_facts_and_gets_only_those_it_lacks(shipped: Content) -> None:
    theirs = apply(
        shipped.files,
        [
            Edit("fact", "emergency_hours", {"owner": "them"}),
            Edit("fact", "emergency_name", None),
            Edit("service", "riga", {"phone": "67000000"}),
            Edit("text", "menu:court", "Tiesa", "lv"),
        ],
    )
    own = apply(shipped.files, [Edit("fact", "emergency_cost", None), Edit("fact", "emergency_hours", {"owner": "us"})])
    kept = parse(keep_own(theirs, own, ["facts", "services", "places"]))
    assert kept.facts["emergency_hours"].owner == "us"
    assert kept.facts["emergency_cost"].value == shipped.facts["emergency_cost"].value
    assert "emergency_name" in kept.facts
    assert kept.services == shipped.services
    assert kept.text("menu:court", "lv") == "Tiesa"
