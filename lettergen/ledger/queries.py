"""Questions to the ledger, each one query."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lettergen.ledger.chain import COLUMNS, Row

if TYPE_CHECKING:
    import sqlite3

__all__ = [
    "Standing", "answers", "countries", "dropped", "files_of_mailings", "has_mailing", "items_in",
    "latest_plan", "letter_keys", "mailings", "places_of_item", "planned", "rows", "standings", "tally",
    "volume_keys", "written",
]  # fmt: skip

CHUNK = 500
"""Values in one query; SQLite before 3.32 took 999 at most."""
PRODUCED = ("made", "failed", "skipped", "dropped")
"""States before a letter goes; later states outrank them, whenever recorded."""

_BY_LETTER = "+mailing = ?"
"""The plus keeps SQLite from going through all transactions of a mailing to find a few letters."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a letter: the last thing that happened to it."""

    letter: str
    """Its mark, in hexadecimal digits; of a forgotten letter a mark without meaning."""
    state: str
    """An attempt without a result is ``unknown``."""
    day: str
    at: str
    mailing: str
    channel: str
    recipient: str | None
    template: str
    sender: str | None
    """An id, or a mark in hexadecimal digits after ``#``; None once forgotten."""
    item: str
    note: str
    date: str
    """The one that the letter bears."""
    content: str
    """The mark of everything that it was made from when it came into this state."""


def has_mailing(connection: "sqlite3.Connection", mailing: str) -> bool:
    """Say whether there is a transaction of a mailing."""
    found = connection.execute("SELECT 1 FROM transactions WHERE mailing = ? LIMIT 1", (mailing,))
    return found.fetchone() is not None


def mailings(connection: "sqlite3.Connection") -> tuple[str, ...]:
    """Return the names of all mailings, in the order in which they came."""
    found = connection.execute(
        "SELECT mailing FROM transactions WHERE mailing <> '' GROUP BY mailing ORDER BY min(number)"
    )
    return tuple(mailing for (mailing,) in found)


def latest_plan(connection: "sqlite3.Connection", mailing: str) -> tuple[Mapping[str, Any], bytes | None]:
    """Return what `Ledger.begin` last recorded about a mailing, and its seal; nothing if there is none."""
    row = connection.execute(
        "SELECT about, seal FROM transactions WHERE act = 'plan' AND mailing = ? ORDER BY number DESC",
        (mailing,),
    ).fetchone()
    return (json.loads(row[0]), row[1]) if row else ({}, None)


def volume_keys(connection: "sqlite3.Connection", mailing: str) -> dict[tuple[str, int], str]:
    """Return the last key of each volume, as its mark."""
    found = connection.execute(
        "SELECT about, seal FROM transactions WHERE act = 'volume' AND mailing = ? ORDER BY number",
        (mailing,),
    )
    told = ((json.loads(about), seal) for about, seal in found)
    last = {(one["channel"], one["volume"]): seal for one, seal in told}
    return {volume: seal.hex() for volume, seal in last.items() if seal}


def places_of_item(connection: "sqlite3.Connection", item: str) -> tuple[tuple[str, bytes], ...]:
    """Return mailing and mark of the letters that have ever had an item number, the first one first."""
    found = connection.execute(
        "SELECT DISTINCT mailing, letter FROM entries JOIN transactions USING (number)"
        " WHERE item = ? AND salt IS NOT NULL ORDER BY number",
        (item,),
    )
    return tuple(found)


def letter_keys(
    connection: "sqlite3.Connection", mailing: str, volume: tuple[str, int] | None
) -> dict[str, str]:
    """Return letter → content key, both as marks, of what is made."""
    if volume is not None:
        number = _volume(connection, mailing, volume)
        found = connection.execute(
            "SELECT hex(letter), hex(content), state FROM entries WHERE number = ?", (number,)
        )
    else:
        found = connection.execute(
            "SELECT hex(letter), hex(content), state FROM entries JOIN transactions USING (number)"
            " WHERE mailing = ? AND state IN ('made', 'failed', 'dropped') AND salt IS NOT NULL"
            " ORDER BY number",
            (mailing,),
        )
    states = {letter: (content, state) for letter, content, state in found}
    return {letter.lower(): content.lower() for letter, (content, state) in states.items() if state == "made"}


