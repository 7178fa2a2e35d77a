"""Stretches of text in Korean, Japanese or Chinese writing, for the ``lang`` that picks their font."""

import re
from collections.abc import Iterator

__all__ = ["stretches"]

_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
_KANA = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PUNCTUATION = "\u3000-\u3004\u3008-\u303f\uff01-\uff65"
_LETTERS = f"{_HANGUL}{_KANA}{_HAN}"
_STRETCH = re.compile(f"[{_LETTERS}{_PUNCTUATION}]+(?:\x20+[{_LETTERS}{_PUNCTUATION}]+)*")


def stretches(text: str, language: str) -> Iterator[tuple[str, str | None]]:
    """Part ``text`` by script; yield each part with the language to mark, if not the letter's.

    Han characters alone do not tell the language: they are the letter's own
    where it is written with them, else Chinese.
    """
    own = language.partition("-")[0]
    end = 0
    for found in _STRETCH.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], None
        spoken = _language(found[0], own)
        yield found[0], None if spoken == own else spoken
        end = found.end()
    if end < len(text):
        yield text[end:], None


def _language(stretch: str, own: str) -> str:
    if re.search(f"[{_HANGUL}]", stretch):
        return "ko"
    if re.search(f"[{_KANA}]", stretch):
        return "ja"
    return own if own in ("ja", "ko", "zh") else "zh"
