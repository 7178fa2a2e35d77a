"""The command that hands finished faxes over to whoever sends them; nothing is sent from here."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lettergen.cli import options
from lettergen.cli.clock import now
from lettergen.cli.early import early_problem
from lettergen.cli.fax_panel import a_time
from lettergen.cli.output_file import agreed
from lettergen.cli.selection import campaign_of
from lettergen.errors import InputProblems, MissingOptionError, Problem
from lettergen.mailing.selection import sender_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lettergen.delivery.fax.calls import FaxCall, FinishedFax
    from lettergen.facts.campaign import Campaign

__all__ = ["handover"]


def handover(
    ctx: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="MAILING|FILE.tif",
            autocompletion=options.completion.mailings,
            help="A mailing's folder in the outbox, or one fax.",
            show_default=False,
        ),
    ],
    means: Annotated[
        Literal["hylafax", "efax", "asterisk", "gateway", "copyshop"],
        typer.Option("--for", help="Who sends them.", show_default=False),
    ],
    to: options.ToId = None,
    sender: options.FromId = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--start",
            metavar="TIME",
            parser=a_time,
            help="Earliest time of a call, as `2006-12-04 09:00` in your time zone. Default: now.",
            show_default=False,
        ),
    ] = None,
    gateway: Annotated[
        str | None,
        typer.Option(
            "--gateway",
            metavar="DOMAIN",
            help="E-mail-to-fax gateway: fax.example.org, or {number}@fax.example.org.",
            show_default=False,
        ),
    ] = None,
    attach: Annotated[
        Literal["pdf", "tif"], typer.Option("--attach", help="Format that the gateway accepts.")
    ] = "pdf",
    trunk: Annotated[
        str, typer.Option("--trunk", metavar="CHANNEL", help="Asterisk channel that calls out.")
    ] = "PJSIP/{number}@fax",
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Folder for the hand-over. Default: handover-WAY beside the mailing's letters.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the calls and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before writing.")] = False,
    force: options.Force = False,
    as_json: options.AsJson = False,
) -> None:
    """Prepare finished faxes for whoever sends them. This command sends nothing.

    First shows what each number would receive, when, and how long that takes on the line: every call
    begins in the recipient's office hours, and calls to one number are spaced. Then it
    writes a script for HylaFAX, efax or Asterisk, messages for an e-mail-to-fax gateway, or a call
    sheet and PDFs for a copy shop.

    Example:
      lettergen handover outbox/protest-letter-2006-12-02 --for hylafax --dry-run
      lettergen handover letter.tif --to unhcr --for copyshop -o for-the-shop
    """
    from lettergen.console import faxes
    from lettergen.delivery.fax.calls import plan_calls
    from lettergen.delivery.fax.handover_folder import put_down
    from lettergen.mailing.requests import mailing_in
    from lettergen.outbox.atomic_files import refuse_link

    way = _FaxSender(means=means, gateway=gateway, attach=attach, trunk=trunk)
    way.check()
    campaign = campaign_of(ctx)
    source = mailing_in(campaign, source)
    _refuse_names((Path(source.name), *([out] if out else [])), campaign)
    jobs, problems = plan_calls(_finished(source, campaign, to, sender), campaign, _start(start))
    # Each call has its day; the first one tells how early the others are.
    first = min((job.not_before.date() for job in jobs), default=now().date())
    wait = "begin on that day (`--start`)"
    if early := early_problem((job.fax.date for job in jobs if _is_early(job)), first, wait):
        problems = (*problems, early)
    faxes.show_calls(jobs, problems, as_json=as_json)
    if dry_run or not agreed(len(jobs), yes=yes, noun="call"):
        faxes.show_nothing_written()
        return
    folder = out or (source if source.is_dir() else source.parent) / f"handover-{means}"
    if out is None:
        refuse_link(folder)
    faxes.show_handed_over(folder, put_down(way.files(jobs, campaign), folder, force=force), means)


def _refuse_names(paths: "Sequence[Path]", campaign: "Campaign") -> None:
    """Refuse a name that stands in scripts, subjects and folders, and that of somebody who is hidden.

    Raises:
        InputProblems: One gives somebody away.
    """
    from lettergen.letters.privacy.disclosure import in_file_name

    if found := [problem for path in paths for problem in in_file_name(path, campaign, now().date())]:
        raise InputProblems(found)


def _finished(
    source: Path, campaign: "Campaign", to: str | None, sender: str | None
) -> "tuple[FinishedFax, ...]":
    from lettergen.delivery.fax.calls import FinishedFax, finished_in
    from lettergen.outbox.atomic_files import SAFE_STEM

    if source.suffix.lower() != ".tif":
        return finished_in(source)
    if to is None:
        raise MissingOptionError.of(
            "missing-fax-recipient",
            "the fax has no recipient.",
            "add `--to ID`; `lettergen recipients` lists the ids.",
        )
    recipient, own = campaign.recipient(to), sender_for(campaign, sender)
    # A file may bear any name; what stands in scripts is made of ids.
    letter_id = source.stem if SAFE_STEM.fullmatch(source.stem) else f"fax--{recipient.id}--{own.id}"
    return (FinishedFax(letter_id, recipient.id, own.id, source),)


def _is_early(job: "FaxCall") -> bool:
    """Say whether a fax would be sent before its date."""
    return job.not_before.date().isoformat() < job.fax.date


def _start(start: datetime | None) -> datetime:
    """Return the earliest time of a call; a time without a zone is in the local one."""
    if start is None:
        return now()
    return start if start.tzinfo else start.astimezone()


@dataclass(frozen=True, slots=True, kw_only=True)
class _FaxSender:
    """Who sends, and what that asks for."""

    means: str
    gateway: str | None
    attach: Literal["pdf", "tif"]
    trunk: str

    def check(self) -> None:
        """Check that the options are complete before computing anything.

        Raises:
            MissingOptionError: The gateway is not named.
            InputProblems: The gateway or the trunk is not valid.
        """
        from lettergen.delivery.fax import gateway, job_scripts

        if self.means == "asterisk":
            job_scripts.check_trunk(self.trunk)
        if self.means == "gateway":
            if self.gateway is None:
                raise MissingOptionError([_NO_GATEWAY])
            gateway.address(self.gateway, "+0")

    def files(self, jobs: "Sequence[FaxCall]", campaign: "Campaign") -> "Iterator[tuple[str, bytes]]":
        """Yield the files of the hand-over."""
        from lettergen.delivery.fax import fax_numbers, gateway, job_scripts

        senders = {job.fax.sender_id: campaign.sender(job.fax.sender_id) for job in jobs}
        first = next(iter(senders.values()))
        country = campaign.settings.posted_from or first.country
        own = {sender_id: fax_numbers.own_number(one) for sender_id, one in senders.items()}
        match self.means:
            case "hylafax":
                return job_scripts.hylafax(jobs)
            case "efax":
                return job_scripts.efax(jobs, country=country, own=own)
            case "asterisk":
                return job_scripts.asterisk(jobs, trunk=self.trunk, own=own)
            case "gateway":
                return gateway.gateway(jobs, campaign, to=self.gateway or "", attach=self.attach)
        from lettergen.delivery.fax.copy_shop import copyshop
        from lettergen.pages.pdf.typesetter import Typesetter

        typesetter = Typesetter(tuple(campaign.folder / name for name in campaign.settings.fonts))
        return copyshop(jobs, campaign, typesetter, country=country, language=campaign.settings.language)


_NO_GATEWAY = Problem(
    "missing-gateway",
    "no gateway is given.",
    "add `--gateway fax.example.org`, or `--gateway {number}@fax.example.org`.",
)
