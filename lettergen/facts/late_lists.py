"""Senders who are read when somebody needs them: a sign-up sheet has many rows.

A letter needs its sender. `check` and mailings read all, and tell all that is wrong with them; here, a list
with errors is refused by whoever asks for it.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, overload

from lettergen.errors import InputProblems, Problem
from lettergen.facts.model import Sender
from lettergen.facts.nodes import Node, Spot

if TYPE_CHECKING:
    from lettergen.facts.load import Loaded

__all__ = ["LateList", "LateSenders", "refuse_errors"]

T = TypeVar("T")


def refuse_errors(problems: Sequence[Problem]) -> None:
    """Check that a list has no errors.

    Raises:
        InputProblems: It has.
    """
    if any(problem.is_error for problem in problems):
        raise InputProblems(dict.fromkeys(sorted(problems, key=Problem.sort_key)))


class LateList(Sequence[T]):
    """A list whose records are read when somebody asks for them."""

    @abstractmethod
    def _whole(self) -> tuple[T, ...]:
        """Return all records.

        Raises:
            InputProblems: A file has errors.
        """

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        """Return one or some of all."""
        return self._whole()[at]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._whole())

    def __eq__(self, other: object) -> bool:
        """Say whether the records are the same."""
        return isinstance(other, Sequence) and self._whole() == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class LateSenders(LateList[Sender]):
    """The senders of a campaign: all of them, or one, from the smallest file that lists that one.

    One is made of its own row alone: what is wrong with the others, `check` and mailings tell.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        read: "Read",
        load: Callable[[list[Node]], "Loaded[Sender]"],
    ) -> None:
        """Take the files, what reads one of them, whole or for one id, and what makes senders of several."""
        self._paths = paths
        self._read = read
        self._load = load
        self._all: tuple[Sender, ...] | None = None
        self._by_id: dict[str, Sender] = {}
        self.ids: dict[str, Spot] = {}
        """The places of those that were read."""

    def _whole(self) -> tuple[Sender, ...]:
        if self._all is None:
            found = [self._read(path) for path in self._paths]
            loaded = self._load([node for nodes, _ in found for node in nodes])
            self.ids.update(loaded.ids)
            refuse_errors([*(problem for _, problems in found for problem in problems), *loaded.problems])
            self._by_id = loaded.records
            self._all = loaded.facts()
        return self._all

    def find(self, name: str) -> Sender | None:
        """Return the sender with an id, or None; a joint letter needs to know all others.

        Raises:
            InputProblems: No file without errors lists that one.
        """
        if name in self._by_id:
            return self._by_id[name]
        for path in sorted(self._paths, key=_size) if self._all is None else ():
            loaded = self._load(self._read(path, only=name)[0])
            found = loaded.records.get(name)
            if found is not None and not found.members and not any(map(_is_error, loaded.problems)):
                self.ids.update(loaded.ids)
                self._by_id[name] = found
                return found
        self._whole()
        return self._by_id.get(name)

    def by_id(self) -> Mapping[str, Sender]:
        """Return the senders by their ids."""
        return _ById(self)


def _size(path: Path) -> int:
    return path.stat().st_size


def _is_error(problem: Problem) -> bool:
    return problem.is_error


class Read(Protocol):
    """Reads a list, or of a table the one record with an id."""

    def __call__(self, path: Path, *, only: str = "") -> tuple[list[Node], list[Problem]]:
        """Return records, and why the file cannot be read."""
        ...


class _ById(Mapping[str, Sender]):
    def __init__(self, senders: LateSenders) -> None:
        self._senders = senders

    def __getitem__(self, name: str) -> Sender:
        found = self._senders.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (one.id for one in self._senders)

    def __len__(self) -> int:
        return len(self._senders)
