"""Pictures of signatures in the campaign's folder."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from lettergen.facts.regular_files import read_regular

__all__ = ["SignaturePictures"]


class SignaturePictures(Mapping[str, bytes]):
    """The pictures in the campaign's folder by name, each read when a letter shows it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> bytes:
        try:
            return read_regular(self._folder / name, below=self._folder)
        except OSError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self._folder.iterdir() if path.is_file())

    def __len__(self) -> int:
        return sum(1 for _ in self)
