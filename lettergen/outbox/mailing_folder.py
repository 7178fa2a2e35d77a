"""A mailing's folder: which volumes are in it, and its manifest."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from lettergen.errors import LettergenError, OutputError
from lettergen.facts.regular_files import read_regular
from lettergen.letters.assemble import letter_id
from lettergen.outbox import atomic_files, volume_folders
from lettergen.outbox.manifest import COLUMNS, Manifest, ManifestEntry, csv_rows, line_of, row
from lettergen.outbox.volumes import (
    COMBINED,
    MANIFEST,
    MANIFEST_TABLE,
    Outbox,
    Volume,
    VolumeResult,
    volumes_of,
)
from lettergen.plan.channels import MEDIA, medium_of
from lettergen.plan.orders import Plan

__all__ = ["MailingFolder", "place_of"]

_CHANNEL = re.compile(rb'"channel": ?"([a-z]+)"')
_MADE = re.compile(rb'"letter_id": ?"([a-z0-9-]+)"[^\n]*"state": ?"made"')
LETTER = re.compile(r"\d{5,}-(?P<stem>[a-z0-9-]+)\.[a-z0-9]{1,5}")


class MailingFolder:
    """A mailing's folder: refuses foreign contents, knows the existing volumes, writes the manifest."""

    def __init__(self, plan: Plan, outbox: Outbox, *, is_known: bool) -> None:
        """Look at the folder; nothing is changed.

        Args:
            plan: What will be made.
            outbox: Where.
            is_known: The campaign's ledger has a record of the mailing.

        Raises:
            OutputError: Something else is there.
        """
        self._plan = plan
        self._outbox = outbox
        self._folder = outbox.folder / plan.name
        self._failed: dict[str, tuple[ManifestEntry, ...]] = {}
        self._is_changed = False
        planned = {one.medium for one in self._volumes()}
        self._former = frozenset() if outbox.force else frozenset(MEDIA) - planned
        """Media of an earlier run, by other channels; their letters stay."""
        for path in self._own():
            atomic_files.refuse_link(path)
        is_in_use = self._folder.is_dir() and any(self._folder.iterdir())
        if is_in_use and not is_known and not outbox.force:
            fix = "add `--force` to replace it, or choose another outbox."
            raise _refused(self._folder, "contains a mailing that the campaign's ledger does not know", fix)

    def holds(self, volume: Volume, formats: int) -> bool:
        """Say whether all files of a volume exist."""
        folder = self._folder / volume.folder
        if not folder.is_dir() or folder.is_symlink():
            return False
        names = {path.name for path in folder.iterdir()}
        letters = sum(bool(LETTER.fullmatch(name)) for name in names)
        is_joined = COMBINED in names
        wanted = len(volume) * formats
        if self._outbox.files == "combined" and is_joined:
            wanted -= len(volume)
        return letters == wanted and {MANIFEST, MANIFEST_TABLE} <= names

    def places(self) -> Mapping[str, Path]:
        """Return the folder of each letter's volume, by medium and stem of its file name: ``post/…``."""
        found: dict[str, Path] = {}
        for folder in self._standing():
            if folder.parent.name in self._former:
                continue
            medium, names = folder.parent.name, {path.name for path in folder.iterdir()}
            stems = [match["stem"] for match in map(LETTER.fullmatch, names) if match]
            found.update((f"{medium}/{stem}", folder) for stem in stems)
            if COMBINED in names and not stems:
                found.update((place_of(letter, medium), folder) for letter in self._listed(folder))
        return found

    def _listed(self, folder: Path) -> Iterator[str]:
        """Yield the letters that are in a volume, says its list; without it nothing is kept."""
        with suppress(OSError):
            for letter in _MADE.findall(read_regular(folder / MANIFEST, below=self._outbox.folder)):
                yield letter.decode("ascii")

    def removed(self, places: Mapping[str, Path]) -> tuple[str, ...]:
        """Return existing letters that are not in the plan, or there for another channel."""
        if not places or self._outbox.shard != (1, 1):
            return ()
        planned = {
            place_of(order.letter_id, medium_of(order.channel)): order.channel for order in self._plan.orders
        }
        gone = (place.partition("/")[2] for place in set(places) - set(planned))
        return tuple(sorted({*gone, *self._by_another_channel(places, planned)}))

    def _by_another_channel(self, places: Mapping[str, Path], planned: Mapping[str, str]) -> Iterator[str]:
        """Yield letters made for another channel of the same medium: for the post, and now registered."""
        channels: dict[str, set[bytes]] = {}
        for place, channel in planned.items():
            channels.setdefault(place.partition("/")[0], set()).add(channel.encode())
        for folder in dict.fromkeys(places.values()):
            medium = folder.parent.name
            # Without its list nothing of a volume is kept, as always.
            with suppress(OSError, LettergenError):
                told = {*_CHANNEL.findall(read_regular(folder / MANIFEST, below=self._outbox.folder))}
                if len(told) == 1 and told == channels.get(medium):
                    continue  # as nearly always: its lines need not be understood
                for one in Manifest.read(folder / MANIFEST).entries:
                    place = place_of(one.letter_id, medium)
                    if one.state == "made" and planned.get(place, one.channel) != one.channel:
                        yield place.partition("/")[2]

    def has_stale(self) -> bool:
        """Say whether a volume stands there that is not in the plan."""
        return any(self._stale())

    def refuse_loss(self, removed: Sequence[str]) -> None:
        """Refuse to remove letters unasked: another choice of people is another mailing.

        Raises:
            OutputError: Letters would be removed without `--force`.
        """
        if removed and not self._outbox.force:
            letters = "1 letter" if len(removed) == 1 else f"{len(removed):,} letters"
            message = (
                f"`{self._folder}` contains {letters} not in this plan, or not by this channel; the first "
                f"is `{removed[0]}`."
            )
            fix = "give this mailing another name with `--name`, or add `--force` to remove them."
            raise OutputError.of("letters-would-go", message, fix)

    def open(self) -> None:
        """Make the folders, and delete what a killed run has left."""
        self._is_changed = True
        for medium in dict.fromkeys(one.medium for one in self._volumes()):
            atomic_files.make_folder(self._folder / medium, below=self._outbox.folder)
        atomic_files.remove_torsos(self._folder)
        for medium in MEDIA:
            volume_folders.clear(self._folder / medium)
        # Without a manifest, the mailing is seen to be unfinished.
        for name in self._manifests():
            with suppress(OSError):
                (self._folder / name).unlink()

    def take(self, volume: Volume, bound: VolumeResult) -> None:
        """Remember what the list in a volume's folder will not tell: that it could not be made."""
        self._failed.pop(volume.folder, None)
        if not bound.is_whole:
            self._failed[volume.folder] = bound.entries
            volume_folders.take_away(self._folder / volume.folder)

    def close(self, *, is_complete: bool) -> None:
        """Write the manifest, and remove what is no longer in the plan.

        Raises:
            OutputError: The disk cannot be written.
        """
        if is_complete:
            for folder in self._stale():
                self._is_changed = True
                volume_folders.take_away(folder)
        for medium in MEDIA:
            volume_folders.clear(self._folder / medium)
        lines, table = self._manifests()
        if (
            self._is_changed
            or any(self._kept())
            or not all((self._folder / name).is_file() for name in (lines, table))
        ):
            self._write(lines, self._lines(MANIFEST, _lines_of))
            self._write(table, (row(COLUMNS), *self._lines(MANIFEST_TABLE, csv_rows)))

    def _write(self, name: str, parts: Iterable[bytes]) -> None:
        atomic_files.write_parts(self._folder / name, parts, force=True)

    def _manifests(self) -> tuple[str, str]:
        if self._outbox.shard == (1, 1):
            return MANIFEST, MANIFEST_TABLE
        this, of = self._outbox.shard
        return f"manifest-{this}-of-{of}.jsonl", f"manifest-{this}-of-{of}.csv"

    def _lines(self, name: str, written: Callable[[Iterable[ManifestEntry]], bytes]) -> Iterator[bytes]:
        """Yield the manifest: volumes in plan order, those of former channels, the skipped."""
        for volume in self._volumes():
            if not self._outbox.has(volume):
                continue
            entries = self._failed.get(volume.folder)
            if entries is not None:
                yield written(entries)
            else:
                yield self._of_volume(self._folder / volume.folder / name)
        if self._outbox.shard[0] == 1:
            for folder in self._kept():
                yield self._of_volume(folder / name)
            yield written(self._skipped())

    def _of_volume(self, path: Path) -> bytes:
        """Return a volume's own manifest; nothing if it has none.

        Raises:
            OutputError: It cannot be read.
        """
        try:
            return read_regular(path, below=self._outbox.folder)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise atomic_files.refusal(path, error) from None

    def _own(self) -> Iterator[Path]:
        """Yield what is written, replaced or deleted here under a name of ours."""
        yield self._folder
        yield from (self._folder / name for name in self._manifests())
        for medium in (self._folder / one for one in MEDIA):
            yield medium
            for path in medium.iterdir() if medium.is_dir() else ():
                if volume_folders.is_ours(path.name):
                    yield path

    def _standing(self) -> Iterator[Path]:
        for medium in MEDIA:
            folder = self._folder / medium
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if volume_folders.VOLUME.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                    yield path

    def _stale(self) -> Iterator[Path]:
        """Yield the volumes that are no longer in the plan, of media that are."""
        planned = {one.folder for one in self._volumes()}
        for folder in self._standing():
            place = folder.relative_to(self._folder).as_posix()
            if folder.parent.name not in self._former and place not in planned:
                yield folder

    def _kept(self) -> Iterator[Path]:
        """Yield the volumes of earlier runs by other channels."""
        return (folder for folder in self._standing() if folder.parent.name in self._former)

    def _volumes(self) -> Iterator[Volume]:
        return volumes_of(self._plan.orders, self._outbox.volume_size)

    def _skipped(self) -> Iterator[ManifestEntry]:
        for one in self._plan.skipped:
            template = one.template or self._plan.template
            yield ManifestEntry(
                sequence=None,
                letter_id=letter_id(template, one.recipient_id, one.sender_id),
                template=template,
                language=None,
                date=self._plan.on.isoformat(),
                recipient_id=one.recipient_id,
                sender_id=one.sender_id,
                channel=None,
                state="skipped",
                reason=one.reason,
            )


def place_of(letter: str, medium: str) -> str:
    """Return a letter's key in `MailingFolder.places`."""
    return f"{medium}/{atomic_files.file_name(letter, 'x').removesuffix('.x')}"


def _refused(folder: Path, what: str, fix: str) -> OutputError:
    return OutputError.of("mailing-exists", f"`{folder}` {what}.", fix)


def _lines_of(entries: Iterable[ManifestEntry]) -> bytes:
    return b"".join(map(line_of, entries))
