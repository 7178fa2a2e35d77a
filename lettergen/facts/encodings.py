"""Texts in other encodings than UTF-8: read where the encoding is named or certain, never guessed."""

import re
import unicodedata

from lettergen.errors import InputProblems, Place

__all__ = ["decoded", "fitting", "is_mixed", "wide_encoding"]

_LIKELY = (
    "cp1252", "cp1250", "cp1251", "cp949", "cp932", "gb18030", "big5", "cp1253", "cp1254", "cp1255", "cp1256",
    "cp1257", "mac_roman",
)  # fmt: skip
"""What programs write on Windows from Western Europe to Japan, and on older Macs."""
_SHOWN = 5
_MOST_MARKED = 0.6
_LOOKED_AT = 50_000
_PUNCTUATION = "’‘“”„«»–—°ºª№€…·、。「」（）"
_OPENING = "¿¡"
"""They begin words."""
_APART = "§£¢¥©®™•×²³½¼¾±¶†"
"""They stand beside no letter: `Hauptstra§e` is no word."""
_ODD_INSIDE = re.compile(r"(?<=[^\W\d_])[—–“”„«»…°ºª№€](?=[^\W\d_])")
"""They may stand between two letters, but seldom do."""
_WORD = re.compile(rb"[^\s,;\t\"]*[\x80-\xff][^\s,;\t\"]*")
_HAS_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_LETTERS = ("Lu", "Ll", "Lo", "Mn", "Mc")
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def wide_encoding(data: bytes) -> str | None:
    """Return UTF-32 or UTF-16 where a mark says so, and UTF-16 where every other byte is null."""
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    start = data[:_LOOKED_AT]
    if marked or b"\0" not in start or len(data) % 2:
        return marked
    # No text in UTF-8 has a null byte; separators and line ends have one in UTF-16, whatever the language.
    first, second = start[::2].count(0), start[1::2].count(0)
    return "utf-16-le" if second > first else "utf-16-be"


def decoded(data: bytes, file: str, encoding: str | None) -> str:
    """Return the text of a file in UTF-8, in UTF-16 or UTF-32, or in the encoding that is named.

    Raises:
        InputProblems: The text is in none of them; the problem shows how likely encodings would read it.
    """
    encoding = wide_encoding(data) or encoding
    try:
        return data.decode(encoding or "utf-8-sig")
    except LookupError:
        message, fix = (
            f"there is no encoding `{encoding}`.",
            "use cp1252, cp949, utf-8 or another of Python's",
        )
        raise InputProblems.of("unknown-encoding", message, fix) from None
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding or "utf-8-sig", "replace")
        place = Place(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        if encoding is None and is_mixed(data):
            message = f"line {place.line} is in another encoding than the rest, which is in UTF-8."
            fix = f"retype what is damaged in line {place.line}, and save the file as UTF-8"
            raise InputProblems.of("not-utf-8", message, fix, place) from None
        message = f"this text is not in {encoding or 'UTF-8'}."
        raise InputProblems.of("not-utf-8", message, _fix(data), place) from None


def is_mixed(data: bytes) -> bool:
    """Say whether some words are certainly in UTF-8, so that those that are not were pasted in.

    `Müller` in UTF-8 is no word in any other encoding; Korean syllables may seem to be letters in UTF-8.
    """
    words = [word for word in set(_WORD.findall(data[:_LOOKED_AT])) if _is_utf_8(word)]
    return any(map(_HAS_ASCII_LETTERS.search, words))


def _is_utf_8(word: bytes) -> bool:
    try:
        text = word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _is_likely(text)


def _fix(data: bytes) -> str:
    found = [f"`{name}` reads `{word}`" for name, word in fitting(data)]
    return f"name its encoding with `--encoding`: {', '.join(found)}" if found else "save it as UTF-8"


def fitting(data: bytes) -> list[tuple[str, str]]:
    """Return the encodings in which all words of a text are made of letters, each with a word to judge by.

    Those come first in which fewer words have signs that seldom stand between letters. The word is the
    longest that they read differently.
    """
    words = list(dict.fromkeys(_WORD.findall(data[:_LOOKED_AT])))
    readings: dict[tuple[str, ...], str] = {}
    for encoding in _LIKELY:
        try:
            texts = tuple(word.decode(encoding) for word in words)
        except UnicodeDecodeError:
            continue
        if all(map(_is_likely, texts)) and not _is_strange("".join(texts)):
            readings.setdefault(texts, encoding)
    ranked = sorted(readings, key=lambda texts: sum(bool(_ODD_INSIDE.search(text)) for text in texts))[
        :_SHOWN
    ]
    differing = [at for at in range(len(words)) if len({texts[at] for texts in ranked}) == len(ranked)]
    shown = max(differing or range(len(words)), key=lambda at: len(words[at]), default=0)
    return [(readings[texts], texts[shown]) for texts in ranked if texts]


def _is_strange(text: str) -> bool:
    """Say whether Latin words have more letters with marks than any language."""
    letters = [sign for sign in text if sign.isalpha()]
    is_latin = bool(letters) and unicodedata.name(letters[0], "").startswith("LATIN")
    return is_latin and sum(not sign.isascii() for sign in letters) > _MOST_MARKED * len(letters)


def _is_likely(text: str) -> bool:
    """Say whether a text has letters of one script only, and signs that every keyboard has."""
    scripts = set()
    for at, sign in enumerate(text):
        if unicodedata.category(sign) in _LETTERS:
            scripts.add(unicodedata.name(sign, "?").partition(" ")[0])
        elif sign in _OPENING:
            if at and text[at - 1].isalnum():
                return False
        elif sign in _APART:
            if any(beside.isalpha() for beside in text[max(at - 1, 0) : at + 2]):
                return False
        elif not (sign.isascii() or sign.isspace() or sign in _PUNCTUATION):
            return False
    return len(scripts - {"COMBINING"}) <= 1 or scripts <= {
        "CJK",
        "HIRAGANA",
        "KATAKANA",
        "KATAKANA-HIRAGANA",
    }
