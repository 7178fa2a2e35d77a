"""A volume from orders to a finished folder: made in whatever process, nothing but entries comes back."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from lettergen.errors import OutputError, Problem
from lettergen.mailing import bundle, shelf
from lettergen.mailing.channels import medium_of
from lettergen.mailing.kept import Earlier
from lettergen.mailing.manifest import Entry, File, State, csv_rows, line_of
from lettergen.mailing.plan import Order
from lettergen.mailing.volumes import COMBINED, MANIFEST, MANIFEST_TABLE, Files, Volume
from lettergen.mailing.workshop import Made, Terms

__all__ = ["Bound", "Job", "Loose", "Sums", "Task", "bind", "given_up", "label"]

MOST_BYTES = 32 << 20
"""Of letters that were set in full; what is above waits on the disk."""
MOST_BEGINNINGS = 64


class Loose:
    """Letters of a volume that are in no file of their own."""

    def __init__(self, part: Path) -> None:
        """Hold nothing yet; what is too much for the memory goes into the folder ``part``."""
        self._part = part
        self._held: dict[int, tuple[Any, bytes | Path]] = {}
        self._bytes = 0

    def put(self, number: int, cast: Any, pdf: bytes) -> None:
        """Keep a letter: what it was cast from, else its file.

        Raises:
            OutputError: The disk does not take it.
        """
        if cast is not None:
            self._held[number] = (cast, b"")
            return
        if self._bytes + len(pdf) <= MOST_BYTES:
            self._bytes += len(pdf)
            self._held[number] = (None, pdf)
            return
        path = self._part / f".loose-{number}"
        shelf.fill(path, pdf)
        self._held[number] = (None, path)

    def get(self, number: int) -> tuple[Any, bytes]:
        """Return what a letter was cast from, or its file; neither if it is not here."""
        cast, pdf = self._held.get(number, (None, b""))
        if not isinstance(pdf, Path):
            return cast, pdf
        data = pdf.read_bytes()
        pdf.unlink()
        return cast, data

    def drop(self, number: int) -> None:
        """Forget a letter."""
        self._held.pop(number, None)

    def __contains__(self, number: object) -> bool:
        """Say whether a letter is here."""
        return number in self._held


class Sums:
    """Check sums of many files that begin with the same bytes, which are read once."""

    def __init__(self) -> None:
        """Know no beginning yet."""
        self._known: dict[int, tuple[bytes, Any]] = {}

    def of(self, data: bytes, shared: bytes = b"") -> str:
        """Return the sha256 of a file, of which ``shared`` is known to be the beginning."""
        known = self._known.get(id(shared))
        if known is None:
            if len(self._known) >= MOST_BEGINNINGS:
                self._known.clear()
            # Held with its sum, so that nothing else gets its identity.
            known = self._known[id(shared)] = (shared, hashlib.sha256(shared))
        whole = known[1].copy()
        whole.update(memoryview(data)[len(shared) :])
        return str(whole.hexdigest())


CASES = "cases"
PDF = "pdf"
TEXT = "txt"

Maker = Callable[[Order], Made]
Weigh = Callable[[Order], float]


@dataclass(frozen=True, slots=True)
class Job:
    """An order, its number in the mailing, and the digest of all that it is made of."""

    sequence: int
    order: Order
    content_key: str
    kept_in: Path | None = None
    """The folder of an earlier run in which this very letter lies already."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as plain values: what `dataclasses` does by itself takes three times as long."""
        one = self.order
        order = (
            one.template,
            one.recipient_id,
            one.sender_id,
            one.case_id,
            one.on,
            one.language,
            one.channel,
        )
        return (_job, (self.sequence, self.content_key, self.kept_in, *order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A volume to be made."""

    volume: Volume
    key: str
    mailing: Path
    """The mailing's folder."""
    name: str
    terms: Terms
    files: Files
    jobs: tuple[Job, ...]

    @property
    def place(self) -> Path:
        """Where the volume will stand."""
        return self.mailing / self.volume.folder

    @property
    def part(self) -> Path:
        """Where it is written until it is whole."""
        return shelf.aside(self.place)

    def file(self, job: Job, suffix: str) -> str:
        """Return a file's name, counted from the mailing's folder."""
        name = bundle.file_name(job.order.letter_id, suffix, sequence=job.sequence)
        return f"{self.volume.folder}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A volume that is whole in its folder aside, or what became of it."""

    volume: Volume
    entries: tuple[Entry, ...]
    problems: Mapping[int, tuple[Problem, ...]]
    """By sequence."""
    kept: int = 0
    """Letters that were taken over from an earlier run."""
    is_whole: bool = True
    """Whether the folder is there."""

    @property
    def failed(self) -> int:
        """How many letters could not be made."""
        return sum(entry.state == "failed" for entry in self.entries)


def _job(sequence: int, content_key: str, kept_in: Path | None, *order: Any) -> Job:
    return Job(sequence, Order(*order), content_key, kept_in)


def bind(
    task: Task, make: Callable[[Sequence[Job]], Iterator[tuple[Job, Made]]], weigh: Weigh, again: Maker
) -> Bound:
    """Write a volume's letters, their list and the file of all of them into the folder aside.

    A letter that fails stops no other. Where the folder itself cannot be
    completed, all its letters have failed and nothing of it stays.

    Args:
        task: The volume.
        make: Makes its letters, in whatever process.
        weigh: Grammes of a sheet of an order.
        again: Makes a letter here that was cast from a mould before: what it was cast from is not kept.
    """
    binder = _Binder(task, weigh, again)
    try:
        shelf.make_part(task.part)
        binder.keep_what_is_there()
        for job, made in make(binder.to_make()):
            binder.add(job, made)
        return binder.finish()
    except OutputError as fault:
        problems = fault.problems
        shelf.discard(task.part)
        return given_up(task, lambda _: problems)
    except BaseException:
        shelf.discard(task.part)
        raise


def given_up(task: Task, why: Callable[[Job], tuple[Problem, ...]]) -> Bound:
    """Return a volume of which no letter could be made."""
    problems = {job.sequence: why(job) for job in task.jobs}
    entries = (failed_entry(job, problems[job.sequence], task.terms.folder) for job in task.jobs)
    return Bound(volume=task.volume, entries=tuple(entries), problems=problems, is_whole=False)


class _Binder:
    """The folder aside of one volume while it is filled."""

    def __init__(self, task: Task, weigh: Weigh, again: Maker) -> None:
        self._task = task
        self._part = task.part
        self._weigh = weigh
        self._again = again
        self._folder = task.volume.folder
        self._is_joined = task.files != "separate"
        self._is_joined_only = task.files == "combined"
        self._loose = Loose(task.part)
        self._sums = Sums()
        self._orders = {job.sequence: job.order for job in task.jobs}
        self._entries: dict[int, Entry] = {}
        self._problems: dict[int, tuple[Problem, ...]] = {}
        self._kept = 0

    def keep_what_is_there(self) -> None:
        """Take over letters of an earlier run that would be the same again, under their new numbers."""
        found: dict[Path, Earlier] = {}
        for job in self._task.jobs:
            if job.kept_in is None:
                continue
            if job.kept_in not in found:
                found[job.kept_in] = Earlier(job.kept_in)
            name = partial(self._task.file, job)
            entry = found[job.kept_in].keep(job.order.letter_id, self._part, name, self._take_back)
            if entry:
                self._kept += 1
                self._entries[job.sequence] = replace(
                    entry, sequence=job.sequence, content_key=job.content_key
                )

    def to_make(self) -> list[Job]:
        """Return the letters that are not there, those of one text together: its fitting is found once."""
        missing = (job for job in self._task.jobs if job.sequence not in self._entries)
        return sorted(missing, key=lambda job: (job.order.language or "", job.order.sender_id, job.sequence))

    def add(self, job: Job, made: Made) -> None:
        """Take one letter; a fault of the disk is this letter's failure, too."""
        problems, files, failed = made.problems, list[File](), made.failed
        try:
            for suffix, data in made.contents if not failed else ():
                if suffix == PDF and self._is_joined_only:
                    self._loose.put(job.sequence, made.cast, data)
                else:
                    files.append(self._written(job, suffix, data, made.cast))
        except OutputError as fault:
            self._take_back(files)
            self._loose.drop(job.sequence)
            failed, problems = True, (*problems, *fault.problems)
        if problems:
            self._problems[job.sequence] = problems
        if failed:
            self._entries[job.sequence] = failed_entry(job, problems, self._task.terms.folder)
            return
        self._entries[job.sequence] = self._made(job, made, files)
        if made.cast is not None and self._is_joined:
            self._loose.put(job.sequence, made.cast, b"")

    def _written(self, job: Job, suffix: str, data: bytes, cast: Any) -> File:
        name = bundle.file_name(job.order.letter_id, suffix, sequence=job.sequence)
        shelf.fill(f"{self._part}/{name}", data)
        shared = cast.beginning.prefix if cast is not None and suffix == PDF else b""
        return File(f"{self._folder}/{name}", self._sums.of(data, shared))

    def finish(self) -> Bound:
        """Join the letters, write the list, and have the disk take everything."""
        entries = [self._entries[job.sequence] for job in self._task.jobs]
        if self._is_joined:
            entries = self._with_all_letters(entries)
            bundle.remove_torsos(self._part)
        shelf.fill(self._part / MANIFEST, b"".join(map(line_of, entries)))
        shelf.fill(self._part / MANIFEST_TABLE, csv_rows(entries))
        shelf.settle(self._part)
        return Bound(
            volume=self._task.volume,
            entries=tuple(entries),
            problems=self._problems,
            kept=self._kept,
        )

    def _made(self, job: Job, made: Made, files: Sequence[File]) -> Entry:
        is_paper = medium_of(job.order.channel) == "post"
        sheets = made.pages if is_paper else 0
        texts = (one.sha256 for one in files if one.file.endswith(f".{TEXT}"))
        return blank_entry(
            job,
            state="made",
            language=made.language,
            formats=tuple(suffix for suffix, _ in made.contents),
            pages=made.pages,
            sheets=sheets,
            weight_g=round(sheets * self._weigh(job.order), 1) if sheets else 0.0,
            stationery=made.stationery,
            setting=made.setting,
            cast=made.is_cast,
            files=tuple(files),
            text_sha256=next(texts, made.text_sha256),
        )

    def _with_all_letters(self, entries: list[Entry]) -> list[Entry]:
        """Make one PDF of all letters; where only that is wanted, it takes the place of theirs."""
        own = {entry.sequence: _pdf_of(entry) for entry in entries}
        joined = [entry for entry in entries if own[entry.sequence] or entry.sequence in self._loose]
        if not joined:
            return entries
        combined = self._part / COMBINED
        self._join(joined, combined)
        whole = File.of(f"{self._folder}/{COMBINED}", combined.read_bytes()) if self._is_joined_only else None
        page = 1
        placed: list[Entry] = []
        for entry in entries:
            one = own[entry.sequence]
            if one or entry.sequence in self._loose:
                files = entry.files
                if whole:
                    if one:
                        self._take_back((one,))
                    files = (*(each for each in files if each is not one), whole)
                entry = replace(entry, first_page=page, files=files)  # noqa: PLW2901
                page += entry.pages
            placed.append(entry)
        return placed

    def _join(self, entries: Sequence[Entry], combined: Path) -> None:
        """Write one file of finished letters.

        What was cast is bound from what it was cast from, which is quick; if that is not at hand, it is
        cast again, so that the file is the same whoever made the letters, and when.
        """
        from lettergen.pages.fit import COMFORTABLE
        from lettergen.pages.mould.binder import Binder
        from lettergen.pages.pdf import Typeset

        title = f"{self._task.name} {self._folder}"
        languages = Counter(entry.language or "en" for entry in entries)

        def fill(write: Callable[[bytes], object]) -> None:
            binder = Binder(write, title=title, language=languages.most_common(1)[0][0])
            for entry in entries:
                cast, pdf = self._sheets_of(entry)
                binder.add(Typeset(pdf, entry.pages, COMFORTABLE, (), cast), entry.letter_id)
            binder.close()

        bundle.write_piecemeal(combined, fill, force=False)

    def _sheets_of(self, entry: Entry) -> tuple[Any, bytes]:
        """Return what a letter was cast from, else its own file."""
        number = entry.sequence or 0
        cast, pdf = self._loose.get(number)
        if cast is None and entry.cast:
            cast = self._again(self._orders[number]).cast
        if cast is None and not pdf and (own := _pdf_of(entry)):
            pdf = (self._part / Path(own.file).name).read_bytes()
        return cast, pdf

    def _take_back(self, files: Iterable[File]) -> None:
        for one in files:
            with suppress(OSError):
                (self._part / Path(one.file).name).unlink()


def blank_entry(job: Job, state: State = "failed", language: str | None = None, **more: Any) -> Entry:
    """Return what is known of a letter before it is made, with ``more`` that is known already."""
    order = job.order
    return Entry(
        sequence=job.sequence,
        letter_id=order.letter_id,
        template=order.template,
        language=language or order.language,
        date=order.on.isoformat(),
        recipient_id=order.recipient_id,
        sender_id=order.sender_id,
        channel=order.channel,
        state=state,
        content_key=job.content_key,
        **more,
    )


def failed_entry(job: Job, problems: Sequence[Problem], campaign: Path) -> Entry:
    """Return the entry of a letter that could not be made; it has no digest, for it is to be tried again."""
    return replace(blank_entry(job), reason=label(problems, campaign), content_key="")


def label(problems: Sequence[Problem], campaign: Path) -> str:
    """Return the errors' names and places; their messages may quote what is for the terminal only."""

    def told(problem: Problem) -> str:
        if problem.place is None:
            return problem.name
        file = Path(problem.place.file)
        # Where the campaign lies on this machine is nobody's business and differs on the next.
        shown = file.relative_to(campaign) if file.is_relative_to(campaign) else Path(file.name)
        if shown.parent.name == CASES:
            # Whose case it is may be in the file's name, and a manifest goes to the printer's.
            shown = shown.with_name("*")
        return f"{problem.name} ({replace(problem.place, file=shown.as_posix())})"

    return ", ".join(sorted({told(problem) for problem in problems if problem.is_error}))


def _pdf_of(entry: Entry) -> File | None:
    return next((one for one in entry.files if one.file.endswith(f".{PDF}")), None)
