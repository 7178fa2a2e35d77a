"""The ledger under bad conditions: damage, strangers, a killed program, a full disk, two at once."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from lettergen.errors import OutputError, Problem
from lettergen.ledger import Ledger
from lettergen.ledger.proof import examine
from tests.ledgers import CANARY, MAILING, NOW, letter

VOLUMES = 12


def open_at(path: Path, *, campaign: str = "Spring", patience: float = 0.0) -> Ledger:
    return Ledger.open(path, campaign=campaign, now=NOW, patience=patience)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of a plan and twelve volumes of thirty letters, closed; to be copied, not changed."""
    path = tmp_path_factory.mktemp("filled") / "ledger.sqlite"
    with open_at(path) as ledger:
        ledger.begin(MAILING, "plan", letters=30 * VOLUMES)
        for number in range(1, VOLUMES + 1):
            entries = [letter("gb", f"s{number}-{one}") for one in range(30)]
            ledger.commit_volume(MAILING, "post", number, f"k{number}", entries)
    return path


@pytest.fixture
def kept(filled: Path, path: Path) -> Path:
    """A copy of that ledger with its key."""
    for file in filled.parent.iterdir():
        shutil.copy2(file, path.parent / file.name)
    return path


def refusal(path: Path, **more: object) -> Problem:
    with pytest.raises(OutputError) as caught:
        open_at(path, **more).close()  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    return problem


def test_what_is_new_is_readable_by_its_owner_alone(kept: Path) -> None:
    with open_at(kept) as ledger:
        ledger.begin("another", "plan")
        modes = {one.name: one.stat().st_mode & 0o777 for one in kept.parent.iterdir()}
    assert modes.keys() >= {"ledger.sqlite", "ledger.key", "ledger.sqlite-wal"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2, 0.4, 0.6, 0.8])
def test_flipped_pages_are_told_with_what_is_whole_and_nothing_is_deleted(kept: Path, share: float) -> None:
    data = bytearray(kept.read_bytes())
    start = int(len(data) * share) // 4096 * 4096
    data[start : start + 4096] = bytes(byte ^ 0xFF for byte in data[start : start + 4096])
    kept.write_bytes(data)
    problem = refusal(kept)
    assert problem.name == "ledger-damaged"
    assert "transactions are intact" in problem.message or "nothing in it can be read" in problem.message
    assert kept.read_bytes() == data
    account = examine(kept)
    assert account.problems
    # Damage hides what lies there, not all the rest; only without the first page or the root of a table
    # nothing is found.
    assert account.whole > 0 or share in {0.0, 0.1}


