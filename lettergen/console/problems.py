"""Problems for people: the place, what is wrong, the line, what to do."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lettergen.console.terminal import errors, styled
from lettergen.errors import Problem
from lettergen.letters.catalogue import catalogue
from lettergen.pages.terminal.columns import clusters, columns
from lettergen.pages.terminal.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["as_records", "count", "plural", "show_problems", "show_warnings"]

MOST_SHOWN = 50
PLACES_SHOWN = 3

_LETTER = re.compile(r"\b(?:letter|fax) of `([^`]*)` to `[^`]*`")
_RECORD = re.compile(r"\b(recipient|sender|person|case|signatory|letter|letter to|template) `[^`]*`")
# How many days late, in which line the first stands: the fault is the same.
_NUMBER = re.compile(r"(?<![\w`])\d[\d.:-]*(?![\w`])")

Group = list[Problem]


def show_problems(
    problems: Iterable[Problem],
    *,
    ending: str | None = "Nothing was written.",
    show_all: bool = False,
    rest: str = "",
) -> None:
    """Print every problem on stderr, the same fault in many records only once, and a count.

    Args:
        problems: In any order; they are shown by file and line.
        ending: Follows the count; None, for a mistake on the command line, leaves out the count
            and the names of the checks, too.
        show_all: Show every problem, ungrouped.
        rest: The command that shows what is left out here, if one does.
    """
    ordered = sorted(problems, key=Problem.sort_key)
    groups = [[problem] for problem in ordered] if show_all else _alike(ordered)
    shown = groups if show_all else groups[:MOST_SHOWN]
    for group in shown:
        _show(group, is_named=ending is not None, rest=rest)
    hidden = sum(len(group) for group in groups[len(shown) :])
    if hidden:
        shows = f"; `{rest}` shows them" if rest else ""
        errors().print(styled(f"… and {hidden} more{shows}."), "\n", sep="")
    if ending is not None:
        errors().print(styled((" ".join(filter(None, [count(ordered), ending])), "bold")))


def show_warnings(problems: Iterable[Problem]) -> None:
    """Print what needs attention before a letter goes out, if anything."""
    found = list(problems)
    if found:
        show_problems(found, ending="")


def count(problems: Sequence[Problem]) -> str:
    """Count errors, warnings and files in words: ``4 problems and 1 warning in 2 files.``."""
    found = sum(problem.is_error for problem in problems)
    warned = len(problems) - found
    files = len({problem.place.file for problem in problems if problem.place})
    parts = [plural(number, noun) for number, noun in ((found, "problem"), (warned, "warning")) if number]
    where = f" in {plural(files, 'file')}" if files else ""
    return f"{' and '.join(parts)}{where}."


def as_records(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return the problems for ``--json``, sorted by file and line."""
    known = catalogue()
    return [
        {
            "name": problem.name,
            "severity": problem.severity,
            "file": problem.place.file if problem.place else None,
            "line": (problem.place.line or None) if problem.place else None,
            "column": (problem.place.column or None) if problem.place else None,
            "message": problem.message,
            "fix": problem.fix,
            "source": list(known[problem.name].source) if problem.name in known else [],
        }
        for problem in sorted(problems, key=Problem.sort_key)
    ]


