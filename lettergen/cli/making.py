"""The command that writes one letter."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import faxing, options
from lettergen.cli.choosing import Wanted, workshop_for
from lettergen.cli.delivering import format_of, save
from lettergen.errors import InputProblems

__all__ = ["write"]

CHANNEL_OF = {"tif": "fax", "eml": "email"}
"""Forms of a letter that go one way only."""


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
            help="Where to; the suffix says what: .pdf, .txt, .html, .eml, .tif (fax). - is stdout. "
            "Default: the letter's id.",
            show_default=False,
        ),
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="pdf, txt, html, eml or tif. Default: by the suffix.",
            show_default=False,
        ),
    ] = None,
    stationery: options.StationeryKey = None,
    notation: options.Notation = None,
    even_so: options.EvenSo = False,
    force: options.Force = False,
    cover: faxing.Cover = False,
    at: faxing.At = None,
    resolution: faxing.Resolution = "fine",
    coding: faxing.Coding = "mh",
) -> None:
    """Write one letter to a file.

    Recipients, senders and cases come from the campaign folder; with --sample, from the data the
    template was written with. An existing file is left alone unless --force is given.

    Example:
      lettergen write protest-letter --to cn-premier --from lfnkr -o letter.pdf
      lettergen write protest-letter --sample --format txt -o -
      lettergen write open-letter --sample --cover --at "2006-10-19 14:30" -o letter.tif
    """
    from lettergen.console.problems import show_warnings
    from lettergen.console.reports import show_written
    from lettergen.mailing.crew import make_apart

    suffix = format_of(out, file_format)
    wanted = Wanted(
        template=template,
        to=to,
        sender=sender,
        case=case,
        on=on,
        sample=sample,
        even_so=even_so,
        channel=CHANNEL_OF.get(suffix, ""),
    )
    workshop, order = workshop_for(ctx, wanted, formats=(suffix,), stationery=stationery)
    at = at or faxing.now_for(order.on)
    manner = faxing.manner(cover, at, resolution, coding)
    workshop.terms = replace(workshop.terms, fax=manner, notation=notation)
    made = make_apart(workshop, order)
    if made.failed:
        raise InputProblems(made.problems)
    path = save(made, suffix, out, force=force)
    show_warnings(made.problems)
    if path:
        show_written(path, made.pages, made.setting)
