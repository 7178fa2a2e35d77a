"""Dates and terms as sources give them: each knows its precision and is never made more precise.

What a date looks like in a letter is a matter of language and lives in `lettergen.reference.language`.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["DateError", "FactDate", "Form", "Term", "TermError", "day"]

Precision = Literal["day", "month", "year"]
Form = Literal["on", "during", "between", "span", "about", "early", "mid", "late"]

_UNIT = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"(.+?) +(\d{1,2}:\d{2})", re.ASCII)
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_TERM = re.compile(r"(?:(\d{1,3}) years?)?(?:,? (?:and )?)?(?:(\d{1,4}) months?)?", re.ASCII)
_QUALIFIERS: tuple[Form, ...] = ("about", "early", "mid", "late")

# How far off a date may be that a source gives with "about", in days.
_ABOUT_MARGIN: dict[str, int] = {"day": 7, "month": 31, "year": 366}

_LONGEST = 80
"""Characters of a date; only what is no longer is compared with patterns."""
_FORMS_OF_A_DATE = (
    "write `2002-05-29`, `2002-05`, `2002`, `2002-05-24/2002-05-26` (from … to), "
    "`2002-05-24..2002-05-26` (some time between), `about 2002-05` or `late 2000`"
)
_FORMS_OF_A_DAY = "write year, month and day: `2002-05-29`"
_KEYS_OF_A_DATE = (
    "give `between: [a, b]`, `from: a` with `until: b`, `about: a`, `month: 2002-05` or `year: 2002`"
)
_FORMS_OF_A_TERM = "write `5 years`, `18 months`, `5 years 6 months` or `life`"


class DateError(ValueError):
    """A date that cannot be read, with what is wrong and how to write it."""

    name = "bad-date"

    def __init__(self, message: str, fix: str = _FORMS_OF_A_DATE) -> None:
        """Keep the predicate of a sentence about the date, without full stop, and the fix."""
        super().__init__(message)
        self.message = message
        self.fix = fix


class TermError(DateError):
    """A term of imprisonment that cannot be read."""

    name = "bad-term"


@dataclass(frozen=True, slots=True)
class _Unit:
    """A day, a month or a year, with its first and last day."""

    first: date
    last: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _UNIT.fullmatch(text.strip())
        if not match:
            raise DateError("is not a date")
        year, month, day_ = match.groups()
        padded = "-".join(part.zfill(2) for part in match.groups() if part)
        if padded != text.strip():
            raise DateError("lacks a zero", f"write `{padded}`")
        if year == "0000":
            raise DateError("has the year 0000, which does not exist")
        if month is None:
            return cls(date(int(year), 1, 1), date(int(year), 12, 31), "year")
        if not 1 <= int(month) <= 12:
            raise DateError(f"has month {month}, but a year has 12", _FORMS_OF_A_DAY)
        days = monthrange(int(year), int(month))[1]
        if day_ is None:
            return cls(date(int(year), int(month), 1), date(int(year), int(month), days), "month")
        if not 1 <= int(day_) <= days:
            raise DateError(f"has day {day_}, but that month has {days}", "give the day, or the month alone")
        the_day = date(int(year), int(month), int(day_))
        return cls(the_day, the_day, "day")

    def third(self, form: Form) -> tuple[date, date]:
        """Return the first, second or last third of a month or year."""
        if self.precision == "day":
            raise DateError(
                f"combines `{form}` with a day", "write a month or a year after it: `late 2002-05`"
            )
        part = ("early", "mid", "late").index(form)
        if self.precision == "year":
            last_month = 4 * part + 4
            last = date(self.first.year, last_month, monthrange(self.first.year, last_month)[1])
            return date(self.first.year, 4 * part + 1, 1), last
        last = self.last if form == "late" else self.first.replace(day=10 * part + 10)
        return self.first.replace(day=10 * part + 1), last


def day(value: object) -> date:
    """Return a calendar day from ``2002-06-13``; anything less precise is an error.

    Raises:
        DateError: The text is not a day.
    """
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise DateError("is not a day", _FORMS_OF_A_DAY)
    if _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    unit = _Unit.parse(value)
    if unit.precision != "day":
        raise DateError(f"is a {unit.precision}, but must be a day", _FORMS_OF_A_DAY)
    return unit.first


@total_ordering
@dataclass(frozen=True, slots=True)
class FactDate:
    """A date with its precision: a day, a month, a year or an interval, exact or approximate.

    ``between`` happened once, at some time from ``first`` to ``last``; ``span`` lasted all
    that while.
    Ordered by ``first``, then by time of day.
    """

    first: date
    last: date
    precision: Precision = "day"
    form: Form = "on"
    time: str | None = None
    """Time of day as the source gave it: ``06:00``."""

    @classmethod
    def on(cls, the_day: date) -> Self:
        """Return the date of one known day."""
        return cls(the_day, the_day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a date as people write it in the files: ``about 2002-05``, ``2002-05-24/2002-05-26``.

        Raises:
            DateError: The text has none of these forms, or the day does not exist.
        """
        text = text.strip()
        for mark, form in (("..", "between"), ("/", "span")):
            if mark in text:
                ends = text.split(mark)
                if len(ends) != 2:
                    _refuse("has more than two ends")
                return cls._interval(ends[0], ends[1], "between" if form == "between" else "span")
        word, _, rest = text.partition(" ")
        for form_ in _QUALIFIERS:
            if word == form_:
                return cls._roughly(form_, rest)
        return cls._single(text)

    @classmethod
    def from_mapping(cls, value: Mapping[str, Any]) -> Self:
        """Read ``{between: [a, b]}``, ``{from: a, until: b}``, ``{about: a}``, ``{month: m}``, ``{year: y}``.

        Raises:
            DateError: There are other keys, or the ends are not dates.
        """
        match dict(value):
            case {"between": [str(a), str(b)], **rest} if not rest:
                return cls._interval(a, b, "between")
            case {"from": str(a), "until": str(b), **rest} if not rest:
                return cls._interval(a, b, "span")
            case {"about": str(a), **rest} if not rest:
                return cls._roughly("about", a)
            case {"month": str(a), **rest} if not rest:
                return cls._of_precision(a, "month")
            case {"year": str(a), **rest} if not rest:
                return cls._of_precision(a, "year")
        raise DateError("has keys that do not make a date", _KEYS_OF_A_DATE)

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a date from text or mapping; return a date unchanged.

        Raises:
            DateError: It cannot be read.
        """
        if isinstance(value, cls):
            return value
        if isinstance(value, str) and len(value) <= _LONGEST:
            return cls.parse(value)
        if isinstance(value, Mapping) and all(len(str(one)) <= _LONGEST for one in value.values()):
            return cls.from_mapping(value)
        raise DateError("is not a date")

    @classmethod
    def _single(cls, text: str) -> Self:
        text, time = _without_time(text)
        unit = _Unit.parse(text)
        if time and unit.precision != "day":
            _refuse("has a time of day but no day")
        return cls(unit.first, unit.last, unit.precision, "on" if unit.precision == "day" else "during", time)

    @classmethod
    def _roughly(cls, form: Form, text: str) -> Self:
        if form == "about":
            known = cls._single(text.strip())
            return cls(known.first, known.last, known.precision, "about", known.time)
        unit = _Unit.parse(text)
        return cls(*unit.third(form), unit.precision, form)

    @classmethod
    def _interval(cls, start: str, end: str, form: Form) -> Self:
        a, b = _Unit.parse(start), _Unit.parse(end)
        if a.precision != b.precision:
            _refuse(
                f"runs from a {a.precision} to a {b.precision}",
                "give two days or two months",
            )
        if a.first >= b.first:
            _refuse("ends before it begins" if a.first > b.first else "begins and ends on the same date",
                    "put the earlier end first" if a.first > b.first else "write it once")  # fmt: skip
        return cls(a.first, b.last, a.precision, form)

    @classmethod
    def _of_precision(cls, text: str, precision: Precision) -> Self:
        found = cls._single(text.strip())
        if found.precision != precision:
            _refuse(f"is a {found.precision}, but must be a {precision}", _KEYS_OF_A_DATE)
        return found

    def __lt__(self, other: object) -> bool:
        """Order by the first possible day."""
        if not isinstance(other, FactDate):
            return NotImplemented
        return self._sort_key() < other._sort_key()

    def _sort_key(self) -> tuple[date, str, date, str, str]:
        return (self.first, self.time or "", self.last, self.precision, self.form)

    def __str__(self) -> str:
        """Return the date in the form that `parse` reads."""
        size = {"day": 10, "month": 7, "year": 4}[self.precision]
        first, last = self.first.isoformat()[:size], self.last.isoformat()[:size]
        if self.form in ("between", "span"):
            return first + (".." if self.form == "between" else "/") + last
        words = [self.form if self.form in _QUALIFIERS else "", first, self.time or ""]
        return " ".join(word for word in words if word)

    @property
    def bounds(self) -> tuple[date, date]:
        """Return the first and the last possible day, with the margin of `about`."""
        margin = timedelta(days=_ABOUT_MARGIN[self.precision] if self.form == "about" else 0)
        return self.first - min(margin, self.first - date.min), self.last + min(margin, date.max - self.last)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        end = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
        ways: list[dict[str, Any]] = [
            {"between": {"type": "array", "items": end, "minItems": 2, "maxItems": 2}},
            {"from": end, "until": end},
            {"about": {"type": "string"}},
            {"month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"}},
            {"year": {"type": "string", "pattern": r"^\d{4}$"}},
        ]
        return {
            "anyOf": [
                {"type": "string", "description": _FORMS_OF_A_DATE.removeprefix("write ")},
                *(
                    {
                        "type": "object",
                        "properties": way,
                        "required": list(way),
                        "additionalProperties": False,
                    }
                    for way in ways
                ),
            ]
        }


@dataclass(frozen=True, slots=True)
class Term:
    """A term of imprisonment in months, and the words it was given in."""

    months: int
    """0 for life, which has no end."""
    text: str

    @property
    def is_life(self) -> bool:
        """Say whether the term has no end."""
        return self.months == 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``5 years``, ``18 months``, ``5 years 6 months`` or ``life``.

        Raises:
            TermError: The text is none of them.
        """
        words = " ".join(text.split())
        if words == "life":
            return cls(0, words)
        match = _TERM.fullmatch(words)
        years, months = match.groups() if match else (None, None)
        total = 12 * int(years or 0) + int(months or 0)
        if not total:
            raise TermError("is not a term", _FORMS_OF_A_TERM)
        return cls(total, words)

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a term from text; return a term unchanged.

        Raises:
            TermError: It cannot be read.
        """
        if isinstance(value, cls):
            return value
        if isinstance(value, str) and len(value) <= _LONGEST:
            return cls.parse(value)
        raise TermError("is not a term", _FORMS_OF_A_TERM)

    def end(self, first_day: date) -> date | None:
        """Return the last day of a term that begins on ``first_day``; None for life."""
        if self.is_life:
            return None
        count = first_day.year * 12 + first_day.month - 1 + self.months
        year, month = count // 12, count % 12 + 1
        if year > date.max.year:
            return None
        # A term that counts from the 18th runs through the 17th.
        anniversary = date(year, month, min(first_day.day, monthrange(year, month)[1]))
        return anniversary - timedelta(days=1)

    def __str__(self) -> str:
        """Return the term as it was written."""
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        return {"type": "string", "description": _FORMS_OF_A_TERM.removeprefix("write ")}


def _refuse(message: str, fix: str = _FORMS_OF_A_DATE) -> NoReturn:
    raise DateError(message, fix)


def _without_time(text: str) -> tuple[str, str | None]:
    match = _CLOCK.fullmatch(text)
    if not match:
        return text, None
    if not _CLOCK_TIME.fullmatch(match[2]):
        _refuse("has an impossible time of day", "write hours and minutes: `2002-05-31 06:00`")
    return match[1], match[2]
