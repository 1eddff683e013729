"""No edition shows, or lets compute, a number or a complement of one to four: every population up to sixty."""

from collections import defaultdict

from bot.engine.suppression import told, told_total

DANGEROUS = {1, 2, 3, 4}
MOST = 60


def test_whoever_knows_the_rule_and_the_total_computes_no_small_number() -> None:
    """Everything that looks alike when published is what a reader has to choose from."""
    alike: dict[tuple[object, object], list[tuple[int, int]]] = defaultdict(list)
    for total in range(MOST + 1):
        for number in range(total + 1):
            alike[told_total(total), told(number, total)].append((number, total))
    assert len(alike) > MOST
    for published, candidates in alike.items():
        assert not {number for number, _ in candidates} <= DANGEROUS, published
        assert not {total - number for number, total in candidates} <= DANGEROUS, published
        assert not {total for _, total in candidates} <= DANGEROUS, published


def test_thirteen_cases_and_most_families_not_known_before_can_be_told() -> None:
    assert (told_total(13), told(12, 13), told(8, 13)) == (13, "most", 8)


def test_nine_cases_are_too_few_to_be_divided() -> None:
    assert {told(number, 9) for number in range(10)} == {"nothing"}
    assert (told_total(4), told_total(5)) == (None, 5)
