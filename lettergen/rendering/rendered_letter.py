"""What comes out of rendering: a letter in its formats, and what one process found out for all others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lettergen.errors import Problem

if TYPE_CHECKING:
    from lettergen.pages.layout.text_setting import Setting

__all__ = ["Preparation", "RenderedLetter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedLetter:
    """A letter in all its formats, or what stopped it."""

    letter_id: str
    language: str | None
    contents: tuple[tuple[str, bytes], ...] = ()
    """Format and bytes."""
    pages: int = 0
    """Pages of the PDF; 0 if none was requested."""
    translation: str | None = None
    """The language of its courtesy translation."""
    translation_page: int = 0
    """The page of the PDF on which that begins; 0 for none."""
    enclosure_pages: tuple[int, ...] = ()
    """The pages of the PDF on which enclosed files begin."""
    enclosure_sha256: tuple[str, ...] = ()
    """Checksums of the files that go with it, as they were enclosed."""
    stationery: str = ""
    """Key of the sheet; empty if there is none."""
    setting: str = ""
    text_sha256: str = ""
    """Digest of the letter as plain text, if that is not among the contents."""
    problems: tuple[Problem, ...] = ()
    failed: bool = False
    is_from_mould: bool = False
    """Whether the PDF comes out of a mould."""
    cast: Any = field(default=None, compare=False, repr=False)
    """What it was cast from, for binding many letters; None in another process."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """What one process has found out that holds for the letters of all others."""

    settings: Mapping[str, "Setting"]
    """Settings for the texts of letters."""
    moulds: bytes | None = None
    """As `lettergen.pages.vdp.shared_moulds` has packed them."""
    notices: tuple[Problem, ...] = ()
    """Why letters take longer."""
