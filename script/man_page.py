"""Make docs/man/lettergen.1 from docs/reference/commands.md, as Sphinx writes manuals."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sphinx.cmd.build import build_main

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "man" / "lettergen.1"
CONFIG = """
project = "lettergen"
today = "-"
root_doc = "commands"
extensions = ["myst_parser"]
suppress_warnings = ["myst.xref_missing"]
man_pages = [("commands", "lettergen", "letters and appeals on behalf of people in danger", "", 1)]
"""


def main() -> int:
    """Make it; it tells neither a version nor a day, which would change it without a reason."""
    with TemporaryDirectory() as folder:
        source = Path(folder)
        shutil.copy(ROOT / "docs" / "reference" / "commands.md", source)
        (source / "conf.py").write_text(CONFIG, encoding="utf-8")
        code = int(build_main(["-q", "-b", "man", folder, str(source / "made")]))
        if code == 0:
            PAGE.parent.mkdir(exist_ok=True)
            shutil.copy(source / "made" / "lettergen.1", PAGE)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
