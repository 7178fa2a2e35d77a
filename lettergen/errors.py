"""Problems with their places, and the exit codes they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import IntEnum
from typing import Literal, Self

__all__ = [
    "ExitCode",
    "InputProblems",
    "LettergenError",
    "MissingOptionError",
    "OutputError",
    "Place",
    "Problem",
    "RenderError",
    "Severity",
    "UnknownName",
    "did_you_mean",
]

_LONGEST_MISSPELT = 100
Severity = Literal["error", "warning"]


class ExitCode(IntEnum):
    """All exit codes; the option parser also uses 2."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    PARTIAL = 3
    INTERRUPTED = 130
    PIPE_CLOSED = 141
    """128 + SIGPIPE, as of programs that the signal ends."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file that a person wrote; line and column count from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return the GNU form ``file:line:column`` that editors jump to."""
        file = "stdin" if self.file == "-" else self.file
        return ":".join([file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the user's files: where it is, what is wrong, what to do.

    ``message`` and ``fix`` name fields and ids; they quote a value only if
    the person at the terminal needs it. ``excerpt`` is the user's own line and
    is shown on the terminal only, so it stays out of ``repr`` and logs.
    """

    name: str
    """The stable name of the check, in kebab case: ``unknown-field``."""
    message: str
    fix: str
    place: Place | None = None
    severity: Severity = "error"
    excerpt: str = field(default="", repr=False)
    width: int = 1
    """How many characters of the excerpt are underlined."""

    @property
    def is_error(self) -> bool:
        """Say whether letters must wait until this is fixed."""
        return self.severity == "error"

    def sort_key(self) -> tuple[str, int, int, str]:
        """Order problems by file, line and column, then by name."""
        place = self.place or Place("")
        return (place.file, place.line, place.column, self.name)


class LettergenError(Exception):
    """An error shown to the user without a traceback."""

    exit_code: ExitCode = ExitCode.PROBLEMS

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Carry the problems that a person must fix."""
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=Problem.sort_key))
        super().__init__(", ".join(sorted({problem.name for problem in self.problems})))

    @classmethod
    def of(cls, name: str, message: str, fix: str, place: Place | None = None) -> Self:
        """Return the error for a single problem."""
        return cls([Problem(name, message, fix, place)])


class InputProblems(LettergenError):
    """The user's files have errors; nothing was written."""


class UnknownName(LettergenError):
    """The command line names a template, a recipient, … that does not exist."""

    exit_code = ExitCode.USAGE


class MissingOptionError(LettergenError):
    """A choice is missing that cannot be guessed."""

    exit_code = ExitCode.USAGE


class RenderError(LettergenError):
    """A page could not be made: a missing library, font, glyph or picture."""


class OutputError(LettergenError):
    """A file could not be written, or would overwrite another."""


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return the fix for a misspelt name: similar names, or ``otherwise``."""
    if len(word) > _LONGEST_MISSPELT:
        return otherwise
    names = sorted(set(known))
    # Whoever types `jane` for `jane-example` is no worse off than who misspells it.
    begun = [name for name in names if len(word) > 1 and name.startswith(word)]
    near = (get_close_matches(word, names, n=3, cutoff=0.6) or begun)[:3]
    if not near:
        return otherwise
    quoted = [f"`{name}`" for name in near]
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
    return f"did you mean {listed}?"
