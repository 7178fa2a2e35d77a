"""Sheets of labels: how many, how large, and where the first one begins, in millimetres."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lettergen.reference import MM_PER_INCH, table, unknown
from lettergen.reference.stationery import Rectangle

__all__ = ["LabelSheet", "keys", "label_sheet"]

_SLACK_MM = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSheet:
    """A sheet of equal labels, counted from 1 along the rows; distances from the top left corner."""

    key: str
    title: str
    sheet_width: float
    sheet_height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    left: float
    top: float
    across: float
    """From the left edge of a label to that of its neighbour."""
    down: float
    source: str
    confidence: Literal["read", "common", "own"]

    @property
    def count(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    def place(self, number: int) -> Rectangle:
        """Return where label ``number`` is, counting from 1."""
        row, column = divmod(number - 1, self.columns)
        return Rectangle(
            left=self.left + column * self.across,
            top=self.top + row * self.down,
            width=self.label_width,
            height=self.label_height,
        )

    def faults(self) -> tuple[str, ...]:
        """Return what cannot be about the sheet: labels beyond its edge or one over the other."""
        last = self.place(self.count)
        found = []
        if last.right > self.sheet_width + _SLACK_MM:
            found.append(
                f"its labels reach to {last.right:.1f} mm, the sheet is {self.sheet_width:g} mm wide"
            )
        if last.bottom > self.sheet_height + _SLACK_MM:
            found.append(
                f"its labels reach to {last.bottom:.1f} mm, the sheet is {self.sheet_height:g} mm high"
            )
        if self.columns > 1 and self.across < self.label_width - _SLACK_MM:
            found.append("its labels lie over their neighbours")
        if self.rows > 1 and self.down < self.label_height - _SLACK_MM:
            found.append("its rows lie over one another")
        return tuple(found)


def keys() -> tuple[str, ...]:
    """Return the keys of all sheets, in the order of the table."""
    return tuple(table("labels")["label"])


@cache
def _known(key: str) -> LabelSheet:
    row: dict[str, Any] = table("labels")["label"][key]
    width, height = table("stationery")["sheets"][row["sheet"]]
    unit = MM_PER_INCH if row.get("unit") == "in" else 1.0
    return LabelSheet(
        key=key,
        title=row["title"],
        sheet_width=width,
        sheet_height=height,
        columns=row["columns"],
        rows=row["rows"],
        label_width=row["label"][0] * unit,
        label_height=row["label"][1] * unit,
        left=row["first"][0] * unit,
        top=row["first"][1] * unit,
        across=row["pitch"][0] * unit,
        down=row["pitch"][1] * unit,
        source=row["source"],
        confidence=row["confidence"],
    )


def label_sheet(key: str, own: Mapping[str, LabelSheet] | None = None) -> LabelSheet:
    """Return the sheet ``key``, one of the campaign's own before one of the reference.

    Raises:
        UnknownName: There is no such sheet.
    """
    if own and key in own:
        return own[key]
    known = (*keys(), *(own or ()))
    if key not in known:
        listed = ", ".join(f"`{name}`" for name in known)
        otherwise = f"choose one of {listed}, or describe it under `[labels.NAME]` in lettergen.toml."
        raise unknown("label sheet", key, known, otherwise)
    return _known(key)
