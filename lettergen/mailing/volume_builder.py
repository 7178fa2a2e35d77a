"""Builds a volume's folder from its orders, in any process; only manifest entries come back."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from lettergen.errors import OutputError, Problem
from lettergen.mailing.rebinding import binding_record
from lettergen.mailing.reuse import EarlierVolume
from lettergen.outbox import atomic_files, volume_folders
from lettergen.outbox.manifest import ManifestEntry, ManifestFile, State, csv_rows, line_of
from lettergen.outbox.volumes import (
    BINDING,
    COMBINED,
    MANIFEST,
    MANIFEST_TABLE,
    Files,
    Volume,
    VolumeResult,
)
from lettergen.plan.channels import medium_of
from lettergen.plan.orders import Order
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import RenderedLetter

__all__ = ["CheckSums", "CombinedFile", "NumberedOrder", "VolumeTask", "build_volume", "given_up", "label"]

MOST_BYTES = 32 << 20
"""Of letters that were set in full; what is above waits on the disk."""
MOST_BEGINNINGS = 64


class CombinedFile:
    """Letters of a volume that are in no file of their own."""

    def __init__(self, part: Path) -> None:
        """Begin empty; letters that exceed the memory limit go into the folder ``part``."""
        self._part = part
        self._held: dict[int, tuple[Any, bytes | Path]] = {}
        self._bytes = 0

    def put(self, number: int, cast: Any, pdf: bytes) -> None:
        """Keep a letter: what it was cast from, else its file.

        Raises:
            OutputError: The disk cannot be written.
        """
        if cast is not None:
            self._held[number] = (cast, b"")
            return
        if self._bytes + len(pdf) <= MOST_BYTES:
            self._bytes += len(pdf)
            self._held[number] = (None, pdf)
            return
        path = self._part / f".loose-{number}"
        volume_folders.fill(path, pdf)
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


class CheckSums:
    """Checksums of many files that begin with the same bytes, which are read once."""

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
MAIL = "eml"

Maker = Callable[[Order], RenderedLetter]
Weigh = Callable[[Order], float]


@dataclass(frozen=True, slots=True)
class NumberedOrder:
    """An order, its number in the mailing, and the digest of everything it is made from."""

    sequence: int
    order: Order
    content_key: str
    kept_in: Path | None = None
    """The folder of an earlier run that already contains this very letter."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as plain values, three times as fast as `dataclasses` would."""
        return (_job, (self.sequence, self.content_key, self.kept_in, *self.order))


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeTask:
    """A volume to be made."""

    volume: Volume
    key: str
    mailing: Path
    """The mailing's folder."""
    name: str
    terms: RenderTerms
    files: Files
    jobs: tuple[NumberedOrder, ...]

    @property
    def place(self) -> Path:
        """The final place of the volume."""
        return self.mailing / self.volume.folder

    @property
    def part(self) -> Path:
        """Where it is written until it is complete."""
        return volume_folders.aside(self.place)

    def file(self, job: NumberedOrder, suffix: str) -> str:
        """Return a file's name, counted from the mailing's folder."""
        name = atomic_files.file_name(job.order.letter_id, suffix, sequence=job.sequence)
        return f"{self.volume.folder}/{name}"


def _job(sequence: int, content_key: str, kept_in: Path | None, *order: Any) -> NumberedOrder:
    return NumberedOrder(sequence, Order(*order), content_key, kept_in)


def build_volume(
    task: VolumeTask,
    make: Callable[[Sequence[NumberedOrder]], Iterator[tuple[NumberedOrder, RenderedLetter]]],
    weigh: Weigh,
    again: Maker,
) -> VolumeResult:
    """Write a volume's letters, their list and the file of all of them into the temporary folder.

    A letter that fails does not stop the others. If the folder itself cannot be
    completed, all its letters have failed and it is removed.

    Args:
        task: The volume.
        make: Makes its letters, in any process.
        weigh: Weight in grams of one sheet of an order.
        again: Makes a letter here that was cast from a mould before: what it was cast from is not kept.
    """
    volume_writer = _VolumeFolder(task, weigh, again)
    try:
        volume_folders.make_part(task.part)
        volume_writer.keep_what_is_there()
        for job, made in make(volume_writer.to_make()):
            volume_writer.add(job, made)
        return volume_writer.finish()
    except OutputError as fault:
        problems = fault.problems
        volume_folders.discard(task.part)
        return given_up(task, lambda _: problems)
    except BaseException:
        volume_folders.discard(task.part)
        raise


