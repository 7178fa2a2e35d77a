"""Which letters that have gone say what the case no longer says."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lettergen.cli import run
from lettergen.errors import ExitCode

Command = Callable[..., str]
CASE = """\
title: a lighthouse keeper
summary: A lighthouse keeper was arrested in January 2026.
persons:
  - {id: keeper, name: {given: Zebulon, family: Quickfellow}, described_as: a lighthouse keeper,
     publish: full,
     consent: {by: his sister, on: 2026-01-10, scope: [addressee, un, press, public]}}
events:
  - {on: 2026-01-03, what: five men took @keeper from the lighthouse}
"""
FILES = {
    "lettergen.toml": 'name = "Spring"\n',
    "recipients.yaml": """\
recipients:
  - {id: gb, title: Prime Minister, office: head-of-government, address: [1 Main Street, London SW1A 1AA],
     country: GB, languages: [en], checked: {on: 2026-01-02, source: by telephone}}
  - {id: us, title: President, office: head-of-state, address: [1 Main Street, Washington DC 20500],
     country: US, languages: [en], checked: {on: 2026-01-02, source: by telephone}}
""",
    "senders.yaml": """\
senders:
  - {id: ann, name: Ann Example, address: [2 Hill Street, London N1 1AA], country: GB, language: en}
  - {id: bob, name: Bob Example, address: [3 Hill Street, London N1 1AA], country: GB, language: en}
""",
    "cases/keeper.yaml": CASE,
    "letter_templates/note.md": """\
---
title: A note
kind: letter
uses: [sender, case]
subject: A note
---
{{ case.summary }}

{{ what_happened }}

I look forward to your reply.
""",
}


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return what runs a command in a campaign whose four letters have been posted, as PDF."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    def run_it(words: str, code: int = ExitCode.OK) -> str:
        capsys.readouterr()
        found = run(["--folder", str(tmp_path), *words.split()], today=date(2026, 6, 1))
        printed = capsys.readouterr()
        assert found == code, printed.err
        return printed.out + printed.err

    return run_it


def sent(command: Command, form: str) -> None:
    command(f"batch note --to gb --to us --all-senders --date 2026-01-15 --format {form} --yes --quiet")
    command("ledger record note-2026-01-15 --state posted --on 2026-01-16")


def told(command: Command, words: str = "diff --json") -> Any:
    shown = command(words)
    return json.loads(shown[: shown.rindex("}") + 1])


def change(tmp_path: Path, old: str, new: str, file: str = "cases/keeper.yaml") -> None:
    path = tmp_path / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("form", ["txt", "pdf"])
def test_a_changed_fact_is_shown_as_it_was_and_as_it_is(command: Command, tmp_path: Path, form: str) -> None:
    sent(command, form)
    assert (told(command)["outdated"], told(command)["same"]) == ([], 4)
    change(tmp_path, "five men", "six men")
    (found,) = told(command)["outdated"]
    assert (found["letters"], found["recipients"], found["case"]) == (4, ["gb", "us"], "keeper")
    (one,) = found["changes"]
    assert (" five men took " in one["said"], " six men took " in one["says"]) == (True, True)
    assert told(command, "diff --json --mailing another") == {"outdated": [], "same": 0, "unknown": 0}
    shown = command("diff")
    assert "note-2026-01-15: 4 letters of 2026-01-15 to gb, us" in shown


def test_another_address_is_no_other_fact(command: Command, tmp_path: Path) -> None:
    sent(command, "pdf")
    change(tmp_path, "2 Hill Street", "20 Valley Road", "senders.yaml")
    change(tmp_path, "1 Main Street, London", "5 High Street, London", "recipients.yaml")
    assert (told(command)["outdated"], told(command)["same"]) == ([], 4)


def test_a_name_that_is_withheld_since_is_told_and_not_shown(command: Command, tmp_path: Path) -> None:
    sent(command, "txt")
    change(tmp_path, "publish: full", "publish: withheld")
    shown = command("diff")
    assert "Quickfellow" not in shown
    assert "(words that may name keeper)" in shown
    assert "took the lighthouse keeper from" in shown


def test_a_letter_that_could_not_be_written_today_is_told_so(command: Command, tmp_path: Path) -> None:
    sent(command, "txt")
    change(tmp_path, ", scope: [addressee, un, press, public]", ", scope: [un]")
    (found,) = told(command)["outdated"]
    assert "consent" in found["problems"][0]["name"]
    assert found["letters"] == 4


def test_without_the_outbox_it_is_still_known_that_the_words_differ(command: Command, tmp_path: Path) -> None:
    sent(command, "txt")
    change(tmp_path, "five men", "six men")
    (tmp_path / "outbox/note-2026-01-15/manifest.jsonl").unlink()
    (found,) = told(command)["outdated"]
    assert (found["letters"], found["changes"]) == (4, [])
    change(tmp_path, "{id: bob,", "{id: rob,", "senders.yaml")
    assert told(command)["unknown"] == 2


def test_it_needs_a_ledger(command: Command) -> None:
    assert "[no-ledger]" in command("diff", ExitCode.PROBLEMS)


CORRECTIONS = """\
corrections:
  - {on: 2026-02-01, said: five men took him, correct: six men took @keeper, readers: [addressee]}
  - {on: 2026-03-01, said: it was on 3 January, correct: it was on 4 January}
"""


def test_a_correction_says_what_was_wrong_and_to_which_letter(command: Command, tmp_path: Path) -> None:
    sent(command, "txt")
    (tmp_path / "cases/keeper.yaml").write_text(CASE + CORRECTIONS)
    words = "write correction --to gb --from ann --format txt -o - --date"
    told = " ".join(command(f"{words} 2026-02-10").split())
    assert (
        "I wrote to you on 15 January 2026 about the case of a lighthouse keeper. One thing in it was" in told
    )
    assert "I wrote: Five men took him. The truth is this: Six men took Zebulon Quickfellow." in told
    assert "4 January" not in told  # nobody knew it on 10 February
    assert "Two things in it were not so." in " ".join(command(f"{words} 2026-03-10").split())
    # Before there is anything to correct, there is no such letter.
    assert "[missing-fact]" in command(f"{words} 2026-01-20", ExitCode.PROBLEMS)


def test_what_is_corrected_is_searched_for_names_like_all_texts(command: Command, tmp_path: Path) -> None:
    text = "corrections:\n  - {on: 2026-02-01, said: Zebulon Quickfellow was taken, correct: it was not he}\n"
    withheld = CASE.replace("     publish: full,\n", "     publish: withheld,\n")
    (tmp_path / "cases/keeper.yaml").write_text(withheld + text)
    words = "write correction --to gb --from ann --format txt -o - --date 2026-02-10"
    assert "[name-not-cleared]" in command(words, ExitCode.PROBLEMS)
