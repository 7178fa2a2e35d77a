"""The files that letters enclose: looked at before a letter is made, for then nothing may be loaded."""

from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case
from lettergen.letters.enclosures import looked_at, unchanged
from lettergen.letters.letter import Letter
from lettergen.letters.template.templates import Template, open_template
from lettergen.plan.orders import Order
from lettergen.reference.stationery import Stationery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lettergen.enclosures.inspection import InspectedFile
    from lettergen.pages.pdf.enclosure_sheets import EnclosureSheets
    from lettergen.pages.pdf.typesetter import Typesetter
    from lettergen.pages.vdp.pdf_objects import PdfObjects

__all__ = ["EnclosedFiles", "checksums_today", "files_for"]


class EnclosedFiles:
    """The files of a campaign that its letters enclose."""

    def __init__(self, campaign: Campaign) -> None:
        """Look at nothing yet."""
        self._campaign = campaign
        self._sheets: EnclosureSheets | None = None

    def look(self, order: Order, template: Template) -> None:
        """Look at what a letter may enclose while libraries may be loaded; what is wrong is told with it."""
        case = self._campaign.case(order.case_id, order.language) if order.case_id else None
        for _ in files_for(template, case, self._campaign.folder):
            import lettergen.pages.pdf.enclosure_sheets
            import lettergen.pages.vdp.joined_file

            del lettergen

    def sheets(
        self, letter: Letter, stationery: Stationery, typesetter: "Typesetter"
    ) -> "tuple[PdfObjects, tuple[int, ...]]":
        """Return the sheets of a letter's enclosures, and how many each enclosure has."""
        from lettergen.pages.pdf.enclosure_sheets import EnclosureSheets

        if self._sheets is None:
            self._sheets = EnclosureSheets(typesetter.engine, self._campaign.folder)
        return self._sheets.of(letter, stationery)

    def attached(self, letter: Letter) -> tuple[tuple[str, bytes], ...]:
        """Return the files that go with an e-mail: kind and bytes."""
        found = (unchanged(one, self._campaign.folder) for one in letter.bound)
        return tuple((file.kind, file.plain) for file in found)


def checksums_today(campaign: Campaign, name: str, language: str | None) -> frozenset[str]:
    """Return the checksums of all files that letters of a template may enclose, as the files are now.

    Raises:
        LettergenError: The template is gone.
    """
    template = open_template(name, campaign.template_folders, (language,) if language else ())
    cases = (None, *campaign.cases, *campaign.translations)
    return frozenset(file.sha256 for case in cases for file in files_for(template, case, campaign.folder))


def files_for(template: Template, case: Case | None, folder: Path) -> "Iterator[InspectedFile]":
    """Yield what is in the files of a case and of a template, whether a letter lists them or not.

    Args:
        template: Of the letter.
        case: That it is about, in its language.
        folder: The campaign's.
    """
    own = (part.enclosure for part in template.parts.get("enclosures", ()))
    for paper in (*own, *(case.documents if case else ())):
        if paper is not None and paper.file:
            yield looked_at(paper.file, folder)
