r"""The proof that programs stand alone: each is run by plain Python.

Without the packages that are installed, unless it needs some, and without `yieldpoint`,
unless it says so. Time jumps, so that the proof takes no time.

Examples:
    >>> from yieldpoint.sphinxext.programs._proving import faults
    >>> wrong = {"text": "print(1 + 1)", "output": "3\n", "needs": []}
    >>> list(faults({"sum": wrong}))
    [('sum', 'Expected:\n    3\nGot:\n    2\n')]
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yieldpoint
from yieldpoint.sphinxext.comparing import agree, difference
from yieldpoint.sphinxext.programs import _plain

__all__ = ["faults", "run"]

# From how many seconds on a program says how long it takes.
_LONG = 30
_SOURCES = Path(str(yieldpoint.__file__)).parents[1]


def run(programs: Mapping[str, Any], *, clock: bool = True) -> dict[str, Any]:
    r"""Run programs by plain Python.

    Args:
        programs: The programs by their names, as in the site's files.
        clock: Whether time jumps; else it passes.

    Returns:
        What became of each: `plain` says what that is.

    Examples:
        >>> from yieldpoint.sphinxext.programs._proving import run
        >>> one = {"text": "import time\ntime.sleep(60)", "needs": []}
        >>> run({"sleeper": one})["sleeper"]["seconds"]
        60.0
    """
    done = {}
    for needs_packages in (False, True):
        chosen = {
            name: program["text"]
            for name, program in programs.items()
            if ("packages" in program["needs"]) == needs_packages
        }
        if chosen:
            done.update(_run(chosen, packages=needs_packages, clock=clock))
    return done


def _run(texts: Mapping[str, str], *, packages: bool, clock: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        files = {
            name: str(Path(folder, f"program_{number}.py"))
            for number, name in enumerate(texts)
        }
        done = subprocess.run(  # noqa: S603 - this Python
            [
                *(sys.executable, "-I", *([] if packages else ["-S"]), "-u"),
                *(_plain.__file__, str((os.cpu_count() or 1) + 1)),
                *([str(_SOURCES)] if clock else []),
            ],
            input=json.dumps({files[name]: text for name, text in texts.items()}),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    reports = json.loads(done.stdout)
    return {name: reports[file] for name, file in files.items()}


def faults(
    programs: Mapping[str, Any], *, timed: bool = True
) -> Iterator[tuple[str, str]]:
    """Run programs, and yield those that do not do what their page says.

    Args:
        programs: The programs by their names, as in the site's files.
        timed: Whether one that takes long has to say so.

    Yields:
        The name of a program, and what is wrong with it.
    """
    for name, report in run(programs).items():
        program = programs[name]
        if not agree(program["output"], report["printed"]):
            yield name, difference(program["output"], report["printed"])
        elif report["status"]:
            yield name, f"it ends with status {report['status']}"
        elif report["asked"] and not program["needs"]:
            yield name, f"it needs {' and '.join(report['asked'])}, and does not say so"
        elif timed and _waits_unsaid(program, report["seconds"]):
            yield name, f"it takes {report['seconds']} s: say so in program_seconds"


def _waits_unsaid(program: Mapping[str, Any], seconds: float) -> bool:
    """Tell whether a program takes long and says another time, or none."""
    said = program.get("seconds") or 0
    has_own_clock = "yieldpoint" in program["text"] and "clock" in program["text"]
    is_long = seconds >= _LONG and not has_own_clock
    return (is_long or said > 0) and abs(seconds - said) > max(1, seconds / 20)
