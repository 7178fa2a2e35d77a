"""Letters of a visitor whom nobody knows yet: their words, with marks where the visitor's will stand.

A letter is written by the same code as every other, for a sender whose values are marks. Whether the page can
put any visitor's values in their places is tried: letters of made-up visitors have to come out the same as
those that lettergen writes for them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache, partial
from types import MappingProxyType
from typing import NamedTuple

from lettergen.action_page.letter_parts import Part, mapped, parts_of, texts_of
from lettergen.action_page.marks import (
    DATE,
    END,
    MARKS,
    OPEN_MARKS,
    Visitor,
    filled,
    paragraphs,
)
from lettergen.errors import Problem
from lettergen.facts.model import PersonName, Recipient, Sender
from lettergen.letters.letter import Letter
from lettergen.reference import address
from lettergen.reference import language as words

__all__ = ["VARIANTS", "GivenFields", "Writer", "filled_parts", "skeleton", "tried"]

Writer = Callable[[Recipient, Sender], tuple[Letter, tuple[Problem, ...]]]
"""Writes the letter of a recipient and a sender, and returns it with its problems."""
VISITOR = "visitor"
"""The id under which a visitor stands in messages."""


class GivenFields(NamedTuple):
    """Which of the fields that may stay empty a visitor has filled in."""

    own_words: bool
    address: bool
    place: bool

    @property
    def number(self) -> int:
        """The place among `VARIANTS`."""
        return self.own_words + 2 * self.address + 4 * self.place


VARIANTS = tuple(GivenFields(bool(number & 1), bool(number & 2), bool(number & 4)) for number in range(8))
# In small letters, so that what begins a sentence shows; two words of each that has lines or paragraphs.
_FIRST, _SECOND = "exo{}", "exi{}"
_RAW: Mapping[str, str] = MappingProxyType(
    {"name": "\ufdd2", "place": "\ufdd3", "address": "\ufdd4", "country": "\ufdd6", "own": "\ufdd7"}
)


def _marked() -> Sender:
    """Return a sender of marks."""
    first = {name: _FIRST.format(mark) for name, mark in _RAW.items()}
    lines = (first["address"], _SECOND.format(_RAW["address"]))
    own = f"{first['own']}\n\n{_SECOND.format(_RAW['own'])}"
    sender = Sender(
        id=VISITOR, name=PersonName(full=first["name"]), place=first["place"], address=lines, own_words=own
    )
    # No country has this code, so its name is the code itself.
    return sender.model_copy(update={"country": _RAW["country"]})


MARKED = _marked()
TRIED: tuple[Sender, ...] = (
    Sender(
        id=VISITOR,
        name=PersonName(full="Åse-Marie d’Example Jr."),
        place="São Tomé",
        address=("c/o Example", "12 Second Street", "0001 Town"),
        country="IS",
        own_words="as a nurse I have seen what it is to wait.\n\nand I know\nwhat a letter can do",
    ),
    Sender(
        id=VISITOR,
        name=PersonName(full="quirin"),
        place="O",
        address=("1 Q",),
        country="UY",
        own_words="Élan",
    ),
)
"""Visitors for whom letters are tried."""


def with_fields(sender: Sender, given: GivenFields) -> Sender:
    """Return a sender without the fields that are not given."""
    left: dict[str, object] = {}
    if not given.own_words:
        left["own_words"] = None
    if not given.address:
        left["address"] = ()
    if not given.place:
        left["place"] = None
    return sender.model_copy(update=left)


def skeleton(letter: Letter) -> tuple[Part, ...]:
    """Return the parts of a letter of the marked sender with the page's marks in them."""
    parts = [mapped(part, _with_marks) for part in parts_of(letter)]
    today = words.full_date(letter.date, letter.language)
    dated = ((kind, text.replace(today, DATE) if kind == "date" else text) for kind, text in parts)
    return tuple(_with_own_words(dated))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what stands in a letter of the marked sender, and the mark for each."""
    forms = {"country": "(){0}()", "address": "([eE])xo{0}([^{0}]*?)[eE]xi{0}", "own": "([eE])xo{0} exi{0}()"}
    return tuple(
        (re.compile(forms.get(name, "([eE])xo{0}()").format(raw)), MARKS[name]) for name, raw in _RAW.items()
    )


@lru_cache(maxsize=4_096)
def _with_marks(text: str) -> str:
    for pattern, mark in _patterns():
        text = pattern.sub(partial(_marked_as, mark), text)
    return text


def _marked_as(mark: str, found: re.Match[str]) -> str:
    form = chr(ord(mark) + 1) if found[1] == "E" else mark
    return f"{form}{found[2]}{END}" if mark == MARKS["address"] else form


def _with_own_words(parts: Iterator[Part]) -> Iterator[Part]:
    """Yield the parts, own words that stand in paragraphs of their own as one."""
    first, second = _FIRST.format(_RAW["own"]), _SECOND.format(_RAW["own"])
    begun = {first: 0, first.capitalize(): 1}
    found = list(parts)
    while found:
        kind, content = found.pop(0)
        one = content[0] if kind == "p" and len(content) == 1 else None
        if one in begun and found and found[0] == ("p", (second.capitalize(),)):
            found.pop(0)
            yield "own", begun[one]
        elif kind == "quote":
            yield kind, tuple(_with_own_words(iter(content)))
        else:
            yield kind, content


def filled_parts(parts: tuple[Part, ...], visitor: Visitor) -> Iterator[Part]:
    """Yield the parts of a skeleton with a visitor's values, as page.js does."""
    for part in parts:
        kind, content = part
        if kind == "own":
            yield from (("p", (one,)) for one in paragraphs(visitor.own_words, begins=bool(content)))
        elif kind == "quote":
            yield kind, tuple(filled_parts(content, visitor))
        else:
            yield mapped(part, lambda text: filled(text, visitor))


def tried(
    parts: tuple[Part, ...], recipient: Recipient, given: GivenFields, write: Writer
) -> Iterator[Problem]:
    """Yield a problem unless a skeleton, filled in, is the letter that lettergen writes for each visitor."""
    open_texts = [text for text in texts_of(parts) if OPEN_MARKS.search(text)]
    files = write(recipient, with_fields(TRIED[0], given))[0].files
    if files:
        yield Problem(
            "enclosure-not-on-page",
            f"the letter to `{recipient.id}` encloses the file `{files[0].file}`, which nobody who writes it "
            "on a page has.",
            "choose a template that encloses no files, or take `file:` away and say in the text where it is.",
        )
        return
    for sender in TRIED if not open_texts else ():
        someone = with_fields(sender, given)
        letter, _ = write(recipient, someone)
        visitor = as_visitor(someone, letter.date, letter.language)
        if tuple(filled_parts(parts, visitor)) != parts_of(letter):
            open_texts = ["x"]
            break
    if open_texts:
        yield Problem(
            "page-cannot-follow",
            f"the letter to `{recipient.id}` changes what its sender has given (with `upper`, `first`, a "
            "comparison), which a page cannot do with the words of a visitor.",
            "print `sender.name`, `sender.place`, `sender.address`, `sender.country_name` and `own_words` as "
            "they are, or choose another template.",
        )


def as_visitor(sender: Sender, on: date, language: str) -> Visitor:
    """Return a sender as what somebody would type into a page."""
    return Visitor(
        name=sender.name.as_written() if sender.name else "",
        country=address.country_name(sender.country, language) if sender.country else "",
        date=words.full_date(on, language),
        place=sender.place or "",
        address=sender.address,
        own_words=sender.own_words or "",
    )
