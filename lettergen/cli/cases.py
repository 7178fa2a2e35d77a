"""The command that lists the cases, and shows what each audience reads of one."""

from typing import Annotated, Literal

import typer

from lettergen.cli import options
from lettergen.cli.selection import campaign_of, hint_at_problems

__all__ = ["cases"]


def cases(
    ctx: typer.Context,
    case_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE]",
            help="Show who is named in this case.",
            show_default=False,
            autocompletion=options.completion.cases,
        ),
    ] = None,
    audience: Annotated[
        Literal["all", "addressee", "un", "press", "public"],
        typer.Option("--audience", help="For whose eyes."),
    ] = "all",
    as_json: options.AsJson = False,
) -> None:
    """List the cases, or show what each audience would read about the persons of one.

    Reads cases/*.yaml of the campaign folder. What `publish` does not clear for an audience
    never appears in a letter to it.

    Example:
      lettergen cases
      lettergen cases yunnan-six --audience press
    """
    from lettergen.console import tables
    from lettergen.facts.model import AUDIENCES
    from lettergen.letters.privacy.clearance import shown

    campaign = campaign_of(ctx, whole=False)
    if case_id:
        case = campaign.case(case_id)
        readers = AUDIENCES if audience == "all" else (audience,)
        tables.show_case(case, {one: shown(case, one) for one in readers}, as_json=as_json)
    else:
        tables.show_cases(campaign.cases, as_json=as_json)
        hint_at_problems(campaign)
