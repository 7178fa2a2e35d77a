"""Whoever a campaign hides is found in a letter however the name is written; what is chance is let be."""

from datetime import date
from typing import Any

import pytest

from lettergen.facts.model import Case, Person
from lettergen.letters.privacy.clearance import is_agreed
from lettergen.letters.privacy.name_search import Hidden, NameSearch

CASE = Case.model_validate({"id": "one", "title": "t", "summary": "s"})
NOVAK = {"family": "Novakova", "given": "Mina"}
KIM = {"family": "Kim", "given": "Mi-hwa", "order": "family-first"}
BIN = {"family": "García Márquez", "given": "Gabriel"}
HONG = {"family": "Lee", "given": "Hong"}
HONG_GANG = {"family": "Lee", "given": "Hong-gang"}
ANA = {"family": "García", "given": "Ana"}
ANA_M = {"family": "García Márquez", "given": "Ana"}
FILLERS = {
    "Hangul filler": "\u3164",
    "half-width filler": "\uffa0",
    "choseong filler": "\u115f",
    "variation selector": "\ufe0f",
    "variation selector of plane 14": "\U000e0101",
    "tag": "\U000e0061",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "grapheme joiner": "\u034f",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "right-to-left mark": "\u200f",
    "Braille blank": "\u2800",
    "Mongolian vowel separator": "\u180e",
}


def person(name: object, **facts: Any) -> Person:
    return Person.model_validate({"id": "p", "name": name} | facts)


def search(name: object, *cleared: Person, **facts: Any) -> NameSearch:
    return NameSearch([Hidden(person(name, **facts), CASE, is_of_letter=True)], cleared)


def found(name: object, text: str, *cleared: Person, **facts: Any) -> str:
    """``surely``, ``perhaps`` or nothing."""
    hits = search(name, *cleared, **facts).hits(text)
    return "surely" if any(hit.is_sure for hit in hits) else "perhaps" if hits else ""


# Squeezed together


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (NOVAK, "#FreeMinaNovakova"),
        (NOVAK, "write to freeminanovakova.org"),
        (NOVAK, "FREENOVAKOVAMINA now"),
        (NOVAK, "see https://example.org/minanovakova2002"),
        (KIM, "#freekimmihwa"),
        (KIM, "#FreeKimMiHwa"),
        (KIM, "www.mihwakim.example"),
        (KIM, "@savemihwakim"),
        ({"family": "Li", "given": "Na"}, "#FreeLiNa and others"),
        ("Mina Novakova", "#freeminanovakova"),
        ({"family": "Müller", "given": "Jörg"}, "#freejoergmueller"),
        ({"family": "al-Assad", "given": "Basma"}, "#freebasmaassad"),
    ],
)
def test_a_name_is_found_within_a_longer_word(name: object, text: str) -> None:
    assert found(name, text) == "surely"


def test_a_short_name_within_an_ordinary_word_may_be_chance() -> None:
    assert found({"family": "Mary", "given": "Rose"}, "a sprig of rosemary") == "perhaps"
    assert found({"family": "Mary", "given": "Rose"}, "#rosemary") == "surely"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ({"family": "Na", "given": "An"}, "banana"),
        ({"family": "Li", "given": "Na"}, "nalina, Carolina and medicinali"),
        (KIM, "www.kimono.example and #mihwa-like"),
        (NOVAK, "minanova kova"),
        ({"family": "You", "given": "Tube"}, "a tuberose for you"),
    ],
)
def test_longer_words_that_hold_no_name_are_let_be(name: object, text: str) -> None:
    assert found(name, text) != "surely"


# A shorter name within a longer one


@pytest.mark.parametrize(
    ("hidden", "cleared", "text"),
    [
        (HONG_GANG, HONG, "We speak of Lee Hong-gang."),
        (HONG_GANG, HONG, "We speak of Lee Hong Gang."),
        (ANA_M, ANA, "Ana García Márquez"),
        ("Ana María Pérez", "Ana María", "they took Ana María Pérez"),
        ("李松勇", "李松", "释放李松勇"),
        ({"family": "김", "given": "미화자"}, {"family": "김", "given": "미화"}, "김미화자는"),
    ],
)
def test_the_longest_hidden_name_is_looked_for_before_a_shorter_one_is_cleared(
    hidden: object, cleared: object, text: str
) -> None:
    assert found(hidden, text, person(cleared)) == "surely"


