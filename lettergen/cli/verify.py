"""The command that measures finished pages."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.mailing_letters import MailingLetters
from lettergen.cli.selection import folder_of
from lettergen.errors import ExitCode, LettergenError, OutputError, Place, Problem, UnknownName
from lettergen.facts.regular_files import STDIN

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.pages.layout.stationeries import Stationeries
    from lettergen.plan.orders import Order
    from lettergen.reference.stationery import Stationery
    from lettergen.rendering.renderer import Renderer
    from lettergen.verify.files import MeasuringJob
    from lettergen.verify.findings import FileReport

    _Sheets = tuple[Stationeries, Stationery | None, str]

__all__ = ["measured_page", "verify", "with_outdated"]

# Letters of a mailing; the PDF of all of them beside them holds the same pages once more.
_MADE_OF_LETTERS = frozenset({"print", "kits"})
_LETTER = re.compile(r"\d{5,}-.*")


def verify(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|DIR…", help="Finished PDFs, or folders of PDFs; - is stdin.", show_default=False
        ),
    ],
    stationery: options.StationeryKey = None,
    envelope: Annotated[
        str | None,
        typer.Option(
            "--envelope",
            metavar="NAME",
            autocompletion=options.completion.windows,
            help="The envelope you will use: DL, C6/5, C5, #9, … Default: any that suits the stationery.",
            show_default=False,
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            autocompletion=options.completion.profiles,
            help="Check against a mailing house's rules instead of the stationery: notify, print-mail-de.",
            show_default=False,
        ),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(
            "--overlay",
            metavar="FILE|DIR",
            help="Also draw the zones, with faults outlined: a .png, a .pdf, or a folder.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help="Worker processes. Default: one per CPU core.",
            envvar="LETTERGEN_WORKERS",
            show_default=False,
        ),
    ] = None,
    as_json: options.AsJson = False,
    force: options.Force = False,
) -> None:
    """Measure finished PDFs, ours or anybody's: does the page suit its sheet and its envelope?

    Every page is rendered and its ink measured: size of the sheet, fold marks (±0.3 mm), the address
    inside what the window always shows, nothing else where the window could show it, the edge that
    printers leave out, overlapping text, embedded fonts, every glyph shown. Without --stationery it
    uses lettergen.toml, or infers the sheet from the page and says so. Pages are read, never
    changed; every PDF is opened in a process of its own.
    Exit code 1 if a file fails, 3 if only some of several do.

    Example:
      lettergen verify letter.pdf
      lettergen verify outbox/protest-letter-2006-12-02 --envelope DL
      lettergen verify strangers.pdf --stationery nf --overlay measured.png
      lettergen verify letter.pdf --profile notify --json
    """
    from lettergen.console import measurements
    from lettergen.mailing.workers import usable_cores
    from lettergen.verify.files import measured

    campaign = _campaign(ctx)
    known, usual, why = _stationeries(campaign, stationery)
    letters = MailingLetters(known.get)
    paths = list(_pdfs(files, letters))
    form = _form_of(overlay, paths)
    own = None if stationery else letters
    jobs = _jobs(paths, (known, usual, why), own, envelope, profile, form)
    targets = _targets(overlay, paths)
    began = perf_counter()
    reports: list[FileReport] = []
    written: list[str] = []
    refused: OutputError | None = None
    for report, picture in measured(jobs, workers=workers or usable_cores()):
        if picture and targets and refused is None:
            try:
                written.append(_save(targets[len(reports)], picture, force=force))
            except OutputError as fault:
                # What was measured is told all the same.
                refused = fault
        reports.append(with_outdated(report, paths[len(reports)], letters, campaign))
    measurements.show_reports(reports, seconds=perf_counter() - began, as_json=as_json)
    if written:
        measurements.show_overlays(written)
    if refused:
        raise refused
    failed = sum(one.failed for one in reports)
    if failed:
        raise typer.Exit(ExitCode.PARTIAL if failed < len(reports) else ExitCode.PROBLEMS)


def measured_page(renderer: "Renderer", order: "Order") -> "tuple[FileReport | None, tuple[Problem, ...]]":
    """Make a letter's real pages in memory and measure them; also return the faults."""
    from lettergen.mailing.workers import render_isolated
    from lettergen.verify.files import MeasuringJob, measure

    made = render_isolated(renderer, order)
    if made.failed:
        return None, made.problems
    sheet = renderer.stationery(order)
    job = MeasuringJob(file=f"{made.letter_id}.pdf", path=Path(), stationery=sheet)
    report, _ = measure(dict(made.contents)["pdf"], job)
    return report, tuple(one.problem for one in report.findings if one.problem)


def _pdfs(files: Sequence[Path], mailings: MailingLetters) -> Iterator[Path]:
    """Yield the PDFs that are named, and those for paper of the folders that are."""
    for path in files:
        _refuse_kits(path)
        if not path.is_dir():
            yield path
            continue
        every = sorted(one for one in path.rglob("*") if one.suffix.lower() == ".pdf" and one.is_file())
        # What was put together of the letters holds envelopes, empty backs and sheets of several sizes.
        found = [one for one in every if not _MADE_OF_LETTERS.intersection(one.relative_to(path).parts)]
        letters = {one.parent for one in found if _LETTER.fullmatch(one.name)}
        if not found and not mailings.missing(path):
            raise UnknownName.of(
                "nothing-to-verify",
                f"there is no PDF in the folder `{path}`.",
                "name the folder of a mailing, or a PDF.",
            )
        single = [one for one in found if one.parent not in letters or _LETTER.fullmatch(one.name)]
        paper = [one for one in single if mailings.is_for_paper(one)] or single
        yield from sorted({*paper, *mailings.missing(path)})


