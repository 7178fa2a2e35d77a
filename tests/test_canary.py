"""Words that must not leave a campaign are in nothing that lettergen leaves: files, names, logs, screens."""

import contextlib
import json
import logging
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from lettergen.cli import run
from lettergen.letters.privacy.folding import letters_of

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

SECRET = {
    "family name": "Vorhuxel",
    "given name": "Quimbrath",
    "native name": "퀴브라스",
    "alias": "Zebrunkel",
    "day of birth": "1977-11-23",
    "illness": "Mulgrathitis",
    "relatives": "Ospertrin",
    "about": "Drelkovian",
    "confidential of the person": "Gwyltrumph",
    "confidential of the case": "Hexaborlin",
    "who agreed": "Jasprundel",
    "note on a recipient": "Kruvwinter",
    "source of an entry": "Lompertzil",
    "tag of a sender": "mirquontag",
    "other sender's words": "Nabbelfrost",
    "other sender's address": "Pluchtergasse",
}
"""Must be in no letter and on no screen."""
CLEARED = {
    "family name": "Rastumbel",
    "given name": "Sivoquar",
    "illness": "Tremplovia",
    "about": "Uxornitall",
}
"""May be in letters to those for whom they are cleared, and in the preview of these."""
FOLDER = "wyxalfolder"
"""The campaign's folder, and the home of whoever writes."""
PERSON = "yorblentz"
"""An id, which its owner may read on the terminal only."""

NO_FONT = "\U00013000"

RECIPIENTS = "recipients:\n" + "".join(
    f"""\
  - id: minister-{number}
    name: {{family: Reader{"abcdef"[number]}, given: Ada, courtesy: Ms.}}
    title: Minister
    address: [{number} Main Street, Town]
    country: NO
    note: {SECRET["note on a recipient"]}
    checked: {{on: 2002-05-01, source: {SECRET["source of an entry"]}}}
    {"fax: +47 22 12 34 5" + str(number) if number != 3 else "attention: " + NO_FONT}
"""
    for number in range(1, 6)
)
SENDERS = f"""\
senders:
  - id: society
    name: Max Muster
    organisation: Example Society
    place: Berlin
    address: [Weg 1, 10000 Berlin]
    country: DE
    tags: [{SECRET["tag of a sender"]}]
  - id: other
    name: Petra Muster
    address: [{SECRET["other sender's address"]} 2, 10000 Berlin]
    country: DE
    own_words: I have seen {SECRET["other sender's words"]}.
"""
CASE = f"""\
title: the detention of two teachers
summary: "@{PERSON} and @second were arrested."
state: NO
persons:
  - id: {PERSON}
    name: {{family: {SECRET["family name"]}, given: {SECRET["given name"]}}}
    native_name: {SECRET["native name"]}
    aliases: [{SECRET["alias"]}]
    described_as: a teacher of 24
    born: {SECRET["day of birth"]}
    nationality: NO
    health: {{all: [{SECRET["illness"]}]}}
    family: {{all: A cousin of {SECRET["relatives"]}.}}
    about: {{all: A {SECRET["about"]} by faith.}}
    confidential: Seen by {SECRET["confidential of the person"]}.
    consent: {{by: {SECRET["who agreed"]}, on: 2002-04-01, scope: [un]}}
  - id: second
    name: {{family: {CLEARED["family name"]}, given: {CLEARED["given name"]}}}
    described_as: a teacher of 50
    health: {{all: [{CLEARED["illness"]}]}}
    about: {{all: A {CLEARED["about"]} by faith.}}
    publish: {{addressee: full, press: withheld}}
    consent: {{by: {SECRET["who agreed"]}, on: 2002-04-01, scope: [addressee]}}
confidential: [Ask {SECRET["confidential of the case"]}.]
demands: [release @{PERSON} and @second at once]
"""
HEAD = """\
---
title: An appeal
audience: {audience}
uses: [sender, recipient, case]
subject: The case of {{{{ case.persons | names }}}}
sample: {{to: minister-1, from: society, case: one, date: 2002-06-13}}
---
{{{{ recipient.name }}}}, {{{{ case.summary }}}} We ask you to {{{{ case.demands[0].text }}}}.

{{% for person in case.persons %}}
{{% if person.is_named %}}
{{{{ person.name }}}}: {{{{ person.health | listed }}}}. {{{{ person.about }}}}
{{% endif %}}
{{% endfor %}}
{extra}
"""
TEMPLATES = {
    "appeal": HEAD.format(audience="addressee", extra=""),
    "release": HEAD.format(audience="press", extra=""),
    "slip": HEAD.format(audience="addressee", extra="{{ case.summary - 1 }}"),
    "naming": HEAD.format(audience="addressee", extra=f"Free {SECRET['alias']}."),
}


