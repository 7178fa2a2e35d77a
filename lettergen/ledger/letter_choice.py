"""Chooses the letters of a mailing that a new state applies to."""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.text_files import read_text
from lettergen.ledger.queries import Standing
from lettergen.letters.assemble import letter_id
from lettergen.reference.s10 import item_number

__all__ = ["LetterChoice", "as_item", "channels_of", "choose", "read_items"]

CHANNELS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "posted": frozenset({"post", "registered", "courier", "hand"}),
        "faxed": frozenset({"fax"}),
        "sent": frozenset({"email"}),
    }
)
"""Ways on which a letter can come into a state, where no other is named."""
OUT = frozenset({"posted", "faxed", "sent", "delivered", "unknown"})
BEFORE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sent": frozenset({"made", "deferred", "not-sent"}),
        "faxed": frozenset({"made", "not-sent"}),
        "delivered": frozenset({"posted", "faxed", "sent"}),
        "answered": OUT,
        "returned": OUT,
    }
)
"""States from which a whole mailing comes into a state; ``made`` where nothing is said."""
_S10 = re.compile(r"\s*[A-Za-z]{2}[\s\d-]{9,}[A-Za-z]{2}\s*")


@dataclass(frozen=True, slots=True)
class LetterChoice:
    """Letters by their mark."""

    due: tuple[str, ...]
    already: int
    """How many are in that state already."""
    found: tuple[str, ...] = ()
    """All that were chosen, due or not."""


def channels_of(state: str, channel: str | None = None) -> frozenset[str]:
    """Return the ways on which a letter comes into a state, or the one that is named; none means any."""
    return frozenset({channel}) if channel else CHANNELS.get(state, frozenset())


def choose(
    standings: Mapping[str, Standing],
    state: str,
    *,
    recipients: Collection[str] = (),
    senders: Collection[str] = (),
    channel: str | None = None,
    letters: Collection[str] | None = None,
) -> LetterChoice:
    """Return the letters that a step is for.

    Letters that are named, by recipient, sender or one by one, come into it
    from wherever they stand; of a whole mailing those that can be next.

    Args:
        standings: The letters of the mailing.
        state: What became of them.
        recipients: Only to these.
        senders: Only from these, as ids or marks, as `Standing.sender` has them.
        channel: Only by this one.
        letters: Only these marks.
    """
    is_named = bool(recipients or senders or letters is not None)
    channels = channels_of(state, channel)
    before = BEFORE.get(state, frozenset({"made"}))
    found = [
        one
        for mark, one in standings.items()
        if (not recipients or one.recipient in recipients)
        and (not senders or one.sender in senders)
        and (letters is None or mark in letters)
        and (not channels or one.channel in channels)
    ]
    due = tuple(one.letter for one in found if one.state != state and (is_named or one.state in before))
    return LetterChoice(due, sum(one.state == state for one in found), tuple(one.letter for one in found))


def read_items(path: Path, templates: Collection[str], is_known: Callable[[str], bool]) -> Mapping[str, str]:
    """Read a list of item numbers: letter id → number.

    The list has a column `item`, and either `letter_id` or `recipient` and
    `sender`; `lettergen registered` writes such a list. Numbers in the format of
    UPU S10 must have the right check digit; others are taken as they are.

    Args:
        path: A CSV file.
        templates: Those of the mailing.
        is_known: Says whether the mailing has a letter.

    Raises:
        InputProblems: The file is not such a list; all problems are reported.
    """
    text = read_text(path, str(path))
    head = text.partition("\n")[0]
    lines = csv.DictReader(StringIO(text), delimiter=max(",;\t", key=head.count))
    columns = {(name or "").strip() for name in lines.fieldnames or ()}
    if "item" not in columns or not ({"letter_id"} <= columns or {"recipient", "sender"} <= columns):
        fix = "name the columns `letter_id` and `item`, or `recipient`, `sender` and `item`."
        message = "the list does not say which item number belongs to which letter."
        raise InputProblems.of("not-a-list-of-items", message, fix, Place(str(path), 1))
    items: dict[str, str] = {}
    problems: list[Problem] = []
    for row in lines:
        place = Place(str(path), lines.line_num)
        cells = {
            (name or "").strip(): (value or "").strip()
            for name, value in row.items()
            if isinstance(value, str)
        }
        letter = next((one for one in _candidates(cells, templates) if is_known(one)), None)
        try:
            item = as_item(cells.get("item", ""))
        except InputProblems as fault:
            problems += [replace(problem, place=place) for problem in fault.problems]
            continue
        if letter is None:
            fix = "correct the row, or delete it; `lettergen ledger export` lists the mailing's letters."
            problems.append(
                Problem("item-of-no-letter", "this row matches no letter of the mailing.", fix, place)
            )
        elif item in items.values() or letter in items:
            fix = "compare the list with the stickers, and delete one of the two rows."
            message = "this number or this letter is on the list twice."
            problems.append(Problem("item-twice", message, fix, place))
        elif item:
            items[letter] = item
    if problems:
        raise InputProblems(problems)
    return items


def _candidates(cells: Mapping[str, str], templates: Collection[str]) -> Iterator[str]:
    if cells.get("letter_id"):
        yield cells["letter_id"]
    else:
        for template in templates:
            yield letter_id(template, cells.get("recipient") or None, cells.get("sender", ""))


def as_item(text: str) -> str:
    """Return an item number as the ledger stores it; one in the form of UPU S10 is checked.

    Raises:
        InputProblems: Its check digit is wrong, or it has no country of a post.
    """
    return str(item_number(text)) if _S10.fullmatch(text) else text
