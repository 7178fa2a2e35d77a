"""Text made safe for a terminal: control characters are shown instead of obeyed."""

from unicodedata import category

__all__ = ["visible", "visible_lines"]

# They shape Persian, Indic and emoji text or mark a place to hyphenate; none moves the cursor.
_HARMLESS = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{SOFT HYPHEN}")
_SHOWN_BY_CODE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return ``text`` on one line with every control and format character made visible.

    An escape sequence in somebody's name must not clear the screen, and a
    right-to-left override must not turn an address around (CVE-2021-42574).
    C0 controls become their Unicode control pictures, others ``<U+202E>``.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def visible_lines(text: str) -> str:
    """Return ``text`` as `visible` does, but keep its line feeds."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if character in _HARMLESS or category(character) not in _SHOWN_BY_CODE:
        return character
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else f"<U+{code:04X}>"
