"""Countries and languages as people write them: `Germany`, `Deutschland`, `UK`, `English`."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from lettergen.cache import digest, installed, remembered, traces

__all__ = ["countries", "country_code", "country_codes", "language_code", "language_name", "meant_language"]

_SPOKEN = (
    "en", "de", "fr", "es", "ko", "ja", "zh", "zh_Hant", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs",
    "sk", "hu", "ro", "el", "bg", "hr", "ru", "uk", "tr", "ar", "he", "fa", "hi", "th", "vi", "id", "mn",
)  # fmt: skip
"""Languages in which names are understood."""

# Names in use that CLDR has not: each is of one country only.
_OTHER_NAMES = {
    "GB": ("Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland", "GB-UK"),
    "US": ("United States of America", "U.S.", "U.S.A.", "the United States", "the States"),
    "KR": (
        "Republic of Korea", "ROK", "Korea, South", "Korea (South)", "Korea, Republic of", "S. Korea", "한국",
        "남한",
    ),
    "KP": (
        "DPRK", "Korea, North", "Korea (North)", "N. Korea", "Democratic People's Republic of Korea", "조선",
    ),
    "NL": ("Holland", "the Netherlands"),
    "CN": ("PRC", "P.R. China", "People's Republic of China", "Mainland China"),
    "TW": ("Republic of China", "Taiwan, Province of China"),
    "CZ": ("Czech Republic", "Tschechische Republik"),
    "RU": ("Russian Federation", "Russische Föderation"),
    "TR": ("Turkey",),
    "MM": ("Burma",),
    "CH": ("Swiss Confederation",),
    "IE": ("Republic of Ireland", "Eire"),
    "DE": ("Federal Republic of Germany", "BRD"),
    "VN": ("Viet Nam",),
    "MK": ("Macedonia",),
    "SZ": ("Swaziland",),
    "CI": ("Ivory Coast",),
    "HK": ("Hong Kong", "Hongkong", "香港"),
    "MO": ("Macao", "Macau"),
    "PS": ("Palestine",),
}  # fmt: skip
# One of these countries is meant, and nobody can tell which.
_SHARED_NAMES = {
    ("KR", "KP"): ("Korea", "Corée", "Corea", "Coreia", "코리아", "朝鮮半島"),
    ("CD", "CG"): ("Congo", "Kongo", "콩고"),
}
# What is written for a language by mistake: the code of a country where it is spoken.
_MISTAKEN = {"kr": "ko", "jp": "ja", "cn": "zh", "gr": "el", "cz": "cs", "dk": "da", "ua": "uk", "vn": "vi"}
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)


@cache
def countries() -> dict[str, str]:
    """Return the ISO 3166 codes and the names of the countries in English."""
    # CLDR's own codes: regions that are no countries, and test data.
    others = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}

    def read() -> dict[str, str]:
        from babel import Locale

        names = ((str(code), str(name)) for code, name in Locale("en").territories.items())
        return {
            code: name for code, name in names if len(code) == 2 and code.isalpha() and code not in others
        }

    return remembered("countries", _babel(), read)


def country_code(text: str) -> str | None:
    """Return the code of the one country that a text can mean, or None."""
    codes = country_codes(text)
    return codes[0] if len(codes) == 1 else None


def country_codes(text: str) -> tuple[str, ...]:
    """Return the codes of all countries that a code or name can mean."""
    code = text.strip().upper()
    return (code,) if code in countries() else _country_names().get(_folded(text), ())


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
def _country_names() -> dict[str, tuple[str, ...]]:
    def read() -> dict[str, tuple[str, ...]]:
        from babel import Locale
        from babel.core import get_global

        known = countries()
        names = [(name, code) for code, others in _OTHER_NAMES.items() for name in others]
        for language in _SPOKEN:
            names += [(name, code) for code, name in Locale.parse(language).territories.items()]
        # ISO 3166's codes of three letters, and UK.
        names += [(old, new[0]) for old, new in get_global("territory_aliases").items() if len(new) == 1]
        names += [
            (name, code) for codes, shared in _SHARED_NAMES.items() for name in shared for code in codes
        ]
        return _index(((name, code) for name, code in names if code in known), str.isalpha)

    return remembered("country-names", (_SPOKEN, _OTHER_NAMES, _SHARED_NAMES, _babel()), read)


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
