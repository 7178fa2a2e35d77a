"""Commands that write letters: one, or a mailing."""

from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.choosing import Wanted, campaign_of, workshop_for
from lettergen.cli.delivering import agreed, format_of, save
from lettergen.cli.planning import Mailing, folder_for, mailing_for, terms_for
from lettergen.errors import ExitCode, InputProblems

__all__ = ["batch", "write"]


def write(
    ctx: typer.Context,
    template: options.TemplateName,
    to: options.ToId = None,
    sender: options.FromId = None,
    case: options.CaseId = None,
    on: options.On = None,
    sample: options.Sample = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to; the suffix says what: .pdf, .txt, .html. - is stdout. Default: the letter's id.",
            show_default=False,
        ),
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="pdf, txt or html. Default: by the suffix.", show_default=False
        ),
    ] = None,
    stationery: options.StationeryKey = None,
    even_so: options.EvenSo = False,
    force: options.Force = False,
) -> None:
    """Write one letter to a file.

    Recipients, senders and cases come from the campaign folder; with --sample, from the data the
    template was written with. An existing file is left alone unless --force is given.

    Example:
      lettergen write protest-letter --to cn-premier --from lfnkr -o letter.pdf
      lettergen write protest-letter --sample --format txt -o -
    """
    from lettergen.console.problems import show_warnings
    from lettergen.console.reports import show_written
    from lettergen.mailing.spread import make_apart

    wanted = Wanted(template=template, to=to, sender=sender, case=case, on=on, sample=sample, even_so=even_so)
    suffix = format_of(out, file_format)
    workshop, order = workshop_for(ctx, wanted, formats=(suffix,), stationery=stationery)
    made = make_apart(workshop, order)
    if made.failed:
        raise InputProblems(made.problems)
    path = save(made, suffix, out, force=force)
    show_warnings(made.problems)
    if path:
        show_written(path, made.pages, made.setting)


def batch(
    ctx: typer.Context,
    template: options.TemplateName,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="ID",
            help="Recipient; may be repeated.",
            autocompletion=options.completing.recipients,
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="All recipients with this tag; may be repeated."),
    ] = None,
    sender: Annotated[
        list[str] | None,
        typer.Option(
            "--from", metavar="ID", help="Sender; may be repeated.", autocompletion=options.completing.senders
        ),
    ] = None,
    sender_tag: Annotated[
        list[str] | None,
        typer.Option("--from-tag", metavar="TAG", help="All senders with this tag; may be repeated."),
    ] = None,
    all_senders: Annotated[bool, typer.Option("--all-senders", help="Everybody in senders.yaml.")] = False,
    case: options.CaseId = None,
    on: options.On = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="FORMAT", help="pdf, txt or html; may be repeated. Default: pdf."),
    ] = None,
    combined: Annotated[
        bool, typer.Option("--combined/--no-combined", help="Also one PDF of all letters, for the printer.")
    ] = True,
    stationery: options.StationeryKey = None,
    outbox: options.Outbox = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop.")] = False,
    even_so: options.EvenSo = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before writing.")] = False,
    force: options.Force = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", min=1, help="Processes. Default: one a core.", show_default=False
        ),
    ] = None,
) -> None:
    """Plan a mailing, then make it: every sender to every recipient.

    Shows the plan and asks before writing. Letters go to OUTBOX/TEMPLATE-DATE/letters/, with one
    PDF of all and a manifest beside them. A letter that fails does not stop the others; exit code 3
    says that some did.

    Example:
      lettergen batch protest-letter --tag china --all-senders --date 2006-12-02 --dry-run
      lettergen batch protest-letter --to cn-president-hu --to cn-embassy-uk --from lfnkr --format txt
    """
    from lettergen.console import mailings
    from lettergen.mailing.alike import likeness_of
    from lettergen.mailing.engine import produce
    from lettergen.mailing.workshop import Workshop

    wanted = Mailing(
        template=template,
        to=tuple(to or ()),
        tags=tuple(tag or ()),
        senders=tuple(sender or ()),
        sender_tags=tuple(sender_tag or ()),
        everybody=all_senders,
        case=case,
        on=on,
        even_so=even_so,
    )
    campaign = campaign_of(ctx)
    title, plan = mailing_for(campaign, wanted)
    terms = terms_for(campaign, tuple(formats or ["pdf"]), stationery, combined=combined, even_so=even_so)
    tray = folder_for(campaign, outbox)
    mailings.show_plan(plan, title, tray / plan.name, terms.formats, combined=combined)
    mailings.show_likeness(likeness_of(plan, Workshop(terms, campaign)))
    if dry_run or not agreed(len(plan.orders), yes=yes):
        mailings.show_nothing_written()
        return
    outcomes = produce(plan, terms, outbox=tray, force=force, workers=workers)
    reckoning = mailings.follow(outcomes, plan, tray / plan.name)
    raise typer.Exit(ExitCode.PARTIAL if reckoning.failed else ExitCode.OK)
