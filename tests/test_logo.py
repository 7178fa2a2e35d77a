"""The sender's logo and letterhead: cleaned, placed, spoken, the same out of a mailing."""

import io
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from lettergen import open_campaign
from lettergen.api import MailingRequest, PartySelection
from lettergen.cli import run
from lettergen.errors import RenderError
from lettergen.pages.pdf.pictures import cleaned
from lettergen.rendering.fingerprints import Fingerprints
from lettergen.verify import pdf_reader
from lettergen.verify.words import words_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'
SPOT = '<circle cx="5" cy="5" r="5" fill="#036"/>'
DAY = date(2026, 1, 15)
FILES = {
    "lettergen.toml": 'name = "Spring"\nstationery = "din-5008-b"\n',
    "recipients.yaml": """\
recipients:
  - {id: gb, title: Prime Minister, office: head-of-government, address: [1 Main Street, London SW1A 1AA],
     country: GB, languages: [en], fax: "+44 20 7946 0001", email: pm@example.org,
     checked: {on: 2026-01-02, source: by telephone}}
  - {id: us, title: President, office: head-of-state, address: [1 Main Street, Washington DC 20500],
     country: US, languages: [en], checked: {on: 2026-01-02, source: by telephone}}
""",
    "senders.yaml": """\
senders:
  - id: club
    organisation: Spring Club
    native_organisation: Клуб «Весна»
    address: [1 Hill Street, London N1 1AA]
    country: GB
    language: en
    email: club@example.org
    fax: "+44 20 7946 0002"
    letterhead_align: centred
    logo: {file: logo.svg, alt: A green leaf, height: 12}
""",
    "letter_templates/note.md": "---\ntitle: A note\nkind: letter\nuses: [sender]\nsubject: A note\n---\n"
    "Please look into this. I look forward to your reply.\n",
    "logo.svg": SVG.format(f"<title>Drawn by somebody</title>{SPOT}"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).ellipse((0, 0, width - 1, height - 1), fill="navy")
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<script>alert(1)</script>", "holds `<script>`"),
        ('<g onload="alert(1)"/>', "runs a script"),
        ('<image href="http://example.org/x.png"/>', "holds `<image>`"),
        (
            '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"/>',
            "holds `<image>`",
        ),
        ('<use href="#a"/>', "holds `<use>`"),
        ('<g href="http://example.org/"/>', "refers to something else"),
        ('<rect width="5" height="5" fill="url(http://example.org/#a)"/>', "refers to something else"),
        ('<rect width="5" height="5" style="fill:u\\rl(x)"/>', "refers to something else"),
        ("<style>@import url(http://example.org/a.css);</style>", "holds `<style>`"),
        ("<foreignObject/>", "holds `<foreignObject>`"),
        ('<a><rect width="5" height="5"/></a>', "holds `<a>`"),
        ("<text>Spring</text>", "holds `<text>`"),
        ('<linearGradient id="a"/>', "holds `<linearGradient>`"),
        ('<animate attributeName="x"/>', "holds `<animate>`"),
        ("<g>" * 3000 + "</g>" * 3000, "too many groups"),
        ("<g/>" * 6000, "more than 5,000 elements"),
        ("<g>", "not well-formed"),
    ],
)
def test_a_drawing_that_is_more_than_a_drawing_is_refused(inside: str, why: str) -> None:
    with pytest.raises(RenderError) as fault:
        cleaned("logo.svg", SVG.format(inside + SPOT).encode(), "logo")
    (problem,) = fault.value.problems
    assert problem.name == "unusable-drawing"
    assert why in problem.message


def test_entities_and_other_encodings_are_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG.format(SPOT)
    for data in (bomb.encode(), ('<?xml version="1.0" encoding="utf-16"?>' + bomb).encode("utf-16")):
        with pytest.raises(RenderError):
            cleaned("logo.svg", data, "logo")


def test_a_drawing_keeps_what_draws_and_loses_what_tells() -> None:
    own = '<sodipodi:x xmlns:sodipodi="http://sodipodi.example/" sodipodi:docname="ann/leaf.svg"/>'
    drawn = '<g id="a" data-by="ann" transform="scale(2)"><!-- by ann -->' + SPOT + "</g>"
    found = cleaned("logo.svg", SVG.format(f"<metadata>ann</metadata>{own}{drawn}").encode(), "logo")
    assert b"ann" not in found
    assert b'transform="scale(2)"' in found
    assert b"<circle" in found


