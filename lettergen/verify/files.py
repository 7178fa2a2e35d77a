"""Measures files one by one or side by side, each in a process of its own."""

import hashlib
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.regular_files import TooLargeError, read_regular
from lettergen.isolated_process import IsolatedProcess
from lettergen.reference.stationery import Stationery
from lettergen.verify.findings import FileReport, Finding, MeasuredFile, MeasuredPage
from lettergen.verify.likely_stationery import is_document, likely
from lettergen.verify.pdf_reader import MOST_BYTES, read
from lettergen.verify.profiles import Profile
from lettergen.verify.profiles import check as check_profile
from lettergen.verify.rules import check, of_the_file, of_the_pages
from lettergen.verify.windows import windows

__all__ = ["LetterPages", "MeasuringJob", "measure", "measured"]

_Known = dict[tuple[str, tuple[str, ...]], tuple[FileReport, bytes]]
"""Reports by what was measured, and against what."""
_Letter = tuple[Stationery, Sequence[MeasuredPage]]
FEW = 4
"""So many files are measured sooner in one process than a second one starts."""
_SECONDS = 60.0
_WAITING = 32


@dataclass(frozen=True, slots=True)
class LetterPages:
    """Which pages of a file are a letter, and on what it was set."""

    first_page: int
    """Counted from 1."""
    count: int
    stationery: Stationery


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringJob:
    """One file and what it is held against."""

    file: str
    """What to call it."""
    path: Path
    stationery: Stationery | None = None
    """None: found by the look of the first page, among ``candidates``."""
    assumed: str = ""
    """On what grounds the stationery is taken, if it was not asked for."""
    candidates: tuple[Stationery, ...] = ()
    envelope: str | None = None
    profile: Profile | None = None
    letters: tuple[LetterPages, ...] = ()
    """The letters in the file, if they are known; they have their own stationery."""
    overlay: str = ""
    """Suffix of the picture that is wanted, png or pdf; empty: none."""


def measure(data: bytes, job: MeasuringJob) -> tuple[FileReport, bytes]:
    """Return the findings for one file, and its picture if requested.

    What is wrong with the file is in the report, not raised.
    """
    began = time.perf_counter()
    try:
        found, picture = _measure(data, job)
    except LettergenError as fault:
        told = tuple(replace(problem, place=problem.place or Place(job.file)) for problem in fault.problems)
        found, picture = FileReport(file=job.file, problems=told), b""
    return replace(found, seconds=time.perf_counter() - began), picture


def measured(jobs: Iterable[MeasuringJob], *, workers: int) -> Iterator[tuple[FileReport, bytes]]:
    """Yield the reports in the order of the jobs, the same contents measured once.

    Every file is opened by a child process with limited time and memory.
    """
    known: _Known = {}
    waiting = iter(jobs)
    first = list(islice(waiting, FEW))
    if len(first) < FEW or workers == 1:
        _load()
        with IsolatedProcess(_SECONDS) as isolated:
            for job in (*first, *waiting):
                yield _one(job, isolated, known)
        return
    homes = threading.local()
    started: list[IsolatedProcess] = []

    def here(job: MeasuringJob) -> tuple[FileReport, bytes]:
        if not hasattr(homes, "isolated"):
            homes.isolated = IsolatedProcess(_SECONDS)
            started.append(homes.isolated)
        return _one(job, homes.isolated, known)

    try:
        with ThreadPoolExecutor(workers) as threads:
            queue: list[Future[tuple[FileReport, bytes]]] = [threads.submit(here, job) for job in first]
            queue += [threads.submit(here, job) for job in islice(waiting, _WAITING)]
            while queue:
                yield queue.pop(0).result()
                queue += [threads.submit(here, job) for job in islice(waiting, 1)]
    finally:
        for isolated in started:
            isolated.shutdown()


def _load() -> None:
    """Have the libraries at hand that a child needs; one that is forked has them, too."""
    import pikepdf
    import PIL.Image
    import pypdfium2

    del pikepdf, PIL, pypdfium2


def _one(job: MeasuringJob, isolated: IsolatedProcess, known: _Known) -> tuple[FileReport, bytes]:
    try:
        data = read_regular(job.path, most=MOST_BYTES)
    except TooLargeError:
        return FileReport(file=job.file, problems=(_too_large(job),)), b""
    except OSError:
        return FileReport(file=job.file, problems=(_unreadable(job),)), b""
    asked = (job.stationery.key if job.stationery else "", *map(str, job.letters))
    key = (hashlib.sha256(data).hexdigest(), asked)
    if key in known:
        return _of_the_same(known[key], job)
    try:
        made: tuple[FileReport, bytes] = isolated.submit(measure, data, job).result()
    except (BrokenExecutor, Exception):
        # Whatever the reader runs into is the file's doing: it takes too long, or breaks the library.
        return FileReport(file=job.file, problems=(_not_measured(job),)), b""
    known[key] = made
    return made


