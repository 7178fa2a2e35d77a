"""A cache keyed by what was read: the same answers to the same questions, the same result.

The function that computes a part of a letter gets its records wrapped in an observer.
What it asks of them is noted, with nothing left out; so when it has asked for a
place and a country and no more, every other record with this place and this
country has this result, and gets the very same object.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import attrgetter
from types import FunctionType, MethodType
from typing import Any, Generic, TypeVar

from lettergen.facts.model import Recipient, Sender
from lettergen.letters.letter import Letter

__all__ = ["Asked", "TrackedCache", "TrackedRecord", "is_given"]

Result = TypeVar("Result")
Asked = tuple[tuple[str, ...], ...]
"""What was asked of each thing, in no order."""

FIELDS: Mapping[type, frozenset[str]] = {
    Recipient: frozenset(Recipient.model_fields),
    Sender: frozenset(Sender.model_fields),
    Letter: frozenset(Letter.__dataclass_fields__),
}
LINES = frozenset(name for name, one in Letter.__dataclass_fields__.items() if one.type in (str, str | None))
"""What is short in a letter. Its other parts are long and shared; to be the same they must be one object."""
KIND = "__class__"
"""Asked for as well, twice if need be, so that an `attrgetter` has two names and answers with a tuple."""
WHOLE = ""
"""The question for a record as it is: what is neither field nor method has been asked for."""
TEST = "?"
"""Before a field's name: the question whether it is given."""
MOST_SHAPES = 16
PATIENCE = 400
"""After so many results in a row that nobody had before, it is not worth while to look for them."""
REST = 20_000
"""So many results are worked out without looking then."""


