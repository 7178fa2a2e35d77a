"""What the headings of a table mean, in English, German, French, Spanish and Korean."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from lettergen.cache import digest, remembered
from lettergen.errors import did_you_mean

__all__ = ["folded", "likely_meaning", "meaning", "meant_field", "suggestion"]

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "name_middle": ("name_given",),
    "second_family": ("name_family",),
    "courtesy": ("name_courtesy",),
    "suffix": ("name",),
    "email": ("email", "contact_email"),
    "street": ("street", "address_1", "address"),
    "house_number": ("house_number", "address_1", "address"),
    "street_2": ("address_2", "address"),
    "po_box": ("address_1", "address"),
    "postcode": ("postcode", "address_2", "address"),
    "city": ("city", "address_2", "address"),
    "postcode_and_city": ("city", "address_2", "address"),
    "region": ("region", "address_3", "address"),
    "language": ("language", "languages"),
}
"""Fields that take a kind of value which has none of its own name, the best first."""


_ASIDE = re.compile(
    r"\b(?:\d{1,2}|home|business|work|other|primary|privat|geschäftlich|weitere|domicile|bureau|autre|value|optional|"
    r"required|pflichtfeld|freiwillig|facultatif|obligatoire|opcional|obligatorio|"
    r"(?:del? )?(?:trabajo|domicilio|residencia|particular|hogar))\b|자택|근무지|선택|필수"
)
"""What programs add to a heading when there are several of a kind."""


_HANGUL = re.compile("[\uac00-\ud7af]")


def folded(heading: str) -> str:
    """Return a heading without what differs between programs: case, width, punctuation."""
    text = unicodedata.normalize("NFKC", heading).casefold().replace("ß", "ss")
    return " ".join(re.sub(r"[^\w#°]+|_", " ", text).split())


@cache
def _meanings() -> dict[str, str]:
    path = Path(__file__).with_name("headings.toml")

    def read() -> dict[str, str]:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found: dict[str, str] = {}
        for kind, by_language in table.items():
            found.setdefault(folded(kind), kind)
            for headings in by_language.values():
                for heading in headings:
                    found.setdefault(folded(heading), kind)
        return found

    return remembered("headings", digest(path), read)


def meaning(heading: str) -> str | None:
    """Return what kind of value a heading announces; None if no program or person is known to use it so."""
    text = folded(heading)
    found = _meanings().get(text)
    # "E-mail 1", "Phone 2", "Address 1 - City"
    bare = " ".join(_ASIDE.sub(" ", text).split())
    return found or _meanings().get(bare)


_WORDS_ALONE = {
    "email": "email e mail courriel 이메일",
    "phone": "phone telephone telefon telefonnummer handynummer téléphone teléfono 전화번호 연락처",
    "postcode": "postcode plz postleitzahl zip 우편번호",
    "address": "address adresse anschrift wohnadresse dirección domicilio 주소",
    "city": "city town wohnort ville ciudad 도시",
    "country": "country land wohnsitzland pays país 국가 나라",
    "language": "language languages sprache sprachen langue langues idioma idiomas 언어",
    "organisation": "organisation organization verein association organización asociación 단체",
    "title": "profession occupation beruf profesión métier 직업",
    "name": "name names 성함 성명 이름",
}
"""Words that mean the same in any longer heading: `In what city do you live now?`."""
_PARTS_OF_ADDRESS = frozenset(
    {"address", "street", "postcode", "city", "postcode_and_city", "house_number", "country"}
)
_PARTS = _PARTS_OF_ADDRESS | {
    "name_given", "name_family", "name_middle", "suffix", "courtesy", "street_2", "po_box", "region",
}  # fmt: skip
_SPOKEN_OF = frozenset({"nothing", "note", "tags", "consent", "anonymous", "courtesy"})
"""What is not asked for wherever it is spoken of."""


def likely_meaning(heading: str) -> str | None:
    """Return what a long heading or a question seems to ask for: `What is your postal address? (street)`.

    Where it speaks of several things, only those that make up an address have a meaning together.
    """
    # JotForm and others name a part behind its question: `Full Name - Last Name`, `Address - City`.
    part = meaning(heading.rpartition(" - ")[2]) if " - " in heading else None
    short = re.split(r"[(:?*\[–]| - ", re.sub(r"^\W*(?:\w{1,6}\s?)?\d{1,2}[.):]\s+", "", heading))[0]
    found = meaning(heading) or (part if part in _PARTS else None) or meaning(short)
    if found:
        return found
    kinds = _spoken_of(short) or _spoken_of(heading)
    if len(kinds) > 1 and kinds <= _PARTS_OF_ADDRESS:
        return "address" if kinds - {"postcode", "city"} else "postcode_and_city"
    return next(iter(kinds)) if len(kinds) == 1 else None


def _spoken_of(heading: str) -> frozenset[str]:
    """Return the kinds of values that a heading has words for; of words that overlap, the most count."""
    text = folded(heading)
    found: list[tuple[int, int, str]] = []
    for phrase, kind in _phrases():
        # Korean words have endings.
        start = text.find(phrase) if _HANGUL.match(phrase) else f" {text} ".find(f" {phrase} ")
        if start >= 0 and not any(start < end and begin < start + len(phrase) for begin, end, _ in found):
            found.append((start, start + len(phrase), kind))
    return frozenset(kind for _, _, kind in found)


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """Return what is looked for in longer headings, the longest first."""
    found = {phrase: kind for phrase, kind in _meanings().items() if " " in phrase and kind not in _SPOKEN_OF}
    found |= {word: kind for kind, words in _WORDS_ALONE.items() for word in words.split()}
    return tuple(sorted(found.items(), key=lambda one: -len(one[0])))


def meant_field(word: str, known: Iterable[str]) -> str | None:
    """Return the field among those known that a word means: ``Straße`` is ``address_1``."""
    names = set(known)
    kind = meaning(word)
    if kind is None:
        return None
    return next((name for name in (*_FIELDS.get(kind, (kind,)), kind) if name in names), None)


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return the fix for an unknown name: the field that it means, similar names, or ``otherwise``."""
    names = tuple(known)
    meant = meant_field(word, names)
    return f"did you mean `{meant}`?" if meant else did_you_mean(word, names, otherwise)