def _of_the_same(made: tuple[FileReport, bytes], job: MeasuringJob) -> tuple[FileReport, bytes]:
    report, picture = made
    place = Place(job.file)
    findings = tuple(
        replace(one, problem=replace(one.problem, place=place)) if one.problem else one
        for one in report.findings
    )
    problems = tuple(replace(one, place=place) for one in report.problems)
    return replace(report, file=job.file, findings=findings, problems=problems, seconds=0.0), picture


def _measure(data: bytes, job: MeasuringJob) -> tuple[FileReport, bytes]:
    from lettergen.verify.overlay import overlay

    pages = read(data, job.profile)
    letters = _letters(pages, job)
    sheet, assumed = (letters[0][0], job.assumed) if letters else (job.stationery, job.assumed)
    if (
        job.profile is None
        and not letters
        and (sheet is None or (assumed and is_document(pages.pages[0], sheet)))
    ):
        sheet, assumed = likely(pages, job.candidates), "by its size and marks"
    if job.profile:
        findings = check_profile(pages, job.profile, job.file, [part for _, part in letters])
        name = job.profile.key
        picture = overlay(data, findings, job.overlay, profile=job.profile) if job.overlay else b""
    elif sheet:
        shown = windows(sheet, job.envelope)
        findings = _of_letters(pages, letters, job) if letters else check(pages, sheet, shown, job.file)
        name = ", ".join(dict.fromkeys(one.key for one, _ in letters)) or sheet.key
        picture = overlay(data, findings, job.overlay, sheet=sheet, windows=shown) if job.overlay else b""
    else:
        raise _unknown_sheet(pages.pages[0].width, pages.pages[0].height, job)
    report = FileReport(
        file=job.file,
        stationery=name,
        assumed=assumed if job.profile is None else "",
        pages=len(pages.pages),
        findings=findings,
    )
    return report, picture


def _letters(pages: MeasuredFile, job: MeasuringJob) -> list[_Letter]:
    """Return the letters of a file with their stationery; none if they are not known, or not those."""
    found: list[_Letter] = []
    for letter in job.letters:
        part = pages.pages[letter.first_page - 1 : letter.first_page - 1 + letter.count]
        if len(part) == letter.count:
            found.append((letter.stationery, part))
    return found if sum(len(part) for _, part in found) == len(pages.pages) else []


def _of_letters(pages: MeasuredFile, letters: Sequence[_Letter], job: MeasuringJob) -> tuple[Finding, ...]:
    place = Place(job.file)
    found: list[Finding] = []
    for sheet, part in letters:
        shown = windows(sheet, job.envelope if sheet.has_window else None)
        found += of_the_pages(part, part[:1], sheet, shown, place)
    return (*found, *of_the_file(pages, place))


def _unknown_sheet(width: float, height: float, job: MeasuringJob) -> LettergenError:
    return LettergenError(
        [
            Problem(
                "sheet-not-known",
                f"no stationery has sheets of {width:.0f} × {height:.0f} mm.",
                "make it in its true size, or name its stationery with `--stationery`.",
                Place(job.file),
            )
        ]
    )


def _unreadable(job: MeasuringJob) -> Problem:
    is_there = job.path.exists()
    return Problem(
        "pdf-not-readable",
        "the file cannot be read." if is_there else "the file is missing.",
        "check your permission to read it."
        if is_there
        else "check the name; a letter of a mailing is made again by the same `lettergen batch`.",
        Place(job.file),
    )


def _too_large(job: MeasuringJob) -> Problem:
    return Problem(
        "pdf-too-large",
        f"the PDF has more than {MOST_BYTES // 1_000_000} MB; that is no letter.",
        "name the folder with the single letters instead.",
        Place(job.file),
    )


def _not_measured(job: MeasuringJob) -> Problem:
    return Problem(
        "pdf-not-measured",
        f"the file could not be measured: it takes more than {_SECONDS:g} seconds or too much memory, "
        "or crashes its reader.",
        "make or download it again, or print it to a new PDF from a viewer.",
        Place(job.file),
    )
