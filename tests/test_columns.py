"""Tables with any column names: `[columns]` says what they hold, and nothing is guessed."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.errors import InputProblems
from lettergen.facts import table_reader
from lettergen.facts.campaign import Campaign
from lettergen.facts.headings import meaning, meant_field
from lettergen.facts.language_names import language_code
from lettergen.facts.nodes import Node

Write = Callable[[Mapping[str, str | bytes]], Path]
PEOPLE = "First,Last,Street,ZIP,Town\nAnn,Example,1 First Street,01234,Northport\n"


def read(write: Write, table: str, columns: str, kind: str = "senders") -> Node:
    write({"x.csv": table, "x.columns.toml": f"[columns]\n{columns}"})
    return table_reader.read(Path("x.csv"), kind=kind)


def told(node: Node) -> list[str]:
    return [f"{problem.place} {problem.name}: {problem.message}" for problem in node.faults]


def without_ids(node: Node) -> list[dict[str, object]]:
    return [{key: value for key, value in one.items() if key != "id"} for one in node.plain()]


def test_columns_are_renamed_ignored_and_joined(write: Write) -> None:
    columns = (
        '"first" = "name_given"\n"LAST" = "name_family"\n"Street" = "address_1"\n"ZIP + Town" = "address_2"\n'
    )
    node = read(write, PEOPLE, columns)
    assert told(node) == []
    assert without_ids(node) == [
        {
            "name": {"given": "Ann", "family": "Example"},
            "address": ["1 First Street", "01234 Northport"],
        }
    ]


def test_joined_columns_become_lines_where_the_field_has_lines(write: Write) -> None:
    node = read(write, PEOPLE, '"First + Last" = "name"\n"Street + ZIP + Town" = "address"\n')
    assert without_ids(node) == [{"name": "Ann Example", "address": ["1 First Street", "01234", "Northport"]}]
    between = '{ field = "place", with = ", " }'
    node = read(write, PEOPLE, f'"First + Last" = "name"\n"Town + ZIP" = {between}\nStreet = "ignore"\n')
    assert without_ids(node) == [{"name": "Ann Example", "place": "Northport, 01234"}]


def test_an_empty_cell_leaves_no_gap_where_columns_are_joined(write: Write) -> None:
    node = read(write, "A,B,C\nx,,z\n,,\n,y,\n", '"A + B + C" = "name"\n')
    assert [record["name"] for record in node.plain()] == ["x z", "y"]


@pytest.mark.parametrize(
    ("how", "name", "expected"),
    [
        ("given-first", "Ann Mary Example", {"given": "Ann Mary", "family": "Example"}),
        ("given-first", "Ludwig van Beethoven", {"given": "Ludwig", "family": "van Beethoven"}),
        ("given-first", "Sukarno", {"full": "Sukarno"}),
        ("family-first", "Kim Bong Soon", {"family": "Kim", "given": "Bong Soon"}),
        ("family-comma", "García Márquez, Gabriel", {"family": "García Márquez", "given": "Gabriel"}),
        ("family-comma", "Ann Example", {"full": "Ann Example"}),
    ],
)
def test_a_name_is_taken_apart_only_where_asked(
    write: Write, how: str, name: str, expected: dict[str, str]
) -> None:
    table = f'id,Full name\na,"{name}"\n'
    assert read(write, table, '"Full name" = "name"\n').plain() == [{"id": "a", "name": name}]
    split = read(write, table, f'"Full name" = {{ field = "name", split = "{how}" }}\n')
    assert split.plain() == [{"id": "a", "name": expected}]


def test_an_address_in_one_cell_is_taken_apart_at_its_commas_where_asked(write: Write) -> None:
    table = 'id,name,Home\na,Ann,"1 First Street, 01234 Northport"\nb,Bo,"2 Second Street\nNorthport, Hill"\n'
    lines = [record["address"] for record in read(write, table, 'Home = "address"\n').plain()]
    assert lines == [["1 First Street, 01234 Northport"], ["2 Second Street", "Northport, Hill"]]
    node = read(write, table, 'Home = { field = "address", split = "commas" }\n')
    assert [record["address"] for record in node.plain()] == [
        ["1 First Street", "01234 Northport"],
        ["2 Second Street", "Northport, Hill"],
    ]


def test_parts_of_an_address_stand_in_the_order_of_each_row_s_country(write: Write) -> None:
    table = (
        "name,street,house_number,postcode,city,region,country\n"
        "Ann,Sample Road,1,N1 0XX,London,Greater London,UK\n"
        "Jane,Example Avenue,100,62701,Springfield,IL,US\n"
        "Erika,Musterstraße,1,12345,Musterstadt,Sachsen,Germany\n"
        "길동,예시로,12,03171,종로구,서울특별시,KR\n"
        "花子,例町,1-2-3,154-0000,世田谷区,東京都,JP\n"
        "Ali,Example Street,,,Dubai,,AE\n"
        "Nobody,Somewhere,5,1234,Town,,\n"
    )
    assert [record["address"] for record in read(write, table, "").plain()] == [
        ["1 Sample Road", "London", "N1 0XX"],
        ["100 Example Avenue", "Springfield, IL 62701"],
        ["Musterstraße 1", "12345 Musterstadt"],
        ["서울특별시 종로구", "예시로 12", "03171"],
        ["〒154-0000 東京都世田谷区", "例町 1-2-3"],
        ["Example Street", "Dubai"],
        ["Somewhere 5", "1234 Town"],
    ]


def test_lines_of_an_address_stand_in_their_order_wherever_their_columns_are(write: Write) -> None:
    table = 'name,City,address_3,address_1,address_2\nAnn,London,Third,"First\nand a half",Second\n'
    (record,) = read(write, table, 'City = "city"\n').plain()
    assert record["address"] == ["First", "and a half", "Second", "Third", "London"]


def test_answers_that_mean_consent_are_named_and_others_refused(write: Write) -> None:
    columns = 'OK = { field = "consent", yes = ["Sure, go ahead"], no = ["Rather not"] }\n'
    write(
        {
            "senders.csv": 'name,OK\nAnn,"sure,  go ahead"\nBo,Rather not\nCy,\nDi,ja\nEd,perhaps\n',
            "senders.columns.toml": f"[columns]\n{columns}",
            "lettergen.toml": "",
        }
    )
    campaign = Campaign.open(Path())
    assert [one.consent for one in campaign.senders] == [True, False, False, True]
    assert [(str(one.place), one.name) for one in campaign.problems] == [
        ("senders.csv:3:1", "without-consent"),
        ("senders.csv:6:4", "unmapped-answer"),
    ]
    assert campaign.problems[0].message == "2 of 5 senders did not agree: they are left out."


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ('First = "nmae"\nLast = "name"\nStreet = "ignore"\nZIP = "ignore"\nTown = "ignore"\n',
         ["x.columns.toml:2:1 unknown-field: `First` is to be read as `nmae`, which senders do not have."]),
        ('First = "name"\nLast = "name"\nStreet = "ignore"\nZIP = "ignore"\nTown = "ignore"\n',
         ["x.csv:1:7 duplicate-column: there are two columns for `name`."]),
        ('First = "name"\n"Last + Middle" = "title"\n"Street + ZIP + Town" = "address"\n',
         ["x.columns.toml:3:1 missing-column: x.csv has no column `Middle`.",
          "x.csv:1:7 unknown-column: unknown column `Last`."]),
        ('"First + Last" = { field = "name", split = "given-first" }\n"First" = "name_given"\n'
         '"Street + ZIP + Town" = "address"\n',
         ["x.csv:1:1 duplicate-column: there are two columns for `name_given`."]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_mapping_is_told(write: Write, columns: str, expected: list[str]) -> None:
    assert sorted(told(read(write, PEOPLE, columns))) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[columns]\nFirst = { feild = "name" }\n', "unknown-field"),
        ('[columns]\nFirst = { field = "name", split = "somehow" }\n', "unknown-value"),
        ('colums = "x"\n', "unknown-field"),
        ('[columns\nFirst = "name"\n', "not-toml"),
    ],
)
def test_a_file_of_columns_that_cannot_be_used_is_told(write: Write, text: str, expected: str) -> None:
    write({"x.csv": PEOPLE, "x.columns.toml": text})
    with pytest.raises(InputProblems) as caught:
        table_reader.read(Path("x.csv"), kind="senders")
    assert expected in {problem.name for problem in caught.value.problems}
    assert all(problem.place.file == "x.columns.toml" for problem in caught.value.problems if problem.place)


def test_columns_stand_in_the_settings_in_the_mailing_and_beside_the_table(write: Write) -> None:
    write(
        {
            "lettergen.toml": '[columns]\n"Nom" = "name"\n"Pays" = "place"\n"Rue" = "title"\n',
            "mailing.yaml": "templates: [protest-letter]\ncolumns: {Pays: country, Rue: website}\n",
            "senders.csv": "Nom,Pays,Rue\nAnn Example,Suisse,1 First Street\n",
            "senders.columns.toml": '[columns]\nRue = "address_1"\n',
        }
    )
    campaign = Campaign.open(Path())
    assert campaign.problems == ()
    (sender,) = campaign.senders
    assert sender.country == "CH"
    assert sender.address == ("1 First Street",)


def test_a_column_of_the_settings_that_no_table_has_is_told(write: Write) -> None:
    write({"lettergen.toml": '[columns]\nNom = "name"\nVille = "place"\n', "senders.csv": "Nom\nAnn\n"})
    (problem,) = Campaign.open(Path()).problems
    assert (str(problem.place), problem.name) == ("lettergen.toml:3:1", "missing-column")


def test_a_fault_found_late_points_to_the_cell_of_a_renamed_column(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        {
            "lettergen.toml": '[columns]\n"Télécopie" = "fax"\n',
            "recipients.csv": "id,title,country,Télécopie\na,Minister,FR,+33 1\n",
        }
    )
    run(["check"], today=date(2026, 1, 15))
    assert "recipients.csv:2:15: " in capsys.readouterr().err


def test_one_faulty_head_does_not_fault_every_row(write: Write) -> None:
    write({"lettergen.toml": "", "senders.csv": "Nom,Land\n" + "Ann,DE\n" * 50})
    assert [problem.name for problem in Campaign.open(Path()).problems] == ["unknown-column"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("English", "en"), ("Deutsch", "de"), ("한국어", "ko"), ("pt_br", "pt-BR"), ("zh-hant", "zh-Hant"),
        ("eng", "en"), ("kr", None), ("jp", None), ("kr-NG", "kr-NG"), ("Elvish", None), ("français", "fr"),
    ],
)  # fmt: skip
def test_a_language_is_known_by_code_or_name(text: str, code: str | None) -> None:
    assert language_code(text) == code


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("E-mail Address", "email"), ("Adresse e-mail", "email"), ("E-mail 1 - Value", "email"),
        ("First Name", "name_given"), ("VORNAME", "name_given"), ("Apellidos", "name_family"),
        ("성", "name_family"), ("Straße", "address_1"), ("Land", "country"), ("국가", "country"),
        ("Teléfono", "phone"),
    ],
)  # fmt: skip
def test_headings_are_understood_by_their_meaning(heading: str, field: str) -> None:
    assert meant_field(heading, table_reader.columns("senders").keys() | {"address_1"}) == field


def test_a_heading_that_nobody_uses_means_nothing() -> None:
    assert meaning("Shoe size") is None
