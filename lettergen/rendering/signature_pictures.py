"""Pictures of signatures in the campaign's folder."""

from collections.abc import Iterator, Mapping
from pathlib import Path

__all__ = ["SignaturePictures"]


class SignaturePictures(Mapping[str, bytes]):
    """The pictures in the campaign's folder by name, each read when a letter shows it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def __getitem__(self, name: str) -> bytes:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise KeyError(name)
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self._folder.iterdir() if path.is_file())

    def __len__(self) -> int:
        return sum(1 for _ in self)
