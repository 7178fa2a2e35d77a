"""`lettergen ledger`: from a made mailing to what is recorded, proved, published, forgotten, merged."""

import csv
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.ledger import Ledger
from tests.ledgers import CANARY, MAILING, letter

Write = Callable[[Mapping[str, str | bytes]], Path]
Command = Callable[..., tuple[int, str, str]]

TODAY = date(2026, 1, 20)
RECIPIENTS = """\
recipients:
  - {id: gb, title: Prime Minister, office: head-of-government, address: [1 Main Street, London SW1A 1AA],
     country: GB, languages: [en], checked: {on: 2026-01-02, source: by telephone}}
  - {id: us, title: President, office: head-of-state, address: [1 Main Street, Washington DC 20500],
     country: US, languages: [en], checked: {on: 2026-01-02, source: by telephone}}
"""
SENDERS = f"""\
senders:
  - {{id: ann, name: Ann Example, address: [2 Hill Street, London N1 1AA], country: GB, language: en}}
  - {{id: {CANARY}, name: Bob Example, address: [3 Hill Street, London N1 1AA], country: GB, language: en}}
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
NOTE = "note-2026-01-15"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return what runs a command of the ledger: exit code, stdout, stderr."""
    monkeypatch.delenv("COLUMNS", raising=False)  # a test runner with several processes sets it

    def run_it(*words: str, on: date = TODAY) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["ledger", *words], today=on)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run_it


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a mailing of four text letters, made by `batch`; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("made")
    texts = {
        "lettergen.toml": 'name = "Spring"\n',
        "recipients.yaml": RECIPIENTS,
        "senders.yaml": SENDERS,
        "letter_templates/note.md": TEMPLATE,
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    words = ["batch", "note", "--to", "gb", "--to", "us", "--all-senders", "--date", "2026-01-15"]
    assert run(["--folder", str(folder), *words, "--format", "txt", "--yes"], today=TODAY) == ExitCode.OK
    return folder


@pytest.fixture
def campaign(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, with the test in it."""
    folder = shutil.copytree(made, tmp_path / "campaign")
    monkeypatch.chdir(folder)
    return folder


def asked(command: Command, *words: str) -> Any:
    code, out, err = command(*words, "--json")
    assert code == ExitCode.OK, err
    return json.loads(out)


def test_what_batch_makes_is_in_the_overview_and_no_sender_in_the_file(
    campaign: Path, command: Command
) -> None:
    told = asked(command)
    (mailing,) = told["mailings"]
    assert (mailing["mailing"], mailing["letters"], mailing["made"], mailing["planned"]) == (NOTE, 4, 4, 0)
    assert re.fullmatch(r"[0-9a-f]{64}", told["head"])
    assert CANARY.encode() not in (campaign / "ledger.sqlite").read_bytes()
    code, out, err = command()
    assert code == ExitCode.OK
    assert out.splitlines()[1].split() == [NOTE, "4", "4"]
    assert told["head"] in err


def test_a_step_is_recorded_once_and_only_where_it_can_be_next(campaign: Path, command: Command) -> None:
    posted = ("record", NOTE, "--state", "posted", "--on", "2026-01-18")
    assert asked(command, *posted)["recorded"] == 4
    assert asked(command, *posted) == {"recorded": 0, "already": 4, "state": "posted", "on": "2026-01-18"}
    # Letters that were made for the post were not faxed.
    assert asked(command, "record", NOTE, "--state", "faxed")["recorded"] == 0
    answered = ("record", NOTE, "--state", "answered", "--to", "gb", "--from", CANARY, "--note", "polite")
    assert asked(command, *answered)["recorded"] == 1
    assert asked(command, *posted)["recorded"] == 0
    (mailing,) = asked(command)["mailings"]
    assert (mailing["posted"], mailing["answered"]) == (3, 1)


def test_item_numbers_come_from_a_list(campaign: Path, command: Command) -> None:
    Path("items.csv").write_text(f"recipient;sender;item\ngb;{CANARY};RR 473 124 829 GB\nus;ann;XY-1\n")
    words = ("record", NOTE, "--state", "posted", "--items", "items.csv")
    assert asked(command, *words)["recorded"] == 2
    _, out, _ = command("export", "--from", CANARY)
    items = [json.loads(line)["item"] for line in out.splitlines()]
    assert items == [None, None, "RR473124829GB"]


def test_counts_for_publication_name_places_and_nobody(campaign: Path, command: Command) -> None:
    command("record", NOTE, "--state", "posted", "--to", "us")
    told = asked(command, "report")
    assert told["recipients"][1] == {
        "recipient": "us",
        "country": "US",
        "letters": 2,
        "made": 0,
        "posted": 2,
        "faxed": 0,
        "sent": 0,
        "delivered": 0,
        "answered": 0,
        "returned": 0,
        "partly": 0,
        "days": None,
    }
    assert [(one["country"], one["letters"]) for one in told["countries"]] == [("GB", 2), ("US", 2)]
    assert told["total"]["letters"] == 4
    assert asked(command, "report", "--mailing", "another")["total"]["letters"] == 0
    _, out, err = command("report")
    assert "all" in out
    assert "ann" not in (out + err).split()
    assert CANARY not in out + err


def test_verify_compares_chain_and_files_and_names_what_differs(campaign: Path, command: Command) -> None:
    told = asked(command, "verify")
    assert (told["whole"], told["files"], told["problems"]) == (told["transactions"], 4, [])
    changed, missing = sorted((campaign / "outbox").rglob("0*.txt"))[:2]
    changed.write_text("Dear nobody,\n")
    missing.unlink()
    code, out, _ = command("verify", "--json")
    assert code == ExitCode.PROBLEMS
    problems = json.loads(out)["problems"]
    assert sorted(one["name"] for one in problems) == ["letter-file-changed", "letter-file-missing"]
    for path in (changed, missing):
        assert any(path.name in one["message"] for one in problems)
    assert command("verify", "--no-files")[0] == ExitCode.OK
    shutil.rmtree(campaign / "outbox" / NOTE)
    code, _, err = command("verify")
    assert code == ExitCode.OK
    assert "[mailing-not-in-outbox]" in err


def test_a_missing_file_is_told_without_the_manifest_too(campaign: Path, command: Command) -> None:
    for path in (campaign / "outbox").rglob("manifest.*"):
        path.unlink()
    min((campaign / "outbox").rglob("0*.txt")).unlink()
    code, _, err = command("verify")
    assert code == ExitCode.PROBLEMS
    assert "1 in all" in err


def test_a_head_that_was_noted_proves_that_nothing_before_has_changed(
    campaign: Path, command: Command
) -> None:
    head = asked(command)["head"]
    command("record", NOTE, "--state", "posted")
    assert command("verify", "--head", head[:16].upper())[0] == ExitCode.OK
    for wrong in ("f" * 16, head[:4], ""):
        assert command("verify", "--head", wrong)[0] == ExitCode.PROBLEMS


HARMFUL = ("=1+1", "+1", "-1", "@x", "\tx", "\rx", "=HYPERLINK(1)", "＝1")


def test_no_cell_of_the_table_is_a_formula_and_json_lines_alter_nothing(
    campaign: Path, command: Command
) -> None:
    for note in HARMFUL:
        command("record", NOTE, "--state", "returned", "--to", "gb", "--note", note)
        command("record", NOTE, "--state", "answered", "--to", "gb", "--note", note)
    assert command("export", "-o", "all.jsonl")[0] == ExitCode.OK
    assert command("export", "--csv", "-o", "all.csv")[0] == ExitCode.OK
    lines = [json.loads(line) for line in Path("all.jsonl").read_text().splitlines()]
    assert {line["note"] for line in lines} == {None, *HARMFUL}
    table = list(csv.DictReader(io.StringIO(Path("all.csv").read_bytes().decode("utf-8-sig"), newline="")))
    assert list(table[0]) == list(lines[0])
    assert len(table) == len(lines)
    assert not any(
        value.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for row in table for value in row.values()
    )
    assert {row["note"] for row in table} == {"", *(f"'{note}" for note in HARMFUL)}
    assert Path("all.jsonl").stat().st_mode & 0o777 == 0o600
    assert command("export", "-o", "all.jsonl")[0] == ExitCode.PROBLEMS


@pytest.mark.parametrize(
    ("age", "before"),
    [
        ("2y", "2024-01-20"),
        ("18m", "2024-07-20"),
        ("2w", "2026-01-06"),
        ("90d", "2025-10-22"),
        ("2025-12-31", "2025-12-31"),
    ],
)
def test_an_age_is_a_day(campaign: Path, command: Command, age: str, before: str) -> None:
    assert asked(command, "forget", "--older-than", age)["before"] == before


def test_an_age_that_is_none_is_told(campaign: Path, command: Command) -> None:
    for wrong in ("2", "y", "0d", "two years"):
        assert command("forget", "--older-than", wrong)[0] == ExitCode.USAGE


def test_forgetting_is_asked_for_and_recorded(campaign: Path, command: Command) -> None:
    words = ("forget", "--older-than", "2026-02-01")
    assert command(*words)[0] == ExitCode.USAGE
    assert asked(command, *words, "--dry-run") == {"due": 4, "before": "2026-02-01", "forgotten": 0}
    assert asked(command, *words, "--yes")["forgotten"] == 4
    assert asked(command, *words)["due"] == 0
    assert asked(command, "report")["total"]["letters"] == 4
    assert asked(command, "verify")["forgotten"] == 4
    _, out, _ = command("export")
    assert {json.loads(line)["sender"] for line in out.splitlines()} == {None}


def test_letters_that_two_laptops_made_are_told(
    write: Write, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write({"here/lettergen.toml": 'name = "Spring"\n'})
    run(["--folder", "here", "ledger", "start"], today=TODAY)
    shutil.copytree("here", "there")
    for where, content in (("here", "one"), ("there", "two")):
        with Ledger.open(
            folder / where / "ledger.sqlite", campaign="Spring", now="2026-01-20T12:00:00Z"
        ) as ledger:
            entries = [letter("gb", CANARY, content=content), letter("gb", where)]
            ledger.commit_volume(MAILING, "post", 1, "k", entries)
    capsys.readouterr()
    assert run(["--folder", "here", "ledger", "merge", "there"], today=TODAY) == ExitCode.OK
    told = capsys.readouterr().err
    assert "[made-twice] 1 letter" in told
    assert CANARY not in told
    run(["--folder", "here", "ledger", "merge", "there", "--json"], today=TODAY)
    (again,) = json.loads(capsys.readouterr().out)
    assert (again["transactions"], again["known"], again["conflicts"]) == (0, 1, [])


def test_without_its_key_nothing_is_merged_and_no_key_is_made(
    made: Path, write: Write, command: Command
) -> None:
    folder = write({"lettergen.toml": 'name = "Spring"\n'})
    code, _, err = command("merge", str(made))
    assert code == ExitCode.PROBLEMS
    assert "[ledger-key-missing]" in err
    assert sorted(path.name for path in folder.iterdir()) == ["lettergen.toml"]
    shutil.copy2(made / "ledger.key", folder)
    assert command("merge", str(made))[0] == ExitCode.OK
    assert asked(command)["mailings"][0]["mailing"] == NOTE


def test_help_shows_an_example_of_each_command(command: Command) -> None:
    for name in ("start", "record", "verify", "export", "report", "forget", "merge"):
        code, out, _ = command(name, "--help")
        assert code == ExitCode.OK
        assert f"lettergen ledger {name}" in out.partition("Example:")[2]


WHAT = ["note", "--to", "gb", "--to", "us", "--all-senders", "--date", "2026-01-15", "--format", "txt"]
MAKE = ["batch", *WHAT]


def test_whoever_asks_for_it_has_names_in_the_ledger_and_nobody_else(
    campaign: Path, command: Command
) -> None:
    """The companion of the first test: without `--names` the very same search finds nobody."""
    openly = ["--again", "--name", "open", "--names"]
    assert run([*MAKE, "--yes", "--quiet", *openly], today=TODAY) == ExitCode.OK
    assert CANARY.encode() in (campaign / "ledger.sqlite").read_bytes()
    posted = ("record", "open", "--state", "posted", "--from", CANARY)
    assert asked(command, *posted)["recorded"] == 2
    _, out, _ = command("export", "--from", CANARY)
    by_mailing = {json.loads(line)["mailing"]: json.loads(line)["sender"] for line in out.splitlines()}
    assert by_mailing["open"] == CANARY
    assert by_mailing[NOTE].startswith("#")
    assert command("verify")[0] == ExitCode.OK


def test_shares_need_a_key_that_all_laptops_have_and_then_become_one_mailing(
    campaign: Path, command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ledger.sqlite", "ledger.key"):
        (campaign / name).unlink()
    shutil.rmtree(campaign / "outbox")
    share = [*MAKE, "--volume-size", "1", "--yes", "--quiet", "--shard"]
    assert run([*share, "1/2"], today=TODAY) == ExitCode.PROBLEMS
    assert "[shard-without-key]" in capsys.readouterr().err
    assert not (campaign / "ledger.key").exists()
    assert not (campaign / "outbox").exists()
    assert run([*MAKE, "--shard", "1/2", "--dry-run"], today=TODAY) == ExitCode.OK  # looking needs none

    assert command("start")[0] == ExitCode.OK
    other = shutil.copytree(campaign, tmp_path / "laptop-2")
    assert run([*share, "1/2"], today=TODAY) == ExitCode.OK
    assert run(["--folder", str(other), *share, "2/2"], today=TODAY) == ExitCode.OK
    shutil.copytree(other / "outbox" / NOTE, campaign / "outbox" / NOTE, dirs_exist_ok=True)
    assert command("merge", str(other))[0] == ExitCode.OK
    assert run([*MAKE, "--volume-size", "1", "--yes", "--json"], today=TODAY) == ExitCode.OK
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["made"], told["kept"]) == (0, 4)
    assert command("verify")[0] == ExitCode.OK


def test_a_ledger_that_was_only_looked_into_leaves_nothing_in_the_way_of_a_new_one(
    campaign: Path, command: Command
) -> None:
    assert command("verify")[0] == ExitCode.OK
    (campaign / "ledger.sqlite").rename(campaign / "old.sqlite")
    assert command("start")[0] == ExitCode.OK
    # What a log holds is another ledger's, and is refused.
    (campaign / "ledger.sqlite").rename(campaign / "older.sqlite")
    (campaign / "ledger.sqlite-wal").write_bytes(b"the end of it")
    assert "[ledger-log-left]" in command("start")[2]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((), []),
        (("posted",), [f"note--us--{CANARY}"]),
        (("posted", "answered"), [f"note--us--{CANARY}"]),
        (("posted", "returned"), []),
    ],
)
def test_a_letter_that_changes_after_it_went_out_is_told_and_made_all_the_same(
    campaign: Path,
    command: Command,
    capsys: pytest.CaptureFixture[str],
    states: tuple[str, ...],
    told: list[str],
) -> None:
    for state in states:
        words = ("record", NOTE, "--state", state, "--from", CANARY, "--to", "us")
        assert command(*words)[0] == ExitCode.OK
    senders = (campaign / "senders.yaml").read_text()
    (campaign / "senders.yaml").write_text(senders.replace("3 Hill Street", "4 Hill Street"))
    assert run([*MAKE, "--yes", "--json"], today=TODAY) == ExitCode.OK
    summed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summed["changed"] == [f"note--gb--{CANARY}", f"note--us--{CANARY}"]
    assert summed["changed_after_posting"] == told
    assert [one["name"] for one in summed["warnings"]] == ["changed-after-posting"] * len(told)
    # What was sent comes back with the facts that it was made of.
    (campaign / "senders.yaml").write_text(senders)
    assert run([*MAKE, "--yes", "--quiet"], today=TODAY) == ExitCode.OK
    assert "[changed-after-posting]" not in capsys.readouterr().err
    assert command("verify")[0] == ExitCode.OK


def test_batch_opens_the_ledger_once(
    write: Write, command: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "letter_templates/note.md": TEMPLATE})
    batch = [
        "batch",
        "note",
        "--to",
        "gb",
        "--all-senders",
        "--date",
        "2026-01-15",
        "--format",
        "txt",
        "--yes",
    ]
    opened: list[Path] = []
    plain: Any = sqlite3.connect

    def noted(database: str, *rest: Any, **more: Any) -> Any:
        if "mode=rw" in str(database):
            opened.append(Path(database))
        found: sqlite3.Connection = plain(database, *rest, **more)
        return found

    for name in ("first", "second"):
        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", noted)
            assert run([*batch, "--name", name, "--again"], today=TODAY) == ExitCode.OK
        assert len(opened) == 1
        opened.clear()
