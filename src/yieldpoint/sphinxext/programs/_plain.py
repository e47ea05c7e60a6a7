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

import asyncio  # noqa: F401 - so that no program has to
import atexit
import contextlib
import gc
import importlib
import json
import os
import re
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
# What a program imports at its beginning.
_IMPORTED = re.compile(r"^(?:from|import) ([\w.]+)", re.MULTILINE)

# What is entered and never left: the clock is there until the last process ends.
_clocks: list[contextlib.AbstractContextManager[object]] = []
# What gives a process a time of its own on that clock.
_starts: list[Callable[[], None]] = []
# Tell how many seconds have passed on it as they do outside, on a busy machine more.
_passed: list[Callable[[], float]] = []
# The modules of `yieldpoint`, for the programs that say so.
_ours: dict[str, types.ModuleType] = {}


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
                for start in _starts:
                    start()
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
    if "yieldpoint" in text:
        sys.modules.update(_ours)
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
        for name in _IMPORTED.findall(text):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def _install_clock() -> None:
    """Put the clock under all programs at once.

    To look in each process for what it replaces would touch every module, and what a
    forked process touches is copied: it would take longer than most programs.
    """
    from yieldpoint.clock import _current, _timeline, installed  # noqa: PLC0415 - on the path only now

    # As long as it may be: a machine that stands still is no program that computes.
    _timeline.PATIENCE = _LIMIT // 2 * _timeline.SECOND
    _clocks.append(installed(start=1000))
    _clocks[0].__enter__()
    timeline = _current.timeline
    assert timeline

    def start() -> None:
        _current.timeline = timeline  # a copy, as all is in a forked process
        timeline.resume()

    _starts.append(start)
    _passed.append(_current.passed)


def _hide_ours() -> None:
    """Let no program import `yieldpoint` that does not say so."""
    names = [name for name in sys.modules if name.startswith("yieldpoint")]
    _ours.update((name, sys.modules.pop(name)) for name in names)
    sys.modules["yieldpoint"] = None  # type: ignore[assignment] # nothing to import


def _main() -> None:
    at_once, *folders = sys.argv[1:]
    programs = json.load(sys.stdin)
    for path, text in programs.items():
        Path(path).write_text(text, encoding="utf-8")
    sys.path[:0] = folders
    _import_for(programs.values())
    if folders:
        _install_clock()
    _hide_ours()
    gc.freeze()  # nobody has to look at it again when a program ends
    done = run_all(programs, int(at_once))
    json.dump(done, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # the system takes away all that has been imported


if __name__ == "__main__":
    _main()
