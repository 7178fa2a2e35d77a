"""Where the parts of a letter stand on paper, measured, beside the figures of KOMA-Script's .lco files.

Then every sample letter on every stationery: made, measured, verdict, and the CPU time for both.

    python benchmarks/positions.py [TEMPLATE …]
"""

import sys
from collections import Counter
from pathlib import Path
from time import process_time

from lettergen.errors import LettergenError
from lettergen.facts.campaign import Campaign
from lettergen.mailing.selection import LetterRequest, one_order
from lettergen.reference.stationery import keys, stationery
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from lettergen.verify.pdf_reader import read
from lettergen.verify.rules import check
from lettergen.verify.windows import windows

ROOT = Path(__file__).parent.parent
# Text left, fold marks, punch mark: KOMA-Script 3.38 (.lco), KOMA's own indent where it has one;
# GOV.UK Notify for uk-c5. None: the source has none, so the figure is lettergen's own.
LCO: dict[str, tuple[float | None, tuple[float, ...], float | None]] = {
    "din-5008-a": (25.0, (87.0, 192.0), 148.5),
    "din-5008-b": (25.0, (105.0, 210.0), 148.5),
    "nf": (110.0, (99.0, 198.0), None),
    "sn-right": (None, (105.0, 210.0), None),
    "sn-left": (20.0, (105.0, 210.0), None),
    "us-9": (None, (95.25, 187.3), None),
    "us-9-double": (None, (95.25, 187.3), None),
    "us-10": (None, (93.1, 186.3), None),
    "jp-cho-3": (None, (116.0, 232.0), None),
    "jp-eh": (22.0, (116.0, 232.0), None),
    "jp-ll": (25.0, (116.0, 232.0), None),
    "jp-lh": (25.0, (116.0, 232.0), None),
    "jp-rl": (98.0, (116.0, 232.0), None),
    "jp-kaku-a4": (25.0, (), None),
    "uk-c5": (24.6, (148.5,), None),
}


def main(names: list[str]) -> None:
    campaign = Campaign.open(ROOT)
    names = names or sorted({path.name.split(".")[0] for path in (ROOT / "letter_templates").glob("*.md")})
    positions, verdicts = [], []
    made_s = measured_s = 0.0
    count, farthest = 0, 0.0
    for key in keys():
        sheet, tally, faults = stationery(key), Counter[str](), []
        farthest_here: dict[str, float] = {}
        for name in names:
            chosen, order = one_order(campaign, LetterRequest(template=name, sample=True), today=None)
            shop = Renderer(RenderTerms(folder=chosen.folder, formats=("pdf",), stationery=key), chosen)
            shop.warm_up()
            began = process_time()
            made = shop.render(order)
            made_s += process_time() - began
            if made.failed:
                tally["not made"] += 1
                faults.append(
                    f"{name}: {', '.join(sorted({one.name for one in made.problems if one.is_error}))}"
                )
                continue
            began = process_time()
            pages = read(dict(made.contents)["pdf"])
            # A document to nobody has neither window nor marks.
            held = (
                sheet
                if order.recipient_id
                else stationery("plain" if sheet.sheet_width < 212 else "plain-letter")
            )
            found = check(pages, held, windows(held), name)
            measured_s += process_time() - began
            count += 1
            failed = [one for one in found if one.verdict == "fail"]
            tally["off" if failed else "ok"] += 1
            faults += [f"{name}: {one.what} {one.measured}, wanted {one.wanted}" for one in failed]
            if order.recipient_id:
                for one in found:
                    if "measured" in one.numbers:
                        farthest_here[one.what] = one.numbers["measured"]
        farthest = max([farthest, *positions_of(key, farthest_here, positions)])
        verdicts.append((key, tally, faults))
    show(positions, verdicts)
    print(f"\nfarthest from the source: {farthest:.2f} mm (a pixel is 0.17, a mark's line 0.1)")
    made, measured = made_s / count * 1000, measured_s / count * 1000
    print(
        f"{count} letters, CPU time of this one process: made {made:.0f} ms, measured {measured:.0f} ms each"
    )


def positions_of(key: str, found: dict[str, float], rows: list[tuple[str, ...]]) -> list[float]:
    left, folds, punch = LCO.get(key, (None, (), None))
    wanted = {"address begins": left, "punch mark": punch}
    wanted |= {f"fold mark {at}": mm for at, mm in enumerate(folds, 1)}
    off = []
    for what, mm in wanted.items():
        if mm is not None and what in found:
            off.append(abs(found[what] - mm))
            rows.append((key, what, f"{mm:g}", f"{found[what]:.2f}", f"{found[what] - mm:+.2f}"))
    return off


def show(positions: list[tuple[str, ...]], verdicts: list[tuple[str, Counter[str], list[str]]]) -> None:
    print(f"{'stationery':<14}{'what':<18}{'.lco':>8}{'measured':>10}{'off':>8}")
    for key, what, wanted, measured, off in positions:
        print(f"{key:<14}{what:<18}{wanted:>8}{measured:>10}{off:>8}")
    print(f"\n{'stationery':<14}{'ok':>4}{'off':>5}{'not made':>10}")
    for key, tally, faults in verdicts:
        print(f"{key:<14}{tally['ok']:>4}{tally['off']:>5}{tally['not made']:>10}")
        for fault in faults:
            print(f"    {fault}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LettergenError as fault:
        sys.exit("\n".join(problem.message for problem in fault.problems))
