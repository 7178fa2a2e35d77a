"""A mailing that is made again: its plan says what is made, replaced and kept, and what was sent already."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 1, 15)
SENDERS = "senders:\n" + "".join(
    f"  - {{id: {name}, name: Ann {name.title()}, address: [Lane {at}], country: GB}}\n"
    for at, name in enumerate(("ash", "bay", "elm", "fir"), start=1)
)
RECIPIENTS = """\
recipients:
  - {id: oslo, title: Minister, address: [1 Road, 0030 Oslo], country: "NO"}
"""
FILES = {
    "recipients.yaml": RECIPIENTS,
    "senders.yaml": SENDERS,
    "letter_templates/note.md": "---\ntitle: A note\nkind: appeal\n---\nPlease reply.\n",
}
BATCH = ["batch", "note", "--to", "oslo", "--all-senders", "--format", "txt"]


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = write(FILES)
    monkeypatch.chdir(found)
    assert run([*BATCH, "--yes", "--quiet"], today=TODAY) == ExitCode.OK
    return found


def planned(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    capsys.readouterr()
    run([*BATCH, "--dry-run", *more], today=TODAY)
    return " ".join(capsys.readouterr().err.split())


def test_a_first_plan_says_nothing_of_what_exists(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write(FILES))
    assert "of these" not in planned(capsys)


def test_what_is_kept_replaced_and_made_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "of these 4 to keep" in planned(capsys)
    path = folder / "senders.yaml"
    another = "  - {id: yew, name: Ann Yew, address: [Lane 9], country: GB}\n"
    path.write_text(SENDERS.replace("Lane 2", "Mews 2") + another)
    told = planned(capsys)
    assert "of these 1 to make; 1 to replace, for their content has changed; 3 to keep" in told
    assert "changed-after-posting" not in told
    path.write_text(SENDERS)
    assert "of these 4 to keep" in planned(capsys)


def test_what_was_sent_is_told_before_it_would_be_replaced(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ledger", "record", "note-2026-01-15", "--state", "posted"], today=TODAY) == ExitCode.OK
    (folder / "senders.yaml").write_text(SENDERS.replace("Lane 2", "Mews 2"))
    told = planned(capsys)
    assert "[changed-after-posting] 1 letter would be replaced after being sent" in told
    assert "`note--oslo--bay`" in told


def test_what_was_sent_and_is_put_back_is_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ledger", "record", "note-2026-01-15", "--state", "posted"], today=TODAY) == ExitCode.OK
    path = folder / "senders.yaml"
    path.write_text(SENDERS.replace("Lane 2", "Mews 2"))
    assert run([*BATCH, "--yes"], today=TODAY) == ExitCode.OK
    assert "[changed-after-posting] 1 letter was regenerated" in " ".join(capsys.readouterr().err.split())
    path.write_text(SENDERS)
    told = planned(capsys)
    assert "1 to replace" in told
    assert "changed-after-posting" not in told
    assert run([*BATCH, "--yes"], today=TODAY) == ExitCode.OK
    assert "changed-after-posting" not in capsys.readouterr().err


def test_what_was_sent_is_told_before_it_would_be_removed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["ledger", "record", "note-2026-01-15", "--state", "posted", "--from", "bay"]
    assert run(words, today=TODAY) == ExitCode.OK
    (folder / "senders.yaml").write_text(SENDERS.replace("id: bay", "id: box"))
    told = planned(capsys, "--force")
    assert "[removed-after-posting] 1 letter would be removed after being sent" in told
    assert "`note--oslo--bay`" in told


def test_the_question_counts_what_is_to_be_done(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def refuse(count: int, *, yes: bool) -> bool:
        asked.append(count)
        return yes

    monkeypatch.setattr("lettergen.cli.batch.agreed", refuse)
    run(BATCH, today=TODAY)
    assert asked == []
    (folder / "senders.yaml").write_text(SENDERS.replace("Lane 2", "Mews 2"))
    run(BATCH, today=TODAY)
    assert asked == [1]
    assert "Nothing was written" in capsys.readouterr().err


def told_to_programs(capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run([*BATCH, "--json", "--yes", *more], today=TODAY) == ExitCode.OK
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_programs_are_told_what_is_made_replaced_and_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, *_ = told_to_programs(capsys, "--name", "first", "--again", "--dry-run")
    assert "of_these" not in plan
    another = "  - {id: yew, name: Ann Yew, address: [Lane 9], country: GB}\n"
    (folder / "senders.yaml").write_text(SENDERS.replace("Lane 2", "Mews 2") + another)
    plan, volume, whole = told_to_programs(capsys)
    assert plan["letters"] == 5
    assert plan["of_these"] == {"make": 1, "replace": 1, "keep": 3, "remove": 0}
    for event in (volume, whole):
        assert {name: event[name] for name in ("made", "replaced", "kept", "failed")} == {
            "made": 2,
            "replaced": 1,
            "kept": 3,
            "failed": 0,
        }
    plan, *_, whole = told_to_programs(capsys)
    assert plan["of_these"] == {"make": 0, "replace": 0, "keep": 5, "remove": 0}
    assert (whole["made"], whole["replaced"], whole["kept"]) == (0, 0, 5)


def test_the_estimate_of_a_repeated_plan_is_of_what_is_to_be_made(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def people(count: int) -> str:
        lines = (
            f"  - {{id: p{at}, name: Ann P{at}, address: [Lane {at}], country: GB}}\n" for at in range(count)
        )
        return "senders:\n" + "".join(lines)

    folder = write(FILES | {"senders.yaml": people(20)})
    monkeypatch.chdir(folder)
    words = [one for one in BATCH if one not in ("--format", "txt")]
    assert run([*words, "--files", "separate", "--yes", "--quiet"], today=TODAY) == ExitCode.OK
    (folder / "senders.yaml").write_text(people(26))
    capsys.readouterr()
    run([*words, "--files", "separate", "--dry-run"], today=TODAY)
    told = " ".join(capsys.readouterr().err.split())
    assert "of these 6 to make; 20 to keep takes about 6 pages, 6 sheets of paper" in told
    assert "volumes 1 of at most 500" in told


def test_the_environment_stands_for_the_common_options(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    monkeypatch.setenv("LETTERGEN_FOLDER", str(folder))
    monkeypatch.setenv("LETTERGEN_OUTBOX", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("LETTERGEN_WORKERS", "1")
    assert run([*BATCH, "--name", "again", "--again", "--yes", "--quiet"], today=TODAY) == ExitCode.OK
    assert (tmp_path / "elsewhere" / "again" / "manifest.jsonl").exists()
    monkeypatch.setenv("LETTERGEN_WORKERS", "none")
    assert run([*BATCH, "--dry-run"], today=TODAY) == ExitCode.USAGE


def test_a_letter_that_went_by_post_and_as_an_email_is_recorded_on_either_way(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(FILES)
    monkeypatch.chdir(folder)
    reached = RECIPIENTS.replace('country: "NO"', 'country: "NO", email: m@oslo.example')
    (folder / "recipients.yaml").write_text(reached)
    (folder / "senders.yaml").write_text(SENDERS.replace("country: GB", "country: GB, email: a@b.example"))
    make = [*BATCH[:-2], "--name", "spring", "--yes", "--quiet"]
    assert run([*make, "--channel", "post"], today=TODAY) == ExitCode.OK
    assert run([*make, "--channel", "email"], today=TODAY) == ExitCode.OK
    capsys.readouterr()
    for state in ("posted", "sent"):
        record = ["ledger", "record", "spring", "--state", state]
        assert run(record, today=TODAY) == ExitCode.OK
        assert f"4 letters {state}" in capsys.readouterr().err
        run(record, today=TODAY)
        assert "4 letters had that state already" in capsys.readouterr().err


def test_a_mailing_is_resumed_although_another_has_the_same_letters(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*BATCH, "--name", "once-more", "--again", "--yes"], today=TODAY) == ExitCode.OK
    next((folder / "outbox" / "note-2026-01-15").rglob("*bay.txt")).unlink()
    assert run([*BATCH, "--yes"], today=TODAY) == ExitCode.OK
    assert list((folder / "outbox" / "note-2026-01-15").rglob("*bay.txt"))
    assert "of these 4 to keep" in planned(capsys)
    assert "of these 4 to keep" in planned(capsys, "--name", "once-more")
    capsys.readouterr()
    assert run([*BATCH, "--name", "a-third"], today=TODAY) == ExitCode.PROBLEMS
    assert "already written in another mailing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("format_", "suffix", "words"),
    [
        ("pdf", "pdf", "print-files {}"),
        ("pdf", "pdf", "kits {}"),
        ("pdf", "pdf", "registered {} --first RR473124829GB --all --from ash"),
        ("eml", "eml", "send {}"),
        ("tif", "tif", "handover {} --for hylafax --dry-run"),
    ],
)
def test_a_mailing_half_of_whose_files_are_missing_is_refused_as_a_whole(
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    format_: str,
    suffix: str,
    words: str,
) -> None:
    senders = SENDERS.replace("country: GB", "country: GB, email: ann@example.org")
    recipients = RECIPIENTS.replace('country: "NO"', 'country: "NO", email: o@example.org, fax: +47 22249500')
    smtp = '[smtp]\nhost = "127.0.0.1"\nuser = "jane"\n'
    monkeypatch.chdir(
        write({**FILES, "senders.yaml": senders, "recipients.yaml": recipients, "lettergen.toml": smtp})
    )
    words_of_batch = [
        "batch",
        "note",
        "--to",
        "oslo",
        "--all-senders",
        "--format",
        format_,
        "--yes",
        "--quiet",
    ]
    assert run([*words_of_batch, "--workers", "1"], today=TODAY) == ExitCode.OK
    mailing = Path("outbox", "note-2026-01-15")
    first, second, *_ = sorted(mailing.rglob(f"*.{suffix}"))
    first.unlink()
    second.unlink()
    before = sorted(mailing.rglob("*"))
    capsys.readouterr()
    assert run(words.format(mailing.name).split(), today=TODAY) == ExitCode.PROBLEMS
    told = " ".join(capsys.readouterr().err.split())
    assert "[letter-file-missing] 2 of 4 files of the mailing `note-2026-01-15` are missing: `" in told
    assert "run the same `lettergen batch` again" in told
    assert sorted(mailing.rglob("*")) == before
