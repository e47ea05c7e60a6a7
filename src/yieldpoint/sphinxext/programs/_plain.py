r"""A script that runs programs as plain Python does, each in a process of its own.

.. code-block:: console

   $ python -I -S -u _plain.py 4 src < programs.json

It reads the texts of programs from its standard input, by the paths of their files, and
writes what became of each: its status, what it printed, how many seconds it took, and
what it asked the system for. The processes are forked off this one, so that Python
starts once; the first argument says how many run at the same time.

No program can import `yieldpoint` that does not say so. With a second argument, the
folder that the package is in, time jumps while a program waits.
"""

import ast
import asyncio  # noqa: F401 - so that no program has to
import atexit
import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import threading
import time
import traceback  # noqa: F401 - so that no program has to
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

# Real seconds that a program may take.
_LIMIT = 60
# What the system is asked for, by the names of the events that audit it.
_EVENTS = {
    "_thread.start_new_thread": "threads",
    "_thread.start_joinable_thread": "threads",
    "socket.bind": "sockets",
    "socket.connect": "sockets",
    "subprocess.Popen": "processes",
    "os.posix_spawn": "processes",
    "os.fork": "processes",
}


# What is entered and never left: a program has its clock until its process ends.
_clocks: list[contextlib.AbstractContextManager[object]] = []
# Tell how many seconds have passed on it as they do outside, on a busy machine more.
_passed: list[Callable[[], float]] = []


def run_all(programs: dict[str, str], at_once: int) -> dict[str, dict[str, Any]]:
    """Run programs.

    Args:
        programs: Their texts by their paths.
        at_once: How many run at the same time.

    Returns:
        What became of each.
    """
    waiting = list(programs)
    running: dict[int, tuple[str, list[Any]]] = {}
    done = {}
    while waiting or running:
        if waiting and len(running) < at_once:
            path = waiting.pop()
            # What it prints, and what is said about it: open until it has ended.
            files = [tempfile.TemporaryFile("w+") for _ in range(2)]  # noqa: SIM115 - closed when read
            process = os.fork()
            if not process:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(files[0].fileno(), 1)
                os.dup2(files[0].fileno(), 2)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                signal.alarm(_LIMIT)
                for clock in _clocks:
                    clock.__enter__()
                _run(path, programs[path], files[1])
                _end()
            running[process] = path, files
        else:
            process, status = os.wait()
            path, files = running.pop(process)
            printed, report = map(_content, files)
            done[path] = {
                "status": os.waitstatus_to_exitcode(status),
                "printed": printed,
                **json.loads(report or "{}"),
            }
    return done


def _end() -> NoReturn:
    """End the process as Python does, but let the system take the modules away.

    To tidy up a thousand modules, which the program has not even imported, would take
    longer than most programs.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - has no public name
    atexit._run_exitfuncs()  # noqa: SLF001 - has no public name
    gc.collect()  # what this process has made: the rest is frozen
    vars(sys.modules["__main__"]).clear()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _content(file: Any) -> str:  # noqa: ANN401 - a temporary file is of many types
    """Return what a file has, and close it."""
    with file:
        file.seek(0)
        return str(file.read())


def _run(path: str, text: str, report: Any) -> None:  # noqa: ANN401 - as above
    """Run a program in the place of this one."""
    if "yieldpoint" not in text:
        for name in [each for each in sys.modules if each.startswith("yieldpoint")]:
            del sys.modules[name]
        sys.modules["yieldpoint"] = None  # type: ignore[assignment] # nothing to import
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    sys.argv[:] = [path]
    asked, need_of = set(), _EVENTS.get  # the hook outlives this module's names
    sys.addaudithook(lambda event, _: asked.add(need_of(event)))
    began = _now()
    try:
        exec(compile(text, path, "exec"), vars(main))  # noqa: S102 - what it is for
    finally:
        seconds = round(_now() - began, 1)
        json.dump({"seconds": seconds, "asked": sorted(asked - {None})}, report)
        report.flush()


def _now() -> float:
    """Return the time, on a clock that jumps only what it has jumped."""
    return time.monotonic() - sum(passed() for passed in _passed)


def _import_for(texts: Iterable[str]) -> None:
    """Import what programs import, so that each has it already."""
    for text in texts:
        for node in ast.parse(text).body:
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                names = [getattr(node, "module", None) or "sys"]
            for name in names:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)


def _main() -> None:
    at_once, *folders = sys.argv[1:]
    programs = json.load(sys.stdin)
    for path, text in programs.items():
        Path(path).write_text(text, encoding="utf-8")
    sys.path[:0] = folders
    _import_for(programs.values())
    if folders:
        from yieldpoint.clock import _current, _timeline, installed  # noqa: PLC0415 - on the path only now

        # As long as it may be: a machine that stands still is no program that computes.
        _timeline.PATIENCE = _LIMIT // 2 * _timeline.SECOND
        _clocks.append(installed(start=1000))
        _passed.append(_current.passed)
        with installed():  # it remembers for all where there is nothing to replace
            pass
    gc.freeze()  # nobody has to look at it again when a program ends
    done = run_all(programs, int(at_once))
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    _main()
