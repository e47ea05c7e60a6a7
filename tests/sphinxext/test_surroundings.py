"""Examples run as by hand, whatever the build was told to ignore."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from yieldpoint.sphinxext.sessions import Block, Session
from yieldpoint.sphinxext.surroundings import usual_signals

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "pthread_sigmask"), reason="no such signals"
)

IGNORED = [signal.SIGALRM, signal.SIGINT, signal.SIGTERM]


@pytest.fixture(autouse=True)
def as_in_the_background() -> Iterator[None]:
    """Ignore and block signals, as ``nohup`` and some agents do."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in IGNORED}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, IGNORED)
    yield
    for number, handler in handlers.items():
        assert signal.getsignal(number) is signal.SIG_IGN
        signal.signal(number, handler)
    assert signal.pthread_sigmask(signal.SIG_SETMASK, blocked) == set(IGNORED)


def test_ctrl_c_arrives() -> None:
    """In a session too."""
    text = (
        ">>> import signal\n"
        ">>> signal.raise_signal(signal.SIGINT)\n"
        "Traceback (most recent call last):\n  ...\nKeyboardInterrupt\n"
    )
    assert Session("page", [Block(text, "page.md", 1)]).run(seconds=60) == []


def test_a_session_has_its_limit() -> None:
    """The alarm is one of the signals."""
    session = Session("page", [Block(">>> while True: pass\n", "page.md", 1)])
    [failure] = session.run(seconds=0.01)
    assert failure.text.startswith("it has not come to its end within 0.01 s")


def test_a_process_can_be_asked_to_end() -> None:
    """What is ignored here would be ignored there."""
    with usual_signals():
        program = "import time; time.sleep(60)"
        process = subprocess.Popen([sys.executable, "-c", program])
        process.terminate()
        assert process.wait(timeout=60) == -signal.SIGTERM


def test_another_thread_changes_nothing() -> None:
    """Signals are the main thread's."""
    seen = []

    def look() -> None:
        with usual_signals():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.SIG_IGN]


def test_not_every_system_can_block_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are ignored come back there too."""
    monkeypatch.delattr(signal, "pthread_sigmask")
    with usual_signals():
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    monkeypatch.undo()
