"""Job scripts for HylaFAX, efax and Asterisk: only ids and digits, so nothing can confuse a shell."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from lettergen.delivery.fax.calls import FaxCall
from lettergen.delivery.fax.fax_numbers import dialled_from
from lettergen.errors import InputProblems
from lettergen.pages.fax import tiff

__all__ = ["PAGES", "asterisk", "check_trunk", "efax", "hylafax", "quoted"]

PAGES = "pages"
"""Folder of the fax files, beside the script."""
TRUNK = "PJSIP/{number}@fax"
_TRUNK = re.compile(r"[A-Za-z0-9/@_.-]{1,80}\{number\}[A-Za-z0-9/@_.-]{0,80}")
_SAFE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_MOST_AHEAD = timedelta(days=360)
"""`sendfax -a` takes a year at most (sendfax(1))."""

Files = Iterator[tuple[str, bytes]]


def quoted(word: str) -> str:
    """Return a word as one word of a POSIX shell."""
    return word if _SAFE.fullmatch(word) else "'" + word.replace("'", "'\\''") + "'"


def hylafax(jobs: Sequence[FaxCall]) -> Files:
    """Yield a script of `sendfax` commands and the files that they send.

    The client tells the server a time of day without its zone (``TZONE LOCAL``), so the script counts
    the minutes from now; that is right wherever both have one clock.
    """
    lines = [_HEAD.format(what="sendfax of HylaFAX", count=len(jobs), last=_stamp(_too_late(jobs))), _SENDFAX]
    for job in jobs:
        yield f"{PAGES}/{job.name}.tif", job.fax.read()
        words = [
            *("fax", str(int(job.not_before.timestamp()))),
            *("-m" if job.resolution == "fine" else "-l", "-s", job.paper),
            *("-i", job.fax.letter_id, "-r", job.fax.letter_id),
            *("-d", job.number.e164, f"{PAGES}/{job.name}.tif"),
        ]
        lines.append(f"{' '.join(map(quoted, words))} || failed {quoted(job.fax.letter_id)}")
    yield "send.sh", _script(lines)


def efax(jobs: Sequence[FaxCall], *, country: str | None, own: Mapping[str, str]) -> Files:
    """Yield a script that sends one fax after the other through a modem, and one file for each page.

    Args:
        jobs: In the order of their times.
        country: Where the modem is: the keys to dial differ.
        own: The number of each sender, by id.
    """
    lines = [_HEAD.format(what="efax", count=len(jobs), last=_stamp(_too_late(jobs))), _WAIT]
    for job in jobs:
        names = []
        for number, page in enumerate(tiff.pages_of(job.fax.read(), job.fax.path.name), start=1):
            names.append(f"{PAGES}/{job.name}.{number:03d}.tif")
            yield names[-1], tiff.written([_one_dimensional(page)])
        keys = "T" + re.sub(r"\D", "", dialled_from(job.number, country))
        identity = own.get(job.fax.sender_id, "")
        words = [*(("-l", identity) if identity else ()), "-t", keys, *names]
        lines.append(f"wait_until {_stamp(job.not_before)}")
        lines.append(
            f'efax -d "${{MODEM:-/dev/modem}}" {" ".join(map(quoted, words))} '
            f"|| failed {quoted(job.fax.letter_id)}"
        )
    yield "send.sh", _script(lines)


def asterisk(jobs: Sequence[FaxCall], *, trunk: str, own: Mapping[str, str]) -> Files:
    """Yield call files, the pages, and a script that puts them into the spool at their times.

    Asterisk makes a call when the time of its file has come (`touch`), and it needs `res_fax`.

    Raises:
        InputProblems: The trunk is not a channel with a place for the number.
    """
    check_trunk(trunk)
    lines = [_HEAD.format(what="Asterisk", count=len(jobs), last=_stamp(_too_late(jobs))), _SPOOL]
    for job in jobs:
        yield f"{PAGES}/{job.name}.tif", job.fax.read()
        yield f"calls/{job.name}.call", _call_file(job, trunk, own.get(job.fax.sender_id, ""))
        lines.append(
            f"queue {quoted(job.name)} {_stamp(job.not_before)} || failed {quoted(job.fax.letter_id)}"
        )
    yield "send.sh", _script(lines)


def check_trunk(trunk: str) -> None:
    """See that a trunk is a channel with a place for the number, and no more.

    Raises:
        InputProblems: It is not.
    """
    if not _TRUNK.fullmatch(trunk):
        raise InputProblems.of(
            "bad-trunk",
            "the trunk is not an Asterisk channel with `{number}` in it.",
            f"write it as `--trunk {quoted(TRUNK)}`.",
        )


def _call_file(job: FaxCall, trunk: str, own: str) -> bytes:
    lines = [
        f"Channel: {trunk.format(number=job.number.e164)}",
        *((f"CallerID: <{own}>", f"Setvar: FAXOPT(localstationid)={own}") if own else ()),
        "Setvar: FAXOPT(ecm)=yes",
        "MaxRetries: 2",
        "RetryTime: 600",
        "WaitTime: 60",
        "Application: SendFAX",
        f"Data: @FAXES@/{job.name}.tif",
    ]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _one_dimensional(page: tiff.TiffPage) -> tiff.TiffPage:
    """Return a page in MH, the one code that efax reads (efax(1))."""
    return page if page.coding == "mh" else tiff.coded(tiff.pixels(page), page.resolution, "mh")


def _too_late(jobs: Iterable[FaxCall]) -> datetime:
    """Return the time after which the first call would be too late.

    Raises:
        InputProblems: The last call is more than a year ahead.
    """
    times = [job.not_before for job in jobs]
    if max(times) - min(times) > _MOST_AHEAD:
        raise InputProblems.of(
            "faxes-for-a-year",
            "the calls would take more than a year.",
            "choose fewer letters, or lower `minutes_between` in `[fax]` in lettergen.toml.",
        )
    return min(times) + timedelta(hours=1)


def _stamp(at: datetime) -> str:
    """Return a time as a number that a shell can compare."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M}"


