"""Registered letters: item numbers given in order and never twice."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lettergen.delivery.paper.print_files import PRINT, PrintedLetter
from lettergen.errors import InputProblems
from lettergen.reference.s10 import ItemNumber, item_number, numbers_from

__all__ = ["LIST", "AssignedItem", "assign", "numbers_in"]

LIST = "registered"
"""Name of the list, as `.jsonl`, `.csv` and `.pdf`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedItem:
    """A letter and its number for the post's tracking."""

    letter_id: str
    item: str
    sequence: int
    recipient_id: str | None
    country: str
    weight_g: float
    receipt: bool
    """With advice of receipt."""


def assign(
    letters: Sequence[PrintedLetter],
    first: ItemNumber,
    last: ItemNumber | None,
    used: Collection[str],
    *,
    receipt: bool = False,
) -> tuple[AssignedItem, ...]:
    """Give each letter the next number that was not used before.

    Raises:
        InputProblems: There are no registered letters, or too few numbers.
    """
    if not letters:
        fix = "make them with `lettergen batch … --channel registered`, or add `--all` for all on paper."
        raise InputProblems.of("nothing-registered", "the mailing has no registered letters.", fix)
    numbers = numbers_from(first, last, len(letters), used)
    return tuple(
        AssignedItem(
            letter_id=letter.letter_id,
            item=str(number),
            sequence=letter.sequence,
            recipient_id=letter.recipient_id,
            country=letter.country,
            weight_g=letter.weight_g,
            receipt=receipt,
        )
        for letter, number in zip(letters, numbers, strict=True)
    )


def numbers_in(outbox: Path) -> frozenset[str]:
    """Return the numbers on the lists of all mailings of an outbox.

    Raises:
        InputProblems: A line of a list is none; a number that cannot be read must not be given again.
    """
    return frozenset(
        number for path in sorted(outbox.glob(f"*/{PRINT}/{LIST}.jsonl")) for number in _read(path)
    )


def _read(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            yield str(item_number(str(json.loads(line)["item"])))
        except (TypeError, ValueError, KeyError):
            fix = "restore the file from a copy, because its numbers must not be used again."
            message = f"`{path.parent.parent.name}/{PRINT}/{path.name}` is damaged."
            raise InputProblems.of("damaged-list", message, fix) from None
