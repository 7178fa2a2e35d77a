"""The command that makes a link which opens one letter in a mail client."""

from typing import Annotated

import typer

from lettergen.cli import options
from lettergen.cli.selection import renderer_for
from lettergen.errors import InputProblems

__all__ = ["mailto"]


def mailto(
    ctx: typer.Context,
    letter: options.OneLetter,
    copy: Annotated[
        bool, typer.Option("--copy", help="Print address, subject and text for pasting instead.")
    ] = False,
    even_so: options.EvenSo = False,
    as_json: options.AsJson = False,
) -> None:
    """Make a link that opens one letter in a mail client.

    Clicking it opens a message with address, subject and text, for you to check and send.
    A letter too long for a link gets one without the text; --copy prints the text for pasting.

    Example:
      lettergen mailto protest-letter --to embassy --from jane-example
      lettergen mailto protest-letter --to embassy --copy
    """
    from dataclasses import asdict

    from lettergen.console.emails import show_link
    from lettergen.console.problems import show_warnings
    from lettergen.console.terminal import show_json
    from lettergen.letters.checks import stopped
    from lettergen.pages.mail import correspondents, link, link_problems

    renderer, order = renderer_for(ctx, letter, channel="email", even_so=even_so)
    written, problems = renderer.letter(order)
    problems = stopped(problems, even_so=even_so)
    if any(problem.is_error for problem in problems):
        raise InputProblems(problems)
    made = link(written, correspondents(written, renderer.facts(order)))
    show_warnings((*problems, *link_problems(written)))
    if as_json:
        show_json({**asdict(made), "has_text": made.has_text})
    else:
        show_link(made, to_copy=copy)
