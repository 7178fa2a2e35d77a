"""Where the keys of a TOML file stand; Python's own reader does not tell."""

import re

__all__ = ["places"]

_LINE = re.compile(
    r"^[ \t]*(?:\[{1,2}[ \t]*(?P<header>[^\]\n]+?)[ \t]*\]|(?P<key>[\w.\"'\- \t]+?)[ \t]*=)", re.MULTILINE
)
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def places(text: str) -> dict[tuple[str, ...], int]:
    """Return for each key, by its way from the top of the file, where in the text it begins."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for line in _LINE.finditer(text):
        kind = "header" if line["header"] else "key"
        parts = [(part.start(), part[1] or part[2] or part[3] or "") for part in _PART.finditer(line[kind])]
        before = () if kind == "header" else table
        names = tuple(name for _, name in parts)
        for number, (start, _) in enumerate(parts, start=1):
            found.setdefault((*before, *names[:number]), line.start(kind) + start)
        if kind == "header":
            table = names
    return found
