"""Renders one order into the bytes of its files; opens the campaign and the typesetter once."""

from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from lettergen.errors import (
    InputProblems,
    LettergenError,
    Problem,
    RenderError,
)
from lettergen.facts.campaign import Campaign
from lettergen.letters.checks import check_pages, stopped
from lettergen.letters.letter import Letter
from lettergen.letters.limits import too_heavy
from lettergen.letters.parts import LetterFacts
from lettergen.letters.series.series import LetterSeries
from lettergen.letters.series.tracked_reads import TrackedCache
from lettergen.letters.template.templates import Template, open_template
from lettergen.pages import text
from lettergen.pages.layout.stationeries import Stationeries
from lettergen.plan.orders import Order
from lettergen.reference import postcodes, stationery
from lettergen.reference.stationery import Stationery
from lettergen.rendering import formats
from lettergen.rendering.enclosed_files import EnclosedFiles
from lettergen.rendering.faults import guarded, unexpected
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import Preparation, RenderedLetter
from lettergen.rendering.signature_pictures import SignaturePictures
from lettergen.rendering.translations import Translator, in_translation

if TYPE_CHECKING:
    from lettergen.facts.model import Sender
    from lettergen.letters.checks.parity import LetterEdition
    from lettergen.pages.fax.fax import Fax, FaxRenderer
    from lettergen.pages.pdf.typesetter import TypesetLetter, Typesetter
    from lettergen.pages.vdp.batch_typesetter import BatchTypesetter

__all__ = ["FORMATS", "Renderer"]

FORMATS = tuple(formats.FORMATS)
"""The files that a letter can be made into; each is its own suffix."""
MOST_SERIES = 32
"""Kinds of letters whose parts are remembered, where each may be of a kind of its own."""
_ALONE = "each process makes moulds of its own"
ON_A_SHEET = frozenset({"pdf", "eml", "html"})
"""Formats that show the sheet with its window; text and fax have their own pages."""


