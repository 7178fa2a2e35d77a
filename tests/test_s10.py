"""Numbers of registered items: the standard's example, every slip of a digit, and no number twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettergen.errors import InputProblems
from lettergen.reference.s10 import ItemNumber, check_digit, item_number, numbers_from


def names(fault: pytest.ExceptionInfo[InputProblems]) -> list[str]:
    return [problem.name for problem in fault.value.problems]


def test_the_example_of_the_standard_has_nine_as_its_check_digit() -> None:
    assert check_digit(47312482) == 9
    assert str(item_number("RR 473 124 829 GB")) == "RR473124829GB"
    assert item_number("rr473124829gb").spaced == "RR 473 124 829 GB"


@given(st.integers(0, 99_999_999), st.integers(0, 7), st.integers(1, 9))
@settings(derandomize=True, max_examples=300)
def test_one_wrong_digit_is_found_unless_both_have_the_digit_of_ten_and_eleven(
    serial: int, place: int, shift: int
) -> None:
    digits = f"{serial:08d}"
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    # Two remainders share the digit 5: what the standard cannot tell, we cannot.
    if check_digit(int(wrong)) != check_digit(serial):
        with pytest.raises(InputProblems) as fault:
            item_number(f"RR{wrong}{check_digit(serial)}JP")
        assert names(fault) == ["wrong-check-digit"]
    else:
        assert item_number(f"RR{wrong}{check_digit(serial)}JP").serial == int(wrong)


@pytest.mark.parametrize("text", ["", "RR12345678JP", "473124829", "R1473124829GB", "RR473124829G8"])
def test_what_is_no_item_number_is_refused(text: str) -> None:
    with pytest.raises(InputProblems) as fault:
        item_number(text)
    assert names(fault) == ["bad-item-number"]


def test_numbers_follow_one_another_and_none_is_given_twice() -> None:
    first, last = ItemNumber("RR", 10, "JP"), ItemNumber("RR", 14, "JP")
    early = numbers_from(first, last, 2)
    later = numbers_from(first, last, 3, used={str(one) for one in early})
    assert [one.serial for one in (*early, *later)] == [10, 11, 12, 13, 14]


def test_a_range_that_is_used_up_is_told_before_anything_is_printed() -> None:
    first, last = ItemNumber("RR", 10, "JP"), ItemNumber("RR", 14, "JP")
    with pytest.raises(InputProblems) as fault:
        numbers_from(first, last, 4, used={str(ItemNumber("RR", serial, "JP")) for serial in (11, 12)})
    assert names(fault) == ["item-numbers-exhausted"]


@pytest.mark.parametrize(
    "last", [ItemNumber("RR", 9, "JP"), ItemNumber("RA", 20, "JP"), ItemNumber("RR", 20, "KR")]
)
def test_a_range_that_is_none_is_refused(last: ItemNumber) -> None:
    with pytest.raises(InputProblems) as fault:
        numbers_from(ItemNumber("RR", 10, "JP"), last, 1)
    assert names(fault) == ["bad-item-range"]
