"""The command that makes a mailing: plan, confirmation, volumes, summary."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lettergen.cli import fax_panel, options
from lettergen.cli.clock import now, today
from lettergen.cli.output_file import agreed
from lettergen.cli.parties import MANY, FromWhom, Names, ToWhom
from lettergen.cli.print_files import make_print_files
from lettergen.cli.selection import manifest_of, opened
from lettergen.console.terminal import is_quiet
from lettergen.errors import ExitCode
from lettergen.mailing.requests import MailingRequest, from_file, mailing_file, outbox_for
from lettergen.reference import GRAMMES_PER_SQUARE_METRE

if TYPE_CHECKING:
    from lettergen.api import OpenCampaign
    from lettergen.console.mailings import Verbosity
    from lettergen.facts.campaign import Campaign
    from lettergen.ledger import Ledger
    from lettergen.mailing.changed_after_posting import ChangedAfterPosting
    from lettergen.mailing.survey import Forecast
    from lettergen.mailing.workers import WorkerPool
    from lettergen.outbox.volumes import Outbox
    from lettergen.plan.orders import Plan

__all__ = ["ExtraOutputs", "batch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraOutputs:
    """What `batch` makes of a mailing besides its letters."""

    print_too: Annotated[
        bool, typer.Option("--print", help="Also make files for a print shop, as `print-files` does.")
    ] = False
    kits_too: Annotated[
        bool, typer.Option("--kits", help="Also make a kit for each volunteer, as `kits` does.")
    ] = False

    def make(self, campaign: "Campaign", mailing: Path, *, as_json: bool) -> None:
        """Make them with the commands' defaults, replacing those of an earlier run.

        Raises:
            LettergenError: There is nothing on paper, or a letter's file is damaged.
        """
        if not (self.print_too or self.kits_too):
            return
        from lettergen.console.print_files import show_kits, show_print_files
        from lettergen.delivery.paper.kits import KitOptions, make_kits

        if self.print_too:
            settings = {"duplex": False, "marks": False, "grammage": GRAMMES_PER_SQUARE_METRE, "most": 500}
            show_print_files(
                *make_print_files(campaign, mailing, ["sheets"], settings, force=True), as_json=as_json
            )
        if self.kits_too:
            entries = manifest_of(mailing).entries
            show_kits(make_kits(campaign, mailing, entries, KitOptions(), force=True), as_json=as_json)


NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def a_name(text: str | None) -> str:
    """Return the name of a mailing's folder; empty if there is none."""
    if text and not re.fullmatch(NAME, text):
        raise typer.BadParameter("use small letters, digits and hyphens.", param_hint="--name")
    return text or ""


def a_share(text: str | None) -> tuple[int, int]:
    """Read ``2/3``, the second of three shares."""
    if text is None:
        return 1, 1
    this, slash, of = text.partition("/")
    if not (slash and this.isascii() and this.isdecimal() and of.isascii() and of.isdecimal()):
        raise typer.BadParameter(
            f"`{text}` is not a share; write 1/4 for the first of four.", param_hint="--shard"
        )
    return int(this), int(of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What the letters are like, and how they are laid together."""

    case: options.CaseId = None
    on: options.On = None
    channel: Annotated[
        Names,
        typer.Option(
            "--channel",
            metavar="NAME",
            autocompletion=options.completion.channels,
            help=f"post, fax, email, … instead of the recipients' own{MANY}",
        ),
    ] = None
    formats: Annotated[
        Names,
        typer.Option(
            "--format",
            metavar="FORMAT",
            autocompletion=options.completion.formats,
            help=f"pdf, txt, … Default: pdf; tif for fax, eml for e-mail{MANY}",
        ),
    ] = None
    ascii_only: options.Ascii = False
    files: Annotated[
        Literal["separate", "combined", "both"] | None,
        typer.Option(
            "--files",
            help="One PDF per letter, one per volume, or both. Default: both.",
            show_default=False,
        ),
    ] = None
    per_sender: Annotated[
        int | None,
        typer.Option(
            "--per-sender",
            metavar="N",
            min=1,
            help="Number of letters from each sender, per template.",
            show_default=False,
        ),
    ] = None
    per_recipient: Annotated[
        int | None,
        typer.Option(
            "--per-recipient",
            metavar="N",
            min=1,
            help="Maximum number of letters to each recipient, per template.",
            show_default=False,
        ),
    ] = None
    fax_first: Annotated[
        int | None,
        typer.Option(
            "--fax-first",
            metavar="N",
            min=1,
            help="The first N letters to each recipient go by fax, the others by post or its other channels.",
            show_default=False,
        ),
    ] = None
    unanswered: Annotated[
        int | None,
        typer.Option(
            "--unanswered",
            metavar="DAYS",
            min=0,
            help="Only to those who have not answered a letter on the case for so many days, from those who "
            "wrote it; the ledger knows.",
            show_default=False,
        ),
    ] = None
    order: Annotated[
        Literal["recipient", "sender", "country", "sheets"] | None,
        typer.Option(
            "--order",
            help="Order of the letters. Default: recipient.",
            show_default=False,
        ),
    ] = None
    translation: options.With = None
    stationery: options.StationeryKey = None
    notation: options.Notation = None
    volume_size: Annotated[
        int | None,
        typer.Option(
            "--volume-size",
            metavar="N",
            min=1,
            max=5000,
            help="Letters per volume. Default: 500.",
            show_default=False,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Where the letters are made."""

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
    ] = None
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask", metavar="ADDRESS", help="Scheduler of a cluster: tls://….", show_default=False
        ),
    ] = None
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard", metavar="I/N", help="Make only this share of the volumes.", show_default=False
        ),
    ] = None


