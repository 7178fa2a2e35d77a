"""What has been written before to the same reader on the same case, as a letter may tell it."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from lettergen.facts.model import Audience, Case, is_for

if TYPE_CHECKING:
    from lettergen.letters.template.templates import Template

__all__ = [
    "AskedQuestion",
    "EarlierLetter",
    "known_questions",
    "question_ids",
    "questions_asked",
    "reads_earlier",
]


class AskedQuestion(NamedTuple):
    """A question of a letter, under its number there; a reminder keeps the number of the first letter."""

    number: int
    id: str
    """The id, or its number in the case if it has none."""


class EarlierLetter(NamedTuple):
    """A letter that has gone out: plain values, so that an order can carry them to any process."""

    on: date
    """Its date."""
    channel: str
    template: str
    item: str = ""
    """Number of the postal item."""
    letters: int = 1
    """How many letters of this day, template and channel it stands for."""
    is_own: bool = True
    """Whether it is the sender's own; else somebody of the campaign wrote it."""
    asked: tuple[AskedQuestion, ...] = ()
    """The questions that it asked, in their order."""
    open: tuple[AskedQuestion, ...] = ()
    """Those that nobody has answered."""
    answered: date | None = None
    """Day of the last answer."""
    delivered: date | None = None
    returned: date | None = None
    """The day on which it came back."""
    is_open: bool = True
    """Whether something is still to be answered."""


def question_ids(case: Case, audiences: Collection[Audience]) -> tuple[str, ...]:
    """Return what the questions of a case are called for its readers: their ids, else their numbers."""
    read = [one for one in case.questions if is_for(one, audiences)]
    return tuple(one.id or str(number) for number, one in enumerate(read, start=1))


def known_questions(cases: Iterable[Case]) -> tuple[str, ...]:
    """Return all that letters may call the questions of cases, whoever reads them."""
    asked = (pair for case in cases for pair in enumerate(case.questions, start=1))
    return tuple(dict.fromkeys(name for number, one in asked for name in (one.id, str(number)) if name))


def reads_earlier(template: "Template") -> bool:
    """Say whether a template tells of earlier letters."""
    passages = (template.body, *(part for parts in template.parts.values() for part in parts))
    return any("earlier" in one.names for one in passages)


def questions_asked(
    template: "Template",
    case: Case | None,
    audiences: Collection[Audience],
    earlier: Collection[EarlierLetter],
) -> tuple[AskedQuestion, ...]:
    """Return the questions that a letter asks: those of the case, or those that it recalls as open."""
    if case is None:
        return ()
    if any(need.fact == "case.questions" for need in template.found):
        return tuple(map(AskedQuestion, count(1), question_ids(case, audiences)))
    if not reads_earlier(template):
        return ()
    first = {question.id: question for one in reversed(tuple(earlier)) for question in one.open}
    return tuple(sorted(first.values()))
