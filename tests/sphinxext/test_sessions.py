"""A session fails whenever a reader would see something else, and goes on behind it."""

import sys

import pytest

from yieldpoint.clock import _timeline
from yieldpoint.sphinxext.sessions import Block, Session


def faults(*lines: str, seconds: float = 60, start: float = 0) -> list[str]:
    """Run a session of one block and return what is wrong with it."""
    text = "".join(f"{line}\n" for line in lines)
    session = Session("page", [Block(text, "page.md", 1)])
    return [failure.text for failure in session.run(seconds=seconds, start=start)]


@pytest.mark.parametrize(
    "lines",
    [
        [">>> from __future__ import annotations", ">>> def f(x: y): pass"],
        [">>> class C: pass", ">>> C", "<class '__main__.C'>"],
        [">>> 1", "1", ">>> _", "1"],
        [">>> import sys", ">>> _ = sys.stderr.write('seen\\n')", "seen"],
        [">>> import os", ">>> os.write(1, b'seen\\n')", "seen", "5"],
        [
            ">>> import logging",
            ">>> logging.getLogger('any').warning('seen')",
            "seen",
        ],
        [
            ">>> import subprocess, sys",
            ">>> done = subprocess.run([sys.executable, '-c', 'print(42)'])",
            "42",
        ],
        [
            ">>> import warnings",
            ">>> warnings.warn('seen')",
            "<stdin>:1: UserWarning: seen...",
        ],
        [
            ">>> raise KeyboardInterrupt",
            "Traceback (most recent call last):",
            "  ...",
            "KeyboardInterrupt",
        ],
        [
            ">>> import sys",
            ">>> sys.excepthook = lambda kind, error, stack: print('hook:', error)",
            ">>> raise ValueError('seen')",
            "hook: seen",
        ],
        [
            ">>> import sys",
            ">>> sys.excepthook = lambda kind: print(kind)",
            ">>> raise ValueError('seen')",
            "Error in sys.excepthook:",
            "TypeError: <lambda>() takes 1 positional argument but 3 were given",
            "<BLANKLINE>",
            "Original exception was:",
            "Traceback (most recent call last):",
            "  ...",
            "ValueError: seen",
        ],
        [
            ">>> import warnings",
            ">>> with warnings.catch_warnings():",
            "...     warnings.simplefilter('ignore')",
        ],
    ],
)
def test_what_a_reader_sees_passes(lines: list[str]) -> None:
    """Wherever it is written to."""
    assert faults(*lines) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([">>> import sys", ">>> _ = sys.stderr.write('x')"], "Got:\n    x"),
        ([">>> import os", ">>> os.write(2, b'x ')", "2"], "Got:\n    x 2"),
        ([">>> import logging", ">>> logging.error('x')"], "Got:\n    ERROR:root:x"),
        (
            [">>> import warnings", ">>> warnings.simplefilter('ignore')"],
            "It changes which warnings are shown",
        ),
        (
            [
                ">>> async def f(): pass",
                ">>> import warnings; warnings.simplefilter('ignore')",
                ">>> f() and None",
            ],
            "RuntimeWarning: coroutine 'f' was never awaited",
        ),
        ([">>> async def f(): pass", ">>> x = f()"], "left behind: "),
        ([">>> async def f(): pass", ">>> f()", "<coroutine ...>"], "left behind: "),
        (["text", ">>> 1", ">>>2"], "no doctest: line 3 of the docstring"),
        (
            [
                ">>> import sys",
                ">>> try:",
                "...     1 / 0",
                "... except ZeroDivisionError:",
                "...     {}[1]",
                "Traceback (most recent call last):",
                "  ...",
                "KeyError: 1",
            ],
            "During handling of the above exception",
        ),
    ],
)
def test_what_a_reader_would_see_and_the_page_does_not_show(
    lines: list[str], fault: str
) -> None:
    """Each is a failure that shows it."""
    found = faults(*lines)
    assert any(fault in each for each in found), found


