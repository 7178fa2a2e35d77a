"""Korean words stay whole at the end of a line, as CSS has it under ``word-break: keep-all``.

Unicode's algorithm (UAX 14) breaks between any two syllables, which is right for Chinese and Japanese.
Korean is written with spaces and broken at them (W3C, Requirements for Hangul Text Layout). WeasyPrint 70
does not know ``keep-all``, so a word joiner is put between what belongs together; it has no glyph, so it is
neither printed nor copied.
A word that is longer than a line is broken all the same, by ``overflow-wrap``.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape

from lettergen.pages.typefaces.scripts import is_han, is_hangul

__all__ = ["JOINER", "are_one_word", "with_words_joined"]

JOINER = "\N{WORD JOINER}"

# After these, and at spaces, a Korean text is broken too. A full stop also stands inside words: `U.N.은`.
_LEAVES_OFF = frozenset("-‐‒–—―/,;:、，；：。\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}" + JOINER)
_TAG = re.compile(r"(<[^>]*>)")
# What begins and ends inside a line; everything else parts the text before it from the text after it.
_IN_LINE = re.compile(r'</?(?:em|strong)>|</span>|<span(?! class="(?:line|description)")[^>]*>')


def are_one_word(before: str, after: str, *, in_korean: bool = False) -> bool:
    """Say whether two neighbouring characters are part of one Korean word, with its figures and brackets.

    Args:
        before: A character.
        after: The character that follows it.
        in_korean: The text is Korean as a whole, so that its Han characters are Korean words, too.
    """
    if not (is_hangul(before) or is_hangul(after) or (in_korean and is_han(before) and is_han(after))):
        return False
    return not any(one.isspace() or one in _LEAVES_OFF for one in (before, after))


def with_words_joined(html: str) -> str:
    """Return a document whose Korean words are not broken; one without Korean comes back as it is."""
    if not any(map(is_hangul, html)):
        return html
    start = html.index("<body")
    in_korean = '<html lang="ko' in html[:start]
    return html[:start] + "".join(_joined(_TAG.split(html[start:]), in_korean=in_korean))


def _joined(pieces: Iterable[str], *, in_korean: bool) -> Iterator[str]:
    """Yield texts and tags, with joiners in the texts and between those that a tag inside a line parts."""
    last = " "
    for piece in pieces:
        if piece.startswith("<"):
            if not _IN_LINE.fullmatch(piece):
                last = " "
            yield piece
            continue
        text = unescape(piece)
        joined = ""
        for character in text:
            joined += JOINER + character if are_one_word(last, character, in_korean=in_korean) else character
            last = character
        yield piece if joined == text else escape(joined)
