"""What is kept compiled does what was compiled, and holds nothing but what stands in modules."""

import dataclasses
import marshal
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lettergen.precompiled import precompiled

ROOT = Path(__file__).parent.parent
MODULE = """
import re
from dataclasses import dataclass

WORD = re.compile(r"(?P<first>[A-ZÄ])[^\\W\\d]+", re.IGNORECASE)

class Holder:
    BYTES = re.compile(rb"[0-9]{2,4}")

def named(name):
    return re.compile(re.escape(name) + "[a-z]")

@dataclass(frozen=True, slots=True, order=True)
class Place:
    name: str
    number: int = 7
"""
SEEN = """
import sys, dataclasses
from lettergen.precompiled import precompiled
import builtins
count = []
real = builtins.compile
builtins.compile = lambda *args, **more: (args[1] == "<string>" and count.append(1)) or real(*args, **more)
import re
parse = re._parser.parse
re._parser.parse = lambda *args: count.append(1) or parse(*args)
with precompiled("test"):
    import module
found = module.WORD.fullmatch("äther")
print(found["first"], module.WORD.groupindex, module.WORD.flags, module.WORD.pattern)
print(module.Holder.BYTES.fullmatch(b"1234"), module.Place("a") < module.Place("b"), module.Place("x"))
print(hash(module.Place("a")) == hash(module.Place("a")))
compiled = len(count)
try:
    module.Place("a").name = "b"
except dataclasses.FrozenInstanceError:
    print("frozen")
print(bool(module.named("Ada Moreau").match("Ada Moreaux")))
print(compiled, file=sys.stderr)
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files have owners on POSIX systems")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "module.py").write_text(MODULE, encoding="utf-8")
    return tmp_path


def seen(home: Path, program: str = SEEN) -> tuple[str, int]:
    """Return what a process says of the module, and how often something was compiled from its text."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{home}"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout, int(done.stderr)


def kept(home: Path) -> bytes:
    (file,) = (home / "cache" / "lettergen" / "derived").glob("code_*")
    return file.read_bytes()


def test_a_module_is_the_same_and_nothing_is_compiled_twice(home: Path) -> None:
    plain, _ = seen(home, SEEN.replace('precompiled("test")', "__import__('contextlib').nullcontext()"))
    first, compiled = seen(home)
    again, compiled_again = seen(home)
    assert first == again == plain
    assert "frozen" in plain
    assert compiled > 0
    assert compiled_again == 0


def test_an_expression_of_a_function_is_not_kept(home: Path) -> None:
    seen(home, SEEN.replace("    import module\n", "    import module\n    module.named('Ada Moreau')\n"))
    assert b"Moreau" not in kept(home)
    assert b"first" in kept(home)


def test_what_is_kept_is_let_go_of_afterwards() -> None:
    before = re._compiler.compile  # type: ignore[attr-defined]
    with pytest.raises(KeyError), precompiled("test"):
        raise KeyError
    assert re._compiler.compile is before  # type: ignore[attr-defined]
    assert "exec" not in vars(dataclasses)


def test_what_is_kept_for_something_else_is_no_hindrance(home: Path) -> None:
    seen(home)
    (file,) = (home / "cache" / "lettergen" / "derived").glob("code_*")
    from lettergen.keeping import keep

    for other in (b"nothing", marshal.dumps(7), marshal.dumps(({}, {}, {}))):
        keep(file, other)
        assert seen(home)[1] > 0
