"""One letter in each file format, a row for each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lettergen.errors import Problem
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.reference.stationery import Stationery

if TYPE_CHECKING:
    from lettergen.pages.fax.fax import Fax
    from lettergen.pages.pdf.typesetter import TypesetLetter

__all__ = ["FORMATS", "PAGED", "LetterFiles", "load"]


@dataclass
class LetterFiles:
    """A letter being turned into files; what several formats need is made once."""

    letter: Letter
    facts: LetterFacts
    sheet: Stationery
    typeset: Callable[[], "TypesetLetter"]
    """Sets the pages on the sheet."""
    fax: Callable[[], "Fax"]
    """Sets the pages of the fax."""
    attached: Callable[[Letter], tuple[tuple[str, bytes], ...]] = lambda _: ()
    """Returns the files that go with an e-mail: kind and bytes."""
    ascii: bool = False
    """Text is in ASCII alone."""
    is_bound: bool = False
    """Pages that were cast go into a volume's file alone, and get none of their own."""
    problems: list[Problem] = field(default_factory=list)
    """What is found on the pages."""
    pages: int = 0
    setting: str = ""
    translation_page: int = 0
    """Where its translation begins."""
    enclosure_pages: tuple[int, ...] = ()
    """Where enclosed files begin."""
    cast: Any = None
    """What the pages were cast from, if from a mould."""

    def contents(self, formats: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
        """Return format and bytes of each file.

        Raises:
            RenderError: One cannot be made.
        """
        if "eml" in formats:
            from lettergen.pages import mail

            mail.correspondents(self.letter, self.facts)  # no page is set for nobody
        return tuple((name, FORMATS[name](self)) for name in formats)

    @cached_property
    def pdf(self) -> bytes:
        """The pages on the sheet; empty where they get no file of their own."""
        is_cast_alone = self.is_bound and self._page.cast is not None
        return b"" if is_cast_alone else self._page.pdf

    @cached_property
    def pdf_for_email(self) -> bytes:
        """The pages without enclosures, which an e-mail has as files of their own."""
        return self._page.without_enclosures or self._page.pdf

    @cached_property
    def _page(self) -> "TypesetLetter":
        page = self.typeset()
        self.problems += page.notes
        self.pages, self.setting, self.cast = page.pages, str(page.setting), page.cast
        self.translation_page, self.enclosure_pages = page.translation_page, page.enclosure_pages
        return page

    def tif(self) -> bytes:
        """Return the fax."""
        sent = self.fax()
        self.problems += sent.notes
        self.pages = self.pages or sent.pages
        return sent.tiff


def load(formats: Iterable[str]) -> None:
    """Import what formats need, because loading a library is forbidden while a letter is made."""
    for name in formats:
        if name in MODULES:
            import_module(f"lettergen.pages.{MODULES[name]}")


def _txt(job: LetterFiles) -> bytes:
    from lettergen.pages import ascii_text, text

    if not job.ascii:
        return text.render(job.letter).encode("utf-8")
    job.problems += ascii_text.warnings(job.letter)
    return ascii_text.render(job.letter).encode("ascii")


def _html(job: LetterFiles) -> bytes:
    from lettergen.pages import html

    # Not fitted: a browser has no sheets, and this must do without the typesetter's libraries.
    return html.render(job.letter, job.sheet).encode("utf-8")


def _eml(job: LetterFiles) -> bytes:
    from lettergen.pages import mail

    return mail.email(job.letter, job.facts, job.sheet, job.pdf_for_email, job.attached(job.letter))


FORMATS: Mapping[str, Callable[[LetterFiles], bytes]] = MappingProxyType(
    {"pdf": lambda job: job.pdf, "txt": _txt, "html": _html, "eml": _eml, "tif": LetterFiles.tif}
)
"""The files that a letter can be made into; each is its own suffix."""
MODULES = {"txt": "text", "html": "html", "eml": "mail"}
PAGED = frozenset({"pdf", "eml", "tif"})
"""Formats that need the typesetter."""
