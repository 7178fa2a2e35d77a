"""How fast lettergen is, beside other programs that make the same letters, in the same run.

    python benchmarks/run.py [--only 1,2,…] [--rounds N] [--quick] [--json FILE]

Whole processes are measured, start-up included. Programs take turns; shown is the median over the rounds.
benchmarks/README.md says what each figure means.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import contest
import items


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast lettergen is, beside other programs.")
    parser.add_argument("--only", help="numbers of the measurements, as 1,2,5")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="few letters, one round: does it all run?")
    parser.add_argument("--markdown", action="store_true", help="print tables as the documentation has them")
    parser.add_argument("--json", type=Path, help="also write all figures to a file")
    given = parser.parse_args()
    wanted = [int(one) for one in given.only.split(",")] if given.only else list(items.ITEMS)
    if unknown := set(wanted) - set(items.ITEMS):
        parser.error(f"there is no measurement {unknown}; there are {list(items.ITEMS)}")
    rounds = 1 if given.quick else given.rounds
    machine = the_machine()
    print(f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}")
    print(f"load at the beginning {machine['load']}")
    print("; ".join(contest.peers_told()))
    found = []
    for number in wanted:
        title, make = items.ITEMS[number]
        print(f"\n({number}) {title}", flush=True)
        with tempfile.TemporaryDirectory() as name:
            tables = make(contest.Bench(Path(name), rounds, given.quick, tell))
        for table in tables:
            print(flush=True)
            (show_markdown if given.markdown else show)(table)
            show_goals(table, is_judged=not given.quick)
        found.append({"number": number, "title": title, "tables": [asdict(one) for one in tables]})
        if given.json:
            text = json.dumps({"machine": machine, "found": found}, indent=1, ensure_ascii=False)
            given.json.write_text(text, encoding="utf-8")
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def tell(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def show(table: contest.Table) -> None:
    tell("")
    ours = table.results[0]
    print(
        f"{table.title:44} {'letters':>8} {'wall s':>8} {'CPU s':>8} {'per s':>9} {'RSS MiB':>8} "
        f"{'all MiB':>8} {'B/letter':>9} {'x ours':>7}"
    )
    for one in table.results:
        name = f"{one.name}*" if one.measured_on else one.name
        print(
            f"{name:44} {one.letters:8,} {one.wall:8.2f} {one.cpu:8.2f} {one.rate:9,.1f} {one.rss:8.0f} "
            f"{one.pss or float('nan'):8.0f} {one.bytes_a_letter:9,.0f} {one.wall / ours.wall:7.2f}"
        )


def show_markdown(table: contest.Table) -> None:
    tell("")
    ours = table.results[0]
    figures = ("seconds", "CPU s", "letters/s", "largest process, MiB", "all, MiB", "bytes a letter", "×")
    print(f"| {' | '.join((table.title, *figures))} |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in table.results:
        name = f"{one.name}*" if one.measured_on else one.name
        together = f"{one.pss:,.0f}" if one.pss else ""
        size = f"{one.bytes_a_letter:,.0f}" if one.bytes_a_letter else ""
        print(
            f"| {name} | {one.wall:,.2f} | {one.cpu:,.2f} | {one.rate:,.0f} | {one.rss:,.0f} | {together} "
            f"| {size} | {one.wall / ours.wall:.2f} |"
        )


def show_goals(table: contest.Table, *, is_judged: bool) -> None:
    for one in table.results:
        if one.measured_on:
            print(f"* {one.name}: from {one.measured_on:,} letters, the start counted once")
    for note in table.notes:
        print(note)
    # Few letters only show that it runs.
    for what, value, wanted, is_least in table.goals if is_judged else ():
        sign, is_met = ("≥", value >= wanted) if is_least else ("≤", value <= wanted)
        print(f"goal: {what} {sign} {wanted:g}: {value:.3g}, {'met' if is_met else 'MISSED'}")


def the_machine() -> dict[str, str]:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": str(contest.cores()),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load": f"{os.getloadavg()[0]:.1f}",
        "at": time.strftime("%Y-%m-%d %H:%M"),
    }


if __name__ == "__main__":
    main()