class TrackedRecord:
    """A record or a letter that notes what is read of it."""

    __slots__ = ("_pane_notes", "_pane_thing")

    def __init__(self, thing: object) -> None:
        """Put a pane before ``thing``."""
        object.__setattr__(self, "_pane_thing", thing)
        object.__setattr__(self, "_pane_notes", {})

    def __getattr__(self, name: str) -> Any:
        """Return what the thing has under this name, and note that it was asked for."""
        thing = self._pane_thing
        kind = type(thing)
        if name in FIELDS[kind]:
            self._pane_notes[name] = None
            return getattr(thing, name)
        method = kind.__dict__.get(name)
        if isinstance(method, FunctionType) and not name.startswith("_"):
            # A method of ours reads through the pane as well.
            return MethodType(method, self)
        self._pane_notes[WHOLE] = None
        return getattr(thing, name)

    @property
    def __class__(self) -> type:
        """Pass for what stands behind the pane."""
        return type(self._pane_thing)

    @__class__.setter
    def __class__(self, kind: type) -> None:
        raise TypeError(kind)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse, because facts do not change."""
        raise AttributeError(name, value)

    def __eq__(self, other: object) -> bool:
        """Compare the whole thing, and note so."""
        self._pane_notes[WHOLE] = None
        return bool(self._pane_thing == (other._pane_thing if type(other) is TrackedRecord else other))

    def __hash__(self) -> int:
        """Return the thing's own hash, and note that all of it was asked for."""
        self._pane_notes[WHOLE] = None
        return hash(self._pane_thing)

    def __iter__(self) -> Any:
        """Go through all the fields, and note so."""
        self._pane_notes[WHOLE] = None
        return iter(self._pane_thing)

    def __repr__(self) -> str:
        """Show nothing of it."""
        return f"Pane({type(self._pane_thing).__name__})"

    __str__ = __repr__

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Refuse to be copied past the notes."""
        raise TypeError(protocol)


def is_given(thing: object, name: str) -> bool:
    """Say whether a record has a field and it is not empty, without reading what stands in it."""
    if type(thing) is not TrackedRecord:
        return bool(getattr(thing, name, None))
    thing._pane_notes[TEST + name] = None
    return bool(getattr(thing._pane_thing, name, None))


class _AnswerCache(Generic[Result]):
    """Results of the same questions, by the answers; the oldest that nobody wants make room."""

    def __init__(self, asked: Asked, room: int) -> None:
        self.asked = asked
        self.key = _key(asked)
        self._room = room
        self._young: dict[Hashable, tuple[Result, object]] = {}
        self._old: dict[Hashable, tuple[Result, object]] = {}

    def find(self, key: Hashable) -> tuple[Result, object] | None:
        found = self._young.get(key)
        if found is None and self._old:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: Hashable, entry: tuple[Result, object]) -> None:
        if len(self._young) >= self._room:
            self._old, self._young = self._young, {}
        self._young[key] = entry

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


class TrackedCache(Generic[Result]):
    """A function of records that remembers its results by what it read.

    Right by construction: the function is deterministic, so what it asks next
    hangs on what it was told before; whoever gives the same answers to all that
    it asked would have been asked the same, with the same result.
    """

    def __init__(
        self, work: Callable[..., Result], *, room: int = 1_024, patience: int | None = PATIENCE
    ) -> None:
        """Remember nothing yet.

        Args:
            work: A pure function of things, each a recipient, a sender, a letter or None.
            room: How many results are kept for each set of questions, and as many older ones.
            patience: After so many new results in a row it rests from remembering; None for never.
        """
        self._work = work
        self._room = room
        self._patience = patience
        self._caches: list[_AnswerCache[Result]] = []
        self._missed = 0
        self._rest = 0

    def __call__(self, *things: object) -> Result:
        """Return the result for these things, the one of before where there is one."""
        return self.ask(*things)[0]

    def ask(self, *things: object) -> tuple[Result, Asked | None]:
        """Return the result, and what was asked of each thing for it; None where nobody watched."""
        if self._rest:
            self._rest -= 1
            return self._work(*things), None
        try:
            for cache in self._caches:
                found = cache.find(cache.key(things))
                if found is not None:
                    self._missed = 0
                    return found[0], cache.asked
        except TypeError:  # a record that was made past its model, with a value that has no hash
            return self._work(*things), None
        self._missed += 1
        if self._patience and self._missed > self._patience:
            self._missed, self._rest = 0, REST
        return self._worked_out(things)

    def _worked_out(self, things: tuple[object, ...]) -> tuple[Result, Asked | None]:
        panes = tuple(TrackedRecord(thing) if type(thing) in FIELDS else thing for thing in things)
        result = self._work(*panes)
        asked = tuple(
            tuple(sorted(pane._pane_notes)) if type(pane) is TrackedRecord else () for pane in panes
        )
        cache = next((one for one in self._caches if one.asked == asked), None)
        if cache is None:
            if len(self._caches) == MOST_SHAPES:
                self._caches.pop(0)
            cache = _AnswerCache(asked, self._room)
            self._caches.append(cache)
        # Held as well, so that nothing else gets the identity of what was read.
        held = [
            getattr(thing, name) if name else thing
            for thing, names in zip(things, asked, strict=True)
            for name in names
            if not name.startswith(TEST)
        ]
        try:
            cache.keep(cache.key(things), (result, held))
        except TypeError:  # a value without a hash is read again for each letter
            return result, None
        return result, cache.asked

    def __len__(self) -> int:
        """Return how many results are kept."""
        return sum(map(len, self._caches))


def _key(asked: Asked) -> Callable[[tuple[Any, ...]], Hashable]:
    """Return the function from things to their answers to the questions ``asked``."""
    getters = [(at, _answers(names)) for at, names in enumerate(asked) if names]
    match getters:
        case []:
            return _nothing
        case [(at, of)]:
            return lambda things: of(things[at])
        case [(at, of), (other, of_other)]:
            return lambda things: (of(things[at]), of_other(things[other]))
    return lambda things: tuple([of(things[at]) for at, of in getters])


def _nothing(_: object) -> Hashable:
    return ()


def _answers(names: tuple[str, ...]) -> Callable[[Any], Hashable]:
    if WHOLE in names:
        return id
    tests = [name.removeprefix(TEST) for name in names if name.startswith(TEST)]
    values = [name for name in names if not name.startswith(TEST)]
    if tests and values:
        of_values, of_tests = _values(values), _tests(tests)
        return lambda thing: (of_values(thing), of_tests(thing))
    return _tests(tests) if tests else _values(values)


def _tests(names: Sequence[str]) -> Callable[[Any], Hashable]:
    return lambda thing: tuple([bool(getattr(thing, name, None)) for name in names])


def _values(names: Sequence[str]) -> Callable[[Any], Hashable]:
    get = attrgetter(*names)
    if len(names) == 1:
        (name,) = names
        return lambda thing: id(get(thing)) if type(thing) is Letter and name not in LINES else get(thing)
    lines = attrgetter(KIND, KIND, *LINES.intersection(names))
    parts = attrgetter(KIND, KIND, *(name for name in names if name not in LINES))
    return lambda thing: (lines(thing), tuple(map(id, parts(thing)))) if type(thing) is Letter else get(thing)
