"""When a distant office is open: its time zone, working week and hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lettergen import installation
from lettergen.delivery.fax.fax_numbers import FaxNumber
from lettergen.errors import LettergenError
from lettergen.reference import table
from lettergen.reference.public_holidays import public_holiday

__all__ = ["CLOSES", "OPENS", "FaxOffice", "office_of", "zone"]

OPENS, CLOSES = time(9), time(17)
"""Usual office hours."""
_SATURDAY, _SUNDAY = 5, 6
_NOWHERE = "Etc/Unknown"


@dataclass(frozen=True, slots=True)
class FaxOffice:
    """The location of a fax machine, for the clock."""

    zone: str
    """IANA time zone: Europe/Zurich."""
    weekend: frozenset[int]
    """Days on which nobody is there; Monday is 0."""
    country: str = ""
    """ISO 3166 code, for public holidays; empty if it is not known."""

    def holidays(self, after: datetime, before: datetime) -> Iterator[tuple[date, str]]:
        """Yield the public holidays in a span of time on which the office would be open otherwise."""
        day, last = (at.astimezone(zone(self.zone)).date() for at in (after, before))
        while day <= last:
            name = public_holiday(day, self.country)
            if name and day.weekday() not in self.weekend:
                yield day, name
            day += timedelta(days=1)

    def slots(self, after: datetime, length: timedelta, isolated: timedelta) -> Iterator[datetime]:
        """Yield the times, in UTC, at which one call after the other can begin.

        Args:
            after: The earliest, with its zone.
            length: What a call takes; it ends before the office closes.
            isolated: From the beginning of a call to that of the next.
        """
        at = after
        while True:
            at = self._open(at, length)
            yield at.astimezone(UTC)
            at += max(isolated, length)

    def _open(self, at: datetime, length: timedelta) -> datetime:
        """Return ``at``, or the next opening if the office is closed then or closes too soon."""
        there = at.astimezone(zone(self.zone))
        opens, closes = self._hours(there.date())
        # A call that is longer than a day in the office begins with it.
        if self._is_work_day(there.date()) and (at <= opens or at + length <= closes):
            return max(at, opens)
        day = there.date() + timedelta(days=1)
        while not self._is_work_day(day):
            day += timedelta(days=1)
        return self._hours(day)[0]

    def _is_work_day(self, day: date) -> bool:
        return day.weekday() not in self.weekend and not public_holiday(day, self.country)

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        here = zone(self.zone)
        # In UTC, for the difference of two times on one wall clock is wrong when the clock is changed.
        return (
            datetime.combine(day, OPENS, here).astimezone(UTC),
            datetime.combine(day, CLOSES, here).astimezone(UTC),
        )


def office_of(number: FaxNumber, country: str | None) -> FaxOffice:
    """Return the office that a number rings in.

    Args:
        number: Says the zone itself in most networks: +1 212 is New York.
        country: Of the recipient; its capital has the say where the number has none.
    """
    home = country or number.country
    known = _zone_of_number(number.e164) or table("zones").get(home or "") or "UTC"
    return FaxOffice(known, _weekend(home), home or "")


def _zone_of_number(e164: str) -> str | None:
    import phonenumbers
    from phonenumbers.timezone import time_zones_for_number

    zones = time_zones_for_number(phonenumbers.parse(e164))
    return zones[0] if len(zones) == 1 and zones[0] != _NOWHERE else None


@cache
def _weekend(country: str | None) -> frozenset[int]:
    """Return the days off, by CLDR: Friday and Saturday in Egypt."""
    from babel import Locale, UnknownLocaleError

    try:
        spoken = Locale.parse(f"und_{country}")
        first, last = spoken.weekend_start, spoken.weekend_end
    except (UnknownLocaleError, ValueError):
        first, last = _SATURDAY, _SUNDAY
    days = (last - first) % 7 + 1
    return frozenset((first + more) % 7 for more in range(days))


def zone(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        LettergenError: This machine has no table of time zones.
    """
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        raise LettergenError.of(
            "no-time-zones",
            f"this machine does not know the time zone `{name}`.",
            f"run `{installation.adding('tzdata')}`, or install your system's package of that name.",
        ) from None
