"""Private parts of libraries: each in its place, and none of them needed."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image

from tests.pages.reading import page_words

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "lettergen" / "pages"

RENAMED = [
    "AbsolutePlaceholder",
    "BlockBox",
    "ColorProfile",
    "FROM_UNITS",
    "FlexBox",
    "Font",
    "InlineBox",
    "Layout",
    "LineBox",
    "MarginBox",
    "PH_STYLESHEET",
    "ReplacedBox",
    "TO_UNITS",
    "TextBox",
    "UA_COUNTER_STYLE",
    "UA_FORM_STYLESHEET",
    "UA_STYLESHEET",
    "_page_box",
    "at_keyword",
    "border_box_x",
    "border_box_y",
    "border_height",
    "can_break_text",
    "content_box_x",
    "content_box_y",
    "element_tag",
    "get_first_line",
    "get_pango_font_key",
    "is_in_normal_flow",
    "layers",
    "margin_height",
    "matcher",
    "page_rules",
    "position_x",
    "position_y",
    "split_first_line",
    "to_unicode",
    "split_whitespace",
]
"""Names that are the library's alone: they get another one in all of its sources."""

TEMPLATE = """---
title: Letter
kind: protest
language: en
uses: [sender]
subject: The people of Yunnan
---
We write to you about six people who were sent back across the border.

{% if own_words %}{{ own_words }}

{% endif %}> Nobody shall be sent back to where they are in danger of their lives.

1. Release them.
2. Tell their families where they are.
"""
SENDERS = """senders:
  - id: ada
    name: {family: Velde, given: Ada}
    address: [1 High Street, London WC1A 1AA]
    country: GB
    own_words: I teach children in a school by the river, and I think of those who cannot come to it any more.
  - id: emil
    name: {family: Office, given: Emil}
    address: [2 Low Street, London WC1A 1AB]
    country: GB
    signature: emil.png
"""
RECIPIENTS = "recipients:\n" + "".join(
    f"""\
  - id: r{number}
    name: {{family: Number{number}, given: Nora}}
    title: Ambassador
    address: [{number} Embassy Row, "D-1011{number} Berlin"]
    country: DE
    languages: [en]
    channels: [post]
    checked: {{on: 2026-01-15, source: an invented list}}
"""
    for number in range(10)
)
PROGRAM = """
import sys
from lettergen.cli import run
one = run("write letter --to r0 --from ada --date 2026-01-20 -o one.pdf".split())
print("BATCH", file=sys.stderr, flush=True)
all = run("batch letter --all-senders --tag all --date 2026-01-20 --workers 2 --yes --quiet".split())
sys.exit(one or all)
"""


@dataclass(frozen=True)
class Made:
    """What came of one letter and of a batch of twenty."""

    words: Mapping[str, list[str]]
    """By file."""
    told: tuple[str, str]
    """What was told by `write` and by `batch`."""


def make(folder: Path, name: str = "", cache: Path | None = None) -> Made:
    """Write a letter and a batch with libraries in which a private part has another name."""
    for file, text in {
        "letter_templates/letter.md": TEMPLATE,
        "senders.yaml": SENDERS,
        "recipients.yaml": RECIPIENTS.replace("    checked", "    tags: [all]\n    checked"),
        "lettergen.toml": 'name = "Test"\n',
        "python/sitecustomize.py": f"from tests.pages.renaming import {'rename' if name in RENAMED else 'hide'}\n"
        f"{'rename' if name in RENAMED else 'hide'}({name!r})\n",
    }.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    Image.new("L", (60, 20), 128).save(folder / "emil.png")
    path = os.pathsep.join([str(folder / "python"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "2000"}
    if cache:
        environment["XDG_CACHE_HOME"] = str(cache)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    words = {}
    for file in sorted([folder / "one.pdf", *folder.glob("outbox/**/*.pdf")]):
        data = file.read_bytes()
        with pikepdf.open(io.BytesIO(data)) as document:
            assert document.check_pdf_syntax() == []
        words[file.relative_to(folder).as_posix()] = page_words(data)
    one, _, batch = done.stderr.partition("BATCH\n")
    return Made(words, (one, batch))
