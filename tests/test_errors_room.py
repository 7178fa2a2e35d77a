"""The values that faults are told with."""

import pytest

from lettergen.errors import InputProblems, Place, Problem, did_you_mean

NAMES = ["jane-example", "john-sample", "janet", "library-friends", "janet"]


@pytest.mark.parametrize(
    ("word", "fix"),
    [
        ("jnet", "did you mean `janet`?"),
        ("libary-friends", "did you mean `library-friends`?"),
        ("lib", "did you mean `library-friends`?"),
        ("xyz", "look."),
        ("j", "look."),
        ("", "look."),
    ],
)
def test_a_misspelt_or_begun_name_suggests_the_near_ones(word: str, fix: str) -> None:
    assert did_you_mean(word, NAMES, "look.") == fix


def test_several_near_names_are_listed_once_each() -> None:
    assert did_you_mean("recipent", ["recipient", "recipients"], "look.") == (
        "did you mean `recipient` or `recipients`?"
    )


def test_a_place_leaves_out_what_it_does_not_know() -> None:
    places = (Place("a.yaml"), Place("a.yaml", 3), Place("a.yaml", 3, 7))
    assert [str(place) for place in places] == ["a.yaml", "a.yaml:3", "a.yaml:3:7"]


def test_problems_are_told_in_the_order_of_the_files() -> None:
    def problem(file: str, line: int) -> Problem:
        return Problem("x", "m.", "f.", Place(file, line))

    fault = InputProblems([problem("b", 1), problem("a", 10), problem("a", 2)])
    assert [str(one.place) for one in fault.problems] == ["a:2", "a:10", "b:1"]


def test_neither_repr_nor_message_of_a_fault_shows_the_users_line() -> None:
    fault = InputProblems([Problem("x", "m.", "f.", Place("a", 1), excerpt="a secret line")])
    assert "secret" not in repr(fault.problems) + str(fault) + repr(fault)
