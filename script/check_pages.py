"""Write docs/reference/checks/: what lettergen can find wrong, why, and what it says, a page a group."""

import sys
from collections.abc import Iterator
from pathlib import Path

from lettergen.letters.catalogue import ROOMS, Check, catalogue

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference" / "checks"
ERRORS = ROOT / "tests" / "errors"
MADE_BY = (
    "<!-- Made by script/docs from lettergen/letters/catalogue and tests/errors; "
    "change those and run it again. -->\n"
)
ONE_GUIDE = " No other guide says so, so it only warns and never stops a letter."
HEAD = f"""# Checks

{MADE_BY}
`lettergen check` finds what would make a letter wrong, embarrassing or dangerous. Each check has a name,
shown in brackets before what it finds; `lettergen checks NAME` explains it in the terminal. An *error* stops
the letter, a *warning* does not.

`lettergen check --select NAME,…` shows only some checks, `--ignore NAME,…` leaves some out. Both change the
report, not the letters: `write` and `batch` still refuse what they refused before.

The pages below show for each check what the terminal says about a small example. Its files are in
`tests/errors/NAME/`. A mistake on the command line is shown without its name.
"""


def pages() -> dict[Path, str]:
    """Return the index and the page of each group."""
    made = {FOLDER / "index.md": "\n".join([HEAD, *_contents()])}
    for group, about in ROOMS.items():
        made[FOLDER / f"{group}.md"] = "\n".join(_page(group, about))
    return made


def _of_group(group: str) -> list[Check]:
    return [check for check in catalogue().values() if check.room == group]


def _contents() -> Iterator[str]:
    for group, about in ROOMS.items():
        listed = ", ".join(f"[`{check.name}`]({group}.md#{check.name})" for check in _of_group(group))
        yield f"## [{group.capitalize()}]({group}.md)\n\n{about.capitalize()}.\n\n{listed}\n"


def _page(group: str, about: str) -> Iterator[str]:
    yield f"# Checks: {group}\n\n{MADE_BY}\n{about.capitalize()}. [All checks](index.md)\n"
    for check in _of_group(group):
        yield _section(check)


def _section(check: Check) -> str:
    sources = "; ".join(check.source)
    parts = [
        f"## {check.name}\n",
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
    FOLDER.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        sys.stderr.write(f"{path.relative_to(ROOT)}\n")
