"""Languages as people write them: `English`, `Deutsch`, `한국어`, `eng`, `pt-BR`."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from lettergen.cache import digest, installed, remembered, traces

__all__ = ["codes", "language_code", "language_name", "meant_language"]

_SPOKEN = (
    "en", "de", "fr", "es", "ko", "ja", "zh", "zh_Hant", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs",
    "sk", "hu", "ro", "el", "bg", "hr", "ru", "uk", "tr", "ar", "he", "fa", "hi", "th", "vi", "id", "mn",
)  # fmt: skip
"""Languages in which names are understood."""

# What is written for a language by mistake: the code of a country where it is spoken.
_MISTAKEN = {"kr": "ko", "jp": "ja", "cn": "zh", "gr": "el", "cz": "cs", "dk": "da", "ua": "uk", "vn": "vi"}
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)


def codes() -> tuple[str, ...]:
    """Return the codes of languages that letters are often written in."""
    return tuple(one.replace("_", "-") for one in _SPOKEN)


def language_code(text: str) -> str | None:
    """Return the code of the one language that a code or name can mean: `en`, `pt-BR`; or None."""
    match = _TAG.fullmatch(text.strip())
    if match and (code := match[1].lower()) in _languages():
        script, region = match[2], match[3]
        if code not in _MISTAKEN or region:
            parts = (code, script.title() if script else "", region.upper() if region else "")
            return "-".join(filter(None, parts))
    found = _language_names().get(_folded(text), ())
    return found[0] if len(found) == 1 else None


def meant_language(text: str) -> str | None:
    """Return the language meant by somebody who wrote the code or name of a country: `kr`, `Korea`."""
    return _MISTAKEN.get(text.strip().lower())


def language_name(code: str) -> str:
    """Return the name of a language in English."""
    return _languages().get(code, code)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", " ".join(re.sub(r"[^\w]+", " ", letters.replace(".", "")).split()))


@cache
def _languages() -> dict[str, str]:
    def read() -> dict[str, str]:
        from babel import Locale

        return {str(code): str(name) for code, name in Locale("en").languages.items() if "_" not in code}

    return remembered("languages", _babel(), read)


@cache
def _language_names() -> dict[str, tuple[str, ...]]:
    def read() -> dict[str, tuple[str, ...]]:
        from babel import Locale
        from babel.core import get_global

        known = _languages()
        names: list[tuple[str, str]] = []
        for language in _SPOKEN:
            names += Locale.parse(language).languages.items()
        pairs = [(name, code.replace("_", "-")) for code, name in names if code in known]
        # ISO 639's codes of three letters.
        aliases = get_global("language_aliases").items()
        pairs += [(old, new) for old, new in aliases if len(old) == 3 and new in known]
        return _index(pairs, lambda name: len(name) > 1)

    return remembered("language-names", (_SPOKEN, _babel()), read)


def _index(names: Iterable[tuple[str, str]], is_kept: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, code in names:
        folded = _folded(name)
        if is_kept(folded.replace(" ", "")):
            found.setdefault(folded, {})[code] = None
    return {name: tuple(codes) for name, codes in found.items()}


def _babel() -> tuple[object, ...]:
    folder = installed("babel")
    # The first names the version.
    return digest(folder / "__init__.py"), traces(folder / "locale-data")