def batch(
    ctx: typer.Context,
    template: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEMPLATE]",
            help="Template name (`lettergen templates` lists them). Default: the one in mailing.yaml.",
            show_default=False,
            autocompletion=options.completion.templates,
        ),
    ] = None,
    mailing: Annotated[
        Path | None,
        typer.Option(
            "--mailing",
            metavar="FILE",
            help="File that says who writes what to whom; - is stdin.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="ID",
            help="Name of the mailing's folder. Default: template and date.",
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
        bool, typer.Option("--again", help="Include letters that another mailing has already written.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before writing.")] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Take over an existing folder; remove letters that are not in the plan."
        ),
    ] = False,
    work: Work = Work(),
    by_fax: fax_panel.ByFax = fax_panel.ByFax(),
    extras: ExtraOutputs = ExtraOutputs(),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per line: plan, volumes, failures, totals.")
    ] = False,
    names: Annotated[
        bool,
        typer.Option(
            "--names",
            help="Store sender ids in the ledger in clear: whoever gets the file then has the list "
            "of who wrote. Never use it for people in danger. Default: marks that need ledger.key.",
        ),
    ] = False,
) -> None:
    """Plan a mailing, then make it: every sender to every recipient.

    Shows the plan and asks before writing. Letters go to OUTBOX/TEMPLATE-DATE/post, fax and email, in
    volumes, with a manifest of all. Run the same command again to resume; it regenerates
    exactly what has changed. A letter that fails does not stop the others; exit code 3 says that
    some did. With a mailing.yaml, `lettergen batch` needs no options.

    Example:
      lettergen batch protest-letter --tag embassy --all-senders --date 2006-12-02 --dry-run
      lettergen batch protest-letter --tag embassy --own-country --fallback cn-embassy-jp --all-senders
      lettergen batch reminder --unanswered 30 --date 2002-11-03
      lettergen batch protest-letter --to cn-president-hu --to cn-embassy-uk --from lfnkr --format txt
    """
    campaign = opened(ctx)
    wanted = MailingRequest(
        name=a_name(name),
        templates=(template,) if template else (),
        recipients=to_whom.choice(),
        senders=from_whom.choice(),
        case=letters.case,
        on=letters.on,
        channels=tuple(letters.channel or ()),
        formats=tuple(letters.formats or ()),
        ascii=letters.ascii_only,
        per_sender=letters.per_sender,
        per_recipient=letters.per_recipient,
        own_country=to_whom.own_country,
        fallback=to_whom.fallback,
        also_to=tuple(to_whom.also_to or ()),
        fax_first=letters.fax_first,
        unanswered=letters.unanswered,
        arrangement=letters.order,
        stationery=letters.stationery,
        volume_size=letters.volume_size,
        files=letters.files,
        even_so=even_so,
        again=again,
        notation=letters.notation,
        translation=options.language_of(letters.translation),
        fax=fax_panel.fax_options(by_fax),
    )
    given = mailing_file(campaign.facts, mailing, is_wanted=template is None)
    wanted = from_file(given, wanted) if given else wanted
    verbosity: Verbosity = "json" if as_json else "quiet" if is_quiet() else "full"
    with ExitStack() as stack:
        box = outbox_for(campaign.facts, wanted, outbox, shard=a_share(work.shard), force=force)
        if box.shard != (1, 1) and not dry_run:
            _refuse_without_key(campaign.facts)
        pool = _pool(stack, work)
        batch_run = _BatchRun(
            stack, campaign, verbosity, is_dry=dry_run, is_agreed=yes, extras=extras, names=names
        )
        raise typer.Exit(_make(batch_run, wanted, box, pool))


@dataclass(frozen=True, slots=True)
class _BatchRun:
    """The campaign, and how much the command prints and asks."""

    stack: ExitStack
    campaign: "OpenCampaign"
    verbosity: "Verbosity"
    is_dry: bool
    is_agreed: bool
    extras: ExtraOutputs
    names: bool
    """Senders are stored in the ledger under their ids."""

    def ledger(self) -> "Ledger":
        """Open the ledger until the command ends; a plan that is only looked at makes none."""
        return self.stack.enter_context(self.campaign.ledger(now=now, names=self.names))


