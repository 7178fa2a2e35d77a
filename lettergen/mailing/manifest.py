"""`manifest.jsonl`: every letter of a mailing on one line, with proof of its files and without a name."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from lettergen.errors import InputProblems, Place, Problem
from lettergen.mailing.bundle import LONGEST_NAME

__all__ = ["Entry", "File", "Manifest", "State"]

State = Literal["made", "skipped", "failed"]
FILE = re.compile(r"letters/[a-z0-9][a-z0-9-]*\.[a-z0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class File:
    """A finished file, named from the mailing's folder, and the sha256 that it had there."""

    file: str
    sha256: str

    @classmethod
    def of(cls, file: str, data: bytes) -> "File":
        """Return the record of ``data`` under its name."""
        return cls(file, hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of one pair of recipient and sender: ids, places and counts only."""

    sequence: int | None
    """The number in the file names, in plan order; None for what was never ordered."""
    letter_id: str
    template: str
    language: str | None
    date: str
    recipient_id: str | None
    sender_id: str
    state: State
    pages: int = 0
    setting: str = ""
    """How far the letter was tightened to fit its sheets."""
    files: tuple[File, ...] = ()
    reason: str = ""
    """Why it was skipped or has failed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The entries of a mailing in plan order, the skipped ones last."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Manifest":
        """Return the manifest of ``entries``, whatever the order in which they were finished."""
        last = float("inf")
        ordered = sorted(entries, key=lambda entry: last if entry.sequence is None else entry.sequence)
        return cls(tuple(ordered))

    def to_bytes(self) -> bytes:
        """Return the file: one object a line, always the same keys in the same order."""
        lines = (json.dumps(asdict(entry), separators=(",", ":")) + "\n" for entry in self.entries)
        return "".join(lines).encode("ascii")

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a manifest back.

        Raises:
            InputProblems: A line is not an entry; the first such line is told.
        """
        entries: list[Entry] = []
        with path.open(encoding="ascii", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    entries.append(_entry(json.loads(line)))
                except (TypeError, ValueError, KeyError):
                    raise InputProblems(
                        [
                            Problem(
                                "not-a-manifest",
                                "this line is not an entry of a manifest.",
                                "restore the file from a copy, or produce the mailing again.",
                                Place(str(path), number),
                            )
                        ]
                    ) from None
        return cls(tuple(entries))


def _entry(fields: dict[str, Any]) -> Entry:
    files = tuple(File(**one) for one in fields.pop("files"))
    if any(not FILE.fullmatch(one.file) or len(one.file) > LONGEST_NAME + len("letters/") for one in files):
        raise ValueError("a manifest names files of its own folder only")
    return Entry(**fields, files=files)
