"""The filters and functions of templates: facts in, words of the letter's language out."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from lettergen.facts.dates import FactDate, Term
from lettergen.letters.template.environment import Rendering, TemplateFault, TemplateSandbox, rendering
from lettergen.letters.template.foreign_text import ForeignText
from lettergen.letters.template.states import months_between
from lettergen.letters.template.views import MissingFact, View
from lettergen.reference import grammar, law
from lettergen.reference import language as words

__all__ = ["FILTERS", "FUNCTIONS", "sandbox"]

Dated = FactDate | date


_NEAR_DAYS = 21
"""So near the letter's date, people think of days of the week; letters of 2002 to 2006 have them up to 18."""


def _phrase(state: Rendering, value: Dated | Term, *, preposition: bool = False) -> str:
    if isinstance(value, Term):
        return words.duration(value.months, state.language) if value.months else value.text
    dated = _dated(value)
    return words.date(
        dated.first,
        dated.last,
        dated.precision,
        dated.form,
        dated.time,
        state.language,
        preposition=preposition,
        weekday=preposition and 0 < abs((dated.first - state.on).days) <= _NEAR_DAYS,
    )


def _dated(value: object) -> FactDate:
    if isinstance(value, FactDate):
        return value
    if isinstance(value, date):
        return FactDate.on(value)
    raise TemplateFault("this is not a date.", "use the filter on a date, such as `event.on`.")


@pass_context
def _date(context: Context, value: Dated) -> str:
    """13 June 2002; between 24 and 26 May 2002; late 2000."""
    return _phrase(rendering(context), value)


@pass_context
def _when(context: Context, value: Dated) -> str:
    """On 13 June 2002; in May 2002; between 24 and 26 May 2002. Near the letter: on Thursday 13 June 2002."""
    return _phrase(rendering(context), value, preposition=True)


@pass_context
def _weekday(context: Context, value: Dated) -> str:
    """Monday, for a date that is known to the day."""
    dated = _dated(value)
    if dated.precision != "day" or dated.form != "on":
        raise TemplateFault("the weekday of this date is unknown.", "print the date without its weekday.")
    return words.weekday(dated.first, rendering(context).language)


@pass_context
def _month_year(context: Context, value: Dated) -> str:
    """August 2001, even if the day is known."""
    first = _dated(value).first.replace(day=1)
    return words.date(first, first, "month", "during", None, rendering(context).language)


@pass_context
def _names(context: Context, persons: Iterable[View]) -> str:
    """Cleared names as a list; people with the same neutral words are counted: forty students."""
    language = rendering(context).language
    everybody = tuple(persons)
    count = Counter(str(one.fact("name")) for one in everybody if one.fact("is_withheld"))
    told: dict[str, None] = {}
    for number, one in enumerate(everybody):
        name = str(one.fact("name"))
        # Two people of the same initials are two.
        told[_counted(one, count[name], language) if count[name] else f"{name}\0{number}"] = None
    return words.listed([name.partition("\0")[0] for name in told], language)


def _counted(person: View, count: int, language: str) -> str:
    many = person.fact("described_as_many")
    if count == 1:
        return str(person.fact("name"))
    return f"{words.spelled(count, language)} {many}" if many else grammar.withheld(count, language)


@pass_context
def _introduced(context: Context, persons: Iterable[View]) -> str:
    """Names, each with who that is: Ana Alder, a nurse, and Ben Birch, aged 48. For up to six people."""
    language = rendering(context).language
    everybody = tuple(persons)
    shown = [one for one in everybody if not one.fact("is_withheld")]
    comma = grammar.comma(language)
    told = [comma.join(filter(None, [str(one.fact("name")), _who(one, language)])) for one in shown]
    hidden = tuple(one for one in everybody if one.fact("is_withheld"))
    if hidden:
        told.append(_names(context, hidden))
    return (
        grammar.listed(told, language)
        if any(comma.strip() in one for one in told)
        else words.listed(told, language)
    )


def _who(person: View, language: str) -> str | None:
    """Return who somebody is, in words that stand behind the name."""
    for name in ("described_as", "role"):
        if person.is_given(name):
            return str(person.fact(name))
    return words.age(str(person.fact("age")), language) if person.is_given("age") else None


def _is_many(value: object) -> bool:
    if isinstance(value, View):
        return value.kind in ("sender", "recipient") and bool(value.fact("is_many"))
    if isinstance(value, int):
        return value != 1
    if isinstance(value, tuple | list):
        return len(value) != 1
    raise TemplateFault(
        "this cannot be counted.", "use `plural` on a number, a list, the sender or the recipient."
    )


def _plural(value: object, one: str, many: str) -> str:
    """The first words for one, the other for several: `case.demands | plural("request", "requests")`."""
    return many if _is_many(value) else one


