"""The commands that record what became of letters: as told by people, by a fax server, by the post."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lettergen.cli import options
from lettergen.cli.clock import today
from lettergen.cli.early import is_day_meant, reported_early
from lettergen.cli.ledger_file import existing, opened_ledger
from lettergen.cli.selection import campaign_of
from lettergen.errors import MissingOptionError, Problem, UnknownName, did_you_mean

if TYPE_CHECKING:
    from lettergen.ledger import Ledger
    from lettergen.ledger.queries import Standing

__all__ = ["record", "results"]

Mailing = Annotated[
    str,
    typer.Argument(
        metavar="MAILING",
        autocompletion=options.completion.mailings,
        help="A mailing's folder in the outbox.",
        show_default=False,
    ),
]


def record(
    ctx: typer.Context,
    mailing: Mailing,
    state: Annotated[
        Literal["posted", "faxed", "sent", "delivered", "answered", "returned", "dropped"],
        typer.Option("--state", help="New state of the letters.", show_default=False),
    ],
    on: Annotated[
        date | None,
        typer.Option(
            "--on",
            metavar="DATE",
            parser=options.a_date,
            help="The day, as 2006-12-04. Default: today.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="ID",
            autocompletion=options.completion.recipients,
            help="Only letters to this recipient; may be repeated.",
        ),
    ] = None,
    sender: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="ID",
            autocompletion=options.completion.senders,
            help="Only letters from this sender; may be repeated.",
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel",
            metavar="CHANNEL",
            autocompletion=options.completion.channels,
            help="Only letters by this channel: post, registered, courier, fax, …",
        ),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(
            "--items",
            metavar="FILE",
            help="CSV with letter_id (or recipient and sender) and item: only these letters, with numbers; "
            "- is stdin.",
            show_default=False,
        ),
    ] = None,
    question: Annotated[
        list[str] | None,
        typer.Option(
            "--question",
            metavar="ID",
            help="With `answered`: only this question was answered, by its `id` or its number in the letter; "
            "may be repeated.",
        ),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A remark to store with it.")] = "",
    yes: options.YesToDay = False,
    as_json: options.AsJson = False,
) -> None:
    """Record that letters of a mailing were posted, faxed, answered or returned.

    Without --to, --from or --items it applies to all letters that fit: `posted` to those
    made for the post, `faxed` to those made for fax. An answer or a return needs one of the three.
    An answer closes the whole letter, or with --question only what it answers; reminders name the rest.
    What is recorded stays: correct a mistake by recording what is true. You are asked about a day that
    is still to come, or before the date of a letter.

    Example:
      lettergen ledger record protest-letter-2006-12-02 --state posted --on 2006-12-04
      lettergen ledger record protest-letter-2006-12-02 --state posted --items registered.csv
      lettergen ledger record protest-letter-2006-12-02 --state answered --to cn-embassy-uk --from lfnkr
      lettergen ledger record registered-questions-2002-09-18 --state answered --to jp-premier --question 2
    """
    from lettergen.console import ledgers
    from lettergen.ledger.answers import answered
    from lettergen.ledger.letter_choice import channels_of, choose
    from lettergen.letters.earlier import known_questions

    _refuse_slips(state, is_narrow=bool(to or sender or items), has_questions=bool(question))
    on = on or today()
    campaign = campaign_of(ctx, whole=False)
    existing(campaign)
    with opened_ledger(campaign) as book:
        recipients = {book.recipient_of(one): one for one in to or ()}
        channels = channels_of(state, channel)
        standings = _standings(book, mailing, recipients, channels)
        by_key = _items_by_letter(items, book, standings) if items else {}
        choice = choose(
            standings,
            state,
            recipients=recipients,
            senders={name for one in sender or () for name in book.sender_of(one)},
            channel=channel,
            letters=by_key if items else None,
        )
        if not (choice.due or choice.already or as_json):
            ledgers.show_how_they_stand(book.standings(mailing))
            return
        if not is_day_meant((standings[key].date for key in choice.due), state, on, today(), yes=yes):
            ledgers.show_nothing_recorded()
            return
        due = {key: by_key.get(key, "") for key in choice.due}
        recorded: Sequence[tuple[Collection[str], tuple[str, ...]]] = [(due, ())]
        if state == "answered":
            recorded = answered(book, mailing, choice, question or (), known_questions(campaign.cases))
        write = partial(book.record_keys, mailing=mailing, on=on.isoformat(), note=note, channels=channels)
        for some, questions in recorded:
            write({key: due.get(key, "") for key in some}, state, questions=questions)
    count = sum(len(some) for some, _ in recorded)
    already = choice.already + len(due) - count if state != "answered" else len(choice.found) - count
    ledgers.show_recorded(count, already, state, on.isoformat(), question or (), as_json=as_json)


def results(
    ctx: typer.Context,
    mailing: Mailing,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="HylaFAX's log, or a table with item, status and date; - is stdin.",
            show_default=False,
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be recorded, and stop.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Record what a fax server or the post reports: faxed, not sent, posted, delivered, returned.

    HylaFAX writes its log to etc/xferfaxlog; faxes are known by the job tags that `handover` gives them. A
    post's table names the items by the numbers that were recorded with `--items`. Other letters and steps on
    the way are counted and left alone; nothing that is on record is taken back, so a log may be read again.

    Example:
      lettergen ledger results urgent-appeal-2006-12-02 xferfaxlog
      lettergen ledger results registered-questions-2002-09-18 tracking.csv --dry-run
    """
    from lettergen.console import ledgers
    from lettergen.console.problems import show_warnings
    from lettergen.ledger.results import read_results

    campaign = campaign_of(ctx, whole=False)
    existing(campaign)
    with opened_ledger(campaign) as book:
        standings = _standings(book, mailing, {}, ())
        found = read_results(file, standings, book.key_of, lambda item: book.letter_of_item(mailing, item))
        days = [(standings[one.letter].date, one.day) for one in found.reports]
        for one in () if dry_run else found.reports:
            book.record_keys({one.letter: one.item}, one.state, mailing=mailing, on=one.day, note=one.note)
    if early := reported_early(days):
        show_warnings([early])
    ledgers.show_results(found, is_dry=dry_run, as_json=as_json)


