"""Which questions of which letters an answer closes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lettergen.errors import InputProblems, Problem, did_you_mean
from lettergen.letters.earlier import AskedQuestion

if TYPE_CHECKING:
    from lettergen.ledger.correspondence import Questions
    from lettergen.ledger.letter_choice import LetterChoice
    from lettergen.ledger.store import Ledger

__all__ = ["answered"]


def answered(
    book: "Ledger", mailing: str, choice: "LetterChoice", questions: Sequence[str], ids: Iterable[str] = ()
) -> list[tuple[list[str], tuple[str, ...]]]:
    """Return letters, by their keys, with the questions that an answer closes, but for what is known already.

    Args:
        book: The ledger.
        mailing: The letters' mailing.
        choice: The letters that were answered.
        questions: Ids or numbers of the questions that were; none means the whole letter.
        ids: Those of the campaign's questions, for which the ledger has marks.

    Raises:
        InputProblems: A letter did not ask one of them; the problem says what it asked.
    """
    known = book.questions_of(mailing, choice.found)
    found = {key: known[key] for key in choice.found if key in known}
    if not questions:
        due = {*choice.due, *(key for key, one in found.items() if not one.is_settled)}
        return [([key for key in choice.found if key in due], ())]
    names = {book.question_of(one): one for one in ids}
    problems = dict.fromkeys(
        problem
        for key in choice.found
        for problem in _not_asked(book, questions, known[key].called(names) if key in known else None)
    )
    if problems:
        raise InputProblems(problems)
    together: Mapping[tuple[str, ...], list[str]] = defaultdict(list)
    for key, one in found.items():
        wanted = dict.fromkeys(_named(book, name, one.asked) or "" for name in questions)
        left = tuple(name for name in wanted if name not in one.answered)
        if left:
            together[left].append(key)
    return [(keys, names) for names, keys in together.items()]


def _named(book: "Ledger", name: str, asked: Sequence[AskedQuestion]) -> str | None:
    """Return the question that is meant by an id, or by the number that it has in the letter."""
    return next(
        (one.id for one in asked if book.question_of(one.id) == book.question_of(name)),
        next((one.id for one in asked if str(one.number) == name), None),
    )


def _nearest(name: str, asked: Sequence[AskedQuestion]) -> str:
    found = did_you_mean(name, [one.id for one in asked if not one.id.startswith("#")], "")
    return f"{found} " if found else ""


def _not_asked(book: "Ledger", questions: Sequence[str], known: "Questions | None") -> list[Problem]:
    asked = known.asked if known else ()
    if not asked:
        message = "this letter asked no questions that the ledger knows of."
        return [
            Problem(
                "question-not-asked",
                message,
                "leave out `--question` to record an answer to the whole letter.",
            )
        ]
    listed = ", ".join(
        f"{one.number}" if one.id.startswith("#") else f"{one.number} `{one.id}`" for one in asked
    )
    return [
        Problem(
            "question-not-asked",
            f"`{name}` is not a question of this letter.",
            f"{_nearest(name, asked)}it asked: {listed}.",
        )
        for name in questions
        if _named(book, name, asked) is None
    ]
