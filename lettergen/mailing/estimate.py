"""What a mailing will take, measured on a few of its letters."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil
from statistics import fmean
from time import perf_counter

from lettergen.errors import LettergenError, Problem
from lettergen.isolated_process import LONGEST_SECONDS, IsolatedProcess
from lettergen.mailing.survey import terms_of
from lettergen.mailing.workers import WorkerPool, ended, grammes_of_a_sheet, usable_cores
from lettergen.outbox.volumes import Outbox, volumes_of
from lettergen.plan.channels import MEDIA, medium_of
from lettergen.plan.orders import Order, Plan
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.rendered_letter import Preparation, RenderedLetter
from lettergen.rendering.renderer import Renderer

__all__ = ["Estimate", "LetterCost", "are_few", "by_sheets", "estimate", "seconds"]

FEW = 4
"""Letters of which one may have needed a mould of its own, so that fewer tell no pace."""
FEW_CHANGED = 40
"""Letters of a mailing that exists and are to be made: so few are made without an estimate, and more, ..."""
SMALL_SHARE = 10
"""... if they are but a tenth of it, ..."""
MOST_CHANGED = 500
"""... up to as many as take some seconds."""
SAMPLES = 40
"""Maximum number of letters per medium that are made for the estimate."""
SIMILAR = 600
"""Characters of own words, a third of a page, within which letters count as equally long."""
BLOCK = 4096
"""Block size of the disk, in bytes."""
IN_VOLUME = 1150
"""Bytes of a cast letter in the file of all letters, beside its own lines: pages, tags, bookmark."""
IN_LISTS = 1400
"""Bytes of a letter in the manifests of its volume and of the mailing, and in the ledger."""
ENOUGH_SECONDS = 0.7
"""Seconds after which no further letter is made for the estimate."""
BESIDE = 1.5
"""What binding, writing and recording take beside the making of a letter that is cast: half as much again."""

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
    """Unlike letters that there are: by text, and by the sender's country, which often chooses the sheet."""
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
    is_first: bool = False
    """Whether it is the first of its text that was made."""
    problems: tuple[Problem, ...] = ()


def estimate(plan: Plan, renderer: Renderer, outbox: Outbox, pool: WorkerPool) -> Estimate:
    """Make some letters of each medium in a child process, and return the cost of all."""
    volumes = list(volumes_of(plan.orders, outbox.volume_size))
    found = Estimate()
    if len(plan.orders) <= FEW:
        return found  # made as soon as estimated
    workers = max(1, min(pool.workers or usable_cores(), len(volumes) or 1))
    for medium, orders in _by_medium(plan).items():
        kinds = _by_kind(orders, renderer)
        samples, first, left = _samples(terms_of(renderer.terms, medium), renderer, kinds)
        good = [one for one in samples if not one.problems]
        if not good:
            problems = samples[0].problems if samples else ()
            return Estimate(problems=problems)
        found = _added(found, good, medium, len(orders), outbox)
        again = [one.seconds for one in good if not one.is_first]
        took = seconds(first, again, left, len(orders), workers)
        found = replace(found, seconds=found.seconds + took, kinds=found.kinds + _unlike(orders, renderer))
    return found


