"""Build the documentation as a web site that needs no server: search, gallery and all, in site/."""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sphinx.cmd.build import build_main

from lettergen.api import open_campaign
from lettergen.pages.pictures import as_png, pictures

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
OUTSIDE = {
    ROOT / "README.md": "readme.md",
    ROOT / "CHANGELOG.md": "changelog.md",
    ROOT / "CONTRIBUTING.md": "contributing.md",
    ROOT / "benchmarks/README.md": "benchmarks.md",
    ROOT / "LICENSE": "LICENSE",
}
"""Files that lie outside docs/ and are part of the site."""
GALLERY = "gallery.md"
GALLERY_DPI = 50
LINK = re.compile(r"\]\((?P<target>[^)#:\s]+)(?P<anchor>#[^)]*)?\)")
CAPTION = '<p class="caption" role="heading"'
"""How Sphinx begins the captions of the contents, without the level that a heading must tell (WAI-ARIA)."""
CONFIG = {
    "project": "lettergen",
    "extensions": ["myst_parser"],
    "myst_heading_anchors": 4,
    "myst_enable_extensions": ["deflist"],
    "html_theme": "furo",
    "html_title": "lettergen",
    "html_copy_source": False,
    "html_show_sphinx": False,
    "show_warning_types": True,
    # A block that is no whole program, such as YAML with an ellipsis, is coloured as far as it goes.
    "suppress_warnings": ["misc.highlighting_failure"],
}


def main() -> int:
    """Build it; links that lead nowhere stop it."""
    out = ROOT / "site"
    with TemporaryDirectory() as folder:
        source = Path(folder)
        write_pages(source)
        write_gallery(source)
        (source / "conf.py").write_text(
            "".join(f"{key} = {value!r}\n" for key, value in CONFIG.items()), encoding="utf-8"
        )
        shutil.rmtree(out, ignore_errors=True)
        code = int(build_main(["-q", "-W", "--keep-going", "-b", "html", str(source), str(out)]))
        shutil.rmtree(out / ".doctrees", ignore_errors=True)
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(CAPTION, f'{CAPTION} aria-level="2"'), encoding="utf-8")
    if code == 0:
        sys.stderr.write(f"Open {os.path.relpath(out / 'index.html')} in a browser.\n")
    return code


def write_pages(source: Path) -> None:
    """Copy the pages, with links that fit their new places, and the start page with a table of contents."""
    shutil.copytree(DOCS, source, dirs_exist_ok=True)
    for path, name in OUTSIDE.items():
        shutil.copy(path, source / name)
    for path in (*DOCS.rglob("*.md"), *OUTSIDE):
        place = source / name_of(path)
        place.write_text(with_links(path), encoding="utf-8")
    index = source / "index.md"
    index.write_text("\n".join(with_contents(index.read_text(encoding="utf-8"))), encoding="utf-8")
    checks = source / "reference/checks/index.md"
    pages = sorted(path.stem for path in checks.parent.glob("*.md") if path != checks)
    with checks.open("a", encoding="utf-8") as file:
        file.write(contents("", pages))


def name_of(path: Path) -> str:
    """Return where a file of the repository lies in the site."""
    return OUTSIDE[path] if path in OUTSIDE else path.relative_to(DOCS).as_posix()


def with_links(path: Path) -> str:
    """Return a page whose links lead where they did before it was moved."""
    folder = Path(name_of(path)).parent

    def moved(found: re.Match[str]) -> str:
        target = Path(os.path.normpath(path.parent / found["target"]))
        return f"]({os.path.relpath(name_of(target), folder)}{found['anchor'] or ''})"

    return LINK.sub(moved, path.read_text(encoding="utf-8"))


def with_contents(text: str) -> Iterator[str]:
    """Yield the start page, each chapter followed by its pages as an entry of the side bar."""
    for number, part in enumerate(re.split(r"^(?=## )", text, flags=re.MULTILINE)):
        yield part
        title = part.partition("\n")[0].removeprefix("## ").removesuffix(" …") if number else ""
        pages = [found["target"].removesuffix(".md") for found in LINK.finditer(part)]
        if pages:
            yield contents(title, pages)
    rest = [Path(name).stem for name in OUTSIDE.values() if name.endswith(".md")]
    yield contents("lettergen", [Path(GALLERY).stem, *rest])


def contents(title: str, pages: Sequence[str]) -> str:
    """Return entries of the side bar, as MyST writes them."""
    listed = "\n".join(dict.fromkeys(pages))
    caption = f":caption: {title}\n" if title else ""
    return f"\n```{{toctree}}\n:hidden:\n{caption}\n{listed}\n```\n"


def write_gallery(source: Path) -> None:
    """Draw the first page of each letter that has a sample."""
    folder = source / "gallery"
    folder.mkdir()
    campaign = open_campaign(ROOT)
    lines = [
        "# Gallery",
        "",
        "Each letter with the data that it was written with: `lettergen write NAME --sample`.",
        "",
    ]
    for template in campaign.templates():
        if template.language == "en" and template.sample.sender:
            made = campaign.write(template.name, sample=True, now=datetime(2026, 1, 1, tzinfo=UTC))
            page = pictures(dict(made.contents)["pdf"], GALLERY_DPI)[0]
            (folder / f"{template.name}.png").write_bytes(as_png(page, GALLERY_DPI))
            lines += [f"## {template.title}", "", f"![`{template.name}`](gallery/{template.name}.png)", ""]
    (source / GALLERY).write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
