"""Pages as pictures in the terminal."""

import logging
import os
import sys
from typing import TYPE_CHECKING

from lettergen.console.terminal import on_terminal, output
from lettergen.errors import MissingOptionError
from lettergen.installation import adding_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

__all__ = ["refuse_without_terminal", "show_pictures"]


def refuse_without_terminal() -> None:
    """Check that pictures can be shown.

    Raises:
        MissingOptionError: stdout is no terminal, or the library for pictures in terminals is not installed.
    """
    if not _has_size():
        raise MissingOptionError.of(
            "no-terminal",
            "a picture can be shown only in a terminal that tells its size.",
            "write it to a file: `lettergen write … -o letter.png`.",
        )
    try:
        import textual_image  # noqa: F401 - only whether it is there
    except ImportError:
        raise MissingOptionError.of(
            "no-textual-image",
            "`--image` needs the library textual-image, which is not installed.",
            f"run `{adding_extra('preview')}`; or write a file: `-o letter.png`.",
        ) from None


def _has_size() -> bool:
    """Say whether stdout is a terminal that tells its size; how wide would a picture be on another?"""
    return on_terminal() and os.get_terminal_size(sys.stdout.fileno()).columns > 0


def show_pictures(pages: "Sequence[Image]") -> None:
    """Print pages as wide as the terminal: as pictures where it can show them, otherwise in half blocks."""
    # It writes a traceback where a terminal does not answer, and goes on.
    logging.getLogger("textual_image").addHandler(logging.NullHandler())
    # The library asks the terminal what it can show when it is imported.
    from textual_image.renderable import Image as Picture

    console = output()
    for page in pages:
        console.print(Picture(page, width=console.width, height="auto"))
