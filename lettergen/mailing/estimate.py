"""What a mailing will take, measured on a few of its letters."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from math import ceil
from statistics import fmean, median
from time import perf_counter, process_time

from lettergen.errors import LettergenError, Problem
from lettergen.isolated_process import LONGEST_SECONDS, IsolatedProcess, start_method
from lettergen.mailing.effort import SLOW_SECONDS, Sample, Share, kinds, seconds, slowed
from lettergen.mailing.scheduler import MOST_FOR_ONE
from lettergen.mailing.survey import terms_of
from lettergen.mailing.workers import WorkerPool, ended, grammes_of_a_sheet, usable_cores
from lettergen.outbox.volumes import Outbox, volumes_of
from lettergen.plan.channels import MEDIA, medium_of
from lettergen.plan.orders import Order, Plan
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import Preparation, RenderedLetter
from lettergen.rendering.renderer import Renderer

__all__ = ["Estimate", "LetterCost", "are_few", "by_sheets", "estimate"]

FEW = 4
"""Letters of which one may have needed a mould of its own, so that fewer tell no pace."""
FEW_CHANGED = 40
"""So few letters of a mailing that exists are made without an estimate."""
SMALL_SHARE = 10
"""Of a large mailing, so small a part (a tenth) is, too."""
MOST_CHANGED = 500
"""More letters take some seconds and are estimated."""
SAMPLES = 150
"""Maximum number of letters per medium that are made for the estimate."""
OF_A_KIND = 20
"""Letters of a kind that are made, the first with its mould, to see what one takes."""
READ = 400
"""Maximum number of letters per medium whose words are read to see of how many kinds they are."""
SIMILAR = 600
"""Characters of own words, a third of a page, within which letters count as equally long."""
BLOCK = 4096
"""Block size of the disk, in bytes."""
IN_VOLUME = 1150
"""Bytes of a cast letter in the file of all letters, beside its own lines: pages, tags, bookmark."""
IN_LISTS = 1400
"""Bytes of a letter in the manifests of its volume and of the mailing, and in the ledger."""
ENOUGH_READ_SECONDS = 0.8
"""Seconds of work after which no further letter is read for the estimate."""
ENOUGH_SECONDS = 0.8
"""Seconds of work after which no letter of another kind is made for it. What is made is not lost: its moulds
are there for the mailing."""
MEASURED = 3
"""Of so many times the kinds that were made, the time can be told."""

_GOLDEN = 0.6180339887498949
_UNWRITABLE = "unwritable"
"""The kind of letters that have no words, for a fact is missing or the like."""
_Kind = tuple[str, str | None, int]
"""Template, language, length of own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What all letters together will take, from those that were made."""

    pages: int = 0
    sheets: int = 0
    weight_g: float = 0.0
    disk: int = 0
    """Bytes."""
    seconds: float = 0.0
    samples: int = 0
    """Letters made for the estimate; 0 if none could be."""
    kinds: int = 0
    """Unlike letters that there are; each kind needs a mould of its own."""
    is_rough: bool = False
    """Whether there are many more kinds than were made, so that the time may be far from it."""
    problems: tuple[Problem, ...] = ()
    """Why not."""


@dataclass(frozen=True, slots=True)
class LetterCost:
    """What one letter took."""

    pages: int
    others: int
    """Bytes of its files beside the PDF."""
    pdf: int
    joined: int
    """Bytes that it takes of the file of all letters of a volume."""
    seconds: float
    weight_g: float
    kind: Hashable = ""
    has_mould: bool = False
    """Whether a mould was made for it."""
    stands_for: float = 1.0
    """How many of the letters that were read are like it."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a child process found out about the letters of a medium."""

    read: tuple[tuple[int, Hashable], ...]
    """Places in the plan of letters that were read, and the kind of each."""
    samples: tuple[LetterCost, ...]
    """At least one."""
    words_seconds: float = 0.0
    """What the words of a letter took."""
    slowdown: float = 1.0
    """How much longer it took than it was at work."""

    @property
    def good(self) -> list[LetterCost]:
        """Those that could be made."""
        return [one for one in self.samples if not one.problems]


def estimate(plan: Plan, renderer: Renderer, outbox: Outbox, pool: WorkerPool) -> Estimate:
    """Make some letters of each medium in a child process, and return the cost of all."""
    found = Estimate()
    if len(plan.orders) <= FEW:
        return found  # made as soon as estimated
    for medium, orders in _by_medium(plan).items():
        trial = _tried(terms_of(renderer.terms, medium), renderer, orders)
        if not trial.good:
            return Estimate(problems=trial.samples[0].problems)
        found = _added(found, trial.good, medium, len(orders), outbox)
        shares = _shares(plan, medium, trial, outbox, pool)
        if shares:
            found = _with_time(found, trial, shares, outbox)
    return found


