"""Programs in a worker, each with its end."""

import json
from typing import Any

import pytest

from tests.tryit.conftest import Worker
from yieldpoint._tryit import running, worker
from yieldpoint.words import speak


def run(text: str, name: str = "program.py") -> dict[str, Any]:
    """Run a program, and return how it ended."""
    ending = json.loads(worker.run(text, name))
    assert isinstance(ending, dict)
    return ending


def test_it_prints_to_both_streams(host: Worker) -> None:
    """In the order of printing."""
    text = (
        "import sys\nprint(1)\nprint(2, file=sys.stderr)\n"
        "print(sys.stdout.writable())\n"
    )
    assert run(text)["status"] == "ok"
    kinds = [(kind, text) for kind, text in host.printed if text != "\n"]
    assert kinds == [("out", "1"), ("err", "2"), ("out", "True")]


def test_asyncio_needs_no_socket(host: Worker) -> None:
    """It is asyncio's own loop, twice, and it waits in the worker."""
    text = (
        "import asyncio\n"
        "async def main():\n"
        "    async with asyncio.timeout(9):\n"
        "        await asyncio.sleep(0.05)\n"
        "    print(type(asyncio.get_running_loop()).__module__)\n"
        "asyncio.run(main())\n"
        "asyncio.run(main())\n"
    )
    assert run(text)["error"] is None
    assert host.text("out").split() == ["asyncio.unix_events"] * 2
    assert host.waited >= 0.1


@pytest.mark.parametrize(
    "waiting",
    ["import time\ntime.sleep(9)", "import asyncio\nasyncio.run(asyncio.sleep(9))"],
)
def test_stop_ends_waiting(host: Worker, waiting: str) -> None:
    """The names are there afterwards, in another run of the same program."""
    host.looks = 3
    assert run(f"name = 41\n{waiting}")["status"] == "stopped"
    assert run("print(name + 1)")["status"] == "ok"
    assert host.text("out") == "42\n"
    assert host.text("err") == ""


def test_names_can_be_forgotten(host: Worker) -> None:
    """And another program never knows them."""
    run("name = 1")
    assert run("name", "other.py")["error"]["type"] == "NameError"
    worker.forget("program.py")
    assert run("name")["error"]["message"] == "name 'name' is not defined"
    assert "NameError" in host.text("err")


@pytest.mark.parametrize(
    ("text", "kind", "line", "note"),
    [
        ("x = 1\nx.y", "AttributeError", 2, None),
        ("def f():\n    1 / 0\nf()", "ZeroDivisionError", 2, None),
        ("import json\njson.loads('')", "JSONDecodeError", 2, None),
        ("f(", "SyntaxError", 1, None),
        ("exec('f(')", "SyntaxError", 1, None),
        ("import socket\nsocket.socket()", "OSError", 2, "sockets"),
        (
            "import asyncio\nasyncio.run(asyncio.open_connection('a', 1))",
            "OSError",
            2,
            "sockets",
        ),
        ("import time\ntime.sleep(-1)", "ValueError", 2, None),
        ("import sys\nsys.stdout.write(1)", "TypeError", 2, None),
        ("class E(Exception):\n  def __str__(self): 1 / 0\nraise E", "E", 3, None),
        ("raise EOFError('EOF when reading a line')", "EOFError", 1, "keyboard"),
    ],
)
def test_errors_are_told(
    host: Worker, text: str, kind: str, line: int, note: str | None
) -> None:
    """With the line of the program, and with what a browser lacks."""
    ending = run(text)
    assert ending["status"] == "error"
    assert (ending["error"]["type"], ending["error"]["line"]) == (kind, line)
    assert (note or "") in (ending["note"] or "")
    assert (note is None) == (ending["note"] is None)
    assert "yieldpoint" not in host.text("err")


@pytest.mark.parametrize(
    ("code", "number", "printed"),
    [("", 0, ""), ("3", 3, ""), ("'bye'", 1, "bye\n"), ("None", 0, "")],
)
def test_it_may_end_itself(host: Worker, code: str, number: int, printed: str) -> None:
    """An exit code is no error."""
    ending = run(f"import sys\nsys.exit({code})")
    assert (ending["status"], ending["exit"]) == ("ok", number)
    assert host.text("err") == printed


