"""Tables give the same records as YAML, and say which cell is wrong."""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lettergen.errors import InputProblems
from lettergen.facts import load, table_reader
from lettergen.facts.damaged_text import NOTHING, damage
from lettergen.facts.nodes import Node

Write = Callable[[Mapping[str, str | bytes]], Path]


def read(write: Write, text: str | bytes, kind: str = "recipients", name: str = "x.csv") -> Node:
    write({name: text})
    return table_reader.read(Path(name), kind=kind)


def told(node: Node) -> list[str]:
    return [f"{problem.place} {problem.name}: {problem.message}" for problem in node.faults]


SAME = [
    {
        "id": "cn-premier",
        "name": {"family": "Lin", "given": "Mei"},
        "address": ["1 First Street", "Beijing 01234"],
        "country": "NO",
        "fax": "+86 10 1",
        "tags": ["china", "government"],
        "in_office": {"from": "1998-03-17"},
    }
]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_table_holds_the_same_as_yaml(write: Write, separator: str, encoding: str) -> None:
    head = [
        "id",
        " Name_Family ",
        "name.given",
        "address_1",
        "address_2",
        "country",
        "fax",
        "tags",
        "in office from",
    ]
    row = [
        "cn-premier",
        "Lin",
        "Mei",
        "1 First Street",
        "Beijing 01234",
        "NO",
        "+86 10 1",
        "china government",
    ]
    text = "\r\n".join(separator.join(cells) for cells in (head, [*row, "1998-03-17"], [""] * 9)) + "\r\n"
    node = read(write, text.encode(encoding))
    assert node.plain() == SAME
    assert told(node) == []


def test_address_lines_may_stand_in_one_cell(write: Write) -> None:
    node = read(
        write, 'id,address,tags,organisation\na,"1 First ""Old"" Street\nTokyo, Japan","x;y",Office\nb,,,\n'
    )
    assert node.plain() == [
        {
            "id": "a",
            "address": ['1 First "Old" Street', "Tokyo, Japan"],
            "tags": ["x", "y"],
            "organisation": ["Office"],
        },
        {"id": "b"},
    ]
    assert isinstance(node.value, list)
    assert str(node.value[1].place) == "x.csv:4:1"


def test_every_cell_knows_its_line_and_column(write: Write) -> None:
    node = read(write, "id;title;email\na;First;x@example.org\n")
    assert isinstance(node.value, list)
    (record,) = node.value
    assert str(record.key_places["email"]) == "x.csv:2:9"


@pytest.mark.parametrize(
    ("kind", "expected"), [("recipients", "r-"), ("senders", "s-"), ("signatories", None)]
)
def test_a_row_without_id_has_one_of_digits(write: Write, kind: str, expected: str | None) -> None:
    (record,) = read(write, "name;country\n;\nMei Lin;NO\n", kind).plain()
    assert (record.pop("id", None) or "")[:2] == (expected or "")
    assert record == {"name": "Mei Lin", "country": "NO"}


