"""What people read while facts are withheld: whole sentences, the numbers that hold, and no empty places."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot import cards
from bot.content import Content
from bot.engine.check_words import wrong_text
from bot.engine.effects import Show
from bot.engine.facts import DOUBTED_FOR
from bot.engine.invariants import MEANINGS, PINNED, meanings_of
from bot.engine.state import State
from bot.engine.withheld import BROKEN, CITED, WITHOUT, Gone, left
from bot.texts import plain
from tests.engine.test_invariants import protected

TODAY = date(2026, 11, 30)
NEW_YEAR = date(2027, 1, 1)
LANGUAGES = ("lv", "ru", "en")
LASTING = frozenset(PINNED)


def without(text: str, *names: str, remarks: tuple[str, ...] = ()) -> str:
    return left(text, Gone(frozenset(names), frozenset(remarks), LASTING))


@pytest.mark.parametrize(
    "text,said",
    [
        ("Tiesa sargā. Lūdz {fact:gone}. Izlemj tiesa.", "Tiesa sargā. Izlemj tiesa."),
        ("Zvaniet {fact:held}, {fact:beside}, {fact:free}.", "Zvaniet {fact:held}, {fact:free}."),
        ("• {fact:held}: {fact:beside}", "• {fact:held}"),
        ("Pa {fact:held}, {fact:beside}, un {fact:free}.", "Pa {fact:held} un {fact:free}."),
        ("Var lūgt {fact:gone}. Bet {fact:held}. Palieciet.", "Palieciet."),
        ("Ir veidi:\n\n• pirmais: {fact:gone};\n• otrais: {fact:gone}.\n\nIzvēlaties Jūs.", "Izvēlaties Jūs."),
        (
            "Ir veidi:\n• pirmais;\n• otrais: {fact:gone}.\n\nIzvēlaties Jūs.",
            "Ir veidi:\n• pirmais.\n\nIzvēlaties Jūs.",
        ),
        ("Nevarat runāt? Der {fact:gone}.", ""),
        ("Tur var pajautāt {fact:gone}: {fact:emergency_phone}.", "{fact:emergency_phone}."),
        ("Zvaniet {fact:gone} vai {fact:emergency_phone}. Uzreiz.", "Zvaniet {fact:emergency_phone}. Uzreiz."),
        ("Подробнее {fact:gone}. Поэтому позвоните. Служба открыта.", "Служба открыта."),
        ("Nothing is gone.\n\nSo it stays.", "Nothing is gone.\n\nSo it stays."),
    ],
)
def test_what_hangs_on_a_withheld_fact_goes_and_the_rest_stands(text: str, said: str) -> None:
    assert without(text, "gone", "beside", remarks=("beside",)) == said


def changing_days(content: Content) -> list[date]:
    """The days of the coming twelve months on which something begins to be said otherwise."""
    ends = [(one.expires_on, one.ends) for one in content.facts.values()]
    days = {last + timedelta(1) for last, _ in ends} | {last + DOUBTED_FOR + timedelta(1) for last, _ in ends}
    return sorted(day for day in days if TODAY < day <= TODAY.replace(year=TODAY.year + 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_each_day_on_which_something_expires_every_text_reads_as_sentences(shipped: Content, language: str) -> None:
    days = changing_days(shipped)
    assert len(days) >= 5
    for day in days:
        for key in shipped.words[language]:
            text, incomplete = shipped.standing(key, language, day)
            said = plain(shipped.say(key, language, day))
            assert not BROKEN.search(text) or not incomplete, (key, day, text)
            assert said.strip(), (key, day)
            assert said.count(shipped.text("fact.withheld", language)) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_the_law_reserves_is_left_out_with_no_sentence(shipped: Content, language: str) -> None:
    gone = replace(
        shipped,
        facts={name: one if one.pinned else replace(one, withdrawn=True) for name, one in shipped.facts.items()},
    )
    for key, text in shipped.words[language].items():
        if key + WITHOUT in shipped.words[language]:
            continue
        stands, _ = gone.standing(key, language, TODAY)
        assert set(CITED.findall(text)) & LASTING == set(CITED.findall(stands)) & LASTING, key


OWN = ("stop-my-violence", "stop-my-violence.now", "stop-my-violence.course")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", OWN)
def test_whoever_fears_becoming_violent_is_never_sent_to_the_line_for_the_harmed(
    shipped: Content, screen: str, language: str
) -> None:
    for day in (TODAY, *changing_days(shipped), date(2029, 1, 1)):
        card = cards.make(shipped, State(screen, language), Show(screen), day, {})
        assert "116006" not in card.text, day
        incomplete = shipped.standing(screen, language, day)[1]
        assert "112" in card.text or not incomplete, day


@pytest.mark.parametrize("language", LANGUAGES)
def test_when_the_line_of_today_ends_with_the_year_another_one_to_talk_to_stands_there(
    shipped: Content, language: str
) -> None:
    for screen in ("stop-my-violence", "helplines.others"):
        before = cards.make(shipped, State(screen, language), Show(screen), NEW_YEAR - timedelta(1), {}).text
        after = cards.make(shipped, State(screen, language), Show(screen), NEW_YEAR, {}).text
        assert "22045225" in before
        assert "22045225" not in after
        assert "116123" in after
        assert shipped.text("fact.withheld", language) not in after


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_duty_to_report_is_told_before_children_are_mentioned_even_when_its_fact_is_withheld(
    shipped: Content, language: str
) -> None:
    (duty,) = MEANINGS["request.screen.report"]
    gone = replace(shipped, facts={name: replace(one, withdrawn=not one.pinned) for name, one in shipped.facts.items()})
    for key in (
        "request.children?",
        "request.screen.report",
        "request.consent.limits",
        "request.minor",
        "request.about",
    ):
        assert duty.is_said(plain(gone.say(key, language, TODAY)), language), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("world", ["good", "doubted", "withheld"])
def test_what_every_face_shows_still_says_what_it_has_to_say(shipped: Content, world: str, language: str) -> None:
    """Chat, Telegram and form show what `say` says, with the database or without it."""
    late = {"good": date.max, "doubted": TODAY - timedelta(1), "withheld": TODAY - DOUBTED_FOR - timedelta(1)}[world]
    facts = {name: replace(one, ends=False, withdrawn=False, expires_on=late) for name, one in shipped.facts.items()}
    content = replace(shipped, facts=facts)
    filled = {"service:name": "Dienests", "setting:operator": "Uzturētājs"}
    for key in protected(content):
        said = plain(content.say(key, language, TODAY, filled))
        for meaning in meanings_of(content.dialogue, key):
            values = [filled.get(one) or facts[one.removeprefix("fact:")].value[language] for one in meaning.cites]
            runs_out = not meaning.words and {one.removeprefix("fact:") for one in meaning.cites} - LASTING
            if world == "withheld" and runs_out and not filled.keys() & set(meaning.cites):
                continue
            assert any(value in said for value in values) or meaning.is_said(said, language), (key, meaning.what, said)


def test_a_text_that_stands_in_needs_its_first_and_every_language(shipped: Content) -> None:
    from bot.engine.check import check
    from bot.engine.problems import BrokenContent

    def refused(words: dict[str, dict[str, str]]) -> set[str]:
        changed = replace(shipped, words={one: {**shipped.words[one], **words.get(one, {})} for one in shipped.words})
        with pytest.raises(BrokenContent) as broken:
            check(changed, TODAY)
        return {f"{one.rule}: {one.file.split('/')[1]}" for one in broken.value.problems}

    assert refused({"lv": {f"emergency{WITHOUT}": "Zvaniet {fact:emergency_phone}. Der arī īsziņa."}}) == {
        "missing text: ru", "missing text: en",
    }  # fmt: skip
    every = {one: {f"nowhere{WITHOUT}": "Teksts."} for one in LANGUAGES}
    assert refused(every) == {f"no screen of it: {one}" for one in LANGUAGES}


def test_the_desk_says_while_typing_what_a_text_would_read_like(shipped: Content) -> None:
    said = list(wrong_text(shipped, "court-protection", "Tiesas laiks –\n{fact:court_where}", "lv"))
    assert any("“Tiesas laiks –” while court_where is withheld" in one.sentence for one in said)
    own = list(wrong_text(shipped, "stop-my-violence.now", "Zvaniet {fact:helpline_116006_phone}.", "lv"))
    assert any(one.rule == "line for the harmed" for one in own)


@pytest.mark.parametrize("letter", "ABCĀČĒĢĪĶĻŅŠŪŽАБВЁЯ„«")
def test_a_sentence_ends_before_every_letter_with_which_another_can_begin(letter: str) -> None:
    gone = Gone(frozenset({"line_phone"}))
    assert left(f"Te neviens nelasa. {letter}evi var zvanīt {{fact:line_phone}}.", gone) == "Te neviens nelasa."


@pytest.mark.parametrize("either", ["or", "vai", "или"])
def test_the_hours_of_one_number_never_become_those_of_another(either: str) -> None:
    text = f"Call {{fact:emergency_phone}} {either} {{fact:helpline_116006_phone}}, {{fact:helpline_116006_hours}}."
    gone = Gone(frozenset({"helpline_116006_phone"}), lasting=LASTING)
    assert left(text, gone) == "Call {fact:emergency_phone}."
    gone = Gone(frozenset({"emergency_phone"}), lasting=LASTING)
    assert left(text, gone) == "Call {fact:helpline_116006_phone}, {fact:helpline_116006_hours}."


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_cannot_speak_or_was_choked_still_learns_what_to_do_when_every_fact_has_run_out(
    shipped: Content, language: str
) -> None:
    late = date(2029, 1, 1)
    for key in ("emergency.silent", "request.page.voiceless"):
        said = plain(shipped.say(key, language, late))
        assert {"lv": "īsziņu uz to pašu numuru", "ru": "SMS на тот же номер", "en": "text message to the"}[
            language
        ] in said
    for key in ("emergency.hurt", "request.screen.doctor"):
        said = plain(shipped.say(key, language, late))
        assert {"lv": "grūti norīt", "ru": "трудно глотать", "en": "swallowing is hard"}[language] in said
        assert (
            "112"
            in said.partition({"lv": "grūti norīt", "ru": "трудно глотать", "en": "swallowing is hard"}[language])[2]
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_sent_to_a_line_that_was_withdrawn(shipped: Content, language: str) -> None:
    facts = {name: replace(one, withdrawn=name == "helpline_116006_phone") for name, one in shipped.facts.items()}
    gone = replace(shipped, facts=facts)
    incomplete = [key for key in shipped.words[language] if gone.standing(key, language, TODAY)[1]]
    assert len(incomplete) > 20
    own_words = [key for key in incomplete if "116006" in plain(gone.say(key, language, TODAY))]
    assert own_words == []
