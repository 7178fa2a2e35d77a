"""Headers as they go over the line: encoded words that every reader joins to what was written (RFC 2047).

Python's own folding breaks some texts otherwise than it reads them (CPython
gh-121284): spaces are lost between encoded words, and some words are empty. So
what is not plain ASCII is encoded as a whole here, its spaces included.
"""

from base64 import b64encode
from email.headerregistry import Address
from email.policy import EmailPolicy
from string import ascii_letters, digits

__all__ = ["HeaderPolicy", "encoded_words"]

_LONGEST_WORD = 75
_LONGEST_LINE = 76
"""Characters of an encoded word, and of a line that holds one (RFC 2047, 2)."""
_HEAD = "=?utf-8?{}?"
_FRAME = len(_HEAD.format("b")) + len("?=")
_FOLD = "\r\n "
_ATOM = frozenset(ascii_letters + digits + "!#$%&'*+-/=?^_`{|}~ ")
_UNCHANGED = frozenset(ascii_letters + digits + "!*+-/")
"""What stands for itself in an encoded word before an address (RFC 2047, 5, rule 3)."""


class HeaderPolicy(EmailPolicy):
    """Writes subject, sender and recipient in encoded words of our own; everything else as Python does."""

    def fold(self, name: str, value: str) -> str:
        """Return a header with its folds."""
        kind = name.lower()
        if kind == "subject":
            return f"{name}: {_subject(str(value), len(name) + 2)}\r\n"
        addresses: tuple[Address, ...] = getattr(value, "addresses", ())
        if kind in ("from", "to") and len(addresses) == 1:
            return f"{name}: {_mailbox(addresses[0], len(name) + 2)}\r\n"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same as bytes."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


def encoded_words(text: str, first_column: int) -> list[str]:
    """Return a text as encoded words, none of them empty, each character whole in one of them.

    Only the last of them ends in padding: GMime, which several mail programs read with, stops a
    text at the first that does.

    Args:
        text: What a reader should see.
        first_column: How much of the line the first of them finds taken.
    """
    is_quoted = len(_quoted(text)) <= len(_base64(text))
    words: list[str] = []
    room = min(_LONGEST_WORD, _LONGEST_LINE - first_column) - _FRAME
    while text:
        count = 0 if is_quoted else _fit_for_base64(text, room)
        kind, encode = ("b", _base64) if count else ("q", _quoted)
        count = count or _fit_for_quoted(text, room)
        words.append(f"{_HEAD.format(kind)}{encode(text[:count])}?=")
        text, room = text[count:], _LONGEST_WORD - _FRAME
    return words


def _fit_for_base64(text: str, room: int) -> int:
    """Return how many characters fit into a word: all, or so many that their bytes need no padding."""
    size = unpadded = 0
    for count, sign in enumerate(text, start=1):
        size += len(sign.encode())
        if -(-size // 3) * 4 > room:
            return unpadded
        if size % 3 == 0:
            unpadded = count
    return len(text)


def _fit_for_quoted(text: str, room: int) -> int:
    """Return how many characters fit into a word of the encoding Q, one at least."""
    size = 0
    for count, sign in enumerate(text):
        size += len(_quoted(sign))
        if count and size > room:
            return count
    return len(text)


def _quoted(text: str) -> str:
    """Return a text in the encoding Q, a blank as an underscore."""
    marks = ("".join(f"={byte:02X}" for byte in sign.encode()) for sign in text)
    return "".join(
        sign if sign in _UNCHANGED else "_" if sign == " " else mark
        for sign, mark in zip(text, marks, strict=True)
    )


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _subject(text: str, column: int) -> str:
    words = text.split(" ")
    is_plain = text.isascii() and text.isprintable() and "=?" not in text
    if not is_plain or max(map(len, words)) > _LONGEST_LINE - column:
        return _FOLD.join(encoded_words(text, column))
    lines = [words[0]]
    for word in words[1:]:
        if column + len(lines[-1]) + 1 + len(word) > _LONGEST_LINE:
            lines.append(word)
            column = 1
        else:
            lines[-1] += f" {word}"
    return _FOLD.join(lines)


def _mailbox(address: Address, column: int) -> str:
    """Return a name and its address; the address stands on a line of its own where both are too long."""
    name, spec = address.display_name, address.addr_spec
    if not name:
        return spec
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    last = name if _ATOM.issuperset(name) else f'"{quoted}"'
    lines = [last]
    is_plain = name.isascii() and name.isprintable() and "=?" not in name
    if not is_plain or column + len(last) > _LONGEST_LINE:
        *before, last = encoded_words(name, column)
        lines, column = [*before, last], column if not before else 1
    is_short = column + len(last) + len(spec) + 3 <= _LONGEST_LINE
    return _FOLD.join(lines) + (" " if is_short else _FOLD) + f"<{spec}>"
