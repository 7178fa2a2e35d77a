"""Which fax goes to which number and when, planned before anything is written."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from lettergen.delivery.fax.fax_numbers import FaxNumber, FaxNumbers, flood
from lettergen.delivery.fax.office_hours import FaxOffice, office_of
from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.regular_files import read_regular
from lettergen.outbox.atomic_files import SAFE_STEM, file_name
from lettergen.outbox.manifest import Manifest
from lettergen.outbox.missing_files import refuse_missing
from lettergen.outbox.volumes import MANIFEST
from lettergen.pages.fax import legibility, tiff
from lettergen.pages.fax.raster import LETTER
from lettergen.reference import address

__all__ = ["FaxCall", "FinishedFax", "NumberLoad", "finished_in", "loads", "plan_calls"]

_VOLUME = re.compile(r"volume-\d{4,}")


@dataclass(frozen=True, slots=True)
class FinishedFax:
    """A fax that is made: its file and whose it is."""

    letter_id: str
    recipient_id: str
    sender_id: str
    path: Path
    sha256: str = ""
    """Of the file when it was made or first read; empty where nobody knows."""
    date: str = ""
    """The letter's date: 2006-12-02; empty where nobody knows."""

    def read(self) -> bytes:
        """Return the contents of the file.

        Raises:
            InputProblems: It is missing, is no regular file, or has changed.
        """
        try:
            data = read_regular(self.path)
        except OSError:
            raise InputProblems([_unusable(self, "cannot be read")]) from None
        if self.sha256 and sha256(data).hexdigest() != self.sha256:
            raise InputProblems([_unusable(self, "has changed since it was made")])
        return data


@dataclass(frozen=True, slots=True)
class FaxCall:
    """One call to be made."""

    sequence: int
    """The order of the calls, by time."""
    fax: FinishedFax
    number: FaxNumber
    office: FaxOffice
    pages: int
    paper: str
    """As `sendfax -s` knows it: a4, na-let."""
    resolution: str
    seconds: float
    """Estimated time on the line."""
    not_before: datetime
    """In UTC, within the office hours of the recipient."""

    @property
    def name(self) -> str:
        """Name of the job's files: order and letter id, no person's name."""
        return file_name(self.fax.letter_id, "tif", sequence=self.sequence).removesuffix(".tif")


@dataclass(frozen=True, slots=True)
class NumberLoad:
    """Everything that one number will receive."""

    number: FaxNumber
    office: FaxOffice
    recipients: tuple[str, ...]
    faxes: int
    pages: int
    seconds: float
    first: datetime
    last: datetime


def finished_in(folder: Path) -> tuple[FinishedFax, ...]:
    """Return the faxes of a mailing or of one of its volumes, in the order of its manifest.

    Raises:
        InputProblems: The folder holds no mailing, or none with faxes.
    """
    path = folder / MANIFEST
    try:
        entries = Manifest.read(path).entries
    except FileNotFoundError:
        raise InputProblems.of(
            "no-mailing",
            f"`{folder}` is not a finished mailing: it has no `{MANIFEST}`.",
            "name a folder of the outbox, or one fax: `lettergen handover letter.tif --to ID`.",
        ) from None
    # The manifest of a volume, too, names its files from the mailing's folder.
    home = folder.resolve().parents[1] if _VOLUME.fullmatch(folder.resolve().name) else folder
    refuse_missing(home, entries, ".tif")
    found = tuple(
        FinishedFax(
            entry.letter_id, entry.recipient_id, entry.sender_id, home / one.file, one.sha256, entry.date
        )
        for entry in entries
        if entry.state == "made" and entry.recipient_id and SAFE_STEM.fullmatch(entry.letter_id)
        for one in entry.files
        if one.file.endswith(".tif")
    )
    if not found:
        raise InputProblems.of(
            "no-faxes",
            "the mailing has no faxes.",
            "make it with `lettergen batch … --format tif`.",
            Place(str(path)),
        )
    return found