def are_few(changed: int, of: int) -> bool:
    """Say whether changes of a mailing that exists need no estimate: what it takes is as it was."""
    return changed <= max(FEW_CHANGED, min(of // SMALL_SHARE, MOST_CHANGED))


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
        samples, _, _ = _samples(terms_of(renderer.terms, group[0]), renderer, {group[1:]: orders[:1]})
        pages[group] = samples[0].pages
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


def _unlike(orders: Sequence[Order], renderer: Renderer) -> int:
    """Return how many letters differ in more than names; each kind may need a mould of its own."""
    return len({(_kind(one, renderer), renderer.campaign.sender(one.sender_id).country) for one in orders})


def _added(
    found: Estimate, samples: Sequence[LetterCost], medium: str, letters: int, outbox: Outbox
) -> Estimate:
    """Add the letters of a medium but for the time."""
    pages = round(fmean(one.pages for one in samples) * letters)
    is_paper = medium == "post"
    files = [
        one.others + one.pdf * (outbox.files != "combined") + one.joined * (outbox.files != "separate")
        for one in samples
    ]
    # A volume's file of all has the fonts and all that does not change once, as each letter's own has.
    shared = fmean(one.pdf for one in samples) * ceil(letters / outbox.volume_size)
    shared *= outbox.files != "separate"
    return replace(
        found,
        pages=found.pages + pages,
        sheets=found.sheets + (pages if is_paper else 0),
        weight_g=found.weight_g + fmean(one.weight_g for one in samples) * letters * is_paper,
        disk=found.disk + round((fmean(files) + IN_LISTS) * letters + shared),
        samples=found.samples + len(samples),
    )


def seconds(first: Sequence[float], again: Sequence[float], left: int, letters: int, workers: int) -> float:
    """Return how long letters take of which some were made.

    Args:
        first: What the first letter of a text took, with opening fonts and making a mould.
        again: What others took.
        left: Of how many texts the first letter is not made yet.
        letters: How many letters there are.
        workers: How many processes make them.
    """
    # Some of several may have needed a mould of their own, for another country's sheet or more lines say.
    pace = fmean(sorted(again)[: max(1, len(again) // 2)]) if again else fmean(first)
    once = max(0.0, fmean(first) - pace) * left if first else 0.0
    return once + BESIDE * pace * letters / workers


def _spread_out(kinds: Mapping[_Kind, Sequence[Order]]) -> list[Order]:
    """Return letters from all over the plan: two or more of each text, those of the commonest first."""
    found: list[Order] = []
    most = max(2, SAMPLES // len(kinds))
    for orders in sorted(kinds.values(), key=len, reverse=True):
        found += orders[:: max(1, len(orders) // most)][:most]
    return found[:SAMPLES]


def _samples(
    terms: RenderTerms, renderer: Renderer, kinds: Mapping[_Kind, Sequence[Order]]
) -> tuple[list[LetterCost], list[float], int]:
    """Make some letters; return them, what the first of a text took, and how many texts had none made."""
    same, orders = renderer.for_terms(terms), _spread_out(kinds)
    same.prepare_for_fork(())
    with IsolatedProcess(LONGEST_SECONDS) as isolated:
        try:
            samples, found = isolated.submit(_make, same, orders).result()
        except Exception as fault:  # the child's
            problem = ended(orders[0], fault, LONGEST_SECONDS)
            return [LetterCost(0, 0, 0, 0, 0.0, 0.0, problems=(problem,))], [], 0
    same.prepare(found)
    first = [one.seconds for one in samples if one.is_first]
    return samples, first, len(kinds) - len(first)


def _make(renderer: Renderer, orders: Sequence[Order]) -> tuple[list[LetterCost], Preparation]:
    """Return what letters took, and what was found out on the way."""
    with suppress(LettergenError):  # told with the first letter
        renderer.warm_up()
    samples: list[LetterCost] = []
    known: set[_Kind] = set()
    began = perf_counter()
    for order in orders:
        kind = _kind(order, renderer)
        start = perf_counter()
        made = renderer.render(order)
        sample = _measured(renderer, order, made, perf_counter() - start)
        samples.append(replace(sample, is_first=kind not in known))
        known.add(kind)
        if len(samples) >= FEW and perf_counter() - began > ENOUGH_SECONDS:
            break
    return samples, renderer.preparation()


def _measured(renderer: Renderer, order: Order, made: RenderedLetter, seconds: float) -> LetterCost:
    if made.failed:
        return LetterCost(0, 0, 0, 0, seconds, 0.0, problems=made.problems)
    sizes = {suffix: -(-len(data) // BLOCK) * BLOCK for suffix, data in made.contents}
    pdf = joined = sizes.pop("pdf", 0)
    if made.cast is not None and pdf:
        joined = sum(map(len, made.cast.streams)) + IN_VOLUME
    grammes = made.pages * grammes_of_a_sheet(renderer, order)
    return LetterCost(made.pages, sum(sizes.values()), pdf, joined, seconds, grammes)
