"""Every seed letter over a telephone line in memory, and the making of a fax page beside Ghostscript's.

    python benchmarks/fax_line.py

Needs libspandsp (Debian: libspandsp2) and, for the comparison, Ghostscript.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image, ImageChops  # noqa: E402

from lettergen.facts.campaign import Campaign  # noqa: E402
from lettergen.letters.template.templates import catalogue  # noqa: E402
from lettergen.pages.fax import legibility, raster, tiff  # noqa: E402
from lettergen.pages.fax.fax import Fax  # noqa: E402
from lettergen.pages.fax.options import FaxOptions  # noqa: E402
from lettergen.plan.orders import Order  # noqa: E402
from lettergen.rendering.render_terms import RenderTerms  # noqa: E402
from lettergen.rendering.renderer import Renderer  # noqa: E402
from tests.pages import telephone  # noqa: E402

ROUNDS = 5


def faxes() -> Iterator[tuple[str, Fax]]:
    """The sample letter of each template, with its cover sheet."""
    campaign = Campaign.open(ROOT)
    renderer = Renderer(RenderTerms(folder=ROOT, formats=("tif",), fax=FaxOptions(cover=True)), campaign)
    renderer.warm_up()
    for template in catalogue(campaign.template_folders)[0]:
        sample = template.sample
        order = Order(
            template=template.name,
            recipient_id=sample.to,
            sender_id=sample.sender or "lfnkr",
            case_id=sample.case,
            on=sample.on or date(2006, 12, 2),
            language=template.language,
        )
        letter, _ = renderer.letter(order)
        yield f"{template.name} ({template.language})", renderer.fax(letter, order)


def same_pixels(sent: Path, arrived: Path) -> bool:
    with Image.open(sent) as ours, Image.open(arrived) as theirs:
        if ours.n_frames != theirs.n_frames:
            return False
        for number in range(ours.n_frames):
            ours.seek(number)
            theirs.seek(number)
            pages = ours.convert("L"), theirs.convert("L")
            if pages[0].size != pages[1].size or ImageChops.difference(*pages).getbbox():
                return False
    return True


def send_all(made: list[tuple[str, Fax]], folder: Path) -> None:
    line = telephone.library()
    if line is None:
        print("no libspandsp: nothing was sent")
        return
    print(f"{'letter':28} sent received  pixels  seconds  a page  estimated  off")
    for name, fax in made:
        sent, arrived = folder / "sent.tif", folder / "arrived.tif"
        sent.write_bytes(fax.tiff)
        arrived.unlink(missing_ok=True)
        call = telephone.send(line, sent, arrived)
        estimated = legibility.SECONDS_A_CALL + sum(one.seconds for one in fax.reading)
        equal = "equal" if call.received and same_pixels(sent, arrived) else "DIFFER"
        print(
            f"{name:28} {call.sent:4} {call.received:8}  {equal}  {call.seconds:7.1f} "
            f"{call.seconds / len(fax.reading):7.1f} {estimated:10.1f} {estimated / call.seconds - 1:+5.0%}"
        )


def beside_ghostscript(made: list[tuple[str, Fax]], folder: Path) -> None:
    """Milliseconds a page from the same PDF: in this process, and by a process of Ghostscript."""
    gs = shutil.which("gs")
    pages = sum(len(fax.reading) for _, fax in made)
    for name, (_, fax) in zip("abcdefghijklmnopqrstuvwxyz", made, strict=False):
        (folder / f"{name}.pdf").write_bytes(fax.pdf)
    pdfs = sorted(folder.glob("*.pdf"))

    def ours() -> None:
        for pdf in pdfs:
            with raster.opened(pdf.read_bytes()) as document:
                images = [raster.inked(one) for one in raster.points(document, raster.A4, "fine")]
            (folder / "ours.tif").write_bytes(tiff.written([tiff.coded(one, "fine") for one in images]))

    def theirs() -> None:
        for pdf in pdfs:
            words = [
                *(str(gs), "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=tiffg3", "-r204x196"),
                *("-dAdjustWidth=1", "-dFillOrder=2", "-sPAPERSIZE=a4"),
                *(f"-sOutputFile={folder / 'gs.tif'}", str(pdf)),
            ]
            subprocess.run(words, check=True)

    print(f"\nPDF to TIFF-F, CPU milliseconds a page, {pages} pages, median of {ROUNDS} rounds")
    for name, work in (("lettergen", ours), ("Ghostscript tiffg3", theirs)):
        if work is theirs and not gs:
            print(f"{name:20} not installed")
            continue
        times = []
        for _ in range(ROUNDS):
            began = cpu_seconds()
            work()
            times.append(cpu_seconds() - began)
        print(f"{name:20} {1000 * median(times) / pages:6.1f}")


def cpu_seconds() -> float:
    """Of this process and those it has waited for; what else the machine does is not counted."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        made = list(faxes())
        send_all(made, Path(name))
        beside_ghostscript(made, Path(name))


if __name__ == "__main__":
    main()
