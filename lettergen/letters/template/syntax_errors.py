"""Template syntax errors in the words of the template's author."""

from itertools import pairwise

import jinja2

__all__ = ["TOO_DEEP", "explain"]

TOO_DEEP = (
    "template-too-deep",
    "loops, brackets or filters are nested too deeply in this passage of the template.",
    "split it; `{% set … %}` gives an intermediate result a name.",
)
"""Name, message and fix for what Python's own limits refuse."""


def explain(
    environment: jinja2.Environment, text: str, fault: jinja2.TemplateSyntaxError
) -> tuple[int, str, str, str]:
    """Return line, name, message and fix for what is not Jinja, at the place where the mistake begins."""
    open_tags: list[tuple[int, str]] = []
    try:
        tokens = [token for token in environment.lex(text) if token[1] != "whitespace"]
    except jinja2.TemplateSyntaxError:
        tokens = []
    for before, (line, kind, value) in pairwise(tokens):
        if before[1] == "block_begin" and kind == "name":
            if value in ("if", "for"):
                open_tags.append((line, value))
            elif value in ("endif", "endfor") and open_tags:
                open_tags.pop()
    if open_tags:
        line, tag = open_tags[-1]
        return (
            line,
            "unclosed-tag",
            f"this `{tag}` is never closed.",
            f"add `{{% end{tag} %}}` where it ends.",
        )
    message = f"this is not valid Jinja: {(fault.message or '').rstrip('.')}."
    return fault.lineno, "template-syntax", message, "correct the braces or the tag there."
