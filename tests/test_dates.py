"""Dates keep the precision of their source; terms count in months."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from lettergen.facts.dates import DateError, FactDate, Term, TermError, day

READ = {
    "2002-05-29": ("2002-05-29", "2002-05-29", "day", "on", None),
    "2002-05": ("2002-05-01", "2002-05-31", "month", "during", None),
    "2002": ("2002-01-01", "2002-12-31", "year", "during", None),
    "2002-05-24/2002-05-26": ("2002-05-24", "2002-05-26", "day", "span", None),
    "2002-05-24..2002-05-26": ("2002-05-24", "2002-05-26", "day", "between", None),
    "2002-05..2002-06": ("2002-05-01", "2002-06-30", "month", "between", None),
    "about 2002-05-24": ("2002-05-24", "2002-05-24", "day", "about", None),
    "about 2002-05": ("2002-05-01", "2002-05-31", "month", "about", None),
    "about 2002": ("2002-01-01", "2002-12-31", "year", "about", None),
    "early 2000": ("2000-01-01", "2000-04-30", "year", "early", None),
    "mid 2000": ("2000-05-01", "2000-08-31", "year", "mid", None),
    "late 2000": ("2000-09-01", "2000-12-31", "year", "late", None),
    "early 2002-02": ("2002-02-01", "2002-02-10", "month", "early", None),
    "mid 2002-02": ("2002-02-11", "2002-02-20", "month", "mid", None),
    "late 2002-02": ("2002-02-21", "2002-02-28", "month", "late", None),
    "2002-05-31 06:00": ("2002-05-31", "2002-05-31", "day", "on", "06:00"),
    "2000-02-29": ("2000-02-29", "2000-02-29", "day", "on", None),
}


@pytest.mark.parametrize("text", READ)
def test_a_date_is_read_with_its_precision_and_written_back(text: str) -> None:
    found = FactDate.parse(text)
    assert (str(found.first), str(found.last), found.precision, found.form, found.time) == READ[text]
    assert str(found) == text


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        ({"between": ["2002-05-24", "2002-05-26"]}, "2002-05-24..2002-05-26"),
        ({"from": "2002-05-24", "until": "2002-05-26"}, "2002-05-24/2002-05-26"),
        ({"about": "2002-05"}, "about 2002-05"),
        ({"month": "2002-05"}, "2002-05"),
        ({"year": "2002"}, "2002"),
    ],
)
def test_a_mapping_says_the_same_as_a_text(mapping: dict[str, object], text: str) -> None:
    assert FactDate.from_mapping(mapping) == FactDate.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2002-02-30", "has day 30, but that month has 28"),
        ("1900-02-29", "has day 29, but that month has 28"),
        ("2002-13", "has month 13, but a year has 12"),
        ("2002-5-1", "lacks a zero"),
        ("24 May 2002", "is not a date"),
        ("２００２", "is not a date"),
        ("0000", "has the year 0000, which does not exist"),
        ("late 2002-05-01", "combines `late` with a day"),
        ("2003/2002", "ends before it begins"),
        ("2002-05-24..2002-05-24", "begins and ends on the same date"),
        ("2002/2003/2004", "has more than two ends"),
        ("2002-05-01/2002-06", "runs from a day to a month"),
        ("2002-05-31 25:00", "has an impossible time of day"),
        ("about 2002 06:00", "has a time of day but no day"),
        ("", "is not a date"),
    ],
)
def test_a_wrong_date_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(DateError) as caught:
        FactDate.parse(text)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"between": ["2002"]}, "has keys that do not make a date"),
        ({"from": "2002"}, "has keys that do not make a date"),
        ({"year": "2002", "month": "2002-05"}, "has keys that do not make a date"),
        ({"month": "2002"}, "is a year, but must be a month"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(mapping: dict[str, object], message: str) -> None:
    with pytest.raises(DateError) as caught:
        FactDate.from_mapping(mapping)
    assert caught.value.message == message


def test_a_missing_zero_is_supplied_in_the_fix() -> None:
    with pytest.raises(DateError) as caught:
        FactDate.parse("2002-5-9")
    assert caught.value.fix == "write `2002-05-09`"


@given(st.dates(), st.dates(), st.sampled_from(["{a}", "about {a}", "late {y}", "{a}..{b}", "{a}/{b}"]))
def test_every_date_is_read_back_as_it_was_written(one: date, other: date, form: str) -> None:
    assume(one != other)
    text = form.format(a=min(one, other), b=max(one, other), y=str(one)[:4])
    assert str(FactDate.parse(text)) == text


@given(st.text())
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        found = FactDate.parse(text)
    except DateError:
        return
    assert FactDate.parse(str(found)) == found


def test_dates_are_ordered_by_their_first_day_then_by_the_clock() -> None:
    texts = ["2001", "2002-05-24..2002-05-26", "2002-05-25", "2002-05-25 06:00", "2002-05-25 07:30"]
    assert [str(found) for found in sorted(map(FactDate.parse, reversed(texts)))] == texts
    assert not FactDate.parse("2002") < FactDate.parse("2001")


def test_a_date_is_frozen_and_can_be_a_key() -> None:
    found = FactDate.parse("2002-05-29")
    assert {found: 1}[FactDate.on(date(2002, 5, 29))] == 1
    with pytest.raises(AttributeError):
        found.first = date(2003, 1, 1)  # type: ignore[misc]


class Told(BaseModel):
    on: FactDate
    term: Term | None = None


def test_a_model_takes_a_date_from_text_mapping_or_date() -> None:
    told = Told.model_validate({"on": {"year": "2002"}, "term": "5 years"})
    assert told == Told(on=FactDate.parse("2002"), term=Term(60, "5 years"))
    assert Told.model_validate_json(told.model_dump_json()) == told


def test_a_model_refuses_what_is_neither() -> None:
    with pytest.raises(ValidationError):
        Told.model_validate({"on": ["2002"]})


def test_a_date_is_text_or_mapping_in_the_schema() -> None:
    schema = TypeAdapter(FactDate).json_schema()
    assert [way["type"] for way in schema["anyOf"]] == ["string"] + ["object"] * 5
    assert TypeAdapter(Term).json_schema()["type"] == "string"


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5 years", 60),
        ("1 year", 12),
        ("18 months", 18),
        ("5 years 6 months", 66),
        ("5 years and 6 months", 66),
        ("life", 0),
    ],
)
def test_a_term_counts_in_months(text: str, months: int) -> None:
    assert Term.parse(text) == Term(months, text)
    assert str(Term.parse(text)) == text


@pytest.mark.parametrize("text", ["", "5", "5 yrs", "0 years", "five years", "years", "5 months 2 years"])
def test_a_text_that_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(TermError):
        Term.parse(text)


def test_a_term_ends_the_day_before_its_anniversary() -> None:
    assert Term.parse("5 years").end(date(2003, 1, 18)) == date(2008, 1, 17)
    assert Term.parse("1 month").end(date(2003, 1, 31)) == date(2003, 2, 27)
    assert Term.parse("life").end(date(2003, 1, 18)) is None


def test_a_day_is_read_and_nothing_less_precise() -> None:
    assert day("2002-06-13") == date(2002, 6, 13)
    for text in ("2002-06", "20020613", "2002-W24-4", "1023926400", "2002-06-31"):
        with pytest.raises(DateError):
            day(text)
