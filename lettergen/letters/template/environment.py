"""The Jinja environment of templates: a closed sandbox whose values never become mark-up.

Templates see `View`s, texts, numbers and dates; they can call the functions of
`lettergen.letters.template.filters` and nothing of Python. What `{{ … }}` prints is
taken out of the text and replaced by a token; `lettergen.letters.template.markdown`
puts the value back after the Markdown has been parsed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import update_wrapper
from typing import Any

from jinja2 import Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lettergen.facts.dates import FactDate, Term
from lettergen.letters.template.budget import Budget, TemplateFault
from lettergen.letters.template.document_titles import still_naming
from lettergen.letters.template.views import MissingFact, UnknownFactError, View

__all__ = ["TOKEN", "Rendering", "TemplateFault", "TemplateSandbox", "rendering", "token"]

# Noncharacters (Unicode 23.7): no font or file may hold them, and the loader
# refuses them in facts and templates, so a value cannot forge a token.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
TOKEN = rf"{OPEN}(\d+){CLOSE}"

JINJA_FILTERS = (
    "first", "last", "length", "join", "map", "select", "reject", "selectattr", "rejectattr",
    "default", "list", "lower", "upper", "unique",
)  # fmt: skip
LOOP_FACTS = frozenset({"index", "index0", "revindex", "first", "last", "length"})
STATE = "_rendering"
# Names that no template can write, for a name in Jinja has no space.
ROUNDS, TEXT, GIVEN = "rounds of a loop", "text of pieces", "whether given"

ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.NSRef, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.For, nodes.If, nodes.Assign, nodes.Filter, nodes.Test, nodes.Call, nodes.Keyword,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.CondExpr, nodes.List,
    nodes.Tuple, nodes.Add, nodes.Sub, nodes.Slice, nodes.Neg,
)  # fmt: skip


@dataclass(slots=True)
class Rendering:
    """What one rendering needs to know and what it collects."""

    language: str
    on: date
    held: list[str] = field(default_factory=list)
    treaties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The campaign's own treaties."""
    cited: list[tuple[str, str]] = field(default_factory=list)
    """Treaty key and article of every citation, in order."""
    budget: Budget = field(default_factory=Budget)

    def hold(self, text: str) -> str:
        """Put ``text`` aside and return the token that stands for it."""
        self.budget.write(len(text))
        self.held.append(text)
        return token(len(self.held) - 1)


def token(number: int) -> str:
    """Return the token of the value with this number."""
    return f"{OPEN}{number}{CLOSE}"


