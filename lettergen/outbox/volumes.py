"""A mailing in volumes: letters that are made, kept and recorded together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lettergen.errors import Problem, UnknownName
from lettergen.outbox.manifest import ManifestEntry
from lettergen.plan.channels import MEDIA, medium_of
from lettergen.plan.orders import Order

__all__ = [
    "BINDING",
    "COMBINED",
    "MANIFEST",
    "MANIFEST_TABLE",
    "Files",
    "Outbox",
    "Volume",
    "VolumeResult",
    "volumes_of",
]

COMBINED = "all-letters.pdf"
BINDING = ".all-letters.json"
"""How that file was put together, so that a run after a change need not make all its letters again."""
MANIFEST = "manifest.jsonl"
MANIFEST_TABLE = "manifest.csv"
Files = Literal["separate", "combined", "both"]
LETTERS = 500
"""As many as a print shop takes at once, and few to make again after a power cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Where mailings are stored, and in which form."""

    folder: Path
    volume_size: int = LETTERS
    files: Files = "both"
    """One file per letter, one PDF per volume, or both."""
    shard: tuple[int, int] = (1, 1)
    """Which of how many shares of the volumes is made here."""
    force: bool = False
    """Take over a mailing of the same name that the campaign's ledger knows nothing of."""

    def check(self) -> None:
        """Check that the share exists.

        Raises:
            UnknownName: It does not.
        """
        this, of = self.shard
        if not 1 <= this <= of:
            raise UnknownName.of(
                "no-such-shard",
                f"there is no share {this} of {of}.",
                "write `--shard 1/4` for the first of four laptops, `--shard 4/4` for the last.",
            )

    def has(self, volume: "Volume") -> bool:
        """Say whether a volume is made here."""
        this, of = self.shard
        return (volume.number - this) % of == 0


@dataclass(frozen=True, slots=True)
class Volume:
    """A run of letters of one medium, as the plan has them."""

    medium: str
    number: int
    start: int
    """Place of its first letter in the plan, counted from 0."""
    stop: int

    @property
    def folder(self) -> str:
        """Its folder within the mailing's."""
        return f"{self.medium}/volume-{self.number:04d}"

    def __len__(self) -> int:
        """Return how many letters it has."""
        return self.stop - self.start


def volumes_of(orders: Sequence[Order], size: int) -> Iterator[Volume]:
    """Cut a plan, which stands in the order of media, into volumes."""
    start = 0
    for medium in MEDIA:
        stop = start
        while stop < len(orders) and medium_of(orders[stop].channel) == medium:
            stop += 1
        for number, at in enumerate(range(start, stop, size), start=1):
            yield Volume(medium, number, at, min(at + size, stop))
        start = stop


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeResult:
    """A volume complete in its temporary folder, or why it is not."""

    volume: Volume
    entries: tuple[ManifestEntry, ...]
    problems: Mapping[int, tuple[Problem, ...]]
    """By sequence."""
    kept: int = 0
    """Letters that were taken over from an earlier run."""
    is_whole: bool = True
    """Whether the folder exists."""

    @property
    def failed(self) -> int:
        """How many letters could not be made."""
        return sum(entry.state == "failed" for entry in self.entries)
