"""How alike letters are: a measure whose ends are fixed, and one sentence that is true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lettergen.letters.checks.likeness import THRESHOLDS, likeness, similarity

CAMPAIGN = (
    "I am writing to you about six people who were detained in Yunnan Province in May 2002, on their "
    "way out of the country. Nothing certain is known of where they are, and whoever is sent back after"
    " such an attempt must expect harsh punishment. I ask you to tell their families without delay "
    "where each of them is held, and to send none of them back. I should be grateful for a reply, and "
    "remain with respect for your country."
)
GARDEN = (
    "Our apple trees have had a late spring, the blossom came with the last frost and hardly a bee was "
    "about. My neighbour thinks that next year will be better, because the hedge has been cut and the "
    "hives moved nearer to the stream. We shall see; last autumn he said the same, and the cellar "
    "remained empty until Christmas."
)
OWN = "My grandfather crossed a border at night with two children, and somebody opened the door to them. "
TEXTS = st.text(st.sampled_from("ab cdé漢.,"), max_size=120)


@given(TEXTS, TEXTS)
def test_it_does_not_matter_which_letter_comes_first(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


@given(TEXTS)
def test_a_letter_is_wholly_like_itself(text: str) -> None:
    assert similarity(text, text) == 1


def test_letters_without_a_common_phrase_have_nothing_in_common() -> None:
    assert similarity(CAMPAIGN, GARDEN) == 0
    assert similarity("One thing.", "Another thing.") == 0


def test_line_breaks_capitals_and_stops_make_no_difference() -> None:
    shouted = CAMPAIGN.upper().replace(", ", " -- ").replace(" I ", "\n\nI ")
    assert similarity(CAMPAIGN, shouted) == 1


def test_own_words_lower_the_likeness_and_more_of_them_lower_it_more() -> None:
    some = similarity(CAMPAIGN, OWN + CAMPAIGN)
    many = similarity(CAMPAIGN, OWN + CAMPAIGN + GARDEN)
    assert 1 > some > many > 0.4


def test_a_paragraph_that_is_moved_is_found_again() -> None:
    first, last = CAMPAIGN[:220], CAMPAIGN[220:]
    assert similarity(first + " " + last, last + " " + first) > 0.7


def test_letters_of_one_wording_are_counted_and_the_sentence_says_so() -> None:
    letters = [("embassy", CAMPAIGN)] * 9 + [("embassy", GARDEN)]
    (group,) = likeness(letters).groups
    assert (group.letters, group.compared) == (10, 10)
    assert dict(group.at_least) == dict.fromkeys(THRESHOLDS, 9)
    assert likeness(letters).sentence() == (
        "9 of 10 letters to `embassy` are at least 99% alike: "
        "near-identical letters tend to be counted, not read; ask senders for a few words of their own."
    )


def test_the_sentence_names_the_degree_that_most_letters_reach() -> None:
    letters = [("embassy", f"{CAMPAIGN} {OWN[: 20 * number]} {number}") for number in range(4)]
    (group,) = likeness(letters).groups
    degree, count = group.most() or (0, 0)
    assert degree < 0.99
    assert count > group.at_least[0.99]
    assert (
        f"{count} of 4 letters to `embassy` are at least {degree:.0%} alike" in likeness(letters).sentence()
    )


@pytest.mark.parametrize(
    "letters",
    [
        [],
        [("embassy", CAMPAIGN)],
        [("embassy", CAMPAIGN), ("president", CAMPAIGN)],
        [("embassy", CAMPAIGN), ("embassy", GARDEN)],
        [("embassy", CAMPAIGN), ("embassy", CAMPAIGN), ("embassy", GARDEN), ("embassy", OWN * 3)],
    ],
    ids=["none", "one", "one each", "two that differ", "half of them"],
)
def test_nothing_is_said_where_nobody_sees_most_letters_alike(letters: list[tuple[str, str]]) -> None:
    assert likeness(letters).sentence() == ""


def test_of_many_letters_the_same_few_are_compared_in_every_run() -> None:
    letters = [("embassy", CAMPAIGN if number % 4 else f"{GARDEN} {number}") for number in range(4000)]
    once, again = likeness(letters, most=60), likeness(iter(letters), most=60)
    assert once == again
    (group,) = once.groups
    assert (group.letters, group.compared) == (4000, 60)
    # Three of four letters are the campaign's: the sample shows about as many.
    assert 36 <= group.at_least[0.99] <= 54
    assert "letters compared, of 4000, to `embassy`" in once.sentence()


def test_the_recipient_with_the_most_alike_letters_is_named() -> None:
    letters = [("calm", CAMPAIGN), ("calm", CAMPAIGN + GARDEN)] + [("flooded", CAMPAIGN)] * 3
    assert "3 of 3 letters to `flooded`" in likeness(letters).sentence()
