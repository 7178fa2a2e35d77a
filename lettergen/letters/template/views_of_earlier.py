"""What a template sees of earlier letters, and of questions under the numbers that letters gave them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from lettergen.facts.model import Question, ReaderText
from lettergen.letters.earlier import AskedQuestion, EarlierLetter
from lettergen.letters.template.views import View

__all__ = ["earlier_views", "question_view"]

Tell = Callable[[ReaderText | str | None], str | None]
"""Returns a text as its readers may know it."""


def question_view(
    question: Question | None, number: int, where: str, tell: Tell, *, is_repeated: bool = False
) -> View:
    """Return a question under the number that its letter gives it, bare if the case no longer has it."""
    facts: dict[str, object] = {"number": number, "is_repeated": is_repeated}
    if question:
        facts |= {"id": question.id, "heading": tell(question.heading), "text": tell(question.text)}
    return View("question", facts, where)


def earlier_views(
    letters: Iterable[EarlierLetter], questions: Mapping[str, Question], on: date, where: str, tell: Tell
) -> tuple[View, ...]:
    """Return earlier letters, the oldest first.

    Args:
        letters: The letters.
        questions: Those of the case that the readers may read, by id.
        on: The date of the letter that tells of them.
        where: The file that would hold what is missing of a question.
        tell: Returns the words of a text.
    """
    known: set[str] = set()

    def told(one: EarlierLetter) -> View:
        before = frozenset(known)
        known.update(question.id for question in one.asked)

        def views(asked: Iterable[AskedQuestion]) -> tuple[View, ...]:
            return tuple(
                question_view(questions.get(of.id), of.number, where, tell, is_repeated=of.id in before)
                for of in asked
            )

        facts: dict[str, object] = {
            **{name: getattr(one, name) for name in _AS_THEY_ARE},
            "date": one.on,
            "days_since": (on - one.on).days,
            "questions": views(one.asked),
            "open": views(one.open),
        }
        return View("earlier", facts, "the ledger")

    return tuple(map(told, letters))


_AS_THEY_ARE = (
    "channel", "template", "item", "letters", "is_own", "is_open", "answered", "delivered", "returned",
)  # fmt: skip
