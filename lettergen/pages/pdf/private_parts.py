"""Private parts of libraries: looked at before they are used, and done without where they have moved.

What a library does not document may be gone in its next version. It is reached
through `part` and its like alone, which raise `PrivatePartMoved` and nothing else;
whoever uses it has a public way as well, takes that, and says so with `Notices`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

from lettergen import cache
from lettergen.errors import Problem

__all__ = ["Notices", "PrivatePartMoved", "entry", "module", "part", "several", "takes"]

_LIBRARIES = {"weasyprint": "WeasyPrint", "cssselect2": "cssselect2", "_cffi_backend": "cffi", "cffi": "cffi"}
"""Names of libraries by the first word of a part's name."""
_OF_C = "weasyprint.text.ffi"
"""Where WeasyPrint declares what it uses of libraries in C."""


class PrivatePartMoved(Exception):
    """A private part of a library is gone, or not what it was."""

    def __init__(self, name: str) -> None:
        """Take the part's full name, beginning with its package."""
        super().__init__(name)
        self.name = name


def module(name: str) -> Any:
    """Return a private module of a library.

    Raises:
        PrivatePartMoved: It is gone.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise PrivatePartMoved(name) from None


def part(owner: Any, name: str) -> Any:
    """Return what a module, class or object of a library has under a name.

    Raises:
        PrivatePartMoved: It has none.
    """
    try:
        return getattr(owner, name)
    except AttributeError:
        raise PrivatePartMoved(f"{_called(owner)}.{name}") from None


def entry(mapping: Any, name: str) -> Any:
    """Return what a mapping of a library has under a name.

    Raises:
        PrivatePartMoved: It has none.
    """
    try:
        return mapping[name]
    except KeyError:
        raise PrivatePartMoved(f"{_called(mapping)}[{name}]") from None


def takes(function: Any, *names: str) -> Any:
    """Return a function, or a class, of a library that has the parameters we give it.

    Raises:
        PrivatePartMoved: It has others.
    """
    from inspect import signature

    given = tuple(signature(function).parameters)
    if given[: len(names)] != names:
        raise PrivatePartMoved(f"{function.__module__}.{function.__qualname__}({', '.join(names)})")
    return function


def several(found: Any, count: int, name: str) -> tuple[Any, ...]:
    """Return what a library's function returned, which has to be at least so many values.

    Raises:
        PrivatePartMoved: It is something else.
    """
    if not isinstance(found, tuple) or len(found) < count:
        raise PrivatePartMoved(name)
    return found


@dataclass(slots=True)
class Notices:
    """What has moved, for whom it matters: the letters are the same, and take longer."""

    _told: dict[str, Problem] = field(default_factory=dict)

    @contextmanager
    def instead(self, public_way: str) -> Iterator[None]:
        """Within the block a private part may have moved; then the rest of it is left out, and that is told.

        Args:
            public_way: What is done instead, as the second half of a sentence.
        """
        try:
            yield
        except PrivatePartMoved as moved:
            self.tell(moved, public_way)

    def tell(self, moved: PrivatePartMoved, public_way: str) -> None:
        """Remember that a part has moved, and what is done instead."""
        if public_way not in self._told:
            self._told[public_way] = _notice(moved, public_way)

    def take(self, others: "Notices") -> None:
        """Remember what others do, too."""
        self._told.update(others._told)

    def add(self, problem: Problem) -> None:
        """Remember another thing for which letters take longer."""
        self._told.setdefault(problem.message, problem)

    def problems(self) -> tuple[Problem, ...]:
        """Return all that a person should know, each thing once."""
        return (*self._told.values(), *_cache_notices())


def _notice(moved: PrivatePartMoved, public_way: str) -> Problem:
    package = moved.name.partition(".")[0]
    version = getattr(sys.modules.get(package), "__version__", "")
    library = " ".join(filter(None, (_LIBRARIES[package], version)))
    return Problem(
        "private-part-moved",
        f"slower: {library} no longer has `{moved.name}`; {public_way}.",
        "nothing has to be done; the versions that pyproject.toml of lettergen asks for are faster.",
        severity="warning",
    )


def _cache_notices() -> Iterator[Problem]:
    if home := cache.refused():
        yield Problem(
            "cache-unusable",
            f"slower: nothing can be kept in `{home}`, which cannot be written to or is open to others.",
            "make it a folder of yours alone (`chmod -R go= FOLDER`), or name another in `XDG_CACHE_HOME`.",
            severity="warning",
        )


def _called(owner: Any) -> str:
    """Return the full name of what a part belongs to."""
    # By its type: a library in C calls itself a module.
    if issubclass(type(owner), ModuleType):
        return str(owner.__name__)
    kind = owner if isinstance(owner, type) else type(owner)
    is_of_c = kind.__module__.partition(".")[0] in ("_cffi_backend", "cffi")
    return _OF_C if is_of_c else f"{kind.__module__}.{kind.__qualname__}"
