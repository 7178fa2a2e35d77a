"""Values that are in another language than the letter that prints them."""

__all__ = ["ForeignText", "language_of_text"]


class ForeignText(str):
    """A text with its language; what a filter makes of it is an ordinary text."""

    __slots__ = ("language",)

    language: str
    """BCP 47 tag."""

    @classmethod
    def of(cls, text: str, language: str, letter: str) -> str:
        """Return ``text`` with its language, if that is another than the letter's.

        Args:
            text: The words.
            language: BCP 47 tag of their language.
            letter: BCP 47 tag of the letter's.
        """
        if language.partition("-")[0] == letter.partition("-")[0]:
            return text
        found = cls(text)
        found.language = language
        return found


def language_of_text(value: str) -> str:
    """Return the language of a value; empty if it is the letter's."""
    return value.language if isinstance(value, ForeignText) else ""
