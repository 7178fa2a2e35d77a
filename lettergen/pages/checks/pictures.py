"""Pictures of signatures and logos, opened before a letter needs them."""

from collections.abc import Iterator
from pathlib import Path

from lettergen.errors import Problem, RenderError
from lettergen.facts.campaign import Campaign
from lettergen.facts.regular_files import read_regular
from lettergen.pages.checks.addresses import RecordOf
from lettergen.pages.pdf.pictures import What, cleaned, missing_problem

__all__ = ["check"]


def check(campaign: Campaign, record: RecordOf) -> Iterator[Problem]:
    """Yield a problem for each sender whose signature or logo cannot be shown."""
    known: dict[tuple[str, What], tuple[Problem, ...]] = {}
    for sender in [one for one in campaign.senders if one.signature or one.logo]:
        shown: tuple[tuple[str | None, What], ...] = (
            (sender.signature, "signature"),
            (sender.logo.file if sender.logo else None, "logo"),
        )
        for name, what in shown:
            if not name:
                continue
            if (name, what) not in known:
                known[name, what] = _problems(campaign.folder, name, what)
            for problem in known[name, what]:
                told = record("sender", sender.id)
                yield told.problem(problem.name, problem.message, problem.fix, (what,))


def _problems(folder: Path, name: str, what: What) -> tuple[Problem, ...]:
    try:
        cleaned(name, read_regular(folder / name, below=folder), what)
    except RenderError as fault:
        return fault.problems
    except OSError:
        return (missing_problem(name, what),)
    return ()
