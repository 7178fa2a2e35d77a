"""What somebody should know of the files that go with a letter, although they can be enclosed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lettergen.errors import Problem, Severity
from lettergen.letters import enclosures
from lettergen.letters.assemble import audiences_of
from lettergen.letters.letter import EnclosedFile, Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template
from lettergen.reference import MM_PER_POINT
from lettergen.reference import enclosures as words

if TYPE_CHECKING:
    from lettergen.enclosures.inspection import InspectedFile

__all__ = ["check"]

_LARGEST_MM = (300.0, 430.0)
"""A3 and what is near it, which can be read when it is printed on half of its size."""


def check(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield a warning for files that no program can search, that come out small, or that stay behind."""
    for one in letter.files:
        file = enclosures.file_of(one, facts)
        if file.fault:
            continue
        for name, message, fix, severity in (*_of_pages(file), *_of_way(one, file)):
            yield enclosures.problem(name, one, template, facts, message, fix, severity)
        yield from _perhaps_named(one, template, facts, letter)


_Told = tuple[str, str, str, Severity]
"""Name, what is wrong, fix."""


def _of_pages(file: "InspectedFile") -> Iterator[_Told]:
    if file.unsearchable:
        have = "has" if len(file.unsearchable) == 1 else "have"
        message = f"cannot be searched for hidden names: {_pages(file.unsearchable)} {have} no text"
        yield "enclosure-not-searchable", message, "look at it yourself before it goes to anybody.", "warning"
    if not file.has_all_fonts:
        message = "lacks fonts that it uses, so that it may look different with each program and printer"
        yield "enclosure-lacks-fonts", message, "open it, and print it into a new PDF.", "warning"
    for number, size in enumerate(file.sizes, start=1):
        width, height = (side * MM_PER_POINT for side in size)
        if min(width, height) > _LARGEST_MM[0] or max(width, height) > _LARGEST_MM[1]:
            message = (
                f"has a page of {width:,.0f} × {height:,.0f} mm (page {number}), made small for the sheet"
            )
            yield "enclosure-odd-size", message, "see whether it can still be read.", "warning"
            break


def _of_way(one: EnclosedFile, file: "InspectedFile") -> Iterator[_Told]:
    """Yield what it means for the letter's file, or for a fax."""
    if not one.goes_along:
        counted = words.counted_pages(one.pages, "en").replace("\u00a0", " ")
        message = f"does not go with the fax: the letter says that {counted} will come by post"
        yield "enclosure-by-post", message, "post it, or write `fax: yes` beside `file:`.", "warning"
    elif not file.is_archival:
        message = "does not declare PDF/A, so that a PDF that holds it does not declare PDF/A either"
        fix = "save it as PDF/A-2u or PDF/A-3u if the letter is to be archived; otherwise do nothing."
        yield "enclosure-not-archival", message, fix, "warning"


def _perhaps_named(
    one: EnclosedFile, template: Template, facts: LetterFacts, letter: Letter
) -> Iterator[Problem]:
    audiences = audiences_of(template, facts.recipient)
    for person, page, is_sure in enclosures.seen_names(one, letter, template, facts, audiences):
        if not is_sure:
            message = f"contains a part of the name of `{person}`, who is not cleared, on page {page}"
            fix = "take it out if this person is meant; otherwise do nothing."
            yield enclosures.problem(
                "name-perhaps-in-enclosure", one, template, facts, message, fix, severity="warning"
            )


def _pages(numbers: tuple[int, ...]) -> str:
    """Return pages in words: `page 1`, `pages 1, 3 and 10 others`."""
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    if len(numbers) <= 4:
        return f"pages {', '.join(map(str, numbers))}"
    return f"pages {', '.join(map(str, numbers[:3]))} and {len(numbers) - 3} others"
