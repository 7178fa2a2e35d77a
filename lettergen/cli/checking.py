"""What `batch` would refuse in the campaign's own mailing file, told before anybody runs it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from lettergen.cli.choosing import MissingOptionError, pick_recipients, pick_senders
from lettergen.cli.planning import Mailing, from_file, terms_for
from lettergen.errors import InputProblems, LettergenError, Place, Problem

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.nodes import Node

__all__ = ["mailing_problems"]


def mailing_problems(campaign: "Campaign") -> tuple[Problem, ...]:
    """Return what is wrong with mailing.yaml, each at its line; nothing where there is no such file."""
    from lettergen.facts import mailing, source

    path = campaign.folder / mailing.MAILING_FILE
    if not path.exists():
        return ()
    try:
        given = mailing.read(path, campaign.folder)
    except InputProblems as fault:
        return fault.problems
    node = source.examine(path, str(path))
    found: list[Problem] = []
    for word, ask in _questions(campaign, from_file(given, Mailing())):
        try:
            ask()
        except MissingOptionError:
            pass  # what a file leaves open can stand on the command line
        except LettergenError as fault:
            found += (_placed(problem, word, node) for problem in fault.problems)
    return tuple(dict.fromkeys(found))


def _questions(campaign: "Campaign", wanted: Mailing) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield each name of a mailing and what is to be asked for it: all that are not known are told."""
    from lettergen.letters.templates import open_template

    for name in wanted.templates:
        yield name, partial(open_template, name, campaign.template_folders)
    for pick, choice in ((pick_recipients, wanted.recipients), (pick_senders, wanted.senders)):
        yield from ((name, partial(pick, campaign, (name,))) for name in choice.ids)
        yield from ((tag, partial(pick, campaign, (), (tag,))) for tag in choice.tags)
    if wanted.case:
        yield wanted.case, partial(campaign.case, wanted.case)
    for name in wanted.formats:
        yield name, partial(terms_for, campaign, replace(wanted, stationery=None, formats=(name,)))
    if wanted.stationery:
        yield wanted.stationery, partial(terms_for, campaign, replace(wanted, formats=()))


def _placed(problem: Problem, word: str, node: "Node") -> Problem:
    """Return a problem at the word that it is about, where the file has it."""
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
