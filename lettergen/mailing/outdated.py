"""Letters that have gone and say what the case no longer says."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import InputProblems, LettergenError, Problem
from lettergen.letters.assemble import letter_id
from lettergen.letters.letter import plain
from lettergen.letters.privacy.name_search import search_for
from lettergen.mailing.correspondence import Recall
from lettergen.outbox.manifest import Manifest, ManifestEntry
from lettergen.outbox.volumes import COMBINED, MANIFEST
from lettergen.pages import text
from lettergen.plan.orders import Order
from lettergen.rendering.matters import readers_of

if TYPE_CHECKING:
    from lettergen.facts.model import Case
    from lettergen.ledger import Ledger
    from lettergen.ledger.correspondence import SentLetter
    from lettergen.letters.letter import Letter
    from lettergen.rendering.renderer import Renderer

__all__ = ["Change", "OutdatedLetters", "Outlook", "outdated"]

LAST = "9999-12-31"
CONTEXT = 4
"""Words around a change that are shown with it."""
MOST_CHANGES = 12
"""Changes of one letter that are shown; with more, it is another letter."""
_WORD = re.compile(r"[^\W_]+(?:['’.,:/][^\W_]+)*")


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """What a letter said, and what it would say today; one of the two may be empty."""

    said: str
    says: str


@dataclass(frozen=True, slots=True)
class OutdatedLetters:
    """Letters of one mailing that differ from today's in the same words."""

    mailing: str
    template: str
    on: str
    case_id: str
    changes: tuple[Change, ...]
    """Empty where the old words are in no file any more."""
    problems: tuple[Problem, ...] = ()
    """Why it could not be written today, if so."""
    recipients: tuple[str, ...] = ()
    letters: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of all letters that have gone."""

    outdated: tuple[OutdatedLetters, ...]
    same: int
    """Letters whose facts are as they were."""
    unknown: int
    """Letters that cannot be compared: the sender, the recipient or the template is gone from the files."""


@dataclass(slots=True)
class _Outbox:
    """The files of mailings, where they are still there."""

    folder: Path
    _entries: dict[str, Mapping[str, list[ManifestEntry]]] = field(default_factory=dict)

    def words(self, one: "SentLetter", name: str, ledger: "Ledger") -> str:
        """Return the words of a letter as it went, or nothing if no file has them."""
        for entry in self._of(one.mailing).get(name, ()):
            if entry.text_sha256 and ledger.text_mark(entry.text_sha256) == one.text:
                return self._read(one.mailing, entry)
        return ""

    def _of(self, mailing: str) -> Mapping[str, list[ManifestEntry]]:
        if mailing not in self._entries:
            found: dict[str, list[ManifestEntry]] = defaultdict(list)
            try:
                for entry in Manifest.read(self.folder / mailing / MANIFEST).entries:
                    found[entry.letter_id].append(entry)
            except (FileNotFoundError, LettergenError):
                pass  # deleted, or damaged: then nobody can say what the letters said
            self._entries[mailing] = found
        return self._entries[mailing]

    def _read(self, mailing: str, entry: ManifestEntry) -> str:
        by_suffix = {one.file.rpartition(".")[2]: one.file for one in entry.files}
        for suffix in ("txt", "eml", "pdf"):
            if suffix not in by_suffix:
                continue
            path = self.folder / mailing / by_suffix[suffix]
            try:
                return _text(path, suffix, entry)
            except (OSError, LettergenError):
                continue
        return ""


def _text(path: Path, suffix: str, entry: ManifestEntry) -> str:
    data = path.read_bytes()
    if suffix == "txt":
        return data.decode("utf-8", "replace")
    if suffix == "eml":
        body = message_from_bytes(data, policy=policy.default).get_body(("plain",))
        return str(body.get_content()) if body else ""
    from lettergen.verify.words import words_of

    first = entry.first_page if path.name == COMBINED else 1
    return "\n".join(words_of(data, first or 1, entry.pages))


def outdated(
    ledger: "Ledger", renderer: "Renderer", outbox: Path, *, mailing: str = "", case_id: str = ""
) -> Outlook:
    """Compare what has gone with what the same letters would say today, each at its own date.

    The ledger has the checksum of each letter's words; where it is another one today, the words are compared
    with those in the outbox. A change of address or letterhead alone is none.

    Args:
        ledger: The campaign's.
        renderer: Writes the letters anew.
        outbox: Where the mailings are.
        mailing: Only this one.
        case_id: Only letters on this case.
    """
    campaign = renderer.campaign
    cases = [one for one in campaign.cases if not case_id or one.id == case_id]
    comparison = _Comparison(ledger, renderer, _Outbox(outbox))
    for case in {one.id: one for one in cases}.values():
        for sent in ledger.letters_on(case.id, LAST):
            if not mailing or sent.mailing == mailing:
                comparison.take(sent, case)
    return comparison.outlook()


class _Comparison:
    def __init__(self, ledger: "Ledger", renderer: "Renderer", outbox: _Outbox) -> None:
        self._ledger = ledger
        self._renderer = renderer
        self._outbox = outbox
        campaign = renderer.campaign
        self._senders = {name: one.id for one in campaign.senders for name in ledger.sender_of(one.id)}
        self._recipients = {ledger.recipient_of(one.id): one.id for one in campaign.recipients}
        self._recalls: dict[tuple[str, str], Recall] = {}
        self._groups: dict[OutdatedLetters, list[str]] = defaultdict(list)
        self._same = self._unknown = 0

    def take(self, sent: "SentLetter", case: "Case") -> None:
        """Compare one letter."""
        sender = self._senders.get(sent.sender)
        recipient = self._recipients.get(sent.recipient) if sent.recipient else None
        if sender is None or (sent.recipient and recipient is None) or not sent.text:
            self._unknown += 1
            return
        on = date.fromisoformat(sent.on)
        # A letter with a courtesy translation is recorded as `de+en`.
        language, _, translation = (sent.language or "").partition("+")
        order = Order(
            sent.template, recipient, sender, case.id, on, language or None, sent.channel, translation or None
        )
        problems: tuple[Problem, ...] = ()
        try:
            letter, _ = self._renderer.letter(self._recall(sent, on).order(order))
            if self._is_same(letter, sent):
                self._same += 1
                return
            old = self._outbox.words(sent, letter_id(sent.template, recipient, sender), self._ledger)
            changes = self._cleared(tuple(_changes(old, letter)) if old else (), case, order)
            if old and not changes:
                self._same += 1
                return
        except InputProblems as fault:
            changes, problems = (), fault.problems
        except LettergenError:  # the template is gone, or no longer has this language
            self._unknown += 1
            return
        found = OutdatedLetters(sent.mailing, sent.template, sent.on, case.id, changes, problems)
        self._groups[found].append(recipient or "")

    def _is_same(self, letter: "Letter", sent: "SentLetter") -> bool:
        checksum = hashlib.sha256(text.render(letter).encode("utf-8")).hexdigest()
        return self._ledger.text_mark(checksum) == sent.text

    def _recall(self, sent: "SentLetter", on: date) -> Recall:
        key = (sent.mailing, sent.on)
        if key not in self._recalls:
            self._recalls[key] = Recall(self._renderer.campaign, self._ledger, on, besides=sent.mailing)
        return self._recalls[key]

    def _cleared(self, changes: tuple[Change, ...], case: "Case", order: Order) -> tuple[Change, ...]:
        """Return changes without the names of those who are withheld today."""
        if not changes:
            return ()
        audiences = readers_of(order, self._renderer)
        search = search_for(self._renderer.campaign, case, audiences, order.on)

        def cleared(words: str) -> str:
            named = sorted({hit.hidden.person.id for hit in search.hits(words)})
            return f"(words that may name {', '.join(named)})" if named else words

        return tuple(Change(cleared(one.said), cleared(one.says)) for one in changes)

    def outlook(self) -> Outlook:
        """Return all that was found, by mailing."""
        found = (
            replace(one, recipients=tuple(sorted(set(to))), letters=len(to))
            for one, to in self._groups.items()
        )
        return Outlook(tuple(sorted(found, key=lambda one: (one.on, one.mailing))), self._same, self._unknown)


def _changes(old: str, letter: "Letter") -> Iterator[Change]:
    """Yield where the words between opening and closing differ, or those of the subject."""
    before, now = _WORD.findall(old), _WORD.findall("\n".join(letter.body_texts()))
    subject = _WORD.findall(plain(letter.subject))
    if subject and _place(subject, before, 0) is None:
        yield Change("", " ".join(subject))
    opening, closing = _WORD.findall(letter.opening), _WORD.findall(letter.closing)
    start = _place(opening, before, 0) if opening else None
    begin = start + len(opening) if start is not None else 0
    end = _place(closing, before, begin) if closing else None
    yield from _differences(before[begin:end], now, _head(letter))


def _head(letter: "Letter") -> frozenset[str]:
    """Return words that stand at the head of every page, in a PDF between those of the text."""
    parts = (letter.place_and_date, letter.return_address, *letter.inside_address)
    head = letter.letterhead
    lines = (*parts, *((head.name, *head.lines) if head else ()))
    return frozenset(word.casefold() for line in lines for word in _WORD.findall(line))


def _differences(before: Sequence[str], now: Sequence[str], head: frozenset[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(
        None, [one.casefold() for one in before], [one.casefold() for one in now], False
    )
    found = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    for _, first, last, start, stop in found:
        if start == stop and _is_head(before[first:last], head):
            continue
        yield Change(_around(before, first, last), _around(now, start, stop))


def _is_head(words: Sequence[str], head: frozenset[str]) -> bool:
    """Say whether words are a page's head or number: most are the letter's own, the others are short."""
    strange = [one for one in words if one.casefold() not in head and not one.isdecimal()]
    return len(strange) <= len(words) // 3


def _around(words: Sequence[str], first: int, last: int) -> str:
    return " ".join(words[max(0, first - CONTEXT) : last + CONTEXT])


def _place(wanted: Sequence[str], words: Sequence[str], start: int) -> int | None:
    """Return where a row of words begins, the first time from a place on."""
    folded = [one.casefold() for one in wanted]
    for at in range(start, len(words) - len(wanted) + 1):
        if [one.casefold() for one in words[at : at + len(wanted)]] == folded:
            return at
    return None
