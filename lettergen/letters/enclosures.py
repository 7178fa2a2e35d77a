"""Files among a letter's enclosures: their lines in the list, and what keeps them from being enclosed."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lettergen.errors import Problem, RenderError, Severity
from lettergen.facts.model import Audience
from lettergen.facts.papers import EnclosedPaper
from lettergen.letters.letter import EnclosedFile, Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy.disclosure import AttributedWords, SeenName
from lettergen.letters.template.templates import Template
from lettergen.reference import enclosures as words

if TYPE_CHECKING:
    from lettergen.enclosures.inspection import InspectedFile

__all__ = [
    "EnclosureList",
    "EnclosureTitle",
    "file_of",
    "listed",
    "looked_at",
    "numbered",
    "problem",
    "problems",
    "seen_names",
    "unchanged",
]


class EnclosureTitle(NamedTuple):
    """A line of the list of enclosures as the template has it, and whose title it is."""

    title: str
    line: int
    """Of the template."""
    papers: tuple[tuple[str, EnclosedPaper], ...]
    """The files that it names: the keys of the case's documents, empty for the template's own file."""


EnclosureList = tuple[tuple[str, ...], tuple[EnclosedFile, ...]]
"""The lines of the list, and the files among them."""


def listed(
    titles: Iterable[EnclosureTitle], facts: LetterFacts, language: str
) -> tuple[list[str], tuple[EnclosedFile, ...]]:
    """Return the lines of the list of enclosures with numbers of pages, and the files among them."""
    lines: list[str] = []
    files: list[EnclosedFile] = []
    for number, (title, line, papers) in enumerate(titles, start=1):
        found = [
            EnclosedFile(
                number=number,
                title=title,
                file=paper.file,
                pages=(file := looked_at(paper.file, facts.campaign.folder)).pages,
                sha256=file.sha256,
                alt=paper.alt or "",
                most_pages=paper.most_pages,
                goes_along=paper.fax or facts.channel != "fax",
                document=key,
                line=line,
            )
            for key, paper in papers
            if paper.file
        ]
        files += found
        pages = sum(one.pages for one in found)
        by_post = not all(one.goes_along for one in found)
        # Without pages it cannot be enclosed, which `problems` tells.
        lines.append(words.listed(title, pages, language, by_post=by_post) if pages else title)
    return lines, tuple(files)


def numbered(lines: Sequence[str], files: Sequence[EnclosedFile]) -> tuple[str, ...]:
    """Return the lines with their numbers where pages behind the letter refer to these."""
    if len(lines) < 2 or not files:
        return tuple(lines)
    return tuple(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def file_of(one: EnclosedFile, facts: LetterFacts) -> "InspectedFile":
    """Return what a file holds."""
    return looked_at(one.file, facts.campaign.folder)


def looked_at(file: str, folder: Path) -> "InspectedFile":
    """Return what a file of a campaign holds."""
    # Most letters enclose none.
    from lettergen.enclosures.inspection import inspected

    return inspected(folder, file)


def unchanged(one: EnclosedFile, folder: Path) -> "InspectedFile":
    """Return what a file holds that a letter has listed.

    Raises:
        RenderError: It has been changed since, so that the letter may say what is not so.
    """
    found = looked_at(one.file, folder)
    if found.sha256 != one.sha256 or found.fault:
        message = f"the enclosure `{one.file}` was changed while the letter was made."
        raise RenderError([Problem("enclosure-changed", message, "run the command again.")])
    return found


def problems(
    letter: Letter, template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]
) -> Iterator[Problem]:
    """Yield what keeps files from being enclosed: they cannot be used, are too long, or name somebody."""
    for one in letter.files:
        found = file_of(one, facts)
        if found.fault:
            fault = found.fault
            yield problem(fault.name, one, template, facts, fault.what, fault.fix)
        elif found.pages > one.most_pages:
            message = f"has {found.pages} pages, more than the {one.most_pages} allowed"
            fix = f"enclose the pages that matter, or write `most_pages: {found.pages}` beside `file:`."
            yield problem("enclosure-too-long", one, template, facts, message, fix)
        readers = " and ".join(f"`{audience}`" for audience in audiences)
        for person, page, is_sure in seen_names(one, letter, template, facts, audiences):
            if is_sure:
                message = (
                    f"spells out the name of `{person}` on page {page}, who is not cleared for {readers}"
                )
                fix = (
                    "take the name out of the file, and not only a black bar over it; "
                    "or name those who may read it with `readers:`."
                )
                yield problem("name-in-enclosure", one, template, facts, message, fix)


def seen_names(
    one: EnclosedFile,
    letter: Letter,
    template: Template,
    facts: LetterFacts,
    audiences: tuple[Audience, ...],
) -> Iterator[tuple[str, int, bool]]:
    """Yield who is hidden from the readers and named in a file: id, first page, whether it is sure."""
    page = AttributedWords(letter, template, facts, audiences)
    found: dict[str, tuple[int, bool]] = {}
    for number, text in enumerate(file_of(one, facts).words, start=1):
        for hit in page.search.hits(text):
            seen = SeenName(hit, "told")
            is_sure = page.betrays(seen)
            known = found.get(hit.hidden.person.id)
            if (is_sure and not (known and known[1])) or (page.may_betray(seen) and not known):
                found[hit.hidden.person.id] = (number, is_sure)
    yield from ((person, number, is_sure) for person, (number, is_sure) in found.items())


def problem(  # noqa: PLR0913 - a problem of a file of a letter
    name: str,
    one: EnclosedFile,
    template: Template,
    facts: LetterFacts,
    what: str,
    fix: str,
    severity: Severity = "error",
) -> Problem:
    """Return a problem of a file, at the place that names the file."""
    message = f"the enclosure `{one.file}` {what}."
    if one.document and facts.case:
        place = facts.campaign.places.get(("case/document", f"{facts.case.stem}/{one.document}"))
    else:
        place = template.problem(name, one.line, message, fix).place
    return Problem(name, message, fix, place, severity)
