"""What every command understands: how much to tell, where the campaign is, and `-` for stdin and stdout."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer.main

from lettergen.cli import run
from lettergen.cli.commands import app_with
from lettergen.cli.init import make_campaign

TODAY = date(2026, 2, 15)
LETTER = ("write", "first-letter", "--sample", "--format", "txt")
TABLE = b"Name,Street,Postcode,City,Country\nAda Example,1 High Street,WC1A 1AA,London,GB\n"
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\nEND:VCARD\r\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_campaign(tmp_path / "campaign", TODAY)
    monkeypatch.chdir(tmp_path / "campaign")
    return tmp_path / "campaign"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Return a function that lays something on stdin."""
    return lambda data: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    for name, one in inner.items():
        yield from commands(one, f"{path} {name}".strip())
    if path:
        yield path, command


def test_every_command_has_them_all() -> None:
    found = dict(commands(typer.main.get_command(app_with())))
    assert len(found) > 30
    for path, command in found.items():
        known = {option for param in command.params for option in param.opts}
        assert {"--folder", "-C", "--quiet", "-q", "--verbose", "--no-color"} <= known, path


def test_quiet_tells_only_what_went_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*LETTER, "-o", "one.txt", "-q"], today=TODAY) == 0
    assert capsys.readouterr() == ("", "")
    assert (folder / "one.txt").stat().st_size > 200
    assert run(["--quiet", *LETTER, "-o", "one.txt"], today=TODAY) == 1
    assert "exists already" in capsys.readouterr().err


def test_a_variable_makes_every_run_quiet(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERGEN_QUIET", "1")
    assert run(["check"], today=TODAY) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.delenv("LETTERGEN_QUIET")
    assert run(["check"], today=TODAY) == 0
    assert "Checked: " in capsys.readouterr().err
    assert folder


@pytest.mark.parametrize("command", [[*LETTER, "-o", "-"], ["preview", "first-letter", "--sample", "--text"]])
def test_verbose_tells_campaign_and_letter(
    folder: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert run([*command, "--verbose"], today=TODAY) == 0
    told = "".join(capsys.readouterr().err.split())
    assert told.startswith("Campaign:Mycampaign,in")
    assert f"{folder}:2recipients,2senders,1case," in told
    assert "Letter:first-letter--" in told


def test_the_folder_may_stand_before_the_command_or_after_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    shown = []
    for words in (["-C", "campaign", "senders"], ["senders", "--folder", "campaign"]):
        assert run(words, today=TODAY) == 0
        shown.append(capsys.readouterr())
    assert shown[0] == shown[1]
    assert "jane-example" in shown[0].out
    # The one nearer to the command counts, and a folder that is made is no campaign to read.
    assert run(["-C", "nowhere", "senders", "-C", "campaign"], today=TODAY) == 0
    assert run(["-C", "nowhere", "init", "second"], today=TODAY) == 0


@pytest.mark.parametrize(
    "command",
    [
        "write first-letter --sample",
        "envelopes --to minister",
        "labels --to minister",
        "labels --calibrate",
        "signature-sheets example",
        "petition --to minister --from library-friends",
    ],
)
def test_what_makes_one_file_gives_it_to_stdout(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], command: str
) -> None:
    before = sorted(folder.iterdir())
    assert run([*command.split(), "-o", "-"], today=TODAY) == 0
    assert capfdbinary.readouterr().out.startswith(b"%PDF")
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("command", ["write first-letter --sample", "envelopes --to minister"])
def test_json_and_a_file_do_not_share_stdout(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run([*command.split(), "-o", "-", "--json"], today=TODAY) == 2
    assert "`--json` needs a file" in capsys.readouterr().err
    assert folder


@pytest.mark.parametrize(("data", "name"), [(TABLE, "senders.csv"), (CARD, "senders.csv")])
def test_a_table_is_imported_from_stdin(
    folder: Path, given: Callable[[bytes], None], data: bytes, name: str
) -> None:
    (folder / "senders.yaml").unlink()
    given(data)
    assert run(["import", "-"], today=TODAY) == 0
    assert b"Ada" in (folder / name).read_bytes()


def test_pages_are_measured_from_stdin(
    folder: Path, given: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["write", "first-letter", "--sample", "-o", "one.pdf"], today=TODAY) == 0
    capsys.readouterr()
    given((folder / "one.pdf").read_bytes())
    assert run(["verify", "-", "--json"], today=TODAY) == 0
    assert json.loads(capsys.readouterr().out)[0]["file"] == "stdin"


def test_a_fault_on_stdin_has_its_line(
    folder: Path, given: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    given(b"templates: first-letter\nrecipents: all\n")
    assert run(["batch", "--mailing", "-", "--dry-run"], today=TODAY) == 1
    assert "stdin:2:1: [unknown-field]" in capsys.readouterr().err
    assert folder
