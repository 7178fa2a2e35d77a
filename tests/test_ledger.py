"""The ledger: what it keeps, whom it names, and that its chain holds."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from lettergen.errors import OutputError
from lettergen.ledger import Ledger
from lettergen.ledger.counts import overview, report
from lettergen.ledger.opening import opened
from lettergen.ledger.proof import examine
from lettergen.ledger.queries import items_in, tally
from lettergen.outbox.manifest import ManifestEntry
from tests.ledgers import CANARY, MAILING, NOW, digest, letter


def of(entry: ManifestEntry) -> tuple[str | None, str, str]:
    return entry.recipient_id, entry.sender_id, entry.template


Open = Callable[..., Ledger]


@pytest.fixture
def open_ledger(tmp_path: Path) -> Iterator[Open]:
    """Return a function that opens the ledger of a folder; whatever is open in the end is closed."""
    opened: list[Ledger] = []

    def open_it(
        folder: str = "here", *, names: bool = False, now: str = NOW, patience: float = 0.0
    ) -> Ledger:
        path = tmp_path / folder / "ledger.sqlite"
        path.parent.mkdir(exist_ok=True)
        opened.append(Ledger.open(path, campaign="Spring", now=now, names=names, patience=patience))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()


def commit(ledger: Ledger, *entries: ManifestEntry, volume: int = 1, key: str = "k1") -> None:
    ledger.commit_volume(MAILING, "post", volume, key, entries)


def states(ledger: Ledger) -> dict[str, str]:
    return {mark: one.state for mark, one in ledger.standings(MAILING).items()}


def everything_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "ledger.key")


def test_a_committed_volume_is_known_after_reopening(open_ledger: Open) -> None:
    one, two = letter("gb", "ann"), letter("gb", "bob")
    with open_ledger() as ledger:
        ledger.begin(MAILING, "plan", letters=2)
        commit(ledger, one, two)
    with open_ledger() as ledger:
        assert ledger.volume_keys(MAILING) == {("post", 1): ledger.volume_seal_of("k1")}
        assert ledger.letter_keys(MAILING) == {
            ledger.key_of(entry.letter_id): ledger.seal_of(entry.content_key) for entry in (one, two)
        }
        assert ledger.letter_keys(MAILING, ("post", 1)) == ledger.letter_keys(MAILING)
        assert ledger.letter_keys(MAILING, ("post", 2)) == {}
        assert ledger.volume_keys("another") == {}
        assert ledger.has_mailing(MAILING)
        assert not ledger.has_mailing("another")


def test_the_same_plan_is_recorded_once_and_another_anew(open_ledger: Open, tmp_path: Path) -> None:
    ledger = open_ledger()
    for plan in ("a", "a", "b"):
        ledger.begin(MAILING, plan, letters=3, countries={"gb": "GB"})
    assert examine(tmp_path / "here" / "ledger.sqlite").whole == 2


def test_the_last_commit_of_a_volume_counts(open_ledger: Open) -> None:
    ledger = open_ledger()
    commit(ledger, letter("gb", "ann"))
    commit(ledger, letter("gb", "ann", content="two"), key="k2")
    assert ledger.volume_keys(MAILING) == {("post", 1): ledger.volume_seal_of("k2")}
    (seal,) = ledger.letter_keys(MAILING).values()
    assert seal == ledger.seal_of(letter("gb", "ann", content="two").content_key)


def test_a_letter_that_has_no_place_any_more_is_dropped_and_one_that_moved_is_not(open_ledger: Open) -> None:
    ledger = open_ledger()
    ann, bob, cyd = (letter("gb", name) for name in ("ann", "bob", "cyd"))
    commit(ledger, ann, bob, cyd)
    commit(ledger, cyd, volume=2)
    commit(ledger, ann, key="k2")
    found = states(ledger)
    assert found[ledger.key_of(bob.letter_id)] == "dropped"
    assert found[ledger.key_of(cyd.letter_id)] == "made"
    assert set(ledger.letter_keys(MAILING)) == {ledger.key_of(one.letter_id) for one in (ann, cyd)}
    assert ledger.already_written([of(ann), of(bob)]) == {of(ann)}


def test_a_volume_that_is_taken_out_is_no_more(open_ledger: Open) -> None:
    ledger = open_ledger()
    commit(ledger, letter("gb", "ann"))
    ledger.commit_volume(MAILING, "post", 1, "", [])
    assert ledger.volume_keys(MAILING) == {}
    assert ledger.letter_keys(MAILING) == {}


def test_already_written_knows_other_mailings_and_can_leave_one_out(open_ledger: Open) -> None:
    ledger = open_ledger()
    ann, bob, failed = letter("gb", "ann"), letter("gb", "bob"), letter("gb", "cyd", state="failed")
    assert ledger.already_written([of(ann)]) == frozenset()
    commit(ledger, ann, failed)
    pairs = [of(ann), of(bob), of(failed)]
    assert ledger.already_written(pairs) == {of(ann)}
    assert ledger.already_written(pairs, besides=MAILING) == frozenset()
    assert ledger.already_written(pairs, besides="another") == {of(ann)}


def test_a_letter_goes_from_made_to_posted_to_answered(open_ledger: Open, tmp_path: Path) -> None:
    ledger = open_ledger()
    ann = letter("gb", "ann")
    commit(ledger, ann)
    ids = [ann.letter_id]
    ledger.record(ids, "posted", mailing=MAILING, on="2026-01-16", items={ann.letter_id: "RR473124829GB"})
    ledger.record(ids, "answered", mailing=MAILING, on="2026-03-01", note="polite")
    (standing,) = ledger.standings(MAILING).values()
    assert (standing.state, standing.day, standing.note) == ("answered", "2026-03-01", "polite")
    assert items_in(tmp_path / "here" / "ledger.sqlite") == {"RR473124829GB"}
    # What is made again at the desk does not undo what has gone out.
    commit(ledger, letter("gb", "ann", content="two"), key="k2")
    assert set(states(ledger).values()) == {"answered"}


def test_an_unknown_letter_cannot_be_recorded_and_none_of_the_others_is(open_ledger: Open) -> None:
    ledger = open_ledger()
    ann = letter("gb", "ann")
    commit(ledger, ann)
    with pytest.raises(OutputError, match="letter-not-in-ledger"):
        ledger.record([ann.letter_id, "protest--gb--nobody"], "posted", mailing=MAILING, on="2026-01-16")
    assert set(states(ledger).values()) == {"made"}
    with pytest.raises(ValueError, match="isoformat"):
        ledger.record([ann.letter_id], "posted", mailing=MAILING, on="yesterday")


@pytest.mark.parametrize(
    ("outcome", "claimed_again", "claimed_if_told"),
    [
        ("sent", False, False),
        ("refused", False, True),
        ("unknown", False, True),
        (None, False, True),
        ("deferred", True, True),
        ("not-sent", True, True),
    ],
)
def test_a_letter_is_claimed_before_it_is_sent_and_never_twice(
    open_ledger: Open, outcome: str | None, claimed_again: bool, claimed_if_told: bool
) -> None:
    ledger = open_ledger()
    ann = letter("gb", "ann")
    commit(ledger, ann)
    assert ledger.claim(ledger.key_of(ann.letter_id), mailing=MAILING)
    if outcome:
        ledger.settle(ledger.key_of(ann.letter_id), outcome, mailing=MAILING, note="250")  # type: ignore[arg-type]
    assert set(states(ledger).values()) == {outcome or "unknown"}
    ledger.close()
    assert open_ledger().claim(ledger.key_of(ann.letter_id), mailing=MAILING) is claimed_again
    if not claimed_again:
        assert (
            open_ledger().claim(ledger.key_of(ann.letter_id), mailing=MAILING, again=True) is claimed_if_told
        )


def test_counts_say_how_far_a_mailing_is_and_name_no_sender(open_ledger: Open, tmp_path: Path) -> None:
    ledger = open_ledger(names=True)
    ledger.begin(MAILING, "plan", letters=5, countries={"gb": "GB", "us": "US"})
    ann, bob, cyd = letter("gb", "ann"), letter("gb", "bob"), letter("us", CANARY)
    commit(ledger, ann, bob, cyd, letter("us", "dan", state="failed"))
    ledger.record([ann.letter_id], "posted", mailing=MAILING, on="2026-01-16")
    with opened(tmp_path / "here" / "ledger.sqlite") as connection:
        (whole,) = overview(connection).mailings
        counts = report(connection)
    assert dict(whole.counts) == {"planned": 1, "made": 2, "posted": 1, "failed": 1}
    assert [(one.name, one.country, one.letters) for one in counts.recipients] == [
        ("gb", "GB", 2),
        ("us", "US", 1),
    ]
    assert [(one.name, one.letters) for one in counts.countries] == [("GB", 2), ("US", 1)]
    assert counts.total.counts == {"made": 2, "posted": 1}
    assert CANARY not in repr(counts)


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "with its log"])
def test_no_sender_is_in_the_bytes_of_the_ledger(open_ledger: Open, tmp_path: Path, closed: bool) -> None:
    ledger = open_ledger()
    one = letter("gb", CANARY)
    ledger.begin(MAILING, "plan", letters=1)
    commit(ledger, one)
    ledger.record([one.letter_id], "posted", mailing=MAILING, on="2026-01-16")
    ledger.claim(ledger.key_of(one.letter_id), mailing=MAILING)
    if closed:
        ledger.close()
    data = everything_on_disk(tmp_path / "here")
    assert CANARY.encode() not in data
    # Nor what a guesser of names could compare with.
    for plain in (
        digest(one.letter_id),
        one.files[0].sha256,
        one.content_key,
        one.text_sha256,
        digest(CANARY),
    ):
        assert plain.encode() not in data
        assert bytes.fromhex(plain) not in data
        assert bytes.fromhex(plain)[:16] not in data
    # The recipient is a public office and stands there: the search can find what is there.
    assert b"protest" in data
    assert b"gb" in data


def test_with_names_the_sender_is_there_and_gone_after_forgetting(open_ledger: Open, tmp_path: Path) -> None:
    ledger = open_ledger(names=True)
    commit(ledger, *(letter("gb", f"{CANARY}-{number}") for number in range(300)))
    note = "called Quickfellow"
    ledger.record([f"protest--gb--{CANARY}-7"], "answered", mailing=MAILING, on="2026-01-16", note=note)
    assert CANARY.encode() in everything_on_disk(tmp_path / "here")
    assert ledger.forget("2026-01-17") == 300
    for _ in ("with its log", "closed"):
        data = everything_on_disk(tmp_path / "here")
        assert CANARY.encode() not in data
        assert b"Quickfellow" not in data
        ledger.close()
    account = examine(tmp_path / "here" / "ledger.sqlite")
    assert account.problems == ()
    assert (account.entries, account.forgotten) == (301, 301)


def test_forgetting_keeps_counts_and_what_is_younger(open_ledger: Open, tmp_path: Path) -> None:
    path = tmp_path / "here" / "ledger.sqlite"
    ledger = open_ledger()
    old, young = letter("gb", "ann"), letter("gb", "bob")
    commit(ledger, old, young)
    ledger.record([old.letter_id], "posted", mailing=MAILING, on="2026-01-16")
    ledger.record([young.letter_id], "answered", mailing=MAILING, on="2026-06-01")
    assert ledger.due("2026-02-01") == 1
    with opened(path) as connection:
        before = list(tally(connection))
    assert ledger.forget("2026-02-01") == 1
    with opened(path) as connection:
        assert list(tally(connection)) == before
    assert ledger.already_written([of(old), of(young)]) == {of(young)}
    assert ledger.due("2026-02-01") == ledger.forget("2026-02-01") == 0
    acts = [row[0] for row in rows(path, "SELECT act FROM transactions ORDER BY number")]
    assert acts == ["volume", "step", "step", "forget"]
    assert examine(path).problems == ()


def rows(path: Path, query: str) -> Sequence[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_nothing_can_be_changed_or_deleted_while_the_rules_are_there(
    open_ledger: Open, tmp_path: Path
) -> None:
    with open_ledger() as ledger:
        commit(ledger, letter("gb", "ann"))
    with closing(sqlite3.connect(tmp_path / "here" / "ledger.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA recursive_triggers = ON")
        for statement in (
            "DELETE FROM entries",
            "DELETE FROM transactions",
            "UPDATE transactions SET at = '2000-01-01T00:00:00Z'",
            "UPDATE entries SET recipient = 'us'",
            "UPDATE entries SET state = 'posted'",
            "UPDATE entries SET sender = NULL",
            "UPDATE entries SET salt = NULL, commitment = x'00', recipient = NULL",
            "INSERT OR REPLACE INTO entries SELECT * FROM entries",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


@pytest.mark.parametrize(
    ("change", "name", "told"),
    [
        ("UPDATE entries SET recipient = 'us' WHERE number = 2", "broken-chain", "2 (volume 1 by post"),
        ("UPDATE entries SET state = 'failed' WHERE number = 2", "broken-chain", "transaction 2 "),
        ("UPDATE entries SET note = 'x' WHERE number = 3", "broken-chain", "transaction 3 (step"),
        ("UPDATE entries SET item = 'x' || char(10) WHERE number = 3", "broken-chain", "transaction 3 (step"),
        ("UPDATE entries SET place = 1 - place WHERE number = 2", "broken-chain", "transaction 2 "),
        ("UPDATE transactions SET at = '2000-01-01' WHERE number = 1", "broken-chain", "transaction 1 (plan"),
        ("UPDATE transactions SET digest = x'00' WHERE number = 1", "broken-chain", "transaction 2 "),
        ("DELETE FROM entries WHERE number = 2 AND place = 1", "broken-chain", "transaction 2 "),
        ("DELETE FROM transactions WHERE number = 2", "broken-chain", "predecessor of transaction 3 "),
        ("DELETE FROM transactions WHERE number = 3", "broken-chain", "belong to no transaction"),
        (
            "UPDATE entries SET salt = NULL, commitment = x'00' WHERE number = 2 AND place = 0",
            "broken-chain",
            "transaction 2 ",
        ),
    ],
)  # fmt: skip
def test_a_change_behind_its_back_is_found_and_told_where(
    open_ledger: Open, tmp_path: Path, change: str, name: str, told: str
) -> None:
    path = tmp_path / "here" / "ledger.sqlite"
    with open_ledger() as ledger:
        ledger.begin(MAILING, "plan", letters=2)
        commit(ledger, letter("gb", "ann"), letter("gb", "bob"))
        ledger.record(["protest--gb--ann"], "posted", mailing=MAILING, on="2026-01-16", note="y")
    assert examine(path).problems == ()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        rules = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for rule, _ in rules:
            connection.execute(f"DROP TRIGGER {rule}")
        connection.execute("DROP INDEX entries_by_letter")
        if "place = 1 - place" in change:
            connection.execute("UPDATE entries SET place = place + 10 WHERE number = 2")
            change = "UPDATE entries SET place = 11 - place WHERE number = 2"
        connection.execute(change)
        connection.execute("CREATE INDEX entries_by_letter ON entries (letter)")
        for _, sql in rules:
            connection.execute(sql)
    problems = examine(path).problems
    assert {problem.name for problem in problems} == {name}
    assert any(told in problem.message for problem in problems), [one.message for one in problems]


def test_a_scrubbing_that_no_forgetting_covers_is_found(open_ledger: Open, tmp_path: Path) -> None:
    """The form that the rules allow, done by hand: chain and rules hold, and it is told all the same."""
    from lettergen.ledger import forgetting
    from lettergen.ledger.chain import COLUMNS, stand_in

    path = tmp_path / "here" / "ledger.sqlite"
    with open_ledger() as ledger:
        commit(ledger, letter("gb", "ann"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        query = f"SELECT {', '.join(COLUMNS)} FROM entries"  # noqa: S608 - columns only
        row = connection.execute(query).fetchone()
        forgetting.scrub(connection, 1, 0, row, stand_in(bytes(12)))
    (problem,) = examine(path).problems
    assert "scrubbed" in problem.message


def test_taken_down_rules_are_told_and_stop_work(open_ledger: Open, tmp_path: Path) -> None:
    path = tmp_path / "here" / "ledger.sqlite"
    open_ledger().close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER entries_stay")
    assert [one.name for one in examine(path).problems] == ["ledger-altered"]
    with pytest.raises(OutputError, match="ledger-altered"):
        open_ledger()


def test_the_digest_can_be_computed_by_anybody(open_ledger: Open, tmp_path: Path) -> None:
    """What docs/reference/ledger.md says of the chain, done without the ledger's own code."""
    with open_ledger() as ledger:
        commit(ledger, letter("gb", "ann"))
    path = tmp_path / "here" / "ledger.sqlite"
    public = "recipient, template, language, date, channel, state, day, pages, sheets"
    marks = "hex(letter), hex(sender), hex(content), hex(files), hex(text), salt"
    query = f"SELECT {public}, {marks} FROM entries"  # noqa: S608 - columns only
    (row,) = rows(path, query)
    *open_values, mark, sender, content, files, text, salt = row
    assert isinstance(salt, bytes)
    lines = [mark, f"#{sender}", content, files, text, "", "", "", ""]
    personal = "\n".join(str(line).lower() for line in lines)
    commitment = hashlib.sha256(salt + personal.encode()).hexdigest()
    dumped = json.dumps([[*open_values, commitment]], separators=(",", ":"))
    entries = hashlib.sha256(dumped.encode()).hexdigest()
    ((at, act, mailing, about, count, stored),) = rows(
        path, "SELECT at, act, mailing, about, count, hex(digest) FROM transactions"
    )
    whole = json.dumps(["00" * 32, at, act, mailing, about, count, entries], separators=(",", ":"))
    assert hashlib.sha256(whole.encode()).hexdigest() == str(stored).lower()
