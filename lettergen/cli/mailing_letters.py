"""Which letters are in the files of a mailing, as its manifest tells, for who measures them."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import LettergenError

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.outbox.manifest import ManifestEntry
    from lettergen.reference.stationery import Stationery
    from lettergen.verify.files import LetterPages

__all__ = ["MailingLetters"]

_DEEPEST = 3
"""A file is in the folder of its volume, of its medium, of its mailing."""
_VOLUME = re.compile(r"volume-\d{4,}")
"""A volume has a manifest, too, which names its files from the mailing's folder."""
_NO_PAPER = frozenset({"email", "fax"})


@dataclass(slots=True)
class MailingLetters:
    """The letters of all mailings that files belong to; each manifest is read once."""

    stationery: "Callable[[str], Stationery]"
    """Returns the sheet of a key; raises `LettergenError`."""
    _entries: "dict[Path, dict[str, list[ManifestEntry]]]" = field(default_factory=dict)

    def of(self, path: Path) -> "tuple[LetterPages, ...]":
        """Return the letters of a file; none if a mailing does not tell, or one's sheet is not known here."""
        from lettergen.delivery.paper.print_files import PRINT, pages_in
        from lettergen.verify.files import LetterPages

        if path.absolute().parent.name == PRINT:
            counted = pages_in(path)
            starts = accumulate((count for count, _ in counted), initial=1)
            letters = [(start, *one) for start, one in zip(starts, counted, strict=False)]
        else:
            entries = sorted(self._of(path), key=lambda one: one.first_page)
            is_volume = len(entries) > 1
            letters = [(one.first_page if is_volume else 1, one.pages, one.stationery) for one in entries]
        try:
            return tuple(LetterPages(start, count, self.stationery(key)) for start, count, key in letters)
        except LettergenError:
            return ()

    def outdated(self, path: Path, campaign: "Campaign") -> "Iterator[tuple[str, int]]":
        """Yield the letters of a file that enclose what the campaign no longer has, and how many files."""
        from lettergen.rendering.enclosed_files import checksums_today

        for entry in self._of(path):
            if entry.enclosure_sha256:
                with suppress(LettergenError):  # whose template is gone cannot be made again
                    today = checksums_today(campaign, entry.template, entry.language)
                    if changed := [one for one in entry.enclosure_sha256 if one not in today]:
                        yield entry.letter_id, len(changed)

    def is_for_paper(self, path: Path) -> bool:
        """Say whether a file goes on paper: a copy of what is mailed or faxed needs no window."""
        entries = self._of(path)
        return not entries or any(entry.channel not in _NO_PAPER for entry in entries)

    def missing(self, folder: Path) -> list[Path]:
        """Return the PDFs for paper that the mailings in a folder should have and have not."""
        from lettergen.outbox.volumes import MANIFEST

        found = []
        for manifest in sorted(folder.rglob(MANIFEST)):
            if not _VOLUME.fullmatch(manifest.absolute().parent.name):
                named = (manifest.parent / name for name in _by_file(manifest) if name.endswith(".pdf"))
                found += [path for path in named if not path.exists() and self.is_for_paper(path)]
        return found

    def _of(self, path: Path) -> "list[ManifestEntry]":
        from lettergen.outbox.volumes import MANIFEST

        for folder in path.absolute().parents[:_DEEPEST]:
            if folder not in self._entries and (folder / MANIFEST).is_file():
                self._entries[folder] = _by_file(folder / MANIFEST)
            # A volume has a manifest, too; the names in it begin with the mailing's folder.
            name = path.absolute().relative_to(folder).as_posix()
            if found := self._entries.get(folder, {}).get(name):
                return found
        return []


def _by_file(manifest: Path) -> "dict[str, list[ManifestEntry]]":
    from lettergen.outbox.manifest import Manifest

    found: dict[str, list[ManifestEntry]] = {}
    try:
        entries = Manifest.read(manifest).entries
    except LettergenError:
        # What is wrong with a mailing is not what this file is asked for.
        return found
    for entry in entries:
        for one in entry.files if entry.state == "made" else ():
            found.setdefault(one.file, []).append(entry)
    return found
