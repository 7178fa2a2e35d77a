"""The command that shows a letter as a page in the terminal."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.api import open_campaign
from lettergen.cli import fax_panel, options
from lettergen.cli.clock import now
from lettergen.cli.fax_panel import ByFax, fax_options
from lettergen.cli.selection import folder_of, opened, renderer_for
from lettergen.cli.watching import run_at_every_change
from lettergen.errors import ExitCode, InputProblems, Problem
from lettergen.mailing.requests import folder_for

if TYPE_CHECKING:
    from lettergen.console.letter_page import Paper
    from lettergen.letters.letter import Letter
    from lettergen.plan.orders import Order
    from lettergen.rendering.renderer import Renderer

__all__ = ["preview", "show_fax"]


def preview(
    ctx: typer.Context,
    letter: options.OneLetter,
    text: Annotated[bool, typer.Option("--text", help="Show the plain-text letter, not the page.")] = False,
    ascii_only: Annotated[
        bool, typer.Option("--ascii", help="Show the plain-text letter in ASCII alone.")
    ] = False,
    sheet: Annotated[
        int | None,
        typer.Option("--sheet", metavar="N", min=1, help="Show only this sheet.", show_default=False),
    ] = None,
    stationery: options.StationeryKey = None,
    fax: Annotated[
        bool, typer.Option("--fax", help="Show the fax as it arrives, and how legible it is.")
    ] = False,
    cover: fax_panel.Cover = False,
    fax_translation: fax_panel.FaxTranslation = False,
    pager: Annotated[bool, typer.Option("--pager/--no-pager", help="Stop at each screen.")] = True,
    light: Annotated[
        bool | None,
        typer.Option(
            "--light/--dark", help="Draw black on white, or the reverse. Default: like the terminal."
        ),
    ] = None,
    zones: Annotated[
        bool,
        typer.Option("--zones", help="Shade what windows always show, and show what `verify` measures."),
    ] = False,
    image: Annotated[
        bool, typer.Option("--image", help="Show the real pages, as pictures if the terminal can show them.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show it again whenever a file of the campaign changes.")
    ] = False,
) -> None:
    """Show a letter as a page in the terminal, and write nothing.

    Letterhead, window, fold marks and sheets are where they will be on paper. Recipients, senders
    and cases come from the campaign folder; with --sample, from the data the template was written with.
    With --zones the real page is also made, and measured as `lettergen verify` does. With --watch the
    page follows what you write in another window.

    Example:
      lettergen preview protest-letter --sample
      lettergen preview protest-letter --to cn-president-hu --date 2006-12-02
      lettergen preview protest-letter --sample --stationery us-9 --zones
      lettergen preview open-letter --sample --fax --cover
      lettergen preview protest-letter --to cn-president-hu --watch
    """
    if watch:
        _watch(ctx)
        return
    if image:
        _show_pictures(ctx, letter, stationery=stationery, only=sheet)
        return
    from lettergen.cli.verify import measured_page
    from lettergen.console.letter_page import show_page
    from lettergen.console.measurements import show_legend
    from lettergen.console.problems import show_warnings
    from lettergen.console.reports import show_letter
    from lettergen.pages.terminal.window_shade import shade_of

    renderer, order = renderer_for(
        ctx,
        letter,
        channel="fax" if fax else "",
        formats=("pdf",) if zones else (),
        stationery=stationery,
        fax_translation=fax_translation,
    )
    show_letter(order.letter_id, renderer.stationery(order).key)
    page, problems = renderer.letter(order)
    report, found = measured_page(renderer, order) if zones else (None, ())
    problems = (*problems, *found)
    if fax:
        by_fax = ByFax(cover=cover, fax_translation=fax_translation)
        problems = (*problems, *show_fax(renderer, order, page, by_fax, only=sheet, pager=pager))
    elif ascii_only or text:
        problems = (*problems, *_show_text(page, ascii_only=ascii_only, pager=pager))
    else:
        shown = shade_of(report, page, renderer.stationery(order)) if report else None
        show_page(page, renderer.stationery(order), only=sheet, paper=_paper(light), pager=pager, shade=shown)
    if report:
        show_legend(report)
    show_warnings(problems)
    raise typer.Exit(ExitCode.PROBLEMS if any(one.is_error for one in problems) else ExitCode.OK)


def _show_text(letter: "Letter", *, ascii_only: bool, pager: bool) -> "tuple[Problem, ...]":
    from lettergen.console.letter_page import show_text
    from lettergen.pages import ascii_text
    from lettergen.pages import text as plain

    show_text((ascii_text if ascii_only else plain).render(letter), pager=pager)
    return tuple(ascii_text.warnings(letter)) if ascii_only else ()


def _paper(light: bool | None) -> "Paper":
    return "auto" if light is None else "light" if light else "dark"


def _watch(ctx: typer.Context) -> None:
    facts = open_campaign(folder_of(ctx)).facts
    command = [one for one in sys.argv[1:] if one != "--watch"]
    run_at_every_change([*command, "--no-pager"], facts.folder, outbox=folder_for(facts, None))


def _show_pictures(
    ctx: typer.Context, letter: options.OneLetter, *, stationery: str | None, only: int | None
) -> None:
    from lettergen.console.letter_page import chosen
    from lettergen.console.pictures import refuse_without_terminal, show_pictures
    from lettergen.console.problems import show_warnings
    from lettergen.console.reports import show_letter
    from lettergen.pages.pictures import pictures

    refuse_without_terminal()
    made = opened(ctx, late=True).write(
        letter.template,
        to=letter.to,
        sender=letter.sender,
        case=letter.case,
        on=letter.on,
        sample=letter.sample,
        stationery=stationery,
        now=now(),
    )
    if made.failed:
        raise InputProblems(made.problems)
    show_letter(made.letter_id, made.stationery)
    show_pictures(chosen(pictures(dict(made.contents)["pdf"]), only))
    show_warnings(made.problems)


def show_fax(
    renderer: "Renderer", order: "Order", letter: "Letter", by_fax: ByFax, *, only: int | None, pager: bool
) -> "tuple[Problem, ...]":
    """Show a letter as the fax that arrives, and return what needs attention.

    Raises:
        LettergenError: The fax cannot be made, or has fewer pages than ``only``.
    """
    from lettergen.console import faxes
    from lettergen.console.letter_page import chosen
    from lettergen.pages.fax import tiff

    options_of_fax = fax_options(by_fax).for_letter_of(order.on, now())
    renderer.terms = replace(renderer.terms, formats=("tif",), fax=options_of_fax)
    renderer.warm_up()
    sent = renderer.fax(letter, order)
    images = [tiff.pixels(page) for page in tiff.pages_of(sent.tiff, order.letter_id)]
    chosen(images, only)
    faxes.show_pages(images, only=only, pager=pager)
    faxes.show_reading(sent.reading)
    return sent.notes