def given_up(task: VolumeTask, why: Callable[[NumberedOrder], tuple[Problem, ...]]) -> VolumeResult:
    """Return a volume of which no letter could be made."""
    problems = {job.sequence: why(job) for job in task.jobs}
    entries = (failed_entry(job, problems[job.sequence], task.terms.folder) for job in task.jobs)
    return VolumeResult(volume=task.volume, entries=tuple(entries), problems=problems, is_whole=False)


class _VolumeFolder:
    """The folder aside of one volume while it is filled."""

    def __init__(self, task: VolumeTask, weigh: Weigh, again: Maker) -> None:
        self._task = task
        self._part = task.part
        self._weigh = weigh
        self._again = again
        self._folder = task.volume.folder
        self._is_joined = task.files != "separate"
        self._is_joined_only = task.files == "combined"
        self._loose = CombinedFile(task.part)
        self._sums = CheckSums()
        self._orders = {job.sequence: job.order for job in task.jobs}
        self._entries: dict[int, ManifestEntry] = {}
        self._problems: dict[int, tuple[Problem, ...]] = {}
        self._kept = 0

    def keep_what_is_there(self) -> None:
        """Reuse unchanged letters of an earlier run, under their new numbers."""
        found: dict[Path, EarlierVolume] = {}
        for job in self._task.jobs:
            if job.kept_in is None:
                continue
            if job.kept_in not in found:
                found[job.kept_in] = EarlierVolume(job.kept_in)
            entry = self._taken_over(job, found[job.kept_in])
            if entry:
                self._kept += 1
                self._entries[job.sequence] = entry

    def _taken_over(self, job: NumberedOrder, earlier: EarlierVolume) -> ManifestEntry | None:
        """Reuse a letter: its own files, and what it is bound from; None if it has to be made."""
        letter, name = job.order.letter_id, partial(self._task.file, job)
        is_joined_only = self._is_joined_only
        found = earlier.keep(letter, self._part, name, self._take_back, is_joined_only=is_joined_only)
        if found is None:
            return None
        entry, files = found
        # One copy: there may be ten thousand.
        entry = replace(entry, sequence=job.sequence, content_key=job.content_key, files=files, first_page=0)
        if not self._is_joined:
            return entry
        if entry.cast:
            cast = earlier.binding.cast(letter, lambda: self._again(job.order).cast)
            if cast is not None:
                self._loose.put(job.sequence, cast, b"")
        is_nowhere = PDF in entry.formats and _pdf_of(entry) is None and job.sequence not in self._loose
        if is_nowhere:
            self._take_back(entry.files)
        return None if is_nowhere else entry

    def to_make(self) -> list[NumberedOrder]:
        """Return the letters that are not there, those of one text together: its fitting is found once."""
        missing = (job for job in self._task.jobs if job.sequence not in self._entries)
        return sorted(missing, key=lambda job: (job.order.language or "", job.order.sender_id, job.sequence))

    def add(self, job: NumberedOrder, made: RenderedLetter) -> None:
        """Take one letter; a disk error is a failure of this letter."""
        problems, files, failed = made.problems, list[ManifestFile](), made.failed
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

    def _written(self, job: NumberedOrder, suffix: str, data: bytes, cast: Any) -> ManifestFile:
        name = atomic_files.file_name(job.order.letter_id, suffix, sequence=job.sequence)
        volume_folders.fill(f"{self._part}/{name}", data)
        shared = cast.beginning.prefix if cast is not None and suffix == PDF else b""
        return ManifestFile(f"{self._folder}/{name}", self._sums.of(data, shared))

    def finish(self) -> VolumeResult:
        """Join the letters, write the list, and flush everything to the disk."""
        entries = [self._entries[job.sequence] for job in self._task.jobs]
        if self._is_joined:
            entries = self._with_all_letters(entries)
            atomic_files.remove_torsos(self._part)
        volume_folders.fill(self._part / MANIFEST, b"".join(map(line_of, entries)))
        volume_folders.fill(self._part / MANIFEST_TABLE, csv_rows(entries))
        volume_folders.settle(self._part)
        return VolumeResult(
            volume=self._task.volume,
            entries=tuple(entries),
            problems=self._problems,
            kept=self._kept,
        )

    def _made(self, job: NumberedOrder, made: RenderedLetter, files: Sequence[ManifestFile]) -> ManifestEntry:
        from lettergen.pages.mail.message import identity_in

        is_paper = medium_of(job.order.channel) == "post"
        sheets = made.pages if is_paper else 0
        texts = (one.sha256 for one in files if one.file.endswith(f".{TEXT}"))
        mail = next((data for suffix, data in made.contents if suffix == MAIL), b"")
        return blank_entry(
            job,
            state="made",
            language=made.language,
            translation=made.translation,
            translation_page=made.translation_page,
            enclosure_pages=made.enclosure_pages,
            enclosure_sha256=made.enclosure_sha256,
            formats=tuple(suffix for suffix, _ in made.contents),
            pages=made.pages,
            sheets=sheets,
            weight_g=round(sheets * self._weigh(job.order), 1) if sheets else 0.0,
            stationery=made.stationery,
            setting=made.setting,
            cast=made.is_from_mould,
            files=tuple(files),
            text_sha256=next(texts, made.text_sha256),
            message_id=identity_in(mail) if mail else "",
        )

    def _with_all_letters(self, entries: list[ManifestEntry]) -> list[ManifestEntry]:
        """Make one PDF of all letters; where only that is wanted, it takes the place of theirs."""
        own = {entry.sequence: _pdf_of(entry) for entry in entries}
        joined = [entry for entry in entries if own[entry.sequence] or entry.sequence in self._loose]
        if not joined:
            return entries
        data = self._join(joined, self._part / COMBINED)
        whole = ManifestFile.of(f"{self._folder}/{COMBINED}", data) if self._is_joined_only else None
        page = 1
        placed: list[ManifestEntry] = []
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

    def _join(self, entries: Sequence[ManifestEntry], combined: Path) -> bytes:
        """Write one file of finished letters and what it is put together from, and return the file.

        What was cast is bound from what it was cast from, which is quick; if that is not at hand, it is
        cast again, so that the file is the same whoever made the letters, and when.
        """
        from lettergen.pages.layout.text_setting import COMFORTABLE
        from lettergen.pages.pdf.typesetter import TypesetLetter
        from lettergen.pages.vdp.volume_writer import BoundLetter, VolumeWriter

        title = f"{self._task.name} {self._folder}"
        languages = Counter(entry.language or "en" for entry in entries)

        bound: list[BoundLetter] = []

        def fill(write: Callable[[bytes], object]) -> None:
            volume_writer = VolumeWriter(write, title=title, language=languages.most_common(1)[0][0])
            for entry in entries:
                cast, pdf = self._sheets_of(entry)
                volume_writer.add(TypesetLetter(pdf, entry.pages, COMFORTABLE, (), cast), entry.letter_id)
            volume_writer.close()
            bound.extend(volume_writer.bound)

        atomic_files.write_piecemeal(combined, fill, force=False)
        data = combined.read_bytes()
        volume_folders.fill(self._part / BINDING, binding_record(bound, data))
        return data

    def _sheets_of(self, entry: ManifestEntry) -> tuple[Any, bytes]:
        """Return what a letter was cast from, else its own file."""
        number = entry.sequence or 0
        cast, pdf = self._loose.get(number)
        if cast is None and entry.cast:
            cast = self._again(self._orders[number]).cast
        if cast is None and not pdf and (own := _pdf_of(entry)):
            pdf = (self._part / Path(own.file).name).read_bytes()
        return cast, pdf

    def _take_back(self, files: Iterable[ManifestFile]) -> None:
        for one in files:
            with suppress(OSError):
                (self._part / Path(one.file).name).unlink()


def blank_entry(
    job: NumberedOrder, state: State = "failed", language: str | None = None, **more: Any
) -> ManifestEntry:
    """Return what is known of a letter before it is made, with ``more`` that is known already."""
    order = job.order
    return ManifestEntry(
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


def failed_entry(job: NumberedOrder, problems: Sequence[Problem], campaign: Path) -> ManifestEntry:
    """Return the entry of a letter that could not be made; without a digest, so that it is tried again."""
    return replace(blank_entry(job), reason=label(problems, campaign), content_key="")


def label(problems: Sequence[Problem], campaign: Path) -> str:
    """Return the errors' names and places; their messages may quote what only the terminal may show."""

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


def _pdf_of(entry: ManifestEntry) -> ManifestFile | None:
    return next((one for one in entry.files if one.file.endswith(f".{PDF}")), None)
