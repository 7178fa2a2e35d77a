"""People in tables without ids: the same person is the same whatever happens to the table."""

import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.facts import load, table_reader
from lettergen.facts.campaign import Campaign
from lettergen.facts.csv_rows import text_rows
from lettergen.facts.nodes import Node, SourceText
from lettergen.facts.table_reader import Table
from tests.test_table_reader import spreadsheet

Write = Callable[[Mapping[str, str | bytes]], Path]

HEAD = ["name", "address_1", "address_2", "country", "email"]
PEOPLE = [
    ["Ann Lee", "1 High Street", "London SW1A 1AA", "GB", "ann@example.org"],
    ["Bo Strand", "Storgata 4", "0155 Oslo", "NO", ""],
    ["Ann Lee", "2 High Street", "London SW1A 1AA", "GB", ""],
    ["Ann Lee", "1 High Street", "London SW1A 1AA", "GB", "other.ann@example.org"],
    ["Đặng Thị Hương", "12 Hàng Bài", "Hà Nội", "VN", "huong@example.org"],
    ["José Ibáñez", "Calle Mayor 1", "28013 Madrid", "ES", "jose@example.org"],
]


def table(head: list[str], rows: list[list[str]], kind: str = "senders") -> Node:
    lines = [";".join(f'"{cell}"' if "\n" in cell else cell for cell in row) for row in [head, *rows]]
    document = SourceText(f"{kind}.csv", "\n".join(lines) + "\n")
    return Table(document, kind).records(text_rows(document))


def ids(head: list[str], rows: list[list[str]], kind: str = "senders") -> list[str]:
    node = table(head, rows, kind)
    assert node.faults == ()
    return [record["id"] for record in node.plain()]


IDS = ids(HEAD, PEOPLE)


def test_everybody_has_another_id_of_digits_alone() -> None:
    assert len(set(IDS)) == len(PEOPLE)
    assert all(re.fullmatch(r"s-\d{5}-\d{5}-\d{5}", one) for one in IDS)
    assert set(ids(HEAD, PEOPLE, "recipients")).isdisjoint(IDS)


def test_a_row_above_another_order_and_blank_rows_change_nobody() -> None:
    assert ids(HEAD, [["New Person", "3 Hill Road", "Leeds LS1 1AA", "GB", ""], *PEOPLE])[1:] == IDS
    order = [3, 0, 5, 1, 4, 2]
    assert ids(HEAD, [PEOPLE[at] for at in order]) == [IDS[at] for at in order]
    assert ids(HEAD, [PEOPLE[0], [""] * 5, *PEOPLE[1:]]) == IDS
    assert ids(HEAD, PEOPLE[3:]) == IDS[3:]


@pytest.mark.parametrize("column", ["phone", "language", "tags", "own_words", "title", "organisation", "id"])
@pytest.mark.parametrize("at", [0, 2, 5])
def test_a_column_that_is_added_changes_nobody(column: str, at: int) -> None:
    head = [*HEAD[:at], column, *HEAD[at:]]
    values = ["", "en", "x", "y", "", "z"] if column != "id" else [""] * len(PEOPLE)
    rows = [[*row[:at], value, *row[at:]] for row, value in zip(PEOPLE, values, strict=True)]
    assert ids(head, rows) == IDS


def test_columns_in_another_order_and_names_in_parts_change_nobody() -> None:
    order = [4, 2, 0, 3, 1]
    assert ids([HEAD[at] for at in order], [[row[at] for at in order] for row in PEOPLE]) == IDS
    head = ["name_family", "name_given", *HEAD[1:]]
    parts = [[row[0].rpartition(" ")[2], row[0].rpartition(" ")[0], *row[1:]] for row in PEOPLE]
    assert ids(head, parts) == IDS
    one_cell = [[row[0], f"{row[1]}\n{row[2]}", *row[3:]] for row in PEOPLE]
    assert ids(["name", "address", "country", "email"], one_cell) == IDS


def test_case_blanks_and_the_form_of_unicode_change_nobody() -> None:
    import unicodedata

    for write_it in (str.upper, str.title, lambda text: f"  {text.replace(' ', '   ')} "):
        assert ids(HEAD, [[write_it(cell) for cell in row] for row in PEOPLE]) == IDS
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        rows = [[unicodedata.normalize(form, cell) for cell in row] for row in PEOPLE]
        assert ids(HEAD, rows) == IDS
    assert ids(HEAD, [[cell.replace(" ", "\u00a0") for cell in row] for row in PEOPLE]) == IDS


@pytest.mark.parametrize("at", [0, 1, 2, 4])
def test_another_name_address_or_email_is_another_person(at: int) -> None:
    changed = [[*row[:at], row[at] + "x", *row[at + 1 :]] for row in PEOPLE]
    assert set(ids(HEAD, changed)).isdisjoint(IDS)


def test_what_moves_from_one_field_to_the_next_is_another_person() -> None:
    rows = [
        ["Ann", "Lee Street", ""],
        ["Ann Lee", "Street", ""],
        ["Ann Lee", "", "Street"],
        ["", "Ann Lee", ""],
    ]
    assert len(set(ids(["name", "address", "email"], rows))) == 4


