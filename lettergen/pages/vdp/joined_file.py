"""A letter, its courtesy translation and its enclosures in one file, each on sheets of its own."""

from dataclasses import replace
from io import BytesIO

from lettergen.letters.letter import Letter
from lettergen.pages.pdf.typesetter import TypesetLetter
from lettergen.pages.vdp.pdf_objects import PdfObjects
from lettergen.pages.vdp.volume_writer import VolumeWriter
from lettergen.reference import language as words

__all__ = ["joined", "with_enclosures"]


def joined(letter: Letter, pages: TypesetLetter, translation: TypesetLetter) -> TypesetLetter:
    """Return both as one file, in which each keeps its page numbers, language and structure.

    Args:
        letter: The letter, with its translation.
        pages: The letter as it is signed.
        translation: The pages of the translation.
    """
    parts = [(letter, pages)]
    if letter.translation:
        parts.append((letter.translation, translation))
    out = BytesIO()
    volume_writer = VolumeWriter(out.write, title=letter.document_title, language=letter.language)
    for part, typeset in parts:
        # What leads to it: public words only.
        volume_writer.add(typeset, part.language, part.translation_notice or part.document_title)
    volume_writer.close()
    return replace(
        pages,
        file=out.getvalue(),
        pages=pages.pages + translation.pages,
        notes=tuple(dict.fromkeys((*pages.notes, *translation.notes))),
        translation_page=pages.pages + 1,
        cast=None,
    )


def with_enclosures(
    letter: Letter, pages: TypesetLetter, sheets: PdfObjects, counts: tuple[int, ...]
) -> TypesetLetter:
    """Return a letter with the sheets of its enclosures behind it.

    Args:
        letter: The letter.
        pages: Its pages, and those of its translation.
        sheets: All sheets of its enclosures.
        counts: How many of them each enclosure has.
    """
    out = BytesIO()
    volume_writer = VolumeWriter(out.write, title=letter.document_title, language=letter.language)
    volume_writer.add(pages, letter.language, letter.document_title)
    caption = words.captions(letter.language).enclosure
    first, begins = 0, list[int]()
    numbers = dict.fromkeys(one.number for one in letter.bound)
    for number, count in zip(numbers, counts, strict=True):
        begins.append(pages.pages + first + 1)
        volume_writer.add_file(sheets.part(first, count), f"{caption} {number}", f"{caption} {number}")
        first += count
    volume_writer.close()
    return replace(
        pages,
        file=out.getvalue(),
        pages=pages.pages + first,
        enclosure_pages=tuple(begins),
        without_enclosures=pages.pdf,
        cast=None,
    )
