"""Builds moulds: typesets a stand-in letter, fills its fonts, and cuts it at the personal lines."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import DEFLATED, compressobj

from lettergen.errors import RenderError
from lettergen.pages.layout.text_setting import Setting
from lettergen.pages.pdf.pango_private import GlyphType, glyphs_of, type_key
from lettergen.pages.pdf.typesetter import LaidOutLetter, TypesetLetter, Typesetter
from lettergen.pages.pdf.weasyprint_engine import LaidOutPages
from lettergen.pages.pdf.weasyprint_private import Style
from lettergen.pages.vdp import comparison, mould_parts
from lettergen.pages.vdp.font_subsets import FontSubsets, numbers_of, renumbered
from lettergen.pages.vdp.glyph_setter import LETTERS, GlyphSetter, Rows, SetLine
from lettergen.pages.vdp.paragraph_lines import SetParagraphs, TooHardError, stand_as_found
from lettergen.pages.vdp.pdf_template import Beginning, PdfTemplate, StoredObject, pdf_template
from lettergen.pages.vdp.render_job import RenderJob
from lettergen.pages.vdp.slots import DoesNotHoldError, Slot, Slots

__all__ = ["Cast", "Font", "Mould", "MouldBuilder"]

_MOST_BYTES = 24_000_000


@dataclass(frozen=True, slots=True)
class Font:
    """A font in the file of a mould."""

    subsets: FontSubsets
    numbers: tuple[int, ...]
    """Of its objects, in order."""
    places: tuple[int, ...]
    """Which places are set in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Mould:
    """A letter typeset once, with gaps for the personal lines."""

    template_file: PdfTemplate
    slots: Slots
    own: tuple[Slot, ...]
    """Places of the stretches of the sender's own paragraphs; they are counted after `slots`."""
    frozen: frozenset[int]
    """Personal lines that are part of the mould."""
    setting: Setting
    pages: int
    fonts: tuple[Font, ...]
    _can_hold: dict[tuple[Rows, ...], bool] = field(default_factory=dict)

    def can_hold(self, rows: tuple[Rows, ...]) -> bool:
        """Say whether its fonts, in a file of their own, can hold these rows."""
        if rows not in self._can_hold:
            self._can_hold[rows] = all(
                font.subsets.can_hold(needed) for font, needed in zip(self.fonts, rows, strict=True)
            )
        return self._can_hold[rows]

    def rows(self, lines: Sequence[SetLine | None]) -> tuple[Rows, ...]:
        """Return which rows of characters each font has to hold for a letter's lines."""
        everyday = frozenset((LETTERS,))
        return tuple(
            everyday.union(*[line.rows for at in font.places if (line := lines[at])]) for font in self.fonts
        )

    def streams(self, lines: Sequence[SetLine | None]) -> list[bytes]:
        """Return the personal streams of a letter, not packed."""
        places = (*self.slots.places, *self.own)
        return [
            b"".join(
                [
                    piece if isinstance(piece, bytes) else places[piece].set(lines[piece])  # type: ignore[arg-type]
                    for piece in run.pieces
                ]
            )
            for run in self.template_file.runs
        ]


@dataclass(frozen=True, slots=True)
class Cast:
    """What is one letter's own of a file; of use in the process that made it, and left behind there."""

    mould: Mould
    rows: tuple[Rows, ...]
    """Which characters each of its fonts holds."""
    begun: Callable[[Mould, tuple[Rows, ...]], Beginning]
    """Begins the files of a mould's letters."""
    streams: tuple[bytes, ...]

    @property
    def beginning(self) -> Beginning:
        """Its file up to the letter's own lines."""
        return self.begun(self.mould, self.rows)

    def pdf(self) -> bytes:
        """Return the letter's file."""
        return self.beginning.letter(self.streams)

    def __reduce__(self) -> tuple[Any, ...]:
        """Become None in another process."""
        return (_none, ())


def _none() -> None:
    return None


