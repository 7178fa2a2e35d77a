"""What the heads of files say of themselves: all that the page on privacy lists, and nothing else."""

import re
from datetime import date
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.TiffTags import TAGS_V2

from lettergen.cli import run
from lettergen.delivery.smtp import of_mailing
from lettergen.errors import ExitCode
from tests.pages.reading import opened

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "privacy.md"
ROW = re.compile(r"^\| (PDF|e-mail|fax TIFF) \| ([^|]+) \|", re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")
PROPERTY = re.compile(r"\b((?:dc|pdf|xmp|xmpMM|pdfaid|pdfuaid|photoshop|exif|tiff):\w+)")
NAMESPACE = re.compile(r"xmlns:\w+\s*=")
DAY = date(2026, 1, 15)
FILES = {
    "recipients.yaml": "recipients:\n"
    + "".join(
        f"  - {{id: {channel}-reader, name: Velde, address: [1 Road, Oslo], country: 'NO', fax: +47 220, "
        f"email: reader@example.org, channels: [{channel}]}}\n"
        for channel in ("post", "fax", "email")
    ),
    "senders.yaml": "senders:\n  - {id: writer, name: Okafor, address: [2 Lane, London], country: GB, "
    "fax: +44 20 1, email: writer@example.org}\n",
    "lettergen.toml": 'name = "Heads"\n[email]\nhtml = true\n',
    "letter_templates/note.md": "---\ntitle: A note\nkind: appeal\n---\nPlease reply.\n",
}


def listed(kind: str) -> set[str]:
    """Entries of a kind of file in the table of the page."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {name for row, names in rows if row == kind for name in NAME.findall(names)}


def of_pdf(path: Path) -> set[str]:
    with opened(path.read_bytes()) as pdf:
        metadata = NAMESPACE.sub("", pdf.Root.Metadata.read_bytes().decode())
        found = {str(name).removeprefix("/") for name in dict(pdf.docinfo)}
        found |= {"Lang"} if "/Lang" in pdf.Root else set()
        found |= {"ID"} if "/ID" in pdf.trailer else set()
        return found | set(PROPERTY.findall(metadata))


def of_mail(data: bytes) -> set[str]:
    return {name for part in message_from_bytes(data).walk() for name in part}


def of_tiff(path: Path) -> set[str]:
    with Image.open(path) as image:
        tags: Any = image.tag_v2  # type: ignore[attr-defined]
        return {TAGS_V2[number].name for number in tags}


@pytest.fixture(scope="module")
def mailing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heads")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    to = [word for channel in ("post", "fax", "email") for word in ("--to", f"{channel}-reader")]
    words = ["-C", str(folder), "batch", "note", *to, "--from", "writer", "--date", "2026-01-15"]
    assert run([*words, "--yes", "--quiet"], today=DAY) == ExitCode.OK
    return folder / "outbox" / "note-2026-01-15"


def test_a_pdf_says_what_the_page_lists(mailing: Path) -> None:
    letter, volume = sorted(mailing.glob("post/*/*.pdf"))
    assert of_pdf(letter) == of_pdf(volume) == listed("PDF")


def test_an_email_has_the_headers_that_the_page_lists(mailing: Path) -> None:
    (path,) = mailing.glob("email/*/*.eml")
    assert of_mail(path.read_bytes()) == listed("e-mail")
    (sent,) = of_mailing(mailing)
    assert of_mail(sent.message()) == listed("e-mail") - {"X-Unsent"}


def test_a_fax_has_the_tags_that_the_page_lists(mailing: Path) -> None:
    (path,) = mailing.glob("fax/*/*.tif")
    assert of_tiff(path) == listed("fax TIFF")


def test_no_head_names_anybody_or_the_day_it_was_made(mailing: Path) -> None:
    for path in mailing.glob("post/*/*.pdf"):
        with opened(path.read_bytes()) as pdf:
            told = f"{dict(pdf.docinfo)} {pdf.Root.Metadata.read_bytes().decode()}"
        made_on = ("CreationDate", "CreateDate", "ModDate", "ModifyDate", "MetadataDate", "D:20")
        assert not [word for word in ("Velde", "Okafor", str(mailing), *made_on) if word in told]
