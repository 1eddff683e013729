"""Whatever a person types, in Latvian or Russian, old name or new, leads to today's municipality or to nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.dialogue import Municipality
from bot.engine.languages import LANGUAGES
from bot.engine.places import MOST_GROUPS, find, groups, read_municipalities
from bot.engine.problems import BrokenContent
from bot.engine.spelling import distance, order, plain

DIALOGS = Path(__file__).parents[2] / "dialogs"
ALL = read_municipalities((DIALOGS / "municipalities.yaml").read_text(encoding="utf-8"))


def test_there_are_42_municipalities_seven_of_them_state_cities() -> None:
    assert len(ALL) == 42
    assert {name for name in ALL if not name.endswith("-novads")} == {
        *("riga", "daugavpils", "jelgava", "jurmala", "liepaja", "rezekne", "ventspils")
    }


def test_every_municipality_of_before_leads_somewhere() -> None:
    now = {place.names["lv"] for place in ALL.values()}
    before = {name for place in ALL.values() for name in place.former} | now
    new_in_2021 = {"Augšdaugavas novads", "Dienvidkurzemes novads", "Valmieras novads"}
    assert len(before - new_in_2021) == 119


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "Viļaka",
            "Vilaka",
            "VIĻAKA",
            "вилака",
            "Виляка",
            "Viļakas novads",
            "Vi\u013baka",
            "Vil\u0327aka",
            "Вилякский край",
        ),
        *(
            "Balvi",
            "Балви",
            "Balvos",
            "Balvu nov.",
            "balvu novadā",
            "„Balvi”",
            "  balvi !",
            "es dzīvoju Balvos",
            "Blavi",
        ),
    ],
)
def test_viļaka_and_balvi_are_found_however_they_are_written(typed: str) -> None:
    assert find(typed, ALL)[:1] == ("balvu-novads",)


@pytest.mark.parametrize(
    "typed, first",
    [
        ("Jelgava", ("jelgava", "jelgavas-novads")),
        ("Jelgavas novads", ("jelgavas-novads", "jelgava")),
        ("Елгава", ("jelgava", "jelgavas-novads")),
        ("Ventspils", ("ventspils", "ventspils-novads")),
        ("Ventspils novads", ("ventspils-novads", "ventspils")),
        ("Daugavpils", ("daugavpils", "augsdaugavas-novads")),
        ("Daugavpils novads", ("augsdaugavas-novads", "daugavpils")),
        ("Priekuļi", ("cesu-novads", "dienvidkurzemes-novads")),
        ("Priekule", ("dienvidkurzemes-novads", "cesu-novads")),
    ],
)
def test_names_that_are_nearly_the_same_are_all_offered_the_meant_one_first(typed: str, first: tuple[str, ...]) -> None:
    assert find(typed, ALL) == first


@pytest.mark.parametrize("typed", ["aglona", "Аглона", "Aglonas novads"])
def test_a_divided_municipality_leads_to_both_of_todays(typed: str) -> None:
    assert set(find(typed, ALL)) == {"preilu-novads", "kraslavas-novads"}


@pytest.mark.parametrize(
    "typed, now",
    [
        ("Varakļāni", "madonas-novads"),
        ("Вангажи", "ropazu-novads"),
        ("Inčukalns", "siguldas-novads"),
        ("Ape", "smiltenes-novads"),
        ("Skulte", "limbazu-novads"),
        ("Екабпилс", "jekabpils-novads"),
        ("Огре", "ogres-novads"),
        ("Valmieras pilsēta", "valmieras-novads"),
        ("Лиепая", "liepaja"),
        ("город Юрмала", "jurmala"),
        ("в Риге", "riga"),
        ("Вайнёде", "dienvidkurzemes-novads"),
        ("dobelle", "dobeles-novads"),
        ("Daugvapils", "daugavpils"),
    ],
)
def test_old_towns_russian_forms_and_slips_lead_to_today(typed: str, now: str) -> None:
    assert find(typed, ALL)[0] == now


def test_every_name_in_the_list_leads_to_its_municipality() -> None:
    for place in ALL.values():
        for name in (*place.names.values(), *place.former, *place.other):
            assert place.id in find(name, ALL), name


@pytest.mark.parametrize(
    "typed", ["", " ", "x", "…", "novads", "pilsēta", "край", "qwertyui", "🙂", "112", "x" * 100_000]
)
def test_what_is_no_place_leads_to_nothing(typed: str) -> None:
    assert find(typed, ALL) == ()


def test_only_the_first_sixty_characters_are_looked_at() -> None:
    assert find(" " * 55 + "Balvi", ALL) == ("balvu-novads",)
    assert find(" " * 61 + "Balvi", ALL) == ()


def test_no_more_are_offered_than_asked_for() -> None:
    assert len(find("sa", ALL)) > 2
    assert find("sa", ALL, limit=2) == find("sa", ALL)[:2]
    assert find("sa", ALL, limit=0) == ()


@given(st.text(max_size=90))
def test_it_never_raises_and_always_says_the_same(typed: str) -> None:
    found = find(typed, ALL)
    assert found == find(typed, dict(reversed(ALL.items())))
    assert len(found) <= 6
    assert set(found) <= set(ALL)


@given(st.sampled_from(sorted(ALL)), st.integers(0, 30), st.sampled_from("aēķżыv"))
def test_one_wrong_letter_still_finds_the_place(town: str, place: int, letter: str) -> None:
    name = ALL[town].names["lv"].split()[0]
    place %= len(name)
    if len(name) > 5:
        assert town in find(name[:place] + letter + name[place + 1 :], ALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_list_holds_everyone_once_in_eight_groups_of_eight(language: str) -> None:
    cut = groups(ALL, language, 8)
    assert sorted(member for _, members in cut for member in members) == sorted(ALL)
    assert len(cut) <= MOST_GROUPS
    assert max(len(members) for _, members in cut) <= 8
    assert len({label for label, _ in cut}) == len(cut)


def test_a_label_tells_the_first_letters_and_no_letter_is_in_two_groups() -> None:
    cut = groups(ALL, "lv", 8)
    assert cut[0][0] == "A–B"
    assert cut[0][1][:5] == (
        "aizkraukles-novads",
        "aluksnes-novads",
        "augsdaugavas-novads",
        "adazu-novads",
        "balvu-novads",
    )
    letters = [{ALL[member].names["lv"][0] for member in members} for _, members in cut]
    assert sum(len(each) for each in letters) == len(set().union(*letters))
    assert "S" in [label for label, _ in cut]


def test_the_alphabets_are_latvian_and_russian() -> None:
    assert "".join(sorted("žzšsņnļlķkģgčcābaēe", key=order)) == "aābcčeēgģkķlļnņsšzž"
    assert "".join(sorted("яжёеза", key=order)) == "аеёжзя"


@given(st.integers(0, 200), st.integers(-1, 12), st.integers(1, 3))
def test_any_list_is_cut_into_at_most_eight_groups(count: int, size: int, spread: int) -> None:
    many = {
        f"n{number}": Municipality(f"n{number}", {"lv": f"{'ABC'[number % spread]}{number}"}) for number in range(count)
    }
    cut = groups(many, "lv", size)
    assert sorted(member for _, members in cut for member in members) == sorted(many)
    assert len(cut) <= MOST_GROUPS
    if size >= 1 and count <= size * MOST_GROUPS:
        assert all(len(members) <= size for _, members in cut)


def test_letters_are_divided_only_when_there_would_be_too_many_groups() -> None:
    many = {
        f"n{number}": Municipality(f"n{number}", {"lv": f"{'ABCDEFGHIJ'[number // 3]}{number}"}) for number in range(30)
    }
    assert len(groups(many, "lv", 5)) == 6
    assert [label for label, _ in groups(many, "lv", 6)] == ["A–B", "C–D", "E–F", "G–H", "I–J"]


@pytest.mark.parametrize(
    "one, other, wrong", [("balvi", "balvi", 0), ("blavi", "balvi", 1), ("balvii", "balvi", 1), ("abc", "xyz", 3)]
)
def test_a_swap_is_one_slip(one: str, other: str, wrong: int) -> None:
    assert distance(one, other, 2) == wrong


def test_plain_spelling_drops_case_marks_and_script() -> None:
    assert plain("Ķeguma  NOVADS, Ērgļi; Яунпилс — Рая, Руйиена") == "keguma novads ergli jaunpils raja rujiena"


def test_a_broken_list_is_refused_with_every_line() -> None:
    text = (
        'municipalities:\n  riga:\n    atvk: "1"\n    kind: town\n    names: {lv: Rīga}\n    source: here\n  riga: {}\n'
    )
    with pytest.raises(BrokenContent) as broken:
        read_municipalities(text)
    assert {problem.line for problem in broken.value.problems} == {3, 4, 5, 6, 7}
