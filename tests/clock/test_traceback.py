"""What a program sees of its own errors: nothing of the clock."""

import asyncio
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from yieldpoint import clock

ERRORS = TypeError, ValueError, RuntimeError, OSError


class EnoughError(Exception):
    """What a signal's handler raises."""


def handle(*_: object) -> None:
    """End what waits."""
    raise EnoughError


def receive_too_little() -> None:
    """Ask a socket for less than nothing."""
    here, there = socket.socketpair()
    with here, there:
        here.recv(-1)


async def set_a_timer_for_never() -> None:
    """Ask for a time that is none."""
    asyncio.get_running_loop().call_at(None, print)  # type: ignore[arg-type]  # that is the point


def lines_of_the_clock(error: BaseException) -> list[str]:
    """Return the lines of its traceback that a program would not see without it."""
    room = Path(clock.__file__).parent
    frames = traceback.extract_tb(error.__traceback__)
    return [str(frame) for frame in frames if Path(frame.filename).parent == room]


@pytest.mark.parametrize(
    "call",
    [
        lambda: time.sleep(-1),
        lambda: time.localtime("today"),  # type: ignore[arg-type]  # that is the point
        lambda: signal.signal(1000, signal.SIG_DFL),
        lambda: select.select([], [], [], "soon"),  # type: ignore[arg-type]  # that is the point
        receive_too_little,
        lambda: threading.Thread().join(),
        lambda: threading.current_thread().start(),
        lambda: subprocess.Popen(["/no/such/program"]),
        lambda: queue.SimpleQueue[None]().get(timeout=-1),
        lambda: asyncio.run(set_a_timer_for_never()),
    ],
)
def test_a_call_fails_as_without_the_clock(call: Callable[[], object]) -> None:
    """Its traceback has no line of it."""
    with clock.installed(), pytest.raises(ERRORS) as caught:
        call()
    assert lines_of_the_clock(caught.value) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize(
    "wait",
    [
        lambda: time.sleep(60),
        lambda: threading.Event().wait(60),
        lambda: queue.SimpleQueue[None]().get(timeout=60),
        lambda: asyncio.run(asyncio.sleep(60)),
    ],
)
def test_what_is_interrupted_fails_as_without_the_clock(
    wait: Callable[[], object],
) -> None:
    """The signal's handler raises where the program waits."""

    def wait_with_a_timer() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        wait()

    before = signal.signal(signal.SIGALRM, handle)
    try:
        with clock.installed(), pytest.raises(EnoughError) as caught:
            wait_with_a_timer()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert lines_of_the_clock(caught.value) == []
