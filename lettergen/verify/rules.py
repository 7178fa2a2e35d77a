"""Finished pages checked against sheet and envelope, rule by rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lettergen.errors import Place, Problem
from lettergen.reference import MM_PER_POINT
from lettergen.reference.stationery import Rectangle, Stationery
from lettergen.verify.address_block import AddressParts, is_mark, parts
from lettergen.verify.findings import Finding, MeasuredFile, MeasuredPage, TextRun, Verdict, grown, meet
from lettergen.verify.windows import WindowOnSheet

__all__ = ["SHEET_MM", "check", "of_the_file", "of_the_pages", "of_the_sheet", "span"]

SHEET_MM = 2.0
"""How far a page may differ from its paper, as GOV.UK Notify allows."""
MARK_MM = 0.3
"""How far a mark may be off; a sheet is folded no more exactly than to half a millimetre."""
PLACE_MM = 1.0
# A pixel of the picture that is measured.
_SLACK_MM = 0.2
# J and j reach to the left of where their line begins, in the largest type of an address by so much.
_OVERHANG_MM = 0.3
_NEAR_MM = 12.0
_OVERLAP = 0.45
_RAISED = 0.1
"""How far off its line a letter may be drawn, in its size."""


def check(
    read: MeasuredFile, stationery: Stationery, windows: Sequence[WindowOnSheet], file: str
) -> tuple[Finding, ...]:
    """Return every rule's finding on one letter.

    Args:
        read: The letter's pages.
        stationery: The sheet it should stand on.
        windows: The windows it should show in.
        file: What to call the file in a problem.
    """
    place = Place(file)
    firsts = _first_pages(read.pages, stationery)
    return (*of_the_pages(read.pages, firsts, stationery, windows, place), *of_the_file(read, place))


def of_the_pages(
    pages: Sequence[MeasuredPage],
    firsts: Sequence[MeasuredPage],
    stationery: Stationery,
    windows: Sequence[WindowOnSheet],
    place: Place,
) -> Iterator[Finding]:
    """Yield what holds of pages on one stationery, on the first of which letters begin."""
    sizes = [one for page in pages for one in of_the_sheet(page, stationery, place)]
    yield from sizes
    if any(one.verdict != "ok" for one in sizes):
        return
    for first in firsts:
        yield from _marks(first, stationery, place)
        if stationery.has_window:
            yield from _address(first, stationery, windows, place)
    yield from _borders(pages, stationery, place)


def _first_pages(pages: Sequence[MeasuredPage], stationery: Stationery) -> Sequence[MeasuredPage]:
    """Return the pages on which letters begin: in a file of several, those with marks and an address."""
    begun = [
        page
        for page in pages
        if any(is_mark(patch, page) for patch in page.patches) and parts(page, stationery).address
    ]
    return begun if stationery.fold_marks and len(begun) > 1 and begun[0] is pages[0] else pages[:1]


def of_the_sheet(page: MeasuredPage, stationery: Stationery, place: Place) -> Iterator[Finding]:
    """Yield whether a page has the size of its paper."""
    width, height = stationery.sheet_width, stationery.sheet_height
    is_right = abs(page.width - width) <= SHEET_MM and abs(page.height - height) <= SHEET_MM
    problem = Problem(
        "sheet-size-off",
        f"page {page.number} is {page.width:.0f} × {page.height:.0f} mm; "
        f"{stationery.title} is {width:g} × {height:g} mm.",
        "make the letter for this paper, or name its stationery with `--stationery`.",
        place,
    )
    yield Finding(
        rule="sheet-size-off",
        what="sheet",
        page=page.number,
        measured=f"{page.width:.1f} × {page.height:.1f}",
        wanted=f"{width:g} × {height:g} ±{SHEET_MM:g}",
        verdict=_verdict(is_right),
        numbers={"width": page.width, "height": page.height},
        problem=None if is_right else problem,
    )


def _marks(page: MeasuredPage, stationery: Stationery, place: Place) -> Iterator[Finding]:
    found = [patch for patch in page.patches if is_mark(patch, page) and patch.covers.right < page.width / 2]
    rest = [patch.middle for patch in found if patch.covers.height < patch.covers.width]
    expected = [("fold-mark-off", f"fold mark {at}", mm) for at, mm in enumerate(stationery.fold_marks, 1)]
    if stationery.punch_mark is not None:
        expected.append(("punch-mark-off", "punch mark", stationery.punch_mark))
    for rule, what, mm in expected:
        near = min(rest, key=lambda middle: abs(middle - mm), default=None)
        at = near if near is not None and abs(near - mm) <= _NEAR_MM else None
        is_right = at is not None and abs(at - mm) <= MARK_MM
        where = "is missing" if at is None else f"is at {at:.1f} mm"
        yield Finding(
            rule=rule,
            what=what,
            page=page.number,
            measured="none" if at is None else f"{at:.2f}",
            wanted=f"{mm:g} ±{MARK_MM:g}",
            verdict=_verdict(is_right),
            numbers={"wanted": mm} if at is None else {"measured": at, "wanted": mm},
            offenders=()
            if is_right or at is None
            else (Rectangle(left=0, top=at - 0.5, width=12, height=1),),
            problem=None if is_right else _mark_off(rule, what, where, mm, place),
        )


def _mark_off(rule: str, what: str, where: str, wanted: float, place: Place) -> Problem:
    fix = "print at 100 % (“actual size”, not “fit to page”), or make the letter again for this stationery."
    if rule == "fold-mark-off":
        return Problem("fold-mark-off", f"{what} {where}, but should be at {wanted:g} mm.", fix, place)
    return Problem("punch-mark-off", f"the {what} {where}, but should be at {wanted:g} mm.", fix, place)


def _address(
    page: MeasuredPage, stationery: Stationery, windows: Sequence[WindowOnSheet], place: Place
) -> Iterator[Finding]:
    known = parts(page, stationery)
    covers = known.covers
    if covers is None:
        yield _no_address(page, stationery, place)
        return
    yield _begins(covers, page, stationery, place)
    lines = len(known.address)
    found = [(_in_sight(covers, lines, page, one, place), _clear(known, page, one, place)) for one in windows]
    shown = [all(one.verdict == "ok" for one in pair) for pair in found]
    told: set[str] = set()
    for pair in found:
        for one in pair:
            # One envelope that shows it is enough; which one, the table says.
            if one.verdict == "fail" and any(shown):
                yield replace(one, verdict="warn", problem=None)
            elif one.verdict == "fail" and one.rule in told:
                yield replace(one, problem=None)
            else:
                yield one
                told.update({one.rule} if one.verdict == "fail" else ())


def _no_address(page: MeasuredPage, stationery: Stationery, place: Place) -> Finding:
    return Finding(
        rule="address-not-found",
        what="address",
        page=page.number,
        measured="none",
        wanted=span(stationery.recipient_zone),
        verdict="fail",
        problem=Problem(
            "address-not-found",
            f"the address field of {stationery.title} is empty.",
            "give the letter a recipient, or name its stationery with `--stationery`.",
            place,
        ),
    )


def _begins(covers: Rectangle, page: MeasuredPage, stationery: Stationery, place: Place) -> Finding:
    wanted = stationery.recipient_zone.left
    is_right = abs(covers.left - wanted) <= PLACE_MM
    problem = Problem(
        "address-off-place",
        f"the address begins {covers.left:.1f} mm from the left edge, but "
        f"should begin at {wanted:g} mm on {stationery.title}.",
        "print at 100 % and centred, or make the letter again for this stationery.",
        place,
    )
    return Finding(
        rule="address-off-place",
        what="address begins",
        page=page.number,
        measured=f"{covers.left:.2f}",
        wanted=f"{wanted:g} ±{PLACE_MM:g}",
        verdict=_verdict(is_right),
        numbers={"measured": covers.left, "wanted": wanted},
        offenders=() if is_right else (covers,),
        problem=None if is_right else problem,
    )


def _in_sight(
    covers: Rectangle, lines: int, page: MeasuredPage, window: WindowOnSheet, place: Place
) -> Finding:
    always = grown(window.always, _SLACK_MM)
    if not window.envelope:  # the field of the address itself, in which lines begin at its very edge
        always = replace(always, left=always.left - _OVERHANG_MM, width=always.width + _OVERHANG_MM)
    is_seen = always.holds(covers)
    name = f"window of {window.envelope}" if window.envelope else "window"
    problem = Problem(
        "address-not-in-sight",
        f"the address covers {span(covers)} mm, but the {name} always shows only {span(window.always)} mm.",
        "join or shorten its lines, choose another stationery, or address the envelope itself.",
        place,
    )
    return Finding(
        rule="address-not-in-sight",
        what=f"address in {window.envelope or 'the window'}",
        page=page.number,
        measured=span(covers),
        wanted=f"in {span(window.always)}",
        verdict=_verdict(is_seen),
        numbers={**_sides(covers), "lines": float(lines)},
        offenders=() if is_seen else (covers,),
        problem=None if is_seen else problem,
    )


def _clear(known: AddressParts, page: MeasuredPage, window: WindowOnSheet, place: Place) -> Finding:
    own = (*known.address, *known.allowed)
    inside = grown(window.ever, -_SLACK_MM)
    strange = [
        box
        for box in page.ink
        if meet(box, inside) and not any(grown(one, _SLACK_MM).holds(box) for one in own)
    ]
    strange = [box for box in strange if not _is_own_mark(box, page)]
    name = f"window of {window.envelope}" if window.envelope else "window"
    first = strange[0] if strange else None
    problem = (
        None
        if first is None
        else Problem(
            "ink-in-window",
            f"the {name} can show more than the address: there is ink at {span(first)} mm.",
            "move it, or use another envelope; whoever carries the letter can read what shows.",
            place,
        )
    )
    return Finding(
        rule="ink-in-window",
        what=f"rest of {window.envelope or 'the window'}",
        page=page.number,
        measured="nothing" if first is None else f"{len(strange)}: {span(first)}",
        wanted=f"nothing in {span(window.ever)}",
        verdict=_verdict(not strange),
        numbers={"count": float(len(strange)), **(_sides(first) if first else {})},
        offenders=tuple(strange),
        problem=problem,
    )


def _is_own_mark(box: Rectangle, page: MeasuredPage) -> bool:
    return any(patch.covers == box and is_mark(patch, page) for patch in page.patches)


def _borders(pages: Iterable[MeasuredPage], stationery: Stationery, place: Place) -> Iterator[Finding]:
    area = grown(stationery.printable, _SLACK_MM)
    border = stationery.clear_border
    wanted = (border.left, border.top, border.right, border.bottom)
    for page in pages:
        ink = [
            *(run.covers for run in page.runs),
            *(patch.covers for patch in page.patches if not is_mark(patch, page)),
        ]
        if not ink:
            yield _blank(page)
            continue
        free = (
            min(box.left for box in ink),
            min(box.top for box in ink),
            page.width - max(box.right for box in ink),
            page.height - max(box.bottom for box in ink),
        )
        outside = tuple(box for box in ink if not area.holds(box))
        least, asked = min(zip(free, wanted, strict=True), key=lambda pair: pair[0] - pair[1])
        problem = Problem(
            "ink-in-border",
            f"page {page.number} has ink {least:.1f} mm from its edge, but {asked:g} mm must be clear.",
            "make the margins wider; most printers cannot print there.",
            place,
        )
        yield Finding(
            rule="ink-in-border",
            what="clear edge",
            page=page.number,
            measured=" ".join(f"{mm:.1f}" for mm in free),
            wanted="≥ " + " ".join(f"{mm:g}" for mm in wanted),
            verdict=_verdict(not outside),
            numbers=dict(zip(("left", "top", "right", "bottom"), free, strict=True)),
            offenders=outside,
            problem=problem if outside else None,
        )


def _blank(page: MeasuredPage) -> Finding:
    return Finding(
        rule="ink-in-border",
        what="clear edge",
        page=page.number,
        measured="blank page",
        wanted="",
        verdict="note",
    )


def of_the_file(read: MeasuredFile, place: Place) -> Iterator[Finding]:
    """Yield what holds on any paper: text that overlaps, fonts, glyphs, and what the file declares."""
    for page in read.pages:
        yield from _overlaps(page, place)
    yield _fonts(read, place)
    yield _glyphs(read, place)
    words = [*(["tagged"] if read.is_tagged else ["not tagged"]), *read.declares]
    yield Finding(
        rule="declares", what="declares", page=None, measured=", ".join(words), wanted="", verdict="note"
    )


def _overlaps(page: MeasuredPage, place: Place) -> Iterator[Finding]:
    """Yield the first place where one line of text runs into another."""
    runs = sorted(page.runs, key=lambda run: run.covers.top)
    for at, run in enumerate(runs):
        for other in runs[at + 1 :]:
            if other.covers.top >= run.covers.bottom:
                break
            shared = meet(run.covers, other.covers)
            if shared is None or shared.width < 1.0:
                continue
            least = min(run.covers.height, other.covers.height)
            is_drawn_twice = (
                abs(run.base - other.base) < 0.35 and abs(run.covers.left - other.covers.left) < 0.35
            )
            is_one_word = is_drawn_twice or (page.is_arabic and _is_of_a_word(run, other))
            if shared.height > _OVERLAP * least and not is_one_word:
                yield _overlap(page, shared, place)
                return


def _is_of_a_word(one: TextRun, other: TextRun) -> bool:
    """Say whether a run is a mark or a letter that the font raises a little within the other one's word.

    In Arabic and Urdu a letter that stands on another is drawn by itself, a trace off the line.
    """
    small, large = sorted((one, other), key=lambda run: run.covers.width)
    em = MM_PER_POINT * small.size_pt
    is_inside = (
        small.covers.left >= large.covers.left - _SLACK_MM
        and small.covers.right <= large.covers.right + _SLACK_MM
    )
    return is_inside and small.covers.width < em and 0 < abs(one.base - other.base) < _RAISED * em


def _overlap(page: MeasuredPage, shared: Rectangle, place: Place) -> Finding:
    return Finding(
        rule="text-over-text",
        what="text over text",
        page=page.number,
        measured=span(shared),
        wanted="none",
        verdict="fail",
        numbers=_sides(shared),
        offenders=(shared,),
        problem=Problem(
            "text-over-text",
            f"on page {page.number}, text overlaps other text at {span(shared)} mm.",
            "shorten or move one of the two.",
            place,
        ),
    )


def _fonts(read: MeasuredFile, place: Place) -> Finding:
    loose = ", ".join(read.loose_fonts)
    problem = Problem(
        "font-not-embedded",
        f"fonts are not embedded in the file: {loose}.",
        "export the PDF with all fonts embedded; otherwise another machine prints another font, or blanks.",
        place,
    )
    return Finding(
        rule="font-not-embedded",
        what="fonts embedded",
        page=None,
        measured=f"{read.fonts - len(read.loose_fonts)} of {read.fonts}",
        wanted="all",
        verdict=_verdict(not loose),
        numbers={"fonts": float(read.fonts), "embedded": float(read.fonts - len(read.loose_fonts))},
        problem=problem if loose else None,
    )


def _glyphs(read: MeasuredFile, place: Place) -> Finding:
    count = max(len(read.glyphs), read.missing_codes)
    page = read.glyphs[0].page if read.glyphs else None
    what = "a character shows" if count == 1 else f"{count} characters show"
    where = f"; on page {page} at {span(read.glyphs[0].covers)} mm" if read.glyphs else ""
    problem = Problem(
        "glyph-not-shown",
        f"{what} nothing, or an empty box{where}.",
        "use a font that has the character, and embed it; do not post this letter.",
        place,
    )
    has_text = any(one.runs for one in read.pages)
    return Finding(
        rule="glyph-not-shown",
        what="glyphs",
        page=page,
        measured=f"{count} not shown" if count else "all shown" if has_text else "no text, a picture only",
        wanted="all shown",
        verdict="fail" if count else "ok" if has_text else "note",
        numbers={"not_shown": float(count)},
        offenders=tuple(glyph.covers for glyph in read.glyphs if glyph.page == page),
        problem=problem if count else None,
    )


def span(box: Rectangle) -> str:
    """Return a rectangle in words: from left to right × from top to bottom."""
    return f"{box.left:.1f}–{box.right:.1f} × {box.top:.1f}–{box.bottom:.1f}"


def _sides(box: Rectangle) -> dict[str, float]:
    return {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom}


def _verdict(is_right: bool) -> Verdict:
    return "ok" if is_right else "fail"
