"""From words in a finished letter back to the file that they come from."""

from dataclasses import dataclass, replace

from lettergen.errors import Place, Problem
from lettergen.letters.checks.word_lists import folded
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy.mentions import told_texts
from lettergen.letters.template.templates import Template

__all__ = ["Origin", "origin", "pointed"]

LONGEST = 30


@dataclass(frozen=True, slots=True)
class Origin:
    """Where words of a letter come from."""

    place: Place | None
    excerpt: str = ""
    width: int = 1

    def of(self, problem: Problem) -> Problem:
        """Return a problem that points there."""
        return replace(problem, place=self.place, excerpt=self.excerpt, width=self.width)


def origin(phrase: str, template: Template, facts: LetterFacts) -> Origin | None:
    """Return where words come from: the case, the template, or a block that it prints; None if unknown."""
    wanted = folded(phrase)[:LONGEST]
    for key, text in told_texts(facts.case) if facts.case else ():
        if wanted in folded(text):
            return Origin(_place(key, facts))
    for file, number, line in template.source.numbered_lines():
        if wanted in folded(line):
            at = line.casefold().find(wanted)
            width = len(wanted) if at >= 0 else max(len(line.strip()), 1)
            return Origin(Place(file, number, max(at, 0) + 1), line, width)
    return None


def pointed(problem: Problem, phrase: str, template: Template, facts: LetterFacts) -> Problem:
    """Return the problem with the place of ``phrase``: the sender's words, the case, or the template."""
    # Of a long stretch the beginning is enough; a fact may be printed in the rest of it.
    wanted = folded(phrase)[:LONGEST]
    if facts.sender.own_words and wanted in folded(facts.sender.own_words):
        return replace(problem, place=facts.campaign.places.get(("sender", facts.sender.id)))
    if facts.case:
        for key, text in told_texts(facts.case):
            if wanted in folded(text):
                return replace(problem, place=_place(key, facts))
    return _in_template(problem, wanted, template)


def _place(key: tuple[str, str], facts: LetterFacts) -> Place | None:
    """Return the place of a part of the case, or of the case if the part's is unknown."""
    places = facts.campaign.places
    return places.get(key) or places.get(("case", key[1].partition("/")[0]))


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
