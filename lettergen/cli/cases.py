"""The command that lists the cases, and shows what each audience reads of one."""

from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.selection import campaign_of, hint_at_problems

__all__ = ["cases"]


def cases(
    ctx: typer.Context,
    case_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE]",
            help="Show this case as its readers would read it.",
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
    """List the cases, or show what each audience would read of one.

    Reads cases/*.yaml of the campaign folder. With --audience, every text of the case is shown as
    those readers would read it; without, the persons are shown to each audience. What `publish` or
    the text itself does not clear for an audience never appears in a letter to it.

    Example:
      lettergen cases
      lettergen cases yunnan-six --audience press
    """
    from lettergen.console import tables
    from lettergen.facts.model import AUDIENCES
    from lettergen.letters.as_read import as_read
    from lettergen.letters.privacy.clearance import Shown, shown
    from lettergen.mailing.selection import date_for

    campaign = campaign_of(ctx, whole=False, late=True)
    if case_id:
        case = campaign.case(case_id)
        readers = AUDIENCES if audience == "all" else (audience,)
        language = campaign.settings.language
        persons: dict[str, Sequence[Shown]] = {one: shown(case, one, language) for one in readers}
        on = date_for(campaign, None, today())
        read = as_read(case, campaign, audience, on) if audience != "all" else None
        tables.show_case(case, persons, read, as_json=as_json)
    else:
        tables.show_cases(campaign.cases, as_json=as_json)
        hint_at_problems(campaign)
