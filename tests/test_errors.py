"""Each fault that can be told has a folder that shows it, and what the terminal says is as it was read."""

import shlex
import shutil
from datetime import date
from pathlib import Path

import pytest

from lettergen import installation
from lettergen.cli import run
from lettergen.errors import ExitCode
from lettergen.letters.catalogue import catalogue

FOLDERS = sorted(path for path in (Path(__file__).parent / "errors").iterdir() if path.is_dir())
TODAY = date(2026, 1, 15)
TERMINAL = {"COLUMNS": "100", "LINES": "40", "TERM": "dumb", "TTY_COMPATIBLE": "1", "NO_COLOR": "1"}
NOT_OF_THE_CAMPAIGN = shutil.ignore_patterns("command", "expected.txt")


def commands(folder: Path) -> list[list[str]]:
    """The command lines of a folder; all but the last prepare."""
    file = folder / "command"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else ["check"]
    return [shlex.split(line) for line in lines]


def told(name: str, shown: str) -> str:
    """What the terminal shows of one check; what else a small example may lack is not its matter."""
    found = []
    for block in shown.split("\n\n"):
        lines = block.splitlines()
        first = next((at for at, line in enumerate(lines) if f"[{name}] " in line), None)
        if first is not None:
            found.append("\n".join(lines[first:]) + "\n")
    return "\n".join(found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.usefixtures("without_extra_fonts")
def test_the_fault_is_told_as_it_was_read(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    campaign = shutil.copytree(folder, tmp_path / "campaign", ignore=NOT_OF_THE_CAMPAIGN)
    monkeypatch.chdir(campaign)
    for name, value in TERMINAL.items():
        monkeypatch.setenv(name, value)
    here = installation.Environment(Path("an-environment"), "…/bin/python")
    monkeypatch.setattr(installation, "environment", lambda: here)
    for words in commands(folder):
        code = run(words, today=TODAY)
        printed = capsys.readouterr()
    assert "fault in lettergen" not in printed.err
    assert str(tmp_path) not in printed.out + printed.err
    if catalogue()[folder.name].severity == "error":
        assert code in (ExitCode.PROBLEMS, ExitCode.USAGE, ExitCode.PARTIAL)
    # A slip on the command line is told without its name.
    shown = printed.err if code == ExitCode.USAGE else told(folder.name, printed.err)
    shown = "".join(f"{line.rstrip()}\n" for line in shown.rstrip().splitlines())
    golden = folder / "expected.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(shown, encoding="utf-8")
    assert shown
    assert shown == golden.read_text(encoding="utf-8")


def test_only_what_is_said_of_the_check_is_compared() -> None:
    one, two = "x:1: [one] it is so.\n   Fix: mend it.\n", "y:2: [two] it is.\n   Fix: mend it.\n"
    shown = f"A plan.\n{one}\n{two}\n2 problems.\n"
    assert told("one", shown) == one
    assert told("three", shown) == ""


def test_there_are_reproducers() -> None:
    assert len(FOLDERS) > 100
