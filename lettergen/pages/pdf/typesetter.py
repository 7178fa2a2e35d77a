"""`Letter` to PDF: fitted to its sheets, checked, accessible, and the same bytes every time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import Letter
from lettergen.pages import html
from lettergen.pages.checks import laid_out
from lettergen.pages.checks.laid_out import PlacedInk
from lettergen.pages.layout.address_fit import address_problem
from lettergen.pages.layout.sheet_css import later_top_mm, sheet_css
from lettergen.pages.layout.text_setting import COMFORTABLE, Setting
from lettergen.pages.pdf.copyfit import MOST_BELOW_TEXT_MM, TextExtent, fit
from lettergen.pages.pdf.copyfit_measure import PROBE, MeasuredText, endless, measured_text
from lettergen.pages.pdf.pictures import What, cleaned, missing_problem
from lettergen.pages.pdf.weasyprint_engine import LaidOutPages, WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.reference.stationery import Stationery

__all__ = [
    "MOST_SHEETS",
    "LaidOutLetter",
    "TypesetLetter",
    "Typesetter",
    "TypesettingJob",
    "page_mm",
    "setting_key",
]

MOST_SHEETS = 20
"""Maximum pages of a letter whose template sets no limit; anything longer is a mistake."""

# Nothing but its number stands so near to the lower edge of a page.
_NUMBER_MM = 16.0
# Letters and signs on a millimetre of height, and what the ladder saves; a text of more does not go on one
# sheet, and measuring it would be for nothing. Measured, and not what decides: that is laid out.
_MOST_ON_A_MM = 12
_SAVED_BY_ALL_RUNGS_MM = 45


@dataclass(frozen=True, slots=True)
class TypesetLetter:
    """A finished letter: the file, its pages, and how it was set."""

    file: bytes
    """Empty for a letter that was cast; `pdf` puts it together."""
    pages: int
    setting: Setting
    notes: tuple[Problem, ...] = ()
    cast: Any = field(default=None, compare=False, repr=False)
    """What it was cast from (`lettergen.pages.vdp`), for those who bind many letters in one file."""
    translation_page: int = 0
    """The page on which its courtesy translation begins, counted from 1; 0 if it has none."""
    enclosure_pages: tuple[int, ...] = ()
    """The pages on which enclosed files begin, counted likewise."""
    without_enclosures: bytes = field(default=b"", repr=False)
    """The file without them, for e-mails, which have them as files; empty if there are none."""

    @property
    def pdf(self) -> bytes:
        """The file."""
        return self.file or bytes(self.cast.pdf())


@dataclass(frozen=True, slots=True)
class LaidOutLetter:
    """A letter laid out and looked at, not yet written."""

    sheets: LaidOutPages
    setting: Setting
    notes: tuple[Problem, ...]
    name: str
    """What to call it in a problem."""


def setting_key(letter: Letter, stationery: Stationery) -> str:
    """Return the key under which the letters of a mailing share a setting: their common text."""
    text = html.markup(html.neutral(letter), stationery)
    return sha256(f"{stationery.key}\n{text}".encode()).hexdigest()


@dataclass(slots=True)
class Typesetter:
    """Sets letters one after the other; use one per process."""

    font_folders: Sequence[Path] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures of signatures by the name that letters give them."""
    settings: dict[str, Setting] = field(default_factory=dict)
    """Settings found so far, by `setting_key`."""
    _engine: WeasyPrintEngine = field(init=False)
    _cleaned: dict[tuple[str, What], bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Start WeasyPrint.

        Raises:
            RenderError: A library that it needs is not installed.
        """
        self._engine = WeasyPrintEngine(tuple(self.font_folders))
        self._engine.learn(html.letter_css(), html.NUMBERED)

    def typeset(
        self, letter: Letter, stationery: Stationery, setting: Setting | None = None
    ) -> TypesetLetter:
        """Return ``letter`` as a PDF on ``stationery``.

        Args:
            letter: The letter.
            stationery: Its sheet.
            setting: One found before for letters of the same `setting_key`; a
                letter that needs more pages in it is fitted for itself.

        Raises:
            RenderError: A character, a picture or room is missing.
        """
        laid = self.lay_out(letter, stationery, setting)
        return TypesetLetter(
            self._engine.write(laid.sheets, laid.name), laid.sheets.count, laid.setting, laid.notes
        )

    def lay_out(
        self,
        letter: Letter,
        stationery: Stationery,
        setting: Setting | None = None,
        like: Letter | None = None,
        address: tuple[str, ...] | None = None,
    ) -> LaidOutLetter:
        """Return ``letter`` laid out as `typeset` does.

        Args:
            letter: The letter.
            stationery: Its sheet.
            setting: As for `typeset`.
            like: The letter for whose address the sheet is measured; default: this one.
            address: Lines of the address as they are parted, where that of ``like`` does not tell.

        Raises:
            RenderError: A character, a picture or room is missing.
        """
        name = letter.called
        job = TypesettingJob(self, letter, stationery, name, like or letter, address)
        told = job.check()
        chosen = setting or self._setting(job)
        sheets = job.lay_out_numbered(chosen)
        notes: tuple[Problem, ...] = ()
        if job.extent(sheets).pages > chosen.pages:
            chosen = job.fit()
            sheets = job.lay_out_numbered(chosen)
            notes = (_set_apart(name, chosen),)
        elif job.below_mm(sheets) > MOST_BELOW_TEXT_MM:
            chosen, sheets = self._filled(job, chosen, sheets)
        if sheets.count > (letter.sheets or MOST_SHEETS):
            raise RenderError([_too_many(letter, name, sheets.count)])
        found = self._looked_at(sheets, letter, stationery, name)
        if any(problem.is_error for problem in found):
            raise RenderError(found)
        return LaidOutLetter(sheets, chosen, (*told, *notes, *found), name)

    def _filled(
        self, job: "TypesettingJob", chosen: Setting, sheets: LaidOutPages
    ) -> tuple[Setting, LaidOutPages]:
        """Return a letter's own setting and its sheets in it, if no page ends early there; else what it has.

        Its address may take more room than those of the others, which moves its page breaks.
        """
        own = job.fit()
        if own == chosen:
            return chosen, sheets
        others = job.lay_out_numbered(own)
        is_filled = job.extent(others).pages <= own.pages and job.below_mm(others) <= MOST_BELOW_TEXT_MM
        return (own, others) if is_filled else (chosen, sheets)

    @property
    def engine(self) -> WeasyPrintEngine:
        """The engine of this process, for pages that are no letter's sheets: a fax, a call sheet."""
        return self._engine

    def _looked_at(
        self, sheets: LaidOutPages, letter: Letter, stationery: Stationery, name: str
    ) -> tuple[Problem, ...]:
        """Return what is wrong with pages: as they are laid out, else as the finished file shows them."""
        return laid_out.check(self.ink(sheets, letter, stationery, name), letter, stationery, name)

    def ink(
        self, sheets: LaidOutPages, letter: Letter, stationery: Stationery, name: str
    ) -> tuple[PlacedInk, ...]:
        """Return all that is printed on pages: as they are laid out, else as the finished file shows it."""
        with self._engine.notices.instead(
            "letters are measured when they are finished, where a closing that stands alone is not seen"
        ):
            return tuple(laid_out.ink(sheets.document))
        from lettergen.pages.checks import finished

        return tuple(finished.ink(self._engine.write(sheets, name), letter, stationery))

    def _setting(self, job: "TypesettingJob") -> Setting:
        """Find the setting that all letters of the same text get, in whatever order they come."""
        key = setting_key(job.letter, job.stationery)
        if key not in self.settings:
            neutral = html.neutral(job.letter)
            common = TypesettingJob(self, neutral, job.stationery, job.name, neutral)
            self.settings[key] = common.fit()
        return self.settings[key]

    def measured_in(
        self, letter: Letter, stationery: Stationery, setting: Setting
    ) -> tuple[TextExtent, LaidOutPages]:
        """Return how far the common text of a letter runs in ``setting``, and its sheets.

        Raises:
            RenderError: It is much too long, or cannot be laid out.
        """
        neutral = html.neutral(letter)
        return TypesettingJob(self, neutral, stationery, f"`{letter.letter_id}`", neutral).measured_in(
            setting
        )

    def on_endless_sheet(
        self, letter: Letter, stationery: Stationery
    ) -> tuple[MeasuredText | None, LaidOutPages | None]:
        """Return how the height of a letter's text is made up, if it may go on one sheet; and the text."""
        neutral = html.neutral(letter)
        return TypesettingJob(self, neutral, stationery, f"`{letter.letter_id}`", neutral).on_endless_sheet()

    def picture(self, name: str, what: What = "signature") -> bytes:
        """Return a signature's or a logo's picture without metadata.

        Raises:
            RenderError: The picture is missing or unreadable.
        """
        if (name, what) not in self._cleaned:
            try:
                data = self.pictures[name]
            except KeyError:
                raise RenderError([missing_problem(name, what)]) from None
            self._cleaned[name, what] = cleaned(name, data, what)
        return self._cleaned[name, what]

    def sheets(self, job: "TypesettingJob", setting: Setting, *more: str) -> LaidOutPages:
        """Lay out ``job`` in ``setting``, with more style sheets than the usual ones."""
        styles = [html.letter_css(), sheet_css(job.like, job.stationery, setting), *more]
        pictures = {name: self.picture(name, what) for name, what in job.letter.pictures()}
        markup = html.markup(job.letter, job.stationery, address=job.address)
        return self._engine.lay_out(markup, styles, pictures, job.name)


@dataclass(frozen=True, slots=True)
class TypesettingJob:
    """One letter on its way through WeasyPrint."""

    typesetter: Typesetter
    letter: Letter
    stationery: Stationery
    name: str
    like: Letter
    address: tuple[str, ...] | None = None

    def check(self) -> tuple[Problem, ...]:
        """Return the warnings about a letter that can be set."""
        problems = []
        missing = fonts.missing_characters(self.letter.texts(), self.typesetter.font_folders)
        if missing:
            problems.append(fonts.missing_problem(self.name, missing))
        if self.letter.inside_address and (problem := address_problem(self.like, self.stationery)):
            problems.append(problem)
        if any(problem.is_error for problem in problems):
            raise RenderError(problems)
        return tuple(problems)

    def lay_out(self, setting: Setting, *, is_numbered: bool = False) -> LaidOutPages:
        """Lay out the letter as it is."""
        more = [html.numbered(self.letter, self.stationery)] if is_numbered else []
        return self.typesetter.sheets(self, setting, *more)

    def lay_out_numbered(self, setting: Setting) -> LaidOutPages:
        """Lay out the letter as it is, its pages numbered if there are several."""
        is_numbered = setting.pages > 1 or bool(self.letter.enclosed)
        sheets = self.lay_out(setting, is_numbered=is_numbered)
        return self.lay_out(setting) if is_numbered and sheets.count == 1 else sheets

    def fit(self) -> Setting:
        """Find the setting for the letter's own text."""
        return fit(self.extent_in, self.measured())

    def measured(self) -> MeasuredText | None:
        """Return how the height of the letter's own text is made up, if it may go on one sheet."""
        return self.on_endless_sheet()[0]

    def on_endless_sheet(self) -> tuple[MeasuredText | None, LaidOutPages | None]:
        """Return likewise, and the text as it was laid out for it."""
        alone = replace(self, letter=replace(self.letter, enclosed=()))
        above = self.stationery.reference_line if self.letter.inside_address else 0.0
        height = self.stationery.sheet_height - above - COMFORTABLE.bottom_mm + _SAVED_BY_ALL_RUNGS_MM
        if sum(map(len, alone.letter.texts())) > height * _MOST_ON_A_MM:
            return None, None
        sheets = self.typesetter.sheets(alone, PROBE, endless(self.stationery.sheet_width))
        page = page_mm(self.stationery, COMFORTABLE)
        with self.typesetter.engine.notices.instead("letters are laid out once more for each setting tried"):
            return measured_text(
                sheets.document, html.END_OF_LETTER, self.stationery.sheet_height, page
            ), sheets
        return None, None

    def extent_in(self, setting: Setting) -> TextExtent:
        """Lay out the letter's own text and return how far it runs.

        Raises:
            RenderError: It is longer than any letter may be.
        """
        return self.measured_in(setting)[0]

    def measured_in(self, setting: Setting) -> tuple[TextExtent, LaidOutPages]:
        """Return how far the letter's own text runs, and its sheets; as `extent_in`."""
        alone = replace(self, letter=replace(self.letter, enclosed=()))
        sheets = alone.lay_out(setting)
        extent = alone.extent(sheets, setting)
        # The ladder saves a quarter at most; what is beyond that is not tried in six settings.
        if extent.pages > 1.5 * (self.letter.sheets or MOST_SHEETS) + 1:
            raise RenderError([_too_many(self.letter, self.name, extent.pages)])
        return replace(extent, below_mm=alone.below_mm(sheets)), sheets

    def extent(self, sheets: LaidOutPages, setting: Setting = COMFORTABLE) -> TextExtent:
        """Return how far the text runs on sheets laid out."""
        page, end = sheets.find(html.END_OF_LETTER)
        return TextExtent(page, end - later_top_mm(self.stationery), page_mm(self.stationery, setting))

    def below_mm(self, sheets: LaidOutPages) -> float:
        """Return the most that a page before the text's last leaves empty; see `TextExtent`."""
        last, _ = sheets.find(html.END_OF_LETTER)
        if last == 1:
            return 0.0
        height = self.stationery.sheet_height
        ends = dict.fromkeys(range(1, last), 0.0)
        for one in self.typesetter.ink(sheets, self.letter, self.stationery, self.name):
            if one.page in ends and one.base < height - _NUMBER_MM:
                ends[one.page] = max(one.base, ends[one.page])
        return height - COMFORTABLE.bottom_mm - min(ends.values())


def page_mm(stationery: Stationery, setting: Setting) -> float:
    """Return the height of text on a page after the first."""
    return stationery.sheet_height - later_top_mm(stationery) - setting.bottom_mm


def _set_apart(name: str, setting: Setting) -> Problem:
    return Problem(
        "set-apart",
        f"the letter {name} takes more lines than the others in the mailing, so it is set in {setting}.",
        "shorten its subject, opening or closing if all letters should look alike.",
        severity="warning",
    )


def _too_many(letter: Letter, name: str, count: int) -> Problem:
    allows = (
        f"its template allows {letter.sheets}" if letter.sheets else f"a letter has {MOST_SHEETS} at most"
    )
    return Problem(
        "too-many-sheets",
        f"the letter {name} takes {count} pages; {allows}.",
        "shorten the text, or raise `sheets` in the template.",
    )
