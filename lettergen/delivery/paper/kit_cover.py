"""The top page of a volunteer's letters: instructions, and a list to tick off."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from lettergen.errors import RenderError
from lettergen.pages.html_words import document, spoken_text
from lettergen.pages.pdf.weasyprint_engine import WeasyPrintEngine
from lettergen.pages.typefaces import fonts
from lettergen.reference.kits import KitWords

__all__ = ["KitCovers", "KitLetter"]

_STYLE = """
:root { font-family: "EB Garamond", serif; font-size: 12pt; line-height: 1.35;
  font-variant-numeric: lining-nums; hyphens: manual; }
body, p, h1, ol { margin: 0; padding: 0; }
h1 { font-size: 20pt; font-weight: 600; line-height: 1.2; margin-bottom: 3mm; }
.lead { margin-bottom: 6mm; }
ol { padding-left: 7mm; margin-bottom: 8mm; }
li { margin-bottom: 2mm; }
table { width: 100%; border-collapse: collapse; font-size: 10.5pt; line-height: 1.25; }
th, td { text-align: left; vertical-align: top; padding: 1mm 1.5mm; border-bottom: 0.2mm solid #000; }
th { font-weight: 600; white-space: nowrap; }
tr { break-inside: avoid; }
/* What is positioned is painted last, as markers are; so all is, and the words keep their order. */
body > *, li, li > * { position: relative; }
.figure { text-align: right; }
.box { width: 4mm; height: 4mm; border: 0.25mm solid #000; margin: 0.3mm 1mm; }
.registered { font-weight: 600; }
.check { margin-top: 3mm; font-size: 10.5pt; }
"""

_PRICE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class KitLetter:
    """A letter on the list."""

    addressee: str
    country: str
    pages: int
    weight_g: float
    postage: str = ""
    is_registered: bool = False


@dataclass(slots=True)
class KitCovers:
    """Sets the top pages of kits; keep one for a process."""

    font_folders: Sequence[Path] = ()
    _engine: WeasyPrintEngine = field(init=False)

    def __post_init__(self) -> None:
        """Start WeasyPrint.

        Raises:
            RenderError: A library that it needs is not installed.
        """
        self._engine = WeasyPrintEngine(tuple(self.font_folders))

    def guide(
        self,
        letters: Sequence[KitLetter],
        words: KitWords,
        *,
        sheet: tuple[float, float],
        facts: dict[str, str],
    ) -> bytes:
        """Return the page as PDF.

        Args:
            letters: The letters in the order in which they lie.
            words: The language's words.
            sheet: Width and height of the paper in mm.
            facts: What is put in: ``dated`` (letters), ``date`` (of posting), ``envelope``.

        Raises:
            RenderError: A character of a name is in none of the fonts.
        """
        texts = [text for one in letters for text in (one.addressee, one.country, one.postage)]
        if missing := fonts.missing_characters([*texts, *facts.values()], tuple(self.font_folders)):
            raise RenderError([fonts.missing_problem("the kit", missing)])
        page = f"@page {{ size: {sheet[0]:g}mm {sheet[1]:g}mm; margin: 22mm 25mm; }}\n"
        sheets = self._engine.lay_out(_markup(letters, words, facts), [_STYLE, page], {}, "the kit")
        return self._engine.write(sheets, "the kit")


def _markup(letters: Sequence[KitLetter], words: KitWords, facts: dict[str, str]) -> str:
    lead = words.lead_one if len(letters) == 1 else words.lead_many.format(letters=len(letters))
    dated = words.dated.format(date=facts["dated"]) if len(letters) > 1 else ""
    heaviest = max((one.weight_g for one in letters), default=0.0)
    rates = {one.postage for one in letters}
    postage = words.postage_listed if len(rates) > 1 else rates.pop()
    postage = postage or words.no_postage.format(weight=f"{heaviest:.0f}")
    put_in = {"date": facts["date"], "envelope": facts["envelope"], "postage": postage}
    steps = "".join(
        f"<li><p>{spoken_text(step.format(**put_in), words.language)}</p></li>\n" for step in words.steps
    )
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in words.columns)
    rows = "".join(_row(number, one, words) for number, one in enumerate(letters, start=1))
    return document(
        words.language,
        words.title,
        f"<h1>{escape(words.title)}</h1>\n"
        f'<p class="lead">{escape(lead)} {escape(dated)}</p>\n<ol>\n{steps}</ol>\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
        f'<p class="check">{escape(words.check)}</p>\n',
    )


def _row(number: int, one: KitLetter, words: KitWords) -> str:
    registered = (
        f'<br><span class="registered">{escape(words.registered)}</span>' if one.is_registered else ""
    )
    # A price is not parted from its currency; a longer text may run over.
    postage = one.postage.replace(" ", "\N{NO-BREAK SPACE}") if len(one.postage) <= _PRICE else one.postage
    return (
        f'<tr><td><div class="box"></div></td><td class="figure">{number}</td>'
        f"<td>{spoken_text(one.addressee, words.language)}{registered}</td>"
        f'<td>{escape(one.country)}</td><td class="figure">{one.pages}</td>'
        f'<td class="figure">{one.weight_g:.0f}</td><td>{escape(postage)}</td></tr>\n'
    )
