"""Commands for paper in quantity: print files for the shop, lists of registered letters."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lettergen.cli import options
from lettergen.cli.choosing import campaign_of
from lettergen.errors import InputProblems
from lettergen.reference import GRAMMES_PER_SQUARE_METRE

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.mailing.manifest import Manifest
    from lettergen.mailing.printshop import Printed
    from lettergen.mailing.registered import Assigned
    from lettergen.pages.registered import RegisteredItem

__all__ = ["Extras", "kits", "manifest_of", "print_files", "registered"]

GROUP_HELP = "What lies in a file of its own: sheets, country, zone, class, channel; may be repeated."
Groups = Annotated[
    list[str] | None, typer.Option("--by", metavar="KEY", help=f"{GROUP_HELP} Default: sheets.")
]
Duplex = Annotated[
    bool,
    typer.Option(
        "--duplex/--simplex", help="Both sides of the sheet; an empty back lets each letter begin on a front."
    ),
]
Marks = Annotated[
    bool,
    typer.Option("--marks", help="A sequence mark (Data Matrix) on every sheet, for the inserting machine."),
]
Grammage = Annotated[
    float, typer.Option("--grammage", metavar="G", min=40, max=400, help="Weight of the paper in g/m².")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What `batch` is asked to make of a mailing beside its letters."""

    print_too: Annotated[
        bool, typer.Option("--print", help="Then make files for a print shop, as `print-files` does.")
    ] = False
    kits_too: Annotated[
        bool, typer.Option("--kits", help="Then make a kit for each volunteer, as `kits` does.")
    ] = False

    def make(self, campaign: "Campaign", mailing: Path, *, as_json: bool) -> None:
        """Make it with the defaults of the commands; what an earlier run has made of the mailing is replaced.

        Raises:
            LettergenError: There is nothing on paper, or a letter's file is damaged.
        """
        from lettergen.console.prints import show_kits, show_print_files
        from lettergen.mailing.kits import Wishes, make_kits

        if self.print_too:
            settings = {"duplex": False, "marks": False, "grammage": GRAMMES_PER_SQUARE_METRE, "most": 500}
            show_print_files(
                *make_print_files(campaign, mailing, ["sheets"], settings, force=True), as_json=as_json
            )
        if self.kits_too:
            entries = manifest_of(mailing).entries
            show_kits(make_kits(campaign, mailing, entries, Wishes(), force=True), as_json=as_json)


def print_files(
    ctx: typer.Context,
    mailing: Annotated[
        Path, typer.Argument(metavar="MAILING", help="Folder of a finished mailing.", show_default=False)
    ],
    by: Groups = None,
    duplex: Duplex = False,
    marks: Marks = False,
    grammage: Grammage = GRAMMES_PER_SQUARE_METRE,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, help="Letters of a file; more go into the next.")
    ] = 500,
    as_json: options.AsJson = False,
    force: options.Force = False,
) -> None:
    """Make print files of a finished mailing, for a print shop or a large printer.

    Letters of as many sheets come into one PDF, in the order of the manifest, with page labels and a
    bookmark for each. MAILING/print/job.csv (and job.jsonl) tells for every letter its file and place,
    pages, sheets, weight and sha256. Envelopes and labels in the same order: `--mailing MAILING/print`.

    Example:
      lettergen print-files outbox/protest-letter-2006-12-02 --duplex --marks --by sheets --by country
    """
    from lettergen.console.prints import show_print_files

    campaign = campaign_of(ctx)
    settings = {"duplex": duplex, "marks": marks, "grammage": grammage, "most": most}
    jobs, files = make_print_files(campaign, mailing, by or ["sheets"], settings, force=force)
    show_print_files(jobs, files, as_json=as_json)


