"""Words in quotation marks that are said to be a treaty's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettergen.reference import law, quotation, table

OFFICIAL_33 = "No Contracting State shall expel or return (“refouler”) a refugee in any manner whatsoever"


def found(text: str) -> list[tuple[str, bool]]:
    return [(one.treaty, quotation.is_official(one.text, one.treaty)) for one in quotation.quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Three quotations of letters of 2002 and 2005.
        (
            'Article 14 of the Universal Declaration of Human Rights affirms, "everyone is entitled to the '
            'right to seek and to enjoy in other countries asylum from persecution" It is on this ground',
            [("udhr", False)],
        ),
        (
            "this is in violation of the 1951 Convention, Article 31, which prohibits States from imposing "
            '"penalties, on account of their illegal entry or presence, on refugees" Illegal entry',
            [("refugee51", True)],
        ),
        (
            "In the 1951 United Nations Convention on Refugees, the central provision stipulates that "
            "“governments are obliged not to expel or return an asylum seeker to a territory where she or he "
            "faces persecution.” Moreover, the lives",
            [("refugee51", False)],
        ),
        (f"The 1951 Convention says: “{OFFICIAL_33}”.", [("refugee51", True)]),
        (f"“{OFFICIAL_33}”, says the 1951 Convention.", [("refugee51", True)]),
        (f"The 1951 Convention says: “{OFFICIAL_33.replace(' (“refouler”)', '')}”.", [("refugee51", True)]),
        ("The 1951 Convention says: ‘No Contracting State shall expel or return … his life or freedom’.",
         [("refugee51", True)]),
        (f"The Universal Declaration says: “{OFFICIAL_33}”.", [("udhr", False)]),
        ('Article 33 says: "no State sends anybody back at all" ({{ cite("refugee51", 33) }}).',
         [("refugee51", False)]),
        # Not the treaty's: a term of few words, another speaker, another sentence.
        ("The 1951 Convention speaks of a “well-founded fear of being persecuted”.", []),
        ("The 1951 Convention binds China. The witness told us: “they beat him until he did not move”.", []),
        ("Under the 1951 Convention, the minister said, “nobody has ever been sent back to his death”.", []),
        ("Resolution 2002/23 “expresses its concern over the fate of persons”, as the 1951 Convention.", []),
        ("He told us: “we walked for three days and three nights”.", []),
    ],
)  # fmt: skip
def test_a_quotation_belongs_to_the_instrument_that_its_sentence_names(
    text: str, expected: list[tuple[str, bool]]
) -> None:
    assert found(text) == expected


QUOTED = [key for key, row in table("treaties")["treaties"].items() if "quoted" in row]


@pytest.mark.parametrize("key", QUOTED)
def test_every_passage_kept_is_short_and_found_again(key: str) -> None:
    rows = table("treaties")["treaties"][key]["quoted"]
    assert rows["source"]
    for article, passages in rows["words"].items():
        assert law.cite(key, [article])
        for passage in passages:
            assert len(passage.split()) <= 25
            assert quotation.is_official(passage, key)
    for name in rows["names"]:
        text = f"The {name} says: “one two three four five six seven”."
        assert found(text) == [(key, False)]


@pytest.mark.parametrize("key", law.keys())
def test_what_stands_in_for_a_treaty_has_a_statement(key: str) -> None:
    rows = table("treaties")["instead"].get(key, {})
    for ways in rows.values():
        for other, article in ways:
            assert law.statement(other, article)


def test_the_nearest_words_are_offered() -> None:
    article, words = quotation.nearest("penalties for illegal entry of refugees", "refugee51") or ("", "")
    assert article == "31"
    assert words.startswith("The Contracting States shall not impose penalties")
    assert quotation.nearest("anything", "palermo") is None


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="“”‘’\"'. a1951 Convention\n…", max_size=300))
def test_any_heap_of_quotation_marks_is_read(text: str) -> None:
    for one in quotation.quotations(text):
        assert text[one.start :].startswith(one.text)
