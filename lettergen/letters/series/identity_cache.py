"""A cache keyed by the identity of shared objects."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

__all__ = ["IdentityCache"]

Result = TypeVar("Result")


class IdentityCache(Generic[Result]):
    """A function computed once for the same objects, compared by identity, which costs nothing.

    The body of a letter has hundreds of parts, and to compare two of them takes
    longer than many a check. The objects are held as well, so that no other
    gets their identity; after ``room`` results the oldest make room.
    """

    def __init__(self, work: Callable[..., Result], room: int = 128) -> None:
        """Keep the results of ``work``, a pure function of values that do not change."""
        self._work = work
        self._room = room
        self._young: dict[tuple[int, ...], tuple[tuple[Any, ...], Result]] = {}
        self._old: dict[tuple[int, ...], tuple[tuple[Any, ...], Result]] = {}

    def __call__(self, *things: Any) -> Result:
        """Return the result for these very objects."""
        key = tuple(map(id, things))
        found = self._young.get(key)
        if found is not None:
            return found[1]
        found = self._old.get(key) or (things, self._work(*things))
        if len(self._young) >= self._room:
            self._old, self._young = self._young, {}
        self._young[key] = found
        return found[1]
