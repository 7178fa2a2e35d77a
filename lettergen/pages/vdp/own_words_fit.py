"""Fits letters with a sender's own paragraphs, of which only the number of lines matters."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lettergen.letters.letter import Letter, Paragraph, Span, language_of
from lettergen.pages import html
from lettergen.pages.layout.sheet_css import later_top_mm
from lettergen.pages.layout.text_setting import COMFORTABLE, LADDER, Setting
from lettergen.pages.pdf.copyfit import TextExtent, fit
from lettergen.pages.pdf.copyfit_measure import PROBE
from lettergen.pages.pdf.pango_private import LineBreaker
from lettergen.pages.pdf.typesetter import page_mm
from lettergen.pages.pdf.weasyprint_engine import LaidOutPages
from lettergen.pages.vdp.mould_builder import MouldBuilder
from lettergen.pages.vdp.mould_parts import FoundLine, found_lines
from lettergen.pages.vdp.paragraph_lines import ParagraphSetter, SetParagraphs, TooHardError, stand_as_found
from lettergen.pages.vdp.render_job import RenderJob, SheetRenderJob
from lettergen.pages.vdp.variable_fields import seen, stood_in
from lettergen.reference import MM_PER_POINT

__all__ = ["OwnWordsFit", "hollow", "own_texts"]

_MOST_KNOWN = 4_096
# A paragraph of one line, to measure what stands around it.
_SAMPLE = " ".join(["nn"] * 9)
_TIMES_HIGHER = 4
"""The sheet on which a text is measured; nothing is broken there."""
# A text that ends nearer than this to the end of the page is laid out. Space below the last line, as
# signatories have it, may reach over the end by the second (letter.css has 1.8 mm at most).
_HAIR_MM, _OVERHANG_MM = 0.05, 3.0


@dataclass(slots=True)
class _SharedSettings:
    """What is known of letters that differ, as far as their setting goes, in their own paragraphs alone."""

    hollow: Letter
    """One of them, each own paragraph of a single line."""
    own: tuple[int, ...]
    runs: dict[tuple[float, float, float], float | None] = field(default_factory=dict)
    """How far the text runs without its own lines, in mm from the head of a page, by size, leading and space
    between paragraphs; None where it would not end on the first page even of a much higher sheet."""
    extents: dict[tuple[Setting, tuple[int, ...]], TextExtent] = field(default_factory=dict)
    """What was laid out, by the number of lines of each own paragraph."""


@dataclass(slots=True)
class OwnWordsFit:
    """Finds settings for letters with own paragraphs, and sets these."""

    mould_builder: MouldBuilder
    _setters: dict[Any, ParagraphSetter] = field(default_factory=dict)
    _grounds: dict[Any, _SharedSettings] = field(default_factory=dict)
    _known: dict[Any, _SharedSettings] = field(default_factory=dict)

    def made_up(self, order: RenderJob, texts: Sequence[str], frozen: frozenset[int]) -> SetParagraphs:
        """Return the own paragraphs of a letter, set.

        The setting is found as for every letter (`fit`), but little is laid out
        for it: where a text takes one page, how far it runs follows from the
        number of its lines; where it takes more, that is known as soon as one
        letter with as many lines has been laid out.

        Args:
            order: The letter.
            texts: Words of its own paragraphs.
            frozen: Personal lines that are part of the mould.

        Raises:
            TooHardError: A paragraph is more than plain words, or its lines are not certain.
            RenderError: A character, a picture or room is missing.
        """
        if isinstance(order, SheetRenderJob):
            search = _Search(self, self._ground(order, frozen), order, texts, frozen)
            setting = fit(search.extent)
            setter = self.setter(search.ground, order, setting)
        else:
            setting, setter = COMFORTABLE, self._setter_in_one_size(order)
        paragraphs = tuple(filter(None, map(setter.lines, texts)))
        if len(paragraphs) < len(texts):
            raise TooHardError
        return SetParagraphs(setting, paragraphs)

    def setter(self, ground: _SharedSettings, order: SheetRenderJob, setting: Setting) -> ParagraphSetter:
        """Return what sets the own paragraphs in the size of ``setting``."""
        key = (_spoken(order), order.stationery.key, setting.size_pt)
        if key not in self._setters:
            self._measure(ground, order, setting)
        return self._setters[key]

    def _setter_in_one_size(self, order: RenderJob) -> ParagraphSetter:
        """Return what sets the own paragraphs where nothing is fitted."""
        key = (_spoken(order), order.page_key, None)
        if key not in self._setters:
            laid = order.with_letter(hollow(order.letter, order.own, _SAMPLE)).lay_out()
            found = found_lines(laid.sheets.document)
            line = next((line for line in found if line.name == ("paragraph", order.own[0])), None)
            if line is None:
                raise TooHardError
            self._setters[key] = self._setter_for(line, order)
        return self._setters[key]

    def _setter_for(self, line: FoundLine, order: RenderJob) -> ParagraphSetter:
        case = self.mould_builder.case(line.style)
        if case is None:
            raise TooHardError
        breaks = LineBreaker(line.style, line.left, line.right)
        return ParagraphSetter(breaks, case, _spoken(order), line.style["font_size"])

    def run(self, ground: _SharedSettings, order: SheetRenderJob, setting: Setting) -> float | None:
        """Return how far the text runs in ``setting`` without its own lines; see `_SharedSettings.runs`."""
        if _of_text(setting) not in ground.runs:
            self._measure(ground, order, setting)
        return ground.runs[_of_text(setting)]

    def _ground(self, order: SheetRenderJob, frozen: frozenset[int]) -> _SharedSettings:
        key = (order.key, tuple((at, order.lines.texts[at]) for at in sorted(frozen)))
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
                self._grounds.clear()
            letter = stood_in(order.letter, order.lines.opened(frozen))
            letter = html.neutral(hollow(letter, order.own, _SAMPLE))
            what = (order.stationery.key, order.own, order.lines.shape[0], seen(letter))
            self._known[key] = self._grounds.setdefault(what, _SharedSettings(letter, order.own))
        return self._known[key]

    def _measure(self, ground: _SharedSettings, order: SheetRenderJob, setting: Setting) -> None:
        """Lay out the text on a sheet so high that it ends there."""
        if setting.size_pt == PROBE.size_pt and not ground.runs and self._reckon(ground, order):
            return
        sheet = order.stationery
        sheet = replace(sheet, sheet_height=sheet.sheet_height * _TIMES_HIGHER)
        extent, sheets = self.mould_builder.typesetter.measured_in(ground.hollow, sheet, setting)
        self._look_at(sheets, ground, order, setting.size_pt)
        own = len(ground.own) * setting.size_pt * setting.leading * MM_PER_POINT
        ground.runs[_of_text(setting)] = extent.last_mm - own if extent.pages == 1 else None

    def _reckon(self, ground: _SharedSettings, order: SheetRenderJob) -> bool:
        """Lay out the text on an endless sheet; calculate how far it runs in all settings of its size."""
        measured, sheets = self.mould_builder.typesetter.on_endless_sheet(ground.hollow, order.stationery)
        if measured is None or sheets is None:
            return False
        self._look_at(sheets, ground, order, PROBE.size_pt)
        for setting in LADDER:
            if setting.size_pt == PROBE.size_pt:
                own = len(ground.own) * setting.size_pt * setting.leading * MM_PER_POINT
                ground.runs[_of_text(setting)] = (
                    measured.end_mm(setting) - later_top_mm(order.stationery) - own
                )
        return True

    def _look_at(
        self, sheets: LaidOutPages, ground: _SharedSettings, order: SheetRenderJob, size_pt: float
    ) -> None:
        """See that each own paragraph is a line, and get ready what sets them in this size."""
        found = {line.name: line for line in found_lines(sheets.document)}
        lines = [found["paragraph", at] for at in ground.own if ("paragraph", at) in found]
        is_each_a_line = all(len({base for _, base, _ in line.boxes}) == 1 for line in lines)
        if len(lines) < len(ground.own) or not is_each_a_line:
            raise TooHardError
        type_ = (_spoken(order), order.stationery.key, size_pt)
        if type_ not in self._setters:
            self._setters[type_] = self._setter_for(lines[0], order)


@dataclass(slots=True)
class _Search:
    """What `fit` asks for one letter."""

    own_words_fit: OwnWordsFit
    ground: _SharedSettings
    order: SheetRenderJob
    texts: Sequence[str]
    frozen: frozenset[int]
    loose: TextExtent | None = None
    """In the most comfortable setting."""

    def extent(self, setting: Setting) -> TextExtent:
        """Return how far the text runs in ``setting``."""
        setter = self.own_words_fit.setter(self.ground, self.order, setting)
        counts = tuple(count for text in self.texts if (count := setter.count(text)))
        if len(counts) < len(self.texts):
            raise TooHardError
        found = self._reckoned(setting, sum(counts)) or self.ground.extents.get((setting, counts))
        if found is None:
            found = self._laid_out(setting, setter)
            if len(self.ground.extents) >= _MOST_KNOWN:
                self.ground.extents.clear()
            self.ground.extents[setting, counts] = found
        if setting == COMFORTABLE:
            self.loose = found
        return found

    def _reckoned(self, setting: Setting, lines: int) -> TextExtent | None:
        """Return how far the text runs where that follows from the number of its own lines."""
        run = self.own_words_fit.run(self.ground, self.order, setting)
        if run is None:
            return None
        last = run + lines * setting.size_pt * setting.leading * MM_PER_POINT
        page = page_mm(self.order.stationery, setting)
        if last < page - _HAIR_MM:
            return TextExtent(1, last, page)
        # It takes more than one page. Where it took two in the most comfortable setting, no more is asked.
        is_known = self.loose is not None and self.loose.pages == 2 and setting in LADDER
        return TextExtent(2, last - page, page) if is_known and last > page + _OVERHANG_MM else None

    @property
    def mould_builder(self) -> MouldBuilder:
        """Who lays out."""
        return self.own_words_fit.mould_builder

    def _laid_out(self, setting: Setting, setter: ParagraphSetter) -> TextExtent:
        letter = stood_in(self.order.letter, self.order.lines.opened(self.frozen))
        extent, sheets = self.mould_builder.typesetter.measured_in(letter, self.order.stationery, setting)
        found = found_lines(sheets.document)
        for text, at in zip(self.texts, self.order.own, strict=True):
            lines = setter.lines(text)
            if not lines or not stand_as_found(
                lines, [line for line in found if line.name == ("paragraph", at)]
            ):
                raise TooHardError
        return extent


def _of_text(setting: Setting) -> tuple[float, float, float]:
    """Return what of a setting the height of a text depends on."""
    return setting.size_pt, setting.leading, setting.paragraph_mm


def own_texts(letter: Letter, own: Sequence[int]) -> tuple[str, ...] | None:
    """Return the words of the own paragraphs; None if they are more than plain words in one language."""
    texts, languages = [], set()
    for at in own:
        block = letter.body[at]
        if not isinstance(block, Paragraph) or len(block.inline) != 1:
            return None
        (span,) = block.inline
        if span.strong or span.emphasis:
            return None
        texts.append(span.text)
        languages.add(span.language)
    return tuple(texts) if len(languages) == 1 else None


def hollow(letter: Letter, own: Sequence[int], instead: str = "") -> Letter:
    """Return ``letter`` with other words in its own paragraphs, in the same language."""
    body = list(letter.body)
    for at in own:
        block = body[at]
        spoken = language_of(block.inline) if isinstance(block, Paragraph) else ""
        body[at] = Paragraph((Span(instead, language=spoken),))
    return replace(letter, body=tuple(body))


def _spoken(order: RenderJob) -> str:
    """Return the language of a letter's own paragraphs."""
    block = order.letter.body[order.own[0]]
    own = language_of(block.inline) if isinstance(block, Paragraph) else ""
    return own or order.letter.language
