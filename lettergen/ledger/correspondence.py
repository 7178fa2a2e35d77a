"""What was written on a case and what came back, letter by letter, as it stood on a day."""
# ruff: noqa: S608 - only names of our own columns are put into a query; values are bound

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from lettergen.letters.earlier import AskedQuestion

if TYPE_CHECKING:
    import sqlite3

__all__ = ["GONE", "Answer", "Questions", "SentLetter", "letters_on", "questions_of"]

GONE = frozenset({"posted", "faxed", "sent"})
"""States that say that a letter has left."""
_NAMES = (
    "mailing", "letter", "channel", "recipient", "sender", "template", "language", "date", "state", "day",
    "item", "questions", "text",
)  # fmt: skip
_COLUMNS = ", ".join(_NAMES).replace("letter", "hex(letter)")
(
    _MAILING, _LETTER, _CHANNEL, _RECIPIENT, _SENDER, _TEMPLATE, _LANGUAGE, _DATE, _STATE, _DAY,
    _ITEM, _QUESTIONS, _TEXT,
) = range(len(_NAMES))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a letter."""

    day: str
    questions: tuple[str, ...]
    """The marks of those that it answers; none means the whole letter."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What a letter asked, and what of it was answered; the ledger has marks for the ids."""

    asked: tuple[AskedQuestion, ...]
    answers: tuple[Answer, ...]

    @property
    def answered(self) -> frozenset[str]:
        """The questions that were answered one by one."""
        return frozenset(name for one in self.answers for name in one.questions)

    def called(self, names: Mapping[str, str]) -> "Questions":
        """Return the same with ids in place of the marks that are known; others stay."""
        asked = tuple(AskedQuestion(one.number, names.get(one.id, one.id)) for one in self.asked)
        answers = (
            Answer(one.day, tuple(names.get(name, name) for name in one.questions)) for one in self.answers
        )
        return Questions(asked, tuple(answers))

    @property
    def is_settled(self) -> bool:
        """Say whether nothing is left to answer."""
        is_whole = any(not one.questions for one in self.answers)
        return is_whole or bool(self.asked and self.answered.issuperset(one.id for one in self.asked))


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter that has gone out."""

    mailing: str
    recipient: str | None
    """As the ledger stores it: the id, or its mark."""
    sender: str
    """An id, or a mark in hexadecimal digits after ``#``."""
    template: str
    language: str | None
    channel: str
    on: str
    """The letter's date."""
    gone: str
    """The day on which it left."""
    item: str
    questions: Questions
    delivered: str
    """The day on which it is known to have arrived; empty if nobody said."""
    returned: str
    """The day on which it came back; empty if it did not."""
    text: bytes
    """The mark of its words' checksum."""


def letters_on(
    connection: "sqlite3.Connection", matter: bytes, until: str, besides: str = ""
) -> Iterator[SentLetter]:
    """Yield the letters on a case that had gone out by a day, the oldest first; what came later is not seen.

    Args:
        connection: The ledger.
        matter: The mark of the case.
        until: The last day that counts, as ``2026-01-15``.
        besides: A mailing that does not count, for instance the one under way.
    """
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM entries JOIN transactions USING (number) WHERE matter = ? AND mailing <> ?"
        " AND salt IS NOT NULL AND (state = 'made' OR day <= ?) ORDER BY mailing, letter, channel, number",
        (matter, besides, until),
    )
    # A letter that was made for the post and as an e-mail is two.
    letters = (_letter(list(rows)) for _, rows in groupby(found, itemgetter(_MAILING, _LETTER, _CHANNEL)))
    yield from sorted(
        (one for one in letters if one is not None and one.on <= until),
        key=lambda one: (one.on, one.gone, one.template, one.channel, one.item, one.mailing, one.sender),
    )


def questions_of(
    connection: "sqlite3.Connection", mailing: str, marks: Iterable[bytes]
) -> dict[str, Questions]:
    """Return what letters of a mailing asked, and what of it was answered, by their marks in hexadecimal."""
    wanted = frozenset(one.hex() for one in marks)
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM entries JOIN transactions USING (number) WHERE mailing = ?"
        " AND state IN ('made', 'answered') AND salt IS NOT NULL ORDER BY letter, number",
        (mailing,),
    )
    by_letter = groupby(found, lambda row: str(row[_LETTER]).lower())
    return {letter: _questions(list(rows)) for letter, rows in by_letter if letter in wanted}


def _letter(rows: Sequence[Any]) -> SentLetter | None:
    """Return a letter from all that is recorded of it; None if it has not gone out."""
    days = {row[_STATE]: row[_DAY] for row in rows}
    first = [row for row in rows if row[_STATE] in GONE]
    # Whoever records that it arrived, came back or was answered need not have recorded that it went.
    gone = first[0] if first else next((row for row in rows if row[_STATE] in _SINCE), None)
    if gone is None:
        return None
    sender = gone[_SENDER]
    return SentLetter(
        mailing=gone[_MAILING],
        recipient=gone[_RECIPIENT],
        sender=f"#{sender.hex()}" if isinstance(sender, bytes) else sender,
        template=gone[_TEMPLATE],
        language=gone[_LANGUAGE],
        channel=gone[_CHANNEL] or "",
        on=gone[_DATE],
        gone=gone[_DAY],
        item=next((row[_ITEM] for row in reversed(rows) if row[_STATE] == "posted" and row[_ITEM]), ""),
        questions=_questions(rows),
        delivered=days.get("delivered", ""),
        returned=days.get("returned", ""),
        text=gone[_TEXT] or b"",
    )


_SINCE = frozenset({"delivered", "answered", "returned"})


def _questions(rows: Sequence[Any]) -> Questions:
    made = [row for row in rows if row[_STATE] == "made"]
    asked = tuple(map(_asked, (made[-1][_QUESTIONS] or "").split())) if made else ()
    answers = (
        Answer(row[_DAY], tuple((row[_QUESTIONS] or "").split())) for row in rows if row[_STATE] == "answered"
    )
    return Questions(asked, tuple(answers))


def _asked(text: str) -> AskedQuestion:
    number, _, name = text.partition("=")
    return AskedQuestion(int(number), name)
