"""Telephone numbers, as people write them and as contact books and messengers paste them."""

import pytest

from bot.engine.phones import phone_number, takes_no_messages, telephone


@pytest.mark.parametrize(
    "typed, number",
    [
        ("26123456", "+37126123456"),
        ("67 105 048", "+37167105048"),
        ("(+371) 26-123-456", "+37126123456"),
        ("0037126123456", "+37126123456"),
        ("371 26123456", "+37126123456"),
        ("２６１２３４５６", "+37126123456"),
        ("+44 20 7946 0958", "+442079460958"),
        ("112", None),
        ("36123456", None),
        ("+37136123456", None),
        ("+3712612345", None),
        ("2612345", None),
        ("my number", None),
        ("+0123456789", None),
        ("", None),
        ("tel:", None),
    ],
)
def test_a_phone_number_is_read_as_people_write_it(typed: str, number: str | None) -> None:
    assert phone_number(typed) == number


INVISIBLE = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\u00ad\ufe0e\ufe0f"


@pytest.mark.parametrize("hidden", INVISIBLE, ids=lambda character: f"U+{ord(character):04X}")
def test_what_nobody_sees_in_a_pasted_number_does_not_spoil_it(hidden: str) -> None:
    pasted = f"{hidden}+371{hidden} 26{hidden}123-456{hidden}"
    assert phone_number(pasted) == telephone(pasted) == "+37126123456"


@pytest.mark.parametrize("dash", "-‐‑‒–—―−﹣－·", ids=lambda character: f"U+{ord(character):04X}")
def test_every_dash_separates(dash: str) -> None:
    pasted = f"26{dash}123{dash}456"
    assert phone_number(pasted) == telephone(pasted) == "+37126123456"


@pytest.mark.parametrize(
    "pasted, number",
    [
        ("٢٦١٢٣٤٥٦", "+37126123456"),
        ("۲۶۱۲۳۴۵۶", "+37126123456"),
        ("tel:+371-26-123-456", "+37126123456"),
        ("TEL: 26123456", "+37126123456"),
        ("tel:+37126123456;ext=1", "+37126123456"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("0044 ( 0 ) 20 7946 0958", "+442079460958"),
        ("＋371\u00a026\u202f123\u2009456", "+37126123456"),
    ],
)
def test_numbers_of_other_habits_are_read(pasted: str, number: str) -> None:
    assert phone_number(pasted) == telephone(pasted) == number


@pytest.mark.parametrize(
    "number, dialled",
    [
        *(("112", "112"), ("116006", "116006"), ("8488", "8488"), ("67105048", "+37167105048")),
        *(("6710 5048", "+37167105048"), ("+371 67-105-048", "+37167105048"), ("80001801", "+37180001801")),
        *(("", None), ("12", None), ("1234567", None), ("nav", None), ("+", None), ("012", None)),
    ],
)
def test_a_phone_is_brought_into_the_form_that_dials(number: str, dialled: str | None) -> None:
    assert telephone(number) == dialled


def test_a_latvian_landline_takes_no_messages_and_of_a_foreign_number_nobody_can_tell() -> None:
    assert takes_no_messages("+37167105048")
    assert not takes_no_messages("+37126123456")
    assert not takes_no_messages("+442079460958")
