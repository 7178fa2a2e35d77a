"""A few bytes that would unfold to hours or gigabytes are told and left alone, wherever they come in."""

import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from lettergen.errors import LettergenError
from lettergen.facts import csv_rows, table_reader, yaml_reader
from lettergen.facts.campaign import Campaign
from lettergen.letters.template import budget, markdown
from lettergen.plan.orders import Order
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import RenderedLetter
from lettergen.rendering.renderer import Renderer

Write = Callable[[Mapping[str, str | bytes]], Path]

HEAD = "---\ntitle: An appeal\nlanguage: en\nuses: [sender, recipient, case]\nsubject: Mercy\n---\n"
CAMPAIGN = {
    "lettergen.toml": 'name = "Test"\nposted_from = "DE"\n',
    "recipients.yaml": "recipients:\n  - id: minister\n    name: {family: Muster, given: Ada}\n"
    "    title: Minister\n    organisation: Ministry\n    address: [1 Main Street, 75000 Town]\n"
    "    country: FR\n",
    "senders.yaml": "senders:\n  - id: society\n    name: {family: Muster, given: Otto}\n    place: Berlin\n"
    "    address: [Weg 3, 10000 Berlin]\n    country: DE\n",
    "cases/long.yaml": "title: a long case\nsummary: Long.\nevents:\n"
    + "".join(f"  - {{what: thing {number}, on: 2002-05-01}}\n" for number in range(2_000)),
}
LOOP, END = "{% for a in case.events %}", "{% endfor %}"


def made(write: Write, body: str, more: Mapping[str, str | bytes] | None = None) -> RenderedLetter:
    folder = write({**CAMPAIGN, "letter_templates/appeal.md": f"{HEAD}{body}\n", **(more or {})})
    renderer = Renderer(RenderTerms(folder=folder, formats=("txt",)))
    return renderer.render(Order("appeal", "minister", "society", "long", date(2002, 6, 13), "en"))


def fault(write: Write, body: str) -> tuple[str, str]:
    outcome = made(write, body)
    assert outcome.failed
    (problem,) = (one for one in outcome.problems if one.is_error)
    return problem.name, problem.message


