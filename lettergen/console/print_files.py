"""Print files: what is in which, how much it weighs, and what to do next."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.console.problems import plural, show_warnings
from lettergen.console.tables import show_records
from lettergen.console.terminal import say, show_json
from lettergen.errors import ExitCode, LettergenError

if TYPE_CHECKING:
    from lettergen.delivery.paper.kits import Kit
    from lettergen.delivery.paper.print_files import PrintedLetter
    from lettergen.errors import Problem
    from lettergen.letters.petition import Petition

__all__ = ["show_delivery", "show_kits", "show_print_files", "show_registered", "show_sheets"]


def show_print_files(
    jobs: Mapping[str, Sequence["PrintedLetter"]], files: Sequence[Path], *, as_json: bool
) -> None:
    """Print a line for each print file, and where they are."""
    letters = [one for job in jobs.values() for one in job]
    rows = []
    for name in dict.fromkeys(one.file for one in letters):
        inside = [one for one in letters if one.file == name]
        rows.append(
            {
                "file": name,
                "letters": len(inside),
                "sheets": sum(one.sheets for one in inside),
                "pages": sum(one.pages for one in inside),
                "weight_g": round(sum(one.weight_g for one in inside), 1),
            }
        )
    if as_json:
        show_json({"files": rows, "folder": str(files[0].parent)})
        return
    heads = {
        "file": "file",
        "letters": "letters",
        "sheets": "sheets",
        "pages": "pages",
        "weight_g": "g, envelopes included",
    }
    show_records([{key: str(value) for key, value in row.items()} for row in rows], heads, as_json=False)
    say(
        "In ",
        (str(files[0].parent), "bold"),
        f"; job.csv says where each of the {plural(len(letters), 'letter')} is.",
    )


def show_registered(paths: Sequence[Path], first: str, last: str, count: int, mailing: Path) -> None:
    """Print which numbers were given, and how to record that the letters were posted."""
    span = first if count == 1 else f"{first} to {last}"
    say(("Wrote ", "green"), (", ".join(map(str, paths)), "bold"), f": {plural(count, 'item')}, {span}.")
    say(
        f"After posting: lettergen ledger record {mailing.name} --state posted --items {paths[0]}",
    )


def show_kits(made: Iterable["Kit"], *, as_json: bool) -> None:
    """Print each kit when it is finished, and their number, also where one of them fails.

    Raises:
        LettergenError: A kit could not be made; with the exit code for work done in part where others were.
    """
    done: list[Kit] = []
    try:
        for kit in made:
            done.append(kit)
            if not as_json:
                say(("Wrote ", "green"), (str(kit.path), "bold"), f", {plural(kit.letters, 'letter')}.")
    except LettergenError as fault:
        if done:
            _sum_up(done, as_json=as_json)
            fault.exit_code = ExitCode.PARTIAL
        raise
    _sum_up(done, as_json=as_json)


def _sum_up(done: Sequence["Kit"], *, as_json: bool) -> None:
    sums = {
        "kits": len(done),
        "letters": sum(kit.letters for kit in done),
        "pages": sum(kit.pages for kit in done),
    }
    if as_json:
        show_json({**sums, "files": [str(kit.path) for kit in done]})
    else:
        say(", ".join(plural(number, noun.removesuffix("s")) for noun, number in sums.items()) + ".")


def show_sheets(path: Path, sheets: int, lines: int) -> None:
    """Print what has been made for people to sign, and where the count of it belongs."""
    room = plural(sheets * lines, "line")
    say(("Wrote ", "green"), (str(path), "bold"), f": {plural(sheets, 'sheet')}, {room} to sign.")
    say("Count what comes back in signatures/NAME.yaml: `counted`, `on`, `by`.")


def show_delivery(
    files: Mapping[Path, Mapping[str, int]],
    signed: "Petition",
    problems: Sequence["Problem"],
    *,
    as_json: bool,
) -> None:
    """Print what is handed over with a petition, and the numbers that all of it says."""
    if as_json:
        record = {
            "files": [{"file": str(path), "pages": dict(pages)} for path, pages in files.items()],
            "total": signed.count.total,
            "named": len(signed.named),
            "countries": dict(signed.count.countries),
        }
        show_json(record)
        return
    show_warnings(problems)
    for path, pages in files.items():
        told = ", ".join(f"{key} {plural(number, 'page')}" for key, number in pages.items())
        say(("Wrote ", "green"), (str(path), "bold"), f": {told}.")
    countries = len(signed.count.countries)
    from_where = f" from {countries} {'country' if countries == 1 else 'countries'}" if countries else ""
    named = f"{len(signed.named):,} named"
    say(f"{plural(signed.count.total, 'signature')}{from_where}, {named}.")