@dataclass(slots=True)
class MouldBuilder:
    """Builds moulds and finishes letters; one for a process."""

    typesetter: Typesetter
    counts: Counter[str]
    _cases: dict[Any, GlyphSetter | None] = field(default_factory=dict)
    _beginnings: OrderedDict[tuple[Mould, tuple[Rows, ...]], Beginning] = field(default_factory=OrderedDict)
    _held: int = 0
    _is_tried: bool = False

    def __getstate__(self) -> tuple[Any, ...]:
        """Travel to another process without the files that were begun."""
        return self.typesetter, self.counts, self._cases

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Arrive there."""
        self.typesetter, self.counts, self._cases = state
        self._beginnings, self._held, self._is_tried = OrderedDict(), 0, False

    def made(self, order: RenderJob, frozen: frozenset[int]) -> Mould | None:
        """Return the mould in which ``frozen`` lines are the letter's and all others stand open.

        None if the letter cannot be set or something is to be said about it.

        Raises:
            DoesNotHoldError: A line is not where it has to be.
        """
        words = order.lines.opened(frozen)
        laid = self._laid(order, words, None)
        if laid is None or laid.notes:
            return None
        found = mould_parts.found_lines(laid.sheets.document)
        return self._mould_of(laid, order.slots(found, words, self.case, frozen), (), frozen)

    def made_for_own(
        self, order: RenderJob, frozen: frozenset[int], own: SetParagraphs
    ) -> Mould | Slots | None:
        """Return likewise the mould in which own paragraphs stand open that are as long as ``own``.

        Of a letter about which something is to be said, return the slots.

        Raises:
            DoesNotHoldError: A line is not where it has to be.
            TooHardError: An own paragraph is not.
        """
        words = order.lines.opened(frozen)
        laid = self._laid(order, words, own.setting)
        if laid is None:
            return None
        found = mould_parts.found_lines(laid.sheets.document)
        places = order.slots(found, words, self.case, frozen)
        if laid.notes:
            return places
        if laid.setting != own.setting:
            # A page would have ended early, as its address takes more room than others.
            raise TooHardError
        return self._mould_of(laid, places, tuple(self._own(found, order, own)), frozen)

    def _laid(self, order: RenderJob, words: list[str], setting: Setting | None) -> LaidOutLetter | None:
        try:
            return order.stand_in(words, setting)
        except RenderError:
            return None

    def prove(self, order: RenderJob, mould: Mould, streams: Sequence[bytes], *, is_fitted: bool) -> None:
        """Hold a letter that was cast against its own full typesetting.

        Args:
            order: The letter.
            mould: What it was cast from.
            streams: Its personal streams, not packed.
            is_fitted: Find the letter's setting anew, which takes five layouts; else it is the mould's.

        Raises:
            DoesNotHoldError: They differ.
        """
        laid = order.lay_out(None if is_fitted else mould.setting)
        objects, _, _ = self._parts(laid)
        if laid.notes or laid.setting != mould.setting or laid.sheets.count != mould.pages:
            raise DoesNotHoldError("the mould is set otherwise")
        comparison.compare(objects, mould.template_file, streams)

    def finished(
        self, mould: Mould, lines: Sequence[SetLine | None], streams: Sequence[bytes]
    ) -> TypesetLetter | None:
        """Return a finished letter; None if no font of its own can hold what its lines need."""
        rows = mould.rows(lines)
        if not mould.can_hold(rows):
            return None
        if not self._is_tried:
            # What a library no longer has shows here, where the letter can still be typeset in full.
            self._beginning(mould, rows)
            self._is_tried = True
        self.counts["cast"] += 1
        cast = Cast(mould, rows, self._beginning, tuple(map(_pack, streams)))
        return TypesetLetter(b"", mould.pages, mould.setting, (), cast)

    def _beginning(self, mould: Mould, rows: tuple[Rows, ...]) -> Beginning:
        """Return the file of all letters of a mould that need the same rows, up to their own lines."""
        key = (mould, rows)
        if key not in self._beginnings:
            self._beginnings[key] = found = _closed(mould, rows)
            self._held += len(found.prefix)
            while self._held > _MOST_BYTES and len(self._beginnings) > 1:
                self._held -= len(self._beginnings.popitem(last=False)[1].prefix)
        self._beginnings.move_to_end(key)
        return self._beginnings[key]

    def case(self, style: Style) -> GlyphSetter | None:
        """Return what sets lines in a style; None for one that is more than its glyphs."""
        key = type_key(style)
        if key not in self._cases:
            type_ = GlyphType(style) if key is not None else None
            is_plain = type_ is not None and type_.has_plain_outlines
            self._cases[key] = GlyphSetter(type_) if type_ and is_plain else None
        return self._cases[key]

    def _mould_of(
        self, laid: LaidOutLetter, places: Slots, own: tuple[Slot, ...], frozen: frozenset[int]
    ) -> Mould | None:
        try:
            objects, root, info = self._parts(laid)
        except RenderError:
            return None
        self.counts["mould"] += 1
        every = (*places.places, *own)
        fonts = tuple(_fonts(laid.sheets, every, objects))
        if not all(font.subsets.can_hold(frozenset((LETTERS,))) for font in fonts):
            raise DoesNotHoldError("a glyph stands for two things")
        made = pdf_template(objects, root, info, every)
        return Mould(made, places, own, frozen, laid.setting, laid.sheets.count, fonts)

    def _own(
        self, found: Sequence[mould_parts.FoundLine], order: RenderJob, made_up: SetParagraphs
    ) -> Iterator[Slot]:
        """Yield the places of the stretches of the own paragraphs."""
        for at, paragraph in zip(order.own, made_up.paragraphs, strict=True):
            lines = [line for line in found if line.name == ("paragraph", at)]
            if not stand_as_found(paragraph, lines):
                raise TooHardError
            for line in lines:
                for left, base, _ in line.boxes:
                    start = b"1 0 0 -1 %b %b Tm\n" % (mould_parts.number(left), mould_parts.number(base))
                    yield Slot(
                        name=line.name, text=-1, page=line.page, case=self.case(line.style),
                        limit=line.right - line.left, left=line.left, right=line.right, base=base,
                        aligns_right=False, start=start,
                    )  # fmt: skip

    def _parts(self, laid: LaidOutLetter) -> tuple[list[mould_parts.PdfObject], int, int]:
        """Return the objects of a letter's file, and the numbers of its catalogue and information."""
        taken: list[tuple[list[mould_parts.PdfObject], int, int]] = []

        def take(pdf: Any) -> None:
            taken.append(mould_parts.pdf_parts(pdf))
            mould_parts.leave_unwritten(pdf)

        self.typesetter.engine.write(laid.sheets, laid.name, take)
        return taken[0]


