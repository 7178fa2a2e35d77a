"""Measurements of finished pages, as a table for people or records for programs."""

from collections.abc import Sequence
from typing import Any

from lettergen.console.problems import as_records, plural, show_problems
from lettergen.console.terminal import output, say, show_json, styled
from lettergen.console.text_table import StyledCell, show_rows
from lettergen.verify.findings import FileReport, Finding

__all__ = ["show_legend", "show_overlays", "show_reports"]

_STYLES = {"ok": "green", "note": "dim", "warn": "yellow", "fail": "bold red"}
_WORDS = {"ok": "ok", "note": "", "warn": "other envelope", "fail": "off"}
_LISTED = 3


def show_reports(reports: Sequence[FileReport], *, seconds: float, as_json: bool) -> None:
    """Print the findings: all measurements of a few files, only the faults of many.

    Args:
        reports: One per file, in the order in which they were named.
        seconds: How long it took in total.
        as_json: Print all of it for another program.
    """
    if as_json:
        show_json([record(one) for one in reports])
        return
    for one in reports:
        if len(reports) <= _LISTED or one.failed:
            _show(one, whole=len(reports) <= _LISTED)
    problems = [problem for one in reports for problem in _problems(one)]
    if problems:
        show_problems(problems, ending="")
    _show_sum(reports, seconds)


def record(report: FileReport) -> dict[str, Any]:
    """Return one report for ``--json``; millimetres are numbers there."""
    return {
        "file": report.file,
        "verdict": "fail" if report.failed else "ok",
        "stationery": report.stationery or None,
        "assumed": report.assumed or None,
        "pages": report.pages,
        "findings": [_finding(one) for one in report.findings],
        "problems": as_records(_problems(report)),
    }


def show_legend(report: FileReport) -> None:
    """Print the key to a drawn page's lines, and the measurements of the real page."""
    console = output()
    console.print(styled("░ always in the window   ┊ its edge   ├ folds   Measured on the real page, in mm:"))
    console.print()
    _show(report, whole=True)


def show_overlays(names: Sequence[str]) -> None:
    """Say which pictures were written."""
    listed = ", ".join(names[:_LISTED])
    rest = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    say("Wrote ", (listed, "bold"), f"{rest}.")


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "what": one.what,
        "page": one.page,
        "verdict": one.verdict,
        "measured": one.measured,
        "wanted": one.wanted,
        "mm": {name: round(value, 2) for name, value in one.numbers.items()},
    }


def _problems(report: FileReport) -> list[Any]:
    return [*report.problems, *(one.problem for one in report.findings if one.problem)]


def _show(report: FileReport, *, whole: bool) -> None:
    if report.problems:
        return
    on = f"  {report.stationery}" + (f", assumed {report.assumed}" if report.assumed else "")
    output().print(styled((report.file, "bold"), (on, "dim")))
    shown = [one for one in report.findings if whole or one.verdict == "fail"]
    several = report.pages > 1
    headings = ("", *(["page"] if several else []), "measured", "wanted", "")
    rows: list[list[StyledCell]] = [[(heading, "dim") for heading in headings]]
    for one in shown:
        pages = [str(one.page or "")] if several else []
        texts = (one.what, *pages, one.measured, one.wanted)
        rows.append([*((text, "") for text in texts), (_WORDS[one.verdict], _STYLES[one.verdict])])
    show_rows(output(), rows, whole=(0, len(headings) - 1))
    output().print()


def _show_sum(reports: Sequence[FileReport], seconds: float) -> None:
    failed = sum(one.failed for one in reports)
    pages = sum(one.pages for one in reports)
    if len(reports) > 1:
        each = seconds / len(reports) * 1000
        say(
            f"{plural(len(reports), 'file')}, {plural(pages, 'page')} in {seconds:.1f} s, {each:.0f} ms each."
        )
    if failed and len(reports) > 1:
        say((f"{failed} of {len(reports)} files with faults.", "bold"))
    elif not failed:
        is_outdated = any(one.rule == "enclosure-outdated" for report in reports for one in report.findings)
        what = "The pages are" if is_outdated else "Everything is"
        say((f"{what} in place. Figures are millimetres from the top left.", "bold green"))
