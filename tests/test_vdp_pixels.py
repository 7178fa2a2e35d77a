"""Letters out of moulds look and read as if typeset in full; `benchmarks/mould_identity.py` holds more."""

from dataclasses import replace

import pytest

from lettergen.errors import RenderError
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.pages.vdp.batch_typesetter import BatchTypesetter
from lettergen.reference.stationery import stationery
from tests.pages import many, samples

DIN = stationery("din-5008-b")


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.mark.parametrize("seed", [3, 5])
def test_letters_out_of_moulds_look_and_read_as_if_typeset_in_full(seed: int, typesetter: Typesetter) -> None:
    batch_typesetter = BatchTypesetter(typesetter)
    for letter, sheet in many.letters(6, seed):
        try:
            full = typesetter.typeset(letter, sheet)
        except RenderError:
            with pytest.raises(RenderError):
                batch_typesetter.typeset(letter, sheet)
            continue
        made = batch_typesetter.typeset(letter, sheet)
        assert (made.pages, made.setting, made.notes) == (full.pages, full.setting, full.notes)
        assert many.looks(made.pdf) == many.looks(full.pdf)
    assert not batch_typesetter.is_off


def test_letters_with_own_words_look_and_read_as_if_typeset_in_full(typesetter: Typesetter) -> None:
    batch_typesetter = BatchTypesetter(typesetter)
    for letter, sheet, own in many.own_letters(7, 4):
        try:
            full = typesetter.typeset(letter, sheet)
        except RenderError:
            with pytest.raises(RenderError):
                batch_typesetter.typeset(letter, sheet, own)
            continue
        made = batch_typesetter.typeset(letter, sheet, own)
        assert (made.pages, made.setting, made.notes) == (full.pages, full.setting, full.notes)
        assert many.looks(made.pdf) == many.looks(full.pdf)
    assert not batch_typesetter.is_off
    assert batch_typesetter.counts["cast"] > 3


@pytest.mark.parametrize("at", range(0, len(many.NASTY), 6))
def test_hard_lines_look_and_read_as_if_typeset_in_full(at: int, typesetter: Typesetter) -> None:
    batch_typesetter = BatchTypesetter(typesetter)
    for text in many.NASTY[at : at + 6]:
        letter = replace(samples.SHORT, opening=text, closing=text)
        try:
            full = typesetter.typeset(letter, DIN)
        except RenderError:
            with pytest.raises(RenderError):
                batch_typesetter.typeset(letter, DIN)
            continue
        assert many.looks(batch_typesetter.typeset(letter, DIN).pdf) == many.looks(full.pdf)
    assert not batch_typesetter.is_off


def test_the_comparison_sees_another_letter(typesetter: Typesetter) -> None:
    one = typesetter.typeset(samples.SHORT, DIN)
    other = typesetter.typeset(replace(samples.SHORT, opening="Your Excellencx,"), DIN)
    assert many.looks(one.pdf) != many.looks(other.pdf)