def _fonts(
    sheets: LaidOutPages, places: Sequence[Slot], objects: Sequence[mould_parts.PdfObject]
) -> Iterator[Font]:
    """Yield the fonts of a mould in which lines are set that stand open."""
    found: dict[Any, dict[int, GlyphSetter]] = {}
    for at, place in enumerate(places):
        if place.case:
            found.setdefault(place.case.type.key, {})[at] = place.case
    for key, cases in found.items():
        words, widths = glyphs_of(sheets.document, key)
        subsets = FontSubsets(
            tuple(dict.fromkeys(cases.values())),
            tuple(sorted(words.items())),
            tuple(sorted(widths.items())),
            sheets.has_own_hyphens,
        )
        yield Font(subsets, numbers_of(subsets.name, objects), tuple(cases))


def _closed(mould: Mould, rows: tuple[Rows, ...]) -> Beginning:
    fonts: dict[int, StoredObject] = {}
    for font, needed in zip(mould.fonts, rows, strict=True):
        things = font.subsets.things(needed)
        fonts |= renumbered(things, dict(zip(sorted(things), font.numbers, strict=True)))
    return mould.template_file.closed(fonts)


def _pack(stream: bytes) -> bytes:
    # A small window and level 4 take half the time of the defaults, for a twentieth more bytes.
    packer = compressobj(4, DEFLATED, 13, 7)
    return packer.compress(stream) + packer.flush()