def make_print_files(
    campaign: "Campaign", mailing: Path, by: list[str], settings: dict[str, float], *, force: bool
) -> tuple[dict[str, list["Printed"]], tuple[Path, ...]]:
    """Plan and write the print files of a mailing.

    Raises:
        LettergenError: The folder is no mailing, or its letters cannot be printed.
    """
    from lettergen.mailing.printshop import Paper, plan_jobs, print_mailing
    from lettergen.pages.imposition import Stacks

    paper = Paper(
        duplex=bool(settings["duplex"]),
        marks=bool(settings["marks"]),
        grammage=float(settings["grammage"]),
        most=int(settings["most"]),
    )
    with Stacks() as stacks:
        jobs = plan_jobs(
            manifest_of(mailing).entries,
            paper,
            size_of=lambda file, page: stacks.size(mailing / file, page),
            countries={one.id: one.country or "" for one in campaign.recipients},
            by=by,
            inland=campaign.settings.posted_from,
        )
    return jobs, print_mailing(mailing, jobs, paper, title=mailing.name, force=force)


def manifest_of(mailing: Path) -> "Manifest":
    """Read what a mailing consists of.

    Raises:
        InputProblems: The folder holds no mailing.
    """
    from lettergen.mailing.manifest import Manifest
    from lettergen.mailing.volumes import MANIFEST

    try:
        return Manifest.read(mailing / MANIFEST)
    except OSError:
        fix = "name the folder of a mailing: `outbox/TEMPLATE-DATE`."
        raise InputProblems.of(
            "no-mailing", f"`{mailing}` holds no `{MANIFEST}`, so it is no mailing.", fix
        ) from None


