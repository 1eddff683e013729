"""What no edit may remove: reserved numbers, and what the texts about emergencies and consent must say.

A meaning is satisfied by citing one of its facts or using one of its words, so that every sentence can still be
improved. The tables belong to the program, not to the content: only an upgrade changes them.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from bot.engine.dialogue import Dialogue, Screen
from bot.engine.languages import LANGUAGES
from bot.engine.marking import N_
from bot.engine.problems import Broken, Problem, broken

FACTS = "dialogs/facts.yaml"
MINORS = ("under_13", "13_15", "16_17")
OWN_BEHAVIOUR = "stop-my-violence"
"""The topic for people who fear becoming violent. No text in its chapter names the helpline for victims."""
LINE_FOR_HARMED = "helpline_116006_phone"


@dataclass(frozen=True, slots=True)
class Pinned:
    """The value a fact must keep. `always`: it can be neither withdrawn nor doubted, whatever its date."""

    value: str
    always: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a text must say, using one of these placeholders or one of the words of its language."""

    what: str
    cites: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word stems by language, in lower case."""

    def is_said(self, text: str, language: str) -> bool:
        # Only at the start of a word, so that a number is not found inside a longer one.
        found = (re.search(rf"(?<!\w){re.escape(stem)}", text, re.IGNORECASE) for stem in self.words.get(language, ()))
        return any(f"{{{cited}}}" in text for cited in self.cites) or any(found)

    def ways(self, language: str) -> str:
        """List the ways to say it, for the editor."""
        words = (f"“{stem}”" for stem in self.words.get(language, ()))
        return ", ".join([*(f"{{{cited}}}" for cited in self.cites), *words])


PINNED: Mapping[str, Pinned] = {
    "emergency_phone": Pinned("112", always=True),
    "helpline_116006_phone": Pinned("116006"),
    "childline_116111_phone": Pinned("116111"),
    "crisis_116123_phone": Pinned("116123"),
}
"""Numbers reserved by law for one purpose throughout the European Union. Past their date they are doubted but never
withheld. All but 112 can be withdrawn, because a reserved number may stop answering in Latvia."""

WRITTEN_TO: Mapping[str, str] = {"emergency_sms_phone": "112"}
"""Numbers for people who cannot speak: a link to one opens a text message and never dials."""

SAYS_112 = Meaning(N_("the number 112"), ("fact:emergency_phone",))
SAYS_A_PERSON = Meaning(N_("a person to talk to"), ("fact:helpline_116006_phone",))
SAYS_WHEN = Meaning(N_("when that person answers"), ("fact:helpline_116006_hours",))
SAYS_CRISIS_LINE = Meaning(N_("the crisis line"), ("fact:crisis_116123_phone",))
SAYS_AMBULANCE = Meaning(N_("the ambulance"), ("fact:ambulance_phone",))
SAYS_CHILDLINE = Meaning(N_("the children's line"), ("fact:childline_116111_phone",))
SAYS_OPERATOR = Meaning(N_("who runs this"), ("setting:operator",))
SAYS_READER = Meaning(N_("who reads it"), ("service:name",))
# Texts that must work when everything is broken cite no fact: they contain the number itself.
TYPED_112 = Meaning(N_("the number 112"), words=dict.fromkeys(LANGUAGES, ("112",)))
TYPED_A_PERSON = Meaning(N_("a person to talk to"), words=dict.fromkeys(LANGUAGES, ("116006",)))
SAYS_VOICELESS = Meaning(
    N_("how to reach help without speaking"),
    ("fact:emergency_sms", "fact:emergency_app"),
    {"lv": ("īsziņ", "sms"), "ru": ("sms", "смс"), "en": ("text message", "sms"), "uk": ("sms", "смс")},
)
SAYS_DUTY = Meaning(
    N_("the duty to report"),
    ("fact:child_report_duty",),
    {"lv": ("ziņo", "jāziņo", "paziņo"), "ru": ("сообщ",), "en": ("report",), "uk": ("повідом",)},
)
SAYS_SENT = Meaning(
    N_("what is sent"),
    words={
        "lv": ("sūtām", "sūta", "nosūt"),
        "ru": ("отправ", "посыла"),
        "en": ("send", "sent"),
        "uk": ("надсила", "надішл", "надісл"),
    },
)
SAYS_BACK = Meaning(
    N_("how to take it back"),
    words={
        "lv": ("atsauk",),
        "ru": ("отозв", "отзыв"),
        "en": ("take the request back", "take it back", "taking it back", "withdraw"),
        "uk": ("відклик", "відклич"),
    },
)
SAYS_CANNOT = Meaning(
    N_("that nothing can be sent now"),
    words={
        "lv": ("nevar", "nav iespējams"),
        "ru": ("нельзя", "невозможно", "не получится"),
        "en": ("cannot", "can't", "can neither", "not possible"),
        "uk": ("не можна", "неможливо", "не вийде"),
    },
)

MEANINGS: Mapping[str, tuple[Meaning, ...]] = {
    "@danger": (SAYS_112, SAYS_VOICELESS),
    "@human": (SAYS_A_PERSON, SAYS_WHEN, SAYS_112),
    "@despair": (SAYS_CRISIS_LINE, SAYS_AMBULANCE, SAYS_112),
    "@asks language": (SAYS_112,),
    "@asks danger": (SAYS_112,),
    "@in danger": (SAYS_112,),
    "@minor": (SAYS_CHILDLINE, SAYS_112, SAYS_DUTY),
    "@informs": (
        *(SAYS_OPERATOR, SAYS_READER, SAYS_SENT, SAYS_BACK, SAYS_DUTY),
        Meaning(N_("how long it is kept at most"), ("fact:retention_cap",)),
    ),
    "exit:danger": (TYPED_112,),
    "notice.danger-heard": (SAYS_112,),
    "notice.despair-heard": (SAYS_CRISIS_LINE, SAYS_AMBULANCE),
    "notice.both-heard": (SAYS_112, SAYS_CRISIS_LINE),
    "notice.trouble": (TYPED_112, TYPED_A_PERSON),
    "fact.withheld": (TYPED_112, TYPED_A_PERSON),
    "fact.withheld-own": (TYPED_112,),
    "notice.request-closed": (SAYS_CANNOT,),
    "page.lost": (
        Meaning(
            N_("that calling works all the same"),
            words={
                "lv": ("zvan", "piezvan"),
                "ru": ("звон", "позвон"),
                "en": ("call",),
                "uk": ("дзвон", "подзвон", "телефон"),
            },
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
                "uk": ("не надіслан",),
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
        Meaning(
            N_("that it is erased"),
            words={"lv": ("dzēš", "izdzēš"), "ru": ("удал",), "en": ("erase", "delete"), "uk": ("видал",)},
        ),
    ),
    "request.consent.withdrawal": (
        SAYS_BACK,
        Meaning(
            N_("that this needs the code"), words={"lv": ("kod",), "ru": ("код",), "en": ("code",), "uk": ("код",)}
        ),
    ),
    **dict.fromkeys(("request.children?", "request.screen.report"), (SAYS_DUTY,)),
    "request.consent.limits": (Meaning(N_("the duty to report"), ("fact:child_report_duty",)),),
    "request.consent.complaint": (Meaning(N_("where to complain"), ("fact:dvi_name", "fact:dvi_phone")),),
}
"""What each text must say, by its key or, after an @, by the part its screen plays:

@danger, @human: the screens of the two exits; @despair: where words of despair lead; @asks language: the screen shown
to somebody whose device speaks none of our languages; @asks danger: the screen that asks whether there is danger now,
and @in danger: where "yes" leads; @minor: where an age under 18 leads; @informs: each screen that opens the form.
"""


def screens_with_a_part(dialogue: Dialogue) -> Iterator[tuple[str, Screen]]:
    """Yield each part of MEANINGS (`@danger`, `@informs` …) with the screens that play it in this dialogue."""
    for part, name in (
        ("@danger", dialogue.danger),
        ("@human", dialogue.human),
        ("@despair", dialogue.despair),
        ("@asks language", dialogue.language),
    ):
        if name in dialogue.screens:  # otherwise “no such screen” reports it
            yield part, dialogue.screens[name]
    yield from (("@informs", screen) for screen in dialogue.informing)
    for screen in dialogue.asking("danger_gate"):
        yield "@asks danger", screen
        yield from (("@in danger", target) for target in _targets(dialogue, screen, ("yes",)))
    for screen in dialogue.asking("age_band"):
        yield from (("@minor", target) for target in _targets(dialogue, screen, MINORS))


def for_own_behaviour(dialogue: Dialogue, key: str) -> bool:
    """Return whether this text is for people who fear becoming violent."""
    screen, begins = dialogue.screens.get(key.partition(":")[0]), dialogue.topics.get(OWN_BEHAVIOUR)
    return screen is not None and begins is not None and screen.chapter == dialogue.screens[begins].chapter


def _targets(dialogue: Dialogue, screen: Screen, choices: tuple[str, ...]) -> Iterator[Screen]:
    targets = {choice.target for choice in screen.choices if choice.id in choices}
    yield from (dialogue.screens[name] for name in sorted(filter(None, targets)) if name in dialogue.screens)


def meanings_of(dialogue: Dialogue, key: str) -> tuple[Meaning, ...]:
    """Return what the text of this key must say."""
    parts = (part for part, screen in screens_with_a_part(dialogue) if screen.id == key)
    return (*MEANINGS.get(key, ()), *(meaning for part in dict.fromkeys(parts) for meaning in MEANINGS[part]))


def unsaid(dialogue: Dialogue, key: str, text: str, language: str) -> Iterator[Broken]:
    """Find what this text must say but does not."""
    for meaning in meanings_of(dialogue, key):
        if not meaning.is_said(text, language):
            yield "says too little", {"what": meaning.what, "ways": meaning.ways(language)}


def missing_numbers(names: Collection[str]) -> Iterator[Problem]:
    """Report pinned facts that are missing. Reading the facts already checks that each keeps its value."""
    for name, pinned in PINNED.items():
        if name not in names:
            yield broken("number missing", FACTS, 0, name=name, value=pinned.value)
