"""Makes moulds: typesets the stand-in, stocks its fonts, cuts it; and pours letters."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import DEFLATED, compressobj

from lettergen.errors import RenderError
from lettergen.pages.fit import Setting
from lettergen.pages.mould import innards, proof
from lettergen.pages.mould.compositor import EVERYDAY, Case, SetLine
from lettergen.pages.mould.forme import Forme, forme
from lettergen.pages.mould.frame import DoesNotHoldError, Frame, Place
from lettergen.pages.mould.galley import MadeUp, TooHardError, stand_as_found
from lettergen.pages.mould.order import Order
from lettergen.pages.pango_private import Type, type_key
from lettergen.pages.pdf import Laid, Typeset, Typesetter
from lettergen.pages.weasyprint_private import Style

__all__ = ["Cast", "Caster", "Mould"]


@dataclass(frozen=True, slots=True)
class Mould:
    """A letter typeset once, with gaps for the personal lines."""

    forme: Forme
    frame: Frame
    own: tuple[Place, ...]
    """Places of the stretches of the sender's own paragraphs; they are counted after those of the frame."""
    frozen: frozenset[int]
    """Personal lines that are part of the mould."""
    setting: Setting
    pages: int

    def streams(self, lines: Sequence[SetLine | None]) -> list[bytes]:
        """Return the personal streams of a letter, not packed."""
        places = (*self.frame.places, *self.own)
        return [
            b"".join(
                [
                    piece if isinstance(piece, bytes) else places[piece].set(lines[piece])  # type: ignore[arg-type]
                    for piece in run.pieces
                ]
            )
            for run in self.forme.runs
        ]


@dataclass(frozen=True, slots=True)
class Cast:
    """What is one letter's own of a file; of use in the process that made it, and left behind there."""

    mould: Mould
    streams: tuple[bytes, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        """Become None in another process."""
        return (_none, ())


def _none() -> None:
    return None


@dataclass(slots=True)
class Caster:
    """Makes moulds and pours letters; one for a process."""

    typesetter: Typesetter
    alphabet: frozenset[str]
    counts: Counter[str]
    _cases: dict[Any, Case | None] = field(default_factory=dict)

    def made(self, order: Order, frozen: frozenset[int]) -> Mould | None:
        """Return the mould in which ``frozen`` lines are the letter's and all others stand open.

        None if the letter cannot be set or something is to be said about it.

        Raises:
            DoesNotHoldError: A line is not where it has to be.
        """
        words = order.lines.opened(frozen)
        laid = self._laid(order, words, None)
        if laid is None or laid.notes:
            return None
        found = innards.found_lines(laid.sheets.document)
        return self._finished(laid, order.frame(found, words, self.case, frozen), (), frozen)

    def made_for_own(self, order: Order, frozen: frozenset[int], own: MadeUp) -> Mould | Frame | None:
        """Return likewise the mould in which own paragraphs stand open that are as long as ``own``.

        Of a letter about which something is to be said, return the frame.

        Raises:
            DoesNotHoldError: A line is not where it has to be.
            TooHardError: An own paragraph is not.
        """
        words = order.lines.opened(frozen)
        laid = self._laid(order, words, own.setting)
        if laid is None:
            return None
        found = innards.found_lines(laid.sheets.document)
        places = order.frame(found, words, self.case, frozen)
        if laid.notes:
            return places
        return self._finished(laid, places, tuple(self._own(found, order, own)), frozen)

    def _laid(self, order: Order, words: list[str], setting: Setting | None) -> Laid | None:
        try:
            return order.stand_in(words, setting)
        except RenderError:
            return None

    def prove(self, order: Order, mould: Mould, streams: Sequence[bytes], *, is_fitted: bool) -> None:
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
        proof.compare(objects, mould.forme, streams)

    def poured(self, mould: Mould, streams: Sequence[bytes]) -> Typeset:
        """Return a finished letter."""
        stored = tuple(map(_pack, streams))
        self.counts["cast"] += 1
        return Typeset(mould.forme.letter(stored), mould.pages, mould.setting, (), Cast(mould, stored))

    def case(self, style: Style) -> Case | None:
        """Return the sorts for a style; None for one that is more than its glyphs."""
        key = type_key(style)
        if key not in self._cases:
            type_ = Type(style) if key is not None else None
            is_plain = type_ is not None and type_.has_plain_outlines
            self._cases[key] = Case(type_, self.alphabet or EVERYDAY) if type_ and is_plain else None
        return self._cases[key]

    def _finished(
        self, laid: Laid, places: Frame, own: tuple[Place, ...], frozen: frozenset[int]
    ) -> Mould | None:
        document = laid.sheets.document
        cases: dict[Any, list[Case]] = {}
        for case in dict.fromkeys(place.case for place in (*places.places, *own)):
            if case:
                cases.setdefault(case.type.key, []).append(case)
        for key, sorts in cases.items():
            document.fonts[key] = _stocked(sorts)
        self.counts["mould"] += 1
        try:
            objects, root, info = self._parts(laid)
        except RenderError:
            return None
        made = forme(objects, root, info, (*places.places, *own))
        return Mould(made, places, own, frozen, laid.setting, laid.sheets.count)

    def _own(self, found: Sequence[innards.Found], order: Order, made_up: MadeUp) -> Iterator[Place]:
        """Yield the places of the stretches of the own paragraphs."""
        for at, paragraph in zip(order.own, made_up.paragraphs, strict=True):
            lines = [line for line in found if line.name == ("paragraph", at)]
            if not stand_as_found(paragraph, lines):
                raise TooHardError
            for line in lines:
                for left, base, _ in line.boxes:
                    start = b"1 0 0 -1 %b %b Tm\n" % (innards.number(left), innards.number(base))
                    yield Place(
                        name=line.name, text=-1, page=line.page, case=self.case(line.style),
                        limit=line.right - line.left, left=line.left, right=line.right, base=base,
                        aligns_right=False, start=start,
                    )  # fmt: skip

    def _parts(self, laid: Laid) -> tuple[list[innards.PdfObject], int, int]:
        """Return the objects of a letter's file, and the numbers of its catalogue and information."""
        taken: list[tuple[list[innards.PdfObject], int, int]] = []

        def take(pdf: Any) -> None:
            taken.append(innards.pdf_parts(pdf))
            innards.leave_unwritten(pdf)

        self.typesetter.press.write(laid.sheets, laid.name, take)
        return taken[0]


def _stocked(cases: list[Case]) -> Any:
    """Return WeasyPrint's font with all sorts that its cases hold."""
    words: dict[int, str] = {}
    widths: dict[int, int] = {}
    for case in cases:
        if not case.agrees_with(words, widths):
            raise DoesNotHoldError("a sign has two meanings")
        words.update(case.words)
        widths.update(case.widths)
    return cases[0].type.pdf_font(words, widths)


def _pack(stream: bytes) -> bytes:
    # A small window and level 4 take half the time of the defaults, for a twentieth more bytes.
    packer = compressobj(4, DEFLATED, 13, 7)
    return packer.compress(stream) + packer.flush()
