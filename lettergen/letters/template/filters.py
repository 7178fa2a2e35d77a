"""The filters and functions of templates: facts in, words of the letter's language out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from lettergen.facts.dates import FactDate, Term
from lettergen.letters.template.environment import Rendering, TemplateFault, TemplateSandbox, rendering
from lettergen.letters.template.views import View
from lettergen.letters.template.views_of_facts import months_between
from lettergen.reference import language as words
from lettergen.reference import law

__all__ = ["FILTERS", "FUNCTIONS", "sandbox"]

Dated = FactDate | date


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
    """On 13 June 2002; in May 2002; between 24 and 26 May 2002; in late 2000."""
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
    """Cleared names as a list; people with the same neutral words are counted, not repeated."""
    state = rendering(context)
    count = Counter(str(person.fact("name")) for person in persons)
    listed = [name if n == 1 else f"{name} ({n})" for name, n in count.items()]
    return words.listed(listed, state.language)


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
    return text[:1].upper() + text[1:]


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


def _paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, one by one."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


@pass_context
def _cite(context: Context, key: str, *articles: object, style: str = "plain") -> str:
    """Article 33 of the 1951 Convention relating to the Status of Refugees."""
    state = rendering(context)
    numbers = tuple(str(article) for article in articles)
    state.cited.extend((key, number) for number in numbers or ("",))
    return law.cite(key, numbers, style=style, language=state.language, own=state.treaties)


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
    "listed": _listed,
    "number": _number,
    "spelled": _spelled,
    "ordinal": _ordinal,
    "capitalised": _capitalised,
    "sentence": _sentence,
    "days_since": _days_since,
    "months_since": _months_since,
    "of_kind": _of_kind,
    "paragraphs": _paragraphs,
}
"""Filters by name; `docs/reference/templates.md` shows their first docstring line."""

FUNCTIONS: Mapping[str, Callable[..., Any]] = {"cite": _cite, "statement": _statement}


def sandbox() -> TemplateSandbox:
    """Return a new environment for templates; one per process is enough."""
    return TemplateSandbox(FILTERS, FUNCTIONS, _phrase)
