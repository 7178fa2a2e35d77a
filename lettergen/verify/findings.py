"""What is found on finished pages, in millimetres from the top left corner of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lettergen.errors import Problem
from lettergen.reference.stationery import Rectangle

__all__ = [
    "AddressForm",
    "FileReport",
    "Finding",
    "InkPatch",
    "MeasuredFile",
    "MeasuredPage",
    "MissingGlyph",
    "TextRun",
    "Verdict",
    "around",
    "grown",
    "meet",
]

Verdict = Literal["ok", "note", "warn", "fail"]
"""``warn``: broken for one envelope, while another that suits the sheet shows the letter as it should."""


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text that the file draws in one go, and that shows."""

    covers: Rectangle
    """Its ink, as measured."""
    base: float
    size_pt: float


@dataclass(frozen=True, slots=True)
class InkPatch:
    """Ink that is no text: a mark, a rule, a picture, or letters drawn as shapes."""

    covers: Rectangle
    middle: float
    """Where its weight lies from above; finer than its edges, which are those of pixels."""


@dataclass(frozen=True, slots=True)
class MissingGlyph:
    """A character that does not show as itself."""

    page: int
    covers: Rectangle
    fault: Literal["blank", "boxed"]


@dataclass(frozen=True, slots=True)
class AddressForm:
    """How an address is written, without a word of it."""

    lines: int
    """Without the name of the country of posting."""
    last: Literal["postcode", "country", ""]
    """What the last line is, and nothing beside it."""
    odd: int
    """Lines that begin with a sign that no address begins with."""


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """One page as it would be printed."""

    number: int
    width: float
    height: float
    runs: tuple[TextRun, ...]
    patches: tuple[InkPatch, ...]
    beyond: tuple[tuple[Rectangle, ...], tuple[Rectangle, ...]] = ((), ())
    """Ink outside of a mailing house's areas, to the pixel: if it is a first page, and if it is another."""
    address: AddressForm | None = None
    """How the address is written where the mailing house looks for it."""
    is_arabic: bool = False
    """Whether there are words in Arabic script, whose letters may stand on others."""

    @property
    def ink(self) -> tuple[Rectangle, ...]:
        """Return all that is printed."""
        return (*(run.covers for run in self.runs), *(patch.covers for patch in self.patches))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFile:
    """A finished file, read once; no word of it is kept."""

    pages: tuple[MeasuredPage, ...]
    glyphs: tuple[MissingGlyph, ...] = ()
    fonts: int = 0
    loose_fonts: tuple[str, ...] = ()
    """Names of the fonts that are not embedded."""
    missing_codes: int = 0
    """How many characters are drawn with a glyph that the font does not have."""
    is_tagged: bool = False
    declares: tuple[str, ...] = ()
    """The standards that its metadata claim: PDF/A-3a, PDF/UA-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule held against one page."""

    rule: str
    """The check's name in the catalogue."""
    what: str
    page: int | None
    measured: str
    wanted: str
    verdict: Verdict
    numbers: Mapping[str, float] = field(default_factory=dict)
    """The same for programs, millimetres by name."""
    offenders: tuple[Rectangle, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What was found in one file, or the problem for which nothing could be."""

    file: str
    stationery: str = ""
    assumed: str = ""
    """On what grounds the stationery was taken; empty where it was asked for."""
    pages: int = 0
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why the file could not be measured."""
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Say whether a rule is broken or the file could not be measured."""
        return bool(self.problems) or any(one.verdict == "fail" for one in self.findings)


def around(boxes: Iterable[Rectangle]) -> Rectangle:
    """Return the smallest rectangle that holds all of ``boxes``, of which there is one at least."""
    known = list(boxes)
    left, top = min(box.left for box in known), min(box.top for box in known)
    right, bottom = max(box.right for box in known), max(box.bottom for box in known)
    return Rectangle(left=left, top=top, width=right - left, height=bottom - top)


def grown(box: Rectangle, by: float) -> Rectangle:
    """Return ``box`` larger by so much on every side; smaller for a negative number."""
    return Rectangle(
        left=box.left - by, top=box.top - by, width=box.width + 2 * by, height=box.height + 2 * by
    )


def meet(one: Rectangle, other: Rectangle) -> Rectangle | None:
    """Return what two rectangles share, or None."""
    left, top = max(one.left, other.left), max(one.top, other.top)
    right, bottom = min(one.right, other.right), min(one.bottom, other.bottom)
    if right <= left or bottom <= top:
        return None
    return Rectangle(left=left, top=top, width=right - left, height=bottom - top)
