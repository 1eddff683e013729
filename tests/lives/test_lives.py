"""Conversations and requests in any order, through repeats, races, sudden deaths and months: Hypothesis looks for the
order that breaks a promise, and tells the shortest.

In every test run the dice are always the same; `make faults` throws others, as many as FAULT_ROUNDS says.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.content import Content
from bot.usecases.casework import receipts
from tests.lives.caring import Caring
from tests.lives.joining import Joined
from tests.lives.machine import World, prepared
from tests.lives.talking import Talking

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "0"))
SEED = int(os.environ.get("FAULT_SEED", "7"))
EASY = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)
HARD = settings(EASY, derandomize=False, stateful_step_count=50)


class Lives(Talking, Caring):
    """All of it beside each other: what happens to a request changes no conversation, and the other way round."""


@pytest.mark.parametrize("kind, lives", [(Talking, 12), (Caring, 14), (Lives, 5), (Joined, 20)])
def test_whatever_happens_in_whatever_order_each_promise_holds(
    kind: type[World], lives: int, template: Path, shipped: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "SCRYPT_N", 2)  # slow on purpose, and tested elsewhere

    def life() -> World:
        return kind(template, shipped)

    if ROUNDS:
        seed(SEED)(life)
    how = settings(HARD, max_examples=ROUNDS * lives // 10 + 1) if ROUNDS else settings(EASY, max_examples=lives)
    run_state_machine_as_test(life, settings=how)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("lives"))
