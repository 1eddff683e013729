"""Beside the hours of a line stands what they mean today, in words that stay true while a screen is left open."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.content import Content, parse
from bot.editing import Edit, apply
from bot.engine.facts import Fact
from bot.engine.heard import Pressed, Started
from bot.engine.opening import clock_times
from bot.engine.problems import BrokenContent
from bot.runtime import RIGA, Runtime
from bot.texts import plain
from bot.usecases.person import converse, outage
from bot.usecases.person.converse import Address, Arrival
from bot.usecases.services.reading_hours import Calendar, public_holidays
from bot.usecases.services.sayings import LEFT_OPEN, now_words, service_now_words
from tests.faces import Clock

VICTIMS, PREVENTION = "now:helpline_116006_hours", "now:prevention_22045225_hours"
PERSON = Address("terminal", "who asks for the hours")


def riga(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIGA).astimezone(UTC)


@pytest.mark.parametrize(
    "at,latvian,russian",
    [
        ("2026-11-23 00:00", "šodien no 12.00", "сегодня с 12:00"),
        ("2026-11-23 11:59", "šodien no 12.00", "сегодня с 12:00"),
        ("2026-11-23 12:00", "šodien līdz 22.00", "сегодня до 22:00"),
        ("2026-11-23 21:59", "šodien līdz 22.00", "сегодня до 22:00"),
        ("2026-11-23 22:00", "rīt no 12.00", "завтра с 12:00"),
        ("2026-11-23 23:29", "rīt no 12.00", "завтра с 12:00"),
        ("2026-11-23 23:30", "otrdien no 12.00", "во вторник с 12:00"),  # soon “tomorrow” would be another day
        ("2026-11-23 23:59", "otrdien no 12.00", "во вторник с 12:00"),
        ("2027-03-28 02:59", "šodien no 12.00", "сегодня с 12:00"),  # an hour later it is 4.59: summer time
        ("2027-03-27 23:30", "svētdien no 12.00", "в воскресенье с 12:00"),
        ("2026-10-25 21:59", "šodien līdz 22.00", "сегодня до 22:00"),  # a day of 25 hours
        ("2026-12-25 12:00", "šodien līdz 22.00", "сегодня до 22:00"),  # every day: Christmas, too
    ],
)
def test_the_line_for_victims_says_until_or_from_when(shipped: Content, at: str, latvian: str, russian: str) -> None:
    assert now_words(shipped, riga(at), "lv")[VICTIMS] == latvian
    assert now_words(shipped, riga(at), "ru")[VICTIMS] == russian


@pytest.mark.parametrize(
    "at,said",
    [
        ("2026-12-15 05:59", "today from 6:00"),
        ("2026-12-15 06:00", "today until 12:00"),
        ("2026-12-15 12:00", "today from 18:00"),
        ("2026-12-15 18:00", "today until 24:00"),
        ("2026-12-15 23:30", "on Tuesday until 24:00"),
        ("2026-12-18 20:00", "tonight, too"),  # Friday: the weekend is open throughout
        ("2026-12-19 23:59", "tonight, too"),
        ("2026-12-20 12:00", "today until 24:00"),
        ("2026-12-23 20:00", "tonight, too"),  # the holidays begin
        ("2026-12-27 20:00", "today until 24:00"),
    ],
)
def test_a_line_with_other_hours_on_days_off_follows_the_week_and_the_holidays(
    shipped: Content, at: str, said: str
) -> None:
    assert now_words(shipped, riga(at), "en")[PREVENTION] == said


def test_whatever_is_said_still_holds_half_an_hour_later(shipped: Content) -> None:
    """A word is false if the day it means is another one by then, or if it says that something is open or closed."""
    for language in shipped.words:
        today, tomorrow = (shipped.text(f"fact.{name}", language) for name in ("today", "tomorrow"))
        for minutes in range(0, 8 * 24 * 60, 10):
            now = riga("2026-12-20 00:00") + timedelta(minutes=minutes)
            for said in now_words(shipped, now, language).values():
                names_the_day = {today, tomorrow} & {" ".join(said.split()[:count]) for count in (1, 2)}
                same_day = now.astimezone(RIGA).date() == (now + LEFT_OPEN).astimezone(RIGA).date()
                assert same_day or not names_the_day, (now, said)


def test_it_stands_beside_the_hours_and_before_a_doubt(shipped: Content) -> None:
    values = now_words(shipped, riga("2026-12-15 13:00"), "lv")
    helplines = plain(shipped.say("helplines", "lv", date(2026, 12, 15), values))
    assert "116006, katru dienu 12.00–22.00 (šodien līdz 22.00)" in helplines
    named = next(key for key, text in shipped.words["lv"].items() if "{fact:prevention_22045225_hours}" in text)
    said = plain(shipped.say(named, "lv", date(2026, 12, 15), values))
    assert "brīvdienās visu diennakti (šodien no 18.00; precizējiet zvanot)" in said


def test_beside_a_number_without_its_hours_it_stands_once(shipped: Content) -> None:
    values = now_words(shipped, riga("2026-11-23 13:00"), "ru")
    said = plain(shipped.say("helplines.call", "ru", date(2026, 11, 23), values))
    assert said.count("сегодня до 22:00") == 1
    assert "116006 (сегодня до 22:00)" in said


def test_hours_past_their_date_say_nothing_of_today(shipped: Content) -> None:
    hours = shipped.facts["helpline_116006_hours"]
    day = hours.expires_on + timedelta(days=1)
    values = now_words(shipped, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "lv")
    assert values[VICTIMS]
    assert values[VICTIMS] not in plain(shipped.say("helplines", "lv", day, values))


def test_paper_says_the_hours_alone(shipped: Content) -> None:
    said = plain(shipped.say("helplines", "lv", date(2026, 11, 23)))
    assert "116006, katru dienu 12.00–22.00, bez maksas" in said


def test_every_fact_that_names_times_tells_the_program_its_hours(shipped: Content) -> None:
    def lacks(fact: Fact) -> bool:
        return fact.kind == "hours" and not fact.open and any(clock_times(value) for value in fact.value.values())

    assert [fact.id for fact in shipped.facts.values() if lacks(fact)] == []


async def test_a_card_made_once_changes_with_the_hour(runtime: Runtime, clock: Clock) -> None:
    clock.now = riga("2026-11-23 21:50")
    await converse.hear(runtime, PERSON, Started("lv"), Arrival())
    before = await converse.hear(runtime, PERSON, Pressed("", "human"), Arrival())
    clock.now = riga("2026-11-23 22:00")
    after = await converse.hear(runtime, PERSON, Pressed("", "human"), Arrival())
    assert before.card
    assert after.card
    assert "(šodien līdz 22.00)" in before.card.text
    assert "(rīt no 12.00)" in after.card.text


def test_without_a_database_memory_knows_the_hour_too(runtime: Runtime, clock: Clock) -> None:
    clock.now = riga("2026-11-23 11:59")
    card = outage.answer_from_memory(runtime, Pressed("", "human"), "lv").card
    assert card is not None
    assert "(šodien no 12.00)" in card.text


def test_beside_the_hours_of_a_service_stands_the_same_unless_the_text_says_it_itself(shipped: Content) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:30", "17:00"))
    calendar = Calendar(week, public_holidays())
    for at, said in (("2026-11-23 16:59", "šodien līdz 17.00"), ("2026-11-23 17:00", "rīt no 8.30"),
                     ("2026-11-27 17:00", "pirmdien no 8.30"), ("2026-12-23 17:00", "pirmdien no 8.30")):  # fmt: skip
        words = service_now_words(shipped, calendar, riga(at), "lv")
        values = {"service:hours": "darba laikā", **words}
        there = plain(shipped.say("request.call", "lv", date(2026, 11, 23), values))
        assert f"darba laikā ({said})" in there
        assert said not in plain(shipped.say("request.receipt.come", "lv", date(2026, 11, 23), values))


def test_a_service_that_opens_in_weeks_says_nothing_of_this_week(shipped: Content) -> None:
    closed = [date(2026, 11, 23) + timedelta(days=ahead) for ahead in range(14)]
    words = service_now_words(shipped, Calendar({"mon": ("09:00", "10:00")}, closed), riga("2026-11-23 12:00"), "lv")
    assert set(words.values()) == {""}


def test_an_editor_changes_the_hours_for_people_and_for_the_program_together(shipped: Content) -> None:
    hours = {"value": dict.fromkeys(shipped.words, "10:00–20:00")}
    both = Edit("fact", "helpline_116006_hours", {**hours, "open": "every day 10:00-20:00"})
    changed = parse(apply(shipped.files, [both]))
    assert now_words(changed, riga("2026-11-23 13:00"), "lv")[VICTIMS] == "šodien līdz 20.00"
    with pytest.raises(BrokenContent, match="other times"):
        parse(apply(shipped.files, [Edit("fact", "helpline_116006_hours", hours)]))
