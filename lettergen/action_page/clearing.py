"""What a letter says to its readers that is not for the public, who can read a page."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lettergen.errors import Problem
from lettergen.facts.by_reader import Fact
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Audience, Case, Person, ReaderLines, ReaderText, is_for
from lettergen.letters.privacy.clearance import STRICTNESS, clearance, cleared_name

__all__ = ["is_open", "not_for_the_public"]

_INSTEAD = "or write a template with `audience: public`, which shows only what the public may know."
_MENTION = re.compile(r"@[a-z0-9-]+|[.,;]")
Closed = tuple[str, str, tuple[str, ...]]
"""The path to a fact, the person to whom it belongs, and its words for the letter's readers."""


def is_open(case: Case, readers: tuple[Audience, ...]) -> bool:
    """Say whether the public may know all of a case that these readers may."""
    is_stricter = any(_is_stricter(one, readers) for one in case.persons)
    return not is_stricter and next(_closed(case, readers), None) is None


def not_for_the_public(
    case: Case, campaign: Campaign, readers: tuple[Audience, ...], said: Iterable[str]
) -> tuple[Problem, ...]:
    """Return what makes a letter to its readers differ from the same letter for the public.

    Args:
        case: What the letter is about.
        campaign: Knows where its facts stand.
        readers: Of the letter.
        said: The words of the letter to them.
    """
    words = "\n".join(said)
    persons = [one for one in case.persons if _is_stricter(one, readers)]
    language = case.language or campaign.settings.language
    named = [one for one in persons if cleared_name(one, case, readers, language, courtesy=False) in words]
    texts = list(_closed(case, readers))
    told = [one for one in texts if any(_longest_piece(text) in words for text in one[2])]
    if not named and not told:
        named, told = persons, texts
    return (
        *(_of_person(one, case, campaign, readers) for one in named),
        *(_of_text(path, owner, case, campaign, readers) for path, owner, _ in told),
    )


def _and_public(readers: tuple[Audience, ...]) -> tuple[Audience, ...]:
    return (*readers, "public")


def _is_stricter(person: Person, readers: tuple[Audience, ...]) -> bool:
    return STRICTNESS[clearance(person, _and_public(readers))] > STRICTNESS[clearance(person, readers)]


def _of_person(person: Person, case: Case, campaign: Campaign, readers: tuple[Audience, ...]) -> Problem:
    own, public = clearance(person, readers), clearance(person, ("public",))
    return Problem(
        "not-for-the-public",
        f"everybody can read a page, and `{person.id}` is `{public}` for the public; the letter, for "
        f"{_listed(readers)}, has `{own}`.",
        f"set `publish: {{public: {own}}}` once the person or the family has agreed to that, {_INSTEAD}",
        campaign.places.get(("case/person", f"{case.stem}/{person.id}")),
    )


def _of_text(path: str, owner: str, case: Case, campaign: Campaign, readers: tuple[Audience, ...]) -> Problem:
    of_person = campaign.places.get(("case/person", f"{case.stem}/{owner}")) if owner else None
    return Problem(
        "not-for-the-public",
        f"everybody can read a page, and the letter says what `{path}` of the case `{case.id}` has for "
        f"{_listed(readers)}; the public may not read it, or reads other words.",
        f"let the public read the same (`all:`, `public:` or `readers:`), {_INSTEAD}",
        of_person or campaign.places.get(("case", case.stem)),
    )


def _listed(readers: tuple[Audience, ...]) -> str:
    return " and ".join(f"`{one}`" for one in readers)


def _longest_piece(text: str) -> str:
    """Return the longest stretch of a text in which no name stands and no sentence ends."""
    return max((" ".join(piece.split()) for piece in _MENTION.split(text)), key=len)


def _closed(fact: Fact, readers: tuple[Audience, ...], path: str = "", owner: str = "") -> Iterator[Closed]:
    """Yield each text that the public does not read, or reads in other words."""
    for name in type(fact).model_fields:
        value: Any = getattr(fact, name)
        here = f"{path}.{name}" if path else name
        if isinstance(value, ReaderText | ReaderLines):
            yield from _if_closed(value, readers, here, owner)
        elif isinstance(value, tuple) and value and isinstance(value[0], Fact):
            for number, one in enumerate(value, 1):
                at = f"{here}.{getattr(one, 'id', None) or number}"
                if _is_closed(one, readers):
                    yield at, owner, tuple(_texts(one, readers))
                else:
                    yield from _closed(one, readers, at, one.id if isinstance(one, Person) else owner)


def _if_closed(
    value: ReaderText | ReaderLines, readers: tuple[Audience, ...], path: str, owner: str
) -> Iterator[Closed]:
    told = value.to(readers)
    if told != value.to(_and_public(readers)):
        yield path, owner, (told,) if isinstance(told, str) else tuple(told or ())


def _is_closed(item: Any, readers: tuple[Audience, ...]) -> bool:
    """Say whether an item of a case as a whole is for these readers and not for the public."""
    has_readers = getattr(item, "readers", None) and not isinstance(item, ReaderText | ReaderLines)
    return bool(has_readers) and is_for(item, readers) and not is_for(item, ("public",))


def _texts(item: Fact, readers: tuple[Audience, ...]) -> Iterator[str]:
    for name in type(item).model_fields:
        value = getattr(item, name)
        if isinstance(value, ReaderText) and (told := value.to(readers)):
            yield told
