"""What somebody should know of the files that go with a letter, although they can be enclosed."""

from collections.abc import Iterator
from functools import partial

from lettergen.errors import Problem
from lettergen.letters import enclosures
from lettergen.letters.assemble import audiences_of
from lettergen.letters.letter import EnclosedFile, Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template
from lettergen.reference import MM_PER_POINT
from lettergen.reference import enclosures as words

__all__ = ["check"]

_LARGEST_MM = (300.0, 430.0)
"""A3 and what is near it, which can be read when it is printed on half of its size."""


def check(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield a warning for files that no program can search, that come out small, or that stay behind."""
    for one in letter.files:
        warn = partial(_warning, one, template, facts)
        file = enclosures.file_of(one, facts)
        if file.fault:
            continue
        if file.unsearchable:
            yield warn(
                "enclosure-not-searchable",
                f"cannot be searched for hidden names on {_pages(file.unsearchable)}: "
                f"{'it is' if len(file.unsearchable) == 1 else 'they are'} a picture of words at most",
                "look at it yourself before it goes to anybody.",
            )
        for number, (width, height) in enumerate(file.sizes, start=1):
            sides = sorted((width * MM_PER_POINT, height * MM_PER_POINT))
            if sides[0] > _LARGEST_MM[0] or sides[1] > _LARGEST_MM[1]:
                size = f"{width * MM_PER_POINT:,.0f} × {height * MM_PER_POINT:,.0f} mm"
                what = f"has a page of {size} (page {number}), which is made small enough for the sheet"
                yield warn("enclosure-odd-size", what, "see whether it can still be read.")
                break
        if not one.goes_along:
            what = f"does not go with the fax; the letter says that {_counted(one)} will come by post"
            yield warn("enclosure-by-post", what, "post it, or write `fax: yes` beside `file:`.")
        yield from _perhaps_named(one, template, facts, letter)


def _perhaps_named(
    one: EnclosedFile, template: Template, facts: LetterFacts, letter: Letter
) -> Iterator[Problem]:
    audiences = audiences_of(template, facts.recipient)
    for person, page, is_sure in enclosures.seen_names(one, letter, template, facts, audiences):
        if not is_sure:
            what = f"contains a part of the name of `{person}`, who is not cleared, on page {page}"
            fix = "take it out if this person is meant; otherwise do nothing."
            yield _warning(one, template, facts, "name-perhaps-in-enclosure", what, fix)


def _warning(
    one: EnclosedFile, template: Template, facts: LetterFacts, name: str, what: str, fix: str
) -> Problem:
    return enclosures.problem(name, one, template, facts, what, fix, "warning")


def _pages(numbers: tuple[int, ...]) -> str:
    """Return pages in words: `page 1`, `pages 1, 3 and 10 others`."""
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    if len(numbers) <= 4:
        return f"pages {', '.join(map(str, numbers))}"
    return f"pages {', '.join(map(str, numbers[:3]))} and {len(numbers) - 3} others"


def _counted(one: EnclosedFile) -> str:
    return words.counted_pages(one.pages, "en").replace("\u00a0", " ")