def registered(
    ctx: typer.Context,
    mailing: Annotated[
        Path, typer.Argument(metavar="MAILING", help="Folder of a finished mailing.", show_default=False)
    ],
    first: Annotated[
        str,
        typer.Option(
            "--first", metavar="NUMBER", help="First number of the roll: RR473124829JP.", show_default=False
        ),
    ],
    last: Annotated[
        str | None,
        typer.Option(
            "--last", metavar="NUMBER", help="Last number of the roll. Default: open.", show_default=False
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every letter on paper, whatever its channel.")
    ] = False,
    receipt: Annotated[bool, typer.Option("--receipt", help="With advice of receipt (AR).")] = False,
    sender: options.FromId = None,
    on: options.On = None,
    force: options.Force = False,
) -> None:
    """Number the registered letters of a mailing and make the list that the post stamps.

    Numbers are those of UPU S10, as on the rolls of stickers that the post gives out: two letters, eight
    digits, a check digit, the country. They are given in the order of the pile; a number that is on a
    list of this outbox or in the ledger is never given again.

    Example:
      lettergen registered outbox/questions-2006-12-02 --first RR473124829JP --last RR473125005JP
    """
    from lettergen.cli.choosing import date_for, sender_for
    from lettergen.console.prints import show_registered
    from lettergen.letters.parts import return_lines
    from lettergen.mailing.bundle import make_folder, write_file
    from lettergen.mailing.printshop import PRINT, as_csv, as_jsonl
    from lettergen.mailing.registered import LIST
    from lettergen.pages.registered import registered_list

    campaign = campaign_of(ctx)
    posting = sender_for(campaign, sender)
    given = _assigned(campaign, mailing, (first, last), everything=everything, receipt=receipt)
    listed = registered_list(
        [_row(campaign, number, one) for number, one in enumerate(given, start=1)],
        sender=return_lines(posting, "en") or (posting.id,),
        on=date_for(campaign, on).isoformat(),
        font_folders=[campaign.folder / name for name in campaign.settings.fonts],
    )
    folder = mailing / PRINT
    make_folder(folder)
    paths = []
    for suffix, data in ((".jsonl", as_jsonl(given)), (".csv", as_csv(given)), (".pdf", listed)):
        write_file(folder / f"{LIST}{suffix}", data, force=force)
        paths.append(folder / f"{LIST}{suffix}")
    show_registered(paths[1:], given[0].item, given[-1].item, len(given), mailing)


def _assigned(
    campaign: "Campaign", mailing: Path, roll: tuple[str, str | None], *, everything: bool, receipt: bool
) -> "tuple[Assigned, ...]":
    from lettergen.mailing.printshop import Paper, plan_jobs
    from lettergen.mailing.registered import assign, numbers_in
    from lettergen.pages.imposition import Stacks
    from lettergen.reference.s10 import item_number, numbers_from

    first, last = item_number(roll[0]), item_number(roll[1]) if roll[1] else None
    numbers_from(first, last, 0)
    with Stacks() as stacks:
        jobs = plan_jobs(
            manifest_of(mailing).entries,
            Paper(),
            size_of=lambda file, page: stacks.size(mailing / file, page),
            countries={one.id: one.country or "" for one in campaign.recipients},
            by=(),
        )
    letters = sorted((one for job in jobs.values() for one in job), key=lambda one: one.sequence)
    chosen = [one for one in letters if everything or one.channel == "registered"]
    return assign(chosen, first, last, _used(campaign) | numbers_in(mailing.parent), receipt=receipt)


def _used(campaign: "Campaign") -> frozenset[str]:
    """Return the numbers that the ledger knows, where there is one."""
    from lettergen.mailing.ledger import LEDGER_FILE
    from lettergen.mailing.ledger.reading import items_in

    path = campaign.home / LEDGER_FILE
    return items_in(path) if path.is_file() else frozenset()


def _row(campaign: "Campaign", number: int, one: "Assigned") -> "RegisteredItem":
    from lettergen.letters.envelope import first_line
    from lettergen.pages.registered import RegisteredItem
    from lettergen.reference.address import country_name
    from lettergen.reference.s10 import item_number

    recipient = campaign.recipient(one.recipient_id) if one.recipient_id else None
    return RegisteredItem(
        number=number,
        item=item_number(one.item).spaced,
        addressee=first_line(recipient) if recipient else one.letter_id,
        destination=country_name(one.country) if one.country else "",
        weight_g=one.weight_g,
        receipt=one.receipt,
    )


def kits(
    ctx: typer.Context,
    mailing: Annotated[
        Path, typer.Argument(metavar="MAILING", help="Folder of a finished mailing.", show_default=False)
    ],
    envelope: Annotated[
        str | None,
        typer.Option(
            "--envelope",
            "-e",
            metavar="KEY",
            help="Size of the envelopes (`lettergen envelopes --help`). Default: as is usual where posted.",
            show_default=False,
        ),
    ] = None,
    postage: Annotated[
        str,
        typer.Option("--postage", metavar="TEXT", help="What goes on an envelope: `90 yen`."),
    ] = "",
    post_on: Annotated[
        date | None,
        typer.Option(
            "--post-on",
            metavar="DATE",
            parser=options.a_date,
            help="Day of posting. Default: the letters' date.",
        ),
    ] = None,
    posted_from: Annotated[
        str | None,
        typer.Option("--posted-from", metavar="CODE", help="Country of posting.", show_default=False),
    ] = None,
    as_json: options.AsJson = False,
    force: options.Force = False,
) -> None:
    """Make a kit for each volunteer of a finished mailing: one PDF with all that they need.

    First a page in their language that says what to do, with date, postage and a list to tick off; then
    their letters; then their envelopes. Each kit holds the letters of one sender only.

    Example:
      lettergen kits outbox/protest-letter-2006-12-02 --postage "90 yen" --post-on 2006-12-01
    """
    from lettergen.console.prints import show_kits
    from lettergen.mailing.kits import Wishes, make_kits

    campaign = campaign_of(ctx)
    wishes = Wishes(envelope=envelope, postage=postage, post_on=post_on, posted_from=posted_from)
    made = make_kits(campaign, mailing, manifest_of(mailing).entries, wishes, force=force)
    show_kits(made, as_json=as_json)
