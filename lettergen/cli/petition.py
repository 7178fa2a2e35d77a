"""The command that makes what is handed over with a petition."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.output_file import STDOUT, refuse_json_beside
from lettergen.cli.selection import campaign_of
from lettergen.errors import InputProblems

if TYPE_CHECKING:
    from lettergen.delivery.paper.petition_delivery import DeliveryPaper
    from lettergen.errors import Problem
    from lettergen.facts.campaign import Campaign
    from lettergen.plan.orders import Order
    from lettergen.rendering.rendered_letter import RenderedLetter

__all__ = ["petition"]


def petition(
    ctx: typer.Context,
    out: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="A .pdf for all of it in one file, a folder for print files, or - for stdout.",
        ),
    ],
    to: options.ToId = None,
    sender: options.FromId = None,
    case: options.CaseId = None,
    on: options.On = None,
    language: options.InLanguage = None,
    letter: Annotated[
        str, typer.Option("--letter", metavar="TEMPLATE", help="Template of the delivery letter.")
    ] = "petition-delivery",
    text: Annotated[
        str, typer.Option("--petition", metavar="TEMPLATE", help="Template of the petition itself.")
    ] = "petition",
    counts_only: Annotated[
        bool, typer.Option("--counts-only", help="Numbers by country, and no name.")
    ] = False,
    duplex: Annotated[bool, typer.Option("--duplex", help="Begin each paper on a front.")] = False,
    force: options.Force = False,
    as_json: options.AsJson = False,
) -> None:
    """Make what is handed over with a petition: delivery letter, petition, annex, two receipts.

    The annex has the numbers by country and the names that this reader may see, however many; the receipt
    is signed by the office, a copy for each side. All papers say the same numbers: those of the date.

    Example:
      lettergen petition --to minister --from library-friends -o handover.pdf
      lettergen petition --to minister --from library-friends --counts-only --duplex -o handover/
    """
    from lettergen.console.print_files import show_delivery
    from lettergen.console.problems import show_warnings
    from lettergen.console.terminal import deliver
    from lettergen.delivery.paper.petition_delivery import delivery_pdf, write_delivery
    from lettergen.mailing.selection import LetterRequest, one_order

    refuse_json_beside(out, as_json=as_json)
    campaign = campaign_of(ctx)
    if counts_only:
        campaign = _without_names(campaign)
    wanted = LetterRequest(template=letter, to=to, sender=sender, case=case, on=on, language=language)
    campaign, order = one_order(campaign, wanted, today=today(), channel="hand")
    made = _Papers(campaign, order, text)
    papers = tuple(made.papers())
    words = made.signed.words
    if out == STDOUT:
        deliver(delivery_pdf(papers, title=words.petition, language=words.language, duplex=duplex))
        show_warnings(made.problems)
        return
    files = write_delivery(
        papers, out, title=words.petition, language=words.language, duplex=duplex, force=force
    )
    show_delivery(files, made.signed, made.problems, as_json=as_json)


def _without_names(campaign: "Campaign") -> "Campaign":
    """Return the campaign as if nobody had agreed to be named."""
    hidden = (
        replace(one, about=one.about.model_copy(update={"consent": None}), asks_consent=False)
        for one in campaign.signatures
    )
    return replace(campaign, signatures=tuple(hidden))


class _Papers:
    """The papers of one hand-over."""

    def __init__(self, campaign: "Campaign", order: "Order", text: str) -> None:
        from lettergen.letters.assemble import audiences_of
        from lettergen.letters.petition import Petition
        from lettergen.letters.template.templates import open_template
        from lettergen.rendering.render_terms import RenderTerms
        from lettergen.rendering.renderer import Renderer

        self.campaign, self.order, self.text = campaign, order, text
        terms = RenderTerms(folder=campaign.folder, names_apart=True)
        terms.check()
        self.renderer: Renderer = Renderer(terms, campaign)
        languages = (order.language,) if order.language else ()
        template = open_template(order.template, campaign.template_folders, languages)
        recipient = campaign.recipient(order.recipient_id) if order.recipient_id else None
        self.signed: Petition = Petition(
            campaign, order.case_id, audiences_of(template, recipient), template.language, order.on
        )
        sheet = self.renderer.stationery(order)
        self.paper = (sheet.sheet_width, sheet.sheet_height)
        self.fonts = tuple(campaign.folder / name for name in campaign.settings.fonts)
        self.problems = self._letters()

    def _letters(self) -> "tuple[Problem, ...]":
        """Make both letters, so that what is wrong with either is told before anything is written.

        Raises:
            InputProblems: One cannot be made.
        """
        from lettergen.mailing.workers import render_isolated

        self.letter: RenderedLetter = render_isolated(self.renderer, self.order)
        self.petition: RenderedLetter = render_isolated(
            self.renderer, self.order._replace(template=self.text)
        )
        told = dict.fromkeys((*self.letter.problems, *self.petition.problems))
        if self.letter.failed or self.petition.failed:
            raise InputProblems(told)
        return tuple(told)

    def papers(self) -> "Iterator[DeliveryPaper]":
        """Yield the papers in the order in which they are handed over."""
        from lettergen.delivery.paper.name_annex import annex_pages
        from lettergen.delivery.paper.petition_delivery import DeliveryPaper
        from lettergen.pages.vdp.pdf_objects import opened

        words = self.signed.words
        letter, petition, names, numbers = words.papers
        annex = names if self.signed.named else numbers
        yield DeliveryPaper("delivery-letter", letter, [opened(dict(self.letter.contents)["pdf"])])
        yield DeliveryPaper("petition", petition, [opened(dict(self.petition.contents)["pdf"])])
        yield DeliveryPaper("annex", annex, annex_pages(self.signed, self.paper, self.fonts))
        receipt = opened(self._receipt((letter, petition, annex)))
        yield DeliveryPaper("receipt", words.receipt, [receipt, receipt])

    def _receipt(self, papers: tuple[str, ...]) -> bytes:
        from lettergen.delivery.paper.receipt import Receipt, receipt
        from lettergen.letters.parts import in_a_sentence
        from lettergen.letters.template.salutations import display_of

        signed, order = self.signed, self.order
        recipient = self.campaign.recipient(order.recipient_id) if order.recipient_id else None
        sender = self.campaign.sender(order.sender_id)
        order_ = Receipt(
            words=signed.words,
            organiser=display_of(sender) or sender.id,
            addressee=in_a_sentence(recipient, signed.language) if recipient else "",
            title=signed.text.title if signed.text else signed.words.petition,
            signatures=signed.words.sum(signed.count.total, len(signed.count.countries)),
            papers=papers,
        )
        return receipt(order_, self.paper, self.fonts)
