"""Hold faxes out of moulds against the same faxes typeset in full, byte by byte as they go over the line.

    python benchmarks/fax_identity.py 300 [SEED]

A third of them have paragraphs of the sender's own. Prints how many were compared, identical, sent to full
typesetting, and how many differ; exits 1 if any does.
"""

import sys
from collections import Counter
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lettergen.errors import RenderError
from lettergen.pages.fax.render_job import FaxRenderJob
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from tests.pages import many, many_faxes


def main(count: int, seed: int) -> int:
    """Compare ``count`` faxes; return how many differ."""
    typesetter = Typesetter()
    batch_typesetter = BatchTypesetter(typesetter)
    seen: Counter[str] = Counter()
    plain = many_faxes.orders(typesetter, count - count // 3, seed)
    for number, made in enumerate(chain(plain, many_faxes.own_orders(typesetter, count // 3, seed)), start=1):
        verdict = _verdict(batch_typesetter, made())
        seen[verdict] += 1
        if verdict == "differs":
            print(f"fax {number} differs", flush=True)
    print(f"compared {count}, {dict(seen)}; batch typesetter {dict(batch_typesetter.counts)}")
    for problem in typesetter.engine.notices.problems():
        print(problem.message)
    return seen["differs"]


def _verdict(batch_typesetter: BatchTypesetter, order: FaxRenderJob) -> str:
    try:
        made = batch_typesetter.set(order)
    except RenderError as fault:
        try:
            order.typeset()
        except RenderError as alone:
            return "same fault" if alone.problems == fault.problems else "differs"
        return "differs"
    full = order.typeset()
    is_same = many_faxes.sent(made.pdf, order.page) == many_faxes.sent(full.pdf, order.page)
    if not is_same or many.looks(made.pdf) != many.looks(full.pdf):
        return "differs"
    words = "own words, " if order.own else ""
    return f"identical, {words}cast" if made.cast else f"identical, {words}in full"


if __name__ == "__main__":
    _, wanted, *rest = sys.argv
    sys.exit(bool(main(int(wanted), int(rest[0]) if rest else 1)))
