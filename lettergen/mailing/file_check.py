"""What is wrong with mailing.yaml: names that are unknown, and a mailing that cannot be made."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.errors import InputProblems, LettergenError, MissingOptionError, Place, Problem
from lettergen.mailing.requests import MailingRequest, from_file, mailing_for, terms_for
from lettergen.mailing.selection import pick_recipients, pick_senders

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.nodes import Node
    from lettergen.plan.orders import Plan
    from lettergen.rendering.renderer import Renderer

__all__ = ["check_mailing"]


def check_mailing(campaign: "Campaign", *, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with mailing.yaml, or else what prevents its mailing; nothing without the file."""
    from lettergen.facts import mailing_file

    path = campaign.folder / mailing_file.MAILING_FILE
    if not path.exists():
        return ()
    try:
        wanted = from_file(mailing_file.read(path, campaign.folder), MailingRequest())
    except InputProblems as fault:
        return fault.problems
    return _name_problems(campaign, wanted, path) or _plan_problems(campaign, wanted, path, today)


def _plan_problems(
    campaign: "Campaign", wanted: MailingRequest, path: Path, today: date
) -> tuple[Problem, ...]:
    """Return what prevents the mailing."""
    try:
        terms = terms_for(campaign, wanted)
        plan = mailing_for(campaign, wanted, today=today)
    except MissingOptionError:
        return ()  # what the file leaves open can stand on the command line
    except LettergenError as fault:
        return tuple(replace(one, place=one.place or Place(str(path), 1)) for one in fault.problems)
    if not wanted.translation:
        return ()
    from lettergen.rendering.renderer import Renderer

    return tuple(dict.fromkeys(_of_translations(plan, Renderer(terms, campaign))))


def _of_translations(plan: "Plan", renderer: "Renderer") -> Iterator[Problem]:
    """Yield what differs between letters and their translations, seen on one letter of each kind of reader.

    Own words and names of senders are no matter here, so a thousand senders take no longer than one.
    """
    from lettergen.letters.checks.parity import CHECKS

    campaign = renderer.campaign
    seen: set[object] = set()
    for order in plan.orders:
        if order.translation is None:
            continue
        recipient = campaign.recipient(order.recipient_id) if order.recipient_id else None
        reader = (recipient.office, recipient.audience, recipient.state) if recipient else None
        kind = (order.template, order.language, order.translation, reader)
        if kind in seen:
            continue
        seen.add(kind)
        try:
            _, problems = renderer.letter(order)
        except LettergenError as fault:
            problems = fault.problems
        yield from (one for one in problems if one.is_error or one.name in CHECKS)


def _name_problems(campaign: "Campaign", wanted: MailingRequest, path: Path) -> tuple[Problem, ...]:
    """Return a problem for each unknown name, at its line."""
    from lettergen.facts import mailing_file

    node = mailing_file.examine(path, campaign.folder)
    found: list[Problem] = []
    for word, ask in _questions(campaign, wanted):
        try:
            ask()
        except MissingOptionError:
            pass  # what a file leaves open can stand on the command line
        except LettergenError as fault:
            found += (_placed(problem, word, node) for problem in fault.problems)
    return tuple(dict.fromkeys(found))


def _questions(campaign: "Campaign", wanted: MailingRequest) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield each name of a mailing and what is to be asked for it: all that are not known are told."""
    from lettergen.letters.template.templates import open_template

    for name in wanted.templates:
        yield name, partial(open_template, name, campaign.template_folders)
    for pick, choice in ((pick_recipients, wanted.recipients), (pick_senders, wanted.senders)):
        yield from ((name, partial(pick, campaign, (name,))) for name in choice.ids)
        yield from ((tag, partial(pick, campaign, (), (tag,))) for tag in choice.tags)
    for name in (*wanted.also_to, *filter(None, [wanted.fallback])):
        yield name, partial(campaign.recipient, name)
    if wanted.case:
        yield wanted.case, partial(campaign.case, wanted.case)
    for name in wanted.formats:
        yield name, partial(terms_for, campaign, replace(wanted, stationery=None, formats=(name,)))
    if wanted.stationery:
        yield wanted.stationery, partial(terms_for, campaign, replace(wanted, formats=()))


def _placed(problem: Problem, word: str, node: "Node") -> Problem:
    """Return a problem placed at the word that it is about, if the file contains it."""
    if problem.place is not None:
        return problem
    at = next((one for one in _texts(node) if one.value == word), None)
    if at is None:
        return Problem(problem.name, problem.message, problem.fix, Place(node.document.file, 1))
    return at.problem(problem.name, problem.message, problem.fix, severity=problem.severity)


def _texts(node: "Node") -> Iterator["Node"]:
    value = node.value
    if isinstance(value, str):
        yield node
        return
    for inside in value.values() if isinstance(value, dict) else value:
        yield from _texts(inside)
