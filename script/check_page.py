"""Write docs/reference/checks.md: what lettergen can find wrong, why, and how it is told."""

import sys
from collections.abc import Iterator
from pathlib import Path

from lettergen.letters.catalogue import ROOMS, Check, catalogue

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "checks.md"
ERRORS = ROOT / "tests" / "errors"
ONE_GUIDE = " No other guide says so: it warns and never stops a letter."
HEAD = """# Checks

<!-- Made by script/docs from lettergen/letters/catalogue and tests/errors; change those and run it again. -->

`lettergen check` finds what would make a letter wrong, embarrassing or dangerous. Each check has a name,
which stands in brackets before what it finds; `lettergen checks NAME` tells about it in the terminal.
An *error* stops the letter, a *warning* does not.

`lettergen check --select NAME,…` shows some checks only, `--ignore NAME,…` leaves some out. Both change
the report, not the letters: `write` and `batch` refuse what they refused before.

What you read below each check is what the terminal shows of it in a small example, whose files are in
`tests/errors/NAME/`; a slip on the command line is told without its name.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *_contents(), *_sections()])


def _of_room(room: str) -> list[Check]:
    return [check for check in catalogue().values() if check.room == room]


def _contents() -> Iterator[str]:
    for room, about in ROOMS.items():
        listed = ", ".join(f"[`{check.name}`](#{check.name})" for check in _of_room(room))
        yield f"- **{room.capitalize()}** ({about}): {listed}"
    yield ""


def _sections() -> Iterator[str]:
    for room, about in ROOMS.items():
        yield f"## {room.capitalize()}\n\n{about.capitalize()}.\n"
        for check in _of_room(room):
            yield _section(check)


def _section(check: Check) -> str:
    sources = "; ".join(check.source)
    parts = [
        f"### {check.name}\n",
        f"*{check.severity}.* {check.about}\n",
        f"{check.why}\n",
        f"Source: {sources}.{ONE_GUIDE if check.confidence == 'single' else ''}\n",
    ]
    folder = ERRORS / check.name
    expected = folder / "expected.txt"
    if expected.exists():
        command = folder / "command"
        words = command.read_text(encoding="utf-8").splitlines()[-1] if command.exists() else "check"
        shown = words if len(words) < 80 else f"{words[:60]}…"
        parts.append(f"`lettergen {shown}` says:\n")
        parts.append(f"```text\n{expected.read_text(encoding='utf-8')}```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stderr.write(f"{PAGE.relative_to(ROOT)}\n")
