"""The command that makes a mailing: plan, agreement, volumes, sum."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lettergen.cli import faxing, options
from lettergen.cli.choosing import campaign_of
from lettergen.cli.delivering import agreed
from lettergen.cli.planning import (
    Choice,
    Mailing,
    folder_for,
    from_file,
    mailing_file,
    mailing_for,
    terms_for,
)
from lettergen.cli.printing import Extras
from lettergen.cli.today import moment
from lettergen.errors import ExitCode

if TYPE_CHECKING:
    from lettergen.console.mailings import Manner
    from lettergen.facts.campaign import Campaign
    from lettergen.mailing.crew import Crew
    from lettergen.mailing.ledger import Ledger
    from lettergen.mailing.volumes import Outbox
    from lettergen.mailing.workshop import Terms

__all__ = ["batch"]

Names = list[str] | None
MANY = "; may be repeated."
NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def a_share(text: str | None) -> tuple[int, int]:
    """Read ``2/3``, the second of three shares."""
    if text is None:
        return 1, 1
    this, slash, of = text.partition("/")
    if not (slash and this.isascii() and this.isdecimal() and of.isascii() and of.isdecimal()):
        raise typer.BadParameter(
            f"`{text}` is no share; write 1/4 for the first of four.", param_hint="--shard"
        )
    return int(this), int(of)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWhom:
    """Recipients as they are chosen."""

    to: Annotated[
        Names,
        typer.Option(
            "--to", metavar="ID", help=f"Recipient{MANY}", autocompletion=options.completing.recipients
        ),
    ] = None
    tag: Annotated[
        Names, typer.Option("--tag", metavar="TAG", help=f"All recipients with this tag{MANY}")
    ] = None
    country: Annotated[
        Names, typer.Option("--country", metavar="CODE", help=f"Only recipients in this country{MANY}")
    ] = None
    office: Annotated[
        Names, typer.Option("--office", metavar="KEY", help=f"Only holders of this office{MANY}")
    ] = None
    language: Annotated[
        Names, typer.Option("--language", metavar="CODE", help=f"Only recipients who read it{MANY}")
    ] = None

    def choice(self) -> Choice:
        """Return the recipients that are meant."""
        return Choice(
            ids=tuple(self.to or ()),
            tags=tuple(self.tag or ()),
            countries=tuple(one.upper() for one in self.country or ()),
            offices=tuple(self.office or ()),
            languages=tuple(self.language or ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FromWhom:
    """Senders as they are chosen."""

    sender: Annotated[
        Names,
        typer.Option("--from", metavar="ID", help=f"Sender{MANY}", autocompletion=options.completing.senders),
    ] = None
    sender_tag: Annotated[
        Names, typer.Option("--from-tag", metavar="TAG", help=f"All senders with this tag{MANY}")
    ] = None
    all_senders: Annotated[bool, typer.Option("--all-senders", help="Everybody in senders.yaml.")] = False

    def choice(self) -> Choice:
        """Return the senders that are meant."""
        return Choice(
            ids=tuple(self.sender or ()), tags=tuple(self.sender_tag or ()), everybody=self.all_senders
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What the letters are like, and how they are laid together."""

    case: options.CaseId = None
    on: options.On = None
    channel: Annotated[
        Names,
        typer.Option(
            "--channel", metavar="NAME", help=f"post, fax, email, … instead of the recipients' own{MANY}"
        ),
    ] = None
    formats: Annotated[
        Names,
        typer.Option(
            "--format", metavar="FORMAT", help=f"pdf, txt, … Default: pdf; tif for fax, eml for e-mail{MANY}"
        ),
    ] = None
    files: Annotated[
        Literal["separate", "combined", "both"] | None,
        typer.Option(
            "--files",
            help="A PDF a letter, one a volume, or both. Default: both.",
            show_default=False,
        ),
    ] = None
    per_sender: Annotated[
        int | None,
        typer.Option(
            "--per-sender",
            metavar="N",
            min=1,
            help="Letters of each sender, of each template.",
            show_default=False,
        ),
    ] = None
    per_recipient: Annotated[
        int | None,
        typer.Option(
            "--per-recipient",
            metavar="N",
            min=1,
            help="Most letters to a recipient, of each template.",
            show_default=False,
        ),
    ] = None
    order: Annotated[
        Literal["recipient", "sender", "country", "sheets"] | None,
        typer.Option(
            "--order",
            help="How letters are laid together. Default: recipient.",
            show_default=False,
        ),
    ] = None
    stationery: options.StationeryKey = None
    notation: options.Notation = None
    volume_size: Annotated[
        int | None,
        typer.Option(
            "--volume-size",
            metavar="N",
            min=1,
            max=5000,
            help="Letters of a volume. Default: 500.",
            show_default=False,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Where the letters are made."""

    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", min=1, help="Processes. Default: one a core.", show_default=False
        ),
    ] = None
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask", metavar="ADDRESS", help="Scheduler of a cluster: tls://….", show_default=False
        ),
    ] = None
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="I/N", help="Only this share of the volumes.", show_default=False),
    ] = None


def batch(
    ctx: typer.Context,
    template: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEMPLATE]",
            help="Name of a letter (`lettergen templates`). Default: what mailing.yaml says.",
            show_default=False,
            autocompletion=options.completing.templates,
        ),
    ] = None,
    mailing: Annotated[
        Path | None,
        typer.Option(
            "--mailing", metavar="FILE", help="File that says who writes what to whom.", show_default=False
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="ID",
            help="The mailing's folder. Default: template and date.",
            show_default=False,
        ),
    ] = None,
    to_whom: ToWhom = ToWhom(),
    from_whom: FromWhom = FromWhom(),
    letters: Letters = Letters(),
    outbox: options.Outbox = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop.")] = False,
    even_so: options.EvenSo = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also letters that another mailing has written already.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before writing.")] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Take over a folder; take away letters that are not in the plan."),
    ] = False,
    work: Work = Work(),
    by_fax: faxing.ByFax = faxing.ByFax(),
    extras: Extras = Extras(),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Tell only what went wrong.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a line: plan, volumes, failures, sum.")
    ] = False,
    names: Annotated[
        bool,
        typer.Option(
            "--names",
            help="Write the ids of senders into the ledger in clear; whoever gets the file then has the list "
            "of who wrote. Never for people in danger. Default: marks that only ledger.key can tell.",
        ),
    ] = False,
) -> None:
    """Plan a mailing, then make it: every sender to every recipient.

    Shows the plan and asks before writing. Letters go to OUTBOX/TEMPLATE-DATE/post, fax and email, in
    volumes, with a manifest of all. The same command again goes on where it was stopped, and makes
    anew exactly what has changed. A letter that fails does not stop the others; exit code 3 says that
    some did. mailing.yaml can hold it all: `lettergen batch` then needs no options.

    Example:
      lettergen batch protest-letter --tag embassy --all-senders --date 2006-12-02 --dry-run
      lettergen batch protest-letter --to cn-president-hu --to cn-embassy-uk --from lfnkr --format txt
    """
    campaign = campaign_of(ctx)
    if name and not re.fullmatch(NAME, name):
        raise typer.BadParameter("write small letters, digits and hyphens.", param_hint="--name")
    wanted = Mailing(
        name=name or "",
        templates=(template,) if template else (),
        recipients=to_whom.choice(),
        senders=from_whom.choice(),
        case=letters.case,
        on=letters.on,
        channels=tuple(letters.channel or ()),
        formats=tuple(letters.formats or ()),
        per_sender=letters.per_sender,
        per_recipient=letters.per_recipient,
        arrangement=letters.order,
        stationery=letters.stationery,
        volume_size=letters.volume_size,
        files=letters.files,
        even_so=even_so,
        again=again,
    )
    given = mailing_file(campaign, mailing, is_wanted=template is None)
    wanted = from_file(given, wanted) if given else wanted
    manner: Manner = "json" if as_json else "quiet" if quiet else "full"
    with ExitStack() as stack:
        box = _outbox(campaign, outbox, wanted, a_share(work.shard), force=force)
        if box.shard != (1, 1) and not dry_run:
            _refuse_without_key(campaign)
        crew = _crew(stack, work)
        terms = terms_for(campaign, wanted)
        terms = replace(terms, fax=faxing.manner(by_fax), notation=letters.notation)
        desk = _Desk(stack, campaign, manner, is_dry=dry_run, is_agreed=yes, extras=extras, names=names)
        raise typer.Exit(_make(desk, wanted, terms, box, crew))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the command is given: the campaign, and how much is told and asked."""

    stack: ExitStack
    campaign: "Campaign"
    manner: "Manner"
    is_dry: bool
    is_agreed: bool
    extras: Extras
    names: bool
    """Senders stand in the ledger under their ids."""

    def ledger(self) -> "Ledger":
        """Open the campaign's ledger until the command ends."""
        from lettergen.mailing.ledger import LEDGER_FILE, Ledger

        path = self.campaign.home / LEDGER_FILE
        name = self.campaign.settings.name
        return self.stack.enter_context(Ledger.open(path, campaign=name, now=moment, names=self.names))


def _make(desk: _Desk, wanted: Mailing, terms: "Terms", box: "Outbox", crew: "Crew") -> ExitCode:
    """Show the plan and, if somebody agrees, make it."""
    from lettergen.console import mailings, plans
    from lettergen.mailing.alike import likeness_of
    from lettergen.mailing.engine import produce
    from lettergen.mailing.estimate import by_sheets, estimate
    from lettergen.mailing.ledger import LEDGER_FILE
    from lettergen.mailing.overtaken import Overtaken
    from lettergen.mailing.workshop import Workshop

    campaign, manner = desk.campaign, desk.manner
    # A plan that is only looked at leaves no ledger behind.
    ledger = desk.ledger() if (campaign.home / LEDGER_FILE).exists() else None
    title, plan = mailing_for(campaign, wanted, ledger)
    workshop = Workshop(replace(terms, is_mailing=True), campaign)
    if wanted.arrangement == "sheets":
        plan = by_sheets(plan, workshop)
    if manner != "quiet":  # which prints no plan, and so needs no letters made for it
        plans.show_plan(plan, title, box, estimate(plan, workshop, box, crew), manner=manner)
    if manner == "full":
        plans.show_likeness(likeness_of(plan, workshop))
        if campaign.is_lent:
            plans.show_lent()
    if desk.is_dry or not agreed(len(plan.orders), yes=desk.is_agreed):
        mailings.show_nothing_written(manner)
        return ExitCode.OK
    ledger = ledger or desk.ledger()
    production = produce(plan, workshop, box, ledger=ledger, crew=crew)
    overtaken = Overtaken(ledger, plan.name)
    has_pdfs = not terms.formats or "pdf" in terms.formats
    reckoning = mailings.follow(production, plan, box, manner=manner, overtaken=overtaken, has_pdfs=has_pdfs)
    desk.extras.make(campaign, box.folder / plan.name, as_json=manner == "json")
    return ExitCode.PARTIAL if reckoning.failed else ExitCode.OK


def _outbox(
    campaign: "Campaign", folder: Path | None, wanted: Mailing, share: tuple[int, int], *, force: bool
) -> "Outbox":
    from lettergen.mailing.volumes import Outbox

    box = Outbox(folder=folder_for(campaign, folder), shard=share, force=force)
    if wanted.volume_size:
        box = replace(box, volume_size=wanted.volume_size)
    if wanted.files:
        box = replace(box, files=wanted.files)
    box.check()
    return box


def _refuse_without_key(campaign: "Campaign") -> None:
    from lettergen.mailing.ledger import LEDGER_FILE
    from lettergen.mailing.ledger.key import refuse_unshared

    refuse_unshared(campaign.home / LEDGER_FILE)


def _crew(stack: ExitStack, work: Work) -> "Crew":
    from lettergen.mailing.crew import Crew

    if work.dask is None:
        return Crew(workers=work.workers)
    from lettergen.mailing.cluster import cluster

    return stack.enter_context(cluster(work.dask))
