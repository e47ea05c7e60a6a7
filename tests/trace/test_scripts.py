"""Scripts, run as processes: with a recording all is as it is without."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent / "scripts"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Run Python, and return its status and what it prints."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        cwd=SCRIPTS,
        env={**os.environ, "PYTHONPATH": "", "PYTHON_COLORS": "0"},
    )
    return done.returncode, done.stdout, done.stderr


def recorded(script: str, output: Path) -> tuple[str, dict[str, Any]]:
    """Check that a script runs as it does plainly; return its output and recording."""
    plain = run(f"{script}.py", "argument")
    trace = run("-m", "yieldpoint", "trace", "-o", output, f"{script}.py", "argument")
    if script == "exits_from_a_task" and sys.version_info < (3, 12):
        # There an exception that nothing catches has no traceback of its own yet.
        assert trace[:2] == plain[:2]
    else:
        assert trace == plain
    document: dict[str, Any] = json.loads(output.read_text("utf-8"))
    return plain[1], document


def printed(document: dict[str, Any]) -> str:
    """Return what has been printed, as a recording has it."""
    events = document["events"]
    return "".join(event["value"] for event in events if event["kind"] == "printed")


@pytest.mark.parametrize("script", sorted(path.stem for path in SCRIPTS.glob("*.py")))
def test_a_script_runs_as_without_a_recording(script: str, tmp_path: Path) -> None:
    """Same output, same messages, same exit status; and a recording there is."""
    output, document = recorded(script, tmp_path / "run.json")
    assert document["lanes"][0]["name"] == f"{script}.py"
    # What a child process does is not recorded.
    assert printed(document) == output.replace("child\n", "")
    last = document["events"][-1]
    if script == "thread_outlives_main":
        assert document["lanes"][last["lane"]]["kind"] == "thread"
        assert last["kind"] == "returned"
    if script == "left_open":
        assert last["kind"] == "closed"