def plan_calls(
    faxes: Iterable[FinishedFax], campaign: Campaign, after: datetime
) -> tuple[tuple[FaxCall, ...], tuple[Problem, ...]]:
    """Return the calls in the order of their times, and the warnings of their numbers.

    Args:
        faxes: What is to be sent.
        campaign: Knows the recipients' numbers and the bounds in lettergen.toml.
        after: The earliest time of all.

    Raises:
        InputProblems: A number is missing or impossible, a file is no fax, or
            one number would be flooded; all such faults together.
    """
    by_number: dict[FaxNumber, list[FinishedFax]] = defaultdict(list)
    numbers = FaxNumbers(campaign)
    for one in faxes:
        if number := numbers.of(one.recipient_id, one.sender_id):
            by_number[number].append(one)
    problems = list(numbers.problems)
    most = campaign.settings.fax.most_per_number
    problems += (flood(number, len(some), most) for number, some in by_number.items() if len(some) > most)
    if any(problem.is_error for problem in problems):
        raise InputProblems(problems)
    isolated = timedelta(minutes=campaign.settings.fax.minutes_between)
    jobs = [
        job
        for number, some in by_number.items()
        for job in _in_turn(number, some, campaign, after.astimezone(UTC), isolated)
    ]
    problems += _on_holidays(jobs, after)
    ordered = sorted(jobs, key=lambda job: (job.not_before, job.number.e164, job.fax.letter_id))
    numbered = tuple(replace(job, sequence=at) for at, job in enumerate(ordered, start=1))
    return numbered, tuple(problems)


def _on_holidays(jobs: Iterable[FaxCall], after: datetime) -> Iterator[Problem]:
    """Yield the public holidays that calls wait for, each once."""
    found: dict[tuple[str, date, str], None] = {}
    for job in jobs:
        country = job.office.country
        found |= {(country, *one): None for one in job.office.holidays(after, job.not_before)}
    for country, day, name in sorted(found):
        yield Problem(
            "public-holiday",
            f"no call is made on {day}, a public holiday in {address.country_name(country, 'en')}: {name}.",
            "if the calls come too late by it, begin earlier (`--start`), or choose another channel.",
            severity="warning",
        )


def _in_turn(
    number: FaxNumber, faxes: Sequence[FinishedFax], campaign: Campaign, after: datetime, isolated: timedelta
) -> Iterator[FaxCall]:
    office = office_of(number, campaign.recipient(faxes[0].recipient_id).country)
    measured = [_measured(one) for one in faxes]
    longest = timedelta(minutes=math.ceil(max(seconds for *_, seconds in measured) / 60))
    slots = office.slots(_whole_minute(after), longest, isolated)
    for (one, pages, seconds), at in zip(measured, slots, strict=False):
        yield FaxCall(
            sequence=0,
            fax=one,
            number=number,
            office=office,
            pages=len(pages),
            paper=LETTER.name if pages[0].rows in _LETTER_ROWS else "a4",
            resolution=pages[0].resolution,
            seconds=seconds,
            not_before=at,
        )


_LETTER_ROWS = {LETTER.rows("fine"), LETTER.rows("standard")}


def _whole_minute(at: datetime) -> datetime:
    """Round up, because the scripts work in whole minutes."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def _measured(fax: FinishedFax) -> tuple[FinishedFax, tuple[tiff.TiffPage, ...], float]:
    """Return a fax as it is read, its pages, and the seconds that a call with them takes.

    Raises:
        InputProblems: The file is missing, has been changed, or is no fax.
    """
    data = fax.read()
    read = replace(fax, sha256=sha256(data).hexdigest())
    pages = tiff.pages_of(data, fax.path.name)
    call = legibility.SECONDS_TO_ANSWER + legibility.SECONDS_A_CALL
    return read, pages, round(call + sum(map(legibility.seconds, pages)), 1)


def _unusable(fax: FinishedFax, why: str) -> Problem:
    return Problem(
        "fax-file-unusable",
        f"the file `{fax.path.name}` of the letter `{fax.letter_id}` {why}.",
        "make the letter again.",
    )


def loads(jobs: Iterable[FaxCall]) -> tuple[NumberLoad, ...]:
    """Return what each number is to receive, in the order of the first call."""
    by_number: dict[FaxNumber, list[FaxCall]] = defaultdict(list)
    for job in jobs:
        by_number[job.number].append(job)
    return tuple(_load(number, some) for number, some in by_number.items())


def _load(number: FaxNumber, jobs: Sequence[FaxCall]) -> NumberLoad:
    return NumberLoad(
        number=number,
        office=jobs[0].office,
        recipients=tuple(dict.fromkeys(job.fax.recipient_id for job in jobs)),
        faxes=len(jobs),
        pages=sum(job.pages for job in jobs),
        seconds=round(sum(job.seconds for job in jobs), 1),
        first=min(job.not_before for job in jobs),
        last=max(job.not_before for job in jobs),
    )