def _make(batch_run: _BatchRun, wanted: MailingRequest, box: "Outbox", pool: "WorkerPool") -> ExitCode:
    """Show the plan and, once confirmed, make it."""
    from lettergen.console import mailings
    from lettergen.mailing.changed_after_posting import ChangedAfterPosting

    campaign, verbosity = batch_run.campaign, batch_run.verbosity
    ledger = batch_run.ledger() if campaign.has_ledger else None
    plan = campaign.plan(wanted, today=today(), ledger=ledger)
    ahead = _ahead(campaign, wanted, box, plan, ledger) if verbosity != "quiet" else None
    if verbosity != "quiet":  # which prints no plan, and so needs no letters made for it
        _show(batch_run, wanted, box, pool, plan, ahead)
    if verbosity == "full" and ledger and ahead:
        _warn_of_posted(batch_run, ahead, ChangedAfterPosting(ledger, plan.name))
    count = ahead.new + len(ahead.changed) if ahead else len(plan.orders)
    if batch_run.is_dry or not (count == 0 or agreed(count, yes=batch_run.is_agreed)):
        mailings.show_nothing_written(verbosity)
        return ExitCode.OK
    ledger = ledger or batch_run.ledger()
    production = campaign.batch(wanted, ledger=ledger, plan=plan, outbox=box, workers=pool)
    posted_before = ChangedAfterPosting(ledger, plan.name)
    has_pdfs = not wanted.formats or "pdf" in wanted.formats
    tally = mailings.follow(
        production, plan, box, verbosity=verbosity, posted_before=posted_before, has_pdfs=has_pdfs
    )
    batch_run.extras.make(campaign.facts, box.folder / plan.name, as_json=verbosity == "json")
    return ExitCode.PARTIAL if tally.failed else ExitCode.OK


def _ahead(
    campaign: "OpenCampaign", wanted: MailingRequest, box: "Outbox", plan: "Plan", ledger: "Ledger | None"
) -> "Forecast | None":
    """Return what another run would do to a mailing that exists; None for a new one."""
    from lettergen.mailing.survey import Survey

    if ledger is None or not ledger.has_mailing(plan.name):
        return None
    return Survey(plan, campaign.renderer(wanted), box, ledger).forecast()


def _show(
    batch_run: _BatchRun,
    wanted: MailingRequest,
    box: "Outbox",
    pool: "WorkerPool",
    plan: "Plan",
    ahead: "Forecast | None",
) -> None:
    """Print the plan, with what the letters take that are to be made."""
    from lettergen.console import plans
    from lettergen.console.problems import show_warnings
    from lettergen.delivery.fax.fax_numbers import problems_of_planned
    from lettergen.mailing.estimate import Estimate, are_few, estimate
    from lettergen.mailing.likeness import likeness_of
    from lettergen.mailing.requests import title_of

    campaign, verbosity = batch_run.campaign, batch_run.verbosity
    renderer = campaign.renderer(wanted)
    work = replace(plan, orders=ahead.orders) if ahead else plan
    # Of a mailing that exists, a few letters change neither what it takes nor how alike its letters are.
    is_little = ahead is not None and not batch_run.is_dry and are_few(len(work.orders), len(plan.orders))
    effort = Estimate() if is_little else estimate(work, renderer, box, pool)
    plans.show_plan(plan, title_of(campaign.facts, wanted), box, effort, ahead, verbosity=verbosity)
    if verbosity == "full":
        if not is_little:
            plans.show_likeness(likeness_of(plan, renderer))
        show_warnings(problems_of_planned(plan.orders, campaign.facts))


def _warn_of_posted(batch_run: _BatchRun, ahead: "Forecast", posted: "ChangedAfterPosting") -> None:
    """Tell of letters that were posted and would be replaced; once it is done that is told in any case."""
    from lettergen.console.problems import show_warnings
    from lettergen.mailing.changed_after_posting import problems_of, removal_of

    if batch_run.is_dry or not batch_run.is_agreed:
        replaced = problems_of(posted.among(ahead.changed, ahead.changed), is_done=False)
        show_warnings([*replaced, *removal_of(posted.lost_of(ahead.removed))])


def _refuse_without_key(campaign: "Campaign") -> None:
    from lettergen.ledger import LEDGER_FILE
    from lettergen.ledger.key import refuse_unshared

    refuse_unshared(campaign.home / LEDGER_FILE)


def _pool(stack: ExitStack, work: Work) -> "WorkerPool":
    from lettergen.mailing.workers import WorkerPool

    if work.dask is None:
        return WorkerPool(workers=work.workers)
    from lettergen.mailing.dask_cluster import cluster

    return stack.enter_context(cluster(work.dask))
