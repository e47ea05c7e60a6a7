"""The line that a terminal shows while a long run is recorded."""

import contextlib
import io
import sys
import threading
from collections.abc import Iterator

import pytest

from yieldpoint.trace._command import progress
from yieldpoint.trace._command.progress import Progress


class Terminal(io.StringIO):
    """A stream that says that it is a terminal, and shows what is seen on it."""

    def isatty(self) -> bool:
        """Say so."""
        return True

    @property
    def rows(self) -> list[str]:
        """The rows as they are seen, and the one that the cursor is in."""
        rows = []
        for text in self.getvalue().split("\n"):
            row = ""
            for part in text.split("\r"):
                row = part + row[len(part) :]
            rows.append(row.rstrip())
        return rows


class Watch:
    """A time that the test sets."""

    now = 0.0


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Return the time that the line goes by."""
    time = Watch()
    monkeypatch.setattr(progress, "_now", lambda: time.now)
    return time


@contextlib.contextmanager
def on_a_terminal() -> Iterator[Terminal]:
    """Let both streams go to a terminal."""
    terminal = Terminal()
    with contextlib.redirect_stdout(terminal), contextlib.redirect_stderr(terminal):
        yield terminal


def test_a_long_run(watch: Watch) -> None:
    """It is shown after two seconds, and every half a second; then it is gone."""
    with on_a_terminal() as terminal:
        with Progress(sys.stderr) as shown:
            shown(200, "")
            assert terminal.rows == [""]
            watch.now = 2
            shown(12_345, "")
            assert terminal.rows == ["12,345 steps recorded in 2 s"]
            watch.now = 2.4
            shown(20_000, "")
            assert terminal.rows == ["12,345 steps recorded in 2 s"]
            watch.now = 62
            shown(20_000, "")
            assert terminal.rows == ["20,000 steps recorded in 62 s"]
        assert terminal.rows == [""]
        assert sys.stdout is terminal
        assert sys.stderr is terminal
        shown(30_000, "")
        assert terminal.rows == [""]


def test_a_program_that_prints(watch: Watch) -> None:
    """The line gives way; it is not shown in a row that the program has begun."""
    with on_a_terminal() as terminal, Progress(sys.stderr) as shown:
        watch.now = 3
        shown(200, "")
        print("one")
        assert terminal.rows == ["one", ""]
        watch.now = 4
        shown(400, "")
        sys.stderr.writelines(["two ", ""])
        assert terminal.rows == ["one", "two"]
        watch.now = 5
        shown(600, "")
        assert terminal.rows == ["one", "two"]
        assert sys.stdout.isatty()


def test_the_limit(watch: Watch) -> None:
    """It is said at once, on any stream."""
    with on_a_terminal() as terminal:
        with Progress(sys.stderr) as shown:
            watch.now = 3
            shown(200, "")
            shown(300, "the recording stops")
        said = "yieldpoint trace: the recording stops; the program goes on"
        assert terminal.rows == [said, ""]
        assert shown.told == "the recording stops"
        file = io.StringIO()
        with Progress(file) as shown:
            watch.now = 9
            shown(200, "")
            shown(300, "the recording stops")
        assert file.getvalue() == f"{said}\n"


def test_streams_that_the_program_has_replaced() -> None:
    """They stay, and so does what a thread may be printing to."""
    with on_a_terminal() as terminal:
        other = io.StringIO()
        with Progress(sys.stderr):
            sys.stdout = other
        assert sys.stdout is other
        assert sys.stderr is terminal
        ends = threading.Event()
        thread = threading.Thread(target=ends.wait)
        with Progress(sys.stderr):
            thread.start()
        ends.set()
        thread.join()
        assert sys.stderr is not terminal
        print("still there", file=sys.stderr)
        assert terminal.rows == ["still there", ""]


def test_the_time_is_real() -> None:
    """No clock of a program is asked."""
    assert progress._now() > 0
