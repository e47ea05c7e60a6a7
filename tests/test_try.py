"""The programs of ``docs/try.md`` print what is expected, and show their puzzle."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from yieldpoint.trace import record_script

DOCS = Path(__file__).parent.parent / "docs"


@dataclass(frozen=True)
class Puzzle:
    """What a program does.

    Attributes:
        prints: The lines on standard output.
        says: A part of what stands on standard error; nothing else is written there.
        finds: The kinds of what its recording finds.
    """

    prints: tuple[str, ...]
    says: str = ""
    finds: tuple[str, ...] = ()


PUZZLES = {
    "blocked_loop": Puzzle(("tick", "works", "has worked"), finds=("blocked",)),
    "lost_update": Puzzle(("3",), finds=("lost update",)),
    "never_awaited": Puzzle(
        ("begins", "ends"),
        "RuntimeWarning: coroutine 'save' was never awaited",
        ("never awaited",),
    ),
    "one_after_another": Puzzle(
        ("asks for A", "has A", "asks for B", "has B", "asks for C", "has C")
    ),
    "one_fails": Puzzle(("A is done", "C is cancelled", "(ValueError('B fails'),)")),
    "order_of_gather": Puzzle(
        ("C is done", "B is done", "A is done", "['A', 'B', 'C']")
    ),
    "swallowed_cancellation": Puzzle(
        (
            *("part 1", "part 2 failed, on to the next", "part 3", "part 4"),
            *("part 5", "took 0.9 s"),
        ),
        finds=("swallowed",),
    ),
    "when_does_finally_run": Puzzle(
        ("opens", "line 0", "main ends", "closes", "the program ends"),
        finds=("left open",),
    ),
    "when_does_it_start": Puzzle(
        (
            *("called", "  starts", "next gives 1", "  received hello"),
            *("send gives 2", "  ends", "the last next gives nothing more"),
        ),
    ),
    "where_did_the_exception_go": Puzzle(
        (
            "divides 1",
            "main has seen no exception, and the task is done: True",
            "the program ends well",
        ),
        "Task exception was never retrieved",
        ("unretrieved",),
    ),
    "who_prints_first": Puzzle(("the coroutine", "main", "the task")),
    "who_waits_for_whom": Puzzle(
        tuple(
            line
            for number in range(4)
            for line in (f"puts {number}", f"      gets {number}")
        )
    ),
    "why_does_it_hang": Puzzle(
        ("Ann has one fork", "Bob has one fork", "nobody has eaten"),
        finds=("deadlock",),
    ),
}


def test_each_is_on_the_page() -> None:
    """And has a question as its docstring."""
    page = (DOCS / "try.md").read_text(encoding="utf-8")
    files = re.findall(r"<try/(\w+)\.py>", page)
    assert sorted(files) == sorted(PUZZLES)
    assert sorted(path.stem for path in DOCS.glob("try/*.py")) == sorted(PUZZLES)
    for name in files:
        first, _, _ = (DOCS / f"try/{name}.py").read_text("utf-8").partition("\n")
        assert first.startswith('"""')
        assert first.endswith('?"""')


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run Python, which has to end well."""
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )


@pytest.mark.parametrize("name", PUZZLES)
def test_under_plain_python(name: str) -> None:
    """It ends well, and prints what is expected, on a busy machine a little later."""
    done = run("-I", str(DOCS / f"try/{name}.py"))
    # A number of seconds may be larger then, and nothing else may differ.
    time = re.compile(r"[\d.]+(?= s\b)")
    promised = "\n".join(PUZZLES[name].prints) + "\n"
    assert time.sub("", done.stdout) == time.sub("", promised)
    taken, least = (map(float, time.findall(text)) for text in (done.stdout, promised))
    assert all(map(float.__ge__, taken, least))
    assert PUZZLES[name].says in done.stderr
    assert bool(done.stderr) == bool(PUZZLES[name].says)


@pytest.mark.filterwarnings("ignore")  # of what a puzzle is about
@pytest.mark.parametrize("name", PUZZLES)
def test_recorded(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints the same, and what the puzzle is about is found, and nothing else."""
    trace = record_script(DOCS / f"try/{name}.py")
    assert tuple(capsys.readouterr().out.splitlines()) == PUZZLES[name].prints
    assert tuple(finding.kind for finding in trace.findings) == PUZZLES[name].finds