@dataclass(frozen=True)
class Ran:
    out: str
    err: str
    log: str


@dataclass(frozen=True)
class House:
    """A campaign, and all the places where something could be left."""

    root: Path
    folder: Path
    capture: Any
    log: Any

    def run(self, *words: str, code: int = 0) -> Ran:
        self.log.clear()
        found = run([*words], today=date(2002, 6, 13))
        printed = self.capture.readouterr()
        assert found == code, printed.err
        return Ran(printed.out, printed.err, self.log.text)

    def left(self) -> dict[str, bytes]:
        """Every file that was made, by its name from the root; the campaign's own files are not."""
        campaign = {
            "recipients.yaml",
            "senders.yaml",
            "cases",
            "letter_templates",
            "lettergen.toml",
            "signatures",
        }
        found = {}
        for path in self.root.rglob("*"):
            inside = path.relative_to(self.folder).parts if path.is_relative_to(self.folder) else ("",)
            if path.is_file() and inside[0] not in campaign:
                found[path.relative_to(self.root).as_posix().replace(f"{FOLDER}/", "")] = path.read_bytes()
        return found


@pytest.fixture
def house(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[House]:
    home = tmp_path / FOLDER
    folder = home / "campaign"
    files = {"recipients.yaml": RECIPIENTS, "senders.yaml": SENDERS, "cases/one.yaml": CASE}
    files |= {f"letter_templates/{name}.md": text for name, text in TEMPLATES.items()}
    files["lettergen.toml"] = 'sender = "society"\ncase = "one"\ndate = "2002-06-13"\n'
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name, place in {
        "HOME": home,
        "XDG_CACHE_HOME": tmp_path / "cache",
        "TMPDIR": tmp_path / "tmp",
    }.items():
        place.mkdir(exist_ok=True)
        monkeypatch.setenv(name, str(place))
    for name in ("USER", "LOGNAME"):
        monkeypatch.setenv(name, FOLDER)
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(folder)
    # The configuration that another test has left to this process names that test's cache.
    fontconfig = os.environ.pop("FONTCONFIG_FILE", None)
    caplog.set_level(logging.DEBUG)
    yield House(tmp_path, folder, capfd, caplog)
    if fontconfig:
        os.environ["FONTCONFIG_FILE"] = fontconfig


class Bare(str):
    """A text in letters and digits alone."""

    __slots__ = ()


@cache
def text_of(data: bytes) -> Bare:
    """Return all that can be read in a file, in letters and digits alone."""
    if data.startswith(b"%PDF"):
        return Bare(letters_of(pages_of(data) + objects_of(data)))
    if b"\0" in data:  # fontconfig's own files
        return Bare(letters_of(re.sub(rb"[^ -~]+", b"", data).decode()))
    try:
        return Bare(letters_of(data.decode()))
    except UnicodeDecodeError:  # digests
        return Bare(letters_of(data.decode(errors="ignore")))


def pages_of(pdf: bytes) -> str:
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)


def objects_of(pdf: bytes) -> str:
    """Return every text, name and stream of a PDF: metadata, structure, attachments, what fonts say."""
    found: list[str] = []

    def walk(thing: Any, depth: int = 0) -> None:
        is_font_or_profile = isinstance(thing, pikepdf.Stream) and ("/Length1" in thing or "/N" in thing)
        if isinstance(thing, pikepdf.Stream) and not is_font_or_profile:
            data = thing.read_bytes()
            found.append(data.decode("utf-8", "replace"))
            if len(data) < 10_000:
                found.append(data.decode("utf-16-be", "replace"))
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) and depth < 3:
            for key, value in thing.items():
                found.append(str(key))
                walk(value, depth + 1)
        elif isinstance(thing, pikepdf.Array) and depth < 3:
            for value in thing:
                walk(value, depth + 1)
        elif isinstance(thing, pikepdf.String | pikepdf.Name):
            found.append(str(thing))

    with pikepdf.open(BytesIO(pdf)) as document:
        for thing in document.objects:
            walk(thing)
        found.append(str(document.docinfo))
        found.append(str(document.open_metadata()))
    return "\n".join(found)


