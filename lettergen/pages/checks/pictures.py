"""Pictures of signatures, opened before a letter needs them."""

from collections.abc import Iterator
from pathlib import Path

from lettergen.errors import Problem, RenderError
from lettergen.facts.campaign import Campaign
from lettergen.facts.regular_files import read_regular
from lettergen.pages.checks.addresses import RecordOf
from lettergen.pages.pdf.pictures import cleaned, missing_problem

__all__ = ["check"]


def check(campaign: Campaign, record: RecordOf) -> Iterator[Problem]:
    """Yield a problem for each sender whose signature cannot be shown."""
    known: dict[str, tuple[Problem, ...]] = {}
    for sender in campaign.senders:
        name = sender.signature
        if not name:
            continue
        if name not in known:
            known[name] = _problems(campaign.folder, name)
        for problem in known[name]:
            told = record("sender", sender.id)
            yield told.problem(problem.name, problem.message, problem.fix, ("signature",))


def _problems(folder: Path, name: str) -> tuple[Problem, ...]:
    try:
        cleaned(name, read_regular(folder / name, below=folder))
    except RenderError as fault:
        return fault.problems
    except OSError:
        return (missing_problem(name),)
    return ()
