"""What a spreadsheet hides is told, what it shows is read, what is unknown is refused: .xlsx and .ods."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lettergen.errors import InputProblems
from lettergen.facts import load, table_reader
from lettergen.facts.nodes import Node
from tests.workbooks import MAIN, archive, cell, ods, ods_row, row, text, xlsx

Write = Callable[[Mapping[str, str | bytes]], Path]
HEAD = ("id", "title")


def read(write: Write, data: bytes, name: str, columns: str = "") -> Node:
    write({name: data, **({f"{Path(name).stem}.columns.toml": columns} if columns else {})})
    return table_reader.read(Path(name), kind="recipients")


def told(node: Node) -> list[str]:
    return [f"{problem.place} {problem.name}: {problem.message}" for problem in node.faults]


def titles(node: Node) -> list[str]:
    return [f"{one['id']} {one.get('title', '')}".strip() for one in node.plain()]


N_A = '<c t="e"><f>1/0</f><v>#N/A</v></c>'
ODS_ERROR = (
    '<table:table-cell table:formula="of:=NA()" office:value-type="string" calcext:value-type="error">'
    "<text:p>#N/A</text:p></table:table-cell>"
)
HIDDEN_STYLE = (
    '<style:style style:name="flat" style:family="table-row">'
    '<style:table-row-properties style:row-height="0cm"/></style:style>'
)
NARROW = (
    '<style:style style:name="thin" style:family="table-column">'
    '<style:table-column-properties style:column-width="0in"/></style:style>'
)
UNSEEN_SHEET = (
    '<style:style style:name="off" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)
HIDDEN_ROW = "x: not-read: 1 row of sheet `One` is hidden or filtered out, and not read: 3."
HIDDEN_COLUMN = "x: not-read: 1 column of sheet `One` is hidden, and not read: C."
HIDDEN_SHEET = "x: not-read: only sheet `One` is read, not the hidden sheet `Two` (2 rows)."
THREE = (row(*HEAD), row("a", "A"), row("b", "B"), row("c", "C"))
WIDE = (row(*HEAD, "note"), row("a", "A", "secret"))
ODS_WIDE = (ods_row(*HEAD, "note"), ods_row("a", "A", "secret"))


def three(attributes: str = "", before: str = "", after: str = "") -> list[str]:
    return [
        ods_row(*HEAD),
        ods_row("a", "A"),
        before,
        ods_row("b", "B", attributes=attributes),
        after,
        ods_row("c", "C"),
    ]


HIDES: dict[str, tuple[str, bytes, list[str], list[str]]] = {
    "a hidden row": (
        "xlsx",
        xlsx([*THREE[:2], row("b", "B", attributes='hidden="1"'), THREE[3]]),
        [HIDDEN_ROW],
        ["a A", "c C"],
    ),
    "a hidden row, in words": (
        "xlsx",
        xlsx([*THREE[:2], row("b", "B", attributes='hidden="true"'), THREE[3]]),
        [HIDDEN_ROW],
        ["a A", "c C"],
    ),
    "a row of no height": (
        "xlsx",
        xlsx([*THREE[:2], row("b", "B", attributes='ht="0" customHeight="1"'), THREE[3]]),
        [HIDDEN_ROW],
        ["a A", "c C"],
    ),
    "a hidden column": (
        "xlsx",
        xlsx(WIDE, columns='<cols><col min="3" max="3" width="9" hidden="1"/></cols>'),
        [HIDDEN_COLUMN],
        ["a A"],
    ),
    "a column of no width": (
        "xlsx",
        xlsx(WIDE, columns='<cols><col min="3" max="16384" width="0"/></cols>'),
        [HIDDEN_COLUMN],
        ["a A"],
    ),
    "a hidden sheet": (
        "xlsx",
        xlsx(THREE[:2], [row("x"), row("y")], states=["", "hidden"]),
        [HIDDEN_SHEET],
        ["a A"],
    ),
    "a very hidden sheet": (
        "xlsx",
        xlsx(THREE[:2], [row("x"), row("y")], states=["", "veryHidden"]),
        [HIDDEN_SHEET],
        ["a A"],
    ),
    "a hidden sheet before it": (
        "xlsx",
        xlsx([row("x")], THREE[:2], states=["hidden"]),
        ["x: not-read: only sheet `Two` is read, not the hidden sheet `One` (1 row)."],
        ["a A"],
    ),
    "another sheet": (
        "xlsx",
        xlsx(THREE[:2], [row("x")]),
        ["x: not-read: only sheet `One` is read, not the sheet `Two` (1 row)."],
        ["a A"],
    ),
    "ods: a hidden row": ("ods", ods(three('table:visibility="collapse"')), [HIDDEN_ROW], ["a A", "c C"]),
    "ods: a filtered row": ("ods", ods(three('table:visibility="filter"')), [HIDDEN_ROW], ["a A", "c C"]),
    "ods: a row of no height": (
        "ods",
        ods(three('table:style-name="flat"'), styles=HIDDEN_STYLE),
        [HIDDEN_ROW],
        ["a A", "c C"],
    ),
    "ods: a row in a folded group": (
        "ods",
        ods(three(before='<table:table-row-group table:display="false">', after="</table:table-row-group>")),
        [HIDDEN_ROW],
        ["a A", "c C"],
    ),
    "ods: a hidden column": (
        "ods",
        ods(
            [
                (
                    '<table:table-column table:number-columns-repeated="2"/>'
                    '<table:table-column table:visibility="collapse"/>'
                ),
                *ODS_WIDE,
            ]
        ),
        [HIDDEN_COLUMN],
        ["a A"],
    ),
    "ods: a column of no width": (
        "ods",
        ods(
            [
                (
                    '<table:table-column table:number-columns-repeated="2"/>'
                    '<table:table-column table:style-name="thin"/>'
                ),
                *ODS_WIDE,
            ],
            styles=NARROW,
        ),
        [HIDDEN_COLUMN],
        ["a A"],
    ),
    "ods: a hidden sheet": (
        "ods",
        ods(
            [ods_row(*HEAD), ods_row("a", "A")],
            [ods_row("x"), ods_row("y")],
            attributes=["", 'table:style-name="off"'],
            styles=UNSEEN_SHEET,
        ),
        [HIDDEN_SHEET],
        ["a A"],
    ),
}


@pytest.mark.parametrize(("suffix", "data", "notes", "rows"), HIDES.values(), ids=HIDES)
def test_what_is_hidden_is_not_read_and_told(
    write: Write, suffix: str, data: bytes, notes: list[str], rows: list[str]
) -> None:
    node = read(write, data, f"x.{suffix}")
    assert told(node) == [note.replace("x:", f"x.{suffix}", 1) for note in notes]
    assert {problem.severity for problem in node.faults} == {"warning"}
    assert titles(node) == rows
    assert len(load.recipients(node)[0]) == len(rows)


DATE = "is stored as a date, 2026-03-05; a program may have made it of something like 3-5 or 1/2."
NUMBER = "is stored as a number, so leading zeros and `+` are lost."
NO_RESULT = "holds a formula whose result is not in the file."
DAMAGED = {
    "an error": (N_A, "error-in-cell", "holds the error `#N/A` instead of a value."),
    "a formula never computed": ("<c><f>A1</f></c>", "formula-without-result", NO_RESULT),
    "a formula with an empty value": ("<c><f>A1</f><v></v></c>", "formula-without-result", NO_RESULT),
    "a date": ('<c s="1"><v>46086</v></c>', "date-in-cell", DATE),
    "a day of the year": ('<c s="2"><v>46086</v></c>', "date-in-cell", DATE),
    "a date in words of ISO 8601": ('<c t="d"><v>2026-03-05</v></c>', "date-in-cell", DATE),
    "a number": ("<c><v>12</v></c>", "number-in-cell", NUMBER),
    "a time": ('<c s="3"><v>0.5</v></c>', "number-in-cell", NUMBER),
    "ods: an error": (ODS_ERROR, "error-in-cell", "holds the error `#N/A` instead of a value."),
    "ods: a formula never computed": (
        '<table:table-cell table:formula="of:=[.A1]"/>',
        "formula-without-result",
        NO_RESULT,
    ),
    "ods: a date": (
        cell("5.3.", 'office:value-type="date" office:date-value="2026-03-05"'),
        "date-in-cell",
        DATE,
    ),
    "ods: a number": (cell("012", 'office:value-type="float" office:value="12"'), "number-in-cell", NUMBER),
}


@pytest.mark.parametrize(("damaged", "name", "message"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_cell_is_told_with_sheet_and_cell_and_spoils_only_its_row(
    write: Write, damaged: str, name: str, message: str
) -> None:
    if damaged.startswith("<table"):
        suffix, data = "ods", ods([ods_row(*HEAD), ods_row("a", damaged), ods_row("b", "B")])
    else:
        suffix, data = "xlsx", xlsx([row(*HEAD), row("a", damaged), row("b", "B")])
    node = read(write, data, f"x.{suffix}")
    assert told(node) == [f"x.{suffix}:2:2 {name}: cell B2 of sheet `One` {message}"]
    assert [one.id for one in load.recipients(node)[0]] == ["b"]


def test_a_column_that_is_ignored_may_hold_anything(write: Write) -> None:
    data = xlsx([row(*HEAD, "When", "Score"), row("a", "A", '<c s="1"><v>46086</v></c>', "<c><v>3</v></c>")])
    node = read(write, data, "x.xlsx", '[columns]\nWhen = "ignore"\nScore = "ignore"\n')
    assert (told(node), titles(node)) == ([], ["a A"])


def test_a_date_is_read_where_a_day_is_meant(write: Write) -> None:
    head = row("id", "checked_on", "checked_source")
    node = read(write, xlsx([head, row("a", '<c s="1"><v>46086</v></c>', "x")]), "x.xlsx")
    assert node.plain() == [{"id": "a", "checked": {"on": "2026-03-05", "source": "x"}}]


READ_ALIKE: dict[str, tuple[str, bytes]] = {
    "an escaped break": ("xlsx", xlsx([row(*HEAD), row("a", "First_x000D_\nSecond")])),
    "CR and LF": ("xlsx", xlsx([row(*HEAD), row("a", "First&#13;&#10;Second")])),
    "CR": ("xlsx", xlsx([row(*HEAD), row("a", "First&#13;Second")])),
    "runs and a reading": (
        "xlsx",
        xlsx(
            [
                row(*HEAD),
                row(
                    "a",
                    '<c t="inlineStr"><is><r><t>First\n</t></r><r><t>Second</t></r>'
                    '<rPh sb="0" eb="1"><t>Reading</t></rPh></is></c>',
                ),
            ]
        ),
    ),
    "white space between elements": (
        "xlsx",
        xlsx(
            [
                "\n <row>\n  " + text("id") + "\n  " + text("title") + "\n </row>\n",
                '<row>\n <c t="inlineStr">\n <is>\n <t>a</t>\n </is>\n </c>\n'
                + text("First\nSecond")
                + "</row>",
            ]
        ),
    ),
    "references": (
        "xlsx",
        xlsx(
            [
                (
                    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c>'
                    '<c r="B1" t="inlineStr"><is><t>title</t></is></c></row>'
                ),
                (
                    '<row r="2"><c r="B2" t="str"><f>A9</f><v>First\nSecond</v></c>'
                    '<c r="A2" t="inlineStr"><is><t>a</t></is></c></row>'
                ),
            ]
        ),
    ),
    "shared texts": (
        "xlsx",
        xlsx(
            [row(*HEAD), row('<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>')],
            more={
                "xl/sharedStrings.xml": (
                    f'<sst xmlns="{MAIN}"><si><t>a</t></si><si><r>'
                    f"<t>First</t></r><r><t>\nSecond</t></r></si></sst>"
                ),
                "xl/_rels/workbook.xml.rels": (
                    "<Relationships>"
                    '<Relationship Id="s0" Type="x/worksheet" Target="worksheets/s0.xml"/>'
                    '<Relationship Id="t" Type="x/sharedStrings" Target="SharedStrings.xml"/></Relationships>'
                ),
            },
        ),
    ),
    "prefixes": (
        "xlsx",
        xlsx(
            [],
            more={
                "xl/worksheets/s0.xml": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
                + "".join(row(*one) for one in (HEAD, ("a", "First\nSecond")))
                .replace("</", "</x:")
                .replace("<c", "<x:c")
                .replace("<row", "<x:row")
                .replace("<is", "<x:is")
                .replace("<t>", "<x:t>")
                + "</x:sheetData></x:worksheet>"
            },
        ),
    ),
    "ods: paragraphs": ("ods", ods([ods_row(*HEAD), ods_row("a", "First</text:p><text:p>Second")])),
    "ods: a line break": ("ods", ods([ods_row(*HEAD), ods_row("a", "First<text:line-break/>Second")])),
    "ods: white space between elements": (
        "ods",
        ods(
            [
                "\n" + ods_row(*HEAD) + "\n",
                ods_row("a", "\n  First</text:p>\n<text:p>Sec<text:span>ond</text:span>"),
            ]
        ),
    ),
    "ods: a note on the cell": (
        "ods",
        ods(
            [
                ods_row(*HEAD),
                ods_row(
                    "a",
                    (
                        '<table:table-cell office:value-type="string"><office:annotation>'
                        "<text:p>A note</text:p></office:annotation>"
                        "<text:p>First</text:p><text:p>Second</text:p></table:table-cell>"
                    ),
                ),
            ]
        ),
    ),
}


@pytest.mark.parametrize(("suffix", "data"), READ_ALIKE.values(), ids=READ_ALIKE)
def test_what_other_programs_write_is_read_alike(write: Write, suffix: str, data: bytes) -> None:
    node = read(write, data, f"x.{suffix}")
    assert told(node) == []
    assert node.plain() == [{"id": "a", "title": "First\nSecond"}]


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_blanks_within_an_ods_text_are_kept_where_they_count(write: Write, suffix: str) -> None:
    value = "one  two" if suffix == "xlsx" else 'one<text:s text:c="2"/>two'
    data = (
        xlsx([row(*HEAD), row("a", value)])
        if suffix == "xlsx"
        else ods([ods_row(*HEAD), ods_row("a", value)])
    )
    assert read(write, data, f"x.{suffix}").plain() == [{"id": "a", "title": "one  two"}]


def test_a_height_that_is_no_height_hides_nothing(write: Write) -> None:
    styles = HIDDEN_STYLE.replace("0cm", "undefinedpt")
    node = read(write, ods(three('table:style-name="flat"'), styles=styles), "x.ods")
    assert (told(node), titles(node)) == ([], ["a A", "b B", "c C"])


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_merged_cells_are_told(write: Write, suffix: str) -> None:
    if suffix == "xlsx":
        data = xlsx(THREE, after='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>')
    else:
        merged = cell("A", 'table:number-rows-spanned="2"')
        covered = '<table:covered-table-cell office:value-type="string"/>'
        data = ods([ods_row(*HEAD), ods_row("a", merged), ods_row("b", covered), ods_row("c", "C")])
    node = read(write, data, f"x.{suffix}")
    assert told(node) == [
        f"x.{suffix}:2:2 merged-cells: the cells B2:B3 of sheet `One` are merged, "
        "so only the first has a value."
    ]


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_sheets_that_look_alike_are_refused_unless_one_is_named(write: Write, suffix: str) -> None:
    if suffix == "xlsx":
        data = xlsx(THREE[:2], THREE[:1] + THREE[2:3])
    else:
        data = ods([ods_row(*HEAD), ods_row("a", "A")], [ods_row(*HEAD), ods_row("b", "B")])
    node = read(write, data, f"x.{suffix}")
    assert [problem.name for problem in node.faults] == ["several-sheets"]
    node = read(write, data, f"x.{suffix}", 'sheet = "Two"\n')
    assert (told(node), titles(node)) == ([], ["b B"])
    with pytest.raises(InputProblems) as caught:
        read(write, data, f"x.{suffix}", 'sheet = "Too"\n')
    (problem,) = caught.value.problems
    assert (problem.name, problem.fix) == ("missing-sheet", "did you mean `Two`?")


def test_a_workbook_whose_only_sheet_is_hidden_is_refused(write: Write) -> None:
    with pytest.raises(InputProblems) as caught:
        read(write, xlsx(THREE, states=["hidden"]), "x.xlsx")
    assert [problem.name for problem in caught.value.problems] == ["several-sheets"]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("x.xlsx", b"id,title\na,b\n", "wrong-file-type"),
        ("x.xlsx", b"<html><table></table></html>", "wrong-file-type"),
        ("x.ods", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "wrong-file-type"),
        (
            "x.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
            "locked-table",
        ),
        ("x.ods", ods([], manifest="<manifest:encryption-data/>"), "locked-table"),
        ("x.xlsx", archive({"a": "b"}), "unreadable-table"),
        ("x.ods", archive({"a": "b"}), "unreadable-table"),
        ("x.xlsx", xlsx([row(*HEAD), row("a", '<c t="s"><v>7</v></c>')]), "unreadable-table"),
        ("x.xlsx", xlsx(['<row r="none"/>']), "unreadable-table"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    write: Write, name: str, data: bytes, expected: str
) -> None:
    with pytest.raises(InputProblems) as caught:
        read(write, data, name)
    assert [problem.name for problem in caught.value.problems] == [expected]


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_sheet_as_long_as_can_be_with_few_rows_is_read(write: Write, suffix: str) -> None:
    if suffix == "xlsx":
        far = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t> </t></is></c></row>'
        data = xlsx([*THREE, row(text(""), text(" "), attributes='r="900000"'), far])
    else:
        blank = '<table:table-cell table:number-columns-repeated="16384"/>'
        data = ods([*three(), ods_row(blank, attributes='table:number-rows-repeated="1048572"')])
    node = read(write, data, f"x.{suffix}")
    assert (told(node), titles(node)) == ([], ["a A", "b B", "c C"])


NUMBERS = ("id", "name", "street", "house_number", "postcode", "city", "country", "consent")


def in_cells(suffix: str, *rows: tuple[str, ...]) -> bytes:
    """Return a workbook in which what is made of digits is stored as a number, as programs do."""

    def made(value: str) -> str:
        if not value.isdecimal():
            return value
        if suffix == "ods":
            return cell(value, f'office:value-type="float" office:value="{value}"')
        return f"<c><v>{value}</v></c>"

    cells = [[made(one) for one in line] for line in rows]
    return (
        ods([ods_row(*line) for line in cells]) if suffix == "ods" else xlsx([row(*line) for line in cells])
    )


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_numbers_that_have_lost_nothing_are_read(write: Write, suffix: str) -> None:
    data = in_cells(
        suffix,
        NUMBERS,
        ("1", "Ann", "Musterweg", "5", "12345", "Musterstadt", "Germany", "1"),
        ("2", "Bo", "Musterweg", "5", "8001", "Zürich", "CH", "0"),
    )
    write({f"x.{suffix}": data})
    node = table_reader.read(Path(f"x.{suffix}"), kind="senders")
    assert told(node) == []
    assert [(one["id"], one["address"], one["consent"]) for one in node.plain()] == [
        ("1", ["Musterweg 5", "12345 Musterstadt"], "1"),
        ("2", ["Musterweg 5", "8001 Zürich"], "0"),
    ]


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
@pytest.mark.parametrize(
    ("postcode", "country"), [("1067", "Germany"), ("374", "NO"), ("10115", ""), ("10115", "Nowhere")]
)
def test_a_postcode_that_may_have_lost_its_zero_is_refused(
    write: Write, suffix: str, postcode: str, country: str
) -> None:
    write(
        {f"x.{suffix}": in_cells(suffix, NUMBERS, ("1", "Ann", "Weg", "5", postcode, "Town", country, "1"))}
    )
    node = table_reader.read(Path(f"x.{suffix}"), kind="senders")
    assert told(node) == [f"x.{suffix}:2:5 number-in-cell: cell E2 of sheet `One` {NUMBER}"]
