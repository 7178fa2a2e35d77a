"""Commands that look and write nothing: check, templates, recipients, senders, cases, preview."""

from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from lettergen.cli import faxing, options
from lettergen.cli.choosing import (
    Wanted,
    campaign_of,
    chosen_checks,
    hint_at_problems,
    workshop_for,
)
from lettergen.cli.today import today
from lettergen.errors import ExitCode

__all__ = ["cases", "check", "checks", "preview", "recipients", "senders", "templates"]


def check(
    ctx: typer.Context,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="NAME,…",
            help="Show only these; `lettergen checks` lists the names.",
            show_default=False,
            autocompletion=options.completing.checks,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="NAME,…",
            help="Leave these out of the report; `write` and `batch` refuse as before.",
            show_default=False,
            autocompletion=options.completing.checks,
        ),
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every place of every problem.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Check all facts and templates, and write nothing.

    Reads lettergen.toml, recipients, senders, cases/, letter_templates/ and mailing.yaml of the campaign
    folder, plans the mailing, and writes each template's sample letter in memory. Exit code 1 if there
    is an error; warnings, such as an entry that nobody has looked at for half a year, do not fail.
    With --select or --ignore it goes by what is shown.

    Example:
      lettergen check
      lettergen check --ignore entry-not-checked,office-not-suited
      lettergen --folder spring-campaign check --all
    """
    from lettergen.cli.checking import mailing_problems
    from lettergen.cli.planning import check_mailing
    from lettergen.console.reports import show_check
    from lettergen.letters.checks import check_campaign
    from lettergen.letters.templates import catalogue
    from lettergen.pages.checks import check_campaign as check_pages

    is_wanted = chosen_checks(select or (), ignore or ())
    campaign = campaign_of(ctx, whole=False)
    templates, faults = catalogue(campaign.template_folders)
    samples = check_campaign(campaign, templates, today=today())
    of_pages = check_pages(campaign, templates, today=today())
    planned = mailing_problems(campaign) or check_mailing(campaign)
    found = dict.fromkeys((*campaign.problems, *faults, *samples, *of_pages, *planned))
    problems = tuple(problem for problem in found if is_wanted(problem.name))
    counts = {
        "recipients": len(campaign.recipients),
        "senders": len(campaign.senders),
        "cases": len(campaign.cases),
        "templates": len(templates),
    }
    show_check(problems, counts, show_all=show_all, as_json=as_json)
    raise typer.Exit(ExitCode.PROBLEMS if any(one.is_error for one in problems) else ExitCode.OK)


def checks(
    check_name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="Tell all about this one.",
            show_default=False,
            autocompletion=options.completing.checks,
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List what is checked, or tell what one check means and why.

    The name stands in brackets in front of each problem.

    Example:
      lettergen checks
      lettergen checks past-send-before
    """
    from lettergen.console.reports import show_check_explained, show_checks
    from lettergen.letters import catalogue

    if check_name:
        show_check_explained(catalogue.check(check_name), as_json=as_json)
    else:
        show_checks(tuple(catalogue.catalogue().values()), as_json=as_json)


def templates(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEMPLATE]",
            help="Tell all about this one.",
            show_default=False,
            autocompletion=options.completing.templates,
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the letters there are, or tell what one needs.

    The campaign's own stand in letter_templates/ of its folder; lettergen brings others along.
    A template of the same name in the folder takes the place of the one that is brought along.

    Example:
      lettergen templates
      lettergen templates protest-letter
    """
    from lettergen.console import tables
    from lettergen.letters.templates import catalogue, languages_of, needs, open_template

    folders = campaign_of(ctx, whole=False).template_folders
    if name:
        template = open_template(name, folders)
        record = tables.template_record(template, needs(template))
        tables.show_template(record, languages_of(name, folders), as_json=as_json)
    else:
        found, problems = catalogue(folders)
        tables.show_templates([tables.template_record(one) for one in found], problems, as_json=as_json)


def recipients(
    ctx: typer.Context,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Only with this tag.")] = None,
    country: Annotated[
        str | None, typer.Option("--country", metavar="CODE", help="Only in this country: CN, CH, …")
    ] = None,
    office: Annotated[
        str | None, typer.Option("--office", metavar="OFFICE", help="Only in this office: head-of-state, …")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List whom letters can go to.

    Reads recipients.yaml, .csv or .xlsx of the campaign folder.

    Example:
      lettergen recipients --tag china
      lettergen recipients --office ambassador --json
    """
    from lettergen.console import tables

    campaign = campaign_of(ctx, whole=False)
    shown = [
        one
        for one in campaign.recipients
        if (not tag or set(tag) & set(one.tags))
        and (not country or one.country == country.upper())
        and (not office or one.office == office)
    ]
    tables.show_recipients(shown, as_json=as_json)
    hint_at_problems(campaign)


