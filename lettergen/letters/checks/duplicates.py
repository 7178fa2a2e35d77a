"""The same addressee under two ids, who would get two letters."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from lettergen.errors import Problem
from lettergen.facts.model import PersonName, Recipient, Sender
from lettergen.letters.checks.checked_record import CheckedRecord
from lettergen.letters.checks.tenure import in_office

__all__ = ["of_recipients", "of_senders", "similar_ids"]

Either = Recipient | Sender
Told = Callable[[Either], CheckedRecord]

_SIGNS = re.compile(r"[\W_]+")
_SHOWN = 3
SHORTEST_WORD = 5
"""Shorter words in ids, such as country codes, differ by one letter on purpose."""
_LONG_WORD = re.compile(rf"(?:^|-)[^\W\d_]{{{SHORTEST_WORD},}}(?:-|$)")


def of_recipients(recipients: Sequence[Recipient], record: Told, *, on: date) -> Iterator[Problem]:
    """Yield recipients who are the same; those out of office are reported elsewhere."""
    present = [one for one in recipients if in_office(one, on)]
    for group in _groups(present, _person):
        yield from _same_person(group, record)
    for group in _groups(present, _address):
        if not _differ(group, lambda one: one.name):
            yield _problem_of_address(group, record)
    yield from _reached_alike(present, record)


def of_senders(senders: Sequence[Sender], record: Told) -> Iterator[Problem]:
    """Yield senders who are the same; a joint letter's record may share its members' data."""
    alone = [one for one in senders if not one.members]
    for group in _groups(alone, _person):
        # A father and a son may bear one name, but then not at one address with one e-mail.
        for same in _groups(group, lambda one: (_folded(one.address), (one.email or "").casefold()), 1):
            yield from _same_person(same, record)
    yield from _reached_alike(alone, record)


def similar_ids(ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of ids that are easily confused: one letter missing, two letters swapped.

    Words with digits are numbered on purpose, and short words are codes.
    """
    known = dict.fromkeys(ids)
    joined: dict[str, str] = {}
    sorted_words: dict[tuple[str, ...], list[str]] = {}
    for name in known:
        first = joined.setdefault(name.replace("-", ""), name)
        if first != name:
            yield first, name
        if not _LONG_WORD.search(name):
            continue
        words = name.split("-")
        for at, word in enumerate(words):
            if len(word) < SHORTEST_WORD or not word.isalpha():
                continue
            for other in {"-".join(_without(words, at, cut)) for cut in range(len(word))}:
                if other in known:
                    yield other, name
            key = (*words[:at], " ", "".join(sorted(word)), *words[at + 1 :])
            sorted_words.setdefault(key, []).append(name)
    for names in sorted_words.values():
        if len(names) > 1:
            yield from _swapped(names)


def _without(words: list[str], at: int, cut: int) -> list[str]:
    return [*words[:at], words[at][:cut] + words[at][cut + 1 :], *words[at + 1 :]]


def _swapped(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(names):
        for other in names[:number]:
            different = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
            if len(different) == 2 and different[1] - different[0] == 1:
                yield other, one


def _same_person(group: Sequence[Either], record: Told) -> Iterator[Problem]:
    first = record(group[0])
    titles = {one.title for one in group if one.title}
    if (
        isinstance(group[0], Recipient)
        and len(titles) == len(group)
        and _differ(group, lambda one: one.address)
    ):
        return  # one holder of two offices, each at its own address
    yield record(group[1]).problem(
        "duplicate-person",
        f"{_named(group)} are the same person; the first is at {first.place}.",
        "keep one of them; to write to both, distinguish them by `title:` and `address:`.",
        ("name",),
        "warning",
    )


def _problem_of_address(group: Sequence[Either], record: Told) -> Problem:
    return record(group[1]).problem(
        "duplicate-address",
        f"{_named(group)} have the same address and nothing else distinguishes them; "
        f"the first is at {record(group[0]).place}.",
        "keep one of them, or distinguish them by `name:` or `attention:`.",
        ("address",),
        "warning",
    )


def _reached_alike(ones: Sequence[Either], record: Told) -> Iterator[Problem]:
    for group in _groups(ones, _fax):
        yield record(group[1]).problem(
            "duplicate-fax",
            f"{_named(group)} have the same fax number; the first is at {record(group[0]).place}.",
            "keep one of them, or the right number for each.",
            ("fax",),
            "warning",
        )
    for group in _groups(ones, lambda one: one.email.casefold() if one.email else None):
        yield record(group[1]).problem(
            "duplicate-email",
            f"{_named(group)} have the same e-mail address; the first is at {record(group[0]).place}.",
            "keep one of them, or the right address for each.",
            ("email",),
            "warning",
        )


def _groups(
    ones: Iterable[Either], key: Callable[[Either], Hashable], least: int = 1
) -> Iterator[list[Either]]:
    """Yield the records that share a value; None does not count."""
    everybody = list(ones)
    values = list(map(key, everybody))
    # Of a hundred thousand, next to none have anything in common.
    counts = Counter(values).items()
    found: dict[Hashable, list[Either]] = {
        value: [] for value, count in counts if count > least and value is not None
    }
    for one, value in zip(everybody, values, strict=True) if found else ():
        if value in found:
            found[value].append(one)
    return iter(found.values())


def _named(group: Sequence[Either]) -> str:
    kind = "recipients" if isinstance(group[0], Recipient) else "senders"
    names = [f"`{one.id}`" for one in group[:_SHOWN]]
    more = len(group) - len(names)
    if more:
        return f"{kind} {', '.join(names)} and {more} more"
    return f"{kind} {', '.join(names[:-1])} and {names[-1]}"


def _person(one: Either) -> Hashable:
    return _name(one.name) if one.name else None


def _name(name: PersonName) -> Hashable:
    """Return a name whatever the order, the capitals and the accents it is written with."""
    if name.full:
        words = _folded_words(name.full)
    else:
        words = _folded_words(name.given or "") + _folded_words(name.family or "")
    return tuple(sorted(words)) if len(words) > 1 else None


@lru_cache(maxsize=50_000)
def _folded_words(part: str) -> tuple[str, ...]:
    return tuple(_folded([part]).split())


def _address(one: Either) -> Hashable:
    """Return the lines of the envelope except the holder's name."""
    if not isinstance(one, Recipient) or not one.address:
        return None
    desk = (one.office or one.title, *one.organisation, one.care_of, one.attention)
    return _folded(one.address), one.country, _folded(filter(None, desk))


def _differ(group: Sequence[Either], value: Callable[[Either], object]) -> bool:
    """Say whether all records have a value, and all differ."""
    values = [value(one) for one in group]
    return all(values) and len(set(values)) == len(values)


def _fax(one: Either) -> str | None:
    if not one.fax:
        return None
    digits = "".join(filter(str.isdigit, one.fax))
    return digits or None


def _folded(lines: Iterable[str]) -> str:
    text = " ".join(lines)
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return _SIGNS.sub(" ", text.casefold()).strip()
