"""What a template may see: plain facts by name, nothing of Python behind them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import FunctionType, MappingProxyType
from typing import Any, NoReturn

from jinja2 import Undefined, UndefinedError

from lettergen.letters.series.tracked_reads import is_given

__all__ = ["FACTS", "Field", "MissingFact", "MissingFactError", "UnknownFactError", "View"]


FACTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        kind: frozenset(names.split())
        for kind, names in {
            "case": "title summary place place_untold state_name state_short of_state nationality persons "
            "unintroduced named events past ahead "
            "detained missing at_risk free released dead living background sentences legal_basis "
            "demands questions messages documents corrections sources send_before arrest "
            "reference update write_to copies_to",
            "person": "name is_named is_withheld is_described described_as described_as_many status since "
            "is_dead is_detained is_missing gender full_name courtesy family_name native_name born age "
            "nationality role health family about sentence",
            "sentence": "person on court term term_months from until months_served months_left fine place",
            "event": "what on kind persons place by source is_ahead days_left",
            "basis": "key articles citation statement",
            "demand": "text id",
            "question": "heading text id number is_repeated",
            "source": "title on url",
            "message": "from organisation to on received subject text",
            "document": "title on",
            "correction": "said correct on id",
            "sender": "name title organisation short_name place address one_line phone fax email website "
            "country_name is_organisation is_many is_family language display members signatories signs_for",
            "signatory": "name title organisation country_name",
            "signatures": "count named unnamed on_paper countries by_country names title text",
            "signature": "name title organisation city country_name",
            "tally": "country_name count",
            "recipient": "name title organisation state_name state_short nationality style display "
            "country_name address one_line phone fax email opening role is_answerable is_many documents",
            "letter": "date place language",
            "earlier": "date channel template item days_since letters is_own questions open is_open "
            "answered delivered returned",
        }.items()
    }
)
"""Every fact a template can name, by the kind of thing it belongs to.

`docs/reference/templates.md` is made from it, and a name that is not here is
an error even in a branch that no present letter takes.
"""


class MissingFactError(UndefinedError):
    """A template prints a fact that is missing from the files."""

    def __init__(self, kind: str, fact: str, where: str) -> None:
        """Say which thing lacks which fact, and in which file it belongs."""
        super().__init__(f"{kind} has no {fact}")
        self.kind = kind
        self.fact = fact
        self.where = where


class UnknownFactError(UndefinedError):
    """A template names a fact that does not exist at all."""

    def __init__(self, kind: str, fact: str) -> None:
        """Say which name was not known for which kind of thing."""
        super().__init__(f"{kind} knows no {fact}")
        self.kind = kind
        self.fact = fact


class MissingFact(Undefined):
    """A known fact that is not given: false in a test, an error when printed."""

    __slots__ = ("_lacking",)

    def __init__(self, kind: str, fact: str, where: str) -> None:
        """Remember what is missing until somebody prints it."""
        super().__init__(name=fact)
        self._lacking = MissingFactError(kind, fact, where)

    def _fail_with_undefined_error(self, *_: Any, **__: Any) -> NoReturn:
        raise self._lacking

    def __bool__(self) -> bool:
        """Be false, so that ``{% if case.place %}`` guards a paragraph."""
        return False

    def __eq__(self, other: object) -> bool:
        """Be equal to nothing, so that ``{% if sender.fax == sender.phone %}`` needs no guard."""
        return False

    def __ne__(self, other: object) -> bool:
        """Differ from everything."""
        return True

    __iter__ = __str__ = __len__ = _fail_with_undefined_error
    __contains__ = _fail_with_undefined_error
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that is one field of a record; a test can check for it without reading it."""

    record: object
    name: str
    told: Callable[[Any], object] = lambda value: value
    """How it is told, where it is given."""

    def __call__(self) -> object:
        """Return the fact."""
        value = getattr(self.record, self.name)
        return self.told(value) if value is not None else None

    def is_given(self) -> bool:
        """Say whether the field is filled in."""
        return is_given(self.record, self.name)


class View:
    """Facts by name. Templates can reach nothing else."""

    __slots__ = ("_facts", "_kind", "_where")

    def __init__(self, kind: str, facts: Mapping[str, object], where: str) -> None:
        """Keep the facts that are given; empty texts and None count as absent.

        Args:
            kind: A key of `FACTS`.
            facts: Values by name: texts, numbers, dates, tuples and further views; or functions
                of nothing that return them, called when a template names the fact.
            where: The file that would hold a missing fact, as the user knows it.
        """
        unknown = facts.keys() - FACTS[kind]
        if unknown:
            raise KeyError(kind, sorted(unknown))
        self._kind = kind
        self._facts = {name: value for name, value in facts.items() if value is not None and value != ""}
        self._where = where

    @property
    def kind(self) -> str:
        """What the facts belong to: case, person, …"""
        return self._kind

    def fact(self, name: str) -> object:
        """Return a fact, a `MissingFact` if it is not given, or raise `UnknownFactError`."""
        value = self._facts.get(name)
        if isinstance(value, FunctionType | Field):
            # Asked for now, so that a letter hangs on those facts only that it names.
            value = self._facts[name] = value()
        if value is not None and value != "":
            return value
        if name not in FACTS[self._kind]:
            raise UnknownFactError(self._kind, name)
        return MissingFact(self._kind, name, self._where)

    def is_given(self, name: str) -> bool:
        """Say whether a fact is given and not empty, as a test in a template does.

        Raises:
            UnknownFactError: There is no such fact.
        """
        value = self._facts.get(name)
        return value.is_given() if isinstance(value, Field) else bool(self.fact(name))

    def names(self) -> Iterable[str]:
        """Return the names of the facts that are given."""
        return [name for name in self._facts if not isinstance(self.fact(name), MissingFact)]

    def __repr__(self) -> str:
        """Show only the kind: facts stay out of logs."""
        return f"View({self._kind})"