def test_an_office_without_a_holder_is_who_it_is_by_office_and_organisation() -> None:
    head = ["office", "organisation_1", "organisation_2", "address", "title"]
    rows = [
        ["ambassador", "Embassy of Norway", "", "1 Main Street", "Ambassador"],
        ["", "Embassy of Norway", "Press Office", "1 Main Street", ""],
        ["head-of-government", "", "", "", ""],
    ]
    before = ids(head, rows, "recipients")
    assert len(set(before)) == 3
    assert ids(head[:4], [row[:4] for row in reversed(rows)], "recipients") == before[::-1]


def test_rows_that_cannot_be_told_apart_are_refused_with_both_lines(write: Write) -> None:
    rows = [PEOPLE[1], ["Ann Lee", "", "", "GB", ""], ["ANN  LEE", "", "", "GB", ""], PEOPLE[2]]
    node = table(HEAD, rows)
    (problem,) = node.faults
    assert problem.name == "same-person-twice"
    assert str(problem.place) == "senders.csv:4:1"
    assert "lines 3 and 4 " in problem.message
    assert "column `id`" in problem.fix
    senders, problems = load.senders(node)
    assert [one.id for one in senders] == [IDS[1], IDS[2]]
    assert problems == (problem,)
    write({"senders.csv": _text(HEAD, rows)})
    assert [one.name for one in Campaign.open().problems] == ["same-person-twice"]
    with_ids = [[*row, f"s{at}" if at in (1, 2) else ""] for at, row in enumerate(rows)]
    assert ids([*HEAD, "id"], with_ids) == [IDS[1], "s1", "s2", IDS[2]]


def test_a_row_that_says_nothing_of_anybody_needs_an_id() -> None:
    senders, problems = load.senders(table(["title", "country"], [["Dr.", "GB"], ["", "NO"]]))
    assert senders == ()
    assert [one.name for one in problems] == ["missing-field", "missing-field"]


def test_a_spreadsheet_gives_the_same_ids_and_tells_the_same_lines(write: Write) -> None:
    folder = write({"senders.xlsx": spreadsheet([HEAD, *PEOPLE])})
    assert [one["id"] for one in table_reader.read(folder / "senders.xlsx", kind="senders").plain()] == IDS
    write({"senders.xlsx": spreadsheet([HEAD, *PEOPLE, PEOPLE[0]])})
    (problem,) = table_reader.read(folder / "senders.xlsx", kind="senders").faults
    assert "lines 2 and 8 " in problem.message


def test_two_tables_have_the_same_people_and_nobody_of_another_table(write: Write) -> None:
    write({"senders-a.csv": _text(HEAD, PEOPLE[:3]), "senders-b.csv": _text(HEAD, PEOPLE[3:])})
    campaign = Campaign.open()
    assert sorted(one.id for one in campaign.senders) == sorted(IDS)
    assert campaign.problems == ()
    write({"senders-b.csv": _text(HEAD, PEOPLE[2:])})
    (problem,) = Campaign.open().problems
    assert problem.name == "duplicate-id"
    assert "senders-a.csv:4:1" in problem.message


@given(
    st.lists(st.tuples(*[st.sampled_from(["", "a", "A", "b ", "é", "e\u0301"])] * 3), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
@settings(max_examples=300, deadline=None)
def test_no_order_of_rows_gives_anybody_another_id(
    people: list[tuple[str, ...]], shuffling: random.Random
) -> None:
    def found(rows: list[tuple[str, ...]]) -> dict[str, str]:
        node = table(["name", "address", "email", "phone"], [[*row, str(at)] for at, row in enumerate(rows)])
        return {record["id"]: record.get("name", "") for record in node.plain() if "id" in record}

    other = people.copy()
    shuffling.shuffle(other)
    assert found(people).keys() == found(other).keys()


def _text(head: list[str], rows: list[list[str]]) -> str:
    return "".join(";".join(row) + "\n" for row in [head, *rows])


RECIPIENTS = """\
recipients:
  - {id: gb, title: Prime Minister, office: head-of-government, address: [1 Main Street, London SW1A 1AA],
     country: GB, languages: [en], checked: {on: 2026-01-02, source: by telephone}}
"""
TEMPLATE = """\
---
title: A note
kind: appeal
language: en
uses: [sender]
subject: A note
---
Please look into this, and let me know what comes of it. I look forward to your reply.
"""


def test_nobody_inherits_that_a_letter_was_posted(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    people = [[*row[:4], f"p{at}@example.org"] for at, row in enumerate(PEOPLE[:3])]
    write({"recipients.yaml": RECIPIENTS, "letter_templates/note.md": TEMPLATE})
    write({"senders.csv": _text(HEAD, people[:2])})
    batch = [
        "batch",
        "note",
        "--to",
        "gb",
        "--all-senders",
        "--format",
        "txt",
        "--date",
        "2026-01-15",
        "--yes",
    ]
    assert run([*batch, "--name", "first"]) == ExitCode.OK
    assert run(["ledger", "record", "first", "--state", "posted"]) == ExitCode.OK
    write({"senders.csv": _text(["phone", *HEAD], [["1", *people[2]], ["", *people[1]], ["", *people[0]]])})
    capsys.readouterr()
    assert run([*batch, "--yes", "--name", "second", "--json"]) == ExitCode.OK
    made = list((Path("outbox") / "second" / "post" / "volume-0001").glob("*.txt"))
    assert len(made) == 1
    assert people[2][1] in made[0].read_text(encoding="utf-8")
    assert "Lee" not in made[0].name
