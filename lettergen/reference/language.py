"""Dates, lists, numbers and the fixed words of a letter, by language.

Babel knows months, lists and figures; the phrases around them stand in
language.toml. A language without phrases of its own takes the English captions, and a letter that
would print one is refused (`letters.checks.languages`).
Babel is imported when first needed, because it takes longer than the rest of the start.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date as Date  # noqa: N812  (the trade's word `date` is the function below)
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from lettergen.errors import InputProblems
from lettergen.reference import cldr, table, unknown

if TYPE_CHECKING:
    from babel import Locale

__all__ = [
    "age",
    "captions",
    "date",
    "dateline",
    "direction",
    "direction_of",
    "duration",
    "full_date",
    "has_own_words",
    "is_of_a_channel",
    "listed",
    "mailing_notation",
    "month_year",
    "notation",
    "notations",
    "number",
    "ordinal",
    "quotation_marks",
    "spelled",
    "weekday",
]

Direction = Literal["ltr", "rtl"]

_TOLD_CHANNELS = ("registered", "courier", "fax", "email", "hand")
"""Channels with a notation; ordinary post needs none."""
# Of patterns of CLDR (UTS 35, part 4): a letter, repeated as it says how.
_FIELD = re.compile(r"([A-Za-z])\1*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """The fixed words around a letter's parts; the caller fills ``{name}``."""

    enclosure: str
    enclosures: str
    enclosed_message: str
    copies: str
    subject: str
    our_reference: str
    your_reference: str
    your_letter_of: str
    telephone: str
    fax: str
    email: str
    website: str
    postscript: str
    attention: str
    care_of: str
    to: str
    sender: str
    """From: on a fax cover and at the head of a message passed on."""
    date: str
    pages: str
    received: str
    organisation: str
    on_behalf: str
    confidential: str
    translation: str
    """Above a courtesy translation."""
    colon: str
    """Between a label and its value, with the space that the language puts there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationMarks:
    """Quotation marks of a language, spaces inside them included."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


@cache
def _words(language: str) -> dict[str, Any]:
    """Return the table of a language: a variant over its base language, or the English one."""
    tables = table("language")
    tag = language.replace("_", "-")
    base = tag.split("-")[0].lower()
    used = dict(tables.get(base) or tables["en"])
    for key, value in tables.get(tag, {}).items():
        used[key] = {**used[key], **value} if isinstance(value, dict) else value
    return used


def has_own_words(language: str) -> bool:
    """Say whether a language has captions and phrases here; of others CLDR knows dates, lists and figures."""
    return language.replace("_", "-").split("-")[0].lower() in table("language")


@cache
def _locale(language: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    name = _words(language)["locale"] if has_own_words(language) else language
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_words("en")["locale"])


def _format(day: Date, pattern: str, language: str) -> str:
    text = _in_words_of_ours(day, pattern, language)
    if text is None:
        from babel.dates import format_date

        text = format_date(day, pattern, locale=_locale(language))
    first: str | None = _words(language)["date"].get("first_of_month")
    if first and day.day == 1 and pattern.startswith("d"):
        return first + text.removeprefix("1")
    return text


def _in_words_of_ours(day: Date, pattern: str, language: str) -> str | None:
    """Return a day in a pattern of the table, as Babel writes it; None for what else CLDR knows."""
    if not has_own_words(language):
        return None
    names = cldr.words(_words(language)["locale"])
    values = {
        "d": str(day.day),
        "M": str(day.month),
        "y": str(day.year),
        "MMMM": names.months[day.month - 1],
        "EEEE": names.days[day.weekday()],
    }
    if "'" in pattern or any(found[0] not in values for found in _FIELD.finditer(pattern)):
        return None
    return _FIELD.sub(lambda found: values[found[0]], pattern)


def full_date(day: Date, language: str) -> str:
    """Return a day in full, for the dateline: ``2\u00a0December 2006``, ``1er\u00a0août 2005``."""
    if not has_own_words(language):
        return _format(day, "long", language)
    return _format(day, _words(language)["date"]["day"], language)


def dateline(place: str | None, day: Date, language: str) -> str:
    """Return place and date as they head a letter: ``Tokyo, 18 September 2002``."""
    written = full_date(day, language)
    pattern: str = _words(language)["date"]["dateline"]
    return pattern.format(place=place, date=written) if place else written


def month_year(day: Date, language: str) -> str:
    """Return the month of a day: ``May 2002``."""
    return _format(day, _words(language)["date"]["month"], language)


def weekday(day: Date, language: str) -> str:
    """Return the day of the week: ``Thursday``."""
    return _format(day, "EEEE", language)


