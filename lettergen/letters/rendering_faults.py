"""What went wrong in a template while a letter was rendered, told at its line for its author."""

from types import TracebackType
from typing import TYPE_CHECKING

from lettergen.errors import LettergenError, Problem, did_you_mean
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.environment import TemplateFault
from lettergen.letters.template.templates import Template
from lettergen.letters.template.views import FACTS, MissingFactError, UnknownFactError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["explained", "line_of"]


def line_of(trace: TracebackType | None, file: str) -> int | None:
    """Return the last template line in a traceback."""
    line = None
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def explained(template: Template, line: int, fault: Exception, facts: LetterFacts) -> Problem:
    """Turn an error in a template into a problem its author can fix."""
    match fault:
        case MissingFactError(kind=kind, fact=fact, where=where) if where.startswith("--"):
            return template.problem(
                "missing-choice",
                line,
                f"this letter needs a {kind}, but none was chosen.",
                f"choose one with `{where}`.",
            )
        case MissingFactError(kind=kind, fact=fact, where=where):
            thing = _thing(kind, facts)
            return template.problem(
                "missing-fact",
                line,
                f"{thing} has no `{fact}`, which this letter needs.",
                f"add `{fact}:` to {where}, or delete the sentence from the template.",
            )
        case UnknownFactError(kind=kind, fact=fact):
            known: Sequence[str] = sorted(FACTS.get(kind, ()))
            return template.problem(
                "unknown-fact",
                line,
                f"`{kind}` has no fact `{fact}`.",
                did_you_mean(fact, known, "`lettergen help writing-templates` lists the facts."),
            )
        case TemplateFault():
            return template.problem("template-fault", line, str(fault), fault.fix)
        case LettergenError():
            inner = fault.problems[0]
            return template.problem(inner.name, line, inner.message, inner.fix)
    return template.problem(
        "template-fault",
        line,
        "this cannot be rendered.",
        "correct it; `lettergen help writing-templates` explains the template language.",
    )


def _thing(kind: str, facts: LetterFacts) -> str:
    given: Mapping[str, object] = {"case": facts.case, "sender": facts.sender, "recipient": facts.recipient}
    value = given.get(kind)
    article = "an" if kind[0] in "aeiou" else "a"
    return f"the {kind} `{getattr(value, 'id', '')}`" if value else f"{article} {kind} of the case"
