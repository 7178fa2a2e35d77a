"""Options for faxes, shared by the commands that make them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from lettergen.pages.fax.options import FaxOptions

__all__ = ["ByFax", "Cover", "FaxTranslation", "fax_options"]

PANEL = "Fax"


def a_time(text: str) -> datetime:
    """Read a time option."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"`{text}` is not a time; write year-month-day and time, for example 2006-12-02 14:30."
        ) from None


At = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        metavar="TIME",
        parser=a_time,
        help="When the fax is sent, as `2006-12-02 14:30`; printed on every page. Default: now, "
        "for a letter of today.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
Cover = Annotated[
    bool, typer.Option("--cover", help="Put a cover sheet in front of the fax.", rich_help_panel=PANEL)
]
Resolution = Annotated[
    Literal["fine", "standard"],
    typer.Option("--resolution", help="Rows per inch: fine 196, standard 98.", rich_help_panel=PANEL),
]
Coding = Annotated[
    Literal["mh", "mr", "mmr"],
    typer.Option(
        "--coding",
        help="Compression of the file: mh works everywhere, mmr is half the size.",
        rich_help_panel=PANEL,
    ),
]
FaxTranslation = Annotated[
    bool,
    typer.Option(
        "--fax-translation",
        help="Fax the courtesy translation of --with, too. Default: the letter alone, as every page costs.",
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByFax:
    """How faxes are made."""

    cover: Cover = False
    at: At = None
    resolution: Resolution = "fine"
    coding: Coding = "mh"
    fax_translation: FaxTranslation = False


def fax_options(by_fax: ByFax) -> "FaxOptions":
    """Return how faxes are made."""
    from lettergen.pages.fax.options import FaxOptions

    return FaxOptions(
        resolution=by_fax.resolution,
        coding=by_fax.coding,
        cover=by_fax.cover,
        at=by_fax.at,
        translation=by_fax.fax_translation,
    )