def date(  # noqa: PLR0913  (a fact's date in its parts; this room does not know the facts)
    first: Date,
    last: Date,
    precision: str,
    form: str,
    time: str | None,
    language: str,
    *,
    preposition: bool = False,
    weekday: bool = False,
) -> str:
    """Return a date exactly as precisely as it is known.

    Args:
        first: The first day that may be meant.
        last: The last day that may be meant.
        precision: ``day``, ``month`` or ``year``.
        form: ``on``, ``during``, ``between``, ``span``, ``about``, ``early``, ``mid`` or ``late``.
        time: Time of day, ``06:00``.
        language: The language of the letter.
        preposition: Whether the date follows a verb (`on 29 May 2002`) or a label (`29 May 2002`).
        weekday: Whether a day after a verb is told with its day of the week (`on Wednesday 29 May 2002`);
            languages whose table does not know how go without.
    """
    if not has_own_words(language):
        return _without_phrases(first, last, precision, form, time, language)
    spec: dict[str, Any] = _words(language)["date"]
    patterns: dict[str, str] = spec["phrase" if preposition else "label"]
    if form in ("between", "span"):
        start, end = _ends(first, last, precision, language)
        pattern = patterns.get(f"{form}_{precision}", patterns[form])
        return pattern.format(first=start, last=end)
    is_alone = form in ("on", "during") and not preposition
    start = _written(first, precision, language, is_alone=is_alone)
    if form in ("on", "during"):
        kind = "on" if precision == "day" else f"in_{precision}"
        if weekday and preposition and kind == "on":
            start = _with_weekday(first, start, language)
        if time and kind == "on":
            return patterns["on_at"].format(first=start, time=_clock(time, spec["clock"]))
        return patterns[kind].format(first=start)
    return patterns[f"{form}_{precision}"].format(first=start)


def _with_weekday(day: Date, written: str, language: str) -> str:
    pattern: str = _words(language)["date"].get("with_weekday", "{day}")
    return pattern.format(weekday=_format(day, "EEEE", language), day=written)


def _without_phrases(
    first: Date, last: Date, precision: str, form: str, time: str | None, language: str
) -> str:
    """Return what Babel can write by itself; words in another language would spoil the sentence."""
    from babel.dates import format_interval, format_skeleton

    skeleton = {"day": "yMMMMd", "month": "yMMMM", "year": "y"}[precision]
    locale = _locale(language)
    if form in ("between", "span"):
        return str(format_interval(first, last, skeleton, locale=locale))
    if form in ("on", "during"):
        day = (
            full_date(first, language)
            if precision == "day"
            else format_skeleton(skeleton, first, locale=locale)
        )
        return f"{day}, {time}" if time else day
    raise InputProblems.of(
        "no-phrase",
        f"there are no words for dates of the form `{form}` in the language `{language}`.",
        "write this date out in the template, or give it as a day, a month, a year or an interval.",
    )


def _written(day: Date, precision: str, language: str, *, is_alone: bool = True) -> str:
    """Return a day, a month or a year; after a preposition, in the case that the language has for it."""
    if precision == "day":
        return full_date(day, language)
    spec: dict[str, str] = _words(language)["date"]
    inflected = None if is_alone else spec.get(f"{precision}_of")
    return _format(day, inflected or spec[precision], language)


def _ends(first: Date, last: Date, precision: str, language: str) -> tuple[str, str]:
    """Return both ends of an interval, without repeating what they share (24 and 26 May 2002)."""
    spec: dict[str, Any] = _words(language)["date"]
    full = _written(first, precision, language, is_alone=False), _written(last, precision, language)
    if precision == "year" or first.year != last.year or first == last:
        return full
    same_month = first.month == last.month
    short = "only_month" if precision == "month" else "only_day" if same_month else "day_month"
    if spec["full_end"] == "last":
        return _format(first, spec[short], language), full[1]
    return full[0], _format(last, spec[short], language)


def _clock(time: str, pattern: str) -> str:
    hours, _, minutes = time.partition(":")
    return pattern.format(hours=int(hours), minutes=minutes or "00")


def direction(language: str) -> Direction:
    """Return in which direction a language is written."""
    base = language.replace("_", "-").split("-")[0].lower()
    return "rtl" if base in table("language")["about"]["right_to_left"] else "ltr"


