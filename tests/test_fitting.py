"""Rows that are taken in bulk become what they become one by one; whatever is odd gets the closer look."""

import pickle
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from lettergen.errors import InputProblems
from lettergen.facts import load, tables
from lettergen.facts.complaints import fields_of, models_in
from lettergen.facts.fitting import fitting
from lettergen.facts.model import PersonName, Recipient, Sender, SignsFor
from lettergen.facts.nodes import Document, Node
from lettergen.facts.rows import Plain, Row, bare_rows, text_rows
from lettergen.facts.tabled import TableNode
from lettergen.facts.tables import Table

Write = Callable[[Mapping[str, str | bytes]], Path]
MODELS: dict[str, type[Recipient | Sender]] = {"recipients": Recipient, "senders": Sender}

HEADS = {
    kind: sorted({*tables.columns(kind), "address_1", "address_2", "organisation_1", "in_office_from"})
    for kind in MODELS
}
WORDS = (
    "", " ", "\u00a0", "a", "b", "a-b", "A b", "x" * 61, "NO", "no", "XX", "UK", "GB;", "yes", "no!", "un",
    "2006-12-02", "31.2.2006", "family-first", "given-first", "post", "fax post", "post;pigeon", ", ;", "Zoë",
    "\u3000Lin\u3000", "+86 10", "a@b.example", "en", "en, fr", '"', 'a"', "a\nb", "1 Road\n\n Town ",
    "s0002", "r0001", "missing.csv", "\x85", "\t",
)  # fmt: skip


def table(kind: str, head: list[str], rows: list[list[str]]) -> TableNode:
    """Return a table as it is read from a file in which every cell is quoted where it has to be."""
    lines = [";".join(_quoted(cell) for cell in row) for row in [head, *rows]]
    document = Document(f"{kind}.csv", "\n".join(lines) + "\n")
    bare = bare_rows(document)
    return Table(document, kind).records(text_rows(document) if bare is None else bare)


def _quoted(cell: str) -> str:
    is_odd = any(sign in cell for sign in ';,\n"')
    return '"' + cell.replace('"', '""') + '"' if is_odd else cell


def one_by_one(node: TableNode) -> Node:
    """Return the same records as nodes, each of which has been looked at."""
    rows = node.value
    assert isinstance(rows, list)
    return Node([Node(row.value, node.document, row._line, row._column, row._keys) for row in rows],
                node.document, 0, 0)  # fmt: skip


def loaded(node: Node, kind: str) -> tuple[Any, ...]:
    found: Any = load.loaded_recipients([node]) if kind == "recipients" else load.loaded_senders([node])
    problems = sorted(found.problems, key=lambda problem: (problem.sort_key(), problem.message))
    return found.facts(), problems, found.ids, list(map(tree, found.facts()))


def tree(value: object) -> object:
    """Return a record with all that a comparison of records leaves out."""
    if isinstance(value, BaseModel):
        inside = {name: tree(each) for name, each in value.__dict__.items()}
        return (
            type(value),
            inside,
            value.model_fields_set,
            value.__pydantic_extra__,
            value.__pydantic_private__,
        )
    return type(value), value


@st.composite
def hostile(draw: st.DrawFn) -> tuple[str, list[str], list[list[str]]]:
    kind = draw(st.sampled_from(sorted(MODELS)))
    head = draw(st.lists(st.sampled_from(HEADS[kind]), min_size=1, max_size=7, unique=True))
    if draw(st.booleans()):
        together = draw(
            st.sampled_from([["id", "name"], ["name_family", "name_given", "address_2", "address_1"]])
        )
        head = list(dict.fromkeys([*together, *head]))
    cells = st.lists(st.sampled_from(WORDS), min_size=len(head), max_size=len(head))
    return kind, head, draw(st.lists(cells, max_size=8))


@given(hostile())
@settings(max_examples=400, deadline=None)
def test_in_bulk_and_one_by_one_give_the_same_records_and_problems(
    case: tuple[str, list[str], list[list[str]]],
) -> None:
    kind, head, rows = case
    assert loaded(table(kind, head, rows), kind) == loaded(one_by_one(table(kind, head, rows)), kind)


