"""Text that was damaged on its way into a table is told with its row, never printed in silence."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.errors import InputProblems
from lettergen.facts import load, table_reader
from lettergen.facts.campaign import Campaign
from lettergen.facts.damaged_text import damage, is_suspicious
from tests.workbooks import ods, ods_row, row, xlsx

Write = Callable[[Mapping[str, str | bytes]], Path]

ERRORS = {
    "meaningless-value": [
        "#N/A", "NULL", "null", "None", "undefined", "nan", "NaN", "N/A", "[object Object]", "{name}",
        "{{ name }}", "Dear {first_name}", "«Name»", "#REF!", "${name}", "*|FNAME|*",
    ],
    "damaged-text": ["MÃ¼ller", "Ã‰mile", "Ã³", "ÐŸÐµÑ‚Ñ€",
        "M\ufffdller", "Mï¿½ller", '="01234"', '"01234"', "'01234"],
    "formula-without-result": [
        "=1+1", "=A2", "=-1",
        '=IF(A1="x",1,2)', '=HYPERLINK("http://x","y")', "=SUM(A1:A9)", "=$A$1", '="a"&"b"',
    ],
    "date-in-cell": ["5-Mar", "05. Mrz", "05. Mär", "Mar-05", "3월 5일", "5-mars"],
}  # fmt: skip
WARNINGS = {
    "letter-lost": ["M?ller Street"],
    "markup-in-cell": ["M&amp;M", "<b>Main Street</b>", "Main Street<br>", "caf&eacute;", "&#233;"],
}
HONEST = [
    "Zoë", "Müller & Söhne", "'t Hooft", "'s-Gravenhage", "3-5", "Straße 5", "Ågård", "d’Arc", "Åke",
    "Łódź–Łomża",
    "한국", "12 May Street", "Mar del Plata 15", "Sept-Îles", "São Paulo", "ÃO",
    "Ó’Briain", "RENÉ’S", "Ñ’Dour", "Nancy", "Who? Me?", "A = B",
    "c/o Ann", "100 %", "Block 3-5", "1/2 Main Street", "No. 5", "Ann <ann@example.org>",
]  # fmt: skip


def damaged(kind: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in kind.items() for text in texts]


def files(text: str) -> dict[str, bytes]:
    quoted = '"' + text.replace('"', '""') + '"'
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return {
        "x.csv": f"id,organisation,note\na,{quoted},\nb,Good,\n".encode(),
        "x.xlsx": xlsx([row("id", "organisation"), row("a", escaped), row("b", "Good")]),
        "x.ods": ods([ods_row("id", "organisation"), ods_row("a", escaped), ods_row("b", "Good")]),
    }


@pytest.mark.parametrize(("name", "text"), damaged(ERRORS))
def test_damaged_text_is_an_error_of_its_row_in_every_format(write: Write, name: str, text: str) -> None:
    for file, data in files(text).items():
        write({file: data})
        node = table_reader.read(Path(file), kind="recipients")
        (problem,) = node.faults
        assert (problem.name, problem.severity, problem.place.line) == (name, "error", 2)  # type: ignore[union-attr]
        assert "row 1" in problem.message
        assert [one.id for one in load.recipients(node)[0]] == ["b"]


@pytest.mark.parametrize(("name", "text"), damaged(WARNINGS))
def test_doubtful_text_is_told_and_used(write: Write, name: str, text: str) -> None:
    for file, data in files(text).items():
        write({file: data})
        node = table_reader.read(Path(file), kind="recipients")
        assert [(one.name, one.severity) for one in node.faults] == [(name, "warning")]
        assert [one.organisation for one in load.recipients(node)[0]] == [(text,), ("Good",)]


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_is_left_alone(write: Write, text: str) -> None:
    for file, data in files(text).items():
        write({file: data})
        assert table_reader.read(Path(file), kind="recipients").faults == ()


@pytest.mark.parametrize(("name", "text"), damaged(ERRORS) + damaged(WARNINGS))
def test_what_is_found_in_a_cell_is_suspected_in_a_table(name: str, text: str) -> None:
    found = damage(text, "organisation")
    assert found is not None
    assert is_suspicious(files(text)["x.csv"].decode()) or name == "meaningless-value"
    assert found.name == name


@pytest.mark.parametrize("columns", ['"Street + Town" = "address_1"', 'Street = "street"\nTown = "city"'])
@pytest.mark.parametrize("damaged", ["NULL", "#N/A", "MÃ¼nchen", "=A1"])
def test_damage_is_found_in_each_of_the_cells_that_make_a_line(
    write: Write, columns: str, damaged: str
) -> None:
    write(
        {
            "x.csv": f"id,name,Street,Town,country\na,Ann,Sample Road 1,{damaged},DE\nb,Bo,Road 2,Town,DE\n",
            "x.columns.toml": f"[columns]\n{columns}\n",
        }
    )
    node = table_reader.read(Path("x.csv"), kind="senders")
    (problem,) = node.faults
    assert problem.message.endswith("(row 1, `Town`).")
    assert str(problem.place) == "x.csv:2:21"
    assert [one.id for one in load.senders(node)[0]] == ["b"]


def test_an_answer_may_be_a_word_that_means_nothing_elsewhere(write: Write) -> None:
    answers = 'consent = { field = "consent", no = ["N/A"] }'
    write({"x.csv": "id,name,consent\na,Ann,N/A\n", "x.columns.toml": f"[columns]\n{answers}\n"})
    node = table_reader.read(Path("x.csv"), kind="senders")
    assert not node.faults
    assert [one.consent for one in load.senders(node)[0]] == [False]


def test_blanks_around_a_word_hide_no_damage(write: Write) -> None:
    write({"x.csv": "id,title,name\na, NULL ,Ann\n"})
    assert [problem.name for problem in table_reader.read(Path("x.csv"), kind="senders").faults] == [
        "meaningless-value"
    ]


@pytest.mark.parametrize("nothing", ["-", "–", " -- ", "/", "...", "…"])
def test_a_dash_in_a_cell_is_nothing(write: Write, nothing: str) -> None:
    rows = f"a,Ann,{nothing},Road 1,{nothing},Town,{nothing}\n"
    for file, text in {
        "x.csv": f"id,name,title,street,region,city,consent\n{rows}",
        "y.csv": f"id,name,title,address_1,address_2,address_3,consent\n{rows}",
    }.items():
        write({file: text})
        node = table_reader.read(Path(file), kind="senders")
        assert node.plain() == [{"id": "a", "name": "Ann", "address": ["Road 1", "Town"], "consent": "no"}]
        assert not node.faults


def test_own_words_may_quote_and_use_braces(write: Write) -> None:
    write(
        {
            "senders.csv": 'name,own_words\nAnn,"«Never again» {sic}"\nBo,"""Never again."""\n',
            "lettergen.toml": "",
        }
    )
    campaign = Campaign.open(Path())
    assert campaign.problems == ()
    assert [one.own_words for one in campaign.senders] == ["«Never again» {sic}", '"Never again."']


def test_an_ignored_column_may_hold_anything(write: Write) -> None:
    write({"x.csv": "id,x\na,#N/A\n", "x.columns.toml": '[columns]\nx = "ignore"\n'})
    assert table_reader.read(Path("x.csv"), kind="recipients").faults == ()


def test_somebody_may_be_called_null(write: Write) -> None:
    write({"senders.csv": "name_given,name_family\nAnn,Null\n", "lettergen.toml": ""})
    campaign = Campaign.open(Path())
    assert [problem.name for problem in campaign.problems] == ["unusual-name"]
    assert [one.name and one.name.family for one in campaign.senders] == ["Null"]


@pytest.mark.parametrize(
    "data",
    [
        b"id,title\ra,Minister\r",
        b"id,title\r\na,Minister\r\n",
        "\ufeffid,title\na,Minister\n".encode(),
        "\ufeff\u200bid,title\na,Minister\n".encode(),
        b"id,title\na,Minister\n,\n,\n\n\n",
        b"id,title,,\na,Minister,,\n",
        b"id,,title,\na,,Minister,\n,,,\n",
        b"\n\nid,title\n\na,Minister\n",
    ],
)
def test_ends_blanks_and_marks_that_mean_nothing_are_read(write: Write, data: bytes) -> None:
    write({"x.csv": data})
    node = table_reader.read(Path("x.csv"), kind="recipients")
    assert node.faults == ()
    assert node.plain() == [{"id": "a", "title": "Minister"}]


def test_a_column_without_a_name_is_told_once_where_it_holds_something(write: Write) -> None:
    write({"x.csv": "id,,title\na,,x\nb,7,y\nc,8,z\n"})
    node = table_reader.read(Path("x.csv"), kind="recipients")
    assert [(str(one.place), one.name) for one in node.faults] == [("x.csv:1:4", "unnamed-column")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("id,title\na,Minister\n".encode("utf-16"), "not-utf-8"),
        ("id,title\na,Ministère\n".encode("cp1252"), "not-utf-8"),
        (xlsx([row("id")]), "wrong-file-type"),
    ],
)
def test_a_text_in_another_encoding_is_told(write: Write, data: bytes, expected: str) -> None:
    write({"x.csv": data})
    with pytest.raises(InputProblems) as caught:
        table_reader.read(Path("x.csv"), kind="recipients")
    assert [problem.name for problem in caught.value.problems] == [expected]


@pytest.mark.parametrize("fault", ["Korea", "#N/A"])
def test_several_mistakes_of_one_record_are_all_told(
    write: Write, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    write(
        {
            "lettergen.toml": "",
            "recipients.csv": f"id,title,country,office,channels\nx,{fault},Korea,ambasador,pigeon\n",
        }
    )
    run(["check"], today=date(2026, 1, 15))
    told = capsys.readouterr().err
    expected = {"bad-country", "unknown-value"} | (
        {"meaningless-value"} if fault == "#N/A" else {"unknown-office"}
    )
    assert all(f"[{name}]" in told for name in expected)
