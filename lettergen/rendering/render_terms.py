"""How the letters of a mailing are made: plain values, the same for each."""

from dataclasses import dataclass, field
from pathlib import Path

from lettergen.errors import MissingOptionError, Problem, UnknownName, did_you_mean
from lettergen.facts.campaign import read_settings
from lettergen.pages.fax.options import FaxOptions
from lettergen.pages.layout.stationeries import Stationeries
from lettergen.rendering import formats

__all__ = ["RenderTerms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderTerms:
    """Options for every letter of a mailing; plain values that can go to any process."""

    folder: Path
    """The campaign's folder."""
    formats: tuple[str, ...] = ("pdf",)
    stationery: str | None = None
    """Key of the sheet; default: the campaign's, then that of the country of posting."""
    posted_from: str | None = None
    notation: str | None = None
    """A mailing notation instead of the channel's and the template's: REGISTERED MAIL."""
    even_so: bool = False
    """Write a letter even after its case's last day."""
    ascii: bool = False
    """Text is in ASCII alone."""
    fax: FaxOptions = field(default_factory=FaxOptions)
    """How faxes are made."""
    names_apart: bool = False
    """Names of a petition stand in a document of their own instead of below or behind the letter."""
    is_mailing: bool = False
    """What letters have in common is typeset once (`lettergen.pages.vdp`), not letter by letter."""

    def check(self) -> None:
        """See that formats and stationery are known before the first letter.

        Raises:
            UnknownName: One is not.
            MissingOptionError: ASCII is asked for, and text is not.
            InputProblems: The stationery is the campaign's own, and has faults.
        """
        for name in self.formats:
            if name not in formats.FORMATS:
                listed = ", ".join(f"`{one}`" for one in formats.FORMATS)
                fix = did_you_mean(name, formats.FORMATS, f"choose from {listed}.")
                raise UnknownName([Problem("unknown-format", f"there is no format `{name}`.", fix)])
        if self.ascii and "txt" not in self.formats:
            raise MissingOptionError.of(
                "ascii-without-text", "`--ascii` is for letters as text.", "add `--format txt`."
            )
        settings, places = read_settings(self.folder)
        if key := self.stationery or settings.stationery:
            Stationeries(settings.own_stationery, places).get(key)
