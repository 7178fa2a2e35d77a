"""The sheets that a campaign can choose from: lettergen's, and its own under `[own_stationery]`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lettergen.errors import InputProblems, LettergenError, Place, Problem, UnknownName, did_you_mean
from lettergen.facts.campaign import Campaign
from lettergen.facts.own_stationery import OwnStationery
from lettergen.reference import stationery as sheets
from lettergen.reference.stationery import FOLD_MARK_MM, PUNCH_MARK_MM, Rectangle, Stationery

__all__ = ["Stationeries", "faults"]

LIKE = "like"
"""The key naming the sheet that supplies missing values."""
_NEEDED = ("sheet", "address_field", "reference_line", "margins")
# A line of address of some twenty letters, and three lines of them.
_LEAST_ADDRESS_MM = (30.0, 12.0)
# Lines of some thirty letters, and a dozen of them.
_LEAST_TEXT_MM = (60.0, 60.0)
_BROUGHT = sheets.keys()
_DEFAULTS = {"envelopes": "as chosen", "source": "lettergen.toml", "confidence": "common"}


@dataclass(frozen=True, slots=True)
class Stationeries:
    """The sheets that a campaign can choose from."""

    own: Mapping[str, OwnStationery] = field(default_factory=dict)
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, campaign: Campaign) -> "Stationeries":
        """Return those of a campaign."""
        return cls(campaign.settings.own_stationery, campaign.places)

    def keys(self) -> tuple[str, ...]:
        """Return the keys of all sheets, lettergen's first."""
        return tuple(dict.fromkeys((*sheets.keys(), *self.own)))

    def get(self, key: str) -> Stationery:
        """Return the sheet of a key.

        Raises:
            UnknownName: There is none.
            InputProblems: It is the campaign's own, and has faults.
        """
        if key in _BROUGHT:
            return sheets.stationery(key)
        if key not in self.own and (place := self.places.get(("stationery", key))):
            message = f"the stationery `{key}` has errors, so no letter can use it."
            fix = "fix what `lettergen check` reports"
            raise UnknownName([Problem("unknown-stationery", message, fix, place)])
        if key not in self.own:
            message = f"there is no stationery `{key}` in the reference or in lettergen.toml."
            otherwise = f"choose one of {', '.join(f'`{name}`' for name in self.keys())}."
            raise UnknownName(
                [Problem("unknown-stationery", message, did_you_mean(key, self.keys(), otherwise))]
            )
        found = tuple(self._problems_of(key))
        if found:
            raise InputProblems(found)
        return sheets.from_row(key, self._row(key))

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the campaign's own sheets."""
        for key in self.own:
            yield from self._problems_of(key)

    def _row(self, key: str) -> dict[str, Any]:
        given = self.own[key].model_dump(exclude_none=True)
        return {**_DEFAULTS, "title": key, **given}

    def _problems_of(self, key: str) -> Iterator[Problem]:
        who = f"the stationery `{key}`"
        if key in _BROUGHT:
            fix = f"give it another key: `[own_stationery.my-{key}]`."
            yield self._problem(
                key, "", "stationery-exists", f"{who} has the key of one of lettergen's own sheets.", fix
            )
            return
        row = self._row(key)
        if LIKE not in row and (lacking := [name for name in _NEEDED if name not in row]):
            fix = 'add it, or start from a sheet that has it: `like = "din-5008-b"`.'
            for name in lacking:
                yield self._problem(key, "", "missing-field", f"{who} has no `{name}`.", fix)
            return
        try:
            made = sheets.from_row(key, row)
        except LettergenError as fault:
            for problem in fault.problems:
                yield self._problem(key, LIKE, problem.name, problem.message, problem.fix)
            return
        for name, kind, message, fix in faults(made):
            yield self._problem(key, name, kind, f"{who}: {message}", fix)

    def _problem(self, key: str, name: str, kind: str, message: str, fix: str) -> Problem:
        places = self.places
        place = places.get(("stationery/field", f"{key}/{name}")) or places.get(("stationery", key))
        return Problem(kind, message, fix, place)


