"""What a demonstration holds: invented requests, reports of institutions, and a quarter. Only words and codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.engine.priority import Priority
from bot.engine.referral import ReferralBasis
from bot.engine.request import Pair

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SAMPLE_PHONES = ("+447700900001", "+447700900002", "+447700900003", "+447700900004")
"""Numbers from the range the British regulator reserves for drama (07700 900000 to 900999): nobody has them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented request: its age, its language, and what was filled in."""

    age: timedelta
    language: str
    filled: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an invented plan, due so many days from now."""

    institution: str
    what: str
    days: int
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Talk:
    """What followed when the person was reached: a risk conversation that was begun, and a plan."""

    age: timedelta
    answers: Mapping[str, str]
    """Of the questions that were asked."""
    worry: str
    next: tuple[str, ...]
    plan: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One invented report of another institution, as a worker enters it. `phone` may be called at any hour."""

    age: timedelta
    basis: ReferralBasis
    priority: Priority
    phone: str
    code_word: str
    referral: Mapping[str, str | tuple[str, ...]]
    talk: Talk | None = None
    language: str = "lv"
    note: str = "PARAUGS. Šo ziņojumu neviens nav sūtījis, tas ir izdomāts demonstrācijai."


SAMPLES = (
    Sample(
        timedelta(hours=3),
        "lv",
        (
            ("contact_mode", "call"),
            ("device_watched", "no"),
            ("phone", SAMPLE_PHONES[0]),
            ("phone_is", "mine_private"),
            *(("windows1.day", day) for day in EVERY_DAY),
            ("windows1.from", "08:00"),
            ("windows1.to", "21:00"),
            ("code_word", "umbrella"),
            ("sms_ok", "no"),
            ("urgency_self", "this_week"),
            ("children", "at_home"),
            ("language", "lv"),
            ("age_band", "adult"),
            ("area", "riga"),
            ("called", "PARAUGS"),
            ("topics", "protection_order"),
            ("topics", "lawyer"),
            ("note", "PARAUGS. Šo pieprasījumu neviens nav sūtījis, tas ir izdomāts demonstrācijai."),
        ),
    ),
    Sample(
        timedelta(hours=27),
        "ru",
        (
            ("contact_mode", "i_will_call_you"),
            ("device_watched", "not_sure"),
            ("code_word_own", "образец"),
            ("urgency_self", "when_possible"),
            ("language", "uk"),
            ("interpreter", "yes"),
            ("age_band", "60_plus"),
            ("access_needs", "hearing"),
            ("access_needs", "easy_language"),
            ("area", "daugavpils"),
            ("called", "ОБРАЗЕЦ"),
            ("topics", "talk"),
        ),
    ),
    Sample(
        timedelta(hours=1),
        "ru",
        (
            ("contact_mode", "call"),
            ("device_watched", "yes"),
            ("phone", SAMPLE_PHONES[1]),
            ("phone_is", "mine_shared"),
            ("windows1.day", "tue"),
            ("windows1.day", "thu"),
            ("windows1.from", "12:00"),
            ("windows1.to", "14:00"),
            ("code_word", "lantern"),
            ("if_other_answers", "hang_up"),
            ("caller_id", "show_ordinary_number"),
            ("max_attempts", "2"),
            ("urgency_self", "today"),
            ("lives_with", "yes"),
            ("language", "ru"),
            ("age_band", "adult"),
            ("area", "balvu-novads"),
            ("called", "ОБРАЗЕЦ"),
            ("topics", "safety_plan"),
            ("topics", "shelter"),
            ("note", "ОБРАЗЕЦ. Этот запрос никто не отправлял, он придуман для демонстрации."),
        ),
    ),
)

ASKED_ALONE = {
    "asked_alone": "yes",
    "told_reader": "yes",
    "wish": "contact",
    "whose": "one_adult",
    "close_to_family": "no",
}
REPORTS = (
    Report(
        timedelta(hours=1),
        "police_duty",
        "next_working_day",
        SAMPLE_PHONES[2],
        "kastanis",
        {
            "came_by": "e_address",
            "sender": "state_police",
            "report_number": "PARAUGS-1",
            "basis": "police_duty",
            **ASKED_ALONE,
            "injury": "seen",
            "worse": "told",
            "alcohol": "seen",
            "children_present": "seen",
            "weapon": "no",
            "done": ("separated", "leaflet"),
        },
    ),
    Report(
        timedelta(hours=2),
        "agreed",
        "next_working_day",
        SAMPLE_PHONES[3],
        "pīlādzis",
        {
            "came_by": "paper",
            "sender": "doctor",
            "report_number": "PARAUGS-2",
            "basis": "agreed",
            **ASKED_ALONE,
            "injury": "seen",
            "worse": "told",
            "children_present": "told",
        },
        Talk(
            timedelta(minutes=30),
            {
                "fear_now": "yes",
                "safe_tonight": "yes",
                "worse_lately": "yes",
                "weapon_used": "no",
                "neck_pressed": "yes",
                "sexual_violence": "not_known",
                "phone_watched": "yes",
                "children_saw": "yes",
                "somebody_helps": "yes",
            },
            "PARAUGS. Pēdējā mēnesī kļuvis biežāk; nedēļas nogalē draud palikt bez drošas vietas.",
            ("own_help", "institution"),
            (
                Step("doctor", "PARAUGS. Apskate pēc kakla saspiešanas", -1, "done"),
                Step("social_service", "PARAUGS. Tikšanās, kopā sagatavot pieteikumu tiesai", 3),
                Step("custody_court", "PARAUGS. Saruna par bērnu drošību", 6),
            ),
        ),
    ),
)

QUARTER_TOTAL = 27
QUARTER: Mapping[str, int] = {
    "reported": 16,
    "agreed": 9,
    "in_contact": 21,
    "conversation": 14,
    "new_family": 24,
    "children": 13,
    "separated": 9,
    "meeting": 3,
    "rehabilitation": 11,
    "child_rehabilitation": 6,
    "shelter": 5,
    "lawyer": 7,
    "course": 2,
}
"""How many of all cases of the invented quarter; some so few, and one so many, that only words may be told."""
