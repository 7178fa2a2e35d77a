"""One letter, one language: the template's words and the texts of the case."""

from collections.abc import Iterator

from lettergen.errors import Problem
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template

__all__ = ["check"]


def check(template: Template, facts: LetterFacts) -> Iterator[Problem]:
    """Yield a warning if the case's texts are in another language than the letter."""
    case = facts.case
    if case is None:
        return
    spoken = case.language or facts.campaign.settings.language
    if spoken.partition("-")[0] != template.language.partition("-")[0]:
        yield Problem(
            "mixed-languages",
            f"the letter is in `{template.language}`, but the case `{case.id}` is in `{spoken}`.",
            f"translate it into `cases/{case.id}.{template.language}.yaml`, or choose another recipient.",
            facts.campaign.places.get(("case", case.stem)),
            "warning",
        )
