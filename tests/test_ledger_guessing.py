"""Somebody has the ledger but not its key, and tries every name, address and letter there is."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lettergen.delivery.smtp import of_files
from lettergen.delivery.smtp.mail_server import ServerAnswer
from lettergen.errors import OutputError
from lettergen.facts.csv_rows import text_rows
from lettergen.facts.nodes import SourceText
from lettergen.facts.table_reader import Table
from lettergen.ledger import Ledger
from lettergen.ledger.counts import report
from lettergen.ledger.opening import opened
from lettergen.outbox.manifest import ManifestEntry
from tests.ledgers import CANARY, MAILING, NOW, digest, letter
from tests.sent import letter_file, register

SHORTEST = 5
"""Bytes of a digest that confirm a guess: by chance one in 10^12 agrees."""
PLAN, VOLUME = digest("all letters of the plan"), digest("all letters of the volume")


def made() -> tuple[ManifestEntry, ...]:
    return tuple(letter("gb", name) for name in (CANARY, "ann"))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger in which everything has been recorded that can be."""
    with register(tmp_path) as record:
        book = record.ledger
        book.begin(MAILING, PLAN, letters=2, countries={"gb": "GB"})
        book.commit_volume(MAILING, "post", 1, VOLUME, made())
        book.record([made()[0].letter_id], "posted", mailing=MAILING, on="2026-01-16")
        (single,) = of_files([letter_file(tmp_path)])
        assert record.claim(single, again=False)
        record.settle(single, ServerAnswer("accepted", "text", 250))
    return tmp_path / "ledger.sqlite"


def guesses(folder: Path) -> list[str]:
    """Return what a guesser with the campaign's other files can calculate: ids, digests, Message-IDs."""
    (single,) = of_files([folder / "note--minister-1--jane.eml"])
    known = [PLAN, VOLUME, CANARY, "ann", "jane", single.identity, single.sha256, "jane@example.org"]
    for one in made():
        known += [one.letter_id, one.content_key, one.text_sha256]
        known += [text for file in one.files for text in (file.file, file.sha256)]
    return [*known, single.letter_id, "Jane", "Please release the librarian."]


def traces(value: object, salts: list[bytes], known: list[str]) -> Iterator[str]:
    """Yield each guess that a value of the ledger confirms."""
    data = value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b""
    numbers = _numbers(value)
    for guess in known:
        plain = guess.encode()
        forms = [plain] if len(plain) >= SHORTEST else []
        for salt in (b"", *salts):
            for text in (salt + plain, salt + guess.encode() + b"\n", salt + b"#" + plain, plain + salt):
                forms += [hashlib.new(kind, text).digest() for kind in ("sha256", "sha1", "md5", "blake2b")]
        if len(guess) in {40, 64}:
            forms.append(bytes.fromhex(guess))
        for form in forms:
            start = form[:SHORTEST] if len(form) > len(plain) or form != plain else form
            as_number = int.from_bytes(form[:6], "big")
            if start in data or start.hex().encode() in data or as_number in numbers:
                yield guess
                break


def _numbers(value: object) -> set[int]:
    if isinstance(value, int):
        return {value}
    try:
        told = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return set()
    return {one for one in told.values() if isinstance(one, int)} if isinstance(told, dict) else set()


def confirmed(path: Path, known: list[str]) -> dict[tuple[str, str], set[str]]:
    """Return by table and column the guesses that its values confirm."""
    found: dict[tuple[str, str], set[str]] = {}
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name out of the file itself
            columns = [one[0] for one in rows.description]
            for row in rows:
                salts = [one for one in row if isinstance(one, bytes) and len(one) == 16]
                for column, value in zip(columns, row, strict=True):
                    if confirms := set(traces(value, salts, known)):
                        found.setdefault((table, column), set()).update(confirms)
    return found


def test_no_column_confirms_a_guess(ledger: Path) -> None:
    assert confirmed(ledger, guesses(ledger.parent)) == {}
    data = b"".join(path.read_bytes() for path in sorted(ledger.parent.glob("ledger.sqlite*")))
    assert set(traces(data, [], guesses(ledger.parent))) == set()


