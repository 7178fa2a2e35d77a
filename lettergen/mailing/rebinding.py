"""A volume's file put together again after a change: the letters that stay are taken from it as they are.

Beside the file lies a record of what it was put together from: which letters share a mould, which rows of
characters each needs, and where its own lines stand. One letter of each mould is made again and compared;
the lines of the others are copied. The new file has the same bytes as if all had been made.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lettergen.facts.regular_files import read_regular
from lettergen.outbox.volumes import BINDING, COMBINED

if TYPE_CHECKING:
    from lettergen.pages.vdp.volume_writer import BoundLetter

__all__ = ["EarlierBinding", "binding_record"]

FORM = 1
"""Version of the record; any other is not read."""

_Rows = tuple[frozenset[int], ...]


def binding_record(bound: Sequence["BoundLetter"], combined: bytes) -> bytes:
    """Return the record of a file: numbers and ids of letters alone."""
    rows: dict[_Rows, int] = {}
    letters = {one.label: [one.mould, rows.setdefault(one.rows, len(rows)), one.streams] for one in bound}
    told = {
        "form": FORM,
        "sha256": sha256(combined).hexdigest(),
        "rows": [[sorted(font) for font in fonts] for fonts in rows],
        "letters": letters,
    }
    return json.dumps(told, separators=(",", ":")).encode("ascii")


@dataclass(frozen=True, slots=True)
class _Bound:
    mould: int
    rows: _Rows
    streams: tuple[bytes, ...]


class EarlierBinding:
    """The letters in a volume's file of an earlier run."""

    def __init__(self, folder: Path) -> None:
        """Read file and record; if one of them is missing, damaged or changed, no letter is known."""
        self._letters: dict[str, _Bound] = {}
        self._made: dict[int, Any] = {}
        with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            told = json.loads(read_regular(folder / BINDING, below=folder.parent))
            data = read_regular(folder / COMBINED, below=folder.parent)
            if told["form"] == FORM and told["sha256"] == sha256(data).hexdigest():
                rows = [tuple(map(frozenset, fonts)) for fonts in told["rows"]]
                self._letters = {
                    label: _Bound(
                        mould, rows[at], tuple(data[start : start + size] for start, size in places)
                    )
                    for label, (mould, at, places) in told["letters"].items()
                }

    def cast(self, letter_id: str, make: Callable[[], Any]) -> Any:
        """Return what a letter is bound from; None if it has to be made again.

        Args:
            letter_id: The letter, whose content is what it was.
            make: Makes it again and returns what it was cast from. Called for the first letter of a mould.
        """
        found = self._letters.get(letter_id)
        if found is None:
            return None
        if found.mould not in self._made:
            made = make()
            is_same = made is not None and (made.rows, made.streams) == (found.rows, found.streams)
            self._made[found.mould] = made if is_same else None
        made = self._made[found.mould]
        return made and replace(made, rows=found.rows, streams=found.streams)
