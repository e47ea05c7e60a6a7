"""Scripts, run as processes: with a recording all is as it is without."""

import json
import os
import re
import subprocess
import sys
import sysconfig
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


def without_addresses(texts: object) -> str:
    """Return what a process says, without what differs in each."""
    return re.sub(" at 0x[0-9a-f]+", "", str(texts))


def recorded(output: Path, *program: str) -> tuple[str, dict[str, Any]]:
    """Check that a program runs as it does plainly; return its output and recording."""
    plain = run(*program)
    trace = run("-m", "yieldpoint", "trace", "-o", output, *program)
    if "exits_from_a_task.py" in program and sys.version_info < (3, 12):
        # There an exception that nothing catches has no traceback of its own yet.
        assert trace[:2] == plain[:2]
    else:
        assert without_addresses(trace) == without_addresses(plain)
    document: dict[str, Any] = json.loads(output.read_text("utf-8"))
    return plain[1], document


def printed(document: dict[str, Any]) -> str:
    """Return what has been printed, as a recording has it."""
    events = document["events"]
    return "".join(event["value"] for event in events if event["kind"] == "printed")


@pytest.mark.parametrize("script", sorted(path.stem for path in SCRIPTS.glob("*.py")))
def test_a_script_runs_as_without_a_recording(script: str, tmp_path: Path) -> None:
    """Same output, same messages, same exit status; and a recording there is."""
    program = f"{script}.py", "argument", "--help"
    output, document = recorded(tmp_path / "run.json", *program)
    assert document["lanes"][0]["name"] == f"{script}.py"
    # What a child process does is not recorded.
    assert printed(document) == output.replace("child\n", "")
    last = document["events"][-1]
    if script == "thread_outlives_main":
        assert document["lanes"][last["lane"]]["kind"] == "thread"
        assert last["kind"] == "returned"
    if script == "left_open":
        assert last["kind"] == "closed"


@pytest.mark.parametrize("module", ["package", "package.inner", "main_module"])
def test_a_module_runs_as_without_a_recording(module: str, tmp_path: Path) -> None:
    """Python's own -m gives the same; of a package, all that is in it is recorded."""
    program = "-m", module, "-m", "--limit"
    output, document = recorded(tmp_path / "run.json", *program)
    assert document["lanes"][0]["name"] == module
    names = [source["name"] for source in document["sources"]]
    if module == "package":
        assert names == ["__main__.py", "inner.py"]
        said = without_addresses(printed(document))
        assert without_addresses(output).endswith(said)
        assert printed(document).endswith("works\n")


def test_the_console_script(tmp_path: Path) -> None:
    """It finds modules where it is called, and gives them their arguments."""
    command = Path(sysconfig.get_path("scripts"), "yieldpoint")
    (tmp_path / "here.py").write_text(
        "import sys\ndef main():\n    print(sys.argv, sys.path[0])\n"
    )
    for program in ("here:main", "here.py"):
        done = subprocess.run(
            [command, "trace", "-o", "run.txt", program, "-o", "out"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=tmp_path,
        )
        said = f"{[program, '-o', 'out']} {tmp_path}\n" if ":" in program else ""
        assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
