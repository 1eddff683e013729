"""The review calendar: what is overdue stands first, with what people read meanwhile."""

from datetime import date

from bot.content import Content, parse
from bot.editing import Edit, apply
from bot.usecases.content import fact_review


def test_overdue_comes_first_then_what_ends_soon_and_what_was_withdrawn_last(shipped: Content) -> None:
    content = parse(
        apply(
            shipped.files,
            [
                Edit("fact", "emergency_sms", {"verified_on": "2026-01-01", "expires_on": "2026-11-01"}),
                Edit("fact", "emergency_app", {"expires_on": "2026-12-20"}),
                Edit("withdrawn", "prevention_22045225_phone", True),
            ],
        )
    )
    found = fact_review.list_due(content, date(2026, 11, 23))
    first, last = found[0], found[-1]
    assert (first.id, first.due, first.days, first.owner) == ("emergency_sms", "overdue", -22, "content")
    unsure = content.text("fact.unsure", "lv")
    assert first.instead["lv"] == f"{content.facts['emergency_sms'].value['lv']} {unsure}", (
        "for a month it is still said"
    )
    later = fact_review.list_due(content, date(2026, 12, 2))[0]
    assert later.instead["lv"] == content.text("fact.withheld", "lv")
    assert (last.id, last.due) == ("prevention_22045225_phone", "withdrawn")
    assert "stop-my-violence" in last.screens
    assert next(review for review in found if review.id == "emergency_app").due == "soon"
    assert {review.kind for review in found} == {"fact", "service"}
