"""The command that writes one letter."""

from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import fax_panel, options
from lettergen.cli.clock import now, today
from lettergen.cli.output_file import STDOUT, format_of, save
from lettergen.cli.selection import opened
from lettergen.errors import InputProblems

__all__ = ["write"]


def write(
    ctx: typer.Context,
    letter: options.OneLetter,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Output file; its suffix sets the format: .pdf, .txt, .html, .eml, .tif (fax). - is stdout. "
            "Default: a file named after the letter.",
            show_default=False,
        ),
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="pdf, txt, html, eml or tif. Default: from the suffix.",
            show_default=False,
        ),
    ] = None,
    ascii_only: options.Ascii = False,
    stationery: options.StationeryKey = None,
    notation: options.Notation = None,
    even_so: options.EvenSo = False,
    force: options.Force = False,
    by_fax: fax_panel.ByFax = fax_panel.ByFax(),
) -> None:
    """Write one letter to a file.

    Recipients, senders and cases come from the campaign folder; with --sample, from the data the
    template was written with. An existing file is kept unless you add --force.

    Example:
      lettergen write protest-letter --to cn-premier --from lfnkr -o letter.pdf
      lettergen write protest-letter --sample --format txt -o -
      lettergen write open-letter --sample --cover --at "2006-10-19 14:30" -o letter.tif
    """
    from lettergen.console.problems import show_warnings
    from lettergen.console.reports import show_written
    from lettergen.letters.privacy.disclosure import in_file_name

    suffix = format_of(out, file_format)
    campaign = opened(ctx)
    if out and out != STDOUT and (problems := list(in_file_name(out, campaign.facts, today()))):
        raise InputProblems(problems)
    made = campaign.write(
        letter.template,
        to=letter.to,
        sender=letter.sender,
        case=letter.case,
        on=letter.on,
        sample=letter.sample,
        format=suffix,
        stationery=stationery,
        notation=notation,
        even_so=even_so,
        ascii=ascii_only,
        fax=fax_panel.fax_options(by_fax),
        now=now(),
    )
    if made.failed:
        raise InputProblems(made.problems)
    path = save(made, suffix, out, force=force)
    show_warnings(made.problems)
    if path:
        show_written(path, made.pages, made.setting)
