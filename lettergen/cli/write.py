"""The command that writes one letter."""

from pathlib import Path
from typing import Annotated

import typer

from lettergen.cli import fax_panel, options
from lettergen.cli.clock import now, today
from lettergen.cli.output_file import PICTURE, STDOUT, format_of, open_with_its_program, save
from lettergen.cli.selection import opened
from lettergen.errors import InputProblems, MissingOptionError

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
            help="Output file; its suffix sets the format: .pdf, .txt, .html, .eml, .tif (fax), .png (a "
            "picture of each page). - is stdout. Default: a file named after the letter.",
            show_default=False,
        ),
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            autocompletion=options.completion.formats,
            help="pdf, txt, html, eml, tif or png. Default: from the suffix.",
            show_default=False,
        ),
    ] = None,
    ascii_only: options.Ascii = False,
    stationery: options.StationeryKey = None,
    notation: options.Notation = None,
    even_so: options.EvenSo = False,
    force: options.Force = False,
    show: Annotated[bool, typer.Option("--open", help="Show the finished file in its program.")] = False,
    as_json: options.AsJson = False,
    by_fax: fax_panel.ByFax = fax_panel.ByFax(),
) -> None:
    """Write one letter to a file.

    Recipients, senders and cases come from the campaign folder; with --sample, from the data the
    template was written with. An existing file is kept unless you add --force.

    Example:
      lettergen write protest-letter --to cn-premier --from lfnkr -o letter.pdf
      lettergen write protest-letter --sample --format txt -o -
      lettergen write protest-letter --sample -o letter.png --open
      lettergen write press-statement --from lfnkr --case repatriations --in de
      lettergen write medical-care --sample --with fr -o letter.pdf
      lettergen write open-letter --sample --cover --at "2006-10-19 14:30" -o letter.tif
    """
    from lettergen.console.problems import show_warnings
    from lettergen.console.reports import show_letter, show_written
    from lettergen.letters.privacy.disclosure import in_file_name

    suffix = format_of(out, file_format)
    if out == STDOUT and (show or as_json):
        used = "--open" if show else "--json"
        raise MissingOptionError.of(
            "nothing-to-open", f"`{used}` needs a file, and `-o -` makes none.", "write `-o letter.pdf`."
        )
    campaign = opened(ctx, late=True)
    if out and out != STDOUT and (problems := list(in_file_name(out, campaign.facts, today()))):
        raise InputProblems(problems)
    made = campaign.write(
        letter.template,
        to=letter.to,
        sender=letter.sender,
        case=letter.case,
        on=letter.on,
        sample=letter.sample,
        format="pdf" if suffix == PICTURE else suffix,
        stationery=stationery,
        notation=notation,
        even_so=even_so,
        ascii=ascii_only,
        fax=fax_panel.fax_options(by_fax),
        language=options.language_of(letter.language),
        translation=options.language_of(letter.translation),
        now=now(),
    )
    if made.failed:
        raise InputProblems(made.problems)
    show_letter(made.letter_id, made.stationery)
    paths = save(made, suffix, out, force=force)
    if not as_json:
        show_warnings(made.problems)
    if paths:
        show_written(paths, made.pages, made.setting, problems=made.problems, as_json=as_json)
    if show:
        open_with_its_program(paths[0])
