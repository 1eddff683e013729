"""The child process: it is killed, and the program goes on."""

import ast
import asyncio
import os
import pickle
import re
import signal
from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from bot import apart, content, outside
from bot.apart import Apart, Failed, TooLong
from bot.content import HERE, Content
from bot.engine.check import Certificate
from bot.engine.check_walk import Walked, walk
from bot.engine.dialogue import Dialogue
from bot.proof import prove
from tests import packages
from tests.patience import patiently, until

TODAY = date(2026, 11, 23)
ENDLESS = r"(\w|\s|.)+#"


@pytest.fixture
async def child() -> AsyncIterator[Apart]:
    made = Apart()
    yield made
    made.stop()


@pytest.fixture
def small(tmp_path: Path) -> Content:
    return packages.read(tmp_path / "small")


def looks_for(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def takes(size: int) -> int:
    return len(b"x" * size)


def spins() -> None:
    """As a library in C does that never asks whether it should stop."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
    while True:
        pass


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def errs(secret: str) -> None:
    raise ValueError(secret)


def remembers(mark: str) -> int:
    """Its own number, which tells whether this child was asked."""
    return os.getpid() if mark else 0


class Bad:
    """What a child that a file broke into could answer."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.getpid, ()


def lies() -> Bad:
    return Bad()


async def test_an_answer_comes_from_another_process_that_stays_for_the_next_one(child: Apart) -> None:
    first = await child.ask(20, remembers, "one")
    assert first == child.pid != os.getpid()
    assert await child.ask(20, remembers, "two") == first


async def test_the_same_is_never_worked_out_twice(child: Apart) -> None:
    first = await child.ask(20, remembers, "one")
    child.stop()
    assert await child.ask(20, remembers, "one") == first
    assert await child.ask(20, remembers, "two") != first


async def test_what_takes_too_long_is_stopped_and_not_tried_again(child: Apart) -> None:
    first = await child.ask(20, remembers, "before")
    with pytest.raises(TooLong):
        async with patiently():
            await child.ask(1, looks_for, ENDLESS, "a " * 40)
    assert await child.ask(20, remembers, "after") == first, "it was stopped, not killed"
    child.stop()
    with pytest.raises(TooLong):
        async with patiently():
            await child.ask(1, looks_for, ENDLESS, "a " * 40)
    assert child.pid is None, "the answer is known, so nobody is asked"


async def test_what_does_not_let_itself_be_stopped_is_killed_and_another_child_answers(child: Apart) -> None:
    first = await child.ask(20, remembers, "before")
    with pytest.raises(TooLong):
        async with patiently():
            await child.ask(1, spins)
    assert await child.ask(20, remembers, "after") != first


async def test_what_would_fill_the_memory_is_refused(child: Apart) -> None:
    with pytest.raises(TooLong):
        await child.ask(20, takes, 2 * apart.MEMORY)
    assert await child.ask(20, takes, 10) == 10


async def test_who_goes_away_ends_the_work(child: Apart) -> None:
    first = await child.ask(20, remembers, "before")
    asking = asyncio.create_task(child.ask(600, looks_for, ENDLESS, "a " * 40))
    await until(lambda: child.busy)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with patiently():
        assert await child.ask(20, remembers, "after") != first


async def test_a_program_that_stops_waits_for_no_pattern(child: Apart) -> None:
    asking = asyncio.create_task(child.ask(600, looks_for, ENDLESS, "a " * 40))
    await until(lambda: child.busy)
    child.stop()
    with pytest.raises(TooLong):
        async with patiently():
            await asking


async def test_a_child_that_was_killed_from_outside_is_made_anew(child: Apart) -> None:
    first = await child.ask(20, remembers, "before")
    with pytest.raises(TooLong):
        await child.ask(20, dies)
    assert await child.ask(20, remembers, "after") != first


async def test_a_mistake_of_ours_is_named_without_what_was_worked_on(child: Apart) -> None:
    with pytest.raises(Failed, match=r"ValueError at test_apart\.py:\d+") as failed:
        await child.ask(20, errs, "canary")
    assert "canary" not in str(failed.value)


async def test_the_child_is_given_no_settings(child: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_SECRET", "canary")
    await child.ask(20, remembers, "one")
    assert b"canary" not in Path(f"/proc/{child.pid}/environ").read_bytes()


async def test_an_answer_can_call_nothing_here(child: Apart) -> None:
    with pytest.raises(pickle.UnpicklingError, match="getpid"):
        await child.ask(20, lies)


async def test_a_pattern_without_end_is_named_and_nobody_waits_for_it_twice(child: Apart, small: Content) -> None:
    files = {**small.files, "dialogs/forbidden.yaml": f"lv:\n  '{ENDLESS}': \"Nē.\"\n"}
    found = await child.ask(2, outside.verdict, files, TODAY, False)
    assert not isinstance(found, Certificate)
    assert [problem.sentence for problem in found] == [f"the pattern “{ENDLESS}” takes too long to look for"]
    typed = await child.ask(1, outside.wrong_texts, files, {("court", "lv"): "Tiesa sargā mājās un darbā visus."})
    assert typed == {("court", "lv"): (found[0],)}


async def test_the_content_that_is_shipped_is_read_and_proved_there_as_here(child: Apart) -> None:
    shipped = content.read()
    assert (await child.ask(20, outside.read, shipped.files)).content == shipped
    found = await child.ask(40, outside.verdict, shipped.files, TODAY, False)
    assert isinstance(found, Certificate)
    assert found.revision == shipped.revision


def test_a_dialogue_is_walked_again_when_a_screen_changed_and_not_for_a_word(
    small: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[Dialogue] = []

    def counted(dialogue: Dialogue) -> Walked:
        walked.append(dialogue)
        return walk(dialogue)

    monkeypatch.setattr(outside, "_walked", [])
    monkeypatch.setattr(outside, "walk", counted)
    catalogue, chapter = "locales/lv/LC_MESSAGES/dialogs.po", "dialogs/all.yaml"
    other_word = {catalogue: small.files[catalogue].replace("Tiesa sargā.", "Tiesa palīdz.")}
    other_screen = {
        chapter: small.files[chapter].replace(
            "court-protection\n    choices:\n      - {id: menu, to: menu}",
            "court-protection\n    choices:\n      - {id: menu, to: start}",
        )
    }
    for many, change in ((1, {}), (1, other_word), (2, other_screen), (3, other_word)):
        files = {**small.files, **change}
        assert outside.verdict(files, TODAY, False) == prove(content.parse(files), TODAY)
        assert len(walked) == many


async def test_a_package_that_no_page_could_show_becomes_no_draft(child: Apart, small: Content) -> None:
    screens = small.files["dialogs/all.yaml"] + "".join(f"  s{number}:\n    choices: []\n" for number in range(2000))
    catalogue = "locales/lv/LC_MESSAGES/dialogs.po"
    texts = small.files[catalogue] + "".join(f'\nmsgid "t{number}"\nmsgstr "x"\n' for number in range(10_000))
    long = small.files[catalogue].replace("Tiesa sargā.", "Tiesa sargā. " * 500)
    assert await child.ask(20, outside.brought_in, small.files) == ()
    for name, text in (("dialogs/all.yaml", screens), (catalogue, texts)):
        (problem,) = await child.ask(20, outside.brought_in, {**small.files, name: text})
        assert problem.sentence == "the package holds more than anybody could look through"
    (problem,) = await child.ask(20, outside.brought_in, {**small.files, catalogue: long})
    assert problem.sentence == "the text “court” is longer than 6000 characters"


# --- By construction --------------------------------------------------------------------------------------------------

WATCHED: Mapping[str, set[str]] = {
    "bot.engine.forbidden": {"claims_in"},
    "bot.engine.check_words": {"wrong_text", "wrong_words"},
    "bot.engine.check": {"examine", "check"},
    "bot.proof": {"prove", "certified"},
    "bot.content": {"parse"},
    "bot.editing": {"apply", "attempt"},
    "bot.editing.package": {"unpack", "keep_own"},
    "bot.exchange.po": {"open_po", "from_po"},
    "bot.exchange.xlsx": {"open_xlsx", "from_xlsx"},
}
"""What looks for patterns, and what reads what came from outside."""
ALLOWED = {
    "bot/outside.py": set().union(*WATCHED.values()),  # in the child
    "bot/engine/check_words.py": {"claims_in"},
    "bot/engine/check.py": {"wrong_words"},
    "bot/proof.py": {"examine"},
    "bot/startup.py": {"certified"},  # the package this program came with
    "bot/usecases/content/revisions.py": {"parse"},  # what was published, and so was proved in the child
    "bot/usecases/content/publishing.py": {"parse", "apply"},  # what is in use, without one fact
    # Commands: each is a process of its own that serves nobody
    "bot/commands/check.py": {"prove"},
    "bot/commands/translations.py": {"prove", "from_po", "from_xlsx"},
    "bot/commands/content.py": {"unpack"},
}


def test_nothing_that_serves_people_looks_for_a_pattern_of_a_package_or_reads_a_file_from_outside() -> None:
    found: dict[str, set[str]] = {}
    asks: set[str] = set()
    for path in sorted((HERE / "bot").rglob("*.py")):
        name, modules = path.relative_to(HERE).as_posix(), dict[str, str]()
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                    if alias.name in WATCHED.get(node.module or "", ()):
                        found.setdefault(name, set()).add(alias.name)
        for node in nodes:
            module = getattr(node.value, "id", "") if isinstance(node, ast.Attribute) else ""
            if isinstance(node, ast.Attribute) and node.attr in WATCHED.get(modules.get(module, ""), ()):
                found.setdefault(name, set()).add(node.attr)
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("outside."):
                asks.add(f"{name} calls {ast.unparse(node.func)} by itself")
        if "bot.outside" in modules.values() and name != "bot/usecases/content/apart.py":
            asks.add(name)
    assert {name: more for name, calls in found.items() if (more := calls - ALLOWED.get(name, set()))} == {}
    assert asks == set()
    assert "attempt" in found["bot/outside.py"], "the search finds what is there"
