"""The letter as the HTML half of an e-mail: nothing from outside, no picture, no sheet."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from lettergen.letters.letter import Letter
from lettergen.pages import html
from lettergen.reference.stationery import Stationery

__all__ = ["render"]

_STYLE = Path(__file__).parent.parent / "styles" / "mail.css"


def render(letter: Letter, stationery: Stationery) -> str:
    """Return ``letter`` as HTML with its few styles inside."""
    letter = letter.without_logo()
    signatures = tuple(replace(block, picture=None) for block in letter.signatures)
    unmarked = replace(stationery, fold_marks=(), punch_mark=None)
    shown = replace(letter.without_window_line(), signatures=signatures)
    return html.markup(shown, unmarked, f"<style>{_style()}</style>\n")


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")
