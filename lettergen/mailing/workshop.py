"""One letter from order to bytes; a workshop opens the campaign and the typesetter once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

from lettergen.errors import InputProblems, LettergenError, Problem, RenderError, UnknownName, did_you_mean
from lettergen.facts.campaign import Campaign
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.checks import check_letter, check_pages, stopped
from lettergen.letters.letter import Letter
from lettergen.letters.limits import too_heavy
from lettergen.letters.templates import Template, open_template
from lettergen.mailing.plan import Order
from lettergen.pages import wall
from lettergen.reference import stationery
from lettergen.reference.stationery import Stationery

if TYPE_CHECKING:
    from lettergen.pages.pdf import Typeset, Typesetter

__all__ = ["FORMATS", "Made", "Terms", "Workshop", "unexpected"]

FORMATS = ("pdf", "txt", "html")
"""The files that a letter can be made into; each is its own suffix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for every letter of a mailing; plain values that travel to any process."""

    folder: Path
    """The campaign's folder."""
    formats: tuple[str, ...] = ("pdf",)
    stationery: str | None = None
    """Key of the sheet; default: the campaign's, then that of the country of posting."""
    posted_from: str | None = None
    notation: str | None = None
    """A mailing notation instead of the template's: REGISTERED MAIL."""
    combined: bool = True
    """Whether a mailing also has one PDF of all its letters."""
    even_so: bool = False
    """Write a letter also after its case's last day."""

    def check(self) -> None:
        """See that formats and stationery are known before the first letter.

        Raises:
            UnknownName: One is not.
        """
        for name in self.formats:
            if name not in FORMATS:
                listed = ", ".join(f"`{one}`" for one in FORMATS)
                fix = did_you_mean(name, FORMATS, f"choose from {listed}.")
                raise UnknownName([Problem("unknown-format", f"there is no format `{name}`.", fix)])
        if self.stationery:
            stationery.stationery(self.stationery)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A letter in all its formats, or what stopped it."""

    letter_id: str
    language: str | None
    contents: tuple[tuple[str, bytes], ...] = ()
    """Format and bytes."""
    pages: int = 0
    """Pages of the PDF; 0 where none was asked for."""
    setting: str = ""
    problems: tuple[Problem, ...] = ()
    failed: bool = False


class Workshop:
    """Makes letters of one campaign, one after another."""

    def __init__(self, terms: Terms, campaign: Campaign | None = None) -> None:
        """Open the campaign, unless the caller has it open already."""
        self.terms = terms
        self.campaign = campaign or Campaign.open(terms.folder)
        self._templates: dict[tuple[str, str | None], Template] = {}
        self._typesetter: Typesetter | None = None

    def warm_up(self) -> None:
        """Load what pages need, so that the time for it is not counted as a letter's.

        Raises:
            RenderError: A library that pages need is not installed, or a font cannot be used.
        """
        if "pdf" in self.terms.formats:
            self._open_typesetter()

    def make(self, order: Order) -> Made:
        """Return the letter that was ordered; what is wrong with it is in the value, not raised."""
        try:
            return self._make(order)
        except LettergenError as fault:
            problems = fault.problems
        except (MemoryError, RecursionError):
            problems = (too_heavy(f"`{order.letter_id}`"),)
        except Exception as fault:  # one letter's fault, even a fault of ours, is not another's
            problems = (unexpected(order, fault),)
        return Made(letter_id=order.letter_id, language=order.language, problems=problems, failed=True)

    def letter(self, order: Order) -> tuple[Letter, tuple[Problem, ...]]:
        """Return the words of the letter and what is wrong with them or should be looked at.

        Raises:
            LettergenError: The letter cannot be written.
        """
        facts = self._facts(order)
        template = self._template(order)
        letter = assemble(template, facts)
        return letter, check_letter(template=template, facts=facts, letter=letter)

    def stationery(self, order: Order) -> Stationery:
        """Return the sheet: as chosen, as the template wants, else as is usual where the letter is posted."""
        settings = self.campaign.settings
        key = self.terms.stationery or self._template(order).stationery or settings.stationery
        if key:
            return stationery.stationery(key)
        sender = self.campaign.sender(order.sender_id)
        return stationery.for_country(self.terms.posted_from or settings.posted_from or sender.country)

    def _make(self, order: Order) -> Made:
        with _behind_the_wall(order):
            letter, problems = self.letter(order)
        problems = stopped(problems, even_so=self.terms.even_so)
        if any(problem.is_error for problem in problems):
            raise InputProblems(problems)
        sheet = self.stationery(order)
        made = Made(letter_id=letter.letter_id, language=letter.language, problems=problems)
        self.warm_up()
        with _behind_the_wall(order):
            return self._print(made, letter, order, sheet)

    def _print(self, made: Made, letter: Letter, order: Order, sheet: Stationery) -> Made:
        contents: dict[str, bytes] = {}
        if "pdf" in self.terms.formats:
            page = self._typeset(letter, order, sheet)
            contents["pdf"] = page.pdf
            problems = (*made.problems, *page.notes, *check_pages(self._template(order), page.setting.pages))
            made = replace(made, pages=page.pages, setting=str(page.setting), problems=problems)
        if "txt" in self.terms.formats:
            from lettergen.pages import text

            contents["txt"] = text.render(letter).encode("utf-8")
        if "html" in self.terms.formats:
            from lettergen.pages import html

            # Not fitted: a browser has no sheets, and this must do without the typesetter's libraries.
            contents["html"] = html.render(letter, sheet).encode("utf-8")
        return replace(made, contents=tuple((name, contents[name]) for name in self.terms.formats))

    def _typeset(self, letter: Letter, order: Order, sheet: Stationery) -> "Typeset":
        """Set the pages; what is found on them points at the record or the words that it comes from."""
        from lettergen.pages import checks

        facts, template = self._facts(order), self._template(order)
        found = checks.check_letter(letter, facts, sheet)
        try:
            page = self._open_typesetter().typeset(letter, sheet)
        except RenderError as fault:
            raise RenderError(checks.placed(fault.problems, letter, template, facts)) from fault
        return replace(page, notes=checks.placed((*found, *page.notes), letter, template, facts))

    def _facts(self, order: Order) -> LetterFacts:
        campaign = self.campaign
        return LetterFacts(
            campaign=campaign,
            sender=campaign.sender(order.sender_id),
            recipient=campaign.recipient(order.recipient_id) if order.recipient_id else None,
            case=campaign.case(order.case_id, order.language) if order.case_id else None,
            on=order.on,
            posted_from=self.terms.posted_from,
            notation=self.terms.notation,
        )

    def _template(self, order: Order) -> Template:
        key = (order.template, order.language)
        if key not in self._templates:
            languages = (order.language,) if order.language else ()
            folders = self.campaign.template_folders
            self._templates[key] = open_template(order.template, folders, languages)
        return self._templates[key]

    def _open_typesetter(self) -> "Typesetter":
        if self._typesetter is None:
            from lettergen.pages.pdf import Typesetter

            folder = self.campaign.folder
            fonts = tuple(folder / name for name in self.campaign.settings.fonts)
            self._typesetter = Typesetter(fonts, _Pictures(folder))
        return self._typesetter


class _Pictures(Mapping[str, bytes]):
    """The campaign folder's pictures by name, each read when a letter shows it; nothing outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def __getitem__(self, name: str) -> bytes:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise KeyError(name)
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self._folder.iterdir() if path.is_file())

    def __len__(self) -> int:
        return sum(1 for _ in self)


@contextmanager
def _behind_the_wall(order: Order) -> Iterator[None]:
    with wall.closed() as refused:
        try:
            yield
        except Exception:
            if not refused:
                raise
    if refused:
        raise RenderError(wall.problems(f"`{order.letter_id}`", refused))


def unexpected(order: Order, fault: Exception) -> Problem:
    """Return the problem for a fault of the program: its kind and its place in our code, no values."""
    places = _our_places(fault)
    where = f" at {places[-1]}" if places else ""
    return Problem(
        "fault-in-lettergen",
        f"the letter `{order.letter_id}` cannot be made: `{type(fault).__name__}`{where}. "
        "This is a fault in lettergen, not in your files.",
        "report these words; there is nothing of the letter in them.",
    )


def _our_places(fault: Exception) -> Sequence[str]:
    def walk() -> Iterator[str]:
        for frame, line in walk_tb(fault.__traceback__):
            module = str(frame.f_globals.get("__name__", ""))
            if module.partition(".")[0] == "lettergen":
                yield f"{module}:{line}"

    return tuple(walk())
