"""A killed command leaves a log; whatever is wrong in it, what it holds is told or still there."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lettergen.errors import OutputError
from lettergen.ledger import Ledger
from lettergen.ledger.log_check import FRAME, HEADER
from lettergen.ledger.opening import opened
from lettergen.ledger.queries import volume_keys
from tests.ledgers import MAILING, NOW

PAGE = 4096
STEP = FRAME + PAGE
KILLED = """
import os, signal, sys
from pathlib import Path
from lettergen.ledger import Ledger
from tests.ledgers import MAILING, NOW, letter

ledger = Ledger.open(Path(sys.argv[1]), campaign="Spring", now=NOW)
for number in (1, 2, 3):
    ledger.commit_volume(MAILING, "post", number, f"k{number}", [letter("gb", f"s{number}")])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger whose command was killed after three commits; to be copied, not opened."""
    folder = tmp_path_factory.mktemp("killed")
    words = [sys.executable, "-c", KILLED, str(folder / "ledger.sqlite")]
    done = subprocess.run(words, cwd=Path(__file__).parent.parent, check=False)
    assert done.returncode == -signal.SIGKILL
    return folder


def copied(killed: Path, folder: Path, log: bytes | None = None) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(killed, folder, ignore=shutil.ignore_patterns("*-shm"))
    if log is not None:
        (folder / "ledger.sqlite-wal").write_bytes(log)
    return folder / "ledger.sqlite"


def volumes(path: Path) -> int:
    with Ledger.open(path, campaign="Spring", now=NOW) as ledger:
        return len(ledger.volume_keys(MAILING))


def test_what_was_recorded_before_the_kill_is_there(killed: Path, tmp_path: Path) -> None:
    assert volumes(copied(killed, tmp_path / "copy")) == 3


def test_a_flipped_bit_of_the_log_is_told(killed: Path, tmp_path: Path) -> None:
    log = (killed / "ledger.sqlite-wal").read_bytes()
    frames = (len(log) - HEADER) // STEP
    heads = [(HEADER + STEP * number) * 8 for number in (0, frames // 2, frames - 1)]
    bits = [*range(0, HEADER * 8, 17), *(head + one for head in heads for one in range(0, FRAME * 8, 13))]
    for bit in [*bits, *range(HEADER * 8, len(log) * 8, 20_011)]:
        flipped = bytearray(log)
        flipped[bit // 8] ^= 1 << bit % 8
        path = copied(killed, tmp_path / "copy", bytes(flipped))
        with pytest.raises(OutputError, match="ledger-damaged"):
            volumes(path)
        assert path.with_name("ledger.sqlite-wal").read_bytes() == flipped
    with pytest.raises(OutputError, match="ledger-damaged"), opened(path) as connection:
        volume_keys(connection, MAILING)


@pytest.mark.parametrize("bytes_cut", [1, PAGE, STEP - 1, STEP, 3 * STEP])
def test_a_log_that_the_power_cut_off_is_no_damage(killed: Path, tmp_path: Path, bytes_cut: int) -> None:
    log = (killed / "ledger.sqlite-wal").read_bytes()
    assert volumes(copied(killed, tmp_path / "copy", log[:-bytes_cut])) == 2
    if bytes_cut % STEP == 0:  # in the midst of a frame, zeros cannot be told from damage
        assert volumes(copied(killed, tmp_path / "copy", log[:-bytes_cut] + bytes(bytes_cut))) == 2


def test_what_an_earlier_log_has_left_behind_the_end_is_no_damage(killed: Path, tmp_path: Path) -> None:
    path = copied(killed, tmp_path / "copy")
    log = path.with_name("ledger.sqlite-wal").read_bytes()
    older = bytearray(log[HEADER:][:STEP])
    older[8:16] = bytes(byte ^ 0xA5 for byte in older[8:16])
    assert volumes(copied(killed, tmp_path / "copy", log + bytes(older))) == 3
