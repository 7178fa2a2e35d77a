"""Whole processes measured: seconds, processor seconds, memory; contestants take turns, medians count."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

__all__ = ["Contestant", "Result", "Run", "race", "run"]

ROOM = 20 << 30
"""Bytes of the disk that are to stay free."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one command took, with all the processes that it started."""

    wall: float
    cpu: float
    rss: float
    """Mebibytes of the largest single process."""
    pss: float
    """Mebibytes of all its processes together at the worst moment, shared pages once; 0: not looked at."""
    size: int = 0
    """Bytes of the files that it made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """A command that makes letters, in a new folder each time."""

    name: str
    command: Callable[[Path], Sequence[str]]
    """Gives the words of the command; the folder is empty, new, and where it works."""
    letters: int
    scaled_to: int = 0
    """Letters that its time is reckoned for, where making them all would take too long; see ``fewer``."""
    fewer: Callable[[Path], Sequence[str]] | None = None
    """The same for ``few`` letters; from both comes the time of a letter without that of the start."""
    few: int = 0
    check: Callable[[Path], None] | None = None
    """Looks at what was made; raises if it is not what was asked for."""
    made: str = "."
    """Where in the folder the files are that count as made."""
    env: Mapping[str, str] | None = None
    codes: tuple[int, ...] = (0,)
    """Exit codes of a run that counts."""
    before: Callable[[Path], None] | None = None
    """Prepares the folder; not measured."""

    @property
    def count(self) -> int:
        """Letters that the time shown is for."""
        return self.scaled_to or self.letters


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the rounds."""

    name: str
    letters: int
    wall: float
    cpu: float
    rss: float
    pss: float
    bytes_a_letter: float
    rounds: int
    measured_on: int = 0
    """Letters that were really made, where the times are reckoned from fewer."""

    @property
    def rate(self) -> float:
        """Letters a second."""
        return self.letters / self.wall if self.wall else 0.0


def run(
    words: Sequence[str],
    folder: Path,
    env: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
    *,
    looks: bool = True,
) -> Run:
    """Run a command to its end and return what it took."""
    log = folder.parent / f"{folder.name}.log"
    # pip compiles what it installs. With this set, a checkout alone would be compiled at every start.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    starter = [
        sys.executable,
        "-S",
        "-E",
        str(Path(__file__).with_name("launch.py")),
        str(log),
        str(int(looks)),
    ]
    told = subprocess.run(
        [*starter, *words],
        cwd=folder,
        env={**inherited, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(told.stdout)
    if found.pop("code") not in codes:
        end = log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(words)} failed:\n{end}")
    log.unlink()
    return Run(**found)


def race(
    contestants: Sequence[Contestant],
    rounds: int,
    folder: Path,
    *,
    warm: bool = False,
    looks: bool = True,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Result]:
    """Let the contestants take turns, each round in the other direction, and return the medians.

    Args:
        contestants: Who takes part.
        rounds: How often.
        folder: For their folders, each of which is new; whoever made it removes it.
        warm: Run each once before, uncounted: files are then in the page cache for all.
        looks: Also add up the memory of all processes while they run.
        tell: Is told what is under way.
    """
    found: dict[str, list[Run]] = {one.name: [] for one in contestants}
    for number in range(-warm, rounds):
        for one in contestants if number % 2 == 0 else reversed(contestants):
            made = _once(one, folder, looks=looks)
            tell(f"round {number + 1} of {rounds}: {one.name} {made.wall:.2f} s")
            if number >= 0:
                found[one.name].append(made)
    return [_result(one, found[one.name]) for one in contestants]


def _once(one: Contestant, folder: Path, *, looks: bool) -> Run:
    made = _in_new_folder(one, one.command, folder, looks=looks, is_checked=True)
    if one.fewer is None:
        return made
    less = _in_new_folder(one, one.fewer, folder, looks=False, is_checked=False)
    more = (one.scaled_to - one.few) / (one.letters - one.few)
    return replace(
        made,
        wall=less.wall + (made.wall - less.wall) * more,
        cpu=less.cpu + (made.cpu - less.cpu) * more,
    )


def _in_new_folder(
    one: Contestant,
    command: Callable[[Path], Sequence[str]],
    folder: Path,
    *,
    looks: bool,
    is_checked: bool,
) -> Run:
    place = folder / "run"
    place.mkdir()
    try:
        if one.before:
            one.before(place)
        made = run(command(place), place, one.env, one.codes, looks=looks)
        if is_checked and one.check:
            one.check(place)
        return replace(made, size=_size(place / one.made))
    finally:
        _put_away(place)


def _put_away(place: Path) -> None:
    """Keep a folder out of the way of the next run, as long as there is room.

    Where files have just been removed, ext4 takes ten times as long to make new ones for some minutes: it
    does not give out their places again at once (`recently_deleted` in fs/ext4/ialloc.c).
    """
    if shutil.disk_usage(place).free > ROOM:
        place.rename(place.with_name(f"{place.name}-{time.monotonic_ns()}"))
    else:
        subprocess.run(["rm", "-rf", str(place)], check=True)  # noqa: S607


def _size(place: Path) -> int:
    if place.is_file():
        return place.stat().st_size
    return sum(one.stat().st_size for one in place.rglob("*") if one.is_file())


def _result(one: Contestant, runs: Sequence[Run]) -> Result:
    return Result(
        name=one.name,
        letters=one.count,
        wall=median(each.wall for each in runs),
        cpu=median(each.cpu for each in runs),
        rss=median(each.rss for each in runs),
        pss=median(each.pss for each in runs),
        bytes_a_letter=median(each.size for each in runs) / one.letters,
        rounds=len(runs),
        measured_on=one.letters if one.fewer else 0,
    )
