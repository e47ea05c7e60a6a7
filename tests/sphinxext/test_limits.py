"""Code that never ends is ended, and the limits of others stay."""

import faulthandler
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from yieldpoint.sphinxext import limits
from yieldpoint.sphinxext.limits import TimeIsUp, at_most


def spin() -> None:
    """Compute for ever."""
    while True:
        pass


def wait_for_a_lock() -> None:
    """Wait for what nobody releases."""
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def catch_and_go_on() -> None:
    """Catch the exception once."""
    try:
        spin()
    except TimeIsUp:
        spin()


def join_a_thread() -> None:
    """Wait for a thread that waits for ever."""
    thread = threading.Thread(target=threading.Event().wait, daemon=True)
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    "for_ever", [spin, wait_for_a_lock, catch_and_go_on, join_a_thread]
)
def test_what_never_ends_is_ended(for_ever: object) -> None:
    """The exception is raised where it stands."""
    assert callable(for_ever)
    message = r"has not come to its end within 0\.01 s"
    with pytest.raises(TimeIsUp, match=message), at_most(0.01):
        for_ever()


def test_an_alarm_that_was_set_before_rings_all_the_same() -> None:
    """Its time goes on meanwhile."""
    rang = threading.Event()
    handler = signal.signal(signal.SIGALRM, lambda *_: rang.set())
    before = signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with at_most(60):
            time.sleep(0.06)
            assert not rang.is_set()
        # The signal may come to another thread, and then ends no waiting of this one.
        for _ in range(600):
            if rang.is_set():
                break
            time.sleep(0.1)
        assert rang.is_set()
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, handler)


def test_in_another_thread_there_is_no_alarm() -> None:
    """Only the end of the process is left."""
    done = threading.Event()

    def limited() -> None:
        with at_most(60):
            done.set()

    thread = threading.Thread(target=limited)
    thread.start()
    thread.join()
    assert done.is_set()


def test_what_no_exception_ends_ends_the_process() -> None:
    """With the place on standard error, though the block lets that lead elsewhere."""
    program = (
        "from yieldpoint.sphinxext import limits\n"
        "from yieldpoint.sphinxext.screen import watched\n"
        "limits.GRACE = 0.2\n"
        "def never_looks_up():\n"
        "    while True:\n"
        "        try:\n"
        "            while True: pass\n"
        "        except BaseException: pass\n"
        "with limits.at_most(0.1), watched(): never_looks_up()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "in never_looks_up" in ended.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system forks no process")
def test_a_forked_process_has_alarms_only() -> None:
    """The thread that would end it is not forked, and its lock is taken."""
    program = (
        "import os\n"
        "from yieldpoint.sphinxext.limits import at_most\n"
        "with at_most(60):\n"
        "    forked = os.fork()\n"
        "    if not forked:\n"
        "        with at_most(60): os._exit(7)\n"
        "    status = os.waitpid(forked, 0)[1]\n"
        "raise SystemExit(os.waitstatus_to_exitcode(status))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert ended.returncode == 7


def test_a_fork_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system does it in the new process, where coverage does not look."""
    monkeypatch.setattr(limits, "_forked", False)
    set_again: list[float] = []
    monkeypatch.setattr(
        faulthandler, "dump_traceback_later", lambda after, **_: set_again.append(after)
    )
    with at_most(60):
        limits._note_the_fork()
        with at_most(60):
            assert set_again == [60 + limits.GRACE]
