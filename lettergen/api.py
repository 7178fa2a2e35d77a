"""lettergen as a library: open a campaign, check it, write one letter, plan and make a mailing.

The command line calls this module, too. Nothing here prints or reads the clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import InputProblems, LettergenError, Problem
from lettergen.mailing.requests import MailingRequest, PartySelection, mailing_for, outbox_for, terms_for
from lettergen.mailing.selection import LetterRequest, one_order

if TYPE_CHECKING:
    from lettergen.action_page.action_page import ActionPage, Follow
    from lettergen.facts.campaign import Campaign
    from lettergen.ledger import Ledger
    from lettergen.letters.template.templates import Template
    from lettergen.mailing.outdated import Outlook
    from lettergen.mailing.production import Production
    from lettergen.mailing.workers import WorkerPool
    from lettergen.outbox.volumes import Outbox
    from lettergen.pages.fax.options import FaxOptions
    from lettergen.plan.orders import Order, Plan
    from lettergen.rendering.render_terms import RenderTerms
    from lettergen.rendering.rendered_letter import RenderedLetter
    from lettergen.rendering.renderer import Renderer

__all__ = ["LettergenError", "MailingRequest", "OpenCampaign", "PartySelection", "open_campaign"]

CHANNEL_OF = {"tif": "fax", "eml": "email"}
"""Formats that belong to one channel."""


def open_campaign(folder: Path | str | None = None, *, late: bool = False) -> "OpenCampaign":
    """Read a campaign folder; default: the current one, or lettergen's samples if that is no campaign.

    Faulty records do not stop it: `OpenCampaign.check` returns what is wrong, and no letter is made before
    the errors are fixed.

    Args:
        folder: The folder.
        late: Read senders and signatures when a letter needs them, and tell what is wrong with them then. For
            single letters of a campaign with very long lists.

    Raises:
        LettergenError: The folder does not exist.
    """
    from lettergen.facts.campaign import Campaign

    return OpenCampaign(Campaign.open(None if folder is None else Path(folder), late=late))


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """A campaign that has been read. Each method raises `LettergenError` where it cannot do its work."""

    facts: "Campaign"
    _renderers: "dict[RenderTerms, Renderer]" = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def refuse_errors(self) -> None:
        """Check that the facts have no errors.

        Raises:
            InputProblems: They have.
        """
        if any(problem.is_error for problem in self.facts.problems):
            raise InputProblems(self.facts.problems)

    def templates(self) -> "tuple[Template, ...]":
        """Return the templates without faults, the campaign's own and those of lettergen."""
        from lettergen.letters.template.templates import catalogue

        return tuple(catalogue(self.facts.template_folders)[0])

    def check(self, *, today: date) -> tuple[Problem, ...]:
        """Return all that is wrong with facts, templates and mailing.yaml; sample letters are made for it.

        Args:
            today: Decides what is out of date, and dates the sample letters.
        """
        from lettergen.letters.checks import check_campaign
        from lettergen.letters.template.templates import catalogue
        from lettergen.mailing.file_check import check_mailing
        from lettergen.pages.checks import check_campaign as check_pages

        templates, faults = catalogue(self.facts.template_folders)
        samples = check_campaign(self.facts, templates, today=today)
        of_pages = check_pages(self.facts, templates, today=today)
        planned = check_mailing(self.facts, today=today)
        return tuple(dict.fromkeys((*self.facts.problems, *faults, *samples, *of_pages, *planned)))

    def write(  # noqa: PLR0913 - what the options of the command are
        self,
        template: str,
        *,
        to: str | None = None,
        sender: str | None = None,
        case: str | None = None,
        on: date | None = None,
        sample: bool = False,
        format: str = "pdf",  # noqa: A002 - its name everywhere else
        stationery: str | None = None,
        notation: str | None = None,
        even_so: bool = False,
        ascii: bool = False,  # noqa: A002 - its name everywhere else
        fax: "FaxOptions | None" = None,
        language: str | None = None,
        translation: str | None = None,
        now: datetime | None = None,
    ) -> "RenderedLetter":
        """Return one letter, made in a process of its own that cannot hang or end this one.

        The bytes are in ``contents``, warnings in ``problems``. A letter that cannot be made is ``failed``.

        Args:
            template: Its name.
            to: The recipient's id.
            sender: The sender's id; default: the campaign's, or the only one.
            case: The case's id; default: the campaign's, or the only one.
            on: The letter's date; default: that of lettergen.toml, then that of `now`.
            sample: Use the data that the template was written with.
            format: pdf, txt, html, eml or tif.
            stationery: Key of another sheet than the usual one.
            notation: A mailing notation instead of the channel's and the template's.
            even_so: Also after the last day of the case.
            ascii: Text in ASCII alone.
            fax: How a fax is made.
            language: Of the letter; default: the recipient's first that template and case have.
            translation: The language of a courtesy translation, made by the template's edition in it.
            now: The present time; it is printed on a fax of the same day.
        """
        from lettergen.mailing.translations import not_faxed
        from lettergen.mailing.workers import render_isolated
        from lettergen.pages.fax.options import FaxOptions
        from lettergen.rendering.render_terms import RenderTerms
        from lettergen.rendering.renderer import Renderer

        self.refuse_errors()
        fax = fax or FaxOptions()
        wanted = LetterRequest(
            template=template,
            to=to,
            sender=sender,
            case=case,
            on=on,
            sample=sample,
            language=language,
            translation=translation,
            fax_translation=fax.translation,
        )
        today = now.date() if now else None
        campaign, order = self.order(wanted, today=today, channel=CHANNEL_OF.get(format, ""))
        terms = RenderTerms(
            folder=campaign.folder,
            formats=(format,),
            stationery=stationery,
            notation=notation,
            even_so=even_so,
            ascii=ascii,
            fax=fax.for_letter_of(order.on, now) if now else fax,
        )
        terms.check()
        campaign.signatures_of(order.case_id)  # a list with errors is told before anything is made
        made = render_isolated(Renderer(terms, campaign), order)
        if translation and order.translation is None:
            return replace(made, problems=(*made.problems, not_faxed(translation)))
        return made

    def order(
        self, wanted: LetterRequest, *, today: date | None = None, channel: str = ""
    ) -> "tuple[Campaign, Order]":
        """Return the order for one letter, and the campaign that has its facts: this one, or the samples.

        Args:
            wanted: The letter.
            today: The date of a letter that has none.
            channel: The way it goes, where that is known.
        """
        from lettergen.letters.earlier import reads_earlier
        from lettergen.letters.template.templates import open_template

        campaign, order = one_order(self.facts, wanted, today=today, channel=channel)
        languages = (order.language,) if order.language else ()
        template = open_template(order.template, campaign.template_folders, languages)
        if campaign is self.facts and reads_earlier(template) and self.has_ledger:
            from lettergen.mailing.correspondence import Recall

            with self._ledger_to_read() as ledger:
                order = Recall(campaign, ledger, order.on).order(order)
        return campaign, order

    def _ledger_to_read(self) -> "Ledger":
        from lettergen.ledger import LEDGER_FILE, Ledger

        return Ledger.open(self.facts.home / LEDGER_FILE, campaign=self.facts.settings.name, now="")

    def plan(
        self, request: MailingRequest, *, today: date | None = None, ledger: "Ledger | None" = None
    ) -> "Plan":
        """Return the letters of a mailing, and who is left out and why; nothing is written.

        What other mailings have written, says the ledger, is left out.

        Args:
            request: Who writes what to whom.
            today: The date of letters for which neither the request nor lettergen.toml has one.
            ledger: The campaign's, if it is open already.
        """
        from lettergen.mailing.estimate import by_sheets

        self.refuse_errors()
        # A plan that is only looked at leaves no ledger behind.
        if ledger is None and self.has_ledger:
            with self._ledger_to_read() as opened:
                planned = mailing_for(self.facts, request, today=today, ledger=opened)
        else:
            planned = mailing_for(self.facts, request, today=today, ledger=ledger)
        return by_sheets(planned, self.renderer(request)) if request.arrangement == "sheets" else planned

    def page(
        self,
        request: MailingRequest,
        *,
        today: date | None = None,
        last: date | None = None,
        follow: "Follow" = iter,
    ) -> "ActionPage":
        """Return an action page: one HTML file in which anybody writes the letter of a template.

        Everybody writes to the recipients in their own country. Of the request, these count: template,
        recipients, ``also_to``, ``fallback``, case, ``even_so``, and the date, which is the first day.

        Args:
            request: What is written to whom.
            today: The first day, if neither the request nor lettergen.toml has one.
            last: The last day; default: that of the case, or 90 days on.
            follow: Watches the recipients while letters are written to them.
        """
        from lettergen.action_page.action_page import PageRequest, action_page
        from lettergen.letters.template.templates import open_template
        from lettergen.mailing.requests import everybody_written_to
        from lettergen.mailing.selection import case_for, date_for

        self.refuse_errors()
        (name,) = request.templates
        template = open_template(name, self.facts.template_folders)
        wanted = PageRequest(
            template=name,
            recipients=everybody_written_to(self.facts, replace(request, own_country=True)),
            case=case_for(self.facts, template, request.case),
            first=date_for(self.facts, request.on, today),
            last=last,
            also_to=request.also_to,
            fallback=request.fallback,
            even_so=request.even_so,
        )
        return action_page(self.facts, wanted, follow)

    @property
    def has_ledger(self) -> bool:
        """Say whether the campaign has a ledger."""
        from lettergen.ledger import LEDGER_FILE

        return (self.facts.home / LEDGER_FILE).exists()

    def renderer(self, request: MailingRequest) -> "Renderer":
        """Return what makes a mailing's letters; the same one each time, for it learns from each."""
        from lettergen.rendering.renderer import Renderer

        terms = replace(terms_for(self.facts, request), is_mailing=True)
        if terms not in self._renderers:
            self._renderers[terms] = Renderer(terms, self.facts)
        return self._renderers[terms]

    def outdated(self, *, outbox: Path | None = None, mailing: str = "", case: str = "") -> "Outlook":
        """Return which letters that have gone say what the case no longer says.

        Args:
            outbox: The folder for mailings; default: that of lettergen.toml.
            mailing: Only this one.
            case: The id of a case; only letters on it.
        """
        from lettergen.ledger import LEDGER_FILE
        from lettergen.ledger.opening import refuse_missing
        from lettergen.mailing.outdated import outdated
        from lettergen.mailing.requests import folder_for
        from lettergen.rendering.render_terms import RenderTerms
        from lettergen.rendering.renderer import Renderer

        self.refuse_errors()
        refuse_missing(self.facts.home / LEDGER_FILE)
        if case:
            self.facts.case(case)
        renderer = Renderer(RenderTerms(folder=self.facts.folder, formats=("txt",)), self.facts)
        with self._ledger_to_read() as ledger:
            return outdated(ledger, renderer, folder_for(self.facts, outbox), mailing=mailing, case_id=case)

    def ledger(self, *, now: Callable[[], datetime], names: bool = False) -> "Ledger":
        """Open the campaign's ledger, which records each mailing; a context manager. Made if there is none.

        Args:
            now: Tells the present time, with its zone, whenever something is recorded.
            names: Record the ids of senders in clear.
        """
        from lettergen.ledger import LEDGER_FILE, Ledger

        def moment() -> str:
            return now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

        path = self.facts.home / LEDGER_FILE
        return Ledger.open(path, campaign=self.facts.settings.name, now=moment, names=names)

    def batch(
        self,
        request: MailingRequest,
        *,
        ledger: "Ledger",
        plan: "Plan | None" = None,
        outbox: "Path | Outbox | None" = None,
        workers: "int | WorkerPool | None" = None,
    ) -> "Production":
        """Make a mailing: an iterator of volumes, each yielded when it is in place and recorded.

        The same call resumes an interrupted mailing, and makes again exactly what has changed. Letters that
        fail stop nothing; each volume's outcomes say so.

        Args:
            request: Who writes what to whom.
            ledger: The open ledger of the campaign.
            plan: The plan of this request, if it has been made already.
            outbox: The folder for mailings; default: that of lettergen.toml.
            workers: Number of processes; default: one per CPU core.
        """
        from lettergen.mailing.production import produce
        from lettergen.mailing.workers import WorkerPool

        self.refuse_errors()
        if outbox is None or isinstance(outbox, Path):
            outbox = outbox_for(self.facts, request, outbox)
        pool = WorkerPool(workers=workers) if workers is None or isinstance(workers, int) else workers
        plan = plan or self.plan(request, ledger=ledger)
        return produce(plan, self.renderer(request), outbox, ledger=ledger, pool=pool)
