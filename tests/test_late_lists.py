"""One letter reads the lists that it needs; `check` reads all."""

import pickle
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode, InputProblems
from lettergen.facts.campaign import Campaign

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 1, 15)
SENDERS = "senders:\n  - id: ann\n    name: Ann Lee\n    country: GB\n"
ROWS = "id,name,country\n" + "".join(f"s{n},Jo Doe,DE\n" for n in range(50))
CASE = "title: {0}\nsummary: They were arrested.\n"


def folder(write: Write, **more: str) -> None:
    """A campaign of two cases, each with signatures, and two files of senders."""
    write(
        {
            "lettergen.toml": 'language = "en"\n',
            "senders.yaml": SENDERS,
            "senders-day.csv": ROWS,
            "cases/lee.yaml": CASE.format("Lee"),
            "cases/kim.yaml": CASE.format("Kim"),
            "signatures/lee.csv": "name,country,consent\nMary Roe,GB,yes\n",
            "signatures/kim.csv": "name,country,consent\nPat Roe,GB,yes\n",
            "letter_templates/note.md": "---\ntitle: Note\nkind: open-letter\naudience: public\n"
            "addressee: optional\nuses: [case]\n---\nPlease act.\n",
        }
    )
    write({name.replace("__", "/").replace("_csv", ".csv"): text for name, text in more.items()})


def test_a_campaign_that_reads_late_is_the_same(write: Write) -> None:
    folder(write)
    late, early = Campaign.open(Path(), late=True), Campaign.open(Path())
    assert late.sender("ann") == early.sender("ann")
    assert late.places["sender", "ann"] == early.places["sender", "ann"]
    assert not late.holds("sender", "nobody")
    assert late.signatures_of("kim") == early.signatures_of("kim")
    assert (late.senders, late.signatures) == (early.senders, early.signatures)
    assert late.sender("s7") == early.sender("s7")
    assert late.problems == early.problems == ()


def test_a_campaign_that_reads_late_can_be_handed_to_a_process_that_is_spawned(write: Write) -> None:
    folder(write)
    late = pickle.loads(pickle.dumps(Campaign.open(Path(), late=True)))  # noqa: S301 - our own
    early = Campaign.open(Path())
    assert late.sender("ann") == early.sender("ann")
    assert (late.senders, late.signatures) == (early.senders, early.signatures)


def test_a_fault_stops_only_the_letters_that_need_what_has_it(write: Write) -> None:
    folder(
        write,
        **{
            "senders-day_csv": ROWS + "bad\ns50,Jo Doe,Neverland\n",
            "signatures__kim_csv": "name,consent\nPat Roe,why\n",
        },
    )
    words = ["write", "note", "-o", "-", "--format", "txt", "--from"]
    assert run([*words, "ann", "--case", "lee"], today=TODAY) == ExitCode.OK
    assert run([*words, "ann", "--case", "kim"], today=TODAY) == ExitCode.PROBLEMS
    assert run([*words, "s7", "--case", "lee"], today=TODAY) == ExitCode.OK
    assert run([*words, "s50", "--case", "lee"], today=TODAY) == ExitCode.PROBLEMS
    assert run(["templates"], today=TODAY) == ExitCode.OK
    assert run(["check"], today=TODAY) == ExitCode.PROBLEMS
    names = {problem.name for problem in Campaign.open(Path()).problems}
    assert {"ragged-row", "unmapped-answer"} <= names


def test_a_joint_letter_knows_all_who_sign_it(write: Write) -> None:
    both = f"{SENDERS}  - id: both\n    members: [ann, s7]\n"
    folder(write)
    write({"senders.yaml": both})
    assert Campaign.open(Path(), late=True).sender("both").members == ("ann", "s7")
    write({"senders-day.csv": "id,name\ns8,Jo Doe\n"})
    with pytest.raises(InputProblems) as caught:
        Campaign.open(Path(), late=True).sender("both")
    assert [problem.name for problem in caught.value.problems] == ["unknown-member"]


MEMBERS = "Number,Name,country,phone\n7,Ann Lee,GB,\n8,Bo Lee,Neverland,\n9,Cy Lee,NO,\n7b,Ann Lee,GB,x\n"


@pytest.mark.parametrize("table", ["id,name,country\na7,Ann Lee,GB\nb,Ó’B,Neverland\n", "member"])
def test_one_sender_of_a_table_is_made_of_its_own_row(write: Write, table: str) -> None:
    is_mapped = table == "member"
    write(
        {
            "lettergen.toml": 'columns = {"Number" = "id"}\n' if is_mapped else "",
            "senders.csv": MEMBERS if is_mapped else table,
        }
    )
    late = Campaign.open(Path(), late=True)
    one = late.sender("7" if is_mapped else "a7")
    assert (one.name and one.name.full, one.country) == ("Ann Lee", "GB")
    assert late.places["sender", one.id].line == 2
    with pytest.raises(InputProblems):
        late.sender("8" if is_mapped else "b")


def test_one_sender_without_an_id_is_found_by_the_calculated_one(write: Write) -> None:
    write({"senders.csv": "name,address,country\nAnn Lee,1 Road,GB\nBo Lee,2 Road,GB\nCy Lee,x,Neverland\n"})
    early, late = Campaign.open(Path()), Campaign.open(Path(), late=True)
    for one in early.senders:
        assert late.sender(one.id) == one
        assert late.places["sender", one.id] == early.places["sender", one.id]


def test_of_two_rows_with_one_id_none_is_taken(write: Write) -> None:
    write({"senders.csv": "id,name\na,Ann Lee\nb,Bo Lee\na,Cy Lee\n"})
    late = Campaign.open(Path(), late=True)
    assert late.sender("b").id == "b"
    with pytest.raises(InputProblems) as caught:
        late.sender("a")
    assert [problem.name for problem in caught.value.problems] == ["duplicate-id"]
