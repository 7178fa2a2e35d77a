"""Texts in other encodings than UTF-8: read where the encoding is named or certain, never guessed."""

import re
import unicodedata

from lettergen.errors import InputProblems, Place

__all__ = ["decoded", "fitting"]

_LIKELY = (
    "cp1252", "cp1250", "cp1251", "cp949", "cp932", "gb18030", "big5", "cp1253", "cp1254", "cp1255", "cp1256",
    "cp1257", "mac_roman",
)  # fmt: skip
"""What programs write on Windows from Western Europe to Japan, and on older Macs."""
_SHOWN = 5
_MOST_MARKED = 0.6
_LOOKED_AT = 50_000
_WORD = re.compile(rb"[^\s,;\t\"]*[\x80-\xff][^\s,;\t\"]*")
_LETTERS = ("Lu", "Ll", "Lo", "Mn", "Mc")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes, file: str, encoding: str | None) -> str:
    """Return the text of a file in UTF-8, in UTF-16 with its mark, or in the encoding that is named.

    Raises:
        InputProblems: The text is in none of them; the problem shows how likely encodings would read it.
    """
    if data[:2] in _UTF_16:
        encoding = "utf-16"
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
        message = f"this text is not in {encoding or 'UTF-8'}."
        place = Place(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        raise InputProblems.of("not-utf-8", message, _fix(data), place) from None


def _fix(data: bytes) -> str:
    found = [f"`{name}` reads `{word}`" for name, word in fitting(data)]
    return f"name its encoding with `--encoding`: {', '.join(found)}" if found else "save it as UTF-8"


def fitting(data: bytes) -> list[tuple[str, str]]:
    """Return the encodings in which all words of a text are made of letters, each with one of the words."""
    words = list(dict.fromkeys(_WORD.findall(data[:_LOOKED_AT])))
    longest = max(words, key=len, default=b"")
    found: dict[str, str] = {}
    for encoding in _LIKELY:
        try:
            texts = [word.decode(encoding) for word in words]
            shown = longest.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(map(_is_likely, texts)) and not _is_strange("".join(texts)):
            found.setdefault(shown, encoding)
    return [(encoding, shown) for shown, encoding in found.items()][:_SHOWN]


def _is_strange(text: str) -> bool:
    """Say whether Latin words have more letters with marks than any language."""
    letters = [sign for sign in text if sign.isalpha()]
    is_latin = bool(letters) and unicodedata.name(letters[0], "").startswith("LATIN")
    return is_latin and sum(not sign.isascii() for sign in letters) > _MOST_MARKED * len(letters)


def _is_likely(text: str) -> bool:
    """Say whether a text has letters of one script only, and signs that every keyboard has."""
    scripts = set()
    for sign in text:
        if unicodedata.category(sign) in _LETTERS:
            scripts.add(unicodedata.name(sign, "?").partition(" ")[0])
        elif not (sign.isascii() or sign in "’‘“”„«»–—°ºª№€…·、。「」（）"):
            return False
    return len(scripts - {"COMBINING"}) <= 1 or scripts <= {
        "CJK",
        "HIRAGANA",
        "KATAKANA",
        "KATAKANA-HIRAGANA",
    }
