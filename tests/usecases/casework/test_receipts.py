"""Receipt codes over many: they fall as evenly as chance does, in every place and beside each other.

The secret and the forms are fixed, so the numbers are the same in every run; no run fails by chance.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pytest

from bot.runtime import Runtime, Secrets
from bot.usecases.casework import receipts

MANY = 100_000
ONE_DIGIT, TWO_DIGITS = 45.0, 185.0
"""Chi-square of ten and of a hundred values that chance goes beyond about once in a million times."""


@pytest.fixture
def codes(runtime: Runtime) -> list[str]:
    runtime.secrets = Secrets("a secret that never changes, for this measurement")
    return [receipts.code_of(runtime, f"{number:032x}") for number in range(MANY)]


def chi_square(found: Iterable[str], values: int) -> float:
    counted = Counter(found)
    expected = MANY / values
    return sum((times - expected) ** 2 for times in counted.values()) / expected + (values - len(counted)) * expected


def test_in_every_place_each_digit_comes_equally_often(codes: list[str]) -> None:
    uneven = {place: chi_square((code[place] for code in codes), 10) for place in range(receipts.DIGITS)}
    assert {place: value for place, value in uneven.items() if value > ONE_DIGIT} == {}


def test_no_digit_tells_the_next_one(codes: list[str]) -> None:
    uneven = {
        place: chi_square((code[place : place + 2] for code in codes), 100) for place in range(receipts.DIGITS - 1)
    }
    assert {place: value for place, value in uneven.items() if value > TWO_DIGITS} == {}


def test_forms_that_follow_each_other_have_codes_that_do_not(codes: list[str]) -> None:
    """As many as hit by chance: neighbours agree in a tenth of their digits, and no two are equal."""
    assert len(set(codes)) == MANY
    agree = sum(a == b for code, following in pairwise(codes) for a, b in zip(code, following, strict=True))
    assert abs(agree / (MANY * receipts.DIGITS) - 0.1) < 0.002


def test_the_measurement_notices_what_is_not_even() -> None:
    """A digit that is one part in ten too frequent does not pass."""
    loaded = ["0" if number % 100 == 99 else str(number % 10) for number in range(MANY)]
    assert chi_square(loaded, 10) > ONE_DIGIT
