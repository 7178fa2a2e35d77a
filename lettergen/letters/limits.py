"""How long a letter may be in each of its parts, seen before a page is made of it."""

import re
from collections.abc import Iterable, Iterator

from lettergen.errors import Problem
from lettergen.letters.budget import LONGEST_TEXT
from lettergen.letters.letter import Block, Letter, ListBlock, Quote

__all__ = ["LONGEST_WORD", "MOST_BLOCKS", "MOST_SIGNATORIES", "check", "too_heavy"]

LONGEST_WORD = 1_000
"""The longest in any dictionary has some 200 letters; a web address may have 2,000, in no letter."""
MOST_BLOCKS = 2_000
"""Paragraphs, headings and list items."""
MOST_SIGNATORIES = 2_000

# Chinese, Japanese, Thai, Lao, Tibetan, Burmese and Khmer have no spaces between
# words (Unicode line breaking classes ID, CJ and SA); Korean may do without.
_WORD = re.compile(
    r"[^\s\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U0003ffff\u00ad\u200b]"
    f"{{{LONGEST_WORD + 1},}}"
)


def check(letter: Letter) -> Iterator[Problem]:
    """Yield what a letter has too much of."""
    name = f"to `{letter.recipient_id}`" if letter.recipient_id else f"`{letter.letter_id}`"
    texts = tuple(letter.texts())
    blocks = sum(
        1 for one in (letter.body, *(message.blocks for message in letter.enclosed)) for _ in _all(one)
    )
    for what, count, most in (
        ("characters", sum(map(len, texts)), LONGEST_TEXT),
        ("paragraphs and list items", blocks, MOST_BLOCKS),
        ("signatories", len(letter.signatories), MOST_SIGNATORIES),
    ):
        if count > most:
            yield Problem(
                "letter-too-long",
                f"the letter {name} has {count:,} {what}; a letter holds {most:,}.",
                "shorten it, or send the rest as a paper of its own.",
            )
    longest = max((len(match[0]) for text in texts for match in _WORD.finditer(text)), default=0)
    if longest:
        yield Problem(
            "word-too-long",
            f"the letter {name} has a word of {longest:,} characters; {LONGEST_WORD:,} are set.",
            "look for spaces that got lost.",
        )


def too_heavy(letter: str) -> Problem:
    """Return the problem of a letter for which Python has no memory or depth left."""
    return Problem(
        "letter-too-heavy",
        f"the letter {letter} needs more memory, or lies deeper within itself, than a letter may.",
        "make it shorter, and its quotes, lists and pictures plainer.",
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
