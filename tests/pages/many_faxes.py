"""Any number of faxes to hold a mould against full typesetting; all words in them are invented."""

import random
from collections.abc import Callable, Iterator

from lettergen.letters.letter import Letter
from lettergen.pages.fax import raster
from lettergen.pages.fax.bands import PageCoder
from lettergen.pages.fax.raster import A4, LETTER, FaxPaper
from lettergen.pages.fax.render_job import FaxRenderJob
from lettergen.pages.fax.sender import CoverSheet, PageLine
from lettergen.pages.fax.tiff import written
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.reference import language as captions
from lettergen.reference.fax import cover_words
from lettergen.reference.stationery import Stationery
from tests.pages import many

_SENDERS = (
    "Ada Velde",
    "Emil Office · Zoë AVATAR",
    "The Friends of the Free Port of Alma",
    "Waffle & Sons",
    "",
)
_NUMBERS = ("Telephone +44 20 7946 0123", "Fax +1 212 555 0123", "")
_TIMES = ("2\N{NO-BREAK SPACE}December 2006, 14:30", "1\N{NO-BREAK SPACE}May 2006")
_SUBJECTS = (
    "Six people in detention",
    "Six people who were detained on 29 May, and of whom nobody has heard since",
)

_CODER = PageCoder("mh")

Made = Callable[[], FaxRenderJob]
"""An order has its key from one batch typesetter; another asks for it anew."""


def orders(typesetter: Typesetter, count: int, seed: int) -> Iterator[Made]:
    """Yield orders for faxes; about a third have something in them that is hard to set."""
    chance = random.Random(seed)  # noqa: S311 - the same faxes every time
    for letter, sheet in many.letters(count, seed):
        yield _order(typesetter, letter, sheet, chance)


def own_orders(typesetter: Typesetter, count: int, seed: int) -> Iterator[Made]:
    """Yield likewise orders for faxes with paragraphs of the sender's own."""
    chance = random.Random(seed)  # noqa: S311
    for letter, sheet, own in many.own_letters(count, seed):
        yield _order(typesetter, letter, sheet, chance, own)


def _order(
    typesetter: Typesetter,
    letter: Letter,
    sheet: Stationery,
    chance: random.Random,
    own: tuple[int, ...] = (),
) -> Made:
    worst = 0.0 if chance.random() < 0.6 else 0.2

    def text(*choices: str) -> str:
        return chance.choice(many.NASTY if chance.random() < worst else choices)

    line = PageLine(text(*_SENDERS), text(*_NUMBERS), text(*_TIMES))
    cover = _cover(letter, line, chance, text) if chance.random() < 0.4 else None
    paper: FaxPaper = chance.choice((A4, LETTER))
    return lambda: FaxRenderJob(typesetter, letter, sheet, paper, line, cover, own)


def _cover(letter: Letter, line: PageLine, chance: random.Random, text: Callable[..., str]) -> CoverSheet:
    own, said = cover_words(letter.language), captions.captions(letter.language)
    rows = (
        (said.to, (text("Ms. Ada Velde", "The Ambassador"),)),
        (said.organisation, tuple(text("The Ministry", "Room 7") for _ in range(chance.randint(0, 2)))),
        (said.fax, (text("+47 22 24 95 00"),)),
        (said.sender, (line.identity,)),
        (said.date, (line.when,)),
        (own.subject, (chance.choice(_SUBJECTS),)),
    )
    filled = ((label, tuple(filter(None, lines))) for label, lines in rows)
    pass_on = text("Please pass this fax on to Ms. Velde", "")
    shown = tuple(row for row in filled if row[1])
    return CoverSheet(letter.language, shown, said.pages, pass_on, (own.astray, own.incomplete))


def sent(pdf: bytes, paper: FaxPaper) -> bytes:
    """Return the file for the line."""
    with raster.opened(pdf) as document:
        pages = [_CODER.coded(points, "fine").page for points in raster.points(document, paper, "fine")]
    return written(pages)
