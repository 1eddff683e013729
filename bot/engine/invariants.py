"""What no edit takes away: numbers that stay as they are, and what the texts of an emergency and a consent must say.

Meanings are facts to cite or words of which one has to stand there, so that every sentence can still be written better.
The tables are the program's, not the content's: no package brings its own, and only an upgrade changes them.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from bot.engine.dialogue import Dialogue, Screen
from bot.engine.marking import N_
from bot.engine.problems import Broken, Problem, broken

FACTS = "dialogs/facts.yaml"
MINORS = ("under_13", "13_15", "16_17")
OWN_BEHAVIOUR = "stop-my-violence"
"""The topic of whoever fears becoming violent: no text of its chapter names the line for those who were harmed."""
LINE_FOR_HARMED = "helpline_116006_phone"


@dataclass(frozen=True, slots=True)
class Pinned:
    """The value a fact keeps. `always`: it is neither withdrawn nor doubted, whatever its date."""

    value: str
    always: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a text has to say: with one of these placeholders, or with one of a language's words."""

    what: str
    cites: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language, in small letters: beginnings of words."""

    def is_said(self, text: str, language: str) -> bool:
        # At the beginning of a word, so that a number is not found inside a longer one.
        found = (re.search(rf"(?<!\w){re.escape(one)}", text, re.IGNORECASE) for one in self.words.get(language, ()))
        return any(f"{{{one}}}" in text for one in self.cites) or any(found)

    def ways(self, language: str) -> str:
        """How it can be said, for whoever writes the text."""
        return ", ".join([*(f"{{{one}}}" for one in self.cites), *(f"“{one}”" for one in self.words.get(language, ()))])


PINNED: Mapping[str, Pinned] = {
    "emergency_phone": Pinned("112", always=True),
    "helpline_116006_phone": Pinned("116006"),
    "childline_116111_phone": Pinned("116111"),
    "crisis_116123_phone": Pinned("116123"),
}
"""Numbers that the law reserves for one purpose, in the whole European Union. Past their date they are doubted and
never withheld; all but 112 can be withdrawn, because a reserved number may stop answering in Latvia."""

WRITTEN_TO: Mapping[str, str] = {"emergency_sms_phone": "112"}
"""Numbers that people who cannot speak write to: a link to one opens a message, and never dials aloud."""

SAYS_112 = Meaning(N_("the number 112"), ("fact:emergency_phone",))
SAYS_A_PERSON = Meaning(N_("a person to talk to"), ("fact:helpline_116006_phone",))
SAYS_WHEN = Meaning(N_("when that person answers"), ("fact:helpline_116006_hours",))
SAYS_CHILDLINE = Meaning(N_("the children's line"), ("fact:childline_116111_phone",))
SAYS_OPERATOR = Meaning(N_("who runs this"), ("setting:operator",))
SAYS_READER = Meaning(N_("who reads it"), ("service:name",))
# Where no fact may be needed, because everything may be broken, the number itself is the word.
TYPED_112 = Meaning(N_("the number 112"), words=dict.fromkeys(("lv", "ru", "en"), ("112",)))
TYPED_A_PERSON = Meaning(N_("a person to talk to"), words=dict.fromkeys(("lv", "ru", "en"), ("116006",)))
SAYS_VOICELESS = Meaning(
    N_("how to reach help without speaking"),
    ("fact:emergency_sms", "fact:emergency_app"),
    {"lv": ("īsziņ", "sms"), "ru": ("sms", "смс"), "en": ("text message", "sms")},
)
SAYS_DUTY = Meaning(
    N_("the duty to report"),
    ("fact:child_report_duty",),
    {"lv": ("ziņo", "jāziņo", "paziņo"), "ru": ("сообщ",), "en": ("report",)},
)
SAYS_SENT = Meaning(
    N_("what is sent"), words={"lv": ("sūtām", "sūta", "nosūt"), "ru": ("отправ", "посыла"), "en": ("send", "sent")}
)
SAYS_BACK = Meaning(
    N_("how to take it back"),
    words={
        "lv": ("atsauk",),
        "ru": ("отозв", "отзыв"),
        "en": ("take the request back", "take it back", "taking it back", "withdraw"),
    },
)
SAYS_CANNOT = Meaning(
    N_("that nothing can be sent now"),
    words={
        "lv": ("nevar", "nav iespējams"),
        "ru": ("нельзя", "невозможно", "не получится"),
        "en": ("cannot", "can't", "can neither", "not possible"),
    },
)

MEANINGS: Mapping[str, tuple[Meaning, ...]] = {
    "@danger": (SAYS_112, SAYS_VOICELESS),
    "@human": (SAYS_A_PERSON, SAYS_WHEN, SAYS_112),
    "@asks danger": (SAYS_112,),
    "@in danger": (SAYS_112,),
    "@minor": (SAYS_CHILDLINE, SAYS_112, SAYS_DUTY),
    "@informs": (
        *(SAYS_OPERATOR, SAYS_READER, SAYS_SENT, SAYS_BACK, SAYS_DUTY),
        Meaning(N_("how long it is kept at most"), ("fact:retention_cap",)),
    ),
    "exit:danger": (TYPED_112,),
    "notice.danger-heard": (SAYS_112,),
    "notice.trouble": (TYPED_112, TYPED_A_PERSON),
    "fact.withheld": (TYPED_112, TYPED_A_PERSON),
    "fact.withheld-own": (TYPED_112,),
    "notice.request-closed": (SAYS_CANNOT,),
    "page.lost": (
        Meaning(
            N_("that calling works all the same"),
            words={"lv": ("zvan", "piezvan"), "ru": ("звон", "позвон"), "en": ("call",)},
        ),
    ),
    "request.page.human": (SAYS_A_PERSON, SAYS_WHEN),
    "request.page.closed.text": (
        Meaning(
            N_("that nothing was sent"),
            words={
                "lv": ("nav nosūtīt",),
                "ru": ("не отправлен",),
                "en": ("nothing has been sent", "nothing was sent", "not been sent", "not sent"),
            },
        ),
    ),
    "request.page.unsent.text": (SAYS_CANNOT,),
    "request.page.minor.text": (SAYS_CHILDLINE, SAYS_112),
    "request.today.closed": (SAYS_A_PERSON, SAYS_112),
    "request.receipt.danger": (SAYS_112,),
    "request.screen.thanks": (SAYS_112,),
    "request.consent.operator": (SAYS_OPERATOR,),
    **dict.fromkeys(
        ("request.consent.reader", "request.consent.reader.head", "request.consent.reader.named"), (SAYS_READER,)
    ),
    "request.consent.content": (SAYS_SENT,),
    "request.consent.retention": (
        Meaning(N_("that it is erased"), words={"lv": ("dzēš", "izdzēš"), "ru": ("удал",), "en": ("erase", "delete")}),
    ),
    "request.consent.withdrawal": (
        SAYS_BACK,
        Meaning(N_("that this needs the code"), words={"lv": ("kod",), "ru": ("код",), "en": ("code",)}),
    ),
    **dict.fromkeys(("request.children?", "request.screen.report"), (SAYS_DUTY,)),
    "request.consent.limits": (Meaning(N_("the duty to report"), ("fact:child_report_duty",)),),
    "request.consent.complaint": (Meaning(N_("where to complain"), ("fact:dvi_name", "fact:dvi_phone")),),
}
"""What a text has to say, by its key; behind an @, by the part that a screen plays:

@danger, @human: the screens of the two exits; @asks danger: the screen that asks whether there is danger now, and
@in danger: where "yes" leads; @minor: where an age under 18 leads; @informs: each screen that opens the form.
"""


def screens_with_a_part(dialogue: Dialogue) -> Iterator[tuple[str, Screen]]:
    """The parts of the table (`@danger`, `@informs` and so on), each with a screen that plays it in this dialogue."""
    for part, name in (("@danger", dialogue.danger), ("@human", dialogue.human)):
        if name in dialogue.screens:  # else another rule says so
            yield part, dialogue.screens[name]
    for screen in dialogue.screens.values():
        if any(choice.form == "request" for choice in screen.choices):
            yield "@informs", screen
        if screen.asks == "danger_gate":
            yield "@asks danger", screen
            yield from (("@in danger", one) for one in _targets(dialogue, screen, ("yes",)))
        if screen.asks == "age_band":
            yield from (("@minor", one) for one in _targets(dialogue, screen, MINORS))


def for_own_behaviour(dialogue: Dialogue, key: str) -> bool:
    """Whether this text is for people who fear becoming violent."""
    screen, begins = dialogue.screens.get(key.partition(":")[0]), dialogue.topics.get(OWN_BEHAVIOUR)
    return screen is not None and begins is not None and screen.chapter == dialogue.screens[begins].chapter


def _targets(dialogue: Dialogue, screen: Screen, choices: tuple[str, ...]) -> Iterator[Screen]:
    wanted = {one.target for one in screen.choices if one.id in choices}
    yield from (dialogue.screens[one] for one in sorted(filter(None, wanted)) if one in dialogue.screens)


def meanings_of(dialogue: Dialogue, key: str) -> tuple[Meaning, ...]:
    """What the text of this key has to say."""
    table = MEANINGS
    parts = (part for part, screen in screens_with_a_part(dialogue) if screen.id == key)
    return (*table.get(key, ()), *(one for part in dict.fromkeys(parts) for one in table[part]))


def unsaid(dialogue: Dialogue, key: str, text: str, language: str) -> Iterator[Broken]:
    """What this text should say and does not."""
    for meaning in meanings_of(dialogue, key):
        if not meaning.is_said(text, language):
            yield "says too little", {"what": meaning.what, "ways": meaning.ways(language)}


def missing_numbers(names: Collection[str]) -> Iterator[Problem]:
    """Pinned facts that are not among these. That one keeps its value is said where facts are read."""
    for name, pinned in PINNED.items():
        if name not in names:
            yield broken("number missing", FACTS, 0, name=name, value=pinned.value)
