"""A mailing house's rules for finished letters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lettergen.errors import Place, Problem, UnknownName, did_you_mean
from lettergen.reference import table
from lettergen.reference.stationery import Rectangle
from lettergen.verify.findings import Finding, MeasuredFile, MeasuredPage, grown, meet
from lettergen.verify.rules import SHEET_MM, of_the_file, span

__all__ = ["Profile", "check", "left_over", "profile", "profiles"]

# Ink that stands out by less than two pixels is the edge of a letter.
_LEAST_MM = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One mailing house's rules."""

    key: str
    title: str
    width: float
    height: float
    slack: float
    address: Rectangle
    first: tuple[Rectangle, ...]
    """Where ink may be on the first page."""
    others: tuple[Rectangle, ...]
    """Where it may be on the pages after that."""
    lines: tuple[int, int] | None
    """Least and most lines of an address, where the house reads it; the last is a postcode or a country."""


def profiles() -> tuple[str, ...]:
    """Return the keys of all profiles."""
    return tuple(table("profiles")["profiles"])


def profile(key: str) -> Profile:
    """Return the profile ``key``.

    Raises:
        UnknownName: There is none.
    """
    rows = table("profiles")["profiles"]
    if key not in rows:
        fix = did_you_mean(key, rows, f"choose from {', '.join(f'`{name}`' for name in rows)}.")
        raise UnknownName([Problem("unknown-profile", f"there is no profile `{key}`.", fix)])
    row = rows[key]
    return Profile(
        key=key,
        title=row["title"],
        width=row["sheet"][0],
        height=row["sheet"][1],
        slack=row["slack"],
        address=_area(row["address"]),
        first=tuple(map(_area, row["first"])),
        others=tuple(map(_area, row["others"])),
        lines=(row["lines"][0], row["lines"][1]) if "lines" in row else None,
    )


def check(
    read: MeasuredFile, wanted: Profile, file: str, letters: Sequence[Sequence[MeasuredPage]] = ()
) -> tuple[Finding, ...]:
    """Return what the mailing house would find on the letters of a file; without ``letters`` it is one.

    Args:
        read: The file, read for this house.
        wanted: Its rules.
        file: The name of the file.
        letters: The pages of each letter.
    """
    place = Place(file)
    found = [_sheet(page, wanted, place) for page in read.pages]
    if all(one.verdict == "ok" for one in found):
        for pages in letters or (read.pages,):
            found.append(_address(pages[0], wanted, place))
            found += _form(pages[0], wanted, place)
            found += (_areas(page, wanted, place, is_first=page is pages[0]) for page in pages)
    return (*found, *of_the_file(read, place))


def _sheet(page: MeasuredPage, wanted: Profile, place: Place) -> Finding:
    is_right = abs(page.width - wanted.width) <= SHEET_MM and abs(page.height - wanted.height) <= SHEET_MM
    problem = Problem(
        "outside-profile",
        f"page {page.number} is {page.width:.0f} × {page.height:.0f} mm; "
        f"{wanted.title} requires {wanted.width:g} × {wanted.height:g} mm upright.",
        "make the letter for that paper.",
        place,
    )
    return Finding(
        rule="outside-profile",
        what="sheet",
        page=page.number,
        measured=f"{page.width:.1f} × {page.height:.1f}",
        wanted=f"{wanted.width:g} × {wanted.height:g} ±{SHEET_MM:g}",
        verdict="ok" if is_right else "fail",
        numbers={"width": page.width, "height": page.height},
        problem=None if is_right else problem,
    )


