"""Programs, run by plain Python."""

import sys
from typing import Any

import pytest

from yieldpoint.sphinxext.programs._proving import faults, run


def program(text: str, output: str, *needs: str) -> dict[str, Any]:
    """Return a program as the site's files have it."""
    return {"text": text, "output": output, "needs": needs}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("print(1)", "Expected:\n    2\nGot:\n    1\n"),
        ("print(2)\nraise SystemExit(3)", "it ends with status 3"),
        ("print(2, flush=True)\nimport os\nos._exit(4)", "it ends with status 4"),
        ("import yieldpoint.clock as c\ndel c\nprint(2)", None),
        ("__import__('yield' 'point')\nprint(2)", "ModuleNotFoundError"),
        ("import docutils\nprint(2)", "ModuleNotFoundError"),
        pytest.param(
            "import threading\nthreading.Thread().start()\nprint(2)",
            "it needs threads, and does not say so",
            marks=pytest.mark.skipif(
                sys.version_info < (3, 12), reason="3.11 tells nobody of a thread"
            ),
        ),
        ("import time\ntime.sleep(29)\nprint(2)", None),
        ("import time\ntime.sleep(60)\nprint(2)", "it takes 60.0 s: say so"),
        ("import atexit\natexit.register(print, 2)", None),
    ],
)
def test_a_fault_is_found(text: str, fault: str | None) -> None:
    """What is written at the end of the process counts as well."""
    found = dict(faults({"one": program(text, "2\n")}))
    assert (fault or "") in found.get("one", "")
    assert bool(found) == bool(fault)


LAST_WORDS = """
import atexit, threading, time

class Last:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print(self.name)

def work():
    time.sleep(1)
    print("a thread")

kept, held = Last("a name"), Last("a circle")
held.held = held
atexit.register(print, "at exit")
threading.Thread(target=work).start()
del held
print("the program")
"""


def test_what_ends_with_a_program_says_so() -> None:
    """In the order in which Python ends: its threads, what is registered, the rest."""
    order = "the program\na thread\nat exit\na circle\na name\n"
    assert not list(faults({"one": program(LAST_WORDS, order, "threads")}))


def test_packages_for_those_that_need_some() -> None:
    """And still not this one."""
    text = "import docutils\nprint(2)"
    assert not list(faults({"one": program(text, "2\n", "packages")}))


def test_each_has_a_process_of_its_own() -> None:
    """None sees what another one did."""
    text = "import builtins\nprint(getattr(builtins, 'seen', 0))\nbuiltins.seen = 1"
    reports = run({str(number): program(text, "") for number in range(5)}, clock=False)
    assert {report["printed"] for report in reports.values()} == {"0\n"}


@pytest.mark.parametrize(("said", "is_wrong"), [(60, False), (90, True), (None, True)])
def test_a_long_time_is_said(said: int | None, *, is_wrong: bool) -> None:
    """What is said is right."""
    one = program("import time\ntime.sleep(60)", "") | {"seconds": said}
    assert bool(list(faults({"one": one}))) == is_wrong


def test_what_others_need_is_no_time_to_say() -> None:
    """How long another process takes depends on how busy the machine is."""
    other = "[sys.executable, '-c', 'import time; time.sleep(0.2)']"
    text = f"import subprocess, sys\nsubprocess.run({other})"
    one = {"one": program(text, "", "processes")}
    assert run(one)["one"]["seconds"] == 0
    assert run(one, clock=False)["one"]["seconds"] > 0
