"""The command that lists who signed petitions: counts, doubles, names in order."""

from typing import Annotated, Literal

import typer

from lettergen.cli import completion, options
from lettergen.cli.clock import today
from lettergen.cli.selection import campaign_of, hint_at_problems

__all__ = ["signatures"]


def signatures(
    ctx: typer.Context,
    chosen: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="One list: a file in signatures/ without its suffix. Default: all, counted.",
            show_default=False,
            autocompletion=completion.signatures,
        ),
    ] = None,
    order: Annotated[
        Literal["name", "country", "rank", "given"],
        typer.Option("--order", help="Order of the names: by name, by country, by rank, or as given."),
    ] = "given",
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="CODE",
            help="Whose alphabet orders names. Default: the campaign's language.",
            show_default=False,
        ),
    ] = None,
    doubles: Annotated[
        bool, typer.Option("--doubles", help="Only those who signed twice, with both lines.")
    ] = False,
    on: options.On = None,
    as_json: options.AsJson = False,
) -> None:
    """List the signatures: how many count, who signed twice, who withdrew; with NAME, one by one.

    Reads signatures/NAME.csv, .xlsx or .ods, and NAME.yaml with the signatures on paper. E-mail and postal
    addresses tell people apart, and are never printed.

    Example:
      lettergen signatures
      lettergen signatures example --order name --language ko
      lettergen signatures example --doubles --json
    """
    from lettergen.console import signature_tables as tables
    from lettergen.facts.signature_count import counted
    from lettergen.facts.signature_lists import list_called

    campaign = campaign_of(ctx, whole=False)
    day = on or campaign.settings.date or today()
    language = _known(language) if language else campaign.settings.language
    if chosen is None and not doubles:
        tables.show_lists([(one, counted([one], day)) for one in campaign.signatures], as_json=as_json)
    else:
        lists = campaign.signatures if chosen is None else (list_called(campaign.signatures, chosen),)
        count = counted(lists, day)
        tables.show_signatures(count, order, language, only_doubles=doubles, as_json=as_json)
    hint_at_problems(campaign)


def _known(language: str) -> str:
    """Return the code of a language.

    Raises:
        UnknownName: It is none.
    """
    from lettergen.errors import UnknownName
    from lettergen.facts.language_names import language_code

    code = language_code(language)
    if code is None:
        fix = "write the language's name or its ISO 639 code: `ko` for Korean."
        raise UnknownName.of("bad-language", f"`{language}` is not a known language.", fix)
    return code
