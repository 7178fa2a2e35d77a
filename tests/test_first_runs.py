"""Two commands at once in a campaign that has no ledger yet: one makes it, the other waits for it."""

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lettergen.errors import OutputError
from lettergen.ledger import Ledger, opening
from lettergen.ledger.proof import examine
from lettergen.outbox.atomic_files import remove_torsos
from tests.ledgers import NOW
from tests.test_ledger_commands import RECIPIENTS, SENDERS, TEMPLATE

Write = Callable[[Mapping[str, str | bytes]], Path]

START = """
import sys
from pathlib import Path
from lettergen.ledger import Ledger
from tests.ledgers import NOW

print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    pass
with Ledger.open(Path(sys.argv[1]), campaign="Spring", now=NOW) as ledger:
    ledger.begin(f"mailing-{sys.argv[3]}", "plan")
"""


def test_many_first_openings_at_once_make_one_ledger_with_one_key(tmp_path: Path) -> None:
    path, signal = tmp_path / "campaign" / "ledger.sqlite", tmp_path / "go"
    path.parent.mkdir()
    words = [sys.executable, "-c", START, str(path), str(signal)]
    root, pipe = Path(__file__).parent.parent, subprocess.PIPE
    runs = [
        subprocess.Popen([*words, str(n)], cwd=root, stdout=pipe, stderr=pipe, text=True) for n in range(4)
    ]
    assert all(run.stdout and run.stdout.readline() for run in runs)
    signal.touch()
    told = [run.communicate(timeout=60)[1] for run in runs]
    assert [run.returncode for run in runs] == [0] * 4, told
    account = examine(path)
    assert account.problems == ()
    assert account.whole == 4
    assert not [one.name for one in path.parent.iterdir() if one.name.endswith(".part")]


def test_two_first_batches_at_once_wait_or_say_so_and_never_advise_force(write: Write) -> None:
    folder = write(
        {"recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "letter_templates/note.md": TEMPLATE}
    )
    batch = [sys.executable, "-m", "lettergen", "batch", "note", "--to", "gb", "--all-senders", "--yes"]
    batch += ["--date", "2026-01-15", "--format", "txt"]
    runs = [
        subprocess.Popen([*batch, "--name", f"run-{n}", "--again"], cwd=folder, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for n in range(3)
    ]  # fmt: skip
    told = [run.communicate(timeout=120) for run in runs]
    codes = [run.returncode for run in runs]
    assert 0 in codes
    for code, (_, fault) in zip(codes, told, strict=True):
        assert "--force" not in fault
        assert code == 0 or re.search(r"\[(outbox-in-use|ledger-in-use)\]", fault), fault
    assert examine(folder / "ledger.sqlite").problems == ()


@pytest.mark.parametrize("made_first", ["ledger.key", "both"])
def test_without_locks_the_slower_one_goes_on_with_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_first: str
) -> None:
    """Some network disks know no locks: between looking and making, the other one has made it."""
    elsewhere = tmp_path / "faster" / "ledger.sqlite"
    elsewhere.parent.mkdir()
    Ledger.open(elsewhere, campaign="Spring", now=NOW).close()
    path = tmp_path / "ledger.sqlite"
    clear = remove_torsos

    def overtaken(folder: Path) -> None:
        clear(folder)
        for name in ("ledger.key", "ledger.sqlite")[: 1 if made_first == "ledger.key" else 2]:
            (folder / name).write_bytes((elsewhere.parent / name).read_bytes())
            (folder / name).chmod(0o600)

    monkeypatch.setattr(opening, "remove_torsos", overtaken)
    Ledger.open(path, campaign="Spring", now=NOW).close()
    assert path.with_name("ledger.key").read_bytes() == elsewhere.with_name("ledger.key").read_bytes()


def test_whoever_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.1)
    holds, released = threading.Event(), threading.Event()

    def hold() -> None:
        with opening._one_at_a_time(tmp_path / "ledger.sqlite"):
            holds.set()
            released.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert holds.wait(30)
        with pytest.raises(OutputError) as caught:
            Ledger.open(tmp_path / "ledger.sqlite", campaign="Spring", now=NOW)
    finally:
        released.set()
        thread.join()
    (problem,) = caught.value.problems
    assert problem.name == "ledger-in-use"
    assert "--force" not in problem.fix