def _standings(
    book: "Ledger", mailing: str, recipients: Mapping[str, str], channels: Collection[str]
) -> "Mapping[str, Standing]":
    """Return the letters of a mailing as they stand on some ways, or on all.

    Raises:
        UnknownName: The ledger has no such mailing, or no letter of it to a recipient.
    """
    found = book.standings(mailing)
    if not found:
        fix = did_you_mean(mailing, book.mailings(), "`lettergen ledger` lists the mailings.")
        raise UnknownName.of("unknown-mailing", f"the ledger has no mailing `{mailing}`.", fix)
    there = {one.recipient for one in found.values() if one.recipient}
    problems = [
        Problem(
            "no-letter-to",
            f"`{mailing}` has no letter to `{one}`.",
            did_you_mean(one, there, "`lettergen ledger report` lists the recipients."),
        )
        for shown, one in recipients.items()
        if shown not in there
    ]
    if problems:
        raise UnknownName(problems)
    return book.standings(mailing, channels) if channels else found


def _items_by_letter(items: Path, book: "Ledger", standings: "Mapping[str, Standing]") -> Mapping[str, str]:
    """Return the item numbers of a list by the marks of their letters.

    Raises:
        InputProblems: The file is not such a list.
    """
    from lettergen.ledger.letter_choice import read_items

    templates = sorted({one.template for one in standings.values()})
    numbers = read_items(items, templates, lambda one: book.key_of(one) in standings)
    return {book.key_of(letter): item for letter, item in numbers.items()}


def _refuse_slips(state: str, *, is_narrow: bool, has_questions: bool) -> None:
    if state in {"answered", "returned", "dropped"} and not is_narrow:
        raise _too_wide(state)
    if has_questions and state != "answered":
        told = "questions are answered: use it with `--state answered`."
        raise typer.BadParameter(told, param_hint="--question")


def _too_wide(state: str) -> MissingOptionError:
    message = f"`{state}` for every letter of a mailing is unlikely."
    fix = "say which letters: add `--to ID`, `--from ID` or `--items FILE`."
    return MissingOptionError.of("whose-letter", message, fix)
