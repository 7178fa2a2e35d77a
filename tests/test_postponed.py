"""What is imported later is the same when it is there."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Told = Callable[[str], list[str]]
ROOT = Path(__file__).parent.parent
MODULES = {
    "inner.py": "print('inner is run')\nLIMIT = 1\nFOUND = __import__('sys').modules[__name__].LIMIT\n",
    "deep/__init__.py": (
        "class Fault(Exception): pass\ndef read(good):\n    if not good: raise Fault\n    return 'read'\n"
    ),
    "deep/part.py": "print('part is run')\ndef pack(): return 'packed'\n",
    "user/__init__.py": (
        "import inner\nfrom deep import Fault, read, part\n"
        "def tried(good):\n    try: return read(good)\n    except Fault: return 'fault'\n"
    ),
}
START = (
    "import sys\nfrom lettergen.pages.pdf.postponed_modules import postponed\n"
    "with postponed(['inner'], {'deep': ['Fault', 'read', 'part']}, of='user'):\n    import user\n"
    "print('started')\n"
)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    for name, text in MODULES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(program: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", START + program],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": f"{ROOT}:{tmp_path}", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        return done.stdout.splitlines()

    return run


def test_nothing_is_run_that_is_not_used(told: Told) -> None:
    assert told("") == ["started"]


def test_a_module_is_run_once_when_it_is_looked_into(told: Told) -> None:
    program = "import inner\nprint(user.inner.LIMIT, inner.FOUND, type(inner).__name__)\n"
    assert told(program) == ["started", "inner is run", "1 1 module"]


def test_what_was_set_before_holds(told: Told) -> None:
    assert told("user.inner.LIMIT = 5\nprint(user.inner.FOUND, user.inner.LIMIT)")[-1] == "1 5"


def test_what_is_not_in_a_module_is_not_found_in_it(told: Told) -> None:
    assert told("print(hasattr(user.inner, 'nothing'))")[-1] == "False"


def test_the_names_of_a_module_get_their_meaning_when_one_of_them_is_used(told: Told) -> None:
    assert told("print(user.tried(True), user.tried(False))")[-1] == "read fault"
    assert told("print(user.part.pack())")[-2:] == ["part is run", "packed"]


def test_others_meet_the_module_itself(told: Told) -> None:
    assert told("import deep\nprint(deep.read(True))")[-1] == "read"


def test_two_threads_find_a_whole_module(told: Told) -> None:
    program = (
        "import threading\nfound = []\n"
        "threads = [threading.Thread(target=lambda: found.append(user.inner.FOUND)) for _ in range(8)]\n"
        "[one.start() for one in threads]\n[one.join() for one in threads]\nprint(found == [1] * 8)\n"
    )
    assert told(program) == ["started", "inner is run", "True"]
