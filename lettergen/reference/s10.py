"""Numbers of registered items (UPU standard S10): two letters, eight digits, a check digit, the country.

Weights and rule: UPU S10, as its copies give them; ``RR 47312482 9 GB`` is the standard's own example.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lettergen.errors import InputProblems

__all__ = ["ItemNumber", "check_digit", "item_number", "numbers_from"]

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_FORM = re.compile(r"([A-Z]{2})(\d{8})(\d)([A-Z]{2})")
_LAST = 99_999_999


@dataclass(frozen=True, slots=True, order=True)
class ItemNumber:
    """A valid number, by which the posts of all countries follow an item."""

    service: str
    """Two letters; RA to RZ are for registered letters."""
    serial: int
    country: str
    """ISO code of the country whose post has given it out."""

    def __str__(self) -> str:
        """Return the number as it is printed in lists: ``RR473124829GB``."""
        return f"{self.service}{self.serial:08d}{check_digit(self.serial)}{self.country}"

    @property
    def spaced(self) -> str:
        """The number as printed on stickers: ``RR 473 124 829 GB``."""
        digits = f"{self.serial:08d}{check_digit(self.serial)}"
        return f"{self.service} {digits[:3]} {digits[3:6]} {digits[6:]} {self.country}"


def check_digit(serial: int) -> int:
    """Return the check digit of eight digits: 11 less their weighted sum modulo 11; 10 is 0 and 11 is 5."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, f"{serial:08d}", strict=True))
    digit = 11 - total % 11
    return {10: 0, 11: 5}.get(digit, digit)


def item_number(text: str) -> ItemNumber:
    """Read a number as printed on a sticker, with or without spaces.

    Raises:
        InputProblems: It is not in S10 format, or its check digit is wrong.
    """
    compact = re.sub(r"[\s-]", "", text).upper()
    match = _FORM.fullmatch(compact)
    if not match:
        raise InputProblems.of(
            "bad-item-number",
            f"`{text}` is not the number of a registered item.",
            "write it as on the sticker: two letters, nine digits, two letters (RR 473 124 829 GB).",
        )
    service, serial, digit, country = match[1], int(match[2]), int(match[3]), match[4]
    if digit != check_digit(serial):
        raise InputProblems.of(
            "wrong-check-digit",
            f"the check digit of `{text}` is wrong: it is {digit} but must be {check_digit(serial)}.",
            "compare it with the sticker, digit by digit.",
        )
    return ItemNumber(service, serial, country)


def numbers_from(
    first: ItemNumber, last: ItemNumber | None, count: int, used: Collection[str] = ()
) -> tuple[ItemNumber, ...]:
    """Return ``count`` numbers from ``first`` on, in order, without those that were used before.

    Raises:
        InputProblems: The range is reversed, or does not have enough numbers left.
    """
    if last is not None and (last.service, last.country) != (first.service, first.country):
        raise InputProblems.of(
            "bad-item-range",
            f"`{first}` and `{last}` are not in one range: letters or country differ.",
            "give the first and last number of one roll of stickers.",
        )
    if last is not None and last.serial < first.serial:
        raise InputProblems.of(
            "bad-item-range", f"`{last}` comes before `{first}`.", "write the lower number first."
        )
    numbers = tuple(number for number, _ in zip(_free(first, last, used), range(count), strict=False))
    if len(numbers) < count:
        raise InputProblems.of(
            "item-numbers-exhausted",
            f"{count} item numbers are needed, but only {len(numbers)} in the range are unused.",
            "get another roll of stickers, and make a list for each.",
        )
    return numbers


def _free(first: ItemNumber, last: ItemNumber | None, used: Collection[str]) -> Iterator[ItemNumber]:
    for serial in range(first.serial, (last.serial if last else _LAST) + 1):
        number = ItemNumber(first.service, serial, first.country)
        if str(number) not in used:
            yield number
