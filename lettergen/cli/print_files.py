"""The command that makes print files for a print shop."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.selection import campaign_of, manifest_of
from lettergen.reference import GRAMMES_PER_SQUARE_METRE

if TYPE_CHECKING:
    from lettergen.delivery.paper.print_files import PrintedLetter
    from lettergen.facts.campaign import Campaign

__all__ = ["print_files"]

GROUP_HELP = "Make one file for each: sheets, country, zone, class or channel; may be repeated."
Groups = Annotated[
    list[str] | None, typer.Option("--by", metavar="KEY", help=f"{GROUP_HELP} Default: sheets.")
]
Duplex = Annotated[
    bool,
    typer.Option(
        "--duplex/--simplex",
        help="Print both sides; an empty back is added so that each letter begins on a front.",
    ),
]
Marks = Annotated[
    bool,
    typer.Option(
        "--marks", help="Print a sequence mark (Data Matrix) on every sheet, for the inserting machine."
    ),
]
Grammage = Annotated[
    float, typer.Option("--grammage", metavar="G", min=40, max=400, help="Weight of the paper in g/m².")
]


def print_files(
    ctx: typer.Context,
    mailing: Annotated[
        Path,
        typer.Argument(
            metavar="MAILING",
            autocompletion=options.completion.mailings,
            help="Folder of a finished mailing.",
            show_default=False,
        ),
    ],
    by: Groups = None,
    duplex: Duplex = False,
    marks: Marks = False,
    grammage: Grammage = GRAMMES_PER_SQUARE_METRE,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, help="Maximum number of letters per file.")
    ] = 500,
    as_json: options.AsJson = False,
    force: options.Force = False,
) -> None:
    """Make print files from a finished mailing, for a print shop or a large printer.

    Letters with equally many sheets go into one PDF, in the order of the manifest, with page labels and a
    bookmark for each. MAILING/print/job.csv (and job.jsonl) lists for every letter its file and place,
    pages, sheets, weight and sha256. Envelopes and labels in the same order: `--mailing MAILING/print`.

    Example:
      lettergen print-files outbox/protest-letter-2006-12-02 --duplex --marks --by sheets --by country
    """
    from lettergen.console.print_files import show_print_files
    from lettergen.mailing.requests import mailing_in

    campaign = campaign_of(ctx)
    mailing = mailing_in(campaign, mailing)
    settings = {"duplex": duplex, "marks": marks, "grammage": grammage, "most": most}
    jobs, files = make_print_files(campaign, mailing, by or ["sheets"], settings, force=force)
    show_print_files(jobs, files, as_json=as_json)


def make_print_files(
    campaign: "Campaign", mailing: Path, by: list[str], settings: dict[str, float], *, force: bool
) -> tuple[dict[str, list["PrintedLetter"]], tuple[Path, ...]]:
    """Plan and write the print files of a mailing.

    Raises:
        LettergenError: The folder is not a mailing, or its letters cannot be printed.
    """
    from lettergen.delivery.paper.imposition import MARK_LEFT_MM, LetterSources, mark_left_mm
    from lettergen.delivery.paper.print_files import PrintSettings, plan_jobs, print_mailing
    from lettergen.pages.layout.stationeries import Stationeries

    paper = PrintSettings(
        duplex=bool(settings["duplex"]),
        marks=bool(settings["marks"]),
        grammage=float(settings["grammage"]),
        most=int(settings["most"]),
    )
    sources = LetterSources()
    jobs = plan_jobs(
        manifest_of(mailing, ".pdf").entries,
        paper,
        size_of=lambda file, page: sources.size(mailing / file, page),
        countries={one.id: one.country or "" for one in campaign.recipients},
        by=by,
        inland=campaign.settings.posted_from,
    )
    sheets = Stationeries.of(campaign)

    def mark_left(key: str) -> float:
        return mark_left_mm(sheets.get(key)) if key in sheets.keys() else MARK_LEFT_MM  # noqa: SIM118 - no mapping

    return jobs, print_mailing(mailing, jobs, paper, title=mailing.name, force=force, mark_left=mark_left)
