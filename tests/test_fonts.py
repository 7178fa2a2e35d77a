"""The fonts of the pages."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lettergen.pages.typefaces import fonts, shipped_fonts

# Korean stands for what no font has.
pytestmark = pytest.mark.usefixtures("without_extra_fonts")

COVERED = {
    "Vietnamese": "Nguyễn Thị Ánh, Đặng Hữu Phước",
    "McCune-Reischauer": "Ch’ŏngjin, Hŭich’ŏn",
    "macrons": "Tōkyō, Kyūshū",
    "Polish": "Łódź, żółć, ąę",
    "Russian": "Съешь ещё этих мягких французских булок",
    "Greek": "Ελληνική Δημοκρατία",
    "typographic punctuation": "„“”‘’«»–—…№§†·•−×½ ⅓",
    "fixed spaces and hyphens": "a\N{NO-BREAK SPACE}b\N{NON-BREAKING HYPHEN}c\N{NARROW NO-BREAK SPACE}d",
}


@pytest.mark.parametrize("text", COVERED.values(), ids=COVERED)
def test_the_shipped_fonts_have(text: str) -> None:
    assert fonts.missing_characters([text]) == ()


def test_characters_without_a_font_are_named_once_in_order() -> None:
    assert fonts.missing_characters(["최용훈 and 최", "\ue000"]) == ("용", "최", "훈", "\ue000")
    assert fonts.as_code_point("최") == "U+CD5C"


def test_control_characters_count_as_missing() -> None:
    assert fonts.missing_characters(["a\x1b[31mb\x00"]) == ("\x00", "\x1b")


def test_a_problem_shows_what_can_be_shown() -> None:
    problem = fonts.missing_problem("to `xx-premier`", ["\x1b", "최"])
    assert problem.name == "missing-glyph"
    assert problem.message == (
        "the letter to `xx-premier` has characters that no font has: U+001B, 최 (U+CD5C HANGUL SYLLABLE COE)."
    )
    assert "`fonts` in lettergen.toml" in problem.fix


def test_every_font_has_its_licence_beside_it() -> None:
    files = [face.path for face in fonts.faces()]
    assert files
    for file in files:
        assert "SIL Open Font License" in (file.parent / "OFL.txt").read_text(encoding="utf-8")


def test_all_shipped_faces_are_one_family_and_static_truetype() -> None:
    from fontTools.ttLib import TTFont

    assert {face.family for face in fonts.faces()} == {fonts.FAMILY}
    for face in fonts.faces():
        with TTFont(face.path, lazy=True) as font:
            assert "glyf" in font
            assert "fvar" not in font


def test_what_is_known_of_the_shipped_faces_is_what_the_fonts_say(request: pytest.FixtureRequest) -> None:
    paths = [face.path for face in fonts.faces()]
    rows = {path.relative_to(shipped_fonts.FOLDER).as_posix(): shipped_fonts.row(path) for path in paths}
    text = "{\n" + ",\n".join(f'"{name}": {json.dumps(row)}' for name, row in rows.items()) + "\n}\n"
    if request.config.getoption("--update-golden"):
        shipped_fonts.TABLE.write_text(text, encoding="ascii")
    assert shipped_fonts.TABLE.read_text(encoding="ascii") == text
    assert all(shipped_fonts.known(path) for path in paths)


def test_a_font_that_is_not_of_the_table_is_read_itself(tmp_path: Path) -> None:
    face = fonts.faces()[0]
    copy = tmp_path / "fonts" / face.path.name
    copy.parent.mkdir()
    copy.write_bytes(face.path.read_bytes())
    assert shipped_fonts.known(copy) is None
    assert fonts.faces([copy.parent])[-1] == fonts.Face(copy, face.family, face.characters)


def test_fontconfig_sees_our_folders_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    own = tmp_path / "our & fonts"
    own.mkdir()
    text = fonts.use_only([own]).read_text(encoding="utf-8")
    assert os.environ["FONTCONFIG_FILE"].startswith(str(tmp_path))
    assert "<reset-dirs/>" in text
    assert text.count("<dir>") == 2
    assert "our &amp; fonts" in text
    assert "<include" not in text
    folder = tmp_path / "cache" / "lettergen" / "fontconfig"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_written_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    assert fonts.use_only().is_file()


def test_the_width_of_a_text_grows_with_size_and_length() -> None:
    assert fonts.advance_mm("Capital City", 12) == pytest.approx(2 * fonts.advance_mm("Capital City", 6))
    assert 20 < fonts.advance_mm("REPUBLIC OF SOUTHLAND", 11.5) < 60


def test_fonts_are_read_without_weasyprint() -> None:
    code = (
        "import sys; from lettergen.pages.typefaces import fonts; "
        "fonts.missing_characters(['a']); sys.exit('weasyprint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