@given(
    st.lists(
        st.lists(st.sampled_from([",", '"', " ", "a", "b\t", "é", "\n", "\x85"]), max_size=9).map("".join)
    )
)
@settings(max_examples=400, deadline=None)
def test_a_line_with_quotes_has_the_cells_that_a_closer_look_finds(lines: list[str]) -> None:
    document = Document("x.csv", "id,name\n" + "\n".join(lines))
    rows: list[Row | Plain] = []
    with suppress(InputProblems):  # a quote without its other half
        rows += text_rows(document)
    for row in rows:
        if isinstance(row, Plain):
            cells = row.cells()
            assert [cell.text for cell in cells] == [text.strip() for text in row.texts]
            assert [(cell.line, cell.column) for cell in cells] == [row.place(at) for at in range(len(cells))]
    bare = bare_rows(document)
    if rows and bare is not None:
        filled = [row for row in rows if isinstance(row, Plain) and any(text.strip() for text in row.texts)]
        assert [row.texts for row in filled] == bare.texts
        assert [row.line for row in filled] == list(bare.lines)


def test_what_is_sound_is_made_in_bulk_and_what_is_not_is_left() -> None:
    node = table(
        "senders",
        ["id", "name_given", "name_family", "country", "members"],
        [
            ["a", "Ann", "Lee", "no", ""],
            ["b", "Bo", "Lee", "XX", ""],
            ["c", "", "", "NO", ""],
            ["", "Cy", "", "", ""],
            ["e", "", "", "", "a"],
        ],
    )
    found = fitting(node, Sender)
    assert [one.id if one else None for one in found] == ["a", None, None, "s0004", None]
    assert found[0] == Sender.model_validate(
        {"id": "a", "name": {"given": "Ann", "family": "Lee"}, "country": "NO"}
    )


def test_lines_stand_in_the_order_of_their_columns_and_empty_ones_are_left_out() -> None:
    rows = [["a", "1 Road", "Oslo", "Ann"], ["b", "", "Bergen", "Bo"], ["c", "2 Road", "Oslo", ""]]
    found = fitting(table("senders", ["id", "address_1", "address_2", "name_given"], rows), Sender)
    assert [one.address if one else None for one in found] == [("1 Road", "Oslo"), ("Bergen",), None]


def test_a_record_made_in_bulk_can_be_copied_and_sent_and_changed_by_nobody() -> None:
    (one, other) = fitting(table("senders", ["id", "name"], [["a", "Ann"], ["b", "Bo"]]), Sender)
    assert one
    assert other
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own
    assert one.model_copy(update={"title": "Dr"}).model_fields_set == {"id", "name", "title"}
    assert other.model_fields_set == {"id", "name"}
    with pytest.raises(ValueError, match="frozen"):
        one.title = "Dr"  # type: ignore[misc]


def test_rules_for_whole_records_ask_only_which_fields_are_given() -> None:
    """A new rule that compares the values of two fields would not be seen in bulk: look at `fitting`."""

    def rules(model: type[BaseModel]) -> dict[str, set[str]]:
        known = model.__pydantic_decorators__
        names = {*known.model_validators, *known.field_validators, *known.root_validators}
        found = {model.__name__: names} if names else {}
        for info in fields_of(model).values():
            for part in models_in(info.annotation):
                found |= rules(part)
        return found

    named = {"PersonName": {"_from_text", "_has_a_name"}}
    assert rules(Recipient) == named
    assert rules(Sender) == {**named, "Sender": {"_signs_somehow"}}
    with pytest.raises(ValueError, match="neither"):
        PersonName(courtesy="Dr")
    assert SignsFor.model_fields["name"].annotation is PersonName


def test_the_organisation_of_a_sender_is_one_text_and_of_a_recipient_lines(write: Write) -> None:
    write(
        {"senders.csv": "id,organisation\na,The Club\n", "recipients.csv": "id,organisation\nb,The Office\n"}
    )
    senders, problems = load.senders(tables.read(Path("senders.csv"), kind="senders"))
    assert (senders[0].organisation, problems) == ("The Club", ())
    recipients, problems = load.recipients(tables.read(Path("recipients.csv"), kind="recipients"))
    assert (recipients[0].organisation, problems) == (("The Office",), ())


def test_the_same_id_twice_is_told_at_the_second_row(write: Write) -> None:
    write({"senders.csv": "name,id\nAnn,a\nBo,b\nCy,a\n"})
    senders, problems = load.senders(tables.read(Path("senders.csv"), kind="senders"))
    assert [one.id for one in senders] == ["a", "b"]
    assert [(str(one.place), one.name) for one in problems] == [("senders.csv:4:4", "duplicate-id")]
    assert "senders.csv:2:5" in problems[0].message
