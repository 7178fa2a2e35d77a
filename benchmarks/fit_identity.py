"""Hold the setting that a letter is given against all settings tried on real pages.

    python benchmarks/fit_identity.py [EVERY [FIRST]]

All shipped templates and letters of every shape, on every stationery, cut and lengthened block by block; with
EVERY, only every so many of these from FIRST on. Prints how many were compared and how many layouts it took;
exits 1 if one is given another setting than the trial of all finds.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from lettergen.errors import LettergenError  # noqa: E402
from lettergen.facts.campaign import Campaign, starter_folder  # noqa: E402
from lettergen.letters.letter import Letter  # noqa: E402
from lettergen.letters.template.templates import catalogue  # noqa: E402
from lettergen.mailing.selection import LetterRequest, one_order  # noqa: E402
from lettergen.pages.pdf.typesetter import Typesetter  # noqa: E402
from lettergen.reference.stationery import Stationery, keys, stationery  # noqa: E402
from lettergen.rendering.render_terms import RenderTerms  # noqa: E402
from lettergen.rendering.renderer import Renderer  # noqa: E402
from tests.pages import samples, trial  # noqa: E402

AT_A_TIME = 40
"""A typesetter keeps something of each letter; so many, then another."""


def main(every: int, first: int) -> int:
    """Compare; return how many differ."""
    seen: Counter[str] = Counter()
    layouts: Counter[int] = Counter()
    longest = 0
    wanted = islice(cases(), first, None, every)
    while some := list(islice(wanted, AT_A_TIME)):
        typesetter = Typesetter()
        for name, letter, sheet in some:
            try:
                found = trial.of(typesetter, letter, sheet)
            except LettergenError:
                seen["not set"] += 1
                continue
            is_same = found.fitted == found.tried
            seen["same" if is_same else "differs"] += 1
            layouts[found.layouts] += 1
            if found.by_galley:
                longest = max(longest, sum(map(len, letter.texts())))
            if not is_same:
                print(f"{name} on {sheet.key}: {found.fitted}, by trial {found.tried}", flush=True)
        print(dict(seen), "layouts", dict(sorted(layouts.items())), flush=True)
    print(f"the longest that went on one sheet without trial: {longest} letters and signs")
    return seen["differs"]


def cases() -> Iterator[tuple[str, Letter, Stationery]]:
    """Yield every letter on every sheet in every length."""
    shapes = [*of_templates(), *samples.ALL.items()]
    for key in keys():
        for name, letter in shapes:
            for blocks, longer in lengths(letter):
                yield f"{name}, {blocks} blocks", longer, stationery(key)


def of_templates() -> Iterator[tuple[str, Letter]]:
    """Yield the sample letter of each shipped template."""
    campaign = Campaign.open(starter_folder())
    for template in catalogue(campaign.template_folders)[0]:
        _, order = one_order(campaign, LetterRequest(template=template.name, sample=True), today=None)
        renderer = Renderer(RenderTerms(folder=campaign.folder), campaign)
        letter, _ = renderer.letter(replace(order, language=template.language))
        yield f"{template.name}.{template.language}", letter


def lengths(letter: Letter) -> Iterator[tuple[int, Letter]]:
    """Yield a letter with half of its text, all, and up to three times as much."""
    body = letter.body or (samples.HOPE,)
    for blocks in range(max(1, len(body) // 2), 3 * len(body) + 1):
        text = tuple(body[number % len(body)] for number in range(blocks))
        yield blocks, replace(letter, body=text, sheets=None)


if __name__ == "__main__":
    every, first, *_ = [*map(int, sys.argv[1:]), *(1, 0)[len(sys.argv) - 1 :]]
    sys.exit(bool(main(every, first)))
