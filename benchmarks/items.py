"""The measurements, one function a number."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import workloads
from measure import Contestant, Result, race, run
from workloads import DAY, SHEET, TEMPLATE, Letters, Outcome

__all__ = ["ITEMS", "Bench", "Table", "cores", "peers_told"]

HERE = Path(__file__).parent
LETTERGEN = (sys.executable, "-m", "lettergen")
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


def has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


# --- How contestants are made -----------------------------------------------------------------------------------------


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
    name: str,
    folder: Path,
    letters: int,
    *options: str,
    to: str = "r0000",
    check: Callable[[Path], None] | None = None,
) -> Contestant:
    """Return a batch of ours that begins with nothing: no outbox, no ledger."""

    def forget(place: Path) -> None:
        del place
        for one in folder.glob("ledger.*"):
            one.unlink()

    return Contestant(
        name=name,
        command=lambda _: batch(folder, *options, to=to),
        letters=letters,
        before=forget,
        check=check,
        made=BOX,
    )


def peer(
    label: str,
    name: str,
    words: Path,
    letters: int,
    *,
    needs: str,
    measured: tuple[int, int] | None = None,
    processes: int = 1,
    check: Callable[[Path], None] | None = None,
) -> Contestant | None:
    """Return another program, or nothing if it is not installed.

    Args:
        label: What it is called.
        name: A name of `peers.py`.
        words: The letters.
        letters: How many there are.
        needs: The module that it needs.
        measured: Few and some more letters that are really made, where all would take too long.
        processes: How many make them.
        check: Looks at the result.
    """
    if not has(needs):
        return None

    def command(count: int) -> Callable[[Path], list[str]]:
        return lambda _: [
            *(sys.executable, str(HERE / "peers.py"), name, str(words), "out"),
            *("--count", str(count), "--processes", str(processes)),
        ]

    if measured and measured[1] >= letters:
        measured = None
    few, some = measured or (0, letters)
    return Contestant(
        name=f"{label}, {processes} processes" if processes > 1 else label,
        command=command(some),
        letters=some,
        scaled_to=letters if measured else 0,
        fewer=command(few) if measured else None,
        few=few,
        check=check,
        made="out",
        env=garamond(words.parent),
    )


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


# --- The measurements -------------------------------------------------------------------------------------------------


def one_cold(bench: Bench) -> list[Table]:
    folder = workloads.campaign(bench.folder / "campaign", senders=1)
    letters = Letters(folder, 1)
    page, words = bench.folder / "letter.html", letters.json(bench.folder / "words.json")
    page.write_text(letters.html(), encoding="utf-8")
    told = f"from weasyprint import HTML; HTML({str(page)!r}).write_pdf('out.pdf')"
    look = Outcome(letters, 1)
    order = ("--to", "r0000", "--from", "s000000", "--date", DAY.isoformat(), "--stationery", SHEET)
    contestants = [
        Contestant(
            name="lettergen write",
            command=lambda _: [*LETTERGEN, "-C", str(folder), "write", TEMPLATE, *order, "-o", "out.pdf"],
            letters=1,
            check=look.separate("out.pdf"),
            made="out.pdf",
        ),
        Contestant(
            name="WeasyPrint",
            command=lambda _: [sys.executable, "-c", told],
            letters=1,
            check=look.separate("out.pdf"),
            made="out.pdf",
            env=garamond(bench.folder),
        ),
        peer("Typst", "typst-separate", words, 1, needs="typst", check=look.separate("out/*.pdf")),
        peer(
            "PlutoPrint", "plutoprint", letters.patterns(bench.folder / "pages.json"), 1, needs="plutoprint"
        ),
        peer(
            "ReportLab", "reportlab-separate", words, 1, needs="reportlab", check=look.separate("out/*.pdf")
        ),
        pdflatex(bench.folder, letters),
    ]
    bench = replace(bench, rounds=max(bench.rounds, 1 if bench.is_quick else 9))
    results = bench.race(contestants, warm=True, looks=False)
    return [Table("one letter", results, goals=goals(results, least=[("WeasyPrint", 2.0)]))]


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


def many_senders(bench: Bench) -> list[Table]:
    tables = []
    for count in (bench.size(1000, 60), bench.size(10_000, 200)):
        base = bench.folder / str(count)
        base.mkdir()
        inner = replace(bench, folder=base)
        folder = workloads.campaign(base / "campaign", senders=count)
        letters = Letters(folder, count)
        words, pages = letters.json(base / "words.json"), letters.patterns(base / "pages.json")
        tables += [_separate(inner, folder, count, words, pages), _combined(inner, folder, count, words)]
    return tables


def _separate(bench: Bench, folder: Path, count: int, words: Path, pages: Path) -> Table:
    look = Outcome(Letters(folder, count), count)
    each = look.separate("out/*.pdf")
    is_large = count > 1000
    part = bench.size(300, 20)
    contestants = [
        ours("lettergen", folder, count, "--files", "separate", check=look.separate(f"{BOX}/*/*/*/*.pdf")),
        peer("Typst", "typst-separate", words, count, needs="typst", check=each),
        peer("Typst", "typst-separate", words, count, needs="typst", processes=cores(), check=each),
        peer(
            "WeasyPrint, naive loop", "weasyprint-naive", pages, count, needs="weasyprint", measured=(10, 60)
        ),
        peer("WeasyPrint, best loop", "weasyprint-best", pages, count, needs="weasyprint", measured=(10, 60)),
        peer("PlutoPrint", "plutoprint", pages, count, needs="plutoprint", measured=(10, part)),
        peer("ReportLab", "reportlab-separate", words, count, needs="reportlab", measured=(10, part)),
    ]
    results = bench.race(contestants)
    wanted = [("Typst", 20.0), ("WeasyPrint, naive", 150.0)] if is_large else [("Typst", 8.0)]
    return Table(f"{count:,} senders, a file a letter", results, goals=goals(results, least=wanted))


def _combined(bench: Bench, folder: Path, count: int, words: Path) -> Table:
    look = Outcome(Letters(folder, count), count)
    is_large = count > 1000
    contestants = [
        ours(
            "lettergen, volumes of 500",
            folder,
            count,
            "--files",
            "combined",
            check=look.combined(f"{BOX}/*/*/*/*.pdf"),
        ),
        peer(
            "Typst, one document",
            "typst-combined",
            words,
            count,
            needs="typst",
            check=look.combined("out/*.pdf"),
        ),
        peer(
            "Typst, documents of 500",
            "typst-sliced",
            words,
            count,
            needs="typst",
            processes=min(cores(), -(-count // 500)),
            check=look.combined("out/*.pdf"),
        ),
        peer(
            "ReportLab, one document",
            "reportlab-combined",
            words,
            count,
            needs="reportlab",
            measured=(100, 400),
        ),
    ]
    results = bench.race(contestants)
    wanted = goals(results, least=[("Typst, one", 10.0 if is_large else 3.0)])
    typst = next((one for one in results if one.name.startswith("Typst, one")), None)
    if typst and is_large and results[0].pss:
        wanted.append(("memory of all processes, Typst's by ours", typst.pss / results[0].pss, 20.0, True))
    return Table(f"{count:,} senders, combined", results, goals=wanted)


def many_pairs(bench: Bench) -> list[Table]:
    recipients, senders = (2, 60) if bench.is_quick else (200, 500)
    folder = workloads.campaign(bench.folder / "campaign", senders=senders, recipients=recipients)
    count = recipients * senders
    words = Letters(folder, senders).json(bench.folder / "words.json")
    look = Outcome(Letters(folder, senders), count)
    contestants = [
        ours("lettergen", folder, count, "--files", "combined", to="*", check=_pages_only(look)),
        peer("Typst, a document of one recipient", "typst-sliced", words, senders, needs="typst"),
    ]
    results = bench.race(contestants)
    goal = [("letters a second", results[0].rate, 5000.0, True)]
    notes = []
    if len(results) > 1:
        faster = results[0].rate / results[1].rate
        notes.append(f"letters a second, ours by Typst's with one recipient of {recipients}: {faster:.1f}")
    return [Table(f"{recipients} recipients × {senders} senders, combined", results, notes, goal)]


def _pages_only(look: Outcome) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        pages = look.pages(f"{BOX}/*/*/*/*.pdf", folder)
        if pages != look.count:
            raise RuntimeError(f"{pages} pages, wanted {look.count}")

    return check


def own_words(bench: Bench) -> list[Table]:
    count = bench.size(1000, 40)
    folder = workloads.campaign(bench.folder / "campaign", senders=count, own_words=True)
    letters = Letters(folder, count, own_words=True)
    pages = letters.patterns(bench.folder / "pages.json")
    look = Outcome(letters, count)
    contestants = [
        ours("lettergen", folder, count, "--files", "separate", check=look.separate(f"{BOX}/*/*/*/*.pdf")),
        *(
            peer(
                "WeasyPrint, best loop",
                "weasyprint-best",
                pages,
                count,
                needs="weasyprint",
                processes=processes,
                check=look.separate("out/*.pdf"),
            )
            for processes in (cores(), 1)
        ),
    ]
    results = bench.race(contestants)
    return [
        Table(
            f"{count:,} letters with own words",
            results,
            goals=goals(results, least=[("WeasyPrint, best", 4.0)]),
        )
    ]


def as_text(bench: Bench) -> list[Table]:
    count = bench.size(10_000, 200)
    folder = workloads.campaign(bench.folder / "campaign", senders=count)
    letters = Letters(folder, count)
    pages = letters.patterns(bench.folder / "pages.json")
    contestants = [
        ours(
            "lettergen",
            folder,
            count,
            "--format",
            "txt",
            "--files",
            "separate",
            check=_files(f"{BOX}/*/*/*/*.txt", count),
        ),
        peer("Jinja into files", "text", pages, count, needs="jinja2", check=_files("out/*.txt", count)),
    ]
    results = bench.race(contestants)
    goal = [("letters a second", results[0].rate, 20_000.0, True)]
    return [Table(f"{count:,} letters as text", results, goals=goal)]


def _files(pattern: str, count: int) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        found = sum(1 for _ in folder.glob(pattern))
        if found != count:
            raise RuntimeError(f"{found} files, wanted {count}")

    return check


BARE = {
    "csv": "import csv, sys\nwith open(sys.argv[1], newline='', encoding='utf-8') as f: assert len(list(csv.DictReader(f))) == {}",
    "yaml": "import sys, yaml\nwith open(sys.argv[1], 'rb') as f: assert len(yaml.load(f, yaml.CSafeLoader)['senders']) == {}",
}


def check_and_plan(bench: Bench) -> list[Table]:
    count = bench.size(100_000, 1000)
    tables = []
    for suffix, bare in BARE.items():
        folder = workloads.campaign(bench.folder / suffix, senders=count, suffix=suffix)
        source = folder / f"senders.{suffix}"
        contestants = [
            Contestant(
                name="lettergen check",
                command=lambda _, folder=folder: [*LETTERGEN, "-C", str(folder), "check"],
                letters=count,
            ),
            Contestant(
                name="lettergen batch --dry-run",
                command=lambda _, folder=folder: batch(folder, "--dry-run"),
                letters=count,
            ),
            Contestant(
                name="csv.DictReader" if suffix == "csv" else "yaml.CSafeLoader",
                command=lambda _, bare=bare, source=source: [
                    sys.executable,
                    "-c",
                    bare.format(count),
                    str(source),
                ],
                letters=count,
            ),
        ]
        results = bench.race(contestants)
        plain = results[-1].wall
        goal = [(f"{one.name} by the bare parsing", one.wall / plain, 2.0, False) for one in results[:-1]]
        tables.append(Table(f"{count:,} senders, {suffix}", results, goals=goal))
    return tables


def resume(bench: Bench) -> list[Table]:
    count = bench.size(10_000, 200)
    changed = count // 100
    tables = []
    for files in ("separate", "combined"):
        folder = workloads.campaign(bench.folder / files, senders=count)
        kept = bench.folder / f"kept-{files}"

        def forget(_: Path, folder: Path = folder) -> None:
            for one in folder.glob("ledger.*"):
                one.unlink()

        def stand(place: Path, folder: Path = folder, kept: Path = kept) -> None:
            """Put the outbox, the ledger and the senders of a full run back."""
            for one in folder.glob("ledger.*"):
                one.unlink()
            subprocess.run(["cp", "-a", str(kept / BOX), str(place / BOX)], check=True)  # noqa: S607
            for one in (*kept.glob("ledger.*"), kept / "senders.csv"):
                shutil.copy2(one, folder / one.name)

        def scattered(place: Path, folder: Path = folder) -> None:
            stand(place)
            workloads.change(folder, range(0, count, 100))

        def neighbours(place: Path, folder: Path = folder) -> None:
            stand(place)
            workloads.change(folder, range(changed))

        kept.mkdir()
        run(batch(folder, "--files", files), kept, looks=False)
        for one in (*folder.glob("ledger.*"), folder / "senders.csv"):
            shutil.copy2(one, kept / one.name)
        contestants = [
            Contestant(
                name=name,
                command=lambda _, folder=folder, files=files: batch(folder, "--files", files),
                letters=count,
                before=before,
                made=BOX,
            )
            for name, before in (
                ("full run", forget),
                ("again, nothing changed", stand),
                ("again, 1 % changed, neighbours", neighbours),
                ("again, 1 % changed, in every volume", scattered),
            )
        ]
        results = bench.race(contestants)
        goal = [
            (f"{one.name}, by the full run", one.wall / results[0].wall, 0.05, False) for one in results[2:]
        ]
        tables.append(Table(f"{count:,} letters, {files}", results, goals=goal))
    return tables


def memory(bench: Bench) -> list[Table]:
    tables = []
    pairs = [(2, 30), (4, 30), (8, 30)] if bench.is_quick else [(2, 500), (20, 500), (200, 500)]
    singles = [60, 120, 240] if bench.is_quick else [1000, 10_000, 100_000]
    plans = (
        ("recipients × senders", "*", pairs),
        ("senders to one recipient", "r0000", [(1, n) for n in singles]),
    )
    bench = replace(bench, rounds=1)
    for label, to, sizes in plans:
        results = []
        for recipients, senders in sizes:
            count = recipients * senders
            folder = workloads.campaign(
                bench.folder / f"{recipients}x{senders}", senders=senders, recipients=recipients
            )
            results += bench.race(
                [ours(f"{recipients} × {senders:,}", folder, count, "--files", "combined", to=to)]
            )
        least, most = results[0], results[-1]
        goal = [
            ("largest process, most letters by fewest", most.rss / least.rss, 1.2, False),
            ("all processes, most letters by fewest", most.pss / least.pss if least.pss else 0.0, 1.2, False),
        ]
        tables.append(Table(label, results, goals=goal))
    return tables


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


ITEMS: dict[int, tuple[str, Callable[[Bench], list[Table]]]] = {
    1: ("one letter, cold", one_cold),
    2: ("many senders to one recipient", many_senders),
    3: ("many senders to many recipients", many_pairs),
    4: ("own words in every letter", own_words),
    5: ("letters as text", as_text),
    6: ("check and plan", check_and_plan),
    7: ("going on after a change", resume),
    8: ("memory", memory),
}
