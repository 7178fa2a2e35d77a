"""Hold letters out of moulds against the same letters typeset in full, pixel by pixel and word by word.

    python benchmarks/mould_identity.py 3000 [SEED [FONT_FOLDER …]]

A third of them have paragraphs of the sender's own. Prints how many were compared, identical, sent to full
typesetting, and how many differ; exits 1 if any does.
"""

import sys
from collections import Counter
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lettergen.errors import RenderError
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from tests.pages import many

FITTED = 8
"""Every so many letters are fitted to their sheet from scratch; the others are told its setting."""


def main(count: int, seed: int, *folders: str) -> int:
    """Compare ``count`` letters, set with the fonts in ``folders`` too; return how many differ."""
    typesetter = Typesetter(tuple(map(Path, folders)))
    batch_typesetter = BatchTypesetter(typesetter)
    seen: Counter[str] = Counter()
    plain = ((letter, sheet, ()) for letter, sheet in many.letters(count - count // 3, seed))
    letters = chain(plain, many.own_letters(count // 3, seed))
    for number, (letter, sheet, own) in enumerate(letters, start=1):
        verdict = _verdict(batch_typesetter, typesetter, letter, sheet, own, is_fitted=number % FITTED == 0)
        seen[verdict] += 1
        if verdict == "differs":
            print(f"letter {number} differs", flush=True)
        if number % 100 == 0:
            print(f"{number}: {dict(seen)} {dict(batch_typesetter.counts)}", flush=True)
    print(f"compared {count}, {dict(seen)}; batch typesetter {dict(batch_typesetter.counts)}")
    for problem in typesetter.engine.notices.problems():
        print(problem.message)
    return seen["differs"]


def _verdict(
    batch_typesetter: BatchTypesetter, typesetter: Typesetter, letter, sheet, own, *, is_fitted: bool
) -> str:
    try:
        made = batch_typesetter.typeset(letter, sheet, own)
    except RenderError as fault:
        try:
            typesetter.typeset(letter, sheet)
        except RenderError as alone:
            return "same fault" if alone.problems == fault.problems else "differs"
        return "differs"
    full = typesetter.typeset(letter, sheet, None if is_fitted else made.setting)
    alike = (made.pages, made.setting, made.notes) == (full.pages, full.setting, full.notes)
    if not alike and not is_fitted:
        full = typesetter.typeset(letter, sheet)
        alike = (made.pages, made.setting, made.notes) == (full.pages, full.setting, full.notes)
    if not alike or many.looks(made.pdf) != many.looks(full.pdf):
        return "differs"
    words = "own words, " if own else ""
    return f"identical, {words}cast" if made.cast else f"identical, {words}in full"


if __name__ == "__main__":
    _, wanted, *rest = sys.argv
    sys.exit(bool(main(int(wanted), int(rest[0]) if rest else 1, *rest[1:])))
