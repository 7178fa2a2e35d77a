"""Faxes on the terminal: the planned calls, the page that arrives, how legible it is."""

import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from lettergen.console.problems import plural, show_warnings
from lettergen.console.tables import show_records
from lettergen.console.terminal import output, say, show_json
from lettergen.errors import Problem
from lettergen.installation import adding_extra
from lettergen.reference import public_holidays

if TYPE_CHECKING:
    from PIL.Image import Image

    from lettergen.delivery.fax.calls import FaxCall, NumberLoad
    from lettergen.pages.fax.legibility import Legibility

__all__ = [
    "show_calls",
    "show_handed_over",
    "show_nothing_written",
    "show_pages",
    "show_reading",
]

_NEXT = {
    "hylafax": "run `sh send.sh` in that folder, where `sendfax` reaches your server.",
    "efax": "run `sh send.sh` in that folder, on the machine with the modem; it waits for each call's time.",
    "asterisk": "copy the folder to the Asterisk server and run `sh send.sh` there.",
    "gateway": "open the messages in messages/ and send each at its time, or let the gateway do that.",
    "copyshop": "take call-sheet.pdf and the PDFs in pages/ to the shop.",
}


def show_calls(jobs: Sequence["FaxCall"], problems: Sequence[Problem], *, as_json: bool) -> None:
    """Print what each number would receive, how long that takes, and when."""
    from lettergen.delivery.fax.calls import loads

    if as_json:
        show_json([_call(job) for job in jobs])
        return
    columns = {
        "number": "number",
        "to": "to",
        "faxes": "faxes",
        "pages": "pages",
        "time": "on the line",
        "first": "first call, there",
        "last": "last call, there",
        "zone": "time zone",
    }
    show_records([_load(one) for one in loads(jobs)], columns, as_json=False)
    seconds = sum(job.seconds for job in jobs)
    say(f"{plural(len(jobs), 'call')}, {_length(seconds)} on the line if made one after the other.")
    say("Estimated: " + _basis() + ".")
    if not public_holidays.are_known():
        say(f"Public holidays are not looked at; to have calls wait for them: `{adding_extra('holidays')}`.")
    show_warnings(problems)


def _basis() -> str:
    from lettergen.pages.fax.legibility import BASIS

    return BASIS


def _call(job: "FaxCall") -> dict[str, Any]:
    return {
        "sequence": job.sequence,
        "letter_id": job.fax.letter_id,
        "recipient_id": job.fax.recipient_id,
        "sender_id": job.fax.sender_id,
        "number": job.number.e164,
        "pages": job.pages,
        "seconds": job.seconds,
        "not_before": job.not_before.isoformat(),
        "time_zone": job.office.zone,
    }


def _load(one: "NumberLoad") -> dict[str, Any]:
    return {
        "number": one.number.e164,
        "to": ", ".join(one.recipients),
        "faxes": one.faxes,
        "pages": one.pages,
        "time": _length(one.seconds),
        "first": _there(one, one.first),
        "last": _there(one, one.last) if one.faxes > 1 else "",
        "zone": one.office.zone,
    }


def _there(one: "NumberLoad", at: datetime) -> str:
    from lettergen.delivery.fax.office_hours import zone

    return f"{at.astimezone(zone(one.office.zone)):%Y-%m-%d %H:%M}"


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
    )


def show_nothing_written() -> None:
    """Say that nothing was written."""
    say("Nothing was written.")


def show_handed_over(folder: Path, files: int, means: str) -> None:
    """Print where a hand-over lies and what to do with it."""
    say(("Wrote ", "green"), (str(folder), "bold"), f", {plural(files, 'file')}. Nothing was sent.")
    say(f"Next: {_NEXT[means]}")
    if means in {"hylafax", "efax", "asterisk"}:
        say((f"  cd {shlex.quote(str(folder))} && sh send.sh", "cyan"))


def show_reading(reading: Sequence["Legibility"]) -> None:
    """Print how legible each page is on arrival, and how long it takes."""
    from lettergen.pages.fax.legibility import SECONDS_A_CALL, SECONDS_TO_ANSWER

    for one in reading:
        faults = [
            *([f"{plural(one.hairlines, 'line')} too thin"] if one.hairlines else []),
            *([f"{plural(one.grey, 'area')} in grey"] if one.grey else []),
        ]
        say(
            f"Page {one.number}: {one.black:.1%} black, type from {one.smallest_pt:g} pt, "
            f"{'; '.join(faults) or 'no hairline, no grey'}, {one.size / 1000:.0f} kB, "
            f"about {one.seconds:.0f} s."
        )
    total = sum(one.seconds for one in reading) + SECONDS_A_CALL + SECONDS_TO_ANSWER
    say(f"The call takes about {_length(total)}. Estimated: {_basis()}.")


def show_pages(images: Sequence["Image"], *, only: int | None, pager: bool) -> None:
    """Print the pages that arrive, each in a frame of its own.

    Args:
        images: All pages.
        only: The number of the one to show; default: all.
        pager: Whether to stop at each screen.
    """
    from lettergen.console.letter_page import show_rows
    from lettergen.pages.fax.blocks import half_blocks

    console = output()
    width = max(_LEAST_COLUMNS, min(console.width - 2, _MOST_COLUMNS))
    rows: list[Text] = []
    for number, image in enumerate(images, start=1):
        if only in (None, number):
            label = f" {number}/{len(images)} "
            rows.append(Text("┌" + label.center(width, "─") + "┐", style="dim"))
            rows += (Text("│" + row + "│") for row in half_blocks(image, width))
            rows.append(Text("└" + "─" * width + "┘", style="dim"))
    show_rows(rows, console, pager=pager)


_LEAST_COLUMNS, _MOST_COLUMNS = 40, 216
"""Wider than that, a page is longer than any screen."""