def test_the_separator_that_excel_declares_is_used(write: Write) -> None:
    assert read(write, "sep=|\nid|title\na|b,c\n").plain() == [{"id": "a", "title": "b,c"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id;adress\na;b\n", "x.csv:1:4 unknown-column: unknown column `adress`."),
        ("id;adress_1\na;b\n", "x.csv:1:4 unknown-column: unknown column `adress_1`."),
        ("id;;fax\na;b;c\n", "x.csv:1:4 unnamed-column: this column has no name."),
        ("id;fax;Fax\na;b;c\n", "x.csv:1:8 duplicate-column: there are two columns `Fax`."),
        ("name;name_given\na;b\n", "x.csv:1:1 conflicting-columns: "
         "`name` is given both as a whole column and in parts."),
        ("id;fax\na;b;c\n", "x.csv:2:5 ragged-row: row 1 has 3 cells; the head has 2."),
        ("id;fax\nb\n", "x.csv:2:1 ragged-row: row 1 has 1 cell; the head has 2."),
        ("id;fax\na;\u202e1\n", "x.csv:2:3 invisible-character: there is an invisible character U+202E "
         "(right-to-left override) here."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_column_or_row_is_told(write: Write, text: str, expected: str) -> None:
    assert told(read(write, text)) == [expected]


def test_a_group_within_a_group_is_a_column_or_in_parts(write: Write) -> None:
    node = read(write, "id;signs_for_name;signs_for_name_given\na;b;c\n", "senders")
    assert told(node) == [
        "x.csv:1:4 conflicting-columns: `signs_for_name` is given both as a whole column and in parts."
    ]


def test_a_near_column_is_suggested(write: Write) -> None:
    fixes = [
        problem.fix
        for head in ("id;adress_2", "id;faxx", "id;E-mail Address", "id;Straße", "id;우편번호")
        for problem in read(write, f"{head}\na;b\n").faults
    ]
    assert fixes == [
        "did you mean `address_2` or `address`?",
        "did you mean `fax`?",
        "did you mean `email`?",
        "did you mean `street`?",
        "did you mean `postcode`?",
    ]


def test_unknown_columns_are_told_once(write: Write) -> None:
    (problem,) = read(write, "id;Timestamp;Prénom;Foo\na;b;c;d\n", "senders").faults
    assert problem.message == "3 columns are unknown: `Timestamp`, `Prénom`, `Foo`."
    assert problem.fix.startswith("did you mean `name_given` for `Prénom`? Otherwise map or ignore them in")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('id;fax\na;"b\nc;d\n', "x.csv:2:3 unclosed-quote: this quoted cell has no closing quote."),
        ('id;fax\na;"b" c\n', "x.csv:2:7 text-after-quote: text follows the closing quote."),
        (
            "id;fax\na;\x1b\n",
            "x.csv:2:3 control-character: the character U+001B here cannot occur in a letter.",
        ),
    ],
)
def test_a_table_whose_cells_cannot_be_told_apart_is_refused(write: Write, text: str, expected: str) -> None:
    with pytest.raises(InputProblems) as caught:
        read(write, text)
    assert [f"{p.place} {p.name}: {p.message}" for p in caught.value.problems] == [expected]


def test_a_wrong_row_leaves_the_others(write: Write) -> None:
    node = read(write, "id;country\na;NO\nb;NO;x\nc;SE\n")
    recipients, problems = load.recipients(node)
    assert [recipient.id for recipient in recipients] == ["a", "c"]
    assert [problem.name for problem in problems] == ["ragged-row"]


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=2, max_size=2))
def test_any_text_survives_a_quoted_cell(texts: list[str]) -> None:
    import csv
    import tempfile

    assume(damage(texts[0], "title") is None and NOTHING.isdisjoint(texts))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["title", "note"], texts])
        (record,) = table_reader.read(path, kind="recipients").plain()
    assert [record["title"], record["note"]] == texts


def test_an_empty_table_has_no_records(write: Write) -> None:
    assert read(write, "").plain() == []
    assert read(write, "id;fax\n;\n").plain() == []


def spreadsheet(rows: list[list[Any]]) -> bytes:
    """Return the smallest .xlsx file: texts as inline strings, numbers as numbers."""

    def cell(value: Any) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="One" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def test_a_spreadsheet_is_read_like_a_table(write: Write) -> None:
    data = spreadsheet(
        [["id", "name_family", "address_1", "fax"], ["a", "Lin", "Street", "+86 10"], ["", "", "", ""]]
    )
    assert read(write, data, name="x.xlsx").plain() == [
        {"id": "a", "name": {"family": "Lin"}, "address": ["Street"], "fax": "+86 10"}
    ]


def test_a_number_in_a_spreadsheet_is_refused_and_spoils_only_its_row(write: Write) -> None:
    node = read(write, spreadsheet([["id", "fax"], ["a", 338158127], ["b", "0338158127"]]), name="x.xlsx")
    assert told(node) == [
        "x.xlsx:2:2 number-in-cell: cell B2 of sheet `One` is stored as a number, "
        "so leading zeros and `+` are lost."
    ]
    assert [recipient.id for recipient in load.recipients(node)[0]] == ["b"]


def test_what_is_no_spreadsheet_is_told(write: Write) -> None:
    with pytest.raises(InputProblems) as caught:
        read(write, b"no zip", name="x.xlsx")
    assert [problem.name for problem in caught.value.problems] == ["wrong-file-type"]


def test_the_columns_of_senders_are_their_fields() -> None:
    columns = table_reader.columns("senders")
    assert columns["name_family"] == ("name", "family")
    assert columns["signs_for_name_given"] == ("signs_for", "name", "given")
    assert columns["signatories"] == ("signatories",)
    assert "signs_for" not in columns
