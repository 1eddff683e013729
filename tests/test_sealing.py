"""What is sealed opens for the service alone, and looks the same whatever is in it."""

import ast
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import DecryptError, decrypt
from pyrage.x25519 import Identity

from bot import sealing
from bot.sealing import SEALED_SIZE, SIZE, NotARecipient, TooLong, is_recipient, seal

pytestmark = pytest.mark.usefixtures("as_it_is")

SERVICE = Identity.generate()
RECIPIENT = str(SERVICE.to_public())
PAYLOAD = {"request": "r1", "service": "s1", "values": {"called": "Žanna Šķēle — Жанна", "note": "𝔘" * 300}}


def test_the_service_opens_what_was_sealed_for_it() -> None:
    assert json.loads(decrypt(seal(RECIPIENT, PAYLOAD), [SERVICE])) == PAYLOAD


def test_nobody_else_opens_it() -> None:
    with pytest.raises(DecryptError):
        decrypt(seal(RECIPIENT, PAYLOAD), [Identity.generate()])


def test_the_age_program_opens_it_with_the_identity_file(tool: Callable[[str], str], tmp_path: Path) -> None:
    identity, sealed = tmp_path / "identity.txt", tmp_path / "request.age"
    identity.write_text(str(SERVICE))
    sealed.write_bytes(seal(RECIPIENT, PAYLOAD))
    opened = subprocess.run([tool("age"), "--decrypt", "--identity", identity, sealed], capture_output=True, check=True)
    assert json.loads(opened.stdout) == PAYLOAD


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=300), max_size=6))
def test_every_sealed_request_has_the_same_size(payload: dict[str, str]) -> None:
    assert len(seal(RECIPIENT, payload)) == SEALED_SIZE


def test_what_does_not_fit_is_refused_and_what_just_fits_is_not() -> None:
    assert len(seal(RECIPIENT, {"a": "x" * (SIZE - 8)})) == SEALED_SIZE
    with pytest.raises(TooLong):
        seal(RECIPIENT, {"a": "x" * (SIZE - 7)})


def test_sealing_twice_looks_different() -> None:
    assert seal(RECIPIENT, PAYLOAD) != seal(RECIPIENT, PAYLOAD)


@pytest.mark.parametrize("text", ["", "age1", "AGE-SECRET-KEY-1", RECIPIENT[:-1], RECIPIENT + "q"], ids=str.__len__)
def test_a_key_to_which_nothing_can_be_sealed_is_refused(text: str) -> None:
    assert is_recipient(RECIPIENT)
    assert not is_recipient(text)
    with pytest.raises(NotARecipient):
        seal(text, PAYLOAD)


def test_the_running_program_has_no_way_to_open() -> None:
    """Inventory: who takes what from age. Beside sealing, the demo makes the keys of its own service, and two commands
    that an operator runs read the key of backups, which opens no letter.
    """
    beside = {"demo.py", "commands/backup.py", "commands/setup_answers.py"}
    root = Path(sealing.__file__).parent
    modules = [path for path in root.rglob("*.py") if path.relative_to(root).as_posix() not in beside]
    taken = {name for path in modules for name in taken_from_age(path)}
    assert taken == {("sealing.py", "encrypt"), ("sealing.py", "RecipientError"), ("sealing.py", "Recipient")}
    assert not any("decrypt" in names_in(path) for path in modules if taken_from_age(path))


def names_in(path: Path) -> set[str]:
    """Every name and attribute that the code of a module uses."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}


def taken_from_age(path: Path) -> set[tuple[str, str]]:
    names: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {(path.name, alias.name) for alias in node.names if alias.name.split(".")[0] == "pyrage"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "pyrage":
            names |= {(path.name, alias.name) for alias in node.names}
    return names