def test_a_wrong_sign_in_a_duration_shows() -> None:
    """The clock does not begin at nothing."""
    lines = [
        ">>> import asyncio",
        ">>> async def takes():",
        "...     loop = asyncio.get_running_loop()",
        "...     started = loop.time()",
        "...     await asyncio.sleep(0.3)",
        "...     return round(loop.time() - started, 1)",
        ">>> asyncio.run(takes())",
        "0.3",
    ]
    assert faults(*lines, start=1000) == []
    wrong = [line.replace("- started", "+ started") for line in lines]
    [fault] = faults(*wrong, start=1000)
    assert fault.endswith("Got:\n    2000.3")


def test_when_time_is_up_the_rest_is_not_run() -> None:
    """The failure says where the session was."""
    [fault] = faults(
        *(">>> def spin():", "...     while True:", "...         pass"),
        *(">>> spin()", ">>> print('never')"),
        seconds=0.05,
    )
    assert fault.startswith("it has not come to its end within 0.05 s. It was here:\n")
    assert 'File "<page[2]>", line 1, in <module>' in fault
    assert "sessions.py" not in fault
    assert "limits.py" not in fault


def test_a_task_that_never_ends() -> None:
    """An event loop lets the exception through."""
    [fault] = faults(
        ">>> import asyncio",
        ">>> async def spin():",
        "...     while True:",
        "...         await asyncio.sleep(0)",
        ">>> asyncio.run(spin())",
        seconds=0.05,
    )
    assert "has not come to its end" in fault


def test_a_thread_that_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left behind."""
    monkeypatch.setattr("yieldpoint.sphinxext.screen._LAST_STEPS", 0.05)
    end = "yieldpoint_end_of_thread"
    [fault] = faults(
        ">>> import sys, threading",
        f">>> sys.{end} = threading.Event()",
        f">>> thread = threading.Thread(target=sys.{end}.wait, name='lasting')",
        ">>> thread.start()",
    )
    getattr(sys, end).set()
    assert fault == "left behind: thread 'lasting' goes on"


def test_who_presses_ctrl_c_ends_the_build() -> None:
    """An example that does not show the exception has not raised it."""
    with pytest.raises(KeyboardInterrupt):
        faults(">>> raise KeyboardInterrupt")


def test_flags_of_a_block_and_of_an_example() -> None:
    """The nearer one wins."""
    import doctest  # noqa: PLC0415 - its flags

    text = ">>> 'abc'\n'a...'\n"
    options = {doctest.ELLIPSIS: False}
    strict = Session("page", [Block(text, "page.md", 1, options)])
    assert len(strict.run(seconds=60)) == 1
    loose = text.replace("\n", "  # doctest: +ELLIPSIS\n", 1)
    assert Session("page", [Block(loose, "page.md", 1, options)]).run(60) == []


def test_a_machine_that_stands_still_is_no_long_computation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock waits for it longer than for a program that a reader runs."""
    monkeypatch.setattr(_timeline, "PATIENCE", 0)
    looks = [">>> import time", ">>> time.monotonic() - time.monotonic()", "0.0"]
    assert faults(*looks) == []
    assert _timeline.PATIENCE == 0


def test_a_session_leaves_nothing_to_the_next() -> None:
    """Neither what is built in nor what is set in a context or for logs."""
    first = (
        ">>> import builtins, decimal, logging, sys\n"
        ">>> builtins.secret = 42\n"
        ">>> del builtins.aiter\n"
        ">>> sys.path.insert(0, 'nowhere')\n"
        ">>> decimal.getcontext().prec = 3\n"
        ">>> logging.disable()\n"
        ">>> logging.getLogger('asyncio').warning('silent')\n"
        ">>> logging.getLogger('asyncio').handlers.append(logging.NullHandler())\n"
    )
    then = (
        ">>> import decimal, logging, sys\n"
        ">>> secret\n"
        "Traceback (most recent call last):\n"
        "  ...\n"
        "NameError: name 'secret' is not defined\n"
        ">>> callable(aiter)\n"
        "True\n"
        ">>> sys.path[0] == 'nowhere'\n"
        "False\n"
        ">>> decimal.getcontext().prec\n"
        "28\n"
        ">>> logging.getLogger('asyncio').warning('loud')\n"
        "loud\n"
    )
    for text in (first, then):
        assert Session("page", [Block(text, "page.md", 1)]).run(seconds=60) == []
