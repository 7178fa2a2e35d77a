"""No letter leaves before its date without a word about it."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lettergen.cli import run
from lettergen.cli.early import early_problem
from lettergen.errors import ExitCode

Write = Callable[[Mapping[str, str | bytes]], Path]

CAMPAIGN = {
    "lettergen.toml": 'name = "Test"\n[smtp]\nhost = "127.0.0.1"\nuser = "jane"\nport = 1\n',
    "letter_templates/note.md": (
        "---\ntitle: A note\nlanguage: en\nuses: [sender]\nsubject: A note\n---\nPlease reply soon.\n"
    ),
    "senders.yaml": (
        "senders:\n  - {id: ada, name: Ada Velde, address: [Ring 1, 10115 Berlin], country: DE,\n"
        "     email: ada@example.org, fax: +49 30 5550812}\n"
    ),
    "recipients.yaml": (
        'recipients:\n  - {id: oslo, name: Kari Example, address: [1 Road], country: "NO",\n'
        "     email: kari@example.org, fax: +47 22 24 95 00}\n"
    ),
}
ON = date(2026, 1, 20)


def made(write: Write, channel: str) -> str:
    write(CAMPAIGN)
    words = ["batch", "note", "--from", "ada", "--to", "oslo", "--date", "2026-01-20", "--channel", channel]
    assert run([*words, "--workers", "1", "--yes", "--quiet"], today=ON) == ExitCode.OK
    return "note-2026-01-20"


def test_an_e_mail_that_is_dated_tomorrow_is_told_and_nobody_is_asked_without_a_terminal(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    mailing = made(write, "email")
    assert run(["send", mailing, "--really"], today=date(2026, 1, 19)) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert "[leaves-before-its-date] a letter is dated 2026-01-20, but" in told
    assert "nobody can say whether letters may leave before their date" in told


def test_a_look_at_what_would_be_sent_tells_it_too(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    mailing = made(write, "email")
    assert run(["send", mailing], today=date(2026, 1, 19)) == ExitCode.OK
    assert "[leaves-before-its-date] a letter is dated 2026-01-20, but" in capsys.readouterr().err
    assert run(["send", mailing], today=ON) == ExitCode.OK
    assert "leaves-before-its-date" not in capsys.readouterr().err


def test_on_its_date_nothing_is_said_of_it(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    mailing = made(write, "email")
    run(["send", mailing, "--really"], today=ON)
    assert "leaves-before-its-date" not in capsys.readouterr().err


@pytest.mark.parametrize(("day", "is_told"), [(date(2026, 1, 16), True), (ON, False)])
def test_a_fax_that_would_be_called_before_its_date_is_told(
    day: date, is_told: bool, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    mailing = made(write, "fax")
    words = ["handover", mailing, "--for", "hylafax", "--dry-run"]
    assert run(words, today=day) == ExitCode.OK
    assert ("leaves-before-its-date" in capsys.readouterr().err) is is_told


@pytest.mark.parametrize(("day", "code"), [("2026-01-19", ExitCode.USAGE), ("2026-01-20", ExitCode.OK)])
def test_a_kit_that_would_be_posted_before_its_date_is_told(
    day: str, code: int, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    mailing = made(write, "post")
    assert run(["kits", mailing, "--post-on", day], today=ON) == code
    assert ("leaves-before-its-date" in capsys.readouterr().err) is (code != ExitCode.OK)
    assert run(["kits", f"outbox/{mailing}", "--post-on", day, "--yes", "--force"], today=ON) == ExitCode.OK


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["record", "note-2026-01-20", "--state", "posted", "--on", "2026-01-19"],
         "recorded-before-its-date"),
        (["record", "note-2026-01-20", "--state", "posted", "--on", "2026-02-01"], "day-to-come"),
        (["add", "note", "--to", "oslo", "--from", "ada", "--channel", "post", "--date", "2026-01-30"],
         "day-to-come"),
        (["add", "note", "--to", "oslo", "--from", "ada", "--channel", "post", "--date", "2026-01-19",
          "--on", "2026-01-18"], "recorded-before-its-date"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_recorded_only_by_who_means_it(
    words: list[str], told: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    made(write, "post")
    capsys.readouterr()
    assert run(["ledger", *words], today=ON) == ExitCode.USAGE
    err = capsys.readouterr().err
    assert f"[{told}]" in err
    assert "nobody can say whether that day is meant" in " ".join(err.split())
    assert run(["ledger", *words, "--yes"], today=ON) == ExitCode.OK
    assert "Recorded: 1 letter posted" in capsys.readouterr().err


def test_where_no_letter_fits_it_is_told_how_they_stand(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    mailing = made(write, "fax")
    assert run(["ledger", "record", mailing, "--state", "posted"], today=ON) == ExitCode.OK
    told = " ".join(capsys.readouterr().err.split())
    assert told.endswith("because no letter fits. The mailing has 1 for fax (made).")


@pytest.mark.parametrize("day", ["2026-01-20", "2026-01-21"])
def test_nothing_is_asked_about_a_day_that_can_be(
    day: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    mailing = made(write, "post")
    capsys.readouterr()
    words = ["ledger", "record", mailing, "--state", "posted", "--on", day]
    assert run(words, today=date(2026, 1, 21)) == ExitCode.OK
    assert capsys.readouterr().err == f"Recorded: 1 letter posted on {day}.\n"


def test_a_letter_that_was_taken_out_before_its_date_is_no_wonder(write: Write) -> None:
    mailing = made(write, "post")
    words = ["ledger", "record", mailing, "--state", "dropped", "--to", "oslo", "--on", "2026-01-19"]
    assert run(words, today=ON) == ExitCode.OK


def test_a_report_of_a_day_before_the_letter_s_date_is_told(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    mailing = made(write, "post")
    Path("items.csv").write_text("recipient,sender,item\noslo,ada,RR473124829GB\n", encoding="utf-8")
    words = ["ledger", "record", mailing, "--state", "posted", "--items", "items.csv"]
    assert run(words, today=ON) == ExitCode.OK
    Path("track.csv").write_text("item,status,date\nRR473124829GB,delivered,2026-01-02\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["ledger", "results", mailing, "track.csv"], today=ON) == ExitCode.OK
    assert "the file reports 1 letter on a day before the date that it bears." in " ".join(
        capsys.readouterr().err.split()
    )


def test_the_latest_date_is_named() -> None:
    assert early_problem(["2026-01-01"], ON) is None
    problem = early_problem(["2026-01-01", "2026-02-01", "2026-03-01"], ON)
    assert problem is not None
    assert "2 letters are dated up to 2026-03-01" in problem.message
