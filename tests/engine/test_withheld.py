"""What people read while facts are withheld: whole sentences, the numbers that hold, and no empty places."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot import cards
from bot.content import Content
from bot.engine.check_words import wrong_text
from bot.engine.effects import Show
from bot.engine.facts import DOUBTED_FOR, gone_of
from bot.engine.invariants import MEANINGS, PINNED, meanings_of
from bot.engine.languages import LANGUAGES
from bot.engine.state import State
from bot.engine.withheld import BROKEN, CITED, ONLY_NUMBERS, SENTENCE, WITHOUT, Gone, shorten
from bot.texts import plain
from tests.engine.test_invariants import protected

TODAY = date(2026, 11, 30)
NEW_YEAR = date(2027, 1, 1)
LASTING = frozenset(PINNED)


def without(text: str, *names: str, remarks: tuple[str, ...] = ()) -> str:
    return shorten(text, Gone(frozenset(names), frozenset(remarks), LASTING))


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
        (
            "• {fact:emergency_phone}: {fact:gone}.\n• Sakiet.\n• Der {fact:gone} uz {fact:emergency_phone}.",
            "• {fact:emergency_phone}.\n• Sakiet.",
        ),
        (
            "Zvaniet {fact:emergency_phone}.\n\nDer {fact:gone} uz {fact:emergency_phone}.",
            "Zvaniet {fact:emergency_phone}.",
        ),
        ("Cietušajam pienākas {fact:gone}.\n\nIr arī īpašs statuss. Lieta.", "Lieta."),
        (
            "Есть {fact:gone}.\n\nВо втором абзаце больше.\n\nЗа это платят.",
            "Во втором абзаце больше.\n\nЗа это платят.",
        ),
        ("Stalking is {fact:gone}.\n\nIt can be done by anybody.\n\nAsk for help.", "Ask for help."),
        ("Write to {fact:gone}. The site's address stays in the history.", ""),
        ("• Raksti: {fact:gone}. Vietnes adrese paliek vēsturē.\n• Zvani.", "• Zvani."),
    ],
)
def test_what_hangs_on_a_withheld_fact_goes_and_the_rest_stands(text: str, said: str) -> None:
    assert without(text, "gone", "beside", remarks=("beside",)) == said


def changing_days(content: Content) -> list[date]:
    """The days of the coming twelve months on which something begins to be said otherwise."""
    ends = [(fact.expires_on, fact.ends) for fact in content.facts.values()]
    days = {last + timedelta(1) for last, _ in ends} | {last + DOUBTED_FOR + timedelta(1) for last, _ in ends}
    return sorted(day for day in days if TODAY < day <= TODAY.replace(year=TODAY.year + 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_each_day_on_which_something_expires_every_text_reads_as_sentences(shipped: Content, language: str) -> None:
    days = changing_days(shipped)
    assert len(days) >= 5
    for day in days:
        for key in shipped.words[language]:
            text, incomplete = shipped.text_on(key, language, day)
            said = plain(shipped.say(key, language, day))
            assert not BROKEN.search(text) or not incomplete, (key, day, text)
            assert said.strip(), (key, day)
            assert said.count(shipped.text("fact.withheld", language)) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_the_law_reserves_is_left_out_with_no_sentence(shipped: Content, language: str) -> None:
    gone = replace(
        shipped,
        facts={name: fact if fact.pinned else replace(fact, withdrawn=True) for name, fact in shipped.facts.items()},
    )
    for key, text in shipped.words[language].items():
        if key + WITHOUT in shipped.words[language]:
            continue
        stands, _ = gone.text_on(key, language, TODAY)
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
        incomplete = shipped.text_on(screen, language, day)[1]
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
    gone = replace(
        shipped, facts={name: replace(fact, withdrawn=not fact.pinned) for name, fact in shipped.facts.items()}
    )
    for key in (
        "request.children?",
        "request.screen.report",
        "request.consent.limits",
        "request.minor",
    ):
        assert duty.is_said(plain(gone.say(key, language, TODAY)), language), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("world", ["good", "doubted", "withheld"])
def test_what_every_face_shows_still_says_what_it_has_to_say(shipped: Content, world: str, language: str) -> None:
    """Chat, Telegram and form show what `say` says, with the database or without it."""
    late = {"good": date.max, "doubted": TODAY - timedelta(1), "withheld": TODAY - DOUBTED_FOR - timedelta(1)}[world]
    facts = {name: replace(fact, ends=False, withdrawn=False, expires_on=late) for name, fact in shipped.facts.items()}
    content = replace(shipped, facts=facts)
    filled = {"service:name": "Dienests", "setting:operator": "Uzturētājs"}
    for key in protected(content):
        said = plain(content.say(key, language, TODAY, filled))
        for meaning in meanings_of(content.dialogue, key):
            values = [filled.get(name) or facts[name.removeprefix("fact:")].value[language] for name in meaning.cites]
            runs_out = not meaning.words and {name.removeprefix("fact:") for name in meaning.cites} - LASTING
            if world == "withheld" and runs_out and not filled.keys() & set(meaning.cites):
                continue
            assert any(value in said for value in values) or meaning.is_said(said, language), (key, meaning.what, said)


def test_a_text_that_stands_in_needs_its_first_and_every_language(shipped: Content) -> None:
    from bot.engine.check import check
    from bot.engine.problems import BrokenContent

    def refused(words: dict[str, dict[str, str]]) -> set[str]:
        changed = replace(
            shipped, words={code: {**shipped.words[code], **words.get(code, {})} for code in shipped.words}
        )
        with pytest.raises(BrokenContent) as broken:
            check(changed, TODAY)
        return {f"{problem.rule}: {problem.file.split('/')[1]}" for problem in broken.value.problems}

    assert refused({"lv": {f"emergency{WITHOUT}": "Zvaniet {fact:emergency_phone}. Der arī īsziņa."}}) == {
        "missing text: ru", "missing text: en", "missing text: uk",
    }  # fmt: skip
    every = {code: {f"nowhere{WITHOUT}": "Teksts."} for code in LANGUAGES}
    assert refused(every) == {f"no screen of it: {code}" for code in LANGUAGES}


def test_the_desk_says_while_typing_what_a_text_would_read_like(shipped: Content) -> None:
    said = list(wrong_text(shipped, "court-protection", "Tiesas laiks –\n{fact:court_where}", "lv"))
    assert any("“Tiesas laiks –” while court_where is withheld" in problem.sentence for problem in said)
    own = list(wrong_text(shipped, "stop-my-violence.now", "Zvaniet {fact:helpline_116006_phone}.", "lv"))
    assert any(problem.rule == "line for the harmed" for problem in own)


@pytest.mark.parametrize("letter", "ABCĀČĒĢĪĶĻŅŠŪŽАБВЁЯҐЄІЇ„«")
def test_a_sentence_ends_before_every_letter_with_which_another_can_begin(letter: str) -> None:
    gone = Gone(frozenset({"line_phone"}))
    assert shorten(f"Te neviens nelasa. {letter}evi var zvanīt {{fact:line_phone}}.", gone) == "Te neviens nelasa."


@pytest.mark.parametrize("either", ["or", "vai", "или", "або", "чи"])
def test_the_hours_of_one_number_never_become_those_of_another(either: str) -> None:
    text = f"Call {{fact:emergency_phone}} {either} {{fact:helpline_116006_phone}}, {{fact:helpline_116006_hours}}."
    gone = Gone(frozenset({"helpline_116006_phone"}), lasting=LASTING)
    assert shorten(text, gone) == "Call {fact:emergency_phone}."
    gone = Gone(frozenset({"emergency_phone"}), lasting=LASTING)
    assert shorten(text, gone) == "Call {fact:helpline_116006_phone}, {fact:helpline_116006_hours}."


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_cannot_speak_or_was_choked_still_learns_what_to_do_when_every_fact_has_run_out(
    shipped: Content, language: str
) -> None:
    late = date(2029, 1, 1)
    for key in ("emergency.silent", "request.page.voiceless"):
        said = plain(shipped.say(key, language, late))
        assert {
            "lv": "īsziņu uz to pašu numuru",
            "ru": "SMS на тот же номер",
            "en": "text message to the",
            "uk": "SMS на той самий номер",
        }[language] in said
    for key in ("emergency.hurt", "request.screen.doctor"):
        said = plain(shipped.say(key, language, late))
        assert {"lv": "grūti rīt", "ru": "трудно глотать", "en": "trouble swallowing", "uk": "важко ковтати"}[
            language
        ] in said
        assert (
            "112"
            in said.partition(
                {"lv": "grūti rīt", "ru": "трудно глотать", "en": "trouble swallowing", "uk": "важко ковтати"}[language]
            )[2]
        )


LINE, CHILDREN, CRISIS = "helpline_116006_phone", "childline_116111_phone", "crisis_116123_phone"


@pytest.mark.parametrize(
    "text,said",
    [
        ("• {LINE}, {fact:hours}: support. They speak {fact:helpline_116006_languages}. No name.\n• {CRISIS}: crisis.",
         "• {CRISIS}: crisis."),
        ("{LINE}: a line. You can call without your parents. No name.\n\nIn danger: {fact:emergency_phone}.",
         "In danger: {fact:emergency_phone}."),
        ("Advice: {LINE}, {fact:hours}. No case is needed. In danger: {fact:emergency_phone}. It is free.",
         "In danger: {fact:emergency_phone}. It is free."),
        ("At once: {LINE}, {fact:hours}; {CRISIS}, {fact:crisis_116123_hours}. In danger: {fact:emergency_phone}.",
         "At once: {CRISIS}, {fact:crisis_116123_hours}. In danger: {fact:emergency_phone}."),
        ("Advice also on {CRISIS}, {fact:crisis_116123_hours}, and {LINE}, {fact:hours}.",
         "Advice also on {CRISIS}, {fact:crisis_116123_hours}."),
        ("Call {LINE}, {CRISIS} or {fact:emergency_phone}. Now.", "Call {CRISIS} or {fact:emergency_phone}. Now."),
    ],
)  # fmt: skip
def test_what_is_told_of_a_line_goes_with_its_number_and_another_beside_it_keeps_its_sentence(
    text: str, said: str
) -> None:
    lines = {"LINE": f"{{fact:{LINE}}}", "CRISIS": f"{{fact:{CRISIS}}}"}
    for name, cited in lines.items():
        text, said = text.replace(f"{{{name}}}", cited), said.replace(f"{{{name}}}", cited)
    assert shorten(text, Gone(frozenset({LINE}), frozenset(), LASTING, LASTING)) == said


def withdrawn(shipped: Content, *names: str) -> Content:
    facts = {name: replace(fact, withdrawn=True) if name in names else fact for name, fact in shipped.facts.items()}
    return replace(shipped, facts=facts)


def worlds(shipped: Content) -> list[tuple[Content, date]]:
    """Each line withdrawn, all three, every other fact, each day on which something expires, and one without end."""
    others = [name for name, fact in shipped.facts.items() if not fact.pinned]
    gone = [withdrawn(shipped, *names) for names in ([LINE], [CHILDREN], [CRISIS], [LINE, CHILDREN, CRISIS], others)]
    days = (*changing_days(shipped), date(2029, 1, 1))
    return [*((content, TODAY) for content in gone), *((shipped, day) for day in days)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_but_112_is_ever_left_as_a_sentence_of_its_own(shipped: Content, language: str) -> None:
    def alone(text: str) -> set[str]:
        sentences = [part for line in text.split("\n") if not line.startswith("• ") for part in SENTENCE.split(line)]
        found = {part for part in sentences if ONLY_NUMBERS.fullmatch(part)}
        return {part for part in found if {*CITED.findall(part)} & LASTING - {"emergency_phone"}}

    for content, day in worlds(shipped):
        for key, text in shipped.words[language].items():
            assert alone(content.text_on(key, language, day)[0]) <= alone(text), (key, day)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", [LINE, CHILDREN, CRISIS])
def test_a_line_that_was_withdrawn_is_named_nowhere_not_even_where_its_number_is_typed(
    shipped: Content, line: str, language: str
) -> None:
    gone, number = withdrawn(shipped, line), PINNED[line].value
    typed = {"fact.unsure", "fact.withheld", "notice.trouble"}
    for day in (TODAY, *changing_days(shipped)):
        for key in shipped.words[language].keys() - typed:
            assert number not in plain(gone.say(key, language, day)), (key, day)
    assert number not in cards.trouble(gone, language).text
    assert "112" in cards.trouble(gone, language).text
    assert all(number not in gone.text(notice, language) for notice in (gone.withheld_key(), gone.unsure_key()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_failure_names_112_and_116006_and_without_that_line_still_112(shipped: Content, language: str) -> None:
    def rings(content: Content) -> set[str]:
        return {span.tel for span in cards.trouble(content, language).body if span.tel}

    assert rings(shipped) == {"112", "116006"}
    assert rings(withdrawn(shipped, LINE)) == {"112"}
    one_sentence = {**shipped.words[language], "notice.trouble": "Zvaniet 112 vai 116006."}
    edited = replace(shipped, words={**shipped.words, language: one_sentence})
    assert rings(withdrawn(edited, LINE)) == {"112"}


@pytest.mark.parametrize("typed", ["{setting:operator}", "{fact:operator}", "{fact:helpline_116006_hours}"])
def test_our_failure_never_fails_itself_whatever_was_typed_into_its_text(shipped: Content, typed: str) -> None:
    words = {"notice.trouble": f"Zvaniet:\n\n112\n\n{typed} 116006"}
    edited = replace(shipped, words={**shipped.words, "lv": {**shipped.words["lv"], **words}})
    assert plain(cards.trouble(edited, "lv").body).startswith("Zvaniet:\n\n112")
    assert {span.tel for span in cards.trouble(withdrawn(edited, LINE), "lv").body if span.tel} == {"112"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_116123_whoever_fears_becoming_violent_still_reads_where_to_call(
    shipped: Content, language: str
) -> None:
    said = plain(withdrawn(shipped, CRISIS).say("stop-my-violence", language, TODAY))
    assert "22045225" in said
    said = plain(shipped.say("stop-my-violence", language, NEW_YEAR))
    assert "22045225" not in said
    assert "116123" in said


@pytest.mark.parametrize(
    "text,said",
    [
        ("{LINE}, {HOURS}.", "116006, 12–22 (old)."),
        ("{LINE}: {HOURS}, {fact:crisis_116123_hours}.", "116006: 12–22, always (old; ask)."),
        ("{LINE} or {fact:crisis_116123_phone}.", "116006 (old) or 116123 (old; ask)."),
        ("{fact:crisis_116123_languages}, {HOURS}.", "all (ask them; old; ask), 12–22 (old)."),
    ],
)
def test_a_doubt_is_said_once_after_what_stands_together_and_sends_nobody_to_a_line_to_ask_about_itself(
    shipped: Content, text: str, said: str
) -> None:
    values = {"helpline_116006_hours": "12–22", "crisis_116123_hours": "always", "crisis_116123_languages": "all"}
    facts = {name: replace(fact, expires_on=TODAY - timedelta(1)) for name, fact in shipped.facts.items()}
    facts |= {name: replace(facts[name], value={"en": value}, doubt={"en": "ask them"})
              for name, value in values.items()}  # fmt: skip
    text = text.replace("{LINE}", f"{{fact:{LINE}}}").replace("{HOURS}", "{fact:helpline_116006_hours}")
    words = {"told": text, "fact.unsure": "(old; ask)", "fact.unsure-again": "(old)"}
    content = replace(shipped, facts=facts, words={**shipped.words, "en": {**shipped.words["en"], **words}})
    assert plain(content.say("told", "en", TODAY)) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_sent_to_a_line_that_was_withdrawn(shipped: Content, language: str) -> None:
    facts = {name: replace(fact, withdrawn=name == "helpline_116006_phone") for name, fact in shipped.facts.items()}
    gone = replace(shipped, facts=facts)
    incomplete = [key for key in shipped.words[language] if gone.text_on(key, language, TODAY)[1]]
    assert len(incomplete) > 20
    own_words = [key for key in incomplete if "116006" in plain(gone.say(key, language, TODAY))]
    assert own_words == []


LEANING = {
    "lv": ("Ir arī", "Turklāt", "Taču", "Par to", "Jums tas", "Vietnes adrese", "To var", "Tad Jūs", "Mērķis", "Abus"),
    "ru": ("Есть и", "К тому же", "За это", "Для вас это", "Адрес сайта", "Его могут", "Тогда вы", "Цель", "За этим"),
    "en": ("There is also", "Also", "For you it", "The site's address", "It can", "Then you", "The aim", "For both"),
    "uk": ("Є й", "До того", "За це", "Для Вас це", "Адреса сайту", "Його можуть", "Тоді Ви", "Мета", "По ці виплати"),
}
"""How a sentence begins that says nothing without the one before it."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_leans_on_another_goes_with_it(shipped: Content, language: str) -> None:
    """Each text, each fact gone alone: whatever leans on a sentence that fell must not stand after something else."""
    found = []
    for key, text in shipped.words[language].items():
        before = sentences(text)
        for name in set(CITED.findall(text)) - LASTING:
            stands = sentences(shorten(text, gone_of(shipped.facts, frozenset({name}))))
            for above, said in pairwise(before):
                alone = above not in stands and said in stands and name in CITED.findall(above)
                if (
                    alone
                    and said.startswith(LEANING[language])
                    and not any(part.endswith(above[-12:]) for part in stands)
                ):
                    found.append((key, name, said))
    assert found == []


def sentences(text: str) -> list[str]:
    return [said for line in text.split("\n") if line for said in SENTENCE.split(line)]


PHONED = {"lv": "pa tālruni", "ru": "по телефону", "en": "by phone", "uk": "телефоном"}
SERVICE = {"lv": "dienest", "ru": "служб", "en": "social service", "uk": "служб"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_to_a_human_promises_no_telephone_once_every_line_is_withdrawn(shipped: Content, language: str) -> None:
    gone = withdrawn(shipped, LINE, CHILDREN, CRISIS)
    for key in ("human", "after-killing"):
        lines = gone.text_on(key, language, TODAY)[0].split("\n")
        assert [line for line in lines if line.endswith(":")] == []
        assert any("{fact:emergency_phone}" in line for line in lines)
    said = plain(gone.say("human", language, TODAY)).replace(gone.text(gone.withheld_key(), language), "")
    assert PHONED[language] not in said
    assert SERVICE[language] in said