class Renderer:
    """Makes letters of one campaign, one after another."""

    def __init__(self, terms: RenderTerms, campaign: Campaign | None = None) -> None:
        """Open the campaign, unless the caller has it already."""
        self.terms = terms
        self.campaign = campaign or Campaign.open(terms.folder)
        self._templates: dict[tuple[str, str | None], Template] = {}
        self._by_terms: dict[RenderTerms, Renderer] = {}
        self._is_warm = False
        self._prepared = Preparation({})
        self._typesetter: Typesetter | None = None
        self._batch_typesetter: BatchTypesetter | None = None
        self._fax_renderer: FaxRenderer | None = None
        self._series: dict[tuple[object, ...], LetterSeries] = {}
        self._enclosed = EnclosedFiles(self.campaign)
        self._translator = Translator(self.campaign, self._series_of, self._edition)
        self._addresses: dict[tuple[object, ...], TrackedCache[tuple[Problem, ...]]] = {}

    def for_terms(self, terms: RenderTerms) -> "Renderer":
        """Return this campaign's renderer for other terms, the same one each time."""
        if terms == self.terms:
            return self
        if terms not in self._by_terms:
            self._by_terms[terms] = type(self)(terms, self.campaign)
        return self._by_terms[terms]

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
                from lettergen.pages.pdf.private_parts import Notices
                from lettergen.pages.pdf.weasyprint_engine import load_weasyprint

                load_weasyprint(Notices())  # told with the letters
            for order in orders:
                self._enclosed.look(order, self.template(order))
                with guarded(order):
                    self._accepted(order)

    @property
    def is_prepared(self) -> bool:
        """Whether another process has made moulds for this one."""
        return self._prepared.moulds is not None

    def prepare(self, prepared: Preparation) -> None:
        """Take what another process has found out, before any page is set here."""
        self._prepared = prepared

    def preparation(self) -> Preparation:
        """Return what this process has found out for others."""
        settings = dict(self._typesetter.settings) if self._typesetter else {}
        if self._typesetter is None or self._batch_typesetter is None or self._batch_typesetter.is_off:
            return Preparation(settings)
        from lettergen.pages.vdp import shared_moulds

        moulds = None
        with self._typesetter.engine.notices.instead(_ALONE):
            moulds = shared_moulds.packed(self._batch_typesetter)
        return Preparation(settings, moulds, self._notices())

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

    def render(self, order: Order, *, is_bound: bool = False) -> RenderedLetter:
        """Return the ordered letter; its problems are in the value, not raised.

        Args:
            order: The letter.
            is_bound: It goes into a volume's file alone: a PDF from a mould is empty, bound from `cast`.
        """
        try:
            return self._render(order, is_bound=is_bound)
        except LettergenError as fault:
            problems = fault.problems
        except (MemoryError, RecursionError):
            problems = (too_heavy(f"`{order.letter_id}`"),)
        except Exception as fault:  # one letter's fault, even a fault of ours, is not another's
            problems = (unexpected(order, fault),)
        return RenderedLetter(
            letter_id=order.letter_id, language=order.language, problems=problems, failed=True
        )

    def kind(self, order: Order) -> Hashable:
        """Return what a letter has in common with those out of the same mould, by its words; nothing is set.

        Raises:
            LettergenError: The letter cannot be written.
        """
        from lettergen.pages.vdp.render_job import kind
        from lettergen.pages.vdp.variable_fields import own_blocks

        letter, _ = self.letter(order)
        sender = self.campaign.sender(order.sender_id)
        own = own_blocks(letter.body, sender.own_words, _named(sender))
        return kind(letter, self.stationery(order), own)

    @property
    def moulds(self) -> int:
        """How many moulds were made here."""
        faxes = self._fax_renderer.batch_typesetter if self._fax_renderer else None
        return sum(one.counts["mould"] for one in (self._batch_typesetter, faxes) if one)

    def letter(self, order: Order) -> tuple[Letter, tuple[Problem, ...]]:
        """Return the letter's text and its problems.

        Raises:
            LettergenError: The letter cannot be written.
        """
        campaign = self.campaign
        sender = campaign.sender(order.sender_id)
        recipient = campaign.recipient(order.recipient_id) if order.recipient_id else None
        letter, problems = self._series_of(order).letter(recipient, sender)
        if letter.country == "GB" and letter.inside_address and self.stationery(order).postcode_alone:
            lines = postcodes.apart(letter.inside_address, "GB", order.on)
            letter = replace(letter, inside_address=lines)
        if order.translation is None:
            return letter, problems
        return self._translator.translated(order, letter, problems)

    def _edition(self, order: Order, letter: Letter) -> "LetterEdition":
        from lettergen.letters.checks.parity import LetterEdition

        return LetterEdition(self.template(order), self.facts(order), letter)

    def _series_of(self, order: Order) -> LetterSeries:
        # What was written before is of sender and recipient together, so letters that tell it share little.
        key = (order.template, order.language, order.case_id, order.on, order.channel, order.earlier)
        series = self._series.get(key)
        if series is None:
            if order.earlier and len(self._series) >= MOST_SERIES:
                self._series.clear()
            facts = self.facts(order)
            series = self._series[key] = LetterSeries(
                self.template(order),
                self.campaign,
                case=facts.case,
                on=order.on,
                posted_from=facts.posted_from,
                notation=facts.notation,
                channel=facts.channel,
                earlier=facts.earlier,
            )
        return series

    def stationery(self, order: Order) -> Stationery:
        """Return the sheet: the chosen one, the template's, or the posting country's."""
        settings = self.campaign.settings
        key = self.terms.stationery or self.template(order).stationery or settings.stationery
        if key:
            return Stationeries.of(self.campaign).get(key)
        sender = self.campaign.sender(order.sender_id)
        return stationery.for_country(self.terms.posted_from or settings.posted_from or sender.country)

    def _render(self, order: Order, *, is_bound: bool) -> RenderedLetter:
        self._enclosed.look(order, self.template(order))
        if not self._is_warm:
            # What is wrong with the words is told by a machine without the libraries for pages, too.
            with guarded(order):
                self._accepted(order)
            self.warm_up()
        with guarded(order):
            return self._printed(order, *self._accepted(order), is_bound=is_bound)

    def _accepted(self, order: Order) -> tuple[Letter, tuple[Problem, ...]]:
        """Return a letter that may be printed, and its warnings."""
        letter, found = self.letter(order)
        problems = stopped(found, even_so=self.terms.even_so)
        if any(problem.is_error for problem in problems):
            raise InputProblems(problems)
        return letter, problems

    def _printed(
        self, order: Order, letter: Letter, problems: tuple[Problem, ...], *, is_bound: bool
    ) -> RenderedLetter:
        sheet = self.stationery(order)
        facts = self.facts(order)
        job = formats.LetterFiles(
            letter=letter,
            facts=facts,
            sheet=sheet,
            typeset=partial(self._typeset, letter, facts, order, sheet),
            fax=partial(self.fax, letter, order),
            ascii=self.terms.ascii,
            is_bound=is_bound,
            attached=self._enclosed.attached,
        )
        contents = job.contents(self.terms.formats)
        # Where the text is a file, it gets its check sum as such.
        typed = "" if "txt" in self.terms.formats else text.render(letter)
        return RenderedLetter(
            letter_id=letter.letter_id,
            language=letter.language,
            contents=contents,
            pages=job.pages,
            translation=order.translation,
            translation_page=job.translation_page,
            enclosure_pages=job.enclosure_pages,
            enclosure_sha256=tuple(one.sha256 for one in letter.bound),
            stationery=sheet.key if ON_A_SHEET.intersection(self.terms.formats) else "",
            setting=job.setting,
            text_sha256=sha256(typed.encode("utf-8")).hexdigest() if typed else "",
            problems=(*problems, *job.problems, *self._notices()),
            is_from_mould=job.cast is not None,
            cast=job.cast,
        )

    def _notices(self) -> tuple[Problem, ...]:
        """Return why letters take longer: the same with each, so that it is told whoever made them."""
        own = self._typesetter.engine.notices.problems() if self._typesetter else ()
        return tuple(dict.fromkeys((*own, *self._prepared.notices))) if self._prepared.notices else own

    def fax(self, letter: Letter, order: Order) -> "Fax":
        """Return the letter as a fax, on pages of its own.

        Raises:
            RenderError: A page cannot be made, is too dark, or there are too many.
        """
        from lettergen.pages.fax.fax import FaxRenderer

        if self._fax_renderer is None:
            self._fax_renderer = FaxRenderer(self._open_typesetter(), self._new_batch_typesetter())
        fax_options = replace(self.terms.fax, most_pages=self.campaign.settings.fax.most_pages)
        letter = letter if fax_options.translation else letter.alone()
        letter = letter.without_logo()
        return self._fax_renderer.fax(letter, self.facts(order), self.stationery(order), fax_options)

    def _typeset(
        self, letter: Letter, facts: LetterFacts, order: Order, sheet: Stationery
    ) -> "TypesetLetter":
        """Set the pages, and those of the translation and of enclosed files behind them."""
        pages = self._typeset_alone(letter.alone(), facts, order, sheet)
        if letter.translation is not None:
            from lettergen.pages.vdp.joined_file import joined

            other = in_translation(order)
            translation = self._typeset_alone(letter.translation, self.facts(other), other, sheet)
            pages = joined(letter, pages, translation)
        if not letter.bound:
            return pages
        from lettergen.pages.vdp.joined_file import with_enclosures

        return with_enclosures(letter, pages, *self._enclosed.sheets(letter, sheet, self._open_typesetter()))

    def _typeset_alone(
        self, letter: Letter, facts: LetterFacts, order: Order, sheet: Stationery
    ) -> "TypesetLetter":
        """Set one language's pages; problems point to the record or the words that they come from."""
        from lettergen.pages import checks

        template = self.template(order)
        found = () if letter.translation_notice else self._of_address(letter, facts, sheet)
        try:
            page = self._page(letter, facts, sheet)
        except RenderError as fault:
            raise RenderError(checks.placed(fault.problems, letter, template, facts)) from fault
        more = check_pages(template, page.setting.pages)
        notes = (*found, *page.notes)
        if not (notes or more):
            return page
        return replace(page, notes=(*checks.placed(notes, letter, template, facts), *more))

    def _page(self, letter: Letter, facts: LetterFacts, sheet: Stationery) -> "TypesetLetter":
        typesetter = self._open_typesetter()
        if self._batch_typesetter is None:
            return typesetter.typeset(letter, sheet)
        from lettergen.pages.vdp.variable_fields import own_blocks

        sender = facts.sender
        own = own_blocks(letter.body, sender.own_words, _named(sender))
        return self._batch_typesetter.typeset(letter, sheet, own)

    def _of_address(self, letter: Letter, facts: LetterFacts, sheet: Stationery) -> tuple[Problem, ...]:
        """Return what is wrong with the address on its sheet, once for letters to the same recipient."""
        if facts.recipient is None:
            return ()
        key = (sheet, facts.on, facts.channel)
        memory = self._addresses.get(key)
        if memory is None:
            from lettergen.pages import checks

            def check(recipient: Any, sender: Any, letter: Any) -> tuple[Problem, ...]:
                watched = replace(facts, recipient=recipient, sender=sender)
                return checks.check_letter(letter, watched, sheet)

            memory = self._addresses[key] = TrackedCache(check)
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
            earlier=order.earlier,
        )

    def template(self, order: Order) -> Template:
        """Return the edition that an order is written from, read once."""
        key = (order.template, order.language)
        if key not in self._templates:
            languages = (order.language,) if order.language else ()
            folders = self.campaign.template_folders
            template = open_template(order.template, folders, languages)
            is_apart = self.terms.names_apart and template.names is not None
            self._templates[key] = replace(template, names="apart") if is_apart else template
        return self._templates[key]

    def _open_typesetter(self) -> "Typesetter":
        if self._typesetter is None:
            folder = self.campaign.folder
            fonts = tuple(folder / name for name in self.campaign.settings.fonts)
            from lettergen.pages.pdf.typesetter import Typesetter

            settings = dict(self._prepared.settings)
            self._typesetter = Typesetter(fonts, SignaturePictures(folder), settings)
            self._batch_typesetter = self._with_moulds(self._typesetter) or self._new_batch_typesetter()
        return self._typesetter

    def _with_moulds(self, typesetter: "Typesetter") -> "BatchTypesetter | None":
        """Return a batch typesetter that has the moulds of another process."""
        if self._prepared.moulds is None:
            return None
        from lettergen.pages.vdp import shared_moulds

        with typesetter.engine.notices.instead(_ALONE):
            return shared_moulds.unpacked(self._prepared.moulds, typesetter)
        return None

    def _new_batch_typesetter(self) -> "BatchTypesetter | None":
        """Return a batch typesetter for sheets or fax pages; None if each letter is typeset by itself."""
        if not self.terms.is_mailing:
            return None
        from lettergen.pages.vdp.batch_typesetter import BatchTypesetter

        return BatchTypesetter(self._open_typesetter())


def _named(sender: "Sender") -> tuple[str, ...]:
    """Return what a sentence prints of a sender that few others have."""
    name = sender.name.as_written() if sender.name else None
    return tuple(filter(None, (name, sender.title, sender.organisation, sender.phone, sender.email)))