def test_a_single_flipped_bit_is_found(kept: Path) -> None:
    data = bytearray(kept.read_bytes())
    at = data.index(b"protest", len(data) // 2)
    data[at] ^= 1
    kept.write_bytes(data)
    account = examine(kept)
    assert account.whole == VOLUMES
    assert [one.name for one in account.problems] == ["broken-chain"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_truncated_ledger_is_told(kept: Path, share: float) -> None:
    data = kept.read_bytes()
    kept.write_bytes(data[: int(len(data) * share)])
    assert refusal(kept).name == "ledger-damaged"
    assert kept.stat().st_size == int(len(data) * share)
    if share >= 0.5:
        first, *_ = examine(kept).problems
        there, pages = (int(word) for word in re.findall(r"\d+", first.message.partition("cut off")[2]))
        assert (there, pages) == (int(len(data) * share) // 4096, len(data) // 4096)
        assert 0 < examine(kept).whole < VOLUMES + 1


def test_what_is_whole_of_a_damaged_ledger_can_be_taken_over(kept: Path, tmp_path: Path) -> None:
    data = bytearray(kept.read_bytes())
    letters = data.index(b"gbprotesten2026-01-15post", len(data) // 2) // 4096 * 4096
    data[letters : letters + 200] = bytes(200)
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / "ledger.sqlite").write_bytes(data[: len(data) // 10 * 9])  # a copy that was broken off
    kept.unlink()
    whole = examine(folder / "ledger.sqlite").whole
    assert 0 < whole < VOLUMES + 1
    with open_at(kept) as ledger:
        merged = ledger.merge(folder / "ledger.sqlite")
        assert len(ledger.volume_keys(MAILING)) in {whole, whole - 1}
    assert merged.transactions == whole
    assert merged.lost > 0
    assert examine(kept).problems == ()


def test_without_its_first_page_nothing_is_taken_over_and_that_is_told(kept: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(bytes(4096) + kept.read_bytes()[4096:])
    account = examine(damaged)
    assert account.whole == 0
    assert account.problems[0].message.startswith("the first page of ")
    with open_at(kept) as ledger, pytest.raises(OutputError, match="ledger-damaged"):
        ledger.merge(damaged)
    assert examine(kept).problems == ()


def test_another_file_is_no_ledger(path: Path) -> None:
    path.write_text("Dear Sir,\n" * 1000)
    assert refusal(path).name == "ledger-damaged"
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE letters (id)")
    assert refusal(path).name == "not-a-ledger"
    path.unlink()
    path.mkdir()
    assert refusal(path).name == "not-a-file"


def test_the_log_of_a_lost_ledger_is_not_played_into_a_new_one(kept: Path, tmp_path: Path) -> None:
    with open_at(kept) as ledger:
        ledger.begin("another", "plan")
        log = kept.with_name("ledger.sqlite-wal").read_bytes()
    kept.unlink()
    kept.with_name("ledger.sqlite-wal").write_bytes(log)
    assert refusal(kept).name == "ledger-log-left"
    assert not kept.exists()
    assert kept.with_name("ledger.sqlite-wal").read_bytes() == log


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    path.symlink_to(elsewhere)
    assert refusal(path).name == "not-a-file"
    assert not elsewhere.exists()


def test_a_newer_version_is_left_alone(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA user_version = 3")
    data = kept.read_bytes()
    assert refusal(kept).name == "ledger-newer"
    assert kept.read_bytes() == data


def test_another_campaigns_ledger_is_refused(kept: Path) -> None:
    assert refusal(kept, campaign="Autumn").name == "ledger-of-another-campaign"


def test_the_key_must_be_there_and_the_right_one(kept: Path) -> None:
    key = kept.with_name("ledger.key")
    right = key.read_bytes()
    key.unlink()
    assert refusal(kept).name == "ledger-key-missing"
    assert not key.exists()
    key.write_text("00" * 32 + "\n")
    key.chmod(0o600)
    assert refusal(kept).name == "ledger-key-differs"
    key.write_text("open sesame\n")
    assert refusal(kept).name == "not-a-ledger-key"
    key.write_bytes(right)
    open_at(kept).close()


def test_the_second_of_two_writers_is_told_and_nothing_is_lost(kept: Path) -> None:
    with closing(sqlite3.connect(kept, isolation_level=None)) as other, open_at(kept) as ledger:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match="ledger-in-use"):
            ledger.commit_volume(MAILING, "post", 99, "k99", [letter("gb", "ann")])
        assert ("post", 99) not in ledger.volume_keys(MAILING)
        other.execute("ROLLBACK")
        ledger.commit_volume(MAILING, "post", 99, "k99", [letter("gb", "ann")])
    assert examine(kept).problems == ()


def test_two_writers_in_turn_keep_one_chain(kept: Path) -> None:
    with open_at(kept) as one, open_at(kept) as two:
        for number in range(20, 26):
            ledger = one if number % 2 else two
            ledger.commit_volume(MAILING, "post", number, "k", [letter("gb", f"a{number}")])
    account = examine(kept)
    assert account.problems == ()
    assert account.whole == VOLUMES + 7


def test_a_full_disk_is_told_and_the_ledger_unharmed(kept: Path) -> None:
    many = [letter("gb", f"x{one}") for one in range(2000)]
    with open_at(kept) as ledger:
        (pages,) = ledger._connection.execute("PRAGMA page_count").fetchone()  # a small disk, in pages
        ledger._connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        before = ledger.volume_keys(MAILING)
        with pytest.raises(OutputError, match="disk-full"):
            ledger.commit_volume(MAILING, "post", 99, "k99", many)
        assert ledger.volume_keys(MAILING) == before
        ledger._connection.execute("PRAGMA max_page_count = 1000000")
        ledger.commit_volume(MAILING, "post", 99, "k99", many)
    account = examine(kept)
    assert account.problems == ()
    assert account.whole == VOLUMES + 2


WRITER = """
import sys
from pathlib import Path
from lettergen.ledger import Ledger
from tests.ledgers import MAILING, NOW, letter

ledger = Ledger.open(Path(sys.argv[1]), campaign="Spring", now=NOW)
for number in range(1, 100000):
    entries = [letter("gb", f"{sys.argv[2]}-{number}-{one}") for one in range(40)]
    ledger.commit_volume(MAILING, "post", number, f"k{number}", entries)
    print(number, flush=True)
"""


def killed_after(path: Path, run: int) -> int:
    """Start a writer, kill it in the midst of its work, and return the last volume it said was kept."""
    root = Path(__file__).parent.parent
    words = [sys.executable, "-c", WRITER, str(path), f"run{run}"]
    with subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        said = [int(writer.stdout.readline()) for _ in range(3 + run)]
        time.sleep(0.002 * run)
        os.kill(writer.pid, signal.SIGKILL)
        said += [int(line) for line in writer.stdout.read().split()]
    return said[-1]


def test_after_a_kill_each_volume_is_whole_or_absent(path: Path) -> None:
    for run in range(3):
        said = killed_after(path, run)
        account = examine(path)
        assert account.problems == ()
        with open_at(path) as ledger:
            volumes = ledger.volume_keys(MAILING)
            # What was reported is there; one more may be, whose report was cut off.
            assert {("post", number) for number in range(1, said + 1)} <= set(volumes)
            for volume in volumes:
                assert len(ledger.letter_keys(MAILING, volume)) == 40


@pytest.fixture
def shards(tmp_path: Path) -> tuple[Path, Path]:
    """Two laptops' folders, copied from one that had begun the ledger."""
    first, second = tmp_path / "one" / "ledger.sqlite", tmp_path / "two" / "ledger.sqlite"
    for path in (first, second):
        path.parent.mkdir()
    with open_at(first) as ledger:
        ledger.begin(MAILING, "plan", letters=60)
    for file in first.parent.iterdir():
        shutil.copy2(file, second.parent / file.name)
    for number, path in enumerate((first, second), start=1):
        with open_at(path) as ledger:
            entries = [letter("gb", f"s{number}-{one}") for one in range(30)]
            ledger.commit_volume(MAILING, "post", number, f"k{number}", entries)
    return first, second


def test_shards_become_one_ledger_whose_chains_hold(shards: tuple[Path, Path]) -> None:
    first, second = shards
    with open_at(first) as ledger:
        merged = ledger.merge(second)
        assert (merged.transactions, merged.known, merged.lost) == (1, 1, 0)
        assert merged.conflicts == ()
        seals = {("post", one): ledger.volume_seal_of(f"k{one}") for one in (1, 2)}
        assert ledger.volume_keys(MAILING) == seals
        assert len(ledger.letter_keys(MAILING)) == 60
    account = examine(first)
    assert account.problems == ()
    assert bytes.fromhex(examine(second).head) in account.digests


def test_merging_twice_and_both_ways_changes_nothing(shards: tuple[Path, Path]) -> None:
    first, second = shards
    with open_at(first) as ledger:
        ledger.merge(second)
        count = examine(first).whole
        merged = ledger.merge(second)
        assert (merged.transactions, merged.entries) == (0, 0)
        assert ledger.merge(first).transactions == 0
    assert examine(first).whole == count
    with open_at(second) as ledger:
        ledger.merge(first)
        # The note of a merger is news to the other side, once.
        assert ledger.merge(first).transactions == 0
    with open_at(first) as ledger:
        ledger.merge(second)
    assert examine(first).problems == examine(second).problems == ()


def test_a_letter_made_in_both_and_not_alike_is_told(shards: tuple[Path, Path]) -> None:
    first, second = shards
    same, other = letter("us", "ann"), letter("us", CANARY)
    changed = letter("us", CANARY, content="two")
    for path, entries in ((first, [same, other]), (second, [same, changed])):
        with open_at(path) as ledger:
            ledger.commit_volume(MAILING, "post", 7, "k7", entries)
    with open_at(first) as ledger:
        (conflict,) = ledger.merge(second).conflicts
        assert (conflict.mailing, conflict.recipient) == (MAILING, "us")
        assert conflict.letter == ledger.key_of(other.letter_id)
        assert CANARY not in repr(conflict)


def test_what_is_forgotten_in_one_is_forgotten_in_both(shards: tuple[Path, Path]) -> None:
    first, second = shards
    with open_at(second) as ledger:
        ledger.merge(first)
        assert ledger.forget("2026-02-01") == 60
    with open_at(first) as ledger:
        assert ledger.merge(second).forgotten == 30
        assert ledger.letter_keys(MAILING) == {}
    account = examine(first)
    assert account.problems == ()
    assert account.forgotten == account.entries == 60


def test_a_ledger_with_another_key_or_of_another_campaign_is_not_merged(tmp_path: Path, kept: Path) -> None:
    strange = tmp_path / "strange" / "ledger.sqlite"
    strange.parent.mkdir()
    open_at(strange).close()
    with open_at(kept) as ledger:
        with pytest.raises(OutputError, match="ledger-key-differs"):
            ledger.merge(strange)
        with pytest.raises(OutputError, match="no-ledger"):
            ledger.merge(tmp_path / "nowhere.sqlite")
        for file in strange.parent.glob("ledger.sqlite*"):
            file.unlink()
        shutil.copy2(kept.with_name("ledger.key"), strange.parent / "ledger.key")
        open_at(strange, campaign="Autumn").close()
        with pytest.raises(OutputError, match="ledger-of-another-campaign"):
            ledger.merge(strange)
    assert examine(kept).whole == VOLUMES + 1
