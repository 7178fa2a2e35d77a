"""Why a file is not YAML, in words about the file rather than the parser."""

from dataclasses import dataclass

__all__ = ["explain"]

_RESERVED = "@`%*&!|>,"
_CLOSERS = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A named mistake and where it begins in the text."""

    name: str
    message: str
    fix: str
    index: int


def explain(
    text: str, *, context: int | None, problem: int, token: int | None = None, bracket: int | None = None
) -> Mistake:
    """Name the mistake at which a YAML parser stopped.

    Args:
        text: The whole text.
        context: Where the construct began that could not be finished, if the parser says.
        problem: Where the parser stopped, often long after the mistake.
        token: Where the last value began that could be read.
        bracket: Where the innermost list or group in brackets begins that was still open.
    """
    # The first that fits wins: from the surest sign to the vaguest.
    problem = min(problem, len(text))
    return (
        _quoted(text, context, problem)
        or _indented_by_tab(text, problem)
        or _runaway_quote(text, token, problem)
        or _bracket(text, bracket if not text[problem:].strip() else context)
        or _reserved(text, context, problem)
        or _colon(text, context, problem)
        or Mistake(
            "not-yaml",
            "this line does not fit the lines above it.",
            "give it the same indentation as its neighbours, and write `name: value` or `- item`",
            problem,
        )
    )


def _quoted(text: str, context: int | None, problem: int) -> Mistake | None:
    quote = text[context : context + 1] if context is not None else ""
    if context is None or quote not in ("'", '"') or not quote:
        return None
    # The two parsers stop on the backslash and behind it.
    before = text[context + 1 : problem + 1].rstrip()
    if quote == '"' and "\\" in before[-2:] and text[problem:].strip():
        return Mistake(
            "bad-escape",
            "a backslash in double quotes must begin a known escape.",
            "use single quotes around the text, or double the backslash",
            context + 1 + before.rindex("\\"),
        )
    return Mistake(
        "unclosed-quote",
        "this quoted text has no closing quote.",
        f"add {quote} at the end of the text",
        context,
    )


def _indented_by_tab(text: str, problem: int) -> Mistake | None:
    line_start = text.rfind("\n", 0, problem) + 1
    indent = text[line_start : problem + 1]
    if "\t" not in indent or indent.strip():
        return None
    return Mistake(
        "tab-indent",
        "there is a tab in the indentation; YAML allows only spaces.",
        "replace the tab with spaces",
        line_start + indent.index("\t"),
    )


def _runaway_quote(text: str, token: int | None, problem: int) -> Mistake | None:
    if token is None or text[token : token + 1] not in ("'", '"'):
        return None
    if text[token:problem].rstrip()[-1:] != text[token]:
        return None
    if "\n" in text[token:problem].rstrip():
        return Mistake(
            "unclosed-quote",
            "this quoted text continues past its line, to the next quote.",
            f"add {text[token]} at the end of the text",
            token,
        )
    return Mistake(
        "text-after-quote",
        "text follows the closing quote.",
        "put the whole text in quotes, and double any quote inside it: 'it''s'",
        problem,
    )


def _bracket(text: str, context: int | None) -> Mistake | None:
    opener = text[context] if context is not None and context < len(text) else ""
    if context is None or opener not in _CLOSERS:
        return None
    return Mistake(
        "unclosed-bracket",
        f"this `{opener}` has no matching `{_CLOSERS[opener]}`, or a comma is missing after it.",
        f"add `{_CLOSERS[opener]}`, or put a text that begins with `{opener}` in quotes",
        context,
    )


def _reserved(text: str, context: int | None, problem: int) -> Mistake | None:
    index = problem if context is None or text[problem : problem + 1] in tuple("@`%,") else context
    sign = text[index : index + 1]
    before = text[text.rfind("\n", 0, index) + 1 : index].rstrip()
    if not sign or sign not in _RESERVED or not before.endswith((":", "-", ",", "[", "{", "")):
        return None
    return Mistake(
        "reserved-character",
        f"an unquoted text cannot begin with {'a backtick' if sign == '`' else f'`{sign}`'}.",
        "put the text in quotes",
        index,
    )


def _colon(text: str, context: int | None, problem: int) -> Mistake | None:
    start = text.rfind("\n", 0, problem) + 1
    end = text.find("\n", problem)
    line = text[start : end if end >= 0 else len(text)]
    before = text[start:problem]
    if text[problem : problem + 1] == "-" and before.rstrip().endswith(":"):
        return Mistake(
            "list-on-key-line",
            "a list with `-` cannot begin on the line of its name.",
            "begin the list on the next line, or write `[first, second]`",
            problem,
        )
    if text[problem : problem + 1] == ":" and ": " in before:
        return Mistake(
            "colon-in-text",
            "an unquoted text contains a colon followed by a space.",
            "put the text in quotes",
            problem,
        )
    if context is not None and problem > context and not {":", "-"} & {*text[context:problem]}:
        return _no_colon(context)
    above = text[:start].rstrip("\n").rpartition("\n")[2]
    if (
        text[problem : problem + 1] == ":"
        and above.strip()
        and ":" in above
        and ": " not in above
        and ":" in line
    ):
        key = above.split(":", 1)[0]
        if key.strip() and not above.rstrip().endswith(":"):
            return _no_colon(start - len(above) - 1)
    return None


def _no_colon(index: int) -> Mistake:
    return Mistake(
        "missing-colon",
        "this line has no colon followed by a space.",
        "write `name: value`, or put `- ` before an item of a list",
        index,
    )
