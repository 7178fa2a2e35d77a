"""A ledger of lettergen 0.1 becomes one of this version, and all its letters stay known."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lettergen.delivery.smtp import of_files
from lettergen.errors import OutputError
from lettergen.ledger import Ledger
from lettergen.ledger.opening import opened
from lettergen.ledger.proof import examine, lost_head
from lettergen.ledger.upgrading import upgrade
from tests.ledgers import MAILING, NOW
from tests.sent import letter_file, register

OLD_HEAD = "fca33f2a7397ac5ef182cd52e09cd01f06f768c0d562ac9a0bec117f21f5f589"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A ledger that lettergen 0.1 has written: a mailing, a merged share, two e-mails, a forgotten letter."""
    path = tmp_path / "ledger.sqlite"
    script = (Path(__file__).parent / "ledger-0.1.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    key = path.with_name("ledger.key")
    key.write_text("5c" * 32 + "\n", encoding="ascii")
    key.chmod(0o600)
    return path


def open_at(path: Path) -> Ledger:
    return Ledger.open(path, campaign="Spring", now=NOW)


def test_it_is_refused_with_what_to_do_and_left_as_it_is(old: Path, tmp_path: Path) -> None:
    data = old.read_bytes()
    newer = tmp_path / "newer" / "ledger.sqlite"
    newer.parent.mkdir()
    shutil.copy2(old.with_name("ledger.key"), newer.parent)
    with open_at(newer) as ledger:
        for attempt in (lambda: open_at(old), lambda: opened(old).__enter__(), lambda: ledger.merge(old)):
            with pytest.raises(OutputError) as caught:
                attempt()
            (problem,) = caught.value.problems
            assert problem.name == "ledger-older"
            assert "`lettergen ledger upgrade`" in problem.fix
    assert old.read_bytes() == data


def test_all_letters_stay_known_and_the_chain_holds(old: Path) -> None:
    assert upgrade(old, "Spring", NOW, {"note", "minister-1", "protest", "gb", "us", "fr"}) == 18
    account = examine(old)
    assert account.problems == ()
    assert (account.whole, account.entries, account.forgotten) == (19, 20, 1)
    assert old.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in old.parent.iterdir()) == ["ledger.key", "ledger.sqlite"]
    pairs = [("gb", "ann", "protest"), ("us", "bob", "protest"), ("fr", "ann", "protest")]
    with open_at(old) as ledger:
        assert ledger.already_written(pairs) == set(pairs[:2])
        assert {one.state for one in ledger.standings(MAILING).values()} == {"answered"}
        assert ledger.volume_keys(MAILING) == {
            ("post", number): ledger.volume_seal_of(f"k{number}") for number in (1, 2, 3)
        }
        ledger.begin(MAILING, "plan", letters=3, countries={"gb": "GB"})  # the same plan: nothing to record
    assert examine(old).whole == 19
    assert upgrade(old, "Spring", NOW, ()) is None


def test_an_email_that_went_then_does_not_go_again(old: Path) -> None:
    upgrade(old, "Spring", NOW, ())
    with open_at(old) as ledger:
        (letter,) = of_files([letter_file(old.parent)])
        assert ledger.places_of_message(letter.identity)
        (place,) = ledger.places_of_message(letter.identity)
        assert place[0] == "single-emails"
        assert not ledger.claim(place[1], mailing=place[0], message=letter.identity)
    with pytest.raises(OutputError, match="another-campaign"), register(old.parent):
        pass


def test_the_old_head_is_known_with_the_key_and_by_nobody_else(old: Path) -> None:
    upgrade(old, "Spring", NOW, ())
    with open_at(old) as ledger:
        key = ledger._key
    account = examine(old)
    assert list(lost_head(account, OLD_HEAD, key)) == []
    assert [one.name for one in lost_head(account, OLD_HEAD)] == ["head-not-in-chain"]
    assert [one.name for one in lost_head(account, OLD_HEAD.replace("fc", "fd"), key)] == [
        "head-not-in-chain"
    ]
    assert OLD_HEAD.encode() not in old.read_bytes()
    assert bytes.fromhex(OLD_HEAD) not in old.read_bytes()


def test_names_of_files_that_it_recorded_are_gone(old: Path) -> None:
    assert b"to-zebulon" in old.read_bytes()
    upgrade(old, "Spring", NOW, {"note"})
    assert b"to-zebulon" not in old.read_bytes()


def test_two_laptops_that_upgrade_can_still_merge(old: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(old.parent, other, ignore=shutil.ignore_patterns("other"))
    for path in (old, other / "ledger.sqlite"):
        upgrade(path, "Spring", "2026-07-01T12:00:00Z", ())
    with open_at(old) as ledger:
        merged = ledger.merge(other / "ledger.sqlite")
        assert (merged.transactions, merged.known, merged.conflicts) == (0, 19, ())


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("UPDATE entries SET recipient = 'us' WHERE number = 2", "ledger-damaged"),
        ("UPDATE transactions SET about = '{}' WHERE number = 2", "ledger-damaged"),
        ("UPDATE meta SET value = 'x' WHERE name = 'key'", "ledger-key-differs"),
    ],
)
def test_what_is_damaged_or_anothers_is_not_upgraded(old: Path, change: str, name: str) -> None:
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        for (rule,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {rule}")
        connection.execute(change)
    data = old.read_bytes()
    with pytest.raises(OutputError, match=name):
        upgrade(old, "Spring", NOW, ())
    assert old.read_bytes() == data
    assert sorted(one.name for one in old.parent.iterdir()) == ["ledger.key", "ledger.sqlite"]


def test_it_is_not_upgraded_while_another_command_has_it_open(old: Path) -> None:
    with closing(sqlite3.connect(old, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match="ledger-in-use"):
            upgrade(old, "Spring", NOW, ())