def rendering(context: Context) -> Rendering:
    """Return the state of the rendering that a filter is called in."""
    state = context.resolve(STATE)
    if not isinstance(state, Rendering):
        raise TemplateFault("this works only while a letter is written.", "delete it.")
    return state


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """Jinja with the doors locked: no attributes, no methods, no globals but ours."""

    intercepted_binops = frozenset({"+", "*", "**", "%", "//", "/"})

    def __init__(
        self,
        filters: Mapping[str, Callable[..., Any]],
        functions: Mapping[str, Callable[..., Any]],
        phrase: Callable[[Rendering, FactDate | date | Term], str],
        of_things: frozenset[str] = frozenset(),
    ) -> None:
        """Build the environment.

        Args:
            filters: Our filters by name, beside the few harmless ones of Jinja.
            functions: What a template may call.
            phrase: Words for a date or term that is printed without a filter.
            of_things: Our filters that take a person or the sender rather than one of their facts.
        """
        self._phrase = phrase
        super().__init__(
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=_UnknownName,
            finalize=self._finalize(),
        )
        self.globals = {name: _FunctionToCall(one) for name, one in functions.items()}
        known = {name: self.filters[name] for name in JINJA_FILTERS} | dict(filters)
        self.filters = {name: _counted(one, of_things=name in of_things) for name, one in known.items()} | {
            ROUNDS: _rounds, TEXT: _text, GIVEN: _given,
        }  # fmt: skip

    def _finalize(self) -> Callable[[Context, object], str]:
        @pass_context
        def hold(context: Context, value: object) -> str:
            state = rendering(context)
            return state.hold(self._as_text(state, value))

        return hold

    def _as_text(self, state: Rendering, value: object) -> str:
        if isinstance(value, Undefined):
            return str(value)
        if isinstance(value, str):
            return value
        if isinstance(value, bool) or value is None:
            raise TemplateFault("this prints a yes or no, not a text.", "use it in `{% if … %}`.")
        if isinstance(value, int):
            return str(value)
        if isinstance(value, FactDate | date | Term):
            return self._phrase(state, value)
        if isinstance(value, View):
            raise TemplateFault(
                f"this prints a whole {value.kind} instead of one of its facts.",
                f"name a fact, for example `{value.kind}.name`.",
            )
        raise TemplateFault("this prints a list.", "use `| listed`, `| names` or a `{% for … %}` loop.")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look up a fact; Python's own attributes do not exist here."""
        if isinstance(obj, View):
            return obj.fact(attribute)
        if isinstance(obj, MissingFact):
            return obj._fail_with_undefined_error()
        if isinstance(obj, LoopContext) and attribute in LOOP_FACTS:
            return getattr(obj, attribute)
        raise UnknownFactError("text" if isinstance(obj, str) else "value", attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look up a fact by name or an item of a list by its number."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, tuple | list) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError as fault:
                raise TemplateFault(
                    "the list does not have this item.", "guard it with `{% if … %}`."
                ) from fault
        raise SecurityError("only lists have numbered items")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse the operators that can make a text of any length; count what `+` makes."""
        if operator == "+":
            budget = rendering(context).budget
            return budget.take(left) + budget.take(right)
        raise TemplateFault(f"templates cannot use `{operator}`.", "put the number into the facts.")

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow the functions we hand in and nothing else."""
        return obj in self.globals.values()

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        """Make every loop and every joining of texts counted, before the template is compiled."""
        for choice in source.find_all((nodes.If, nodes.CondExpr)):
            assert isinstance(choice, nodes.If | nodes.CondExpr)  # noqa: S101 - for the types
            choice.test = _tested(choice.test)
        for loop in source.find_all(nodes.For):
            loop.iter = _filtered(loop.iter, ROUNDS)
        _count_joins(source)
        return super()._generate(source, *args, **kwargs)

    def forbidden(self, every: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
        """Yield those of a template's nodes that its language does not have."""
        for node in every:
            if node.lineno is None:
                continue  # a part that the parser adds to a tag, which is met by itself
            if (
                (isinstance(node, nodes.Name) and node.name.startswith("_"))
                or (isinstance(node, nodes.Call) and not isinstance(node.node, nodes.Name))
                or (not isinstance(node, ALLOWED_NODES) and type(node) is not nodes.EvalContextModifier)
            ):
                yield node


class _FunctionToCall:
    """A function of the template language, which is never printed: Python would write its address."""

    def __init__(self, run: Callable[..., Any]) -> None:
        update_wrapper(self, run)
        self._run = run

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._run(*args, **kwargs)

    def __str__(self) -> str:
        name = str(self._run.__name__).strip("_")
        raise TemplateFault(f"this prints the function `{name}`, not what it gives.", f"write `{name}(…)`.")

    __repr__ = __str__

    def __format__(self, how: str) -> str:
        return str(self)


def _filtered(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _tested(node: nodes.Node) -> Any:
    """Turn ``sender.address`` in a test into the question whether it is given, without reading it."""
    if isinstance(node, nodes.Getattr):
        attribute = nodes.Const(node.attr, lineno=node.lineno)
        return nodes.Filter(node.node, GIVEN, [attribute], [], None, None, lineno=node.lineno)
    if isinstance(node, nodes.Not):
        node.node = _tested(node.node)
    elif isinstance(node, nodes.And | nodes.Or):
        node.left, node.right = _tested(node.left), _tested(node.right)
    return node


def _count_joins(node: nodes.Node) -> None:
    """Turn each ``a ~ b`` below ``node`` into a filter over the pieces."""
    for field_name, value in node.iter_fields():
        children = value if isinstance(value, list) else [value]
        for at, child in enumerate(children):
            if not isinstance(child, nodes.Node):
                continue
            _count_joins(child)
            if isinstance(child, nodes.Concat):
                pieces = nodes.Tuple(child.nodes, "load", lineno=child.lineno)
                children[at] = _filtered(pieces, TEXT)
        if not isinstance(value, list):
            setattr(node, field_name, children[0])


def _counted(original: Callable[..., Any], *, of_things: bool = False) -> Callable[..., Any]:
    """Return a filter that counts what it gets and what it gives."""
    kind = getattr(original, "jinja_pass_arg", None)

    @pass_context
    def filter_and_count(context: Context, value: Any, *args: Any, **kwargs: Any) -> Any:
        budget = rendering(context).budget
        budget.step()
        if isinstance(value, View) and not of_things:
            _as_text(context, rendering(context), value)
        value = budget.take(value)
        # A text handed to a filter may be put between any two items.
        times = len(value) if isinstance(value, tuple | list) else 1
        budget.grow(times * sum(len(one) for one in (*args, *kwargs.values()) if isinstance(one, str)))
        given = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
        first = (given[kind.name],) if kind is not None else ()
        return budget.take(still_naming(original(*first, value, *args, **kwargs), value))

    return filter_and_count


@pass_context
def _rounds(context: Context, value: Any) -> Any:
    return rendering(context).budget.take(value)


@pass_context
def _given(context: Context, value: Any, attribute: str) -> bool:
    if isinstance(value, View):
        return value.is_given(attribute)
    return bool(context.environment.getattr(value, attribute))


@pass_context
def _text(context: Context, pieces: tuple[object, ...]) -> str:
    state = rendering(context)
    texts = tuple(_as_text(context, state, piece) for piece in pieces)
    state.budget.take(texts)
    return still_naming("".join(texts), texts)


def _as_text(context: Context, state: Rendering, value: object) -> str:
    environment = context.environment
    return environment._as_text(state, value) if isinstance(environment, TemplateSandbox) else str(value)


class _UnknownName(Undefined):
    """An unknown name: an error wherever it is used, tests included."""

    __slots__ = ()

    def _fail_with_undefined_error(self, *_: Any, **__: Any) -> Any:
        raise UnknownFactError("template", self._undefined_name or "")

    __iter__ = __str__ = __len__ = __bool__ = _fail_with_undefined_error
    __eq__ = __ne__ = __contains__ = _fail_with_undefined_error
    __hash__ = object.__hash__
