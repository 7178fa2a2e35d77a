"""One letter from order to bytes; a workshop opens the campaign and the typesetter once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from lettergen.errors import InputProblems, LettergenError, Problem, RenderError, UnknownName, did_you_mean
from lettergen.facts.campaign import Campaign, read_settings
from lettergen.letters.checks import check_pages, stopped
from lettergen.letters.letter import Letter
from lettergen.letters.limits import too_heavy
from lettergen.letters.parts import LetterFacts
from lettergen.letters.reads import Memory
from lettergen.letters.series import Series
from lettergen.letters.templates import Template, open_template
from lettergen.mailing import formats
from lettergen.mailing.pictures import Pictures
from lettergen.mailing.plan import Order
from lettergen.pages import text, wall
from lettergen.pages.fax.manner import Manner
from lettergen.pages.stationeries import Stationeries
from lettergen.reference import stationery
from lettergen.reference.stationery import Stationery

if TYPE_CHECKING:
    from lettergen.facts.model import Sender
    from lettergen.pages.fax.fax import Fax, FaxDesk
    from lettergen.pages.fit import Setting
    from lettergen.pages.mould.foundry import Foundry
    from lettergen.pages.pdf import Typeset, Typesetter

__all__ = ["FORMATS", "Made", "Terms", "Workshop", "unexpected"]

FORMATS = tuple(formats.FORMATS)
"""The files that a letter can be made into; each is its own suffix."""
ON_A_SHEET = frozenset({"pdf", "eml", "html"})
"""Those that look like the sheet with its window; text and fax have a page of their own."""


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
    """A mailing notation instead of the channel's and the template's: REGISTERED MAIL."""
    even_so: bool = False
    """Write a letter also after its case's last day."""
    fax: Manner = field(default_factory=Manner)
    """How faxes are made."""
    is_mailing: bool = False
    """What letters have in common is typeset once (`lettergen.pages.mould`), not letter by letter."""

    def check(self) -> None:
        """See that formats and stationery are known before the first letter.

        Raises:
            UnknownName: One is not.
            InputProblems: The stationery is the campaign's own, and has faults.
        """
        for name in self.formats:
            if name not in FORMATS:
                listed = ", ".join(f"`{one}`" for one in FORMATS)
                fix = did_you_mean(name, FORMATS, f"choose from {listed}.")
                raise UnknownName([Problem("unknown-format", f"there is no format `{name}`.", fix)])
        settings, places = read_settings(self.folder)
        if key := self.stationery or settings.stationery:
            Stationeries(settings.own_stationery, places).get(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A letter in all its formats, or what stopped it."""

    letter_id: str
    language: str | None
    contents: tuple[tuple[str, bytes], ...] = ()
    """Format and bytes."""
    pages: int = 0
    """Pages of the PDF; 0 where none was asked for."""
    stationery: str = ""
    """Key of the sheet; empty where it is set on none."""
    setting: str = ""
    text_sha256: str = ""
    """Digest of the letter as plain text, where that is not among the contents."""
    problems: tuple[Problem, ...] = ()
    failed: bool = False
    is_cast: bool = False
    """Whether the PDF comes out of a mould."""
    cast: Any = field(default=None, compare=False, repr=False)
    """What it was cast from, for whoever binds many letters; None in another process."""


class Workshop:
    """Makes letters of one campaign, one after another."""

    def __init__(self, terms: Terms, campaign: Campaign | None = None) -> None:
        """Open the campaign, unless the caller has it open already."""
        self.terms = terms
        self.campaign = campaign or Campaign.open(terms.folder)
        self._templates: dict[tuple[str, str | None], Template] = {}
        self._sisters: dict[Terms, Workshop] = {}
        self._is_warm = False
        self.settings: dict[str, Setting] = {}
        """Settings found for the texts of letters; plain values that may go to another process."""
        self._typesetter: Typesetter | None = None
        self._foundry: Foundry | None = None
        self._fax_desk: FaxDesk | None = None
        self._series: dict[tuple[object, ...], Series] = {}
        self._addresses: dict[tuple[object, ...], Memory[tuple[Problem, ...]]] = {}

    def sister(self, terms: Terms) -> "Workshop":
        """Return this campaign's workshop for other terms, the same one each time."""
        if terms == self.terms:
            return self
        if terms not in self._sisters:
            self._sisters[terms] = type(self)(terms, self.campaign)
        return self._sisters[terms]

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to a process that is not forked as what it was opened with; its tools stay behind."""
        return type(self), (self.terms, self.campaign)

    def prepare_for_fork(self, orders: Sequence[Order]) -> None:
        """Load libraries and write the words of some letters, so that forked processes need not.

        Nothing is set on pages here: Pango starts threads, and a process with threads must not be forked.
        What is wrong is told when the letters are made.
        """
        with suppress(LettergenError):
            formats.load(self.terms.formats)
            if not formats.PAGED.isdisjoint(self.terms.formats):
                from lettergen.pages.press import load_weasyprint
                from lettergen.pages.private_parts import Notices

                load_weasyprint(Notices())  # told with the letters
            for order in orders:
                with _behind_the_wall(order):
                    self._accepted(order)

    def warm_up(self) -> None:
        """Load what pages need, so that the time for it is not counted as a letter's.

        Raises:
            RenderError: A library that pages need is not installed, or a font cannot be used.
        """
        if self._is_warm:
            return
        formats.load(self.terms.formats)
        if not formats.PAGED.isdisjoint(self.terms.formats):
            self._open_typesetter()
        if "tif" in self.terms.formats:
            from lettergen.pages.fax.raster import warm_up

            warm_up()
        self._is_warm = True

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
        campaign = self.campaign
        sender = campaign.sender(order.sender_id)
        recipient = campaign.recipient(order.recipient_id) if order.recipient_id else None
        return self._series_of(order).letter(recipient, sender)

    def _series_of(self, order: Order) -> Series:
        key = (order.template, order.language, order.case_id, order.on, order.channel)
        series = self._series.get(key)
        if series is None:
            facts = self.facts(order)
            series = self._series[key] = Series(
                self._template(order),
                self.campaign,
                case=facts.case,
                on=order.on,
                posted_from=facts.posted_from,
                notation=facts.notation,
                channel=facts.channel,
            )
        return series

    def stationery(self, order: Order) -> Stationery:
        """Return the sheet: as chosen, as the template wants, else as is usual where the letter is posted."""
        settings = self.campaign.settings
        key = self.terms.stationery or self._template(order).stationery or settings.stationery
        if key:
            return Stationeries.of(self.campaign).get(key)
        sender = self.campaign.sender(order.sender_id)
        return stationery.for_country(self.terms.posted_from or settings.posted_from or sender.country)

    def _make(self, order: Order) -> Made:
        if not self._is_warm:
            # What is wrong with the words is told by a machine without the libraries for pages, too.
            with _behind_the_wall(order):
                self._accepted(order)
            self.warm_up()
        with _behind_the_wall(order):
            return self._printed(order, *self._accepted(order))

    def _accepted(self, order: Order) -> tuple[Letter, tuple[Problem, ...]]:
        """Return a letter that may be printed, and what should be looked at."""
        letter, found = self.letter(order)
        problems = stopped(found, even_so=self.terms.even_so)
        if any(problem.is_error for problem in problems):
            raise InputProblems(problems)
        return letter, problems

    def _printed(self, order: Order, letter: Letter, problems: tuple[Problem, ...]) -> Made:
        sheet = self.stationery(order)
        facts = self.facts(order)
        job = formats.Job(
            letter=letter,
            facts=facts,
            sheet=sheet,
            typeset=partial(self._typeset, letter, facts, order, sheet),
            fax=partial(self.fax, letter, order),
        )
        contents = job.contents(self.terms.formats)
        # Where the text is a file, it gets its check sum as such.
        words = "" if "txt" in self.terms.formats else text.render(letter)
        return Made(
            letter_id=letter.letter_id,
            language=letter.language,
            contents=contents,
            pages=job.pages,
            stationery=sheet.key if ON_A_SHEET.intersection(self.terms.formats) else "",
            setting=job.setting,
            text_sha256=sha256(words.encode("utf-8")).hexdigest() if words else "",
            problems=(*problems, *job.problems, *self._notices()),
            is_cast=job.cast is not None,
            cast=job.cast,
        )

    def _notices(self) -> tuple[Problem, ...]:
        """Return why letters take longer: the same with each, so that it is told whoever made them."""
        return self._typesetter.press.notices.problems() if self._typesetter else ()

    def fax(self, letter: Letter, order: Order) -> "Fax":
        """Return the letter as a fax, on pages of its own.

        Raises:
            RenderError: A page cannot be made, is too dark, or there are too many.
        """
        from lettergen.pages.fax.fax import FaxDesk

        if self._fax_desk is None:
            self._fax_desk = FaxDesk(self._open_typesetter(), self._new_foundry())
        manner = replace(self.terms.fax, most_pages=self.campaign.settings.fax.most_pages)
        return self._fax_desk.fax(letter, self.facts(order), self.stationery(order), manner)

    def _typeset(self, letter: Letter, facts: LetterFacts, order: Order, sheet: Stationery) -> "Typeset":
        """Set the pages; what is found on them points at the record or the words that it comes from."""
        from lettergen.pages import checks

        template = self._template(order)
        found = self._of_address(letter, facts, sheet)
        try:
            page = self._page(letter, facts, sheet)
        except RenderError as fault:
            raise RenderError(checks.placed(fault.problems, letter, template, facts)) from fault
        more = check_pages(template, page.setting.pages)
        notes = (*found, *page.notes)
        if not (notes or more):
            return page
        return replace(page, notes=(*checks.placed(notes, letter, template, facts), *more))

    def _page(self, letter: Letter, facts: LetterFacts, sheet: Stationery) -> "Typeset":
        typesetter = self._open_typesetter()
        if self._foundry is None:
            return typesetter.typeset(letter, sheet)
        from lettergen.pages.mould.personal import own_blocks

        sender = facts.sender
        own = own_blocks(letter.body, sender.own_words, _named(sender))
        return self._foundry.typeset(letter, sheet, own)

    def _of_address(self, letter: Letter, facts: LetterFacts, sheet: Stationery) -> tuple[Problem, ...]:
        """Return what is wrong with the address on its sheet, once for letters to the same recipient."""
        if facts.recipient is None:
            return ()
        key = (sheet, facts.on)
        memory = self._addresses.get(key)
        if memory is None:
            from lettergen.pages import checks

            def check(recipient: Any, sender: Any, letter: Any) -> tuple[Problem, ...]:
                watched = replace(facts, recipient=recipient, sender=sender)
                return checks.check_letter(letter, watched, sheet)

            memory = self._addresses[key] = Memory(check)
        return memory(facts.recipient, facts.sender, letter)

    def facts(self, order: Order) -> LetterFacts:
        """Return what the letter is made of.

        Raises:
            UnknownName: An id of the order is not in the files.
        """
        campaign = self.campaign
        return LetterFacts(
            campaign=campaign,
            sender=campaign.sender(order.sender_id),
            recipient=campaign.recipient(order.recipient_id) if order.recipient_id else None,
            case=campaign.case(order.case_id, order.language) if order.case_id else None,
            on=order.on,
            posted_from=self.terms.posted_from,
            notation=self.terms.notation,
            channel=order.channel,
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
            folder = self.campaign.folder
            fonts = tuple(folder / name for name in self.campaign.settings.fonts)
            from lettergen.pages.pdf import Typesetter

            self._typesetter = Typesetter(fonts, Pictures(folder), self.settings)
            self._foundry = self._new_foundry()
        return self._typesetter

    def _new_foundry(self) -> "Foundry | None":
        """Return a foundry for sheets or for fax pages; None where each letter is typeset by itself."""
        if not self.terms.is_mailing:
            return None
        from lettergen.pages.mould.foundry import Foundry

        return Foundry(self._open_typesetter())


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


def _named(sender: "Sender") -> tuple[str, ...]:
    """Return what a sentence prints of a sender that few others have."""
    name = sender.name.as_written() if sender.name else None
    found = (name, sender.title, sender.organisation, sender.phone, sender.email)
    return tuple(one for one in found if one)


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
