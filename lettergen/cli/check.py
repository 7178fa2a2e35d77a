"""The command that checks all facts and templates, and the campaign's own mailing file."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.mailing_options import MailingRequest, from_file, terms_for
from lettergen.cli.selection import (
    MissingOptionError,
    campaign_of,
    chosen_checks,
    pick_recipients,
    pick_senders,
)
from lettergen.errors import ExitCode, InputProblems, LettergenError, Place, Problem

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.nodes import Node

__all__ = ["check", "mailing_problems"]


def mailing_problems(campaign: "Campaign") -> tuple[Problem, ...]:
    """Return what is wrong with mailing.yaml, each at its line; nothing if there is no such file."""
    from lettergen.facts import mailing_file, yaml_reader

    path = campaign.folder / mailing_file.MAILING_FILE
    if not path.exists():
        return ()
    try:
        given = mailing_file.read(path, campaign.folder)
    except InputProblems as fault:
        return fault.problems
    node = yaml_reader.examine(path, str(path))
    found: list[Problem] = []
    for word, ask in _questions(campaign, from_file(given, MailingRequest())):
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


def check(
    ctx: typer.Context,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="NAME,…",
            help="Show only these checks; `lettergen checks` lists their names.",
            show_default=False,
            autocompletion=options.completion.checks,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="NAME,…",
            help="Leave these checks out of the report; `write` and `batch` still refuse.",
            show_default=False,
            autocompletion=options.completion.checks,
        ),
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every place of every problem.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Check all facts and templates, and write nothing.

    Reads lettergen.toml, recipients, senders, cases/, letter_templates/ and mailing.yaml of the campaign
    folder, plans the mailing, and makes each template's sample letter in memory. Exit code 1 if there
    is an error; warnings, such as an entry that nobody has checked for half a year, do not fail.
    With --select or --ignore the exit code depends on what is shown.

    Example:
      lettergen check
      lettergen check --ignore entry-not-checked,office-not-suited
      lettergen --folder spring-campaign check --all
    """
    from lettergen.cli.mailing_options import check_mailing
    from lettergen.console.reports import show_check
    from lettergen.letters.checks import check_campaign
    from lettergen.letters.template.templates import catalogue
    from lettergen.pages.checks import check_campaign as check_pages

    is_wanted = chosen_checks(select or (), ignore or ())
    campaign = campaign_of(ctx, whole=False)
    templates, faults = catalogue(campaign.template_folders)
    samples = check_campaign(campaign, templates, today=today())
    of_pages = check_pages(campaign, templates, today=today())
    planned = mailing_problems(campaign) or check_mailing(campaign)
    found = dict.fromkeys((*campaign.problems, *faults, *samples, *of_pages, *planned))
    problems = tuple(problem for problem in found if is_wanted(problem.name))
    counts = {
        "recipients": len(campaign.recipients),
        "senders": len(campaign.senders),
        "cases": len(campaign.cases),
        "templates": len(templates),
    }
    show_check(problems, counts, show_all=show_all, as_json=as_json)
    raise typer.Exit(ExitCode.PROBLEMS if any(one.is_error for one in problems) else ExitCode.OK)
