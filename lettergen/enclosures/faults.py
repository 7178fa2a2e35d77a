"""What keeps a file from being enclosed."""

from dataclasses import dataclass
from typing import Self

__all__ = ["FileFault", "UnusableFileError"]


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong with a file, told without its place: many letters may enclose it."""

    name: str
    """The check, in kebab case."""
    what: str
    """Goes on from the file's name: `needs a password`."""
    fix: str


class UnusableFileError(Exception):
    """A file cannot be enclosed."""

    def __init__(self, fault: FileFault) -> None:
        """Keep what is wrong."""
        super().__init__(fault.name)
        self.fault = fault

    @classmethod
    def of(cls, name: str, what: str, fix: str) -> Self:
        """Return the error for one fault."""
        return cls(FileFault(name, what, fix))
