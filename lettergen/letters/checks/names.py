"""Names as people typed them into a form: all in capitals, in small letters, with signs that no name has."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from lettergen.errors import Problem
from lettergen.facts.model import PersonName
from lettergen.letters.checks.checked_record import CheckedRecord

__all__ = ["check", "is_plain"]

_PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "los",
    "las", "el", "al", "bin", "ibn", "ben", "y", "e", "zu", "zum", "ter", "ten", "af", "av",
})  # fmt: skip
_ODD = frozenset({"So", "Sk", "Sm", "Sc", "Cn", "Co", "Cs", "Cf", "Nd", "Nl", "No"})
"""Categories of Unicode: symbols, unassigned and invisible characters, digits."""
_ODD_SIGNS = re.compile(r"[@#*_/\\|<>=+!?;:\"%&~]|\bwww\.|\bhttp")
_TURNED = re.compile(
    r"([^,]+), ?(?! |(?:[JS]r\b|I{1,3}V?\b|[A-Z][A-Za-z.]*[A-Z]|Esq|[Jj]un|[Ss]en|MdB|M\.?D|née|geb))([^,]+)"
)
"""`Roe, Jane`, but not `Martin Luther King, Jr.` or `Ann Lee, PhD`."""
_JOINING = frozenset({"und", "and", "et", "och"})
"""Words between the names of two people; `y` and `e` also stand within one name."""
_TOTALS = frozenset({
    "total", "totals", "subtotal", "sum", "summe", "gesamt", "insgesamt", "anzahl", "count", "somme", "suma",
    "합계", "총계",
})  # fmt: skip
"""What a spreadsheet has below a list."""
_NUMERALS = frozenset({"II", "III", "IV", "VI", "VII", "VIII", "IX"})


def is_plain(name: PersonName | None) -> bool:
    """Say quickly that nothing is odd about a name, as is true of most."""
    if name is None:
        return True
    if name.given and name.family and not name.full and _is_plain(name.given) and _is_plain(name.family):
        return True
    return _is_plain(name.full or f"{name.given or ''} {name.family or ''}")


@lru_cache(maxsize=50_000)
def _is_plain(text: str) -> bool:
    """Say whether a name is plain, or a part of it, as many people have it."""
    plain = f"{text} ".replace(". ", " ").replace(" ", "").replace("-", "").replace("’", "").replace("'", "")
    is_common = plain.isalpha() and not text.isupper() and not text.islower()
    return is_common and _JOINING.isdisjoint(text.split()) and text.casefold() not in _TOTALS


def check(name: PersonName | None, record: CheckedRecord) -> Iterator[Problem]:
    """Yield what is odd about the name of a sender: told, and printed as it stands."""
    if name is None or is_plain(name):
        return
    text = name.full or f"{name.given or ''} {name.family or ''}".strip()
    if odd := _odd_sign(text):
        yield record.problem(
            "unusual-name",
            f"the name of {record} holds {odd}.",
            "correct it, or leave the sender out: a letter is signed with this name.",
            ("name",),
            "warning",
        )
        return
    if told := _not_one_person(text):
        yield record.problem(
            "unusual-name", f"the name of {record} {told[0]}.", told[1], ("name",), "warning"
        )
        return
    if turned := _TURNED.fullmatch(text):
        yield record.problem(
            "unusual-name",
            f"the name of {record} has a comma, and would be printed with it.",
            f"write `{turned[2]} {turned[1]}` if the family name stands first, or leave it.",
            ("name",),
            "warning",
        )
        return
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > 2 and (text.isupper() or text.islower()):
        case = "capitals" if text.isupper() else "small letters"
        offered = " ".join(map(_mixed, text.split()))
        yield record.problem(
            "name-case",
            f"the name of {record} is all in {case}.",
            f"write `{offered}` if that is the name, or leave it: it is printed as it stands.",
            ("name",),
            "warning",
        )


def _not_one_person(text: str) -> tuple[str, str] | None:
    """Return what is said of a name that may be those of two people, or a sum below a list."""
    if text.casefold() in _TOTALS:
        return "is a word for a sum", "delete the row if it is no person, or leave it."
    if _JOINING.isdisjoint(text.split()):
        return None
    fix = "give each a row of their own if both sign, or leave it: it is printed as it stands."
    return "may be those of two people", fix


def _odd_sign(text: str) -> str | None:
    """Say which sign of a text no name has."""
    if found := _ODD_SIGNS.search(text):
        return f"`{found[0]}`"
    for sign in text:
        if (
            unicodedata.category(sign) in _ODD and sign not in "\u200c\u200d"
        ):  # joiners of Persian and Indic scripts
            return f"the sign U+{ord(sign):04X} ({unicodedata.name(sign, 'without a name').lower()})"
    return None if any(map(str.isalpha, text)) else "no letter"


def _mixed(word: str) -> str:
    """Return a word of a name in mixed case, as a proposal."""
    if word.upper() in _NUMERALS:
        return word.upper()
    if word.casefold() in _PARTICLES:
        return word.lower()
    parts = re.split(r"([-’'])", word.lower())
    word = "".join(part[:1].title() + part[1:] for part in parts)
    return re.sub(r"^Mc(\w)", lambda match: f"Mc{match[1].upper()}", word)