LOOPS = {
    "three loops without a word": LOOP * 3 + END * 3,
    "three loops of words": LOOP * 3 + "{{ a.what }}" + END * 3,
    "two loops of words": LOOP * 2 + "{{ a.what }}" + END * 2,
    "a loop over letters": LOOP + "{% for c in case.summary ~ case.summary %}{% for d in case.events %}"
    "{% endfor %}{% endfor %}" + END,
    "filters in loops": LOOP + "{{ case.events | map(attribute='what') | unique | list | length }}" + END,
}
GROWING = {
    "~": "{% set a = 'abcdefgh' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "+": "{% set a = 'abcdefgh' %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
    "+ of lists": "{% set a = case.events %}" + "{% set a = a + a %}" * 40 + "{{ a | length }}",
    "join by itself": "{% set a = case.events | map(attribute='what') | join %}"
    + "{% set a = case.events | map(attribute='what') | join(a) %}" * 4
    + "{{ a | length }}",
    "upper in a loop": "{% set b = case.events | map(attribute='what') | join %}"
    + LOOP
    + "{{ b | upper | length }}"
    + END,
}


@pytest.mark.parametrize("body", [*LOOPS.values(), *GROWING.values()], ids=[*LOOPS, *GROWING])
def test_a_template_that_never_ends_is_told(write: Write, body: str) -> None:
    name, message = fault(write, body)
    assert name == "template-fault"
    assert "more than" in message


DEEP = {
    "loops": LOOP * 25 + END * 25,
    "conditions": "{% if case.events %}" * 3_000 + "x" + "{% endif %}" * 3_000,
    "brackets": "{{ " + "(" * 9_000 + "1" + ")" * 9_000 + " }}",
    "lists": "{{ " + "[" * 9_000 + "]" * 9_000 + " }}",
    "sums": "{{ " + "1+" * 9_000 + "1 }}",
    "not": "{{ " + "not " * 9_000 + "1 }}",
    "filters": "{{ 'a'" + "|upper" * 5_000 + " }}",
    "digits": "{{ " + "9" * 5_000 + " }}",
}


@pytest.mark.parametrize("body", DEEP.values(), ids=DEEP)
def test_a_template_that_is_too_deep_is_told(write: Write, body: str) -> None:
    assert fault(write, body)[0] == "template-too-deep"


@pytest.mark.parametrize("body", ["{{ 'a' < 1 }}", "{{ 'a' + 1 }}", "{{ 'a' - 1 }}", "{{ -'a' }}"])
def test_what_python_cannot_reckon_is_the_templates_fault_with_its_line(write: Write, body: str) -> None:
    outcome = made(write, body)
    (problem,) = outcome.problems
    assert (problem.name, problem.place and problem.place.line) == ("template-fault", 7)


@pytest.mark.parametrize("name", ["batch", "slice", "center", "indent", "wordwrap"])
def test_filters_that_fill_up_do_not_exist(write: Write, name: str) -> None:
    assert fault(write, f"{{{{ case.events | {name}(2000000000) | list | length }}}}")[0] == "unknown-filter"


def test_a_template_of_megabytes_is_not_read(write: Write) -> None:
    assert fault(write, "word " * 100_000)[0] == "large-template"


NESTED = {
    ">": ">" * 10_000 + " hidden words",
    "> a few": "> " * 20 + "hidden words",
    "lists": "\n".join("  " * level + "- item" for level in range(150)),
    "lists, a few": "\n".join("  " * level + "- item" for level in range(11)),
}


@pytest.mark.parametrize("body", NESTED.values(), ids=NESTED)
def test_words_that_lie_too_deep_are_told_and_never_left_out(write: Write, body: str) -> None:
    name, message = fault(write, body)
    assert name == "template-fault"
    assert "nested more than 9 deep" in message


@pytest.mark.parametrize("depth", [1, 5, 9])
def test_words_that_lie_less_deep_are_all_there(depth: int) -> None:
    for text in ("> " * depth + "hidden words", "\n".join("  " * at + f"- item{at}." for at in range(depth))):
        found = repr(markdown.blocks(text, (), "en"))
        assert "hidden words" in found or all(f"item{at}." in found for at in range(depth))


ADDRESSES = [
    "[cite] | join",
    "[cite] | first | upper",
    "(cite,) | first",
    "cite ~ 'a'",
    "cite",
    "{'a': cite} | first",
]


@pytest.mark.parametrize("expression", ADDRESSES)
def test_no_function_is_printed_with_its_address(write: Write, expression: str) -> None:
    outcome = made(write, f"Words. {{{{ {expression} }}}}")
    printed = b"".join(data for _, data in outcome.contents)
    assert b" at 0x" not in printed.lower()
    assert all(" at 0x" not in problem.message.lower() for problem in outcome.problems)


@pytest.mark.parametrize("word", ["false", "true", "case"])
def test_a_template_cannot_switch_escaping(write: Write, word: str) -> None:
    body = f"{{% autoescape {word} %}}x{{% endautoescape %}}"
    assert fault(write, body)[0] == "not-in-templates"


MARKS = ["*" * 9_000, "*a " * 9_000, "*_" * 9_000, '"' * 9_000, "\"a' " * 9_000, "**a** " * 9_000]


@pytest.mark.parametrize("body", MARKS, ids=[mark[:4] for mark in MARKS])
def test_marks_without_end_are_told(write: Write, body: str) -> None:
    name, message = fault(write, body)
    assert name == "template-fault"
    assert "5,000 are allowed" in message


def test_own_words_are_words_and_never_mark_up(write: Write) -> None:
    own = ">" * 500 + " " + "*" * 500 + " **b** [x](http://a.example) # no *heading*"
    senders = f"{CAMPAIGN['senders.yaml']}    own_words: '{own}'\n"
    outcome = made(write, "{{ own_words }}", {"senders.yaml": senders})
    text = "".join(dict(outcome.contents)["txt"].decode().split())
    assert "".join(own.split()) in text


def test_a_letter_of_an_honest_length_has_room(write: Write) -> None:
    body = LOOP + "- {{ a.what | sentence }} {{ a.on | when }}\n" + END
    campaign = dict(CAMPAIGN)
    campaign["cases/long.yaml"] = campaign["cases/long.yaml"].partition("  - {what: thing 900,")[0]
    assert not made(write, body, campaign).failed
    assert budget.MOST_STEPS >= 10 * 900 * 4


# Facts: YAML and TOML.


def problems_of(folder: Path) -> set[str]:
    return {problem.name for problem in Campaign.open(folder).problems}


TOML = {
    "brackets": ("name = " + "[" * 5_000, "deep-nesting"),
    "groups": ("name = " + "{a = " * 3_000, "deep-nesting"),
    "dots": ("a" + ".a" * 5_000 + " = 1\n", "deep-nesting"),
    "dots in a head": ("[a" + ".a" * 5_000 + "]\nb = 1\n", "deep-nesting"),
    "digits": ("name = " + "1" * 5_000 + "\n", "not-toml"),
    "megabytes": ("# comment\n" * 500_000, "large-file"),
}


@pytest.mark.parametrize(("text", "name"), TOML.values(), ids=TOML)
def test_settings_that_unfold_are_told(write: Write, text: str, name: str) -> None:
    assert problems_of(write({**CAMPAIGN, "lettergen.toml": text})) == {name}


YAML = {
    "laughs": "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)),
    "brackets": "[" * 200_000,
    "dashes": "- " * 200_000,
    "tags": "recipients: !!python/object/apply:os.system ['true']\n",
    "names": "recipients:\n  - id: a\n" + "".join(f"    k{number}: 1\n" for number in range(50_000)),
    "the same name": "a: 1\n" * 200_000,
    "invisible": "a: x\u202e\n" * 200_000,
    "control": "a: \x07\n" * 200_000,
}


@pytest.mark.parametrize("text", YAML.values(), ids=YAML)
def test_facts_that_unfold_are_told(write: Write, text: str) -> None:
    folder = write({**CAMPAIGN, "recipients-more.yaml": text})
    campaign = Campaign.open(folder)
    assert any(problem.is_error for problem in campaign.problems)
    assert len(campaign.problems) < 2_000
    assert [one.id for one in campaign.recipients] == ["minister"]


def test_values_without_end_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "MAX_VALUES", 1_000)
    with pytest.raises(LettergenError, match="too-many-values"):
        yaml_reader.parse("- a\n" * 1_001, "x.yaml")
    assert isinstance(yaml_reader.parse("- a\n" * 900, "x.yaml").value, list)


