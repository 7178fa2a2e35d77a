"""Who takes part: `lettergen batch`, other programs, and how their results are shown."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import workloads
from measure import Contestant, Result, race
from words import Letters, Outcome
from workloads import DAY, SHEET, TEMPLATE

__all__ = [
    "BOX",
    "LETTERGEN",
    "Bench",
    "Peer",
    "Table",
    "batch",
    "cores",
    "forget",
    "garamond",
    "goals",
    "ours",
    "pdflatex",
    "peers_told",
]

HERE = Path(__file__).parent
LETTERGEN = (sys.executable, "-m", "lettergen")
Check = Callable[[Path], None] | None
BOX = "box"
"""Name of the outbox in the folder of a run."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and how much."""

    folder: Path
    rounds: int
    is_quick: bool
    tell: Callable[[str], None]

    def size(self, letters: int, quick: int) -> int:
        return quick if self.is_quick else letters

    def race(
        self, contestants: Sequence[Contestant | None], *, warm: bool = False, looks: bool = True
    ) -> list[Result]:
        there = [one for one in contestants if one]
        return race(there, self.rounds, self.folder, warm=warm, looks=looks, tell=self.tell)


@dataclass(frozen=True, slots=True)
class Table:
    """Results side by side; the first is ours, and the others are divided by it."""

    title: str
    results: list[Result]
    notes: list[str] = field(default_factory=list)
    goals: list[tuple[str, float, float, bool]] = field(default_factory=list)
    """Words, value, what is wanted, and whether that is the least (else the most)."""


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peers_told() -> list[str]:
    found = []
    for name in ("weasyprint", "typst", "plutoprint", "reportlab"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} is not installed and left out")
    found.append("pdflatex" if shutil.which("pdflatex") else "pdflatex is not installed and left out")
    return found


def batch(
    folder: Path, *options: str, senders: Sequence[str] = ("--all-senders",), to: str = "r0000"
) -> list[str]:
    """Return the words of a `lettergen batch` on a campaign."""
    chosen = ("--tag", "embassy") if to == "*" else ("--to", to)
    return [
        *(*LETTERGEN, "-C", str(folder), "batch", TEMPLATE, *chosen, *senders),
        *("--date", DAY.isoformat(), "--stationery", SHEET, "--outbox", BOX, "--yes", "--quiet", *options),
    ]


def ours(
    name: str, folder: Path, letters: int, *options: str, to: str = "r0000", check: Check = None
) -> Contestant:
    """Return a batch of ours that begins with nothing: no outbox, no ledger."""
    return Contestant(
        name=name,
        command=lambda _: batch(folder, *options, to=to),
        letters=letters,
        before=lambda _: forget(folder),
        check=check,
        made=BOX,
    )


def forget(folder: Path) -> None:
    """Take a campaign's ledger away."""
    for one in folder.glob("ledger.*"):
        one.unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another program."""

    label: str
    name: str
    """As `peers.py` knows it."""
    words: Path
    """The letters."""
    letters: int
    needs: str
    """The module that it needs."""
    look: Outcome | None = None
    measured: tuple[int, int] | None = None
    """Few and some more letters that are really made, where all would take too long."""
    processes: int = 1

    def contestant(self) -> Contestant | None:
        """Return the program as it takes part, or nothing if it is not installed."""
        if not importlib.util.find_spec(self.needs):
            return None
        is_part = self.measured is not None and self.measured[1] < self.letters
        few, some = self.measured if self.measured and is_part else (0, self.letters)
        check = None
        if self.look:
            look = replace(self.look, count=some, reads=self.name != "plutoprint")
            is_one_each = self.name in ("typst-separate", "reportlab-separate") or "-" not in self.name
            is_one_each = is_one_each or self.name.startswith("weasyprint")
            check = look.separate("out/*.pdf") if is_one_each else look.combined("out/*.pdf")
        return Contestant(
            name=f"{self.label}, {self.processes} processes" if self.processes > 1 else self.label,
            command=self._command(some),
            letters=some,
            scaled_to=self.letters if is_part else 0,
            fewer=self._command(few) if is_part else None,
            few=few,
            check=check,
            made="out",
            env=garamond(self.words.parent),
        )

    def _command(self, count: int) -> Callable[[Path], list[str]]:
        return lambda _: [
            *(sys.executable, str(HERE / "peers.py"), self.name, str(self.words), "out"),
            *("--count", str(count), "--processes", str(self.processes)),
        ]


def garamond(folder: Path) -> dict[str, str]:
    """Return the environment in which fontconfig finds our fonts and no others."""
    path = folder / "fonts.conf"
    if not path.exists():
        path.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f"<dir>{workloads.FONTS}</dir><cachedir>{folder / 'fontcache'}</cachedir></fontconfig>",
            encoding="utf-8",
        )
    return {"FONTCONFIG_FILE": str(path)}


def ratio(results: Sequence[Result], name: str, *, over: int = 0) -> float | None:
    """Return how many times longer one took than another, by the beginning of its name."""
    found = next((one for one in results if one.name.startswith(name)), None)
    return found.wall / results[over].wall if found else None


def pdflatex(folder: Path, letters: Letters) -> Contestant | None:
    """The words of the letter in LaTeX's own fonts, where it is installed."""
    if not shutil.which("pdflatex"):
        return None
    path = folder / "letter.tex"
    text = "\n\n".join(letters.texts(0)).replace("·", "--").replace("’", "'")
    head = r"\documentclass[a4paper]{article}\usepackage[T1]{fontenc}\pagestyle{empty}\begin{document}"
    path.write_text(head + text + r"\end{document}", encoding="utf-8")
    return Contestant(
        name="pdfLaTeX, its own fonts",
        command=lambda _: ["pdflatex", "-interaction=batchmode", str(path)],
        letters=1,
    )


def goals(
    results: Sequence[Result], *, least: Sequence[tuple[str, float]]
) -> list[tuple[str, float, float, bool]]:
    """Return goals of the kind "so many times as fast as …"."""
    found = []
    for name, wanted in least:
        value = ratio(results, name)
        if value is not None:
            found.append((f"times as fast as {name}", value, wanted, True))
    return found
