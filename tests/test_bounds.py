"""Every text and list of every file has an end, which is told before anything is done with the value."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import count
from typing import Any

import pytest
from pydantic import BaseModel

from lettergen.errors import Problem
from lettergen.facts import load, yaml_reader
from lettergen.facts.fields import LONGEST_TEXT, MOST_IDS, MOST_ITEMS
from lettergen.facts.mailing_file import MailingFile
from lettergen.facts.model import Case, Recipient, Sender
from lettergen.facts.nodes import Node, SourceText
from lettergen.facts.settings import Settings
from lettergen.facts.translation import CaseWords
from lettergen.facts.validation_messages import fields_of, models_in
from lettergen.letters.template.front_matter import PARTS, FrontMatter

TODAY = date(2026, 2, 15)
Way = tuple[str | int, ...]

MODELS: Mapping[str, type[BaseModel]] = {
    "recipient": Recipient,
    "sender": Sender,
    "case": Case,
    "words of a case": CaseWords,
    "settings": Settings,
    "mailing": MailingFile,
    "template": FrontMatter,
}
HUGE: Mapping[str, Any] = {
    "one word": "x" * (10 * LONGEST_TEXT),
    "words": "Ada Lovelace " * LONGEST_TEXT,
    "blanks": f"2{' ' * 10 * LONGEST_TEXT}0",
    "lines": "Ada\n" * LONGEST_TEXT,
    "digits": "9" * (10 * LONGEST_TEXT),
    "another script": "李" * (10 * LONGEST_TEXT),
    "texts": ["ada"] * (MOST_IDS + 1),
    "groups": [{"id": "ada"}] * (2 * MOST_ITEMS),
}
"""What no field can have, whatever it is."""


BOUNDED_AS_A_WHOLE = frozenset((*PARTS, "uses"))
"""What a template writes into the letter is bounded as a whole: test_bombs.py."""


def leaves(model: type[BaseModel], way: Way = ()) -> Iterator[Way]:
    """Every place in a record at which a value can stand, groups included."""
    for name, info in fields_of(model).items():
        here = (*way, name)
        if model is FrontMatter and name in BOUNDED_AS_A_WHOLE:
            continue
        yield here
        is_list, is_map = (word in str(info.annotation) for word in ("tuple[", "Mapping"))
        for inner in models_in(info.annotation):
            yield from leaves(inner, (*here, *([0] if is_list else ["ada"] if is_map else [])))


def filled(way: Way, value: Any) -> Any:
    """A value with the groups and lists around it."""
    for step in reversed(way):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def node(way: Way, value: Node) -> tuple[Node, int]:
    """A record that has nothing but one value, a name a line; and the line of that."""
    text = json.dumps(filled(way, "ada"), indent=0)
    lines = text.splitlines()
    at = count()
    line = 0
    for name in (f"{json.dumps(step)}:" for step in way if isinstance(step, str)):
        line = next(number for number in at if lines[number].startswith(name))
    record = yaml_reader.examine_text(text, "x.yaml")
    inside: Any = record
    for step in way[:-1]:
        inside = inside.value[step]
    place = inside.value[way[-1]].place
    inside.value[way[-1]] = Node(value.value, record.document, place.line - 1, place.column - 1, value._keys)
    return record, line + 1


@cache
def huge(kind: str) -> Node:
    # Below whatever it is put into, so that a place in it is one behind it.
    text = "\n" * 100 + json.dumps(HUGE[kind], ensure_ascii=False)
    return yaml_reader.examine_text(text, "x.yaml")


def problems_of(record: Node, model: type[BaseModel]) -> list[Problem]:
    return [*record.faults, *load.fact(record, model, "it")[1]]  # type: ignore[type-var]


def steps(act: Callable[[], object]) -> int:
    """How many calls an act takes; no clock is so exact."""
    calls = 0

    def called(_frame: object, event: str, _about: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        act()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("kind", HUGE)
@pytest.mark.parametrize("name", MODELS)
def test_a_value_without_end_is_told_at_its_place_in_every_field(name: str, kind: str) -> None:
    for way in leaves(MODELS[name]):
        record, line = node(way, huge(kind))
        found: list[Problem] = []
        taken = steps(lambda: found.extend(problems_of(record, MODELS[name])))  # noqa: B023
        there = [one for one in found if one.place and one.place.line >= line]
        assert there, (way, [(one.name, one.place) for one in found])
        assert all(len(one.message) + len(one.fix) < 2_000 for one in found), way
        assert taken < 20 * MOST_IDS + 20_000, (way, taken)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_fields_take_what_people_write(name: str) -> None:
    """So that the test above shows the length to be at fault and not the field."""
    accepted = 0
    for way in leaves(MODELS[name]):
        record, line = node(way, Node("ada", SourceText("x.yaml", "ada"), 0, 0))
        found = problems_of(record, MODELS[name])
        accepted += not any(
            one.place and one.place.line >= line and one.name == "value-too-long" for one in found
        )
    assert accepted == len(list(leaves(MODELS[name])))


@pytest.mark.parametrize("length", [201, 900, 100_000])
def test_a_name_without_end_is_told_and_not_repeated(length: int) -> None:
    record = yaml_reader.examine_text(f"id: a\n? {'x' * length}\n: b\n", "x.yaml")
    (problem,) = record.faults
    assert (problem.name, problem.place and problem.place.line) == ("value-too-long", 2)
    assert "xx" not in problem.message + problem.fix
