"""The command that writes one letter."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import faxing, options
from lettergen.cli.choosing import workshop_for
from lettergen.cli.delivering import format_of, save
from lettergen.errors import InputProblems

__all__ = ["write"]

CHANNEL_OF = {"tif": "fax", "eml": "email"}
"""Forms of a letter that go one way only."""


def write(
    ctx: typer.Context,
    letter: options.OneLetter,
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
    by_fax: faxing.ByFax = faxing.ByFax(),
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
    workshop, order = workshop_for(
        ctx,
        letter,
        channel=CHANNEL_OF.get(suffix, ""),
        formats=(suffix,),
        stationery=stationery,
        even_so=even_so,
    )
    manner = faxing.manner(by_fax, order.on)
    workshop.terms = replace(workshop.terms, fax=manner, notation=notation)
    made = make_apart(workshop, order)
    if made.failed:
        raise InputProblems(made.problems)
    path = save(made, suffix, out, force=force)
    show_warnings(made.problems)
    if path:
        show_written(path, made.pages, made.setting)
