"""Which facts a template needs, read from its syntax tree without rendering it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from jinja2 import nodes

from lettergen.letters.template.views import FACTS

__all__ = ["Need", "UnknownFact", "read"]

ROOTS: Mapping[str, str] = {name: name for name in ("case", "sender", "recipient", "letter", "signatures")}
LISTS: Mapping[str, str] = {
    "case.persons": "person",
    "case.unintroduced": "person",
    "case.named": "person",
    "case.detained": "person",
    "case.missing": "person",
    "case.at_risk": "person",
    "case.free": "person",
    "case.released": "person",
    "case.dead": "person",
    "case.living": "person",
    "case.past": "event",
    "case.ahead": "event",
    "case.events": "event",
    "case.background": "event",
    "case.sentences": "sentence",
    "case.legal_basis": "basis",
    "case.demands": "demand",
    "case.questions": "question",
    "case.messages": "message",
    "case.documents": "document",
    "case.corrections": "correction",
    "case.sources": "source",
    "case.write_to": "recipient",
    "recipient.documents": "document",
    "case.copies_to": "recipient",
    "sender.members": "sender",
    "sender.signatories": "signatory",
    "signatures.names": "signature",
    "signatures.by_country": "tally",
    "event.persons": "person",
    "earlier.questions": "question",
    "earlier.open": "question",
}
THINGS: Mapping[str, str] = {
    "case.arrest": "event",
    "person.sentence": "sentence",
    "sentence.person": "person",
}
PICKS = frozenset({"first", "last"})
"""Filters that hand on one item of a list."""
SIEVES = frozenset({"of_kind", "select", "reject", "selectattr", "rejectattr", "list", "unique", "slice"})
"""Filters that hand on a list of the same kind."""


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """A fact that a template names; an optional one is in a branch, or is a list that may be empty."""

    fact: str
    optional: bool
    line: int


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """An unknown name, with the names that it could have been."""

    name: str
    owner: str
    line: int
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an expression is: a thing with facts, or a list of such things."""

    thing: str
    is_list: bool = False


Scope = dict[str, _Kind | None]
_WITHOUT_FACTS = (nodes.TemplateData, nodes.Const)
"""Most of a letter: words."""
_PERHAPS = (nodes.CondExpr, nodes.Or, nodes.And)


def read(tree: nodes.Template, names: frozenset[str]) -> Iterator[Need | UnknownFact]:
    """Yield the facts that a tree names and the names that do not exist.

    Args:
        tree: The parsed template.
        names: Functions and plain values that are not facts: ``cite``, ``own_words``.
    """
    scope: Scope = dict.fromkeys(names | {"loop"})
    scope |= {name: _Kind(thing) for name, thing in ROOTS.items()}
    scope["earlier"] = _Kind("earlier", is_list=True)
    yield from _walk(tree.body, scope, is_sure=True)


def _walk(body: list[nodes.Node], scope: Scope, *, is_sure: bool) -> Iterator[Need | UnknownFact]:
    """Yield from statements; ``is_sure`` says whether every letter comes this way."""
    scope = dict(scope)
    for node in body:
        match node:
            case nodes.If():
                yield from _facts(node.test, scope, is_sure=False)
                for branch in (node.body, cast("list[nodes.Node]", node.elif_), node.else_):
                    yield from _walk(branch, scope, is_sure=False)
            case nodes.For():
                yield from _loop(node, scope, is_sure=is_sure)
            case nodes.Scope():
                # A block's facts are named on the line that prints the block.
                for found in _walk(node.body, scope, is_sure=is_sure):
                    yield Need(found.fact, found.optional, node.lineno) if isinstance(found, Need) else found
            case nodes.Assign():
                yield from _facts(node.node, scope, is_sure=is_sure)
                scope |= dict.fromkeys(_targets(node.target), _kind(node.node, scope))
            case nodes.Output():
                for part in node.nodes:
                    yield from _facts(part, scope, is_sure=is_sure)
            case _:
                yield from _facts(node, scope, is_sure=is_sure)


def _loop(node: nodes.For, scope: Scope, *, is_sure: bool) -> Iterator[Need | UnknownFact]:
    yield from _facts(node.iter, scope, is_sure=is_sure)
    kind = _kind(node.iter, scope)
    item = _Kind(kind.thing) if kind and kind.is_list else None
    inner = scope | dict.fromkeys(_targets(node.target), item)
    if node.test:
        yield from _facts(node.test, inner, is_sure=False)
    yield from _walk(node.body, inner, is_sure=is_sure)
    yield from _walk(node.else_, scope, is_sure=False)


def _targets(target: nodes.Node) -> list[str]:
    return [name.name for name in target.find_all(nodes.Name)] + (
        [target.name] if isinstance(target, nodes.Name) else []
    )


def _facts(node: nodes.Node, scope: Scope, *, is_sure: bool) -> Iterator[Need | UnknownFact]:
    """Yield every fact in an expression."""
    if isinstance(node, _WITHOUT_FACTS):
        return
    if isinstance(node, _PERHAPS):
        is_sure = False
    elif isinstance(node, nodes.Filter):
        is_sure = is_sure and node.name != "default"
    elif isinstance(node, nodes.Name) and node.name not in scope:
        yield UnknownFact(node.name, "a letter", node.lineno, tuple(sorted(scope)))
    elif isinstance(node, nodes.Getattr):
        owner = _kind(node.node, scope)
        if owner and not owner.is_list:
            if node.attr not in FACTS[owner.thing]:
                yield UnknownFact(node.attr, owner.thing, node.lineno, tuple(sorted(FACTS[owner.thing])))
            else:
                fact = f"{owner.thing}.{node.attr}"
                yield Need(fact, not is_sure or fact in LISTS, node.lineno)
    for child in node.iter_child_nodes():
        yield from _facts(child, scope, is_sure=is_sure)


def _kind(node: nodes.Node | None, scope: Scope) -> _Kind | None:
    """Return what an expression is, as far as it can be known before rendering."""
    match node:
        case nodes.Name():
            return scope.get(node.name)
        case nodes.Getattr():
            owner = _kind(node.node, scope)
            if owner is None or owner.is_list:
                return None
            fact = f"{owner.thing}.{node.attr}"
            if fact in LISTS:
                return _Kind(LISTS[fact], is_list=True)
            return _Kind(THINGS[fact]) if fact in THINGS else None
        case nodes.Filter():
            inner = _kind(node.node, scope)
            if inner and inner.is_list and node.name in PICKS:
                return _Kind(inner.thing)
            return inner if inner and node.name in SIEVES else None
        case nodes.Getitem():
            inner = _kind(node.node, scope)
            if inner and inner.is_list:
                return inner if isinstance(node.arg, nodes.Slice) else _Kind(inner.thing)
    return None