def test_the_guesser_finds_what_is_there(tmp_path: Path) -> None:
    """A ledger of lettergen 0.1 told him of volumes and e-mails, and of the names of files."""
    path = tmp_path / "ledger.sqlite"
    script = (Path(__file__).parent / "ledger-0.1.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    file = letter_file(tmp_path)
    (single,) = of_files([file])
    # Lettergen 0.1 lost this field on the way.
    as_then = hashlib.sha256(file.read_bytes().replace(b"Content-Language: en\r\n", b"")).hexdigest()
    found = confirmed(path, [single.identity, as_then, "to-zebulon"])
    assert found[("transactions", "about")] == {single.identity, as_then}
    assert found[("entries", "item")] == {single.identity}
    assert found[("entries", "template")] == {"to-zebulon"}


def test_a_file_of_any_name_leaves_no_name_in_the_ledger(tmp_path: Path) -> None:
    path = letter_file(tmp_path).rename(tmp_path / f"to-{CANARY}--for--{CANARY}-too.eml")
    with register(tmp_path) as record:
        (single,) = of_files([path])
        assert record.claim(single, again=False)
        (standing,) = record.ledger.standings("single-emails").values()
    assert (standing.template, standing.recipient) == ("", None)
    assert CANARY.encode() not in (tmp_path / "ledger.sqlite").read_bytes()


def test_what_the_campaign_knows_stays_in_clear(tmp_path: Path) -> None:
    with register(tmp_path) as record:
        record.templates, record.recipients = {"note"}, {"minister-1"}
        (single,) = of_files([letter_file(tmp_path)])
        assert record.claim(single, again=False)
        (standing,) = record.ledger.standings("single-emails").values()
    assert (standing.template, standing.recipient) == ("note", "minister-1")


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "with its log"])
def test_after_forgetting_not_even_the_key_confirms_a_guess(tmp_path: Path, is_closed: bool) -> None:
    with register(tmp_path) as record:
        book = record.ledger
        book.begin(MAILING, PLAN, letters=2)
        book.commit_volume(MAILING, "post", 1, VOLUME, made())
        (single,) = of_files([letter_file(tmp_path)])
        assert record.claim(single, again=False)
        record.settle(single, ServerAnswer("accepted", "text", 250))
        marks = [
            *(book.key_of(one) for one in (single.identity, *(entry.letter_id for entry in made()))),
            *(book.seal_of(entry.content_key) for entry in made()),
            *(book.volume_seal_of(VOLUME), book._key.mark("plan", PLAN).hex()),
            *(book._key.mark("message", single.identity).hex(), book._key.mark("sender", "ann").hex()),
        ]
        before = _on_disk(tmp_path)
        assert all(one.encode() in before or bytes.fromhex(one) in before for one in marks)
        assert book.forget("2100-01-01") == 3
        if is_closed:
            book.close()
        after = _on_disk(tmp_path)
        assert not [one for one in marks if one.encode() in after or bytes.fromhex(one) in after]
    assert confirmed(tmp_path / "ledger.sqlite", guesses(tmp_path)) == {}


def test_a_letter_that_stays_keeps_its_volume_from_being_tested_too(tmp_path: Path) -> None:
    """Of two letters of a volume one is forgotten; the volume's key stood for both."""
    old, young = letter("gb", "ann"), letter("gb", "bob")
    with Ledger.open(tmp_path / "ledger.sqlite", campaign="Test", now=NOW) as book:
        book.commit_volume(MAILING, "post", 1, VOLUME, [old, young])
        book.commit_volume(MAILING, "post", 2, "another", [letter("gb", "cyd")])
        book.record(
            [young.letter_id, letter("gb", "cyd").letter_id], "posted", mailing=MAILING, on="2026-06-01"
        )
        assert book.forget("2026-02-01") == 1
        assert set(book.volume_keys(MAILING)) == {("post", 2)}


def _on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("ledger.sqlite*")))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o601, 0o777])
def test_a_key_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path, key = tmp_path / "ledger.sqlite", tmp_path / "ledger.key"
    Ledger.open(path, campaign="Test", now=NOW).close()
    key.chmod(mode)
    with pytest.raises(OutputError) as caught:
        Ledger.open(path, campaign="Test", now=NOW)
    (problem,) = caught.value.problems
    assert problem.name == "ledger-key-open"
    assert f"{mode:04o}" in problem.message
    assert f"`chmod 600 {key}`" in problem.fix
    key.chmod(0o600)
    Ledger.open(path, campaign="Test", now=NOW).close()
    key.chmod(0o400)
    Ledger.open(path, campaign="Test", now=NOW).close()


@pytest.mark.parametrize("names", [True, False])
def test_an_id_that_is_calculated_from_who_somebody_is_confirms_no_guess(tmp_path: Path, names: bool) -> None:
    source = SourceText("x.csv", "name,address\nAnn Example,2 Hill Street\n")
    recipient, sender = (
        Table(source, kind).records(text_rows(source)).plain()[0]["id"] for kind in ("recipients", "senders")
    )
    one = letter(recipient, sender)
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, campaign="Test", now=NOW, names=names) as book:
        book.begin(MAILING, PLAN, letters=1, countries={recipient: "GB"})
        book.commit_volume(MAILING, "post", 1, VOLUME, [one])
        assert book.already_written([(recipient, sender, "protest")])
        (standing,) = book.standings(MAILING).values()
        assert standing.recipient == book.recipient_of(recipient)
        assert standing.sender in book.sender_of(sender)
    assert confirmed(path, [recipient, sender, one.letter_id]) == {}
    with opened(path) as connection:
        (counted,) = report(connection).recipients
        assert counted.country == "GB"
        assert counted.name == standing.recipient
