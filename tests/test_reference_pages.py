"""The reference pages in docs/ are those that the tables make."""

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent


def reference_pages() -> ModuleType:
    """Load script/reference_pages.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("reference_pages", ROOT / "script" / "reference_pages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_current() -> None:
    pages: dict[Path, str] = reference_pages().pages()
    assert {path.name for path in pages} == {"forms-of-address.md", "treaties.md", "stationery.md"}
    stale = [path.name for path, text in pages.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run script/docs-reference"


def test_every_row_is_on_its_page() -> None:
    from lettergen.reference import law, protocol, stationery

    docs = ROOT / "docs" / "reference"
    for page, names in (
        ("forms-of-address.md", protocol.offices()),
        ("treaties.md", law.keys()),
        ("stationery.md", stationery.keys()),
    ):
        text = (docs / page).read_text(encoding="utf-8")
        assert [name for name in names if f"`{name}`" not in text] == []
