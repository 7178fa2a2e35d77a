"""Who may be named to whom."""

import pytest

from lettergen.facts.model import Case, Person
from lettergen.letters.privacy.clearance import audience_of, clearance, cleared_name, initials, shown
from lettergen.letters.privacy.folding import comparable, fold, initial_letters

SINGLE = {"by": "the family", "on": "2020-01-01", "scope": ["addressee", "un"]}


def person(**facts: object) -> Person:
    given = {"id": "p-one", "name": {"family": "Novak", "given": "Jana Maria", "courtesy": "Ms."}}
    return Person.model_validate(given | facts)


def case(*persons: Person) -> Case:
    return Case.model_validate({"id": "c", "title": "t", "summary": "s"}).model_copy(
        update={"persons": persons}
    )


def test_a_person_without_publish_is_withheld_from_everybody() -> None:
    assert clearance(person(), ("addressee",)) == "withheld"


def test_a_letter_for_two_audiences_takes_the_stricter_clearance() -> None:
    one = person(publish={"addressee": "full", "press": "initials"})
    assert clearance(one, audience_of("addressee", "press")) == "initials"
    assert clearance(one, audience_of("addressee", None)) == "full"


def test_each_clearance_has_its_words() -> None:
    one = person(
        publish={"addressee": "full", "un": "initials", "press": "pseudonym"}, described_as="a teacher"
    )
    words = [
        cleared_name(one, case(one), (audience,), "en") for audience in ("addressee", "un", "press", "public")
    ]
    assert words == ["Ms.\u00a0Jana Maria Novak", "J.\u00a0M.\u00a0N.", "Person\u00a0A", "a teacher"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ʿAbd al-Rahman", "A.\u00a0A."), ("ʻAlenuihāhā Kealoha", "A.\u00a0K."),
        ("ʾIbrāhīm ʿUmar", "I.\u00a0U."),
        ("ʼAmal", "A."), ("‘Umar", "U."), ("'Umar", "U."), ("`Umar", "U."),
        ("ˈTest Name", "T.\u00a0N."),
        ("E\u0301mile Zola", "É.\u00a0Z."), ("عمر خالد", "ع.\u00a0خ."), ("3rd Person", "R.\u00a0P."),
        ("ʿ", ""),
    ],
)  # fmt: skip
def test_initials_are_letters_and_no_signs_before_them(name: str, expected: str) -> None:
    assert initials(person(name=name)) == expected


@pytest.mark.parametrize("sign", "ʿʾʻʼʽ‘’'`ˈ")
def test_a_name_is_the_same_with_and_without_the_sign_before_it(sign: str) -> None:
    assert initial_letters(f"{sign}Abd {sign}Omar") == "ao"
    assert comparable(fold(f"{sign}Abd")) == comparable("Abd")


def test_pseudonyms_go_by_place_and_not_by_id() -> None:
    first, second = person(publish="pseudonym"), person(id="p-two", publish="pseudonym", pseudonym="Lena")
    both = case(first, second)
    assert [cleared_name(one, both, ("press",), "en") for one in (first, second)] == ["Person\u00a0A", "Lena"]


def test_pseudonyms_do_not_run_out() -> None:
    many = [person(id=f"p-{number}", publish="pseudonym") for number in range(60)]
    names = {cleared_name(one, case(*many), ("press",), "en") for one in many}
    assert len(names) == 60


def test_shown_tells_what_an_audience_sees_and_whether_consent_covers_it() -> None:
    one = person(publish="full", consent=SINGLE)
    assert [(row.name, row.consented) for row in shown(case(one), "un")] == [
        ("Ms.\u00a0Jana Maria Novak", True)
    ]
    assert [row.consented for row in shown(case(one), "press")] == [False]
