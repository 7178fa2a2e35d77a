"""Tables as programs and people really leave them: what is read, what is told, and that nobody is lost."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems
from lettergen.facts import table_reader
from lettergen.facts.campaign import Campaign
from lettergen.facts.encodings import fitting
from lettergen.facts.headings import likely_meaning
from lettergen.facts.nodes import Node, SourceText
from lettergen.facts.table_import import propose, read_rows
from lettergen.letters.checks import check_campaign
from tests.workbooks import cell, ods, ods_row, row, xlsx

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 1, 15)
HEAD = ("name", "street", "postcode", "city", "country")
ANN = ("Ann Lee", "Weg 1", "01067", "Dresden", "DE")


def in_format(suffix: str, rows: list[tuple[str, ...]]) -> bytes:
    """The rows as a table of a kind."""
    if suffix == "xlsx":
        return xlsx([row(*one) for one in rows])
    if suffix == "ods":
        return ods([ods_row(*one) for one in rows])
    quoted = [",".join('"' + text.replace('"', '""') + '"' for text in one) for one in rows]
    return ("\n".join(quoted) + "\n").encode()


def read(write: Write, name: str, data: bytes) -> Node:
    write({name: data})
    return table_reader.read(Path(name), kind="senders")


DAMAGED = {
    "#N/A": "meaningless-value",
    "NULL": "meaningless-value",
    "{name}": "meaningless-value",
    "M├╝ller \ufffd": "damaged-text",
    "MÃ¼ller": "damaged-text",
    "'Weg 1'": "damaged-text",
    "4.91702E+11": "damaged-text",
    "3-May": "date-in-cell",
    "=A1": "formula-without-result",
    "M&amp;amp;M": "markup-in-cell",
    "M?ller": "letter-lost",
    "\u200bWeg 1\u2060": "",
    "Weg 1\ufeff": "invisible-character",
    "\u00a0Weg 1\u00a0": "",
}
"""A cell of the street, and what is told of it in every format; nothing where it is read as `Weg 1`."""


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ods"])
def test_damage_is_told_alike_in_every_format(write: Write, suffix: str) -> None:
    written = {text: text.replace("&amp;", "&") if suffix == "csv" else text for text in DAMAGED}
    told = {}
    for text, cell_text in written.items():
        node = read(write, f"x.{suffix}", in_format(suffix, [HEAD, (ANN[0], cell_text, *ANN[2:])]))
        told[text] = ", ".join(problem.name for problem in node.faults)
        if not told[text]:
            assert node.plain()[0]["address"][0] == "Weg 1"
    assert told == DAMAGED


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ods"])
def test_a_title_above_the_columns_is_told_and_not_taken_for_their_names(write: Write, suffix: str) -> None:
    with pytest.raises(InputProblems) as caught:
        read(write, f"x.{suffix}", in_format(suffix, [("Sign-ups",), HEAD, ANN]))
    assert [problem.name for problem in caught.value.problems] == ["title-above-head"]
    assert run(["import", f"x.{suffix}"], today=TODAY) == ExitCode.PROBLEMS
    assert not list(Path().glob("senders*"))


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ods"])
def test_the_names_of_the_columns_among_the_rows_are_nobody(write: Write, suffix: str) -> None:
    node = read(write, f"x.{suffix}", in_format(suffix, [HEAD, ANN, HEAD]))
    assert [problem.name for problem in node.faults] == ["not-read"]
    assert [one["name"] for one in node.plain()] == ["Ann Lee"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Name;Address (street, postcode, town);Land\nAnn;Weg 1, 01067 Dresden;DE\n", 3),
        ("Name\tAddress (street, town)\tLand\nAnn\tWeg 1, Dresden\tDE\n", 3),
        ("Name,Street,Note\nAnn,Weg 1;2,a;b;c;d\n", 3),
        ("Name|Street|Town\nAnn|Weg 1, Hof|Dresden\n", 3),
        ('"Name, in full";"Street";"Town"\n"Ann";"Weg 1";"Dresden"\n', 3),
    ],
)
def test_the_separator_is_the_one_by_which_rows_are_as_long_as_the_head(
    write: Write, text: str, columns: int
) -> None:
    write({"x.csv": text})
    rows, _ = read_rows(Path("x.csv"), "x.csv", SourceText("x.csv", ""))
    assert [len(one) for one in rows] == [columns, columns]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_known_by_its_null_bytes(write: Write, encoding: str) -> None:
    for text in ("이름,국가\n홍길동,대한민국\n", "Name,Country\nAnn Lee,Germany\n"):
        write({"lettergen.toml": "", "x.csv": text.encode(encoding)})
        with pytest.raises(InputProblems) as caught:
            table_reader.read(Path("x.csv"), kind="senders")
        assert "`lettergen import x.csv`" in caught.value.problems[0].fix
        assert run(["import", "x.csv", "--force"], today=TODAY) == ExitCode.OK
        campaign = Campaign.open(Path())
        assert (campaign.problems, len(campaign.senders)) == ((), 1)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("¿Acepta?,finalización,Núñez", "cp1252"),
        ("¿Acepta?,finalización,Núñez", "mac_roman"),
        ("Straße,Jürgen — Groß", "mac_roman"),
        ("Łódź,Kraków", "cp1250"),
    ],
)
def test_the_likeliest_encoding_is_named_first(text: str, encoding: str) -> None:
    assert fitting(text.encode(encoding))[0][0] == encoding


def test_a_line_in_another_encoding_than_the_rest_is_told_as_such(write: Write) -> None:
    write({"lettergen.toml": "", "x.csv": "name\nJürgen\nAnn\n".encode() + "Jörg Groß\n".encode("cp1252")})
    with pytest.raises(InputProblems) as caught:
        read_rows(Path("x.csv"), "x.csv", SourceText("x.csv", ""))
    (problem,) = caught.value.problems
    assert (problem.name, str(problem.place)) == ("not-utf-8", "x.csv:4:2")
    assert problem.message == "line 4 is in another encoding than the rest, which is in UTF-8."


@pytest.mark.parametrize("start", ["<!DOCTYPE html>", '[{"name": "Ann"}]', "%PDF-1.7", "BEGIN:VCARD"])
def test_another_kind_of_file_is_called_by_its_name(write: Write, start: str) -> None:
    with pytest.raises(InputProblems) as caught:
        read(write, "x.csv", f"{start}\n".encode())
    assert [problem.name for problem in caught.value.problems] == ["wrong-file-type"]


def test_of_two_columns_with_one_name_neither_is_read_silently(write: Write) -> None:
    rows = [["Name", "Name", "Country"], ["Ann", "Ada", "DE"]]
    assert [one.field for one in propose(rows, "senders").columns] == [None, None, "country"]
    write({"x.csv": "First,First,note\nAnn,Ada,x\n"})
    write({"x.columns.toml": '[columns]\n"First" = "name"\n"note" = "ignore"\n'})
    node = table_reader.read(Path("x.csv"), kind="senders")
    assert [problem.name for problem in node.faults] == ["duplicate-column"]
    write({"x.csv": "name,First,First\nAnn,a,b\n", "x.columns.toml": '[columns]\n"First" = "ignore"\n'})
    node = table_reader.read(Path("x.csv"), kind="senders")
    assert (node.faults, node.plain()[0]["name"]) == ((), "Ann")


def test_numbers_are_read_with_the_zeros_that_their_format_shows(write: Write) -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    shown = '<c s="1"><v>1067</v></c>'
    data = xlsx([row(*HEAD), row(*ANN[:2], shown, *ANN[3:])], more={"xl/styles.xml": styles})
    zeros = cell("01067", 'office:value-type="float" office:value="1067"')
    for name, table in (
        ("x.xlsx", data),
        ("x.ods", ods([ods_row(*HEAD), ods_row(*ANN[:2], zeros, *ANN[3:])])),
    ):
        node = read(write, name, table)
        assert (node.faults, node.plain()[0]["address"]) == ((), ["Weg 1", "01067 Dresden"])


def test_rows_too_low_to_be_seen_are_not_read(write: Write) -> None:
    low = row("Jo Doe", *ANN[1:], attributes='ht="0.55" customHeight="1"')
    style = (
        '<style:style style:name="low" style:family="table-row">'
        '<style:table-row-properties style:row-height="0.0079in"/></style:style>'
    )
    tables = {
        "x.xlsx": xlsx([row(*HEAD), row(*ANN), low]),
        "x.ods": ods(
            [ods_row(*HEAD), ods_row(*ANN), ods_row("Jo", *ANN[1:], attributes='table:style-name="low"')],
            styles=style,
        ),
    }
    for name, data in tables.items():
        node = read(write, name, data)
        assert ([one.name for one in node.faults], len(node.plain())) == (["not-read"], 1)


def test_a_formula_with_an_empty_result_is_an_empty_cell(write: Write) -> None:
    empty = '<table:table-cell table:formula="of:=IF(1;&quot;&quot;)"><text:p/></table:table-cell>'
    never = '<table:table-cell table:formula="of:=A1"/>'
    data = [ods_row(*HEAD), ods_row(ANN[0], empty, *ANN[2:]), ods_row("Jo Doe", never, *ANN[2:])]
    node = read(write, "x.ods", ods(data))
    assert [f"{one.place} {one.name}" for one in node.faults] == ["x.ods:3:2 formula-without-result"]


CARDS = {
    "octets": (b"BEGIN:VCARD\r\nFN:J\xc3\r\n \xbcrgen\r\nEND:VCARD\r\n", "Jürgen"),
    "named": (
        b"BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=FCrgen\nEND:VCARD\n",
        "Jürgen",
    ),
    "group": (
        b"BEGIN:VCARD\nFN:Ann\nEND:VCARD\nBEGIN:VCARD\nFN:All\nX-ADDRESSBOOKSERVER-KIND:group\nEND:VCARD\n",
        "Ann",
    ),
}


@pytest.mark.parametrize("key", CARDS)
def test_cards_of_older_programs_are_read(write: Write, key: str) -> None:
    data, name = CARDS[key]
    write({"x.vcf": data})
    rows, _ = read_rows(Path("x.vcf"), "x.vcf", SourceText("x.vcf", ""))
    assert rows == [["name_full"], [name]]


def test_what_cards_do_not_say_or_say_twice_is_told(write: Write) -> None:
    twice = "BEGIN:VCARD\nFN:Ann\nEMAIL:a@example.org\nEMAIL;PREF=1:b@example.org\nEND:VCARD\n"
    document = SourceText("x.vcf", "")
    write({"x.vcf": twice})
    rows, _ = read_rows(Path("x.vcf"), "x.vcf", document)
    assert rows[1] == ["Ann", "b@example.org"]
    assert [problem.name for problem in document.faults] == ["not-read"]
    unnamed = b"BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=QUOTED-PRINTABLE:J=FCrgen\nEND:VCARD\n"
    write({"x.vcf": b"BEGIN:VCARD\nFN:Lost\n" + unnamed})
    with pytest.raises(InputProblems) as caught:
        read_rows(Path("x.vcf"), "x.vcf", SourceText("x.vcf", ""))
    assert sorted(problem.name for problem in caught.value.problems) == ["not-utf-8", "unreadable-card"]
    write({"x.vcf": unnamed})
    rows, _ = read_rows(Path("x.vcf"), "x.vcf", SourceText("x.vcf", ""), "cp1252")
    assert rows[1] == ["Jürgen"]


@pytest.mark.parametrize(
    "name",
    [
        "senders.xls",
        "Senders.csv",
        "sender.csv",
        "senders (1).csv",
        "senders.txt",
        "recipients.vcf",
        "cases/lee.json",
        "signatures/day.xls",
    ],
)
def test_a_list_under_a_name_that_is_not_read_is_told(write: Write, name: str) -> None:
    write({"lettergen.toml": "", name: "name\nAnn\n"})
    assert [problem.name for problem in Campaign.open(Path()).problems] == ["file-not-read"]


def test_other_files_are_left_alone_and_capitals_of_a_suffix_mean_nothing(write: Write) -> None:
    write({"lettergen.toml": "", "sender-logo.png": b"x", "responses.csv": "x\n", "calendars.csv": "x\n"})
    write({"senders.CSV": "name\nAnn Lee\n", "~$senders.xlsx": b"x"})
    campaign = Campaign.open(Path())
    assert (campaign.problems, len(campaign.senders)) == ((), 1)


@pytest.mark.parametrize("name", ["Summe", "Anna und Bernd Beispiel", "“Ann Lee”"])
def test_a_sum_two_people_and_a_quoted_name_are_told(write: Write, name: str) -> None:
    write({"lettergen.toml": "", "senders.csv": f"name,country\n{name},DE\n"})
    campaign = Campaign.open(Path())
    problems = (*campaign.problems, *check_campaign(campaign, (), today=TODAY))
    assert {"unusual-name", "damaged-text"} & {problem.name for problem in problems}


def test_parts_of_a_question_stand_behind_it_in_one_heading() -> None:
    head = "Full Name - First Name|Full Name - Last Name|Address - Street Address|"
    head += "Address - Street Address Line 2|Address - City|Address - State / Province|"
    head += "Address - Postal / Zip Code|Address - Country|E-mail"
    row = "Ann|O’Neill|12 Elm St|Apt. 4|Springfield|IL|62701|United States|ann@example.org"
    proposal = propose([head.split("|"), row.split("|")], "senders")
    assert [one.field for one in proposal.columns] == [
        *("name_given", "name_family", "street", "address_2", "city", "region", "postcode", "country"),
        "contact_email",
    ]
    assert likely_meaning("E-mail - City desk") == "email"


def test_names_of_columns_in_two_rows_are_refused(write: Write) -> None:
    head = "No,May we print your name?,Where do you live?,,\n,Response,Street,Town,Country\n"
    write({"x.csv": f"{head}7,Yes,1 Rd,Oslo,NO\n"})
    with pytest.raises(InputProblems) as caught:
        table_reader.read(Path("x.csv"), kind="senders")
    (problem,) = caught.value.problems
    assert (problem.name, problem.place and problem.place.line) == ("title-above-head", 1)
    assert "two rows" in problem.message


def test_a_first_row_without_id_is_no_second_row_of_names(write: Write) -> None:
    write({"x.csv": "id,name,,country\n,Ann Lee,a note,NO\n"})
    assert [one.name for one in table_reader.read(Path("x.csv"), kind="senders").faults] == ["unnamed-column"]
