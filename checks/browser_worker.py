"""What becomes of programs in the browser's worker: ``nox -s browser``.

One worker runs all of them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

pytest_plugins = ["checks.chromium", "checks.worker"]

Run = Callable[..., dict[str, Any]]


class Case(NamedTuple):
    """A program, and what must become of it.

    Attributes:
        text: The program.
        status: How it ends.
        out: What it prints.
        error: The error's type.
        note: What stands in the note.
        err: What stands in the error output.
        stop: Whether it is stopped, after its first output.
        mode: How it is run.
    """

    text: str
    status: str = "ok"
    out: str = ""
    error: str = ""
    note: str = ""
    err: str = ""
    stop: bool = False
    mode: str = "run"


IN_LOOP = "import asyncio\nasync def main():\n    {}\nasyncio.run(main())\n"

CASES = {
    "nothing": Case(""),
    "a comment": Case("# nothing\n"),
    "markup": Case(
        "print('</script><img src=x onerror=alert(1)>')",
        out="</script><img src=x onerror=alert(1)>\n",
    ),
    "10,000 lines": Case("x = 1\n" * 10_000 + "print(x)\n", out="1\n"),
    "an endless loop": Case("print(1)\nwhile True: pass", "stopped", "1\n", stop=True),
    "an endless program": Case(
        IN_LOOP.format("print(1)\n    while True: await asyncio.sleep(0)"),
        *("stopped", "1\n"),
        stop=True,
    ),
    "an endless program, watched": Case(
        IN_LOOP.format("while True: await asyncio.sleep(0)"),
        "cut",
        note="first 1,000 steps",
        mode="watch",
    ),
    "a long sleep": Case(
        "import time\nprint(1)\ntime.sleep(99)", "stopped", "1\n", stop=True
    ),
    "nobody sets the event": Case(
        IN_LOOP.format("print(1)\n    await asyncio.Event().wait()"),
        *("stopped", "1\n"),
        stop=True,
    ),
    "it cleans up": Case(
        IN_LOOP.format(
            "try:\n        print(1)\n        await asyncio.sleep(99)\n"
            "    finally: print(2)"
        ),
        *("stopped", "1\n2\n"),
        stop=True,
    ),
    "a flood": Case("while True: print('x' * 99)", "cut", note="more than a page"),
    "a flood of lines": Case("while True: print()", "cut", note="more than a page"),
    "a recursion": Case(
        "def f(): f()\nf()", "error", error="RecursionError", err="maximum recursion"
    ),
    "a recursion through C": Case(
        "class A:\n    def __repr__(self): return repr(self)\nrepr(A())",
        *("error", "", "RecursionError"),
    ),
    "a recursion, watched": Case(
        "def f(): f()\nf()", "error", error="RecursionError", mode="watch"
    ),
    "brackets": Case("eval('(' * 100_000)", "error"),
    "gigabytes": Case(
        "x = []\nwhile True: x.append(bytearray(10**8))",
        *("error", "", "MemoryError", "one gigabyte"),
    ),
    "a callback fails": Case(
        IN_LOOP.format(
            "asyncio.get_running_loop().call_soon(lambda: 1 / 0)\n"
            "    await asyncio.sleep(0.01)\n    print('after')"
        ),
        out="after\n",
        err="Exception in callback main",
    ),
    "a task fails": Case(
        "import asyncio\nasync def f(): 1 / 0\n"
        "async def main():\n    asyncio.create_task(f())\n"
        "    await asyncio.sleep(0.01)\nasyncio.run(main())",
        err="Task exception was never retrieved",
    ),
    "exit": Case("import sys\nsys.exit('bye')", err="bye\n"),
    "exit at once": Case("import os\nos._exit(3)", "error", note="ended Python itself"),
    "abort": Case("import os\nos.abort()", "error", note="ended Python itself"),
    "input": Case("input('name? ')", "error", "name? ", "EOFError", "no keyboard here"),
    "twice": Case(
        "import asyncio\nasync def main(): print(1)\n"
        "asyncio.run(main())\nasyncio.run(main())",
        out="1\n1\n",
    ),
    "nested": Case(
        IN_LOOP.format("asyncio.run(main())"),
        *("error", "", "RuntimeError"),
        err="asyncio.run() cannot be called from a running event loop",
    ),
    "left over": Case(
        IN_LOOP.format("asyncio.create_task(asyncio.sleep(99))") + "print(1)",
        out="1\n",
    ),
    "never awaited": Case(
        "async def f(): pass\nf()", err="p.py:2: RuntimeWarning: coroutine 'f'"
    ),
    "await at the top": Case(
        "import asyncio\nawait asyncio.sleep(1)",
        *("error", "", "SyntaxError", "inside async def"),
    ),
    "a syntax error": Case("f(", "error", error="SyntaxError", err="never closed"),
    "a syntax error, watched": Case(
        "f(", "error", error="SyntaxError", err="never closed", mode="watch"
    ),
    "a thread": Case(
        "import threading\nthreading.Thread(target=print).start()",
        *("error", "", "RuntimeError", "one thread"),
    ),
    "a thread of asyncio's": Case(
        IN_LOOP.format("await asyncio.to_thread(print)"),
        *("error", "", "RuntimeError", "one thread"),
    ),
    "a socket": Case(
        "import socket\nsocket.create_connection(('example.com', 80))",
        *("error", "", "OSError", "no sockets"),
    ),
    "a page of another host": Case(
        "import urllib.request\nurllib.request.urlopen('http://example.com')",
        *("error", "", "URLError", "no sockets"),
    ),
    "a connection": Case(
        IN_LOOP.format("await asyncio.open_connection('example.com', 80)"),
        *("error", "", "OSError", "no sockets"),
    ),
    "a server": Case(
        IN_LOOP.format("await asyncio.start_server(print, 'localhost', 8000)"),
        *("error", "", "OSError", "no sockets"),
    ),
    "a process": Case(
        "import subprocess\nsubprocess.run(['ls'])",
        *("error", "", "OSError", "cannot start processes"),
    ),
    "a process of multiprocessing": Case(
        "import multiprocessing\nmultiprocessing.Process(target=print).start()",
        *("error", "", "ModuleNotFoundError", "cannot start processes"),
    ),
    "the page": Case(
        "import js\njs.fetch('http://example.com')",
        *("error", "", "ModuleNotFoundError"),
    ),
    "the page by another door": Case(
        "from pyodide.code import run_js", "error", error="ModuleNotFoundError"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_programs_end_in_something_sensible(run: Run, case: Case) -> None:
    """And the next program runs."""
    told = run(case.text, case.mode, stop_after=50 * case.stop)
    error = told["error"] or {"type": ""}
    assert told["status"] == case.status
    assert case.error in error["type"]
    assert case.note in (told["note"] or "")
    assert case.err in told["err"]
    assert told["out"] == case.out or case.status == "cut"
    assert "/yieldpoint/" not in told["err"]
    assert run("print('next')")["out"] == "next\n"


def test_names_stay_when_a_program_is_stopped(run: Run) -> None:
    """In another run of the same program; another one does not know them."""
    told = run("name = 41\nprint(name)\nwhile True: pass", stop_after=50)
    assert told["status"] == "stopped"
    assert run("print(name + 1)")["out"] == "42\n"
    assert run("print(name)", name="other.py")["error"]["type"] == "NameError"


def test_a_watched_program_is_shown(run: Run) -> None:
    """As the pages show it, with what was found."""
    text = IN_LOOP.format(
        "import time\n    time.sleep(60)\n    await asyncio.sleep(60)"
    )
    told = run(text, "watch")
    assert told["status"] == "ok"
    assert told["seconds"] < 30
    recording = told["recording"]
    assert "yp-figure" in recording["html"]
    (found,) = recording["findings"]
    assert (found["line"], found["page"]) == (4, "asyncio/sleep#ticks-while")
