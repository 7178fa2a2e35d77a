"""From words in a finished letter back to the file that they come from."""

from collections.abc import Iterator
from dataclasses import replace

from lettergen.errors import Place, Problem
from lettergen.facts.model import Case
from lettergen.letters.checks.word_lists import folded
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import Template

__all__ = ["pointed"]

LONGEST = 30


def pointed(problem: Problem, phrase: str, template: Template, facts: LetterFacts) -> Problem:
    """Return the problem with the place of ``phrase``: the sender's words, the case, or the template."""
    # Of a long stretch the beginning is enough; a fact may be printed in the rest of it.
    wanted = folded(phrase)[:LONGEST]
    if facts.sender.own_words and wanted in folded(facts.sender.own_words):
        return replace(problem, place=facts.campaign.places.get(("sender", facts.sender.id)))
    if facts.case:
        for key, text in _texts(facts.case):
            if wanted in folded(text):
                return replace(problem, place=_place(key, facts))
    return _in_template(problem, wanted, template)


def _place(key: tuple[str, str], facts: LetterFacts) -> Place | None:
    """Return the place of a part of the case, or of the case if the part's is unknown."""
    places = facts.campaign.places
    return places.get(key) or places.get(("case", key[1].partition("/")[0]))


def _texts(case: Case) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the texts that a letter prints, each with the key of its place."""

    def field(name: str) -> tuple[str, str]:
        return ("case/field", f"{case.stem}/{name}")

    yield field("title"), case.title
    yield field("summary"), case.summary
    for number, demand in enumerate(case.demands, 1):
        yield ("case/demand", f"{case.stem}/{demand.id or number}"), demand.text
    for number, question in enumerate(case.questions, 1):
        key = ("case/question", f"{case.stem}/{question.id or number}")
        yield key, f"{question.heading} {question.text or ''}"
    for person in case.persons:
        words = (person.about, person.family, person.role, person.described_as)
        yield ("case/person", f"{case.stem}/{person.id}"), " ".join(filter(None, words))
    for kind, events in (("event", case.events), ("background-event", case.background)):
        for number, event in enumerate(events, 1):
            yield (
                (f"case/{kind}", f"{case.stem}/{number}"),
                " ".join(filter(None, [event.what, event.source])),
            )


def _in_template(problem: Problem, wanted: str, template: Template) -> Problem:
    """Point to the template line that has the words, or to the start of its body."""
    for number, line in enumerate(template.lines, 1):
        at = line.casefold().find(wanted)
        if at >= 0 or wanted in folded(line):
            return replace(
                problem,
                place=Place(template.file, number, max(at, 0) + 1),
                excerpt=line,
                width=len(wanted) if at >= 0 else max(len(line.strip()), 1),
            )
    return replace(problem, place=Place(template.file, template.body.line))
