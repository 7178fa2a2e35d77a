"""What there is to ask about: the commands, and the pages of the documentation that come along."""

from collections.abc import Mapping
from pathlib import Path

__all__ = ["COMMANDS", "topics"]

COMMANDS = {
    "init": "Start",
    "import": "Start",
    "doctor": "Start",
    "help": "Start",
    "check": "Look",
    "checks": "Look",
    "templates": "Look",
    "recipients": "Look",
    "senders": "Look",
    "cases": "Look",
    "signatures": "Look",
    "preview": "Look",
    "verify": "Look",
    "write": "Make",
    "batch": "Make",
    "page": "Make",
    "handover": "Fax",
    "envelopes": "Paper",
    "labels": "Paper",
    "print-files": "Paper",
    "kits": "Paper",
    "registered": "Paper",
    "signature-sheets": "Paper",
    "petition": "Paper",
    "mailto": "Send",
    "send": "Send",
    "ledger": "Keep",
    "diff": "Keep",
}
"""Panel of the help for each command, in the order of the help; a command has a module of its own name."""
PAGES = (
    "tutorial.md",
    "how-to",
    "explanation",
    "reference/exit-codes.md",
    "reference/forms-of-address.md",
    "reference/templates.md",
)
"""Pages that people read, and those that errors name; other tables are better looked up in a browser."""
_OTHERWISE_CALLED = {"templates": "writing-templates"}
"""A command has the page's own name."""


def topics() -> Mapping[str, Path]:
    """Return the pages that come with lettergen, by name."""
    from lettergen.facts.campaign import starter_folder

    docs = starter_folder() / "docs"
    places = [docs / name for name in PAGES]
    pages = (page for place in places for page in (sorted(place.glob("*.md")) if place.is_dir() else [place]))
    return {_OTHERWISE_CALLED.get(page.stem, page.stem): page for page in pages}
