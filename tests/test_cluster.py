"""Letters from a cluster are those made here; what would tell the network about them is refused."""

import importlib.util
import itertools
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lettergen.errors import LettergenError, OutputError, UnknownName
from lettergen.facts.campaign import Campaign
from lettergen.letters.template.templates import open_template
from lettergen.mailing import dask_cluster
from lettergen.mailing.dask_cluster import cluster
from lettergen.mailing.production import produce
from lettergen.outbox.volumes import Outbox
from lettergen.plan.orders import plan
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.mailroom import ledger_of, made, states, tidy, tree

DAY = date(2026, 1, 15)


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    with tidy():
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "campaign"
    (root / "letter_templates").mkdir(parents=True)
    people = "".join(f"  - {{id: r-{n}, name: R {n}, address: [Road {n}], country: NO}}\n" for n in range(6))
    (root / "recipients.yaml").write_text(f"recipients:\n{people}")
    (root / "senders.yaml").write_text("senders:\n  - {id: one, name: Max Muster, country: DE}\n")
    head = "---\ntitle: A note\nuses: [sender]\nsubject: A note\n---\n"
    (root / "letter_templates" / "note.md").write_text(
        f"{head}Dear {{{{ recipient.name }}}}, please reply.\n"
    )
    return root


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_makes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    opened = Campaign.open(folder)
    template = open_template("note", opened.template_folders)
    mailing = plan(template, recipients=opened.recipients, senders=opened.senders, case_id=None, on=DAY)
    terms = RenderTerms(folder=folder, formats=("txt",))
    made(mailing, terms, tmp_path / "here", volume_size=2)
    options = {"protocol": "tcp://", "host": "127.0.0.1", "dashboard_address": None, "silence_logs": 50}
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, **options) as workers,
        cluster(workers.scheduler_address) as pool,
    ):
        box = Outbox(folder=tmp_path / "there", volume_size=2)
        run = produce(mailing, Renderer(terms), box, ledger=ledger_of(box.folder), pool=pool)
        assert sum(len(volume.outcomes) for volume in run) == 6
    assert states(tmp_path / "there") == ["made"] * 6
    assert tree(tmp_path / "here") == tree(tmp_path / "there")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("laptop", "not-an-address"),
        ("http://127.0.0.1:8786", "not-an-address"),
        ("tcp://192.0.2.1:8786", "open-network"),
        ("tcp://laptop.example:8786", "open-network"),
    ],
)
def test_no_letter_goes_over_an_open_network(address: str, name: str) -> None:
    with pytest.raises(UnknownName, match=name), cluster(address):
        pytest.fail("it was let through")


def test_a_scheduler_that_is_not_there_is_told() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(OutputError, match="scheduler-silent"), cluster("tcp://127.0.0.1:9"):
        pytest.fail("somebody answered")


def test_a_lettergen_without_its_cluster_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(LettergenError, match="missing-extra") as caught, cluster("tcp://127.0.0.1:8786"):
        pytest.fail("it was there after all")
    (problem,) = caught.value.problems
    assert "lettergen[dask]" in problem.fix


def said(*pieces: bytes) -> bool:
    """What is made of pieces that come one after another, a clock's ten seconds apart."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        for piece in pieces:
            theirs.send(piece)
        return dask_cluster.is_greeting(ours, itertools.count(0, 3).__next__)


def test_a_scheduler_is_known_by_its_greeting() -> None:
    length = (300).to_bytes(8, sys.byteorder)
    assert said(length)
    assert said(length[:5], length[5:])
    assert not said(b"HTTP/1.1")
    assert not said(b"220 mail")
    assert not said(bytes(8))


def test_a_scheduler_that_drips_does_not_outlive_patience() -> None:
    with pytest.raises(TimeoutError):
        said(*(bytes([byte]) for byte in bytes(8)))


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff" * 8])
@pytest.mark.filterwarnings("ignore")
def test_something_else_in_its_place_is_told(greeting: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(dask_cluster, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(greeting)
                line.recv(100)

        thread = threading.Thread(target=serve)
        thread.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(OutputError, match="scheduler-silent"), cluster(address):
            pass
        thread.join()