# Facts: tables.


CSV = {
    "rows": b"id,title\n" + b"a,b\n" * (csv_rows.MAX_ROWS + 1),
    "blank rows": b"id,title\n" + b"\n" * (csv_rows.MAX_ROWS * 5),
    "cells": b"id,title\n" + b"," * 5_000_000,
    "columns": b"a," * 100_000 + b"\nx",
}


@pytest.mark.parametrize("data", CSV.values(), ids=CSV)
def test_tables_without_end_are_told(write: Write, data: bytes) -> None:
    assert "too-many-values" in problems_of(write({**CAMPAIGN, "recipients-more.csv": data}))


def test_a_table_of_twenty_thousand_recipients_is_no_bomb(write: Write) -> None:
    head = (
        "id,title,address_1,address_2,country,tags,email,fax,website,language,notes,name_family,name_given\n"
    )
    rows = "".join(
        f"m-{number},Minister,Weg 1,10000 Berlin,DE,,,,,,,Muster,Ada\n" for number in range(20_000)
    )
    folder = write({"recipients.csv": head + rows})
    node = table_reader.read(folder / "recipients.csv")
    assert len(node.value) == 20_000


def test_a_cell_of_megabytes_is_a_cell(write: Write) -> None:
    folder = write({**CAMPAIGN, "recipients-more.csv": b"id,title\na," + b"x" * 5_000_000})
    assert "too-many-values" not in problems_of(folder)


TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
RELATION = (
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="{}"/>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def xlsx(rows: Iterable[str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", TYPES)
        book.writestr("_rels/.rels", RELATIONS.format(RELATION.format("officeDocument", "xl/workbook.xml")))
        book.writestr("xl/workbook.xml", BOOK)
        relation = RELATION.format("worksheet", "worksheets/sheet1.xml")
        book.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(relation))
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for text in (SHEET, *rows, "</sheetData></worksheet>"):
                sheet.write(text.encode())
    return data.getvalue()


def row(number: int, *cells: str) -> str:
    filled = "".join(
        f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in (cell.split("=") for cell in cells)
    )
    return f'<row r="{number}">{filled}</row>'


def ods(rows: str) -> bytes:
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        book.writestr(
            "content.xml",
            f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="S">'
            f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return data.getvalue()


CELL = '<table:table-cell{} office:value-type="string"><text:p>x</text:p></table:table-cell>'
SHEETS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "far corner": ("xlsx", lambda: xlsx([row(1, "A1=id"), row(1048576, "XFD1048576=b")]), "too-many-values"),
    "far column": ("xlsx", lambda: xlsx([row(1, "A1=id"), row(150000, "ZZ150000=b")]), "too-many-values"),
    "columns": ("xlsx", lambda: xlsx([row(1, "A1=id", "ZZ1=b")]), "too-many-values"),
    "unfolding": (
        "xlsx",
        lambda: xlsx(
            [
                '<row r="1"><c r="A1" t="inlineStr"><is><t>',
                *["x" * 1_000_000] * 400,
                "</t></is></c></row>",
            ]
        ),
        "too-many-values",
    ),
    "rows of ods": (
        "ods",
        lambda: ods(
            f'<table:table-row table:number-rows-repeated="1000000000">{CELL.format("")}</table:table-row>'
        ),
        "too-many-values",
    ),
    "columns of ods": (
        "ods",
        lambda: ods(
            "<table:table-row>"
            + CELL.format(' table:number-columns-repeated="2000000000"')
            + "</table:table-row>"
        ),
        "too-many-values",
    ),
    "no zip": ("xlsx", lambda: b"PK\x03\x04 no", "unreadable-table"),
    "a text": ("xlsx", lambda: b"id,title\n", "wrong-file-type"),
    "an entity": ("xlsx", lambda: xlsx([row(1, "A1=&lol;")]), "unreadable-table"),
}


@pytest.mark.parametrize(("suffix", "data", "name"), SHEETS.values(), ids=SHEETS)
def test_spreadsheets_that_unfold_are_told(
    write: Write, suffix: str, data: Callable[[], bytes], name: str
) -> None:
    assert name in problems_of(write({**CAMPAIGN, f"recipients-more.{suffix}": data()}))


def test_an_honest_spreadsheet_of_the_same_make_is_read(write: Write) -> None:
    cells = ("A{}=minister-{}", "B{}=Minister", "C{}=Weg 1", "D{}=DE")
    head = row(1, "A1=id", "B1=title", "C1=address_1", "D1=country")
    rows = (
        row(n, *(cell.format(n, n) if cell.count("{}") > 1 else cell.format(n) for cell in cells))
        for n in range(2, 12)
    )
    folder = write({**CAMPAIGN, "recipients-more.xlsx": xlsx([head, *rows])})
    assert "minister-11" in {one.id for one in Campaign.open(folder).recipients}