def senders(
    ctx: typer.Context,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Only with this tag.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """List who can sign letters.

    Reads senders.yaml, .csv or .xlsx of the campaign folder.

    Example:
      lettergen senders --tag protest-day
    """
    from lettergen.console import tables

    campaign = campaign_of(ctx, whole=False)
    shown = [one for one in campaign.senders if not tag or set(tag) & set(one.tags)]
    tables.show_senders(shown, as_json=as_json)
    hint_at_problems(campaign)


def cases(
    ctx: typer.Context,
    case_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE]",
            help="Show this one as its readers would read it.",
            show_default=False,
            autocompletion=options.completing.cases,
        ),
    ] = None,
    audience: Annotated[
        Literal["all", "addressee", "un", "press", "public"],
        typer.Option("--audience", help="For whose eyes."),
    ] = "all",
    as_json: options.AsJson = False,
) -> None:
    """List the cases, or show what each audience would read of one.

    Reads cases/*.yaml of the campaign folder. With --audience, the whole case is shown as those
    readers would read it, every text of it; without, the persons are shown to each audience. What
    `publish` or the text itself does not clear for an audience appears in no letter to it.

    Example:
      lettergen cases
      lettergen cases yunnan-six --audience press
    """
    from lettergen.console import tables
    from lettergen.facts.model import AUDIENCES
    from lettergen.letters.as_read import as_read
    from lettergen.letters.clearance import Shown, shown

    campaign = campaign_of(ctx, whole=False)
    if case_id:
        case = campaign.case(case_id)
        readers = AUDIENCES if audience == "all" else (audience,)
        persons: dict[str, Sequence[Shown]] = {
            one: shown(case, one, campaign.settings.language) for one in readers
        }
        on = campaign.settings.date or today()
        read = as_read(case, campaign, audience, on) if audience != "all" else None
        tables.show_case(case, persons, read, as_json=as_json)
    else:
        tables.show_cases(campaign.cases, as_json=as_json)
        hint_at_problems(campaign)


def preview(
    ctx: typer.Context,
    template: options.TemplateName,
    to: options.ToId = None,
    sender: options.FromId = None,
    case: options.CaseId = None,
    on: options.On = None,
    sample: options.Sample = False,
    text: Annotated[bool, typer.Option("--text", help="Show the plain-text letter, not the page.")] = False,
    sheet: Annotated[
        int | None,
        typer.Option("--sheet", metavar="N", min=1, help="Show only this sheet.", show_default=False),
    ] = None,
    stationery: options.StationeryKey = None,
    fax: Annotated[
        bool, typer.Option("--fax", help="Show the fax as it arrives, and how readable it is.")
    ] = False,
    cover: faxing.Cover = False,
    pager: Annotated[bool, typer.Option("--pager/--no-pager", help="Stop at each screen.")] = True,
    light: Annotated[
        bool | None,
        typer.Option(
            "--light/--dark", help="Draw black on white, or the reverse. Default: as the terminal is."
        ),
    ] = None,
    zones: Annotated[
        bool,
        typer.Option("--zones", help="Shade what windows always show; below, what `verify` finds on paper."),
    ] = False,
) -> None:
    """Show a letter as a page in the terminal, and write nothing.

    Letterhead, window, fold marks and sheets stand where they will on paper. Recipients, senders
    and cases come from the campaign folder; with --sample, from the data the template was written with.
    With --zones the real page is made, too, and measured as `lettergen verify` does.

    Example:
      lettergen preview protest-letter --sample
      lettergen preview protest-letter --to cn-president-hu --date 2006-12-02
      lettergen preview protest-letter --sample --stationery us-9 --zones
      lettergen preview open-letter --sample --fax --cover
    """
    from lettergen.cli.verifying import measured_page
    from lettergen.console.measures import show_legend
    from lettergen.console.page import Paper, show_page, show_text
    from lettergen.console.problems import show_warnings
    from lettergen.pages.measure.shade import shade_of

    workshop, order = workshop_for(
        ctx,
        Wanted(
            template=template,
            to=to,
            sender=sender,
            case=case,
            on=on,
            sample=sample,
            channel="fax" if fax else "",
        ),
        formats=("pdf",) if zones else (),
        stationery=stationery,
    )
    letter, problems = workshop.letter(order)
    paper: Paper = "auto" if light is None else "light" if light else "dark"
    report, found = measured_page(workshop, order) if zones else (None, ())
    problems = (*problems, *found)
    if fax:
        problems = (*problems, *faxing.preview(workshop, order, letter, cover=cover, only=sheet, pager=pager))
    elif text:
        show_text(letter, pager=pager)
    else:
        shown = shade_of(report, letter, workshop.stationery(order)) if report else None
        show_page(letter, workshop.stationery(order), only=sheet, paper=paper, pager=pager, shade=shown)
    if report:
        show_legend(report)
    show_warnings(problems)
    raise typer.Exit(ExitCode.PROBLEMS if any(one.is_error for one in problems) else ExitCode.OK)
