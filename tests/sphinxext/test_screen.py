"""All that is written is seen, in its order, and nothing changes for those outside."""

import logging
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

from yieldpoint.sphinxext.screen import watched


def test_what_is_written_is_seen_in_its_order() -> None:
    """Whoever writes it, and to which file."""
    with watched() as screen:
        print("printed")
        os.write(1, b"written\n")
        print("to standard error", file=sys.stderr)
        os.write(2, b"there, too\n")
        program = "import os; os.write(1, b'by a child\\n'); os.write(2, b'again\\n')"
        subprocess.run([sys.executable, "-c", program], check=True)
        logging.getLogger("any").warning("logged")
        print("at the end", file=sys.__stdout__)
        text = screen.new_text()
    assert text.splitlines() == [
        *("printed", "written", "to standard error", "there, too"),
        *("by a child", "again", "logged", "at the end"),
    ]


def test_what_cannot_be_encoded_is_seen_as_its_number() -> None:
    """No example shall fail for that."""
    with watched() as screen:
        print("\udc80 é")
        os.write(1, b"\xff")
        text = screen.new_text()
    assert text == "\\udc80 é\n\\xff"


def test_warnings_and_exceptions_that_nobody_catches_are_seen() -> None:
    """Also where somebody else collects them, as pytest does."""
    with watched() as screen:
        warnings.warn("Mind the gap", stacklevel=1)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        text = screen.new_text()
    assert "UserWarning: Mind the gap" in text
    assert "ZeroDivisionError: division by zero" in text


def test_nothing_is_changed_behind(capfd: pytest.CaptureFixture[str]) -> None:
    """Streams, hooks, loggers and filters are as before."""
    root = logging.getLogger()

    def state() -> list[object]:
        return [
            *(sys.stdout, sys.stderr, sys.__stdout__, sys.unraisablehook),
            *(threading.excepthook, warnings.showwarning, [*warnings.filters]),
            *([*root.handlers], root.level, root.manager.disable),
        ]

    before = state()
    with watched():
        print("hidden")
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        logging.basicConfig(level=logging.DEBUG)
    print("shown")
    os.write(1, b"also shown\n")
    assert state() == before
    assert sorted(capfd.readouterr().out.splitlines()) == ["also shown", "shown"]


def test_tracebacks_have_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says, also to a child."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("PYTHON_COLORS", "1")
    with watched() as screen:
        subprocess.run([sys.executable, "-c", "1 / 0"], check=False)
        text = screen.new_text()
    assert text.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert os.environ["FORCE_COLOR"] == "1"


def test_who_hides_warnings_is_found_out() -> None:
    """By a filter, by another function, or by none."""
    with watched() as screen:
        for hide in (
            lambda: warnings.simplefilter("ignore"),
            lambda: warnings.filterwarnings("ignore", category=RuntimeWarning),
            warnings.filters.clear,  # type: ignore[attr-defined] # typed as a sequence
            lambda: setattr(warnings, "showwarning", print),
            lambda: setattr(warnings, "warn", print),
        ):
            hide()
            assert screen.hides_warnings()
            assert not screen.hides_warnings()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
        assert not screen.hides_warnings()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_an_example_does_not_end_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even by what ends a process at once; a process of its own it may end."""
    here = Path.cwd()
    with watched():
        os.chdir(tmp_path)
        with pytest.raises(RuntimeError, match="nothing below is executed"):
            os._exit(0)
        with pytest.raises(RuntimeError, match="nothing below is executed"):
            os.execv(sys.executable, [sys.executable])  # noqa: S606 - it is refused
        with pytest.raises(RuntimeError, match="nothing below is executed"):
            sys.modules[os.name]._exit(0)
        sent = pickle.loads(pickle.dumps(os._exit))  # noqa: S301 - it is our own
        assert sent is os._exit
        child = multiprocessing.get_context("fork").Process(target=sent, args=[3])
        child.start()
        child.join()
        assert child.exitcode == 3
        with monkeypatch.context() as patch:
            patch.setattr(sent, "_really_end", sys.exit)  # as the child has done
            patch.setattr(os, "getpid", lambda: 0)
            with pytest.raises(SystemExit):
                sent(3)
    assert Path.cwd() == here
    assert pickle.loads(pickle.dumps(os._exit)) is os._exit  # noqa: S301 - as above


def test_a_thread_that_goes_on_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is about to end gets the time for it."""
    monkeypatch.setattr("yieldpoint.sphinxext.screen._LAST_STEPS", 0.05)
    end = threading.Event()
    with watched() as screen:
        going_on = threading.Thread(target=end.wait, name="for ever")
        going_on.start()
        left = screen.threads_left()
        end.set()
        going_on.join()
        assert screen.threads_left() == []
    assert left == [going_on]
