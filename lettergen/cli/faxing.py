"""Commands and options for faxes; nothing is sent from here."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lettergen.cli import options
from lettergen.cli.choosing import MissingOptionError, campaign_of, sender_for
from lettergen.cli.delivering import agreed
from lettergen.cli.today import now, today
from lettergen.errors import Problem, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lettergen.facts.campaign import Campaign
    from lettergen.letters.letter import Letter
    from lettergen.mailing.handover.jobs import Finished, Job
    from lettergen.mailing.plan import Order
    from lettergen.mailing.workshop import Workshop
    from lettergen.pages.fax.manner import Manner

__all__ = ["ByFax", "Cover", "handover", "manner", "preview"]

PANEL = "Fax"


def a_time(text: str) -> datetime:
    """Read a time option."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"`{text}` is not a time; write year-month-day and time, for example 2006-12-02 14:30."
        ) from None


At = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        metavar="TIME",
        parser=a_time,
        help="When the fax is sent, as `2006-12-02 14:30`; printed on every page. Default: now, "
        "for a letter of today.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
Cover = Annotated[
    bool, typer.Option("--cover", help="Put a cover sheet before the fax.", rich_help_panel=PANEL)
]
Resolution = Annotated[
    Literal["fine", "standard"],
    typer.Option("--resolution", help="Rows an inch: fine 196, standard 98.", rich_help_panel=PANEL),
]
Coding = Annotated[
    Literal["mh", "mr", "mmr"],
    typer.Option(
        "--coding",
        help="How the file is compressed: mh is taken everywhere, mmr is half the size.",
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByFax:
    """How faxes are made."""

    cover: Cover = False
    at: At = None
    resolution: Resolution = "fine"
    coding: Coding = "mh"


def manner(by_fax: ByFax, on: date | None = None) -> "Manner":
    """Return how faxes are made.

    Args:
        by_fax: As asked for.
        on: The day of a letter that is made now; without a time that is asked for, it has that of the clock.
    """
    from lettergen.pages.fax.manner import Manner

    at = by_fax.at or (now_for(on) if on else None)
    return Manner(resolution=by_fax.resolution, coding=by_fax.coding, cover=by_fax.cover, at=at)


def now_for(on: date) -> datetime | None:
    """Return the time to print on a fax that is made now; a letter of another day has none."""
    return now().replace(tzinfo=None, second=0, microsecond=0) if on == today() else None


def preview(
    workshop: "Workshop", order: "Order", letter: "Letter", *, cover: bool, only: int | None, pager: bool
) -> "tuple[Problem, ...]":
    """Show a letter as the fax that arrives, and return what should be looked at.

    Raises:
        LettergenError: The fax cannot be made, or it has fewer pages than ``only``.
    """
    from lettergen.console import faxes
    from lettergen.pages.fax import tiff

    workshop.terms = replace(workshop.terms, formats=("tif",), fax=manner(ByFax(cover=cover), order.on))
    workshop.warm_up()
    sent = workshop.fax(letter, order)
    if only and only > sent.pages:
        fix = f"choose a sheet from 1 to {sent.pages}." if sent.pages > 1 else "leave `--sheet` out."
        raise UnknownName.of("unknown-sheet", f"there is no sheet {only} here.", fix)
    images = [tiff.pixels(page) for page in tiff.pages_of(sent.tiff, order.letter_id)]
    faxes.show_pages(images, only=only, pager=pager)
    faxes.show_reading(sent.reading)
    return sent.notes


def handover(
    ctx: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="MAILING|FILE.tif",
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
            help="Not before this time, as `2006-12-04 09:00` of your clock. Default: now.",
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
        Literal["pdf", "tif"], typer.Option("--attach", help="What the gateway takes.")
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
    """Get finished faxes ready for whoever sends them. Nothing is sent from here.

    Shows first what each number would receive, how long that takes on the line, and when: every call
    begins within office hours where it is received, and calls to one number stand apart. Then it
    writes a script for HylaFAX, efax or Asterisk, messages for an e-mail-to-fax gateway, or a call
    sheet and PDFs for a copy shop.

    Example:
      lettergen handover outbox/protest-letter-2006-12-02 --for hylafax --dry-run
      lettergen handover letter.tif --to unhcr --for copyshop -o for-the-shop
    """
    from lettergen.console import faxes
    from lettergen.mailing.handover.folder import put_down
    from lettergen.mailing.handover.jobs import plan_jobs

    way = _Way(means=means, gateway=gateway, attach=attach, trunk=trunk)
    way.check()
    campaign = campaign_of(ctx)
    jobs, problems = plan_jobs(_finished(source, campaign, to, sender), campaign, _start(start))
    faxes.show_calls(jobs, problems, as_json=as_json)
    if dry_run or not agreed(len(jobs), yes=yes, noun="call"):
        faxes.show_nothing_written()
        return
    folder = out or (source if source.is_dir() else source.parent) / f"handover-{means}"
    faxes.show_handed_over(folder, put_down(way.files(jobs, campaign), folder, force=force), means)


def _finished(
    source: Path, campaign: "Campaign", to: str | None, sender: str | None
) -> "tuple[Finished, ...]":
    from lettergen.mailing.bundle import SAFE_STEM
    from lettergen.mailing.handover.jobs import Finished, finished_in

    if source.suffix.lower() != ".tif":
        return finished_in(source)
    if to is None:
        raise MissingOptionError.of(
            "missing-fax-recipient",
            "it is not said to whom the fax goes.",
            "add `--to ID`; `lettergen recipients` lists the ids.",
        )
    recipient, own = campaign.recipient(to), sender_for(campaign, sender)
    # A file may bear any name; what stands in scripts is made of ids.
    letter_id = source.stem if SAFE_STEM.fullmatch(source.stem) else f"fax--{recipient.id}--{own.id}"
    return (Finished(letter_id, recipient.id, own.id, source),)


def _start(start: datetime | None) -> datetime:
    """Return the earliest time of a call; a time without zone is one of the clock at the desk."""
    if start is None:
        return now()
    return start if start.tzinfo else start.astimezone()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """Who sends, and what that asks for."""

    means: str
    gateway: str | None
    attach: Literal["pdf", "tif"]
    trunk: str

    def check(self) -> None:
        """See that it is whole before anything is computed.

        Raises:
            MissingOptionError: The gateway is not named.
            InputProblems: Gateway or trunk are none.
        """
        from lettergen.mailing.handover import gateway, scripts

        if self.means == "asterisk":
            scripts.check_trunk(self.trunk)
        if self.means == "gateway":
            if self.gateway is None:
                raise MissingOptionError([_NO_GATEWAY])
            gateway.address(self.gateway, "+0")

    def files(self, jobs: "Sequence[Job]", campaign: "Campaign") -> "Iterator[tuple[str, bytes]]":
        """Yield the files of the hand-over."""
        from lettergen.mailing.handover import gateway, numbers, scripts

        senders = {job.fax.sender_id: campaign.sender(job.fax.sender_id) for job in jobs}
        first = next(iter(senders.values()))
        country = campaign.settings.posted_from or first.country
        own = {sender_id: numbers.own_number(one) for sender_id, one in senders.items()}
        match self.means:
            case "hylafax":
                return scripts.hylafax(jobs)
            case "efax":
                return scripts.efax(jobs, country=country, own=own)
            case "asterisk":
                return scripts.asterisk(jobs, trunk=self.trunk, own=own)
            case "gateway":
                return gateway.gateway(jobs, campaign, to=self.gateway or "", attach=self.attach)
        from lettergen.mailing.handover.copyshop import copyshop
        from lettergen.pages.pdf import Typesetter

        typesetter = Typesetter(tuple(campaign.folder / name for name in campaign.settings.fonts))
        return copyshop(jobs, campaign, typesetter, country=country, language=first.language)


_NO_GATEWAY = Problem(
    "missing-gateway",
    "it is not said which gateway takes the faxes.",
    "add `--gateway fax.example.org`, or `--gateway {number}@fax.example.org`.",
)
