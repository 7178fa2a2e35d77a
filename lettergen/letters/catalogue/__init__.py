"""Every check by its name: what it finds, why that matters, and what the rule rests on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from lettergen.errors import UnknownName, did_you_mean
from lettergen.reference import toml

__all__ = ["ROOMS", "Check", "catalogue", "check"]

Room = Literal[
    "facts", "letters", "pages", "files", "commands", "measures", "envelopes", "print", "fax", "email",
    "mailings", "ledger", "tables",
]  # fmt: skip
ROOMS: Mapping[Room, str] = MappingProxyType(
    {
        "facts": "recipients, senders, cases, settings",
        "tables": "columns and cells of tables, and what spreadsheets hide",
        "letters": "templates, and what experience shows a letter needs",
        "pages": "what the sheet, the envelope and the fonts can hold",
        "files": "files that are read and written",
        "commands": "incomplete or mistaken command lines",
        "measures": "finished pages, as `verify` measures them",
        "envelopes": "envelopes and labels",
        "print": "print jobs and registered mail",
        "fax": "fax pages, their numbers and their hand-over",
        "email": "e-mail drafts and sending",
        "mailings": "mailings, their volumes and moulds",
        "ledger": "the record of what went to whom",
    }
)
"""The groups of the catalogue, one file each, and their subjects."""

Confidence = Literal["format", "standard", "measured", "agreed", "single"]
"""What a rule rests on.

``format``: lettergen's own file format or command line, so it holds by
definition. ``standard``: a standard, a treaty or its depositary. ``measured``:
tried here, with the program named. ``agreed``: several independent guides.
``single``: one guide only; such a rule warns and never stops a letter.
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that lettergen can find wrong."""

    name: str
    room: Room
    severity: Literal["error", "warning"]
    about: str
    why: str
    source: tuple[str, ...]
    confidence: Confidence


@cache
def catalogue() -> Mapping[str, Check]:
    """Return all checks by name, in the order of their names.

    Raises:
        ValueError: A row of the catalogue is incomplete; a fault of ours.
    """
    found: dict[str, Check] = {}
    for row in _rows():
        if row.name in found:
            raise ValueError(f"two rows {row.name}")
        found[row.name] = row
    return MappingProxyType(dict(sorted(found.items())))


def check(name: str) -> Check:
    """Return the check of a name.

    Raises:
        UnknownName: There is none.
    """
    known = catalogue()
    if name not in known:
        fix = did_you_mean(name, known, "`lettergen checks` lists them.")
        raise UnknownName.of("unknown-check", f"there is no check `{name}`.", fix)
    return known[name]


def _rows() -> Iterator[Check]:
    for room in ROOMS:
        rows = toml(Path(__file__).with_name(f"{room}.toml"))
        for name, row in rows.items():
            yield _row(name, room, row)


def _row(name: str, room: Room, row: Mapping[str, Any]) -> Check:
    made = Check(
        name=name,
        room=room,
        severity=row["severity"],
        about=row["about"],
        why=row["why"],
        source=tuple(row["source"]),
        confidence=row["confidence"],
    )
    if made.confidence not in get_args(Confidence) or not (made.source and made.about and made.why):
        raise ValueError(name)
    return made
