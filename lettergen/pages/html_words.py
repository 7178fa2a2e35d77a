"""Words of a letter as HTML: escaped, with their languages and directions, and ends that stay together."""

from collections.abc import Iterable
from functools import partial
from html import escape

from lettergen.letters.letter import Inline, Letter, Span, plain
from lettergen.pages.layout.directions import has_right_to_left, isolates, turned_parts
from lettergen.pages.typefaces.scripts import stretches
from lettergen.reference import language as words

__all__ = ["Writer", "document", "ending_together", "parted_end", "spoken", "spoken_text"]

# In letters: what may not stand alone at a paragraph's end, and the most that is held together for it.
_LEAST_ON_LAST_LINE = 9
_MOST_JOINED = 24

# Lines that are the same for all who write, and may name what is quoted.
_NAMING = frozenset({"enclosures", "copies"})


def document(language: str, title: str, body: str) -> str:
    """Return a whole document, such as a list or a form.

    Args:
        language: BCP 47 tag.
        title: Plain text.
        body: HTML of what stands in `body`.
    """
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


class Writer:
    """Turns texts of one letter into escaped HTML."""

    def __init__(self, letter: Letter, address: tuple[str, ...]) -> None:
        self.letter = letter
        self.address = address
        self.heading_level = 1 if letter.subject or letter.title else 0

    def text(self, text: str, base: words.Direction | None = None, country: str | None = None) -> str:
        """Set words of an address, a name or a number.

        Args:
            text: The words.
            base: The direction of the element in which they stand; default: their own.
            country: Whose country chooses the forms of Han characters; default: the addressee's.
        """
        chosen = country or self.letter.country
        return spoken_text(text, self.letter.language, chosen, base or self.direction(text))

    def prose(self, text: str, language: str = "", base: words.Direction | None = None) -> str:
        """Set words that may name a treaty in another language than theirs, which is mostly the letter's."""
        spoken = language or self.letter.language
        return spoken_text(text, spoken, self.letter.country, base or self.direction(text), titles=True)

    def inline(self, inline: Inline, language: str = "") -> str:
        """Set a paragraph that is in the letter's language, or all in ``language``."""
        if not inline:
            return ""
        base = self.direction(plain(inline))
        *spans, last = inline
        ends = self._span(last, self._ending(last.text, last.language, base), language)
        others = (self._span(span, self.prose(span.text, span.language, base), language) for span in spans)
        return "".join([*others, ends])

    def _ending(self, text: str, language: str, base: words.Direction) -> str:
        """Set the words before a paragraph's end, and the end; a stretch may reach over both."""
        # What ends a paragraph is not broken either: `unpun-` and `ished.` would be two ends.
        before, end = parted_end(text)
        if base == "rtl" or has_right_to_left(text):
            if not before or any(start < len(before) < stop for start, stop in isolates(text, base)):
                # The halves of a name that is read in the other direction would change places.
                return self.prose(text, language, base)
            ending = self.prose(end, language, base)
            return f'{self.prose(before, language, base)}<span class="end">{ending}</span>'
        spoken, country = language or self.letter.language, self.letter.country
        at, parts = 0, ["", ""]
        for part, own in stretches(before + end, spoken, country, titles=True):
            cut = max(len(before) - at, 0)
            parts[0] += _marked(part[:cut], own)
            parts[1] += _marked(part[cut:], own)
            at += len(part)
        return f'{parts[0]}<span class="end">{parts[1]}</span>'

    def _span(self, span: Span, text: str, language: str) -> str:
        if span.emphasis:
            text = f"<em>{text}</em>"
        if span.strong:
            text = f"<strong>{text}</strong>"
        return f"<span{spoken(span.language)}>{text}</span>" if span.language != language else text

    def paragraph(self, name: str, text: str, country: str | None = None) -> str:
        """Set a paragraph of a class, if it has words; as `text`."""
        set_ = self.text(text, country=country)
        return f'<p class="{name}"{self.turned(text)}>{set_}</p>\n' if text else ""

    def turned(self, text: str) -> str:
        """Return the attribute of a text that is written in the other direction than the letter."""
        found = self.direction(text)
        return "" if found == words.direction(self.letter.language) else f' dir="{found}"'

    def direction(self, text: str) -> words.Direction:
        """Return in which direction a text is read: its own, or the letter's if it has no letters."""
        return words.direction_of(text, words.direction(self.letter.language))

    def lines(self, name: str, lines: Iterable[str], country: str | None = None) -> str:
        """Set one paragraph of lines; each line is a block, so that what runs over can hang."""
        set_ = self.prose if name in _NAMING else partial(self.text, country=country)
        inner = "\n".join(f'<span class="line"{self.turned(line)}>{set_(line)}</span>' for line in lines)
        return f'<p class="{name}">{inner}</p>\n' if inner else ""

    def heading(self, inline: Inline, level: int) -> str:
        """Set a heading; no level is skipped, as PDF/UA-1 asks (ISO 14289-1, 7.4.2)."""
        self.heading_level = min(max(level, 2), self.heading_level + 1, 6)
        tag = f"h{self.heading_level}"
        return f"<{tag}{self.turned(plain(inline))}>{self.inline(inline)}</{tag}>\n"


def ending_together(text: str) -> str:
    """Join the last words of a paragraph, so that no short word is left alone on a line."""
    at = len(text)
    while at > 0 and len(text) - at < _LEAST_ON_LAST_LINE:
        at = text.rfind(" ", 0, at)
        if at <= 0 or len(text) - at > _MOST_JOINED:
            break
        text = f"{text[:at]}\N{NO-BREAK SPACE}{text[at + 1 :]}"
    return text


def parted_end(text: str) -> tuple[str, str]:
    """Part a paragraph before the words that are held together at its end, and are not broken."""
    before, space, end = ending_together(text).rpartition(" ")
    return before + space, end


def spoken(language: str) -> str:
    """Return the attribute that says in which language an element is, if that is to be said."""
    return f' lang="{escape(language)}"' if language else ""


def spoken_text(
    text: str,
    language: str,
    country: str | None = None,
    base: words.Direction = "ltr",
    *,
    titles: bool = False,
) -> str:
    """Return ``text`` escaped, with the language marked of what is written in another script.

    What is read in the other direction than the text around it is kept apart (`layout.directions`).

    Args:
        text: Words of a letter.
        language: BCP 47 tag of the letter's language.
        country: ISO 3166 code of the country whose forms of Han characters are meant.
        base: The direction of the element in which it stands.
        titles: Mark titles of treaties in other languages, too.
    """

    def marked(part: str) -> str:
        found = stretches(part, language, country, titles=titles)
        return "".join(_marked(some, own) for some, own in found)

    if base == "ltr" and not has_right_to_left(text):
        return marked(text)
    return "".join(
        f'<span dir="{turned}">{marked(part)}</span>' if turned else marked(part)
        for part, turned in turned_parts(text, base)
    )


def _marked(text: str, language: str | None) -> str:
    marked = escape(text).replace("\n", "<br>")
    # Hardly any text face has the narrow no-break space of French punctuation.
    marked = marked.replace("\N{NARROW NO-BREAK SPACE}", '<span class="narrow">\N{NO-BREAK SPACE}</span>')
    return f"<span{spoken(language)}>{marked}</span>" if language and text else marked