def _script(lines: Iterable[str]) -> bytes:
    return ("\n".join([*lines, 'exit "$failures"']) + "\n").encode("ascii")


_HEAD = """\
#!/bin/sh
# For {what}; faxes: {count}. Each call begins in its recipient's office hours.
set -u
cd "$(dirname "$0")" || exit 1
if [ "$(date -u +%Y%m%d%H%M)" -gt {last} ]; then
  echo "The time of the first fax has passed; make the hand-over again." >&2
  exit 1
fi
failures=0
failed() {{
  echo "not handed over: $1" >&2
  failures=1
}}"""

_SENDFAX = """\
# The first word is the time of the call in seconds of the clock.
fax() {
  minutes=$((($1 - $(date +%s) + 59) / 60))
  shift
  if [ "$minutes" -lt 0 ]; then minutes=0; fi
  sendfax ${FAXSERVER:+-h "$FAXSERVER"} -n -a "now + $minutes minutes" "$@"
}"""

_WAIT = """\
wait_until() {
  while [ "$(date -u +%Y%m%d%H%M)" -lt "$1" ]; do sleep 20; done
}"""

_SPOOL = """\
SPOOL=${SPOOL:-/var/spool/asterisk/outgoing}
FAXES=${FAXES:-/var/spool/asterisk/lettergen}
mkdir -p "$FAXES" || exit 1
# A call file is made aside, gets the time of its call, and is moved: Asterisk must never see half of it.
queue() {
  cp "pages/$1.tif" "$FAXES/" &&
    sed "s|@FAXES@|$FAXES|" "calls/$1.call" >"$FAXES/$1.call" &&
    TZ=UTC0 touch -t "$2" "$FAXES/$1.call" &&
    mv "$FAXES/$1.call" "$SPOOL/"
}"""