def are_few(changed: int, of: int) -> bool:
    """Say whether changes of a mailing that exists need no estimate: what it takes is as it was."""
    return changed <= max(FEW_CHANGED, min(of // SMALL_SHARE, MOST_CHANGED))


def _shares(plan: Plan, medium: str, trial: _Trial, outbox: Outbox, pool: WorkerPool) -> list[Share]:
    """Return which letters each process makes: volume by volume, taking turns."""
    every = list(volumes_of(plan.orders, outbox.volume_size))
    first = next(one.start for one in every if one.medium == medium)
    mine = [one for one in every if outbox.has(one)]
    workers = max(1, min(pool.workers or usable_cores(), len(mine) if len(plan.orders) > MOST_FOR_ONE else 1))
    volumes = [one for one in mine if one.medium == medium]
    shares = []
    for turn in range(workers):
        own = volumes[turn::workers]
        read = (kind for at, kind in trial.read if any(one.start <= at + first < one.stop for one in own))
        shares.append(Share(sum(map(len, own)), tuple(read)))
    return [share for share in shares if share.letters]


def _with_time(found: Estimate, trial: _Trial, shares: Sequence[Share], outbox: Outbox) -> Estimate:
    """Add the time that the letters of a medium take."""
    samples = [Sample(one.kind, one.seconds, one.has_mould, bool(one.problems)) for one in trial.samples]
    made = {one.kind for one in samples}
    # Only forked processes get the moulds that were made for the estimate.
    known = made if start_method() == "fork" else set()
    whole = Share(sum(share.letters for share in shares), tuple(kind for _, kind in trial.read))
    unlike = kinds(whole)
    is_bound = outbox.files == "combined"
    took = seconds(shares, samples, known, is_bound=is_bound, words_seconds=trial.words_seconds)
    took *= slowed(trial.slowdown, len(shares), usable_cores())
    return replace(
        found,
        seconds=found.seconds + took,
        kinds=found.kinds + round(unlike),
        is_rough=found.is_rough or unlike > MEASURED * len(made),
    )


def by_sheets(plan: Plan, renderer: Renderer) -> Plan:
    """Return a plan with the thin letters first, so that letters with the same postage are together.

    One letter of each text is made to count its sheets: the edition of a template,
    and own words of about the same length.
    """
    groups = {
        (medium, *kind): some
        for medium, orders in _by_medium(plan).items()
        for kind, some in _by_kind(orders, renderer).items()
    }
    pages = {}
    for group, orders in groups.items():
        pages[group] = _tried(terms_of(renderer.terms, group[0]), renderer, orders[:1]).samples[0].pages
    thin_first = sorted(groups, key=lambda group: (MEDIA.index(group[0]), pages[group]))
    return replace(plan, orders=tuple(order for group in thin_first for order in groups[group]))


def _by_medium(plan: Plan) -> dict[str, list[Order]]:
    found: dict[str, list[Order]] = {}
    for order in plan.orders:
        found.setdefault(medium_of(order.channel), []).append(order)
    return {medium: found[medium] for medium in MEDIA if medium in found}


def _by_kind(orders: Sequence[Order], renderer: Renderer) -> dict[_Kind, list[Order]]:
    found: dict[_Kind, list[Order]] = {}
    for order in orders:
        found.setdefault(_kind(order, renderer), []).append(order)
    return found


def _kind(order: Order, renderer: Renderer) -> _Kind:
    """Return what letters of one text have in common: an edition of a template, own words as long."""
    own_words = renderer.campaign.sender(order.sender_id).own_words or ""
    return order.template, order.language, -(-len(own_words) // SIMILAR)


def _added(
    found: Estimate, samples: Sequence[LetterCost], medium: str, letters: int, outbox: Outbox
) -> Estimate:
    """Add the letters of a medium but for the time."""
    weights = [one.stands_for for one in samples]
    pages = round(fmean([one.pages for one in samples], weights) * letters)
    is_paper = medium == "post"
    files = [
        one.others + one.pdf * (outbox.files != "combined") + one.joined * (outbox.files != "separate")
        for one in samples
    ]
    # A volume's file of all has the fonts and all that does not change once, as each letter's own has.
    shared = fmean([one.pdf for one in samples], weights) * ceil(letters / outbox.volume_size)
    shared *= outbox.files != "separate"
    return replace(
        found,
        pages=found.pages + pages,
        sheets=found.sheets + (pages if is_paper else 0),
        weight_g=found.weight_g + fmean([one.weight_g for one in samples], weights) * letters * is_paper,
        disk=found.disk + round((fmean(files, weights) + IN_LISTS) * letters + shared),
        samples=found.samples + len(samples),
    )


def _tried(terms: RenderTerms, renderer: Renderer, orders: Sequence[Order]) -> _Trial:
    """Read letters from all over a medium, and make some of each kind, in a child process."""
    same = renderer.for_terms(terms)
    chosen = {at: orders[at] for at in _spread_out(len(orders))}
    same.prepare_for_fork(())
    with IsolatedProcess(LONGEST_SECONDS) as isolated:
        try:
            trial: _Trial
            trial, found = isolated.submit(_try, same, chosen).result()
        except Exception as fault:  # the child's
            problem = ended(orders[0], fault, LONGEST_SECONDS)
            return _Trial((), (LetterCost(0, 0, 0, 0, 0.0, 0.0, problems=(problem,)),))
    same.prepare(found)
    return trial


def _spread_out(count: int) -> list[int]:
    """Return some of so many places, evenly spread and in no step that a plan could have as well."""
    if count <= READ:
        return list(range(count))
    return sorted({int(at * _GOLDEN % 1 * count) for at in range(READ)})


def _try(renderer: Renderer, orders: Mapping[int, Order]) -> tuple[_Trial, Preparation]:
    """Return what letters took, and what was found out on the way."""
    with suppress(LettergenError):  # told with the first letter
        renderer.warm_up()
    read, words_seconds = _read(renderer, orders)
    samples: list[LetterCost] = []
    known: set[Hashable] = set()
    slow: set[Hashable] = set()
    began, worked = perf_counter(), process_time()
    for order, kind in _in_turn(renderer, orders, read):
        is_late = len(samples) >= FEW and process_time() - worked > ENOUGH_SECONDS
        if kind in slow or (is_late and kind not in known):
            continue
        start, moulds = process_time(), renderer.moulds
        made = renderer.render(order)
        sample = _measured(renderer, order, made, process_time() - start)
        samples.append(replace(sample, kind=kind, has_mould=renderer.moulds > moulds))
        if kind in known and sample.seconds > SLOW_SECONDS:
            # Typeset in full, or by another mould: the next one of its kind would be, too.
            slow.add(kind)
        known.add(kind)
        if len(samples) == SAMPLES:
            break
    slowdown = (perf_counter() - began) / max(process_time() - worked, 1e-6)
    there = Counter(kind for _, kind in read)
    taken = Counter(one.kind for one in samples)
    weighed = (replace(one, stands_for=there[one.kind] / taken[one.kind]) for one in samples)
    return _Trial(read, tuple(weighed), words_seconds, max(1.0, slowdown)), renderer.preparation()


def _read(renderer: Renderer, orders: Mapping[int, Order]) -> tuple[tuple[tuple[int, Hashable], ...], float]:
    """Return the kind of each letter, as far as there is time, and what the words of one take."""
    found: list[tuple[int, Hashable]] = []
    took = []
    began = before = process_time()
    # Those that come first, if there is no time for all, are from all over the plan, too.
    step = ceil(len(orders) ** 0.5)
    places = list(orders)
    for at in chain.from_iterable(places[turn::step] for turn in range(step)):
        kind: Hashable = _UNWRITABLE
        with suppress(LettergenError):
            kind = renderer.kind(orders[at])
        found.append((at, kind))
        now = process_time()
        took.append(now - before)
        before = now
        if now - began > ENOUGH_READ_SECONDS:
            break
    return tuple(found), median(took)


def _in_turn(
    renderer: Renderer, orders: Mapping[int, Order], read: Sequence[tuple[int, Hashable]]
) -> Iterator[tuple[Order, Hashable]]:
    """Yield some letters of each kind, a kind of each text before the next one of any, common ones first."""
    like: dict[_Kind, dict[Hashable, list[Order]]] = {}
    for at, kind in read:
        like.setdefault(_kind(orders[at], renderer), {}).setdefault(kind, []).append(orders[at])
    texts = [sorted(text.items(), key=lambda found: -len(found[1])) for text in like.values()]
    texts.sort(key=lambda text: -sum(len(some) for _, some in text))
    in_turn = [found for found in chain.from_iterable(zip_longest(*texts)) if found]
    for of_a_kind in (slice(2), slice(2, OF_A_KIND)):
        for kind, some in in_turn:
            yield from ((order, kind) for order in some[of_a_kind])


def _measured(renderer: Renderer, order: Order, made: RenderedLetter, seconds: float) -> LetterCost:
    if made.failed:
        return LetterCost(0, 0, 0, 0, seconds, 0.0, problems=made.problems)
    sizes = {suffix: -(-len(data) // BLOCK) * BLOCK for suffix, data in made.contents}
    pdf = joined = sizes.pop("pdf", 0)
    if made.cast is not None and pdf:
        joined = sum(map(len, made.cast.streams)) + IN_VOLUME
    grammes = made.pages * grammes_of_a_sheet(renderer, order)
    return LetterCost(made.pages, sum(sizes.values()), pdf, joined, seconds, grammes)
