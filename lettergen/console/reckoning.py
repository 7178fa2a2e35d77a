"""What has become of a mailing so far, counted volume by volume."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lettergen.errors import Problem

if TYPE_CHECKING:
    from lettergen.mailing.engine import Finished, Outcome

__all__ = ["Reckoning"]


@dataclass
class Reckoning:
    """What has become of a mailing so far."""

    planned: int
    here: int = 0
    """Of those, the ones that are made here, which of several shares are fewer."""
    made: int = 0
    kept: int = 0
    """Letters that were there already."""
    seen: int = 0
    """Letters of volumes that are finished or stood as they were."""
    worked_on: int = 0
    """Letters of the volumes that this run has finished: what stood as it was took no time."""
    failed: int = 0
    pages: int = 0
    volumes: int = 0
    changed: list[str] = field(default_factory=list)
    overtaken: tuple[str, ...] = ()
    """Those of the changed that had gone out before."""
    fitted: Counter[str] = field(default_factory=Counter)
    problems: dict[Problem, None] = field(default_factory=dict)
    media: dict[str, None] = field(default_factory=dict)

    def add(self, finished: "Finished") -> None:
        """Count one volume."""
        self.volumes += 1
        self.seen += finished.letters
        self.worked_on += 0 if finished.is_kept else finished.letters
        self.media[finished.folder.partition("/")[0]] = None
        if finished.is_kept:
            self.kept += finished.letters
        for outcome in finished.outcomes:
            self._add(outcome)

    def pace(self, seconds: float) -> tuple[float, float] | None:
        """Return letters a second, and in how many seconds the rest comes so; None before the first volume.

        Args:
            seconds: Since the run began. Letters come by volumes; a rate of the last moments would leap.
        """
        if not self.worked_on or seconds <= 0:
            return None
        rate = self.worked_on / seconds
        return rate, max(0, self.here - self.seen) / rate

    def _add(self, outcome: "Outcome") -> None:
        self.problems.update(dict.fromkeys(outcome.problems))
        if outcome.failed:
            self.failed += 1
        elif outcome.news == "kept":
            self.kept += 1
        else:
            self.made += 1
            self.pages += outcome.entry.pages
            self.fitted[outcome.entry.setting] += 1
            if outcome.news == "changed":
                self.changed.append(outcome.letter_id)
