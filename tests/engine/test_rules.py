"""Every rule refuses a small package that is wrong in just that way, and no other rule does."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import pytest

from bot import cards
from bot import content as contents
from bot.cards import Button, Card
from bot.content import HERE, RIGA, Content, Values
from bot.engine.blanks import BLANKS, blank
from bot.engine.check_walk import Step, walk
from bot.engine.dialogue import Dialogue, World
from bot.engine.effects import HideTraces, OpenForm, Show, Turn
from bot.engine.heard import Heard, Pressed, Sent
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent, Problem
from bot.engine.rules import ENGINE, RULES
from bot.engine.state import State
from bot.engine.step import step
from bot.proof import Make, prove
from bot.texts import Span
from bot.usecases.services import sayings
from tests import packages
from tests.packages import CHAPTER, FACTS, LASTING

TODAY = date(2026, 11, 23)
NOTHING_THERE = {
    *("no such screen", "hidden screen", "sending not agreed", "missing text", "number missing"),
    *("nobody asked whether a child", "contact not agreed"),
}
"""Rules about what is missing: no line of the file holds its name."""
REQUEST = (HERE / "dialogs/request.yaml").read_text(encoding="utf-8")
Texts = Mapping[str, str | None]


@dataclass(frozen=True)
class Wrong:
    """How a package is wrong: whole files, texts of one language, texts of both (`{}` where only the screen counts)."""

    files: Mapping[str, str] = field(default_factory=dict)
    lv: Texts = field(default_factory=dict)
    ru: Texts = field(default_factory=dict)
    both: Texts = field(default_factory=dict)
    when: date = TODAY
    publishing: bool = False
    outdated: str = ""
    hour: str = ""
    """How an hour is written in Russian."""

    def read(self, folder: Path) -> Content:
        words = {"lv": {**self.both, **self.lv}, "ru": {**self.both, **self.ru}}
        written = packages.write(folder / "package", self.files, words)
        if self.outdated:
            po = written / "locales" / "ru" / "LC_MESSAGES" / "dialogs.po"
            entry = f'msgid "{self.outdated}"\n'
            po.write_text(po.read_text().replace(entry, f"#, fuzzy\n{entry}"))
        if self.hour:
            po = written / "locales" / "ru" / "LC_MESSAGES" / "request.po"
            entry = 'msgid "request.date.time"\nmsgstr "'
            po.write_text(po.read_text().replace(f"{entry}%(hour)s:%(minute)s", entry + self.hour))
        return contents.read(written)


def chapter(old: str, new: str, both: Texts | None = None) -> Wrong:
    assert old in CHAPTER
    return Wrong({"all.yaml": CHAPTER.replace(old, new)}, both=both or {})


def form(*changes: tuple[str, str]) -> Wrong:
    """The request with something in it changed."""
    text = REQUEST
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return Wrong({"request.yaml": text})


def head(**screens: str) -> Mapping[str, str]:
    return {"dialogue.yaml": "languages: [lv, ru]\n" + "".join(f"{name}: {key}\n" for name, key in screens.items())}


START = "      - {id: start, to: start}\n"
GO = "    choices:\n      - {id: go, to: menu}\n"
COURT = "    topic: court-protection\n    choices:\n      - {id: menu, to: menu}\n"
WAY = "      - {id: start, to: way}\n  way:\n    branch:\n"
LOOP = START + (
    "      - {id: round, to: round}\n"
    "  round:\n    choices: [{id: on, to: round.two}]\n"
    "  round.two:\n    choices: [{id: on, to: round}]\n"
)
LOOP_WORDS = dict.fromkeys(("menu:round", "round", "round:on", "round.two", "round.two:on"), "Tālāk.")
FAR = (
    "    topic: court-protection\n    choices: [{id: menu, to: menu}, {id: more, to: more}]\n"
    "  more:\n    choices: [{id: more, to: most}]\n"
    "  most:\n    topic: far-away\n    choices: [{id: menu, to: menu}]\n"
)
FAR_WORDS = dict.fromkeys(("court:more", "more", "more:more", "most", "most:menu"), "Tālāk.")
LOST = (
    "      - {id: court, to: way}\n",
    "  way:\n    branch: [{when: {form: yes}, to: court}, {to: menu}]\n  court:\n    topic",
)
LAST_QUESTION = "  note: [note]\n"
ONLY_FORM = "      - {id: form, form: request}\n"


def own_behaviour(words: Mapping[str, str]) -> Wrong:
    """A package with the topic of whoever fears becoming violent, in a chapter of its own."""
    facts = "    facts: [helpline_116006_phone]\n" if "{" in words["own"] else ""
    own = f"screens:\n  own:\n    topic: stop-my-violence\n{facts}    choices:\n      - {{id: menu, to: menu}}\n"
    menu = CHAPTER.replace(
        "      - {id: start, to: start}\n", "      - {id: start, to: start}\n      - {id: own, to: own}\n"
    )
    said = {"menu:own": "Es pats", "own:menu": "Saturs", **words}
    return Wrong({"all.yaml": menu, "own.yaml": own}, both=said)


BROKEN: Mapping[str, Wrong] = {
    "no such screen": Wrong(head(danger="nowhere")),
    "hidden screen": replace(
        chapter(START, WAY + "      - {to: menu}\n"),
        files={"all.yaml": CHAPTER.replace(START, WAY + "      - {to: menu}\n"), **head(human="way")},
    ),
    "unknown target": chapter("to: court}", "to: nowhere}"),
    "choice twice": chapter("{id: start, to: start}", "{id: court, to: start}", both={"menu:start": None}),
    "reserved choice": chapter("{id: go, to", "{id: danger, to", both={"start:go": None, "start:danger": "Tālāk"}),
    "several ways": chapter("{id: go, to: menu}", "{id: go, to: menu, returns: true}"),
    "several kinds": chapter(
        GO, "    asks: one\n    several: two\n    options: [a]\n    to: menu\n" + GO, both={"start:a": "Jā"}
    ),
    "answer leads nowhere": chapter(GO, "    several: two\n    options: [a]\n" + GO, both={"start:a": "Jā"}),
    "place without skip": chapter(GO, "    place: place\n    to: menu\n" + GO),
    "no options": chapter(GO, "    several: two\n    to: menu\n" + GO),
    "dead end": chapter(COURT, "    topic: court-protection\n", both={"court:menu": None}),
    "no last way": chapter(START, WAY + "      - {when: {place: known}, to: court}\n"),
    "hidden ways": chapter(START, WAY + "      - {to: court}\n      - {to: menu}\n"),
    "branch with choices": chapter(START, WAY + "      - {to: menu}\n    choices: [{id: on, to: menu}]\n"),
    "unreachable": chapter("      - {id: court, to: court}\n", "", both={"menu:court": None}),
    "circling branch": chapter(START, WAY + "      - {when: {place: known}, to: way}\n      - {to: start}\n"),
    "loop without exit": chapter(START, LOOP, both=LOOP_WORDS),
    "topic too far": chapter(COURT, FAR, both=FAR_WORDS),
    "sending not agreed": Wrong({"request.yaml": REQUEST.replace("send_request", "send_it")}),
    "uninformed": chapter(", limits]", "]"),
    "about nothing": chapter("    topic: court-protection\n", "    topic: court-protection\n    about: weather\n"),
    "no way past consent": chapter(
        ONLY_FORM + "      - {id: menu, to: menu}\n", ONLY_FORM, both={"request.offer:menu": None}
    ),
    "refusing loses information": Wrong(
        {
            "all.yaml": CHAPTER.replace("      - {id: court, to: court}\n", LOST[0]).replace(
                "  court:\n    topic", LOST[1]
            )
        }
    ),
    "unknown question": form((LAST_QUESTION, "  note: [note, weather]\n")),
    "question nobody asks": form((LAST_QUESTION, "  note: [note, danger_gate]\n")),
    "question twice": form((LAST_QUESTION, "  note: [note]\n  again: [who]\n")),
    "question on no page": form((LAST_QUESTION, ""), ("added: [place, note, ", "added: [place, ")),
    "unknown page": form(("added: [place, ", "added: [place, weather, ")),
    "nothing but additions": form(("added: [place, ", "added: [how, you, others, phone, times, word, talk, place, ")),
    "empty page": form((LAST_QUESTION, LAST_QUESTION + "  later: []\n")),
    "asked too early": form(
        ("[urgency_self, contact_mode]", "[urgency_self]"), (LAST_QUESTION, "  note: [note, contact_mode]\n")
    ),
    "words apart": form((" code_word_own,", ""), (LAST_QUESTION, LAST_QUESTION + "  later: [code_word_own]\n")),
    "not everybody asked": form(("    from: place\n    required: true\n", "    from: place\n")),
    "nobody asked whether a child": form(('    minors: [under_13, "13_15", "16_17"]\n', "")),
    "contact not agreed": form((", when: {contact_mode: [call, sms]}}", ", when: {contact_mode: [sms]}}")),
    "missing text": Wrong(ru={"court": None}),
    "outdated text": Wrong(outdated="court"),
    "other placeholders": Wrong(ru={"court": "Суд: {service:name}."}),
    "no screen of it": Wrong(both={"gone": "Kas."}),
    "no choice of it": Wrong(both={"court:gone": "Kas"}),
    "unknown placeholder": Wrong(both={"court": "Labdien, {name}."}),
    "wrong blanks": Wrong(hour="%(hour)s:%(minute)"),
    "unknown blank": Wrong(both={"court": "Labdien, %(name)s."}),
    "typed number": Wrong(lv={"court": "Zvaniet 67105048."}),
    "forbidden": Wrong(lv={"court": "Jūs būsiet drošībā."}),
    "revealing": Wrong(lv={"bot.name": "Par vardarbību"}, ru={"bot.name": "Рядом"}),
    "long screen": Wrong(lv={"court": "Tiesa sargā. " * 60}),
    "long sentences": Wrong(lv={"court": ("un " * 17 + "tā. ") * 2}),
    "long sentence": Wrong(lv={"court": "Jā. Nē. Jā. " + "un " * 22 + "tā."}),
    "hard words": Wrong(lv={"court": "Administratīvais pārkāpums. " * 6}),
    "long pop-up": chapter(
        START,
        START + "      - {id: number, tells: true}\n",
        both={"menu:number": "Numurs", "menu:number.tell": "Tas ir viss. " * 20},
    ),
    "long button": Wrong(lv={"court:menu": "S" + "a" * 40}),
    "long print": Wrong(lv={"leaflet.title": "Kur zvanīt. " * 9}),
    "short first line": Wrong(lv={"card.first-line": "Labdien!"}),
    "shouting": Wrong(lv={"court": "Zvaniet!!"}),
    "unknown fact": chapter("facts: [emergency, ", "facts: [other, emergency, "),
    "unknown printed fact": Wrong(both={"leaflet.keep": "Zvaniet {fact:other}."}),
    "unlisted fact": chapter("facts: [emergency, ", "facts: ["),
    "uncited fact": chapter("    topic: court", "    facts: [emergency]\n    topic: court"),
    "overdue": Wrong(when=date(2027, 12, 1), publishing=True),
    "empty card": Wrong(both={"court": "{setting:operator}"}),
    "number missing": Wrong({"facts.yaml": FACTS + LASTING.replace("crisis_116123_phone", "crisis_phone")}),
    "says too little": Wrong(lv={"exit:danger": "Briesmas"}),
    "silent without": Wrong(
        both={"danger": "Zvaniet {fact:emergency_phone} vai {fact:emergency}. Der arī {fact:emergency_sms}."}
    ),
    "reads broken": replace(
        chapter("    topic: court", "    facts: [emergency]\n    topic: court"),
        both={"court": "Tiesas tālrunis –\\n{fact:emergency}"},
    ),
    "line for the harmed": own_behaviour({"own": "Zvaniet {fact:helpline_116006_phone}."}),
    "typed address": Wrong(lv={"court": "Tiesa ir Brīvības ielā 34."}),
    "not composed": Wrong(lv={"court": "Tiesa sarga\u0304."}),
    "unseen sign": Wrong(lv={"court": "Tie\u00adsa sargā."}),
    "long for Telegram": Wrong(lv={"bot.name": "Pakalpojumi " * 6}, ru={"bot.name": "Рядом"}),
    "long card": Wrong(lv={"fact.unsure": "(pārbaudām) " * 400}),
}


def without_danger(content: Content, state: State, show: Show, today: date, values: Values) -> Card:
    card = cards.make(content, state, show, today, values)
    return replace(card, exits=tuple(button for button in card.exits if button.kind != "danger"))


def with_a_dead_button(content: Content, state: State, show: Show, today: date, values: Values) -> Card:
    card = cards.make(content, state, show, today, values)
    return replace(card, buttons=(Button(card.screen, "gone", "Nekas", "choice"),))


def without_numbers(content: Content, state: State, show: Show, today: date, values: Values) -> Card:
    card = cards.make(content, state, show, today, values)
    if content.text_on(card.screen, card.language, today)[1]:  # there, 112 is also whom to ask
        return card
    return replace(card, body=tuple(span for span in card.body if span.tel != "112"))


def with_nobody_to_ask(content: Content, state: State, show: Show, today: date, values: Values) -> Card:
    card = cards.make(content, state, show, today, values)
    return replace(card, body=(Span("Teksts."),)) if card.screen == "request.offer" else card


def with_the_line_for_the_harmed(content: Content, state: State, show: Show, today: date, values: Values) -> Card:
    card = cards.make(content, state, show, today, values)
    return replace(card, body=(*card.body, Span("116006", "116006"))) if card.screen == "own" else card


DRAWN: Mapping[str, Make] = {
    "harmed line shown": with_the_line_for_the_harmed,
    "no one to ask": with_nobody_to_ask,
    "number not shown": without_numbers,
    "no exit on the card": without_danger,
    "nothing to press": with_a_dead_button,
}


def forgets(dialogue: Dialogue, state: State, heard: Heard, world: World) -> Turn:
    return Turn(None, (HideTraces(),)) if isinstance(heard, Sent) else step(dialogue, state, heard, world)


def falls_silent(dialogue: Dialogue, state: State, heard: Heard, world: World) -> Turn:
    return Turn(state) if isinstance(heard, Sent) else step(dialogue, state, heard, world)


def opens_everywhere(dialogue: Dialogue, state: State, heard: Heard, world: World) -> Turn:
    opening = Turn(state, (Show(state.screen), OpenForm("request")))
    return opening if isinstance(heard, Sent) else step(dialogue, state, heard, world)


def deaf_to(exit_: str) -> Step:
    def deaf(dialogue: Dialogue, state: State, heard: Heard, world: World) -> Turn:
        pressed = isinstance(heard, Pressed) and heard.choice == exit_
        return Turn(state, (Show(state.screen),)) if pressed else step(dialogue, state, heard, world)

    return deaf


STEPPED: Mapping[str, Step] = {
    "ends by itself": forgets,
    "shows nothing": falls_silent,
    "opens without consent": opens_everywhere,
    "help too far": deaf_to("danger"),
    "human too far": deaf_to("human"),
}


def test_no_rule_is_without_a_package_that_breaks_it() -> None:
    assert {*BROKEN, *DRAWN, *STEPPED} == set(RULES)
    assert set(STEPPED) == set(ENGINE)


def refused(content: Content, wrong: Wrong = Wrong(), make: Make = cards.make) -> tuple[Problem, ...]:
    with pytest.raises(BrokenContent) as broken:
        prove(content, wrong.when, wrong.publishing, make)
    return broken.value.problems


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_alone_refuses_its_package_and_says_where_and_why(tmp_path: Path, rule: str) -> None:
    problems = refused(BROKEN[rule].read(tmp_path), BROKEN[rule])
    assert {problem.rule for problem in problems} == {rule}, "\n".join(map(str, problems))
    for problem in problems:
        assert max(re.split(r"\{\w+\}", RULES[rule]), key=len) in problem.sentence
        assert "{" not in problem.sentence or rule == "unknown placeholder"
        lines = (tmp_path / "package" / problem.file).read_text(encoding="utf-8").splitlines()
        nothing_there = rule in NOTHING_THERE
        assert nothing_there or any(word in lines[problem.line - 1] for word in _named(problem)), problem


def _named(problem: Problem) -> list[str]:
    return [part.split("”")[0] for part in problem.sentence.split("“")[1:]]


@pytest.mark.parametrize(
    "time",
    [
        "%(hour)s.%(minute)",
        "%(hour)s.%(minute)9s",
        "%(hour)s.%(minute)s %(nope)s",
        "%(hour)s.%(minute)s 50 %",
        "%(hour)s.%(minute)d",
        "%(hour)s",
        "%s.%s",
        "plkst.",
    ],
)
def test_what_the_program_fills_in_stands_in_a_text_just_so_in_every_language(tmp_path: Path, time: str) -> None:
    (problem,) = refused(Wrong(hour=time).read(tmp_path))
    assert problem.sentence == (
        "“request.date.time”: the program fills in %(hour)s, %(minute)s: write each just so, and no other % sign"
    )
    assert problem.file == "locales/ru/LC_MESSAGES/request.po"


def test_a_text_with_a_wrong_blank_closes_no_form(tmp_path: Path) -> None:
    content = Wrong(hour="%(hour)s.%(minute)9000000s %(nope)s 5 %").read(tmp_path)
    assert sayings.said_hour(content, "09:30", "ru") == "9.%(minute)9000000s %(nope)s 5 %"


def test_the_program_fills_in_what_the_table_of_blanks_names_and_nothing_else() -> None:
    """Each text with blanks is filled by the program, with the names of the table; no text is formatted."""
    calls: set[str] = set()
    for path in sorted((HERE / "bot").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        calls |= set(re.findall(r'\.filled\(\s*"([a-z.-]+)"', source))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
                assert ".text(" not in ast.unparse(node.left), f"{path}:{node.lineno} formats a text"
    assert calls <= BLANKS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_blank_of_the_table_is_filled_where_people_read_it(shipped: Content, language: str) -> None:
    every = {key: " ".join(blank(name.partition("|")[0]) for name in names) for key, names in BLANKS.items()}
    content = replace(shipped, words={language: {**shipped.words[language], **every}})
    at = datetime(2026, 11, 23, 9, 5, tzinfo=RIGA)
    said = [
        sayings.said_time(content, at, language),
        sayings.said_day(content, at.date(), language),
        sayings.said_hour(content, "09:05", language),
        sayings.said_moment(content, at, language),
    ]
    assert all("%" not in sentence for sentence in said)
    assert said[0].endswith("09 05")
    assert said[2] == "9 05"


@pytest.mark.parametrize("rule", DRAWN)
def test_a_card_that_was_made_wrong_is_noticed(tmp_path: Path, rule: str) -> None:
    problems = refused(own_behaviour({"own": "Var parunāt."}).read(tmp_path), make=DRAWN[rule])
    assert {problem.rule for problem in problems} == {rule}


@pytest.mark.parametrize("rule", STEPPED)
def test_an_engine_that_went_wrong_is_noticed(tmp_path: Path, rule: str) -> None:
    walked = walk(packages.read(tmp_path / "package").dialogue, STEPPED[rule])
    assert {problem.rule for problem in walked.problems} == {rule}


def test_the_right_package_breaks_no_rule(tmp_path: Path) -> None:
    certificate = prove(packages.read(tmp_path / "package"), TODAY)
    assert (certificate.to_emergency, certificate.to_human, certificate.to_topic) == (1, 1, 2)
    assert certificate.cards > 50
    assert FACTS.count("kind:") == 1
