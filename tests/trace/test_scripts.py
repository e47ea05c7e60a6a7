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
        cwd=SCRIPTS,
        env={**os.environ, "PYTHONPATH": "", "PYTHON_COLORS": "0"},
    )
    return done.returncode, done.stdout, done.stderr


def recorded(output: Path, *program: str) -> dict[str, Any]:
    """Check that a program runs as it does plainly, and return its recording."""
    plain = run(*program)
    trace = run("-m", "yieldpoint", "trace", "-o", output, *program)
    assert re.sub(" at 0x[0-9a-f]+", "", str(trace)) == re.sub(
        " at 0x[0-9a-f]+", "", str(plain)
    )
    document: dict[str, Any] = json.loads(output.read_text("utf-8"))
    return document


def printed(document: dict[str, Any]) -> str:
    """Return what has been printed, as a recording has it."""
    events = document["events"]
    return "".join(event["value"] for event in events if event["kind"] == "printed")


@pytest.mark.parametrize("script", sorted(path.stem for path in SCRIPTS.glob("*.py")))
def test_a_script_runs_as_without_a_recording(script: str, tmp_path: Path) -> None:
    """Same output, same messages, same exit status; and a recording there is."""
    document = recorded(tmp_path / "run.json", f"{script}.py", "argument", "--help")
    assert document["lanes"][0]["name"] == f"{script}.py"
    if script == "thread_outlives_main":
        assert printed(document).splitlines()[-1] == "line 499"
    if script == "exit_handlers":
        assert printed(document) == "worked\nbye last\nbye first\n"
    if script == "left_open":
        assert printed(document).endswith("cleaned up\n")
        assert document["events"][-1]["kind"] == "closed"
    if script == "fork":
        assert "child" not in printed(document)


@pytest.mark.parametrize("module", ["package", "package.inner", "main_module"])
def test_a_module_runs_as_without_a_recording(module: str, tmp_path: Path) -> None:
    """Python's own -m gives the same; of a package, all that is in it is recorded."""
    document = recorded(tmp_path / "run.json", "-m", module, "-m", "--limit")
    assert document["lanes"][0]["name"] == module
    names = [source["name"] for source in document["sources"]]
    if module == "package":
        assert names == ["__main__.py", "inner.py"]
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
