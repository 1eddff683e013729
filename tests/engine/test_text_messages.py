"""Text messages go to a mobile number and to a phone that nobody else reads; a refusal says what else is possible."""

from itertools import product

import pytest

from bot.engine.request import Pair
from bot.engine.text_messages import WAYS_INSTEAD
from tests.engine.test_request import CALL, FORM, filled

WRITE: tuple[Pair, ...] = (("contact_mode", "sms"), ("neutral_message", "nothing_urgent"))
MAY_WRITE: tuple[Pair, ...] = (("sms_ok", "yes_neutral_text"), ("neutral_message", "nothing_urgent"))
ASKED = {WRITE: "contact_mode", MAY_WRITE: "sms_ok"}
BOTH = pytest.mark.parametrize("wish", [WRITE, MAY_WRITE], ids=["instead of a call", "when nobody answers"])


def refused(wish: tuple[Pair, ...], *over: Pair) -> tuple[str, str] | None:
    """Where and why a message is refused; nothing where it is taken."""
    answer = filled(*CALL, over=[*wish, *over])
    assert answer.ready == (not answer.problems)
    return next(((problem.field, problem.what) for problem in answer.problems), None)


@BOTH
@pytest.mark.parametrize("whose", ["mine_private", "work"])
def test_a_phone_of_her_own_or_at_work_is_written_to_if_she_says_that_nobody_watches(
    wish: tuple[Pair, ...], whose: str
) -> None:
    assert refused(wish, ("phone_is", whose)) is None
    for watched in ("yes", "not_sure", "skip"):
        assert refused(wish, ("phone_is", whose), ("device_watched", watched)) == (ASKED[wish], "watched")


@BOTH
def test_a_shared_phone_is_never_written_to(wish: tuple[Pair, ...]) -> None:
    for watched in FORM.fields["device_watched"].options:
        assert refused(wish, ("phone_is", "mine_shared"), ("device_watched", watched)) == (ASKED[wish], "shared")


@BOTH
def test_a_trusted_persons_phone_is_written_to_if_that_person_expects_it_whoever_watches_hers(
    wish: tuple[Pair, ...],
) -> None:
    theirs: Pair = ("phone_is", "trusted_person")
    for watched in FORM.fields["device_watched"].options:
        mine: Pair = ("device_watched", watched)
        assert refused(wish, theirs, mine, ("expects_message", "yes")) is None
        assert refused(wish, theirs, mine, ("expects_message", "no")) == (ASKED[wish], "unexpected")
        assert refused(wish, theirs, mine) == ("expects_message", "missing")


@BOTH
def test_a_landline_is_never_written_to_and_foreign_numbers_are(wish: tuple[Pair, ...]) -> None:
    for whose in FORM.fields["phone_is"].options:
        over: tuple[Pair, ...] = (("phone_is", whose), ("expects_message", "yes"))
        assert refused(wish, ("phone", "67 105 048"), *over) == (ASKED[wish], "landline")
    assert refused(wish, ("phone", "+44 20 7946 0958")) is None


def test_one_press_leads_out_of_each_refusal_and_never_to_a_call_on_a_phone_that_others_watch() -> None:
    for why, ways in WAYS_INSTEAD.items():
        assert set(ways) <= {"call", "i_will_call_you", "i_will_come"}
        assert ("call" in ways) == (why == "landline")
    shared = filled(*CALL, over=[*WRITE, ("phone_is", "mine_shared")]).problems[0]
    assert shared.ways == (("contact_mode", "i_will_call_you"), ("contact_mode", "i_will_come"))
    for way in shared.ways:
        assert filled(*CALL, over=[("phone_is", "mine_shared"), way]).ready
    allowed = filled(*CALL, over=[*MAY_WRITE, ("phone_is", "mine_shared")]).problems[0]
    assert allowed.ways == (("sms_ok", "no"),)
    assert filled(*CALL, over=[("phone_is", "mine_shared"), *allowed.ways]).ready


@pytest.mark.parametrize("left", ["voicemail_ok", "sms_ok"])
def test_whoever_lets_a_message_be_left_chooses_which(left: str) -> None:
    allowed: Pair = (left, FORM.fields[left].options[1])
    assert {(problem.field, problem.what) for problem in filled(*CALL, over=[allowed]).problems} == {
        ("neutral_message", "missing")
    }
    assert filled(*CALL, over=[allowed, ("neutral_message", "good_time")]).values["neutral_message"] == "good_time"


def test_who_is_only_called_is_asked_for_no_message() -> None:
    for whose, watched in product(FORM.fields["phone_is"].options, FORM.fields["device_watched"].options):
        over = [("phone_is", whose), ("device_watched", watched), ("neutral_message", "good_time")]
        values = filled(*CALL, over=over).values
        assert not {"expects_message", "neutral_message"} & set(values)