def direction_of(text: str, otherwise: Direction) -> Direction:
    """Return the direction of a text in a letter.

    UAX 9 (P2) goes by the first letter, which is wrong for a Hebrew sentence that begins with a Latin name.
    Such names are frequent, Hebrew and Arabic ones in other letters are rare: so a text with any letter that
    is read from right to left is, in a letter that is; in others if it begins so and most of it is.

    Args:
        text: A paragraph, or a line that stands by itself.
        otherwise: The direction of the letter.
    """
    if text.isascii() and otherwise == "ltr":
        return "ltr"
    strong = [kind == "L" for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")]
    if not strong:
        return otherwise
    if otherwise == "rtl":
        return "ltr" if all(strong) else "rtl"
    return "rtl" if not strong[0] and sum(strong) * 2 < len(strong) else "ltr"


def listed(items: Sequence[str], language: str) -> str:
    """Join items as the language does: ``A, B and C``."""
    found = [str(item) for item in items]
    if len(found) < 2:
        return "".join(found)
    if not has_own_words(language):
        from babel.lists import format_list

        return format_list(found, locale=_locale(language))
    names = cldr.words(_words(language)["locale"])
    if len(found) == 2:
        return names.two.format(*found)
    text = names.start.format(*found[:2])
    for item in found[2:-1]:
        text = names.middle.format(text, item)
    return names.end.format(text, found[-1])


def number(n: int, language: str) -> str:
    """Return a number in figures, grouped as the language does: ``30,000``."""
    from babel.numbers import format_decimal

    # Many text fonts lack the narrow no-break space that French groups with; the plain one is in all.
    return format_decimal(n, locale=_locale(language)).replace("\u202f", "\u00a0")


def spelled(n: int, language: str) -> str:
    """Return a number from one to twelve as a word where the language writes it so, else in figures."""
    words: list[str] = _words(language)["number"]["words"] if has_own_words(language) else []
    return words[n - 1] if 1 <= n <= len(words) else number(n, language)


def ordinal(n: int, language: str) -> str:
    """Return the word that opens the n-th of several points: ``First``, ``Premièrement``."""
    if not has_own_words(language):
        return f"{n}."
    spec: dict[str, Any] = _words(language)["number"]
    words: list[str] = spec["ordinals"]
    if 1 <= n <= len(words):
        return words[n - 1]
    if spec["ordinal"] == "english":
        return f"{n}{_english_suffix(n)}"
    text: str = spec["ordinal"]
    return text.format(n=n)


def _english_suffix(n: int) -> str:
    if 10 <= n % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def age(years: int | str, language: str) -> str:
    """Return an age as it follows a name: ``aged 48``; the number alone in a language without phrases."""
    if not has_own_words(language):
        return str(years)
    text: str = _words(language)["number"]["age"]
    return text.format(n=years)


def duration(months: int, language: str) -> str:
    """Return a length of time: ``five years``, ``18 months``, ``three years and ten months``.

    Up to two years that are not whole are counted in months, as courts and families do.
    """
    spec: Mapping[str, Any] = _words(language)["duration"]
    years, rest = divmod(months, 12)
    if years and not rest:
        return _counted(years, "year", language)
    if months < 24:
        return _counted(months, "month", language)
    both = _counted(years, "year", language), _counted(rest, "month", language)
    if not has_own_words(language):
        return listed(both, language)
    text: str = spec["both"]
    return text.format(years=both[0], months=both[1])


def _counted(n: int, unit: str, language: str) -> str:
    spec: Mapping[str, Any] = _words(language)["duration"]
    if not has_own_words(language):
        from babel.units import format_unit

        return str(format_unit(n, f"duration-{unit}", locale=_locale(language)))
    forms: Any = spec[unit]
    if isinstance(forms, dict):  # more than one and many: 2 года, 5 лет (CLDR's plural rules)
        pattern: str = forms.get(_locale(language).plural_form(n)) or forms["other"]
    else:
        pattern = forms[n > 1]
    return pattern.format(n=spec.get("one", "1") if n == 1 else spelled(n, language))


@cache
def captions(language: str) -> Captions:
    """Return the fixed words around a letter's parts."""
    words: dict[str, str] = _words(language)["captions"]
    return Captions(**{field.name: words[field.name] for field in fields(Captions)})


def notation(channel: str, language: str) -> str:
    """Return the mailing notation of a channel: ``REGISTERED MAIL``; ordinary post has none.

    Besides the channels of a recipient, ``airmail`` and ``urgent`` have notations.

    Raises:
        UnknownName: There is no such channel.
    """
    known: dict[str, str] = _words(language)["notation"]
    if channel not in known:
        raise unknown("channel", channel, known, f"choose one of {', '.join(f'`{key}`' for key in known)}.")
    return known[channel]


def notations(language: str) -> tuple[str, ...]:
    """Return the channels and kinds that `notation` knows."""
    return tuple(_words(language)["notation"])


def mailing_notation(wanted: str, language: str) -> str:
    """Return a mailing notation in a language: ``airmail`` is PAR AVION; words of one's own stay."""
    notations: Mapping[str, str] = _words(language)["notation"]
    return notations.get(wanted, wanted)


@cache
def is_of_a_channel(told: str) -> bool:
    """Say whether a notation, in any language, names a channel: BY FAX does, URGENT does not."""
    tables = (one["notation"] for one in table("language").values() if "notation" in one)
    known = {words[channel].casefold() for words in tables for channel in _TOLD_CHANNELS}
    return told.strip().casefold() in known


@cache
def quotation_marks(language: str) -> QuotationMarks:
    """Return the quotation marks of a language."""
    opening, closing, inner_opening, inner_closing = _words(language)["quotation_marks"]
    return QuotationMarks(
        opening=opening, closing=closing, inner_opening=inner_opening, inner_closing=inner_closing
    )