def dropped(
    connection: "sqlite3.Connection", mailing: str, volume: tuple[str, int], now: Collection[Row]
) -> list[Row]:
    """Return the rows of letters that a volume had at its last commit, and that have no place any more."""
    number = _volume(connection, mailing, volume)
    if number is None:
        return []
    at = COLUMNS.index("letter")
    kept = {row[at] for row in now}
    found = connection.execute(
        f"SELECT {', '.join(COLUMNS)} FROM entries AS one WHERE number = ? AND state = 'made'"
        " AND salt IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entries AS next JOIN transactions USING (number)"
        " WHERE next.letter = one.letter AND mailing = ? AND next.number > one.number)",
        (number, mailing),
    )
    return [row for row in found if row[at] not in kept]


def _volume(connection: "sqlite3.Connection", mailing: str, volume: tuple[str, int]) -> int | None:
    """Return the number of the transaction that last committed a volume."""
    channel, number = volume
    begin = json.dumps({"channel": channel, "volume": number, "seal": ""}, separators=(",", ":"))
    begin = begin[: begin.rindex('"seal"')]
    # By the beginning of its words, for which there is an index: a large mailing has 20,000 volumes.
    row = connection.execute(
        "SELECT max(number) FROM transactions"
        " WHERE mailing = ? AND act = 'volume' AND about >= ? AND about < ?",
        (mailing, begin, begin + "~"),
    ).fetchone()
    return row[0] if row else None


def written(connection: "sqlite3.Connection", marks: Collection[bytes], besides: str) -> Iterator[bytes]:
    """Yield the marks of letters that were made, or went out, in any mailing but one, which hasn't them."""
    if connection.execute("SELECT 1 FROM entries LIMIT 1").fetchone() is None:
        return
    for chunk in _chunks(marks):
        elsewhere = _written_in(connection, chunk, "mailing <> ?", besides)
        # What the mailing itself has made stays in it, whoever wrote the same afterwards.
        own = _written_in(connection, sorted(elsewhere), "mailing = ?", besides) if elsewhere else set()
        yield from elsewhere - own


def _written_in(
    connection: "sqlite3.Connection", marks: Sequence[bytes], where: str, mailing: str
) -> set[bytes]:
    found = connection.execute(
        "SELECT letter, mailing, state FROM entries JOIN transactions USING (number)"
        f" WHERE letter IN ({_places(marks)}) AND {where} ORDER BY number",
        (*marks, mailing),
    )
    # Of what was made and taken out again before it went, nobody has heard.
    by_mailing: dict[tuple[bytes, str], bool] = {}
    for letter, of, state in found:
        at = (letter, of)
        is_out = state not in PRODUCED
        by_mailing[at] = is_out or state == "made" or (state == "failed" and by_mailing.get(at, False))
    return {letter for (letter, _), is_written in by_mailing.items() if is_written}


def rows(
    connection: "sqlite3.Connection", mailing: str, marks: Collection[bytes], channels: Collection[str] = ()
) -> dict[bytes, Row]:
    """Return for each of these letters the row of its last making, else the last there is of it.

    With channels, only rows of these count: the same letter may have been made for the post and as an e-mail.
    """
    found: dict[bytes, Row] = {}
    at = COLUMNS.index("letter")
    for chunk in _chunks(marks):
        cursor = connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM entries JOIN transactions USING (number)"
            f" WHERE letter IN ({_places(chunk)}) AND {_BY_LETTER}{_by_channel(channels)}"
            " ORDER BY state = 'made', number",
            (*chunk, mailing, *channels),
        )
        found.update((row[at], row) for row in cursor)
    return found


def standings(
    connection: "sqlite3.Connection",
    mailing: str | None = None,
    marks: Collection[bytes] = (),
    channels: Collection[str] = (),
) -> dict[str, Standing]:
    """Return the states of letters by mark, in one mailing or in all.

    Args:
        connection: The ledger.
        mailing: Only this one; None: all, and keys are ``mailing/mark``.
        marks: Only these letters; none given means all.
        channels: Only what happened on these ways; none given means all.
    """
    chunks: Iterator[Sequence[bytes]] = _chunks(marks) if marks else iter([()])
    found: dict[str, Standing] = {}
    for chunk in chunks:
        for one in _standings(connection, mailing, chunk, tuple(channels)):
            found[one.letter if mailing is not None else f"{one.mailing}/{one.letter}"] = one
    return found


def tally(connection: "sqlite3.Connection") -> Iterator[tuple[str, str | None, str, int]]:
    """Yield mailing, recipient, state, and the number of letters in it."""
    latest, _ = _latest("mailing, recipient, state", None, (), ())
    yield from connection.execute(
        "SELECT mailing, recipient, iif(state = 'attempt', 'unknown', state) AS stands, count(*)"
        f" FROM ({latest}) GROUP BY mailing, recipient, stands ORDER BY mailing, recipient, stands"
    )


