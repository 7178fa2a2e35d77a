"""Limits to the length of a letter's parts, checked before a page is made."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lettergen.errors import Problem
from lettergen.letters.letter import Block, Letter, ListBlock, Quote
from lettergen.letters.template.budget import LONGEST_TEXT

__all__ = [
    "MOST_BLOCKS",
    "MOST_SIGNATORIES",
    "blocks_of",
    "check",
    "has_long_word",
    "too_heavy",
]

LONGEST_WORD = 1_000
"""The longest in any dictionary has some 200 letters; a web address may have 2,000, in no letter."""
MOST_BLOCKS = 2_000
"""Paragraphs, headings and list items."""
MOST_SIGNATORIES = 2_000

# Chinese, Japanese, Thai, Lao, Tibetan, Burmese and Khmer have no spaces between
# words (Unicode line breaking classes ID, CJ and SA); Korean may do without.
_WORD = (
    r"[^\s\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U0003ffff\u00ad\u200b]"
    f"{{{LONGEST_WORD + 1},}}"
)


def check(letter: Letter) -> Iterator[Problem]:
    """Yield the limits that a letter exceeds."""
    name = letter.called
    texts = tuple(letter.texts())
    names = sum(len(one.names) for one in letter.enclosed)
    blocks = blocks_of("body", letter.body) + blocks_of("enclosed", letter.enclosed)
    for what, count, most in (
        ("characters", sum(map(len, texts)), LONGEST_TEXT),
        ("paragraphs and list items", blocks, MOST_BLOCKS),
        ("signatories", len(letter.signatories), MOST_SIGNATORIES),
        ("names in its annex", names, MOST_SIGNATORIES),
    ):
        if count > most:
            yield Problem(
                "letter-too-long",
                f"the letter {name} has {count:,} {what}, more than the {most:,} allowed.",
                "shorten it, or send the rest as a separate document, "
                "as `lettergen petition` does with names.",
            )
    longest = max((len(match[0]) for text in texts for match in re.finditer(_WORD, text)), default=0)
    if longest:
        yield Problem(
            "word-too-long",
            f"the letter {name} has a word of {longest:,} characters; {LONGEST_WORD:,} are allowed.",
            "look for missing spaces.",
        )


def has_long_word(texts: Iterable[str]) -> bool:
    """Say whether a word in one of the texts is too long."""
    return any(len(text) > LONGEST_WORD and re.search(_WORD, text) for text in texts)


def blocks_of(part: str, value: Any) -> int:
    """Return how many paragraphs and list items a part of a letter has, the names of an annex not counted."""
    bodies = [value] if part == "body" else [one.blocks for one in value] if part == "enclosed" else []
    return sum(1 for body in bodies for _ in _all(body))


def too_heavy(letter: str) -> Problem:
    """Return the problem of a letter for which Python has no memory or depth left."""
    return Problem(
        "letter-too-heavy",
        f"the letter {letter} needs too much memory or is nested too deeply.",
        "shorten it, and simplify its quotes, lists and pictures.",
    )


def _all(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        match block:
            case ListBlock(items):
                for item in items:
                    yield from _all(item)
            case Quote(inner):
                yield from _all(inner)
