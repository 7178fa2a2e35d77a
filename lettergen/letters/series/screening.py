"""A quick look at a letter's parts: which letters need a full search, and which have no fault.

The checks that search all the words of a letter would take longer than
writing it. Most words are the same in every letter, so each part is checked
once. This may report a doubt where there is no fault, but it misses nothing that
the checks would find, in a part or across two of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lettergen.facts.model import Audience
from lettergen.letters import enclosures, limits
from lettergen.letters.checks.wording import may_be_open
from lettergen.letters.letter import TEXTS, EnclosedFile, Letter, texts_of
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy.disclosure import known_ids
from lettergen.letters.privacy.folding import SEAM
from lettergen.letters.privacy.mentions import AT, ids_in
from lettergen.letters.privacy.name_search import search_for
from lettergen.letters.template.budget import LONGEST_TEXT
from lettergen.letters.template.templates import Template

__all__ = ["LENGTH", "NAMES", "NONE", "OPEN", "Doubt", "LetterScreening", "PartScreening"]

ROOM = 1_024
_OF_BLOCKS = frozenset({"body", "enclosed"})

NONE, NAMES, OPEN, LENGTH = 0, 1, 2, 4
"""What may be wrong with a letter, to be joined with ``|``: it may name somebody who is not cleared or print
an id; something may have been left in it that was to be filled in; it may be too long."""

Doubt = int


@dataclass(frozen=True, slots=True)
class PartScreening:
    """What one part of a letter adds."""

    doubt: Doubt
    characters: int
    blocks: int = 0


class LetterScreening:
    """Looks at letters of one template on one case for the same readers."""

    def __init__(self, template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]) -> None:
        """Prepare what is looked for; of the facts, sender and recipient do not count."""
        self._language = template.language
        self._folder = facts.campaign.folder
        self._known = known_ids(facts)
        self._search = search_for(facts.campaign, facts.case, audiences, facts.on)
        self._of_template = self._names_in(f"{template.title}\n{template.name.title()}")
        self._of_id = lru_cache(ROOM)(lambda name: self._names_in(name.title()))

    def look(self, parts: Mapping[str, Any]) -> PartScreening:
        """Return what some parts of a letter add to the doubts, whatever stands between them on the page."""
        groups = [list(texts_of(part, value)) for part, value in parts.items() if part in TEXTS]
        texts = [text for group in groups for text in group]
        text = SEAM.join("\n".join(group) for group in groups if group)
        pictures = [block.picture for block in parts.get("signatures", ()) if block.picture]
        doubt = self._names_in(SEAM.join([text, *pictures]) if pictures else text)
        if AT.search(text) and any(name in self._known for name in ids_in(text)):
            doubt |= NAMES
        if may_be_open(text, self._language):
            doubt |= OPEN
        doubt |= self._of_files(parts.get("files", ()))
        signed = [len(parts.get("signatories", ())), *(len(one.names) for one in parts.get("enclosed", ()))]
        if limits.has_long_word(texts) or max(signed) > limits.MOST_SIGNATORIES:
            doubt |= LENGTH
        blocks = sum(limits.blocks_of(part, parts[part]) for part in _OF_BLOCKS.intersection(parts))
        return PartScreening(doubt, sum(map(len, texts)), blocks)

    def doubt(self, doubt: Doubt, characters: int, blocks: int, facts: LetterFacts) -> Doubt:
        """Return what a letter has to be checked for as a whole.

        Args:
            doubt: Of all its parts.
            characters: Of all its parts.
            blocks: Of all its parts.
            facts: Ids of sender and recipient stand in names of files, their addresses in heads of e-mails.
        """
        if characters > LONGEST_TEXT or blocks > limits.MOST_BLOCKS:
            doubt |= LENGTH
        if self._search.hidden:
            for one in (facts.sender, facts.recipient):
                if one is not None:
                    doubt |= self._of_id(one.id) | self._of_id(one.email or "")
        return doubt | self._of_template

    def doubt_of(self, letter: Letter, facts: LetterFacts) -> Doubt:
        """Return what a letter has to be checked for that has not been looked at part by part."""
        look = self.look({part: getattr(letter, part) for part in (*TEXTS, "files")})
        return self.doubt(look.doubt, look.characters, look.blocks, facts)

    def _of_files(self, files: Sequence[EnclosedFile]) -> Doubt:
        """Return whether a file names somebody, or cannot be enclosed at all."""
        doubt = NONE
        for one in files:
            file = enclosures.looked_at(one.file, self._folder)
            doubt |= self._names_in("\n".join(file.words))
            if file.fault or file.pages > one.most_pages:
                doubt |= NAMES
        return doubt

    def _names_in(self, text: str) -> Doubt:
        return NAMES if self._search.may_be_in(text) else NONE