def _refuse_kits(path: Path) -> None:
    from lettergen.delivery.paper.kits import KITS
    from lettergen.outbox.volumes import MANIFEST

    folder = path if path.is_dir() else path.parent
    mailing = folder.absolute().parent
    if folder.absolute().name == KITS and (mailing / MANIFEST).is_file():
        raise UnknownName.of(
            "nothing-to-verify",
            f"a kit in `{folder}` holds a list and envelopes besides letters.",
            f"measure the letters themselves, in their mailing: `lettergen verify {folder.parent}`.",
        )


def _jobs(
    paths: Sequence[Path],
    sheets: "_Sheets",
    mailings: MailingLetters | None,
    envelope: str | None,
    profile: str | None,
    overlay: str,
) -> "list[MeasuringJob]":
    from lettergen.verify.files import MeasuringJob
    from lettergen.verify.profiles import profile as profile_of
    from lettergen.verify.windows import windows

    rules = profile_of(profile) if profile else None
    known, usual, why = sheets
    if envelope and usual and not rules:
        windows(usual, envelope)
    candidates = tuple(_usable(known))
    jobs = []
    for path in paths:
        letters = mailings.of(path) if mailings else ()
        jobs.append(
            MeasuringJob(
                file="stdin" if path == STDIN else str(path),
                path=path,
                stationery=usual,
                assumed="as the mailing's manifest says" if letters else why,
                candidates=candidates,
                envelope=envelope,
                profile=rules,
                letters=letters,
                overlay=overlay,
            )
        )
    return jobs


def _usable(sheets: "Stationeries") -> "Iterator[Stationery]":
    for one in sheets.keys():  # noqa: SIM118 - no mapping
        # A faulty sheet of the campaign's own is told of where somebody asks for it.
        with suppress(LettergenError):
            yield sheets.get(one)


def with_outdated(
    report: "FileReport", path: Path, mailings: MailingLetters, campaign: "Campaign | None"
) -> "FileReport":
    """Return a report that also tells which letters enclose a file as it was before it was changed."""
    from lettergen.verify.findings import Finding

    found = dict(mailings.outdated(path, campaign)) if campaign and path != STDIN else {}
    if not found:
        return report
    letters, first = len(found), next(iter(found))
    whose = f"the letter `{first}` encloses" if letters == 1 else f"{letters:,} letters enclose"
    problem = Problem(
        "enclosure-outdated",
        f"{whose} a file that was changed, moved or deleted in the campaign since.",
        "run the same `lettergen batch` again, which makes these letters anew and says which have gone "
        "already; or put the file back as it was.",
        Place(report.file),
        "warning",
    )
    finding = Finding(
        rule=problem.name,
        what="enclosed files",
        page=None,
        measured=f"{sum(found.values()):,} changed since",
        wanted="as in the campaign",
        verdict="note",
        problem=problem,
    )
    return replace(report, findings=(*report.findings, finding))


def _stationeries(campaign: "Campaign | None", key: str | None) -> "_Sheets":
    """Return all stationeries, the actual one if known, and on what grounds."""
    from lettergen.pages.layout.stationeries import Stationeries

    every = Stationeries.of(campaign) if campaign else Stationeries()
    if key:
        return every, every.get(key), ""
    usual = campaign.settings.stationery if campaign else None
    return every, every.get(usual) if usual else None, "as lettergen.toml says" if usual else ""


def _campaign(ctx: typer.Context) -> "Campaign | None":
    """Return the campaign of the folder, if it is one; this command ignores problems in its facts."""
    from lettergen.facts.campaign import Campaign

    campaign = Campaign.open(folder_of(ctx))
    return None if campaign.is_lent else campaign


def _form_of(overlay: Path | None, paths: Sequence[Path]) -> str:
    """Return the requested kind of picture.

    Raises:
        OutputError: Several files would share one picture.
    """
    if overlay is None:
        return ""
    suffix = overlay.suffix.lower().removeprefix(".")
    if suffix not in ("png", "pdf"):
        return "png"
    if len(paths) > 1:
        raise OutputError.of(
            "one-overlay",
            f"{len(paths)} files cannot share the picture `{overlay}`.",
            "name a folder for the pictures: `--overlay measured/`.",
        )
    return suffix


def _targets(overlay: Path | None, paths: Sequence[Path]) -> list[Path]:
    """Return where each picture goes; a name that occurs in several folders gets a number."""
    from lettergen.outbox.atomic_files import make_folder

    if overlay is None:
        return []
    if overlay.suffix.lower() in (".png", ".pdf"):
        return [overlay]
    make_folder(overlay)
    stems = [path.stem for path in paths]
    names = (
        stems if len(set(stems)) == len(stems) else [f"{at:05d}-{stem}" for at, stem in enumerate(stems, 1)]
    )
    return [overlay / f"{name}.png" for name in names]


def _save(target: Path, picture: bytes, *, force: bool) -> str:
    from lettergen.outbox.atomic_files import write_file

    write_file(target, picture, force=force)
    return str(target)