def plural(number: int, noun: str) -> str:
    """Return ``1 letter`` or ``2,000 letters``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _alike(problems: Iterable[Problem]) -> list[Group]:
    """Group problems that differ only in their record; up to three are shown one by one."""
    groups: dict[tuple[str, ...], Group] = {}
    for problem in problems:
        file = problem.place.file if problem.place else ""
        words = (_without_records(text) for text in (problem.message, problem.fix))
        groups.setdefault((file, problem.name, problem.severity, *words), []).append(problem)
    few = ([problem] for group in groups.values() if len(group) <= PLACES_SHOWN for problem in group)
    many = (group for group in groups.values() if len(group) > PLACES_SHOWN)
    return sorted([*few, *many], key=lambda group: group[0].sort_key())


def _without_records(text: str) -> str:
    return _NUMBER.sub("", _RECORD.sub(r"\1", _LETTER.sub("letter", text)))


def _show(group: Group, *, is_named: bool, rest: str) -> None:
    from rich.text import Text

    problem, others = group[0], group[1:]
    console = errors()
    head = Text()
    if problem.place:
        head.append(f"{visible(str(problem.place))}: ", "bold")
    if not problem.is_error:
        head.append("warning: ", "magenta")
    if is_named:
        head.append(f"[{visible(problem.name)}] ", "dim")
    head.append(_quoted(_full_stop(problem.message)))
    console.print(head, soft_wrap=not console.is_terminal)
    _show_excerpt(problem)
    fix = styled(("Fix: ", "green")).append(_quoted(_full_stop(problem.fix)))
    _show_indented(fix)
    if others:
        _show_indented(styled(_again(group, rest)))
    console.print()


def _again(group: Group, rest: str) -> str:
    found = dict.fromkeys(str(one.place) for one in group if one.place)
    places = list(found)[1:]
    shown = places[: PLACES_SHOWN - 1]
    more = f" and {len(places) - len(shown)} more" if len(places) > len(shown) else ""
    also = f": also {', '.join(shown)}{more}{f'; `{rest}` shows all' if rest else ''}" if places else ""
    # A file that has no lines is the same place for all.
    times = len(found) if len(found) > 1 else len(group)
    return f"The same problem occurs {times:,} times{_in_letters_of(group)}{also}."


def _in_letters_of(group: Group) -> str:
    """Name the senders whose letters have a problem, where there are several."""
    senders = list(dict.fromkeys(sender for one in group for sender in _LETTER.findall(one.message)))
    if len(senders) < 2:
        return ""
    shown = [f"`{one}`" for one in senders[:PLACES_SHOWN]]
    if left := len(senders) - len(shown):
        shown.append(f"{left:,} more")
    return f", in letters of {', '.join(shown[:-1])} and {shown[-1]}"


def _show_indented(text: "Text") -> None:
    from rich.padding import Padding
    from rich.text import Text

    console = errors()
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, 3)))
    else:
        console.print(Text("   ").append(text), soft_wrap=True)


def _quoted(sentence: str) -> "Text":
    """Return ``sentence`` with the words in backticks emphasised; the backticks stay."""
    text = styled(sentence)
    text.highlight_regex(r"`[^`]+`", "cyan")
    return text


def _full_stop(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "…")) else f"{sentence}."


def _show_excerpt(problem: Problem) -> None:
    if not problem.excerpt:
        return
    console = errors()
    place = problem.place
    number = str(place.line) if place and place.line else ""
    gutter = max(5, len(number) + 2)
    at = max(place.column - 1, 0) if place else 0
    before, marked = problem.excerpt[:at], problem.excerpt[at : at + max(problem.width, 1)]
    room = max(console.width - gutter - 3, 20)
    line = visible(problem.excerpt)
    start, width = columns(visible(before)), max(columns(visible(marked)), 1)
    line, start = _window(line, start, width, room)
    console.print(styled((f"{number:>{gutter}} | ", "dim"), line), no_wrap=True, overflow="crop")
    if place and place.column:
        underline = "^" * min(width, room - start)
        style = "red" if problem.is_error else "magenta"
        console.print(styled((f"{'':>{gutter}} | ", "dim"), " " * start, (underline, style)), no_wrap=True)


def _window(line: str, start: int, width: int, room: int) -> tuple[str, int]:
    """Cut a long line so that the marked part stays visible; return it and where the mark begins."""
    if columns(line) <= room:
        return line, start
    left = max(0, min(start - room // 3, start + width + 2 - room)) if start + width + 2 > room else 0
    kept, at = [], 0
    for character, needed in clusters(line):
        if at >= left + (2 if left else 0) and at + needed <= left + room - 1:
            kept.append(character)
        at += needed
    cut = ("… " if left else "") + "".join(kept)
    return (cut + "…" if left + room - 1 < at else cut), start - left
