"""The ledger for other programs: JSON lines that are the record, and a table for people."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lettergen.ledger.chain import COLUMNS
from lettergen.ledger.key import MARK
from lettergen.ledger.recording import NAME
from lettergen.outbox.manifest import row as csv_line

if TYPE_CHECKING:
    import sqlite3

__all__ = ["FIELDS", "csv_lines", "json_lines", "records"]

FIELDS = (
    "transaction", "at", "act", "mailing", "recipient", "country", "template", "language", "date",
    "channel", "state", "day", "pages", "sheets", "letter", "sender", "content", "files", "text",
    "item", "note", "forgotten",
)  # fmt: skip
"""What a line of the export has, in this order."""


def records(
    connection: "sqlite3.Connection",
    countries: Mapping[str, str],
    *,
    mailing: str | None = None,
    recipient: str | None = None,
    senders: tuple[str | bytes, ...] = (),
) -> Iterator[dict[str, Any]]:
    """Yield every entry of the record in the order of recording.

    Args:
        connection: The ledger.
        countries: Country by recipient id.
        mailing: Only of this mailing.
        recipient: Only to this one.
        senders: Only from those who stand under one of these: an id, a mark.
    """
    limits: dict[str, list[str | bytes]] = {}
    limits |= {"mailing = ?": [mailing] if mailing else [], "recipient = ?": [recipient] if recipient else []}
    limits[f"sender IN ({', '.join('?' * len(senders))})"] = list(senders)
    wheres = [where for where, values in limits.items() if values]
    found = connection.execute(
        f"SELECT digest, at, act, mailing, {', '.join(COLUMNS)} FROM entries JOIN transactions USING (number)"
        f" {'WHERE ' + ' AND '.join(wheres) if wheres else ''} ORDER BY number, place",
        [value for values in limits.values() for value in values],
    )
    for digest, at, act, of, *row in found:
        known = dict(zip(COLUMNS, row, strict=True))
        known |= {"transaction": digest.hex(), "at": at, "act": act, "mailing": of}
        known["country"] = countries.get(known["recipient"] or "")
        known["forgotten"] = known["salt"] is None
        known["letter"] = None if known["forgotten"] else known["letter"].hex()
        if isinstance(known["sender"], bytes):
            known["sender"] = f"#{known['sender'].hex()}"
        known |= {name: known[name].hex() if known[name] else None for name in ("content", "text")}
        marks = known["files"] or b""
        known["files"] = [marks[at + NAME :][:MARK].hex() for at in range(0, len(marks), NAME + MARK)]
        yield {field: known[field] for field in FIELDS}


def json_lines(found: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield JSON lines in ASCII: nothing is altered, so this form is the one to keep."""
    for record in found:
        yield (json.dumps(record, separators=(",", ":")) + "\n").encode("ascii")


def csv_lines(found: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield a table in UTF-8 with a mark for spreadsheets; no cell can become a formula."""
    yield "\ufeff".encode() + csv_line(FIELDS)
    for record in found:
        yield csv_line(" ".join(value) if isinstance(value, list) else value for value in record.values())
