"""Plan → letters on disk, one folder a mailing: written as they come, accounted for to the last."""

import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import LettergenError, OutputError, Problem
from lettergen.letters.assemble import letter_id
from lettergen.mailing import bundle
from lettergen.mailing.manifest import Entry, File, Manifest
from lettergen.mailing.plan import Order, Plan
from lettergen.mailing.spread import Job, Spread
from lettergen.mailing.workshop import Made, Terms

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["COMBINED", "LETTERS", "MANIFEST", "Outcome", "produce"]

LETTERS = "letters"
CASES = "cases"
COMBINED = "all-letters.pdf"
MANIFEST = "manifest.jsonl"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order."""

    order: Order
    letter_id: str
    pages: int
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    failed: bool
    note: str = ""
    """How far the letter was tightened to fit its sheets."""


def produce(
    plan: Plan,
    terms: Terms,
    *,
    outbox: Path,
    force: bool = False,
    executor: Executor | None = None,
    workers: int | None = None,
) -> Generator[Outcome, None, None]:
    """Make every letter of the plan and yield what became of each as it is finished.

    The letters, one PDF of all and the manifest go to ``outbox/NAME``. Closing
    the iterator or Ctrl-C ends the run in good order: letters under way are
    finished, and the manifest tells which are there.

    Args:
        plan: What to make.
        terms: What holds for every letter.
        outbox: Where mailings are kept; made if missing.
        force: Replace a mailing of the same name, file by file.
        executor: Any executor, for instance a cluster's; default: local processes.
        workers: How many processes; for a given executor, how many it has.

    Raises:
        UnknownName: A format or stationery is not known.
        OutputError: The mailing is there already, or the outbox is not writable.
            Nothing has been written then.
    """
    terms.check()
    terms = replace(terms, formats=tuple(dict.fromkeys(terms.formats)))
    tray = _Tray(plan, terms, outbox, force=force)
    spread = Spread(_in_groups(plan.orders), terms, executor=executor, workers=workers)
    return _run(tray, spread)


def _in_groups(orders: Sequence[Order]) -> list[Job]:
    """Number the orders, then bring together those of one text: its fitting is found once and kept."""
    jobs = [Job(sequence, order) for sequence, order in enumerate(orders, start=1)]
    return sorted(jobs, key=lambda job: (job.order.language or "", job.order.sender_id, job.sequence))


def _run(tray: "_Tray", spread: Spread) -> Generator[Outcome, None, None]:
    with closing(spread):
        try:
            for sequence, made in spread.results():
                with _undisturbed():
                    outcome = tray.keep(sequence, made)
                yield outcome
        except BaseException:  # Ctrl-C, or nobody listens any more
            try:
                for sequence, made in spread.finish():
                    with _undisturbed():
                        tray.keep(sequence, made)
            finally:  # a second Ctrl-C does not wait, but the manifest stays true
                with suppress(OutputError):
                    tray.close(is_complete=False)
            raise
        tray.close(is_complete=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until a letter's files and its entry are there, never one without the other."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[FrameType | None] = []
    before = signal.signal(signal.SIGINT, lambda _, frame: came.append(frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came and callable(before):
            before(signal.SIGINT, came[0])


class _Tray:
    """The mailing's folder: takes letters in any order, knows them all in the end."""

    def __init__(self, plan: Plan, terms: Terms, outbox: Path, *, force: bool) -> None:
        self._plan = plan
        self._terms = terms
        self._force = force
        self._folder = outbox / plan.name
        self._entries: dict[int, Entry] = {}
        orders = list(enumerate(plan.orders, start=1))
        bundle.refuse_same_names(
            self._name(sequence, order, suffix) for sequence, order in orders for suffix in terms.formats
        )
        self._before = self._open_folder()

    def keep(self, sequence: int, made: Made) -> Outcome:
        """Write one letter's files; a fault of the disk is this letter's failure, too."""
        order = self._plan.orders[sequence - 1]
        problems = made.problems
        written: list[Path] = []
        files: list[File] = []
        failed = made.failed
        try:
            for suffix, data in made.contents:
                name = self._name(sequence, order, suffix)
                bundle.write_file(self._folder / name, data, force=self._force)
                written.append(self._folder / name)
                files.append(File.of(name, data))
        except BaseException as fault:
            for path in written:
                with suppress(OSError):
                    path.unlink()
            written, files, failed = [], [], True
            if not isinstance(fault, LettergenError):
                raise
            problems = (*problems, *fault.problems)
        self._entries[sequence] = Entry(
            sequence=sequence,
            letter_id=order.letter_id,
            template=order.template,
            language=made.language,
            date=order.on.isoformat(),
            recipient_id=order.recipient_id,
            sender_id=order.sender_id,
            state="failed" if failed else "made",
            pages=0 if failed else made.pages,
            setting="" if failed else made.setting,
            files=tuple(files),
            reason=_reason(problems, self._terms.folder) if failed else "",
        )
        pages, note = (0, "") if failed else (made.pages, made.setting)
        return Outcome(order, order.letter_id, pages, tuple(written), problems, failed, note)

    def close(self, *, is_complete: bool) -> None:
        """Join the letters and write the manifest; an interrupted mailing has the manifest only."""
        entries = (*self._entries.values(), *self._skipped())
        manifest = Manifest.of(entries if is_complete else (*entries, *self._not_replaced()))
        files = (one.file for entry in manifest.entries for one in entry.files)
        pdfs = [self._folder / name for name in files if name.endswith(".pdf")]
        has_combined = is_complete and bool(pdfs) and self._terms.combined
        self._clear_away(manifest, has_combined=has_combined)
        if has_combined:
            combined = self._folder / COMBINED
            bundle.combine(pdfs, combined, force=self._force, title=self._plan.name)
        bundle.write_file(self._folder / MANIFEST, manifest.to_bytes(), force=self._force)

    def _open_folder(self) -> Manifest:
        """Make the folder, refuse one in use, and return what a mailing that is replaced consists of."""
        letters = self._folder / LETTERS
        if self._folder.is_symlink() or letters.is_symlink():
            raise _refused(self._folder, "is a link to another folder", "choose another outbox.")
        is_in_use = self._folder.is_dir() and any(self._folder.iterdir())
        if is_in_use and not self._force:
            fix = "add `--force` to replace it file by file, or choose another outbox."
            raise _refused(self._folder, "holds a mailing already", fix)
        bundle.make_folder(letters)
        for folder in (self._folder, letters):
            bundle.remove_torsos(folder)
        try:
            return Manifest.read(self._folder / MANIFEST)
        except (LettergenError, OSError):
            return Manifest(())

    def _clear_away(self, manifest: Manifest, *, has_combined: bool) -> None:
        """Remove what the replaced mailing had and this one has not, so that nobody posts it."""
        kept = {one.file for entry in manifest.entries for one in entry.files}
        stale = {one.file for entry in self._before.entries for one in entry.files} - kept
        if self._force and not has_combined:
            stale.add(COMBINED)
        for name in stale:
            with suppress(OSError):
                (self._folder / name).unlink()

    def _not_replaced(self) -> Iterator[Entry]:
        """Yield the entries of an older mailing whose files still stand as they were."""
        replaced = {one.file for entry in self._entries.values() for one in entry.files}
        for entry in self._before.entries:
            if entry.files and not any(one.file in replaced for one in entry.files):
                yield entry

    def _skipped(self) -> Iterator[Entry]:
        template, date = self._plan.template, self._plan.on.isoformat()
        for one in self._plan.skipped:
            yield Entry(
                sequence=None,
                letter_id=letter_id(template, one.recipient_id, one.sender_id),
                template=template,
                language=None,
                date=date,
                recipient_id=one.recipient_id,
                sender_id=one.sender_id,
                state="skipped",
                reason=one.reason,
            )

    def _name(self, sequence: int, order: Order, suffix: str) -> str:
        return f"{LETTERS}/{bundle.file_name(order.letter_id, suffix, sequence=sequence)}"


def _reason(problems: Sequence[Problem], campaign: Path) -> str:
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


def _refused(folder: Path, what: str, fix: str) -> OutputError:
    return OutputError([Problem("mailing-exists", f"`{folder}` {what}.", fix)])
