"""From plan to volumes on disk: made aside, moved into place, recorded, accounted for."""

import signal
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lettergen.errors import OutputError, Problem
from lettergen.ledger import Ledger
from lettergen.ledger.recording import Matter
from lettergen.mailing.scheduler import Scheduler
from lettergen.mailing.survey import News, Survey, terms_of
from lettergen.mailing.volume_builder import VolumeTask, given_up
from lettergen.mailing.workers import WorkerPool
from lettergen.outbox import volume_folders
from lettergen.outbox.manifest import ManifestEntry
from lettergen.outbox.volumes import Outbox, Volume, VolumeResult
from lettergen.plan.channels import MEDIA, medium_of
from lettergen.plan.orders import Order, Plan
from lettergen.rendering.fingerprints import digest
from lettergen.rendering.matters import matter_of
from lettergen.rendering.renderer import Renderer

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["FinishedVolume", "Outcome", "Production", "produce"]


MOST_MATTERS = 4_096
"""Kinds of letters for which it is remembered what they ask."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order."""

    entry: ManifestEntry
    problems: tuple[Problem, ...] = ()
    news: News = "new"
    """Whether the letter existed before: changed, or the same and reused."""

    @property
    def letter_id(self) -> str:
        """The letter's name."""
        return self.entry.letter_id

    @property
    def failed(self) -> bool:
        """Say whether there is no letter."""
        return self.entry.state == "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedVolume:
    """A volume that is in place and recorded, or that could not be made."""

    folder: str
    """The volume, named from the mailing's folder."""
    letters: int
    outcomes: tuple[Outcome, ...] = ()
    """One per letter; none for an unchanged volume."""
    is_kept: bool = False


def produce(
    plan: Plan, renderer: Renderer, outbox: Outbox, *, ledger: Ledger, pool: WorkerPool | None = None
) -> "Production":
    """Make every letter of the plan that does not exist yet, volume by volume.

    Letters go to ``outbox/NAME/MEDIUM/volume-…``, with a manifest of all beside
    them. Unchanged letters of an earlier run are kept.
    Closing the production or Ctrl-C ends the run at once: volumes under way are
    lost, all others stay, and the next run resumes. Whoever may stop early closes it
    (`contextlib.closing`): Python 3.11 can wait for ever for an executor that nobody has closed.

    Args:
        plan: What to make.
        renderer: The open campaign and what holds for every letter.
        outbox: Where, and in which form.
        ledger: The campaign's; it knows which volumes are whole.
        pool: Who makes the letters.

    Raises:
        UnknownName: A format, stationery or share is not known.
        OutputError: Another run works in the outbox, a mailing of that name is
            there that the ledger doesn't know, or the disk cannot be written. No letter has
            been written then.
    """
    outbox.check()
    for medium in MEDIA:
        terms_of(renderer.terms, medium).check()
    return Production(plan, renderer, outbox, ledger, pool or WorkerPool())


class Production(Iterator[FinishedVolume]):
    """A mailing while it is made: yields volumes as they are finished."""

    def __init__(
        self, plan: Plan, renderer: Renderer, outbox: Outbox, ledger: Ledger, pool: WorkerPool
    ) -> None:
        """Lock the outbox, and find out what exists and what needs to be made."""
        self.plan = plan
        self.folder = outbox.folder / plan.name
        self._renderer = renderer
        self._outbox = outbox
        self._ledger = ledger
        self._pool = pool
        self._matters: dict[tuple[object, ...], Matter] = {}
        self._lock = volume_folders.locked(outbox.folder, renderer.campaign.settings.name)
        self._lock.__enter__()
        try:
            self._survey = Survey(plan, renderer, outbox, ledger)
            self._mailing_folder = self._survey.mailing_folder
            self._mailing_folder.refuse_loss(self._survey.removed)
            self._run = self._work()
            next(self._run)
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise

    def __next__(self) -> FinishedVolume:
        """Return the next volume."""
        found = next(self._run)
        if found is None:
            raise StopIteration
        return found

    def close(self) -> None:
        """End the run; finished volumes stay."""
        self._run.close()

    @property
    def removed(self) -> tuple[str, ...]:
        """Existing letters that are no longer in the plan."""
        return self._survey.removed

    def _work(self) -> Generator[FinishedVolume | None, None, None]:
        missing = self._survey.missing
        spread = Scheduler(
            map(self._task, missing),
            [len(one) for one in missing],
            self._renderer,
            self._pool,
            to_make=sum(map(self._survey.to_make, missing)),
        )
        try:
            if missing:
                self._begin()
                medium = missing[0].medium
                orders = self.plan.orders
                some = (at for one in missing for at in range(one.start, one.stop, -(-len(one) // 4)))
                chosen = [orders[at] for at in some if medium_of(orders[at].channel) == medium]
                spread.start(terms_of(self._renderer.terms, medium), chosen)
            yield None
            for volume in self._survey.standing:
                yield FinishedVolume(folder=volume.folder, letters=len(volume), is_kept=True)
            with closing(spread):
                for task, bound in spread.results():
                    with _undisturbed():
                        finished = self._keep(task, bound)
                    yield finished
            self._mailing_folder.close(is_complete=True)
        except BaseException:
            # Ctrl-C, a full disk, or nobody listens any more.
            with suppress(OutputError):
                self._mailing_folder.close(is_complete=False)
            raise
        finally:
            self._lock.__exit__(None, None, None)

    def _begin(self) -> None:
        recipients = {order.recipient_id for order in self.plan.orders if order.recipient_id}
        countries = {name: self._renderer.campaign.recipient(name).country for name in recipients}
        self._ledger.begin(
            self.plan.name,
            digest(*(key.encode() for key in self._survey.keys.values())).hex(),
            letters=len(self.plan.orders),
            countries={name: country for name, country in countries.items() if country},
        )
        self._mailing_folder.open()

    def _keep(self, task: VolumeTask, bound: VolumeResult) -> FinishedVolume:
        """Put a volume in its place, then record it."""
        if bound.is_whole:
            try:
                volume_folders.install(task.part, task.place)
            except OutputError as fault:
                volume_folders.discard(task.part)
                problems = fault.problems
                bound = given_up(task, lambda _: problems)
        self._mailing_folder.take(task.volume, bound)
        key = "" if bound.failed else task.key
        volume = task.volume
        self._ledger.commit_volume(
            self.plan.name,
            volume.medium,
            volume.number,
            key,
            bound.entries,
            [self._matter(job.order) for job in task.jobs],
        )
        outcomes = tuple(
            Outcome(entry, bound.problems.get(job.sequence, ()), self._survey.news(job))
            for job, entry in zip(task.jobs, bound.entries, strict=True)
        )
        return FinishedVolume(folder=volume.folder, letters=len(volume), outcomes=outcomes)

    def _matter(self, order: Order) -> Matter:
        """Return what a letter is about, for whoever records an answer to it."""
        facts = (order.template, order.language, order.case_id, order.recipient_id, order.earlier)
        if facts not in self._matters:
            if len(self._matters) >= MOST_MATTERS:
                self._matters.clear()
            self._matters[facts] = Matter(*matter_of(order, self._renderer))
        return self._matters[facts]

    def _task(self, volume: Volume) -> VolumeTask:
        return VolumeTask(
            volume=volume,
            key=self._survey.keys[volume],
            mailing=self.folder,
            name=self.plan.name,
            terms=terms_of(self._renderer.terms, volume.medium),
            files=self._outbox.files,
            jobs=self._survey.take(volume),
        )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Delay Ctrl-C until a volume is both in place and recorded."""
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