def holds(words: Any, text: str) -> list[str]:
    """Return which of some words are in what `text_of` or a screen gives."""
    bare = text if isinstance(text, Bare) else letters_of(text)
    return [word for word in words if letters_of(word) in bare]


ALL = (*SECRET.values(), FOLDER, PERSON)


def test_what_is_looked_for_would_be_found(tmp_path: Path) -> None:
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Keywords"] = "퀴브라스"
        document.Root.Note = document.make_stream(b"seen by Gwyl-trumph")
        document.Root.Deep = document.make_indirect(
            pikepdf.Dictionary(A=pikepdf.Array([pikepdf.String("Wyxalfolder")]))
        )
        document.save(out)
    assert set(holds(ALL, text_of(out.getvalue()))) == {"퀴브라스", "Gwyltrumph", FOLDER}
    assert holds(ALL, text_of(b"born 1977-11-23")) == ["1977-11-23"]


@pytest.mark.parametrize("suffix", ["pdf", "txt", "html"])
def test_a_letter_holds_what_is_cleared_and_nothing_else(house: House, suffix: str) -> None:
    for template in ("appeal", "release"):
        ran = house.run("write", template, "--to", "minister-1", "-o", f"{template}.{suffix}")
        assert holds((*ALL, *CLEARED.values()), ran.out + ran.err + ran.log) == []
    left = house.left()
    appeal, release = (text_of(left[f"campaign/{name}.{suffix}"]) for name in ("appeal", "release"))
    assert holds(ALL, appeal) == []
    assert holds(CLEARED.values(), appeal) == list(CLEARED.values())
    assert holds((*ALL, *CLEARED.values()), release) == []
    for name, data in left.items():
        if not name.startswith("campaign/"):
            assert holds((*ALL[:-2], PERSON, *CLEARED.values()), text_of(data)) == [], name


def test_the_pdf_says_nothing_of_machine_owner_or_hour(house: House) -> None:
    house.run("write", "appeal", "--to", "minister-1", "-o", "a.pdf")
    pdf = (house.folder / "a.pdf").read_bytes()
    everything = pages_of(pdf) + objects_of(pdf) + pdf.decode("latin-1")
    now = date.today()  # noqa: DTZ011 - what must not be in the file
    for word in (str(house.root), str(Path.cwd()), "file:", f"{now:%Y-%m-%d}", f"{now:%Y%m%d}", "/tmp"):  # noqa: S108
        assert word not in everything
    host = socket.gethostname()
    assert len(host) < 5 or host not in everything
    with pikepdf.open(BytesIO(pdf)) as document:
        metadata = f"{document.docinfo} {document.Root.Metadata.read_bytes().decode()}"
        assert holds(CLEARED.values(), metadata) == []
        assert "Names" not in document.Root or "EmbeddedFiles" not in document.Root.Names


def test_lists_and_previews_show_what_is_cleared(house: House) -> None:
    commands = [
        *(
            ["check"],
            ["check", "--all"],
            ["check", "--json"],
            ["checks"],
            ["templates"],
            ["templates", "appeal"],
        ),
        *(["recipients"], ["recipients", "--json"], ["cases"], ["cases", "--json"], ["doctor", "--json"]),
        *(["cases", "one", "--audience", "press"], ["cases", "one", "--audience", "public", "--json"]),
        *(
            ["preview", "release", "--to", "minister-1"],
            ["preview", "release", "--to", "minister-1", "--text"],
        ),
    ]
    for words in commands:
        code = 1 if words[0] == "check" else 0
        ran = house.run(*words, code=code)
        owner = (FOLDER, PERSON)
        allowed = (*owner, SECRET["alias"]) if words == ["check", "--all"] or words == ["check"] else owner
        shown = ran.out + ran.err
        assert [word for word in holds((*ALL, *CLEARED.values()), shown) if word not in allowed] == [], words
        assert holds((*ALL, *CLEARED.values()), ran.log) == []
    full = house.run("preview", "appeal", "--to", "minister-1", "--text")
    assert holds((*SECRET.values(), PERSON), full.out + full.err) == []
    assert holds(CLEARED.values(), full.out) == list(CLEARED.values())
    assert holds(CLEARED.values(), full.err) == []
    others = SECRET["other sender's words"], SECRET["other sender's address"]
    assert holds([one for one in SECRET.values() if one not in (*others, SECRET["tag of a sender"])],
                 house.run("senders", "--json").out) == []  # fmt: skip