@pytest.mark.parametrize(
    ("hidden", "cleared", "text"),
    [
        (HONG, HONG_GANG, "We speak of Lee Hong-gang."),
        (ANA, ANA_M, "Ana García Márquez"),
        ("李松", "李松勇", "释放李松勇"),
        (HONG_GANG, HONG, "We speak of Lee Hong."),
        (HONG, HONG_GANG, "#FreeLeeHongGang"),
    ],
)
def test_a_longer_name_that_is_cleared_holds_a_hidden_one_by_chance(
    hidden: object, cleared: object, text: str
) -> None:
    assert found(hidden, text, person(cleared)) != "surely"


def test_names_that_overlap_are_both_looked_at() -> None:
    assert found(HONG_GANG, "Hong Lee Hong-gang", person("Hong Lee")) == "surely"


# A name given as one text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Mina Novakova", "Novakova, Mina"),
        ("Mina Novakova", "NOVAKOVA Mina"),
        ("Mina Novakova", "M. Novakova"),
        ("Mina Novakova", "Novakova M."),
        ("Mina Novakova", "Ms. Novakova"),
        ("Mina Novakova", "Frau Novakova"),
        ("Mina Petra Novakova", "M. P. Novakova"),
        ("Mina Petra Novakova", "Mina Novakova"),
        ("Lee Song-yong", "Song-yong Lee"),
        ("Lee Song-yong", "Lee S. Y."),
        ("Lee Song-yong", "Mr. Lee"),
        ("Novakova, Mina", "Mina Novakova"),
        ("Ludwig van Hoven", "L. Hoven"),
        ("Basma al-Assad", "Basma Assad"),
        ("Gabriel García Márquez", "Gabriel García"),
        ("Иван Петров", "И. Петров"),
        ("Иван Петров", "Петров Иван"),
    ],
)
def test_a_name_in_one_text_is_taken_apart(name: str, text: str) -> None:
    assert found(name, f"they wrote of {text}, and of nobody else") == "surely"
    assert found("X Y", f"they wrote of {text}", aliases=[name]) == "surely"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Mina Novakova", "a mina bird and M. Novak"),
        ("Mina Novakova", "Mina Petrova and Mr. Nova"),
        ("Lee Song-yong", "S. Leeds, and a lee song"),
        ("Иван Петров", "Иван Петренко"),
    ],
)
def test_parts_of_other_names_are_no_name(name: str, text: str) -> None:
    assert found(name, text) != "surely"


# Families of several words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (BIN, "Gabriel García"),
        (BIN, "García, Gabriel"),
        (BIN, "G. García"),
        (BIN, "Sr. García"),
        (BIN, "Gabriel Márquez"),
        ({"family": "al-Assad", "given": "Basma"}, "Basma Assad"),
        ({"family": "al-Assad", "given": "Basma"}, "Assad, B."),
        ({"family": "de la Cruz", "given": "Inés"}, "Ines Cruz"),
        ({"family": "von Berg", "given": "Ada"}, "Ada Berg"),
        ({"family": "Ortega y Gasset", "given": "José"}, "Jose Ortega"),
        ({"family": "Leutheusser-Berg", "given": "Ada"}, "Ada Leutheusser"),
        ({"family": "bin Salim", "given": "Omar"}, "Omar Salim"),
    ],
)
def test_a_family_name_of_several_words_is_known_by_its_parts(name: object, text: str) -> None:
    assert found(name, f"they wrote of {text}.") == "surely"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (BIN, "García Lorca, Gabriele and Marquez"),
        ({"family": "de la Cruz", "given": "Inés"}, "Ines de la Vega, la casa"),
        ({"family": "al-Assad", "given": "Basma"}, "Basma Al-Rashid"),
        ({"family": "De Silva", "given": "Ana"}, "Ana de Souza"),
    ],
)
def test_a_particle_alone_tells_nothing(name: object, text: str) -> None:
    assert found(name, text) != "surely"