def _address(page: MeasuredPage, wanted: Profile, place: Place) -> Finding:
    field = grown(wanted.address, wanted.slack)
    inside = [run.covers for run in page.runs if meet(run.covers, wanted.address)]
    crossing = tuple(box for box in inside if not field.holds(box))
    what = "ink crosses the edge" if crossing else "there is none"
    problem = Problem(
        "outside-profile",
        f"{wanted.title} requires the address in {span(wanted.address)} mm; {what}.",
        "choose the matching stationery (`--stationery uk-c5` for GOV.UK Notify).",
        place,
    )
    is_right = bool(inside) and not crossing
    return Finding(
        rule="outside-profile",
        what="address",
        page=page.number,
        measured=f"{len(inside)} lines" if is_right else what,
        wanted=f"in {span(wanted.address)}",
        verdict="ok" if is_right else "fail",
        numbers={"lines": float(len(inside))},
        offenders=crossing,
        problem=None if is_right else problem,
    )


def _form(page: MeasuredPage, wanted: Profile, place: Place) -> Iterator[Finding]:
    """Yield how the address is written, where that counts; one that is not there is told already."""
    form = page.address
    if form is None or wanted.lines is None or not form.lines:
        return
    least, most = wanted.lines
    faults = []
    if not least <= form.lines <= most:
        lines = "1 line" if form.lines == 1 else f"{form.lines} lines"
        faults.append(f"the address has {lines}, and {wanted.title} takes {least} to {most}")
    if not form.last:
        faults.append(f"the last line is neither a postcode alone nor a country, as {wanted.title} requires")
    if form.odd:
        faults.append("a line begins with a sign that no address begins with")
    problem = Problem(
        "outside-profile",
        f"{'; '.join(faults)}.",
        "write the town and the postcode each on a line of its own, the postcode last, and leave out what "
        "is no address.",
        place,
    )
    yield Finding(
        rule="outside-profile",
        what="address form",
        page=page.number,
        measured=f"{form.lines} lines, ending in {form.last or 'neither'}",
        wanted=f"{least} to {most}, ending in a postcode or a country",
        verdict="fail" if faults else "ok",
        numbers={"lines": float(form.lines), "odd": float(form.odd)},
        problem=problem if faults else None,
    )


def _areas(page: MeasuredPage, wanted: Profile, place: Place, *, is_first: bool) -> Finding:
    outside = page.beyond[0 if is_first else 1]
    first = outside[0] if outside else None
    problem = (
        None
        if first is None
        else Problem(
            "outside-profile",
            f"page {page.number} has ink at {span(first)} mm, where {wanted.title} allows none.",
            "move it or leave it out, including marks and return address.",
            place,
        )
    )
    return Finding(
        rule="outside-profile",
        what="areas",
        page=page.number,
        measured=f"{len(outside)} outside" if outside else "all inside",
        wanted="all inside",
        verdict="fail" if outside else "ok",
        numbers={"outside": float(len(outside))},
        offenders=outside,
        problem=problem,
    )


def left_over(box: Rectangle, areas: Iterable[Rectangle]) -> Iterator[Rectangle]:
    """Yield what of ``box`` lies in none of ``areas``."""
    pieces = [box]
    for area in areas:
        pieces = [part for piece in pieces for part in _without(piece, area)]
    # A hairline is as thin as it is; of all else, an edge of one pixel does not count.
    least = min(_LEAST_MM, box.width / 2, box.height / 2)
    yield from (piece for piece in pieces if piece.width >= least and piece.height >= least)


def _without(box: Rectangle, area: Rectangle) -> Iterator[Rectangle]:
    shared = meet(box, area)
    if shared is None:
        yield box
        return
    sides = (
        (box.left, box.top, box.right, shared.top),
        (box.left, shared.bottom, box.right, box.bottom),
        (box.left, shared.top, shared.left, shared.bottom),
        (shared.right, shared.top, box.right, shared.bottom),
    )
    for left, top, right, bottom in sides:
        if right > left and bottom > top:
            yield Rectangle(left=left, top=top, width=right - left, height=bottom - top)


def _area(numbers: list[float]) -> Rectangle:
    left, top, width, height = numbers
    return Rectangle(left=left, top=top, width=width, height=height)
