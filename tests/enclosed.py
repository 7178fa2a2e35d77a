"""Files to enclose, and a campaign whose letters enclose them."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageDraw

__all__ = ["campaign", "loaded_pdf", "paper", "photograph", "saved"]

JUDGMENT = ("Judgment of the court of Port Example", "of 10 February 2026")

CASE = """\
title: a librarian detained
summary: A librarian has been held since January.
persons:
  - id: reader
    name: {given: Rita, family: Reader}
    described_as: a librarian
    publish: {un: full}
    consent: {by: her sister, on: 2026-02, scope: [un]}
documents:
"""
NOTE = """\
---
title: Note
uses: case sender
subject: "A librarian detained"
enclosures:
  - "{{ list_of_documents }}"
---
I write to you about {{ case.title }}.
"""
RECIPIENTS = """\
recipients:
  - {id: minister, name: {given: Ada, family: Frost}, title: Minister, address: [1 Main Square, Oslo],
     country: "NO", channels: [post, fax, email], fax: "+47 22 24 90 90", email: minister@example.org,
     checked: {on: 2026-01-10, source: invented}}
"""
SENDERS = """\
senders:
  - {id: jane, name: {given: Jane, family: Sample}, place: London, address: [1 Road, London],
     country: GB, phone: +44 20 7946 0000, email: jane@example.org}
"""


def campaign(documents: str, files: Mapping[str, bytes], note: str = NOTE) -> dict[str, str | bytes]:
    """Return the files of a campaign with documents of its case."""
    texts = {
        "cases/example.yaml": CASE + documents,
        "letter_templates/note.md": note,
        "letter_templates/report.md": note.replace("title: Note", "title: Report\naudience: un"),
        "recipients.yaml": RECIPIENTS,
        "senders.yaml": SENDERS,
    }
    return {**texts, **files}


def paper(lines: Sequence[str] = JUDGMENT, pages: int = 1, size: tuple[float, float] = (595.0, 842.0)) -> Pdf:
    """Return a PDF of printed lines."""
    made = Pdf.new()
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    for number in range(1, pages + 1):
        page = made.add_blank_page(page_size=size)
        page.obj.Resources = Dictionary(Font=Dictionary(F=font))
        shown = "".join(f"({line}) Tj T* " for line in (*lines, f"sheet {number}"))
        page.obj.Contents = made.make_stream(f"BT /F 12 Tf 72 {size[1] - 90:g} Td 16 TL {shown}ET".encode())
    return made


def saved(pdf: Pdf, **how: object) -> bytes:
    """Return the bytes of a PDF."""
    out = BytesIO()
    pdf.save(out, **{"deterministic_id": True, **how})  # type: ignore[arg-type]
    return out.getvalue()


def loaded_pdf() -> bytes:
    """Return a PDF that acts, and that tells of Rita Reader where nobody sees it."""
    made = paper()
    made.docinfo["/Author"] = String("Rita Reader")
    with made.open_metadata() as metadata:
        metadata["dc:creator"] = ["Rita Reader"]
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert('Rita Reader')"))
    made.attachments["Rita Reader.txt"] = b"Rita Reader"
    page = made.pages[0]
    page.obj.AA = Dictionary(O=Dictionary(S=Name.URI, URI=String("https://example.org/Rita-Reader")))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 90, 90]), A=made.Root.OpenAction)
    remark = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("Rita Reader")
    )
    page.obj.Annots = Array([made.make_indirect(link), made.make_indirect(remark)])
    marked = b"/Span <</ActualText (Rita Reader)>> BDC " + page.obj.Contents.read_bytes() + b" EMC"
    page.obj.Contents = made.make_stream(marked)
    return saved(made, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def photograph() -> bytes:
    """Return a JPEG that tells where and by whom it was taken."""
    picture = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(picture).ellipse((200, 100, 400, 300), fill="black")
    tags = Image.Exif()
    tags[0x013B] = "Rita Reader"
    out = BytesIO()
    picture.save(out, "JPEG", exif=tags)
    return out.getvalue()