def test_a_logo_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(RenderError) as fault:
        cleaned("logo.png", png(5000, 400), "logo")
    assert "5,000 pixels" in fault.value.problems[0].message
    assert Image.open(io.BytesIO(cleaned("logo.png", png(3000, 400), "logo"))).width == 1200


def figures(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        things = [one for one in document.objects if isinstance(one, pikepdf.Dictionary)]
        return [str(one.Alt) for one in things if one.get("/S") == pikepdf.Name.Figure]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_logo_is_shown_and_spoken_alone_and_out_of_a_mailing(folder: Path, kind: str) -> None:
    if kind == "png":
        (folder / "logo.png").write_bytes(png(600, 400))
        senders = folder / "senders.yaml"
        senders.write_text(senders.read_text().replace("logo.svg", "logo.png"))
    campaign = open_campaign(folder)
    alone = dict(campaign.write("note", to="gb", on=DAY).contents)["pdf"]
    assert figures(alone) == ["A green leaf"]
    measured = pdf_reader.read(alone)
    assert measured.declares == ("PDF/A-3a", "PDF/UA-1")
    assert "Клуб «Весна»" in words_of(alone)[0]
    request = MailingRequest(
        templates=("note",),
        recipients=PartySelection(everybody=True),
        senders=PartySelection(ids=("club",)),
        on=DAY,
        formats=("pdf",),
    )
    renderer = campaign.renderer(request)
    renderer.warm_up()
    made = {one.recipient_id: renderer.render(one) for one in campaign.plan(request).orders}
    assert all(one.is_from_mould for one in made.values())
    cast = dict(made["gb"].contents)["pdf"]
    assert figures(cast) == ["A green leaf"]
    assert pdf_reader.read(cast).declares == ("PDF/A-3a", "PDF/UA-1")
    pictures = [pdf_reader.picture(one, 1, 100).tobytes() for one in (alone, cast)]
    assert pictures[0] == pictures[1]
    # Above the name in the middle of the sheet something blue is printed.
    page = pdf_reader.picture(alone, 1, 100)
    colours = page.crop((300, 55, 550, 110)).getcolors(100_000)
    assert any(blue > red + 40 for _, (red, _, blue) in colours)


def test_fax_and_mail_go_without_it(folder: Path) -> None:
    campaign = open_campaign(folder)
    for form in ("tif", "eml", "txt"):
        made = campaign.write("note", to="gb", on=DAY, format=form)
        assert not made.failed, made.problems
        assert b"asset:" not in dict(made.contents)[form]


def test_another_logo_is_another_letter(folder: Path) -> None:
    request = MailingRequest(
        templates=("note",),
        recipients=PartySelection(ids=("gb",)),
        senders=PartySelection(ids=("club",)),
        on=DAY,
        formats=("pdf",),
    )

    def content() -> bytes:
        campaign = open_campaign(folder)
        (order,) = campaign.plan(request).orders
        return Fingerprints(campaign.renderer(request), ("pdf",)).of(order)

    before = content()
    assert content() == before
    (folder / "logo.svg").write_text(SVG.format('<circle cx="5" cy="5" r="4" fill="#036"/>'))
    assert content() != before


def test_a_long_letterhead_never_meets_the_date(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    senders = folder / "senders.yaml"
    text = (
        senders.read_text().replace("height: 12", "height: 40").replace("    letterhead_align: centred\n", "")
    )
    senders.write_text(text.replace("[1 Hill Street,", "[Hill House, East Wing, 1 Hill Street,"))
    campaign = open_campaign(folder)
    for sheet in ("din-5008-a", "din-5008-b", "plain"):
        made = campaign.write("note", to="gb", on=DAY, stationery=sheet)
        assert not made.failed, made.problems
        file = folder / f"{sheet}.pdf"
        file.write_bytes(dict(made.contents)["pdf"])
        run(["verify", str(file)], today=DAY)
        assert "text-over-text" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("file: logo.svg", "file: missing.svg", "missing-picture"),
        (", alt: A green leaf", "", "missing-field"),
        ("height: 12", "height: 120", "bad-number"),
        ("file: logo.svg", "file: ../logo.svg", "missing-picture"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_told(folder: Path, old: str, new: str, name: str) -> None:
    senders = folder / "senders.yaml"
    senders.write_text(senders.read_text().replace(old, new))
    problems = open_campaign(folder).check(today=DAY)
    assert any(one.is_error and one.place and "senders.yaml" in one.place.file for one in problems), problems
    assert name in {one.name for one in problems}
