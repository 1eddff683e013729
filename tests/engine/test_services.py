"""Every municipality has one social service; its phone is shown with its doubt, and only until its last day."""

from datetime import date
from pathlib import Path

import pytest

from bot.engine.languages import LANGUAGES
from bot.engine.places import read_municipalities
from bot.engine.problems import BrokenContent
from bot.engine.services import SocialService, read_services

DIALOGS = Path(__file__).parents[2] / "dialogs"
ALL = read_services((DIALOGS / "services.yaml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
ONE = """
    names: {lv: "Balvu novada Sociālā pārvalde", ru: "Социальное управление Балвского края", en: "Balvi", uk: "Балви"}
    places: [balvu-novads]
    phone: "29168597"
    source: https://example.org/a
    verified_on: 2026-11-22
    expires_on: 2027-05-22
    owner: content
    confidence: high
"""


def test_every_municipality_has_exactly_one_service_with_its_own_id() -> None:
    places = read_municipalities((DIALOGS / "municipalities.yaml").read_text(encoding="utf-8"))
    assert {service.id: service.places for service in ALL.values()} == {place: (place,) for place in places}


def test_real_names_are_used_where_they_are_known() -> None:
    assert ALL["valmieras-novads"].names["lv"] == "Valmieras novada Sociālo lietu pārvalde"
    assert ALL["balvu-novads"].names["lv"] == "Balvu novada Sociālā pārvalde"
    assert ALL["riga"].names["ru"] == "Рижская социальная служба"


def test_nothing_in_the_directory_is_shown_without_its_doubt() -> None:
    for service in ALL.values():
        said = service.say_phone("lv", TODAY)
        assert said is None or said.endswith(service.doubted("lv"))
        assert len({service.doubted(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_phone_and_hours_are_said_with_doubt_until_the_last_day() -> None:
    service = SocialService(
        "x",
        {"lv": "X", "ru": "X"},
        ("x",),
        "6710 5048",
        {"lv": "darba dienās", "ru": "в будни"},
        confidence="review",
        doubt={"lv": "precizējiet", "ru": "уточните"},
        expires_on=TODAY,
    )
    assert service.tel == "+37167105048"
    assert service.say_phone("ru", TODAY) == "6710 5048 (уточните)"
    assert service.say_hours("lv", TODAY) == "darba dienās (precizējiet)"
    assert service.say_phone("ru", date(2026, 11, 24)) is None


def test_a_service_without_a_phone_says_so() -> None:
    service = SocialService("x", {"lv": "X"}, ("x",))
    assert service.tel is None
    assert service.say_phone("lv", TODAY) is None
    assert service.say_hours("lv", TODAY) is None


@pytest.mark.parametrize(
    "was, is_, why",
    [
        ("places: [balvu-novads]", "places: []", "is for no municipality"),
        ("places: [balvu-novads]", "places: balvu-novads", "not a list"),
        ('"29168597"', '"later"', "cannot be dialled"),
        ('"29168597"', "29168597", "reads as a number"),
        ("owner: content", "key: age1", "not known here"),
        ('ru: "', 'de: "', "in each language"),
    ],
)
def test_a_mistake_is_told(was: str, is_: str, why: str) -> None:
    assert read_services("services:\n  balvi:" + ONE)
    with pytest.raises(BrokenContent, match=why):
        read_services("services:\n  balvi:" + ONE.replace(was, is_))


def test_two_services_for_one_place_are_refused() -> None:
    with pytest.raises(BrokenContent, match="and so is “balvi”"):
        read_services("services:\n  balvi:" + ONE + "  vilaka:" + ONE)