@pytest.mark.parametrize("printed", ["'x' * 1000", ""])
def test_a_flood_is_cut(host: Worker, printed: str) -> None:
    """The next run may print again."""
    ending = run(f"while True: print({printed})")
    assert ending["status"] == "cut"
    assert "more than a page can show" in ending["note"]
    assert len(host.text("out")) <= 200_000
    assert host.text("err") == ""
    assert run("print('again')")["status"] == "ok"


def test_each_run_finds_what_the_first_one_found(host: Worker) -> None:
    """Whatever a program changes, it changes for itself."""
    text = (
        "import asyncio, logging, os, sys, time, warnings\n"
        "print('ADDED' in os.environ, 'added' in sys.path,\n"
        "      len(logging.root.handlers), logging.root.level, time.sleep.__name__,\n"
        "      len(warnings.filters))\n"
        "os.environ['ADDED'] = '1'\n"
        "sys.path.append('added')\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "log = logging.getLogger('asyncio')\n"
        "print(log.handlers, log.level)\n"
        "log.addHandler(logging.NullHandler())\n"
        "log.setLevel(logging.CRITICAL)\n"
        "warnings.simplefilter('ignore')\n"
        "time.sleep = print\n"
        "print(asyncio.run(asyncio.sleep(0, asyncio.run)) is asyncio.run)\n"
        "async def main(): return asyncio.create_task(asyncio.sleep(1)).get_name()\n"
        "print(asyncio.run(main()))\n"
        "async def named(): return asyncio.current_task().get_name()\n"
        "async def in_loop(): return await asyncio.create_task(named(), name='mine')\n"
        "print(asyncio.run(in_loop()))\n"
    )
    assert run(text)["error"] is None
    first = host.text("out")
    assert run(text)["error"] is None
    assert host.text("out") == 2 * first
    assert "Task-5" in first  # asyncio.run ends with two of its own


@pytest.mark.parametrize(("size", "is_kept"), [(1, True), (2**62, False)])
def test_names_stay_if_there_is_memory(
    host: Worker, monkeypatch: pytest.MonkeyPatch, size: int, *, is_kept: bool
) -> None:
    """What fills it up is dropped, so that the next program has some."""
    monkeypatch.setattr(running, "_ENOUGH", size)
    ending = run("name = 1\nraise MemoryError")
    assert "one gigabyte" in ending["note"]
    assert ("is dropped" in ending["note"]) != is_kept
    assert (run("name")["error"] is None) == is_kept
    assert "MemoryError" in host.text("err")


def test_debug_mode_says_where_a_task_was_made(host: Worker) -> None:
    """In the program, and not in what stands around asyncio."""
    text = (
        "import asyncio\n"
        "async def main():\n"
        "    task = asyncio.create_task(asyncio.sleep(0))\n"
        "    print(repr(task).rpartition('created at ')[2])\n"
        "    await task\n"
        "asyncio.run(main(), debug=True)\n"
    )
    assert run(text)["error"] is None
    assert "asyncio" in host.text("out")
    assert "tryit" not in host.text("out")


def test_a_chain_of_errors_is_the_programs(host: Worker) -> None:
    """Also where one comes from what a browser lacks, and where they are a ring."""
    text = (
        "import urllib.request\n"
        "try:\n"
        "    urllib.request.urlopen('http://127.0.0.1:1')\n"
        "except OSError as caught:\n"
        "    error = caught\n"
        "error.__cause__, error.__context__.__cause__ = error.__context__, error\n"
        "raise error\n"
    )
    assert run(text)["error"]["type"] == "URLError"
    assert "no sockets" in host.text("err")
    assert "tryit" not in host.text("err")


def test_a_file_that_can_be_opened(host: Worker) -> None:
    """Programs take that of os, if they need any file."""
    text = (
        "import os\nfrom pathlib import Path\n"
        "print('import abc' in Path(os.__file__).read_text())"
    )
    assert run(text)["status"] == "ok"
    assert host.text("out") == "True\n"


def test_it_looks_into_no_process(host: Worker) -> None:
    """What would do that is not there, and a note says why."""
    ending = run("import _remote_debugging")
    assert ending["error"]["type"] == "ModuleNotFoundError"
    assert ending["note"] == "A browser has no processes to look into."
    assert "_remote_debugging" in host.text("err")


def test_notes_are_in_the_language_of_the_site(host: Worker) -> None:
    """It comes with the start."""
    text = "There is no keyboard here for input()."
    worker.start(host, json.dumps({text: "没有键盘"}))
    try:
        assert run("raise EOFError('EOF when reading a line')")["note"] == "没有键盘"
    finally:
        speak({})