def faults(made: Stationery) -> Iterator[tuple[str, str, str, str]]:
    """Yield what paper cannot hold: the field of the row, the kind of fault, the message and the fix."""
    paper = f"{made.sheet_width:g} × {made.sheet_height:g} mm"
    fields: list[tuple[str, str, Rectangle]] = [("address_field", "the address field", made.address_field)]
    if made.information_block:
        fields.append(("information_block", "the information block", made.information_block))
    fields += [
        ("safe_zones", f"what the window of {one.envelope} shows", one.zone) for one in made.safe_zones
    ]
    for name, words, rectangle in fields:
        if not made.sheet.holds(rectangle) or rectangle.width <= 0 or rectangle.height <= 0:
            yield (
                name,
                "stationery-off-sheet",
                f"{words} ends {rectangle.right:g} mm from the left and {rectangle.bottom:g} mm from "
                f"the top, but the paper is {paper}.",
                "correct left, top, width and height; all are millimetres.",
            )
    marks = [("fold_marks", mark) for mark in made.fold_marks]
    marks += [("punch_mark", made.punch_mark)] if made.punch_mark is not None else []
    for name, mark in (*marks, ("reference_line", made.reference_line)):
        if not 0 < mark < made.sheet_height:
            message = f"`{name}` is {mark:g} mm from the top, but the paper is {paper}."
            yield name, "stationery-off-sheet", message, "measure it in millimetres from the top edge."
    yield from _marks(made, paper)
    yield from _without_room(made)


def _marks(made: Stationery, paper: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield fold and punch marks that begin off the paper, or run into the text."""
    lengths = [FOLD_MARK_MM] * bool(made.fold_marks) + [PUNCH_MARK_MM] * (made.punch_mark is not None)
    if not lengths:
        return
    left, right = made.fold_mark_left, made.fold_mark_left + max(lengths)
    if right > made.sheet_width:
        message = f"the marks at the edge end {right:g} mm from the left, but the paper is {paper}."
        fix = "measure `fold_mark_left` in millimetres from the left edge: 3.5, for example."
        yield "fold_mark_left", "stationery-off-sheet", message, fix
    elif right > made.margins.left and left < made.sheet_width - made.margins.right:
        message = (
            f"the marks stand {left:g} to {right:g} mm from the left, but the text begins at "
            f"{made.margins.left:g} mm."
        )
        fix = "make `fold_mark_left` smaller: 3.5, for example."
        yield "fold_mark_left", "stationery-without-room", message, fix


def _without_room(made: Stationery) -> Iterator[tuple[str, str, str, str]]:
    zone, margins, border = made.recipient_zone, made.margins, made.clear_border
    if zone.width < _LEAST_ADDRESS_MM[0] or zone.height < _LEAST_ADDRESS_MM[1]:
        yield (
            "address_field",
            "stationery-without-room",
            f"{_size(zone.width, zone.height)} mm are left for the address below the return line and the "
            f"notations, but an address needs {_size(*_LEAST_ADDRESS_MM)}.",
            "make the field larger, or `return_line_height`, `notation_height` and `text_indent` smaller.",
        )
    if made.reference_line < made.address_field.bottom:
        yield (
            "reference_line",
            "stationery-without-room",
            f"the text begins {made.reference_line:g} mm from the top, in the address field, "
            f"which ends at {made.address_field.bottom:g}.",
            "move `reference_line` below the field.",
        )
    height = made.sheet_height - max(made.reference_line, margins.top) - margins.bottom
    if made.text_width < _LEAST_TEXT_MM[0] or height < _LEAST_TEXT_MM[1]:
        yield (
            "margins",
            "stationery-without-room",
            f"{_size(made.text_width, height)} mm are left for the text of the first page, but "
            f"a letter needs {_size(*_LEAST_TEXT_MM)}.",
            "make the margins narrower: top, right, bottom, left.",
        )
    sides = ("top", "right", "bottom", "left")
    for side in sides:
        if getattr(margins, side) < getattr(border, side):
            yield (
                "margins",
                "stationery-without-room",
                f"the {side} margin of {getattr(margins, side):g} mm is narrower than the border of "
                f"{getattr(border, side):g} mm that printers leave clear.",
                "make it wider, or make `clear_border` narrower if your printer allows.",
            )


def _size(width: float, height: float) -> str:
    return f"{max(0.0, width):.0f} × {max(0.0, height):.0f}"
