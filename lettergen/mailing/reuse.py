"""Letters of an earlier run that would be the same again, taken over."""

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from lettergen.errors import LettergenError, OutputError
from lettergen.mailing.rebinding import EarlierBinding
from lettergen.outbox import volume_folders
from lettergen.outbox.manifest import Manifest, ManifestEntry, ManifestFile
from lettergen.outbox.volumes import COMBINED, MANIFEST

__all__ = ["EarlierVolume"]


class EarlierVolume:
    """A volume of an earlier run."""

    def __init__(self, folder: Path) -> None:
        """Read its list; a volume without a readable list has no letters to keep."""
        # It may have made room for its successor.
        self._folder = next((one for one in (volume_folders.before(folder), folder) if one.is_dir()), folder)
        self._entries: dict[str, ManifestEntry] = {}
        self._written = 0
        path = self._folder / MANIFEST
        with suppress(OSError, LettergenError):
            entries = Manifest.read(path).entries
            self._written = path.stat().st_mtime_ns
            self._entries = {entry.letter_id: entry for entry in entries if entry.state == "made"}

    @cached_property
    def binding(self) -> EarlierBinding:
        """How its file of all letters was put together."""
        return EarlierBinding(self._folder)

    def keep(
        self,
        letter_id: str,
        part: Path,
        name: Callable[[str], str],
        take_back: Callable[[Iterable[ManifestFile]], object],
        *,
        is_joined_only: bool,
    ) -> tuple[ManifestEntry, tuple[ManifestFile, ...]] | None:
        """Give the files of a letter their names in the new volume; None if one is not as it was.

        Returns what the list says of it, and its files under their new names.

        Args:
            letter_id: The letter.
            part: Folder of the new volume.
            name: Gives a file's new name, counted from the mailing's folder, by its suffix.
            take_back: Removes files from the new volume.
            is_joined_only: The letter has no PDF of its own; what it is bound from comes out of `binding`.
        """
        entry = self._entries.get(letter_id)
        if entry is None:
            return None
        files: list[ManifestFile] = []
        for one in entry.files:
            if _last(one.file) == COMBINED:
                if is_joined_only:
                    continue
                take_back(files)
                return None
            new = name(one.file.rpartition(".")[2])
            old = f"{self._folder}/{_last(one.file)}"
            try:
                is_same = self._is_as_it_was(old, one)
                if is_same:
                    volume_folders.same_file(old, f"{part}/{_last(new)}")
            except (OSError, OutputError):
                is_same = False
            if not is_same:
                take_back(files)
                return None
            files.append(ManifestFile(new, one.sha256))
        return entry, tuple(files)

    def _is_as_it_was(self, path: str, file: ManifestFile) -> bool:
        """Say whether a file is what the list says.

        The list was written after it. A file that has not been written since is not
        read again: ten thousand letters are half a gigabyte.
        """
        seen = os.stat(path, follow_symlinks=False)  # noqa: PTH116 - a `Path` for each of many letters takes time
        if not stat.S_ISREG(seen.st_mode):
            return False
        if seen.st_size and seen.st_mtime_ns <= self._written:
            return True
        return ManifestFile.of(file.file, Path(path).read_bytes()) == file


def _last(name: str) -> str:
    return name.rpartition("/")[2]
