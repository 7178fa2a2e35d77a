"""Who a row is: its own id, or a digest of name, address and e-mail, wherever it stands in the table."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from operator import itemgetter

from lettergen.errors import Severity
from lettergen.facts.damaged_text import seen
from lettergen.facts.fields import CALCULATED_ID
from lettergen.facts.nodes import Node, SourceText

__all__ = ["SAME_PERSON", "RowIdentities", "digest_of"]

SAME_PERSON = "same-person-twice"
"""The fault of two rows that cannot be told apart."""
_ID_PREFIX = {"recipients": "r", "senders": "s"}
WHO: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("name",), ("name", "full"), ("name", "given"), ("name", "family")),
    (("address",),),
    (("email",), ("contact_email",)),
)
"""Fields that make somebody who they are; all else may be added to a table later."""
WHO_ELSE: tuple[tuple[str, ...], ...] = (("office",), ("organisation",))
"""In the place of a name, where a row has none."""
_WITHOUT_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
"""Signs that nobody sees, which copying adds and takes away."""
NEXT = "\0"
"""Keeps what is said of one from what is said of the other."""


def digest_of(prefix: str, who: Sequence[str], otherwise: Sequence[str]) -> str:
    """Return an id of digits, or nothing where nobody is named.

    Args:
        prefix: Its first letter.
        who: Name, address and e-mail, with `NEXT` between them.
        otherwise: What stands in the place of a name where there is none.
    """
    told = _folded(who)
    if told.startswith(NEXT):
        told = f"{_folded(otherwise)} {told}"
    if not told.strip(f"{NEXT} "):
        return ""
    number = int.from_bytes(blake2b(told.encode(), digest_size=8).digest(), "big") % 10**15
    digits = f"{number:015}"
    return f"{prefix}-{digits[:5]}-{digits[5:10]}-{digits[10:]}"


def _folded(texts: Iterable[str]) -> str:
    """Return texts as one, alike for all ways to write it."""
    text = " ".join(texts).casefold()
    if not text.isascii():
        text = text.translate(_WITHOUT_WIDTH)
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.split())


class RowIdentities:
    """The ids of a table's rows, and who has a row already."""

    def __init__(
        self, document: SourceText, kind: str, at: Mapping[tuple[str, ...], int], blocks: Sequence[str]
    ) -> None:
        """Take the table's name and kind, the column of each field, and the fields of several lines."""
        self._document = document
        self._kind = kind
        self._id = at.get(("id",))
        name, address, email = (_columns(fields, at, blocks) for fields in WHO)
        # The cell behind the last keeps what is said of one from what is said of the other.
        self._who: Callable[[Sequence[str]], Sequence[str]] = itemgetter(*[*name, -1, *address, -1, *email])
        self._who_else = _columns(WHO_ELSE, at, blocks)
        self._reached = [*address, *email]
        self._answers = _columns([("consent",), ("anonymous",)], at, blocks)
        self._people: dict[str, tuple[int, int, tuple[str, ...]]] = {}
        """By identity, place in the list, line and answers of the first row that has it."""
        self.doubtful: set[int] = set()
        """The places in the list of rows that cannot be told apart."""

    def own(self, texts: Sequence[str]) -> str:
        """Return the id that a row gives."""
        return seen(texts[self._id]) if self._id is not None and self._id < len(texts) else ""

    def may_be(self, texts: Sequence[str], wanted: str) -> bool:
        """Say whether a row can be the one with an id, before its computed columns are known."""
        is_computed = self._id is not None and self._id >= len(texts)
        own = self.own(texts)
        return own == wanted or is_computed or (not own and bool(CALCULATED_ID.fullmatch(wanted)))

    def calculated(self, texts: Sequence[str]) -> str:
        """Return the id of a row that gives none: a digest of who it is, in digits.

        Case, blanks and the form of Unicode make no other person of anybody. Nothing
        can be read from digits, and no name is found in them.
        """
        prefix = _ID_PREFIX.get(self._kind)
        if not prefix or (self._id is not None and texts[self._id].strip()):
            return ""
        cells = [*texts, NEXT]
        return digest_of(prefix, self._who(cells), [cells[at] for at in self._who_else])

    def is_again(self, identity: str, texts: Sequence[str], at: int, line: int) -> bool:
        """Say whether a row is the second sign-up of somebody, who counts once; note what is doubtful."""
        answers = tuple(texts[column].strip() for column in self._answers)
        first_at, first, first_answers = self._people.setdefault(identity, (at, line, answers))
        if first_at == at:
            return False
        is_reached = any(texts[column].strip() for column in self._reached)
        if self._kind != "senders" or not is_reached or answers != first_answers:
            self._doubt(identity, at, line)
            return False
        self._note(
            line,
            "signed-up-twice",
            f"lines {first + 1} and {line + 1} have the same name, address and e-mail: "
            f"line {line + 1} is skipped.",
            "delete it, or give both an `id` if they are two people",
            "warning",
        )
        return True

    def _doubt(self, identity: str, at: int, line: int) -> None:
        """Note a row that is, for all that it says, somebody who has a row already."""
        first_at, first, _ = self._people[identity]
        self.doubtful |= {first_at, at}
        prefix = _ID_PREFIX[self._kind]
        self._note(
            line,
            SAME_PERSON,
            f"lines {first + 1} and {line + 1} cannot be told apart: they have the same name, address and "
            "e-mail, and no `id`.",
            "delete one of them, or give each an id of its own in the column `id`, such as "
            f"`{prefix}{first + 1}` and `{prefix}{line + 1}`",
            "error",
        )

    def _note(self, line: int, name: str, message: str, fix: str, severity: Severity) -> None:
        row = Node("", self._document, line, 0)
        self._document.note(row.problem(name, message, fix, severity=severity))


def _columns(
    fields: Iterable[tuple[str, ...]], at: Mapping[tuple[str, ...], int], blocks: Sequence[str]
) -> list[int]:
    """Return the columns that hold fields, whole or line by line."""
    found: list[int] = []
    for field in fields:
        numbered = sorted(one for one in at if one[:1] == field and field[0] in blocks)
        found += [at[one] for one in (numbered or [field]) if one in at]
    return found