def test_a_mailing_of_which_one_letter_fails_leaves_nothing(house: House) -> None:
    to = [word for number in range(1, 6) for word in ("--to", f"minister-{number}")]
    # No font has the hieroglyph in one of the addresses.
    formats = ["--format", "pdf", "--format", "txt", "--format", "html"]
    ran = house.run("batch", "appeal", *to, *formats, "--workers", "2", "--yes", code=3)
    assert holds((*SECRET.values(), PERSON, *CLEARED.values()), ran.out + ran.err + ran.log) == []
    left = house.left()
    mailing = {name.split("outbox/")[1]: data for name, data in left.items() if "outbox/" in name}
    # Beside the letters: all in one and what it was bound from, the mark of the outbox, two lists each for
    # mailing and volume.
    assert len(mailing) == 4 * 3 + 7
    for name, data in mailing.items():
        assert holds((*ALL, *CLEARED.values()), name) == []
        assert holds(ALL, text_of(data)) == [], name
        is_list = name.endswith(("json", "jsonl", "csv", ".lettergen"))
        assert is_list or holds(CLEARED.values(), text_of(data)) == list(CLEARED.values())
        own = next((number for number in range(1, 6) if f"minister-{number}" in name), None)
        others = [f"Reader{'abcdef'[number]}" for number in range(1, 6) if number != own]
        assert name.endswith("/all-letters.pdf") or holds(others, text_of(data)) == [], name
    manifest = mailing["appeal-2002-06-13/manifest.jsonl"].decode()
    assert holds(("Reader", *CLEARED.values()), manifest) == []
    reasons = [json.loads(line)["reason"] for line in manifest.splitlines()]
    assert sorted(reasons) == ["", "", "", "", "missing-glyph (recipients.yaml:18:9)"]
    for name, data in left.items():
        if "outbox/" not in name:
            assert holds((*ALL[:-2], PERSON, *CLEARED.values()), text_of(data)) + holds(ALL, name) == [], name


@pytest.mark.parametrize("template", ["slip", "naming"])
def test_a_fault_of_a_template_tells_no_value(house: House, template: str) -> None:
    for words in (["preview", template, "--to", "minister-1"], ["write", template, "--to", "minister-1"]):
        ran = house.run(*words, code=1)
        told = "\n".join(line for line in ran.err.splitlines() if " | " not in line)
        allowed = {PERSON, FOLDER}
        assert set(holds((*ALL, *CLEARED.values()), ran.out + told + ran.log)) <= allowed
    ran = house.run("batch", template, "--to", "minister-1", "--yes", code=3)
    manifest = next(data for name, data in house.left().items() if name.endswith("manifest.jsonl"))
    assert holds((*ALL, *CLEARED.values()), manifest.decode()) == []


def test_a_fault_of_the_program_tells_no_value(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    words = " ".join((*SECRET.values(), *CLEARED.values(), PERSON))

    def fails(*_: object, **__: object) -> str:
        try:
            raise KeyError(words)
        except KeyError as fault:
            raise ValueError(words) from fault

    monkeypatch.setattr("lettergen.pages.text.render", fails)
    # A process that is not forked would not know of the fault; threads of other tests ask for such.
    for module in ("mailing.scheduler", "isolated_process"):
        monkeypatch.setattr(f"lettergen.{module}.start_method", lambda: "fork")
    for arguments, code in (
        (["write", "appeal", "--to", "minister-1", "--format", "txt"], 1),
        (["preview", "appeal", "--to", "minister-1", "--text"], 1),
        (["batch", "appeal", "--to", "minister-1", "--format", "txt", "--yes"], 3),
    ):
        ran = house.run(*arguments, code=code)
        assert "fault in lettergen" in ran.err
        assert holds((*SECRET.values(), PERSON, *CLEARED.values()), ran.out + ran.err + ran.log) == []
    manifest = next(data for name, data in house.left().items() if name.endswith("manifest.jsonl"))
    assert holds((*ALL, *CLEARED.values()), manifest.decode()) == []


def test_values_never_show_in_the_representation_of_a_problem(house: House) -> None:
    from lettergen.facts.campaign import Campaign

    (house.folder / "cases" / "one.yaml").write_text(
        CASE.replace("nationality: NO", "nationality: Hexaborlin")
    )
    campaign = Campaign.open(house.folder)
    assert campaign.problems
    assert holds(SECRET.values(), "".join(map(repr, campaign.problems))) == []