@pass_context
def _pronoun(context: Context, value: object, form: str = "subject") -> str:
    """He, she, they; also `"object"` and `"possessive"`. The name where the facts do not say which."""
    language = rendering(context).language
    several = tuple(value) if isinstance(value, tuple | list) else (value,)
    if not all(isinstance(one, View) and one.kind == "person" for one in several) or not several:
        raise TemplateFault("this is nobody.", "use `pronoun` on a person or on people of the case.")
    (first, *others) = several
    kind = "many" if others else first.fact("gender")
    if kind in ("female", "male", "many"):
        found = grammar.pronoun(str(kind), form, language)
        if found is None:
            raise TemplateFault(f"`{language}` has no such pronoun.", "word the sentence without it.")
        return found
    name = str(first.fact("name"))
    return f"{name}’s" if form == "possessive" and language.startswith("en") else name


def _count(value: object) -> int:
    """How many there are: `signatures | count`, also of those who are not named, or of a list."""
    if isinstance(value, View):
        number = value.fact("count") if value.kind == "signatures" else None
        if isinstance(number, int):
            return number
        if isinstance(number, MissingFact):
            return number  # type: ignore[return-value]
    if isinstance(value, str | tuple | list):
        return len(value)
    raise TemplateFault("this cannot be counted.", "use `count` on a list or on `signatures`.")


@pass_context
def _listed(context: Context, items: Iterable[object]) -> str:
    """Items as a list in a sentence: diabetes, hypertension and asthma."""
    return words.listed([str(item) for item in items], rendering(context).language)


@pass_context
def _number(context: Context, value: int) -> str:
    """30,000, grouped as the language does."""
    return words.number(value, rendering(context).language)


@pass_context
def _spelled(context: Context, value: int) -> str:
    """Six, for small numbers; digits from thirteen on."""
    return words.spelled(value, rendering(context).language)


@pass_context
def _ordinal(context: Context, value: int) -> str:
    """First, Second, …"""
    return words.ordinal(value, rendering(context).language)


def _capitalised(text: str) -> str:
    """With a capital first letter; the rest is left as it is."""
    return text[:1].title() + text[1:]


def _sentence(text: str) -> str:
    """With a full stop, unless it ends in one already."""
    return text if text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "。")) else f"{text}."


@pass_context
def _days_since(context: Context, value: Dated) -> int:
    """Whole days from a date to the letter's date."""
    return (rendering(context).on - _dated(value).first).days


@pass_context
def _months_since(context: Context, value: Dated) -> int:
    """Whole months from a date to the letter's date."""
    return months_between(_dated(value).first, rendering(context).on)


def _of_kind(events: Iterable[View], kind: str) -> tuple[View, ...]:
    """The events of one kind: arrest, transfer, return, …"""
    return tuple(event for event in events if event.fact("kind") == kind)


def _begins_with(text: str, words: str) -> bool:
    """True of a text that begins with a name or another word: `person.about | begins_with(person.name)`."""
    return re.match(rf"{re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def _paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, one by one."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


@pass_context
def _cite(context: Context, key: str, *articles: object, style: str = "plain") -> str:
    """Article 33 of the 1951 Convention relating to the Status of Refugees."""
    state = rendering(context)
    numbers = tuple(str(article) for article in articles)
    state.cited.extend((key, number) for number in numbers or ("",))
    text = law.cite(key, numbers, style=style, language=state.language, own=state.treaties)
    return ForeignText.of(text, law.cited_in(key, state.language, state.treaties), state.language)


@pass_context
def _statement(context: Context, key: str, article: object) -> str:
    """What an article says, in one sentence of ours, not a quotation."""
    state = rendering(context)
    state.cited.append((key, str(article)))
    return law.statement(key, str(article), state.language, state.treaties)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "date": _date,
    "when": _when,
    "weekday": _weekday,
    "month_year": _month_year,
    "names": _names,
    "count": _count,
    "plural": _plural,
    "pronoun": _pronoun,
    "introduced": _introduced,
    "listed": _listed,
    "number": _number,
    "spelled": _spelled,
    "ordinal": _ordinal,
    "capitalised": _capitalised,
    "sentence": _sentence,
    "days_since": _days_since,
    "months_since": _months_since,
    "of_kind": _of_kind,
    "begins_with": _begins_with,
    "paragraphs": _paragraphs,
}
"""Filters by name; `docs/reference/templates.md` shows their first docstring line."""

FUNCTIONS: Mapping[str, Callable[..., Any]] = {"cite": _cite, "statement": _statement}


def sandbox() -> TemplateSandbox:
    """Return a new environment for templates; one per process is enough."""
    return TemplateSandbox(FILTERS, FUNCTIONS, _phrase, frozenset({"count", "plural", "pronoun"}))
