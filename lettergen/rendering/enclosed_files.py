"""The files that letters may enclose: looked at before a letter is made, for then nothing may be loaded."""

from collections.abc import Iterator
from pathlib import Path

from lettergen.enclosures.inspection import InspectedFile, inspected
from lettergen.facts.model import Case
from lettergen.letters.template.templates import Template

__all__ = ["files_for"]


def files_for(template: Template, case: Case | None, folder: Path) -> Iterator[InspectedFile]:
    """Yield what is in the files of a case and of a template, whether a letter lists them or not.

    Args:
        template: Of the letter.
        case: That it is about, in its language.
        folder: The campaign's.
    """
    own = (part.enclosure for part in template.parts.get("enclosures", ()))
    for paper in (*own, *(case.documents if case else ())):
        if paper is not None and paper.file:
            yield inspected(folder, paper.file)
