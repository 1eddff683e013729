"""What counts as a flood of requests: more than one address, or everybody together, sends within ten minutes."""

import pytest

from bot.usecases.services.flood import ALLOWED, USUAL, Flow
from tests.faces import Clock


@pytest.fixture
def flow(clock: Clock) -> Flow:
    return Flow(clock)


def several(flow: Flow, number: int, bucket: bytes = b"anna") -> None:
    for _ in range(number):
        flow.count(bucket)


def test_what_one_address_may_send_is_no_flood_and_one_more_is(flow: Flow) -> None:
    several(flow, ALLOWED - 1)
    assert not flow.floods(b"anna")
    several(flow, 1)
    assert flow.floods(b"anna")
    assert not flow.floods(b"berta")


def test_ten_minutes_later_it_is_none_any_more(flow: Flow, clock: Clock) -> None:
    several(flow, ALLOWED)
    clock.move(minutes=9, seconds=59)
    assert flow.floods(b"anna")
    clock.move(seconds=1)
    assert not flow.floods(b"anna")


def test_they_pass_one_after_the_other_as_they_came(flow: Flow, clock: Clock) -> None:
    for _ in range(ALLOWED):
        flow.count(b"anna")
        clock.move(minutes=2)
    assert not flow.floods(b"anna"), "the first of them is ten minutes old"
    several(flow, 1)
    assert flow.floods(b"anna")


def test_from_many_addresses_it_is_a_flood_for_everybody_and_only_a_crowd_over_its_share_waits(flow: Flow) -> None:
    for number in range(USUAL):
        assert not flow.floods(b"anna")
        flow.count(b"%d" % number)
    assert flow.floods(b"anna")
    assert not flow.over(b"anna")


def test_a_clock_that_is_put_back_marks_nobody_for_an_hour(flow: Flow, clock: Clock) -> None:
    several(flow, ALLOWED)
    clock.move(hours=-1)
    assert not flow.floods(b"anna")
