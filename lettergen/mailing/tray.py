"""The mailing's folder: which volumes stand in it, and its manifest in the end."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from lettergen.errors import OutputError
from lettergen.letters.assemble import letter_id
from lettergen.mailing import bundle, shelf
from lettergen.mailing.binding import Bound
from lettergen.mailing.channels import MEDIA
from lettergen.mailing.manifest import COLUMNS, Entry, csv_rows, line_of, row
from lettergen.mailing.plan import Plan
from lettergen.mailing.volumes import COMBINED, MANIFEST, MANIFEST_TABLE, Outbox, Volume, volumes_of

__all__ = ["Tray"]

LETTER = re.compile(r"\d{5,}-(?P<stem>[a-z0-9-]+)\.[a-z0-9]{1,5}")
NUMBERED = re.compile(r"volume-\d{4,}")


class Tray:
    """A mailing's folder: refuses what is not ours, knows what stands, tells of everything in the end."""

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
        self._failed: dict[str, tuple[Entry, ...]] = {}
        self._is_changed = False
        if any(path.is_symlink() for path in (self._folder, *(self._folder / one for one in MEDIA))):
            raise _refused(self._folder, "is a link to another folder", "choose another outbox.")
        is_in_use = self._folder.is_dir() and any(self._folder.iterdir())
        if is_in_use and not is_known and not outbox.force:
            fix = "add `--force` to make the mailing in its place, or choose another outbox."
            raise _refused(self._folder, "holds a mailing that the campaign's ledger does not know", fix)

    def holds(self, volume: Volume, formats: int) -> bool:
        """Say whether all files of a volume are there."""
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
        """Return in which volume's folder each letter lies, by the stem of its file's name."""
        found: dict[str, Path] = {}
        for folder in self._standing():
            for path in folder.iterdir():
                match = LETTER.fullmatch(path.name)
                if match:
                    found[match["stem"]] = folder
        return found

    def removed(self, places: Mapping[str, Path]) -> tuple[str, ...]:
        """Return the letters that lie there and are not in the plan."""
        if not places or self._outbox.shard != (1, 1):
            return ()
        planned = {bundle.file_name(order.letter_id, "x").removesuffix(".x") for order in self._plan.orders}
        return tuple(sorted(set(places) - planned))

    def has_stale(self) -> bool:
        """Say whether a volume stands there that is not in the plan."""
        planned = {one.folder for one in self._volumes()}
        return any(path.relative_to(self._folder).as_posix() not in planned for path in self._standing())

    def refuse_loss(self, removed: Sequence[str]) -> None:
        """Refuse to take letters away unasked: another choice of people is another mailing.

        Raises:
            OutputError: Some would go, and nobody has said that they may.
        """
        if removed and not self._outbox.force:
            message = (
                f"`{self._folder}` holds letters that are not in this plan: {len(removed)}, "
                f"the first is `{removed[0]}`."
            )
            fix = "give this mailing a name of its own with `--name`, or add `--force` to take them away."
            raise OutputError.of("letters-would-go", message, fix)

    def open(self) -> None:
        """Make the folders, and clear away what a run that was killed has left."""
        self._is_changed = True
        for medium in dict.fromkeys(one.medium for one in self._volumes()):
            bundle.make_folder(self._folder / medium)
        bundle.remove_torsos(self._folder)
        for medium in MEDIA:
            shelf.clear(self._folder / medium)
        # Without a manifest, the mailing is seen to be unfinished.
        for name in self._manifests():
            with suppress(OSError):
                (self._folder / name).unlink()

    def take(self, volume: Volume, bound: Bound) -> None:
        """Remember what the list in a volume's folder will not tell: that it could not be made."""
        self._failed.pop(volume.folder, None)
        if not bound.is_whole:
            self._failed[volume.folder] = bound.entries
            shelf.take_away(self._folder / volume.folder)

    def close(self, *, is_complete: bool) -> None:
        """Write the manifest, and take away what is no more in the plan.

        Raises:
            OutputError: The disk does not take it.
        """
        planned = {one.folder for one in self._volumes()}
        if is_complete:
            for folder in self._standing():
                if folder.relative_to(self._folder).as_posix() not in planned:
                    self._is_changed = True
                    shelf.take_away(folder)
        for medium in MEDIA:
            shelf.clear(self._folder / medium)
        lines, table = self._manifests()
        if self._is_changed or not all((self._folder / name).is_file() for name in (lines, table)):
            self._write(lines, self._lines(MANIFEST, _lines_of))
            self._write(table, (row(COLUMNS), *self._lines(MANIFEST_TABLE, csv_rows)))

    def _write(self, name: str, parts: Iterable[bytes]) -> None:
        bundle.write_parts(self._folder / name, parts, force=True)

    def _manifests(self) -> tuple[str, str]:
        if self._outbox.shard == (1, 1):
            return MANIFEST, MANIFEST_TABLE
        this, of = self._outbox.shard
        return f"manifest-{this}-of-{of}.jsonl", f"manifest-{this}-of-{of}.csv"

    def _lines(self, name: str, written: Callable[[Iterable[Entry]], bytes]) -> Iterator[bytes]:
        """Yield the manifest, volume by volume in plan order, the skipped last."""
        for volume in self._volumes():
            if not self._outbox.has(volume):
                continue
            entries = self._failed.get(volume.folder)
            if entries is not None:
                yield written(entries)
            else:
                with suppress(FileNotFoundError):
                    yield (self._folder / volume.folder / name).read_bytes()
        if self._outbox.shard[0] == 1:
            yield written(self._skipped())

    def _standing(self) -> Iterator[Path]:
        for medium in MEDIA:
            folder = self._folder / medium
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if NUMBERED.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                    yield path

    def _volumes(self) -> Iterator[Volume]:
        return volumes_of(self._plan.orders, self._outbox.volume_size)

    def _skipped(self) -> Iterator[Entry]:
        for one in self._plan.skipped:
            template = one.template or self._plan.template
            yield Entry(
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


def _refused(folder: Path, what: str, fix: str) -> OutputError:
    return OutputError.of("mailing-exists", f"`{folder}` {what}.", fix)


def _lines_of(entries: Iterable[Entry]) -> bytes:
    return b"".join(map(line_of, entries))
