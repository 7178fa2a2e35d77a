"""How much work one letter's template may ask for: counted, not timed, to end the same everywhere.

Python does not limit loops in a template, and a clock can
only be watched from outside. Rounds and characters are counted inside; the limits
are far above any letter and far below what would burden a machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["LONGEST_TEXT", "MOST_CHARACTERS", "MOST_STEPS", "Budget", "TemplateFault"]

MOST_STEPS = 100_000
"""Rounds of loops, items that filters process, and calls of filters."""
MOST_CHARACTERS = 5_000_000
"""Characters that are joined while rendering, printed or not."""
LONGEST_TEXT = 100_000
"""Characters that one template prints; some forty close pages."""


class TemplateFault(Exception):
    """A template does something forbidden; the message is a full sentence for its author."""

    def __init__(self, message: str, fix: str) -> None:
        """Carry the sentence and what to do about it."""
        super().__init__(message)
        self.fix = fix


@dataclass(slots=True)
class Budget:
    """What rendering one letter has used up."""

    steps: int = 0
    characters: int = 0
    printed: int = 0

    def step(self, count: int = 1) -> None:
        """Count rounds.

        Raises:
            TemplateFault: There have been too many.
        """
        self.steps += count
        if self.steps > MOST_STEPS:
            raise TemplateFault(
                f"the template needs more than {MOST_STEPS:,} rounds of loops and filters.",
                "avoid loops inside loops, or use fewer facts.",
            )

    def grow(self, count: int) -> None:
        """Count characters before they are put together.

        Raises:
            TemplateFault: There have been too many.
        """
        self.characters += count
        if self.characters > MOST_CHARACTERS:
            raise TemplateFault(
                f"the template joins texts of more than {MOST_CHARACTERS:,} characters.",
                "join fewer and shorter texts.",
            )

    def write(self, count: int) -> None:
        """Count characters that are printed.

        Raises:
            TemplateFault: There have been too many.
        """
        self.printed += count
        if self.printed > LONGEST_TEXT:
            raise TemplateFault(
                f"the letter has more than {LONGEST_TEXT:,} characters.",
                "shorten the text, or print fewer facts.",
            )

    def take(self, value: Any) -> Any:
        """Count the items of a loop or filter; items from a generator are collected first.

        Raises:
            TemplateFault: It is too much.
        """
        if isinstance(value, Iterator):
            value = tuple(value)
        if isinstance(value, str):
            self.grow(len(value))
        elif isinstance(value, tuple | list):
            self.step(len(value))
            self.grow(sum(len(item) for item in value if isinstance(item, str)))
        return value
