"""A letter and its courtesy translation in one file, each typeset for itself and on sheets of its own."""

from dataclasses import replace
from io import BytesIO

from lettergen.letters.letter import Letter
from lettergen.pages.pdf.typesetter import TypesetLetter
from lettergen.pages.vdp.volume_writer import VolumeWriter

__all__ = ["joined"]


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
        pdf=out.getvalue(),
        pages=pages.pages + translation.pages,
        notes=tuple(dict.fromkeys((*pages.notes, *translation.notes))),
        translation_page=pages.pages + 1,
        cast=None,
    )
