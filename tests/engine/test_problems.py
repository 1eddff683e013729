"""A problem is a rule with values: it is told with its place, sorted, sent to another process, said in any language."""

import pickle

import pytest

from bot.engine.problems import Problem, broken, broken_content


@pytest.mark.parametrize(
    "problem,line",
    [
        (broken("no id", "dialogs/facts.yaml", 7, name="X"), "dialogs/facts.yaml:7: “X” cannot be an id"),
        (broken("no id", "dialogs/facts.yaml", name="X"), "dialogs/facts.yaml: “X” cannot be an id"),
        (broken("slow package"), "this package takes too long to read"),
    ],
)
def test_the_command_line_tells_the_file_and_the_line_as_far_as_there_are_any(problem: Problem, line: str) -> None:
    assert str(problem).startswith(line)


def test_problems_stand_in_the_order_of_their_files_lines_and_sentences() -> None:
    told = [
        broken("no block", "dialogs/a.yaml", 9, name="b"),
        broken("missing file", "dialogs/b.yaml", 2),
        broken("no button", "dialogs/b.yaml", 10, name="a", choice="b"),
        broken("missing file", "dialogs/b.yaml", 10),
    ]
    assert sorted([told[3], told[1], told[0], told[2]]) == told


def test_a_problem_arrives_in_another_process_as_it_was() -> None:
    problem = broken(
        "long screen", "locales/lv/LC_MESSAGES/dialogs.po", 3, key="court", language="lv", long=700, most=600
    )
    assert {pickle.loads(pickle.dumps(problem)), problem} == {problem}  # noqa: S301 - written one line above
    assert pickle.loads(pickle.dumps(problem)).sentence == problem.sentence  # noqa: S301


def test_what_stands_in_a_value_is_never_filled_in_again() -> None:
    problem = broken("unknown placeholder", key="{found}", language="lv", found="{key}")
    assert problem.sentence == "“{found}”: “{key}” is not something that can be filled in"


def test_content_is_refused_with_each_problem_on_a_line_of_its_own() -> None:
    assert str(broken_content("missing file", "dialogs/b.yaml")) == "dialogs/b.yaml: this file is missing"