# Native names


@pytest.mark.parametrize(
    ("native", "text"),
    [
        ("李松勇", "松勇李"),
        ("李松勇", "松勇 · 李"),
        ("司馬相如", "相如司馬"),
        ("김미화", "미화 김"),
        ("Анна Петрова", "Петрова Анна"),
        ("Анна Петрова", "А. Петрову"),
        ("Анна Петрова", "Петровой А."),
        ("Нгуен Анна", "Анна Нгуен"),
    ],
)
def test_a_native_name_is_found_in_other_order_and_with_initials(native: str, text: str) -> None:
    assert found("X Y", f"«{text}»", native_name=native) == "surely"


@pytest.mark.parametrize(
    ("native", "text"),
    [("李松勇", "松勇士"), ("李松", "松李"), ("김미화", "미화원"), ("Анна Петрова", "Анна Петренко")],
)
def test_other_words_of_these_scripts_are_no_name(native: str, text: str) -> None:
    assert found("X Y", text, native_name=native) != "surely"


# With something between


@pytest.mark.parametrize(
    "text",
    [
        "Kim (whose given name is Mi-hwa)",
        "Mi-hwa, who is called by the family Kim",
        "Kim ... Mi-hwa",
        "Kim / Mi-hwa",
        "Kim “the nurse” Mi-hwa",
        "Kim\nnée Park\nMi-hwa",
    ],
)
def test_both_parts_near_each_other_are_the_name(text: str) -> None:
    assert found(KIM, text) == "surely"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kim lives in a town that lies far away from the village of Mihwan", KIM),
        ("the park where Rose works", {"family": "Park", "given": "Rose"}),
        ("kim and mi and hwa", KIM),
        ("We hope that Park Avenue is safe", {"family": "Park", "given": "Hope"}),
    ],
)
def test_parts_far_from_each_other_or_without_capitals_are_chance(text: str, name: object) -> None:
    assert found(name, text) != "surely"


def test_a_common_given_name_near_the_family_name_may_be_chance() -> None:
    assert found({"family": "Park", "given": "Rose"}, "They met in Hyde Park with Rose.") == "perhaps"


def test_a_family_name_that_belongs_to_somebody_cleared_is_not_near() -> None:
    open_ = person({"family": "Kim", "given": "Bo-ra"})
    assert found({"family": "Kim", "given": "Maria"}, "Kim Bo-ra and her friend Maria", open_) != "surely"


# Invisible letters


@pytest.mark.parametrize("filler", FILLERS)
def test_invisible_letters_hide_no_name(filler: str) -> None:
    sign = FILLERS[filler]
    assert found(KIM, f"we ask for Ki{sign}m M{sign}i-hw{sign}a") == "surely"
    assert found(KIM, f"{sign}Kim{sign} {sign}Mi-hwa{sign}") == "surely"
    assert found("X Y", f"김{sign}미{sign}화", native_name="김미화") == "surely"


def test_hangul_that_is_no_filler_stays() -> None:
    assert found("X Y", "김민화", native_name="김미화") == ""


def test_a_name_before_an_ending_in_another_script_is_found() -> None:
    assert found(KIM, "Kim Mi-hwa는 어디에") == "surely"


# The day


@pytest.mark.parametrize(("on", "agreed"), [(date(2024, 12, 31), False), (date(2025, 1, 1), True)])
def test_a_consent_counts_from_its_day_on(on: date, agreed: bool) -> None:
    consent = {"by": "herself", "on": "2025-01-01", "scope": ["un"]}
    assert is_agreed(person(KIM, consent=consent), ("un",), on) is agreed
    assert not is_agreed(person(KIM, consent=consent), ("un", "press"), date(2026, 1, 1))
