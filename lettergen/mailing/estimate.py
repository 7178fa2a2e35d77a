"""What a mailing will take: measured on a few of its letters, which are really made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from statistics import fmean
from time import perf_counter

from lettergen.apart import LONGEST_SECONDS, Apart
from lettergen.errors import Problem
from lettergen.mailing.channels import MEDIA, medium_of
from lettergen.mailing.crew import Crew, ended, grammes_of_a_sheet, usable_cores
from lettergen.mailing.engine import terms_of
from lettergen.mailing.plan import Order, Plan
from lettergen.mailing.rehearsal import rehearse
from lettergen.mailing.volumes import Outbox, volumes_of
from lettergen.mailing.workshop import Made, Terms, Workshop

__all__ = ["Estimate", "by_sheets", "estimate"]

FEW = 4
SAMPLES = 40
"""Letters of a medium that are made for the estimate, at most."""
SIMILAR = 600
"""Characters of own words, a third of a page, within which letters count as equally long."""
BLOCK = 4096
"""A file takes whole blocks of the disk."""
IN_VOLUME = 1150
"""Bytes of a cast letter in the file of all letters, beside its own lines: pages, tags, bookmark."""
IN_LISTS = 1400
"""Bytes of a letter in the manifests of its volume and of the mailing, and in the ledger."""
ENOUGH_SECONDS = 0.5
"""Of making, after which no further letter is made for it."""
BESIDE = 1.5
"""What binding, writing and recording take beside the making of a letter that is cast: half as much again."""
FEW_SAMPLES = 4
"""Of more, the slowest is left out of the pace: it may have made a mould for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What all letters together will take, from those that were made."""

    volumes: int
    pages: int = 0
    sheets: int = 0
    weight_g: float = 0.0
    disk: int = 0
    """Bytes."""
    seconds: float = 0.0
    samples: int = 0
    """Letters that were made for it; 0 where none could be."""
    problems: tuple[Problem, ...] = ()
    """Why not."""


@dataclass(frozen=True, slots=True)
class _Sample:
    """What one letter took."""

    pages: int
    others: int
    """Bytes of its files beside the PDF."""
    pdf: int
    joined: int
    """Bytes that it takes of the file of all letters of a volume."""
    seconds: float
    weight_g: float
    problems: tuple[Problem, ...] = ()


def estimate(plan: Plan, workshop: Workshop, outbox: Outbox, crew: Crew) -> Estimate:
    """Make some letters of each medium in a child of their own, and return what all will take."""
    volumes = list(volumes_of(plan.orders, outbox.volume_size))
    found = Estimate(volumes=len(volumes))
    if len(plan.orders) <= FEW:
        return found  # made as soon as estimated
    workers = max(1, min(crew.workers or usable_cores(), len(volumes) or 1))
    by_medium: dict[str, list[Order]] = {medium: [] for medium in MEDIA}
    for order in plan.orders:
        by_medium[medium_of(order.channel)].append(order)
    for medium, orders in by_medium.items():
        if not orders:
            continue
        samples = _samples(terms_of(workshop.terms, medium), workshop, _spread(orders))
        good = [one for one in samples if not one.problems]
        if not good:
            problems = samples[0].problems if samples else ()
            return Estimate(volumes=len(volumes), problems=problems)
        found = _added(found, good, medium, len(orders), workers, outbox)
    return found


def by_sheets(plan: Plan, workshop: Workshop) -> Plan:
    """Return a plan with the thin letters first, so that those of one postage lie together.

    One letter of each text is made to count its sheets: the edition of a template,
    and own words of about the same length.
    """
    groups: dict[tuple[str, str | None, str, int], list[Order]] = {}
    for order in plan.orders:
        own_words = workshop.campaign.sender(order.sender_id).own_words or ""
        group = (order.template, order.language, medium_of(order.channel), len(own_words) // SIMILAR)
        groups.setdefault(group, []).append(order)
    pages: dict[tuple[str, str | None, str, int], int] = {}
    for group, orders in groups.items():
        samples = _samples(terms_of(workshop.terms, group[2]), workshop, orders[:1])
        pages[group] = samples[0].pages
    thin_first = sorted(groups, key=lambda group: (MEDIA.index(group[2]), pages[group]))
    return replace(plan, orders=tuple(order for group in thin_first for order in groups[group]))


def _added(
    found: Estimate, samples: Sequence[_Sample], medium: str, letters: int, workers: int, outbox: Outbox
) -> Estimate:
    pages = round(fmean(one.pages for one in samples) * letters)
    is_paper = medium == "post"
    # What the first ones take, opening fonts and making moulds, is taken once; the later tell the pace.
    took = [one.seconds for one in samples]
    later = sorted(took[len(took) // 2 :])
    pace = BESIDE * fmean(later[:-1] if len(later) > FEW_SAMPLES else later)
    once = max(0.0, sum(took) - pace * len(took))
    files = [
        one.others + one.pdf * (outbox.files != "combined") + one.joined * (outbox.files != "separate")
        for one in samples
    ]
    # A volume's file of all has the fonts and all that does not change once, as each letter's own has.
    shared = fmean(one.pdf for one in samples) * ceil(letters / outbox.volume_size)
    shared *= outbox.files != "separate"
    return Estimate(
        volumes=found.volumes,
        pages=found.pages + pages,
        sheets=found.sheets + (pages if is_paper else 0),
        weight_g=found.weight_g + fmean(one.weight_g for one in samples) * letters * is_paper,
        disk=found.disk + round((fmean(files) + IN_LISTS) * letters + shared),
        seconds=found.seconds + once + pace * letters / workers,
        samples=found.samples + len(samples),
    )


def _spread(orders: Sequence[Order]) -> list[Order]:
    """Return letters from all over the plan."""
    step = max(1, len(orders) // SAMPLES)
    return list(orders[::step][:SAMPLES])


def _samples(terms: Terms, workshop: Workshop, orders: Sequence[Order]) -> list[_Sample]:
    same = workshop.sister(terms)
    rehearse(same, orders)
    with Apart(LONGEST_SECONDS) as apart:
        try:
            samples: list[_Sample] = apart.submit(_make, same, orders).result()
        except Exception as fault:  # the child's
            return [_Sample(0, 0, 0, 0, 0.0, 0.0, (ended(orders[0], fault, LONGEST_SECONDS),))]
    return samples


def _make(workshop: Workshop, orders: Sequence[Order]) -> list[_Sample]:
    samples: list[_Sample] = []
    began = perf_counter()
    for order in orders:
        start = perf_counter()
        made = workshop.make(order)
        samples.append(_measured(workshop, order, made, perf_counter() - start))
        if len(samples) > 1 and perf_counter() - began > ENOUGH_SECONDS:
            break
    return samples


def _measured(workshop: Workshop, order: Order, made: Made, seconds: float) -> _Sample:
    if made.failed:
        return _Sample(0, 0, 0, 0, seconds, 0.0, made.problems)
    sizes = {suffix: -(-len(data) // BLOCK) * BLOCK for suffix, data in made.contents}
    pdf = joined = sizes.pop("pdf", 0)
    if made.cast is not None and pdf:
        joined = sum(map(len, made.cast.streams)) + IN_VOLUME
    grammes = made.pages * grammes_of_a_sheet(workshop, order)
    return _Sample(made.pages, sum(sizes.values()), pdf, joined, seconds, grammes)
