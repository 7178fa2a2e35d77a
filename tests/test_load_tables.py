"""Rows of a table that are checked together become what they become one by one."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from lettergen.errors import InputProblems
from lettergen.facts import load, table_reader
from lettergen.facts.csv_rows import PlainRow, Row, text_rows
from lettergen.facts.model import Recipient, Sender
from lettergen.facts.nodes import Node, SourceText
from lettergen.facts.table_reader import Table

Write = Callable[[Mapping[str, str | bytes]], Path]
MODELS: dict[str, type[Recipient | Sender]] = {"recipients": Recipient, "senders": Sender}

HEADS = {
    kind: sorted({*table_reader.columns(kind), "address_1", "address_2", "organisation_1", "in_office_from"})
    for kind in MODELS
}
WORDS = (
    "", " ", "\u00a0", "a", "b", "a-b", "A b", "x" * 61, "NO", "no", "XX", "UK", "GB;", "yes", "no!", "un",
    "2006-12-02", "31.2.2006", "family-first", "given-first", "post", "fax post", "post;pigeon", ", ;", "Zoë",
    "\u3000Lin\u3000", "+86 10", "a@b.example", "en", "en, fr", '"', 'a"', "a\nb", "1 Road\n\n Town ",
    "s0002", "r0001", "missing.csv", "\x85", "\t",
)  # fmt: skip


def table(kind: str, head: list[str], rows: list[list[str]]) -> Node:
    """Return a table as it is read from a file in which every cell is quoted where it has to be."""
    lines = [";".join(_quoted(cell) for cell in row) for row in [head, *rows]]
    document = SourceText(f"{kind}.csv", "\n".join(lines) + "\n")
    return Table(document, kind).records(text_rows(document))


def _quoted(cell: str) -> str:
    is_odd = any(sign in cell for sign in ';,\n"')
    return '"' + cell.replace('"', '""') + '"' if is_odd else cell


def one_by_one(node: Node) -> Node:
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
    document = SourceText("x.csv", "id,name\n" + "\n".join(lines))
    rows: list[Row | PlainRow] = []
    with suppress(InputProblems):  # a quote without its other half
        rows += text_rows(document)
    for row in rows:
        if isinstance(row, PlainRow):
            cells = row.cells()
            assert [cell.text for cell in cells] == [text.strip() for text in row.texts]
            assert [(cell.line, cell.column) for cell in cells] == [row.place(at) for at in range(len(cells))]


def test_one_row_that_does_not_fit_hides_no_other_among_thousands() -> None:
    rows = [[f"s{at}", "Ann", "NO"] for at in range(2_500)]
    rows[7][2] = rows[1_700][2] = "XX"
    rows[8][0] = "s7"
    senders, problems, ids, _ = loaded(table("senders", ["id", "name", "country"], rows), "senders")
    assert len(senders) == 2_497
    assert [one.id for one in senders[6:8]] == ["s6", "s9"]
    assert [(one.place.line, one.place.column, one.name) for one in problems] == [
        (9, 8, "bad-country"), (10, 1, "duplicate-id"), (1_702, 11, "bad-country"),
    ]  # fmt: skip
    assert ids["s1700"] == ("senders.csv", 1_702, 1)


def test_a_letter_in_common_is_known_by_its_row_in_a_table() -> None:
    rows = [["a", "Ann", ""], ["b", "Bo", ""], ["both", "Both", "a b"], ["lost", "Lo", "a c"]]
    senders, problems, _, _ = loaded(table("senders", ["id", "name", "members"], rows), "senders")
    assert [one.id for one in senders] == ["a", "b", "both"]
    assert [(str(one.place), one.name) for one in problems] == [("senders.csv:5:9", "unknown-member")]


def test_the_organisation_of_a_sender_is_one_text_and_of_a_recipient_lines(write: Write) -> None:
    write(
        {"senders.csv": "id,organisation\na,The Club\n", "recipients.csv": "id,organisation\nb,The Office\n"}
    )
    senders, problems = load.senders(table_reader.read(Path("senders.csv"), kind="senders"))
    assert (senders[0].organisation, problems) == ("The Club", ())
    recipients, problems = load.recipients(table_reader.read(Path("recipients.csv"), kind="recipients"))
    assert (recipients[0].organisation, problems) == (("The Office",), ())


def test_the_same_id_twice_is_told_at_the_second_row(write: Write) -> None:
    write({"senders.csv": "name,id\nAnn,a\nBo,b\nCy,a\n"})
    senders, problems = load.senders(table_reader.read(Path("senders.csv"), kind="senders"))
    assert [one.id for one in senders] == ["a", "b"]
    assert [(str(one.place), one.name) for one in problems] == [("senders.csv:4:4", "duplicate-id")]
    assert "senders.csv:2:5" in problems[0].message
