"""The command that makes sheets on which people sign a petition by hand."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lettergen.cli import completion, options
from lettergen.cli.clock import today
from lettergen.cli.output_file import put, refuse_json_beside
from lettergen.cli.selection import campaign_of
from lettergen.errors import InputProblems

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.signature_lists import PetitionText, SignatureList

__all__ = ["signature_sheets"]

_MOST_SHEETS = 200


def signature_sheets(
    ctx: typer.Context,
    out: options.PdfFile,
    chosen: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="The petition: a file in signatures/ without its suffix. Default: the only one with words.",
            show_default=False,
            autocompletion=completion.signatures,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="CODE",
            help="en, de, fr, es, ko or ja, in which the petition has words. Default: the campaign's.",
            show_default=False,
        ),
    ] = None,
    sheets: Annotated[
        int, typer.Option("--sheets", min=1, max=_MOST_SHEETS, help="How many sheets, numbered through.")
    ] = 1,
    paper: Annotated[
        Literal["A4", "Letter"] | None,
        typer.Option("--paper", help="Default: the usual one in the country of posting.", show_default=False),
    ] = None,
    to: options.ToId = None,
    sender: options.FromId = None,
    force: options.Force = False,
) -> None:
    """Make sheets on which people sign a petition by hand.

    Every sheet bears the words of the petition, numbered lines, what becomes of the data, and its number.
    The words stand in signatures/NAME.yaml; count what comes back there: `counted`, `on`, `by`.

    Example:
      lettergen signature-sheets example -o sheets.pdf
      lettergen signature-sheets example --language en --sheets 10 --paper Letter -o sheets.pdf
    """
    from lettergen.console.print_files import show_sheets
    from lettergen.delivery.paper.signature_sheets import SheetOrder, SignatureSheets
    from lettergen.letters.parts import in_a_sentence
    from lettergen.letters.template.salutations import display_of
    from lettergen.mailing.selection import sender_for
    from lettergen.reference import stationery
    from lettergen.reference.petitions import petition_words

    refuse_json_beside(out, as_json=False)
    campaign = campaign_of(ctx)
    petition = _petition(campaign, chosen)
    spoken = language or campaign.settings.language
    words = petition_words(spoken)
    text = _text(petition, words.language, campaign)
    keeper = sender_for(campaign, sender)
    usual = stationery.for_country(campaign.settings.posted_from or keeper.country)
    order = SheetOrder(
        text=text,
        words=words,
        organiser=display_of(keeper) or keeper.id,
        contact=keeper.email or ", ".join(keeper.address),
        addressee=in_a_sentence(campaign.recipient(to), words.language) if to else "",
        paper=stationery.paper(paper) if paper else (usual.sheet_width, usual.sheet_height),
        sheets=sheets,
    )
    folders = [campaign.folder / name for name in campaign.settings.fonts]
    data, lines = SignatureSheets(folders).pdf(order)
    if put(out, data, force=force):
        show_sheets(out, sheets, lines)


def _petition(campaign: "Campaign", chosen: str | None) -> "SignatureList":
    """Return the list of a name, or the only one that has words to sign.

    Raises:
        UnknownName: There is none of this name.
        MissingOptionError: It is not clear which is meant.
    """
    from lettergen.errors import MissingOptionError
    from lettergen.facts.signature_lists import list_called

    if chosen:
        return list_called(campaign.signatures, chosen)
    worded = [one for one in campaign.signatures if one.about.texts]
    if len(worded) == 1:
        return worded[0]
    listed = ", ".join(f"`{one.name}`" for one in worded)
    message = "no petition has words to sign." if not worded else "it is not clear which petition is meant."
    fix = f"name one of {listed}." if worded else "write `texts:` into signatures/NAME.yaml."
    raise MissingOptionError.of("which-petition", message, fix)


def _text(petition: "SignatureList", language: str, campaign: "Campaign") -> "PetitionText":
    """Return the words in a language.

    Raises:
        InputProblems: There are none, or they name somebody whom the public must not know.
    """
    from lettergen.letters.checks.signatures import in_texts

    if problems := list(in_texts(petition, campaign, campaign.settings.date or today())):
        raise InputProblems(problems)
    found = petition.about.texts.get(language)
    if found is None:
        message = f"the petition `{petition.name}` has no words in `{language}`."
        known = ", ".join(f"`--language {one}`" for one in petition.about.texts)
        otherwise = f", or choose {known}" if known else ""
        fix = (
            f"add `texts: {{{language}: {{title: …, text: …}}}}` "
            f"to signatures/{petition.name}.yaml{otherwise}."
        )
        raise InputProblems.of("petition-text-missing", message, fix)
    return found
