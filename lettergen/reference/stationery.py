"""Sheets and the positions on them, in millimetres from the sheet's top left corner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lettergen.reference import table, unknown

__all__ = [
    "FOLD_MARK_MM",
    "PUNCH_MARK_MM",
    "Margins",
    "Rectangle",
    "SafeZone",
    "Stationery",
    "for_country",
    "from_row",
    "keys",
    "paper",
    "paper_of",
    "stationery",
]
FOLD_MARK_MM, PUNCH_MARK_MM = 5.0, 7.0
"""How long the marks at the edge are."""


_DECIDE_WHAT_SHOWS = frozenset({"address_field", "fold_marks", "sheet"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """A field on the sheet."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Distance of the right edge from the sheet's left edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Distance of the lower edge from the sheet's top edge."""
        return self.top + self.height

    def holds(self, other: "Rectangle") -> bool:
        """Say whether ``other`` lies wholly inside, with a tolerance of a hundredth of a millimetre."""
        slack = 0.01
        return (
            other.left >= self.left - slack
            and other.top >= self.top - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """The unprinted border of the text."""

    top: float
    right: float
    bottom: float
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeZone:
    """The part that the window shows wherever the folded sheet slides in the envelope."""

    envelope: str
    zone: Rectangle


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationery:
    """A sheet and where things stand on it, in millimetres from the top left.

    Names follow KOMA-Script's pseudo-lengths so that a new national form can be
    taken over from its .lco file.
    """

    key: str
    title: str
    sheet_width: float
    sheet_height: float
    address_field: Rectangle
    """What shows in the window, return address and mailing notations included."""
    text_indent: float
    """From the field's left edge to its text."""
    return_line_height: float
    """Room for the return address at the top of the field; 0 if it does not show."""
    return_above: float
    """How far above the field the return address stands where it does not show in the window."""
    notation_height: float
    """Room for mailing notations below the return address; 0 if they are elsewhere."""
    address_anchor: Literal["top", "bottom"]
    """Whether the address fills the rest of the field from the top or the bottom."""
    postcode_alone: bool
    """Whether a postcode of the United Kingdom stands on a line of its own, as its post asks for."""
    has_window: bool
    fold_marks: tuple[float, ...]
    """Distances from the top edge; ``()`` where the national form has none."""
    fold_mark_left: float
    """From the sheet's left edge to the beginning of the fold marks."""
    punch_mark: float | None
    """Distance from the top edge."""
    reference_line: float
    """Where the reference line, or else the text, begins."""
    subject_to_opening: float
    """From the subject's base line to the opening's, where the national form says so; 0 elsewhere."""
    worded_pages: bool
    """Whether pages are numbered in words, "Page 2 of 3", where the letter's language has them."""
    information_block: Rectangle | None
    margins: Margins
    clear_border: Margins
    """The border without ink except marks, because printers and mailing houses do not print there."""
    safe_zones: tuple[SafeZone, ...]
    """By usual envelope; a check against the window alone would pass what slides out of sight."""
    envelopes: str
    """The window envelopes that the sheet suits."""
    source: str
    confidence: Literal["read", "common"]
    note: str
    """Values that are not from the source but chosen here."""

    @property
    def sheet(self) -> Rectangle:
        """The whole sheet."""
        return Rectangle(left=0, top=0, width=self.sheet_width, height=self.sheet_height)

    @property
    def printable(self) -> Rectangle:
        """What lies inside the clear border."""
        border = self.clear_border
        return Rectangle(
            left=border.left,
            top=border.top,
            width=self.sheet_width - border.left - border.right,
            height=self.sheet_height - border.top - border.bottom,
        )

    @property
    def text_width(self) -> float:
        """Width of the text between the margins."""
        return self.sheet_width - self.margins.left - self.margins.right

    @property
    def recipient_zone(self) -> Rectangle:
        """Where the inside address is printed: the field without return line, notations and indent."""
        above = self.return_line_height + self.notation_height
        return Rectangle(
            left=self.address_field.left + self.text_indent,
            top=self.address_field.top + above,
            width=self.address_field.width - self.text_indent,
            height=self.address_field.height - above,
        )


def keys() -> tuple[str, ...]:
    """Return the keys of all stationeries, in the order of the table."""
    return tuple(table("stationery")["stationery"])


@cache
def stationery(key: str) -> Stationery:
    """Return the stationery ``key``.

    Raises:
        UnknownName: There is no such stationery.
    """
    rows = table("stationery")["stationery"]
    if key not in rows:
        raise unknown("stationery", key, rows, f"choose one of {', '.join(f'`{name}`' for name in rows)}.")
    return from_row(key, rows[key])


def paper(name: str) -> tuple[float, float]:
    """Return width and height of a sheet: ``A4``, ``Letter``."""
    width, height = table("stationery")["sheets"][name]
    return width, height


def paper_of(width: float, height: float) -> str:
    """Return the name of the sheet of this size, within a millimetre; its measures where it has none."""
    sheets: dict[str, list[float]] = table("stationery")["sheets"]
    near = (name for name, (w, h) in sheets.items() if abs(w - width) < 1 and abs(h - height) < 1)
    return next(near, f"{width:.0f} × {height:.0f} mm")


def for_country(code: str | None) -> Stationery:
    """Return the usual stationery for letters posted in the country ``code``.

    Any other country, or none, gets DIN 5008 form B: A4 in thirds fits the DL
    envelope that is sold nearly everywhere.
    """
    countries: dict[str, str] = table("stationery")["countries"]
    return stationery(countries.get((code or "").upper(), "din-5008-b"))


def from_row(key: str, row: Mapping[str, Any]) -> Stationery:
    """Return the stationery of a row, of the table or of a campaign's own.

    Missing values come from the row named by ``like``, except the safe zones
    if the row has its own field, folds or paper, and the information block if it has its own field.

    Raises:
        UnknownName: There is no stationery that it could be like.
        KeyError: It has no ``sheet``, ``address_field``, ``reference_line`` or ``margins``.
    """
    if "like" in row:
        row = _completed(row)
    width, height = table("stationery")["sheets"][row["sheet"]]
    block = row.get("information_block")
    zones = tuple(
        SafeZone(envelope=entry["envelope"], zone=_rectangle(entry["zone"]))
        for entry in row.get("safe_zones", ())
    )
    return Stationery(
        key=key,
        title=row["title"],
        sheet_width=width,
        sheet_height=height,
        address_field=_rectangle(row["address_field"]),
        text_indent=row.get("text_indent", 0.0),
        return_line_height=row.get("return_line_height", 0.0),
        return_above=row.get("return_above", 12.0),
        notation_height=row.get("notation_height", 0.0),
        address_anchor=row.get("address_anchor", "top"),
        postcode_alone=row.get("postcode_alone", False),
        has_window=row.get("has_window", True),
        fold_marks=tuple(row.get("fold_marks", ())),
        fold_mark_left=row.get("fold_mark_left", 3.5),
        punch_mark=row.get("punch_mark"),
        reference_line=row["reference_line"],
        subject_to_opening=row.get("subject_to_opening", 0.0),
        worded_pages=row.get("worded_pages", False),
        information_block=_rectangle(block) if block else None,
        margins=_margins(row["margins"]),
        clear_border=_margins(row.get("clear_border", table("stationery")["clear_border"])),
        safe_zones=zones,
        envelopes=row["envelopes"],
        source=row["source"],
        confidence=row["confidence"],
        note=row.get("note", ""),
    )


def _completed(row: Mapping[str, Any]) -> dict[str, Any]:
    rows, like = table("stationery")["stationery"], row["like"]
    if like not in rows:
        raise unknown("stationery", like, rows, f"choose one of {', '.join(f'`{name}`' for name in rows)}.")
    base = dict(rows[like])
    if _DECIDE_WHAT_SHOWS.intersection(row):
        base.pop("safe_zones", None)
    if "address_field" in row:
        base.pop("information_block", None)
    return {**base, **row}


def _rectangle(numbers: Sequence[float]) -> Rectangle:
    left, top, width, height = numbers
    return Rectangle(left=left, top=top, width=width, height=height)


def _margins(numbers: Sequence[float]) -> Margins:
    top, right, bottom, left = numbers
    return Margins(top=top, right=right, bottom=bottom, left=left)