def answers(connection: "sqlite3.Connection", mailing: str | None) -> Iterator[tuple[Any, ...]]:
    """Yield of each answered letter recipient, day of leaving, first answer, questions asked and answered.

    The last value is the number of answers to the whole letter.
    """
    where = "WHERE mailing = ? " if mailing is not None else ""
    yield from connection.execute(
        "SELECT recipient, coalesce(min(iif(state IN ('posted', 'faxed', 'sent'), day, NULL)), min(date)),"
        " min(iif(state = 'answered', day, NULL)) AS first,"
        " max(iif(state = 'made', questions, NULL)),"
        " group_concat(iif(state = 'answered', questions, NULL), ' '),"
        " total(state = 'answered' AND questions IS NULL)"
        f" FROM entries JOIN transactions USING (number) {where}GROUP BY mailing, letter"
        " HAVING first IS NOT NULL ORDER BY recipient, first",
        (mailing,) if mailing is not None else (),
    )


def _latest(
    columns: str, mailing: str | None, marks: Sequence[bytes], channels: Sequence[str]
) -> tuple[str, Sequence[object]]:
    """Return the query for the row of each letter that says how it stands, and its values."""
    of_mailing = _BY_LETTER if marks else "mailing = ?"
    wheres = [of_mailing] * (mailing is not None) + [f"letter IN ({_places(marks)})"] * bool(marks)
    at_desk = ", ".join(f"'{state}'" for state in PRODUCED)
    # SQLite takes the other columns from the row that has the maximum (sqlite.org/lang_select.html, 2.5).
    query = (
        f"SELECT {columns}, max(((state NOT IN ({at_desk})) << 40) + number)"
        " FROM entries JOIN transactions USING (number)"
        f" WHERE {' AND '.join(wheres) or 'true'}{_by_channel(channels)} GROUP BY mailing, letter"
    )
    return query, (*([mailing] if mailing is not None else []), *marks, *channels)


def _by_channel(channels: Collection[str]) -> str:
    return f" AND channel IN ({', '.join('?' * len(channels))})" if channels else ""


def _standings(
    connection: "sqlite3.Connection", mailing: str | None, marks: Sequence[bytes], channels: Sequence[str]
) -> Iterator[Standing]:
    columns = (
        "hex(letter), state, day, at, mailing, channel, recipient, template, sender, item, note, date,"
        " hex(content)"
    )
    found = connection.execute(*_latest(columns, mailing, marks, channels))
    for letter, state, day, at, of, channel, recipient, template, sender, *rest, _ in found:
        item, note, date, content = (one or "" for one in rest)
        yield Standing(
            letter=letter.lower(),
            state="unknown" if state == "attempt" else state,
            day=day,
            at=at,
            mailing=of,
            channel=channel or "",
            recipient=recipient,
            template=template,
            sender=f"#{sender.hex()}" if isinstance(sender, bytes) else sender,
            item=item,
            note=note,
            date=date,
            content=content.lower(),
        )


def items_in(path: Path) -> frozenset[str]:
    """Return all item numbers in a ledger, so that none is used twice.

    Raises:
        OutputError: The ledger cannot be read.
    """
    from lettergen.ledger.opening import opened

    with opened(path) as connection:
        return frozenset(
            item for (item,) in connection.execute("SELECT DISTINCT item FROM entries WHERE item IS NOT NULL")
        )


def countries(connection: "sqlite3.Connection") -> dict[str, str]:
    """Return the country of each recipient, as last recorded."""
    told: dict[str, str] = {}
    for (about,) in connection.execute("SELECT about FROM transactions WHERE act = 'plan' ORDER BY number"):
        told |= json.loads(about)["countries"]
    return told


def planned(connection: "sqlite3.Connection") -> dict[str, int]:
    """Return how many letters each mailing was last planned to have."""
    found = connection.execute("SELECT mailing, about FROM transactions WHERE act = 'plan' ORDER BY number")
    return {mailing: json.loads(about)["letters"] for mailing, about in found}


def files_of_mailings(connection: "sqlite3.Connection") -> Iterator[tuple[str, list[bytes]]]:
    """Yield each mailing with the marks of the files that its letters were last made with."""
    for mailing in mailings(connection):
        found = connection.execute(
            "SELECT letter, files, state FROM entries JOIN transactions USING (number)"
            " WHERE mailing = ? AND state IN ('made', 'failed', 'dropped') AND salt IS NOT NULL"
            " ORDER BY number",
            (mailing,),
        )
        last = {letter: (files, state) for letter, files, state in found}
        yield mailing, [files for files, state in last.values() if state == "made"]


def _places(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _chunks(values: Collection[T]) -> Iterator[Sequence[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
