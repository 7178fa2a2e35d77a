"""The command that prints addresses on sheets of labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.addressees import (
    Everybody,
    FromMailing,
    Language,
    PostedFrom,
    Tags,
    ToIds,
    _Addressees,
    _fonts,
)
from lettergen.cli.output_file import put, refuse_json_beside
from lettergen.cli.selection import campaign_of
from lettergen.errors import InputProblems, Problem

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.reference.labels import LabelSheet

__all__ = ["labels"]


def labels(
    ctx: typer.Context,
    to: ToIds = None,
    tag: Tags = None,
    everybody: Everybody = False,
    mailing: FromMailing = None,
    sheet: Annotated[
        str,
        typer.Option(
            "--sheet",
            "-s",
            metavar="KEY",
            autocompletion=options.completion.label_sheets,
            help="l7160, l7163, l7165, l7651, zweckform-3474, avery-5160 to -5164, or one of lettergen.toml.",
        ),
    ] = "l7160",
    start: Annotated[
        int, typer.Option("--start", metavar="N", help="First free label on a partly used sheet.")
    ] = 1,
    calibrate: Annotated[
        bool,
        typer.Option("--calibrate", help="Print a test sheet with outlines and rulers instead."),
    ] = False,
    posted_from: PostedFrom = None,
    language: Language = None,
    out: options.PdfFile = Path("labels.pdf"),
    force: options.Force = False,
    as_json: options.AsJson = False,
) -> None:
    """Print address labels on ready-cut label sheets.

    Print at 100 %, not "fit to page". Before a large run print one sheet with --calibrate on plain paper
    and hold it against the labels.

    Example:
      lettergen labels --tag china --sheet l7160 --start 5
      lettergen labels --sheet avery-5160 --calibrate -o calibrate.pdf
    """
    from lettergen.console.reports import show_written
    from lettergen.delivery.paper.address_sheets import AddressSheets, positions

    refuse_json_beside(out, as_json=as_json)
    campaign = campaign_of(ctx)
    kind = _sheet(campaign, sheet)
    if calibrate:
        if put(out, AddressSheets(_fonts(campaign)).calibration(kind), force=force):
            show_written([out], 1, "", as_json=as_json)
        return
    positions(1, kind, start)
    chosen = _Addressees(campaign, posted_from=posted_from, language=language)
    pairs = chosen.pairs(to, tag, everybody=everybody, mailing=mailing, sender=None)
    address_sheets = chosen.address_sheets(pairs, has_return=False)
    data = AddressSheets(_fonts(campaign)).labels(
        address_sheets, kind, start=start, title=f"Labels {kind.title}"
    )
    if put(out, data, force=force):
        show_written([out], positions(len(address_sheets), kind, start)[-1][0], "", as_json=as_json)


def _sheet(campaign: "Campaign", key: str) -> "LabelSheet":
    """Return a sheet of the reference or of the campaign.

    Raises:
        UnknownName: No sheet has that name.
        InputProblems: The campaign's own sheet cannot be printed on.
    """
    from lettergen.reference.labels import LabelSheet, label_sheet
    from lettergen.reference.stationery import paper

    own = {}
    for name, row in campaign.settings.labels.items():
        width, height = paper(row.paper)
        own[name] = LabelSheet(
            key=name,
            title=name,
            sheet_width=width,
            sheet_height=height,
            columns=row.columns,
            rows=row.rows,
            label_width=row.label[0],
            label_height=row.label[1],
            left=row.first[0],
            top=row.first[1],
            across=row.pitch[0],
            down=row.pitch[1],
            source="lettergen.toml",
            confidence="own",
        )
    found = label_sheet(key, own)
    faults = found.faults()
    if faults:
        raise InputProblems(
            Problem(
                "labels-beyond-sheet",
                f"the sheet `{key}` is impossible: {fault}.",
                "measure it again and correct its numbers.",
            )
            for fault in faults
        )
    return found
