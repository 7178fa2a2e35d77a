"""The command that lists the letters there are, and tells what one needs."""

from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.selection import campaign_of

__all__ = ["templates"]


def templates(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEMPLATE]",
            help="Explain this one.",
            show_default=False,
            autocompletion=options.completion.templates,
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the templates, or show what one of them needs.

    The campaign's own templates are in letter_templates/ of its folder; lettergen comes with others.
    A template in the folder replaces a supplied one of the same name.

    Example:
      lettergen templates
      lettergen templates protest-letter
    """
    from lettergen.console import tables
    from lettergen.letters.template.templates import catalogue, languages_of, needs, open_template

    folders = campaign_of(ctx, whole=False, late=True).template_folders
    if name:
        template = open_template(name, folders)
        record = tables.template_record(template, needs(template))
        tables.show_template(record, languages_of(name, folders), as_json=as_json)
    else:
        found, problems = catalogue(folders)
        tables.show_templates([tables.template_record(one) for one in found], problems, as_json=as_json)
