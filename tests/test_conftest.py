"""What conftest.py promises of every test, shown on suites that need it."""

import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.once import on_one_python

ROOT = Path(__file__).parents[1]

PRESSES_CTRL_C = "tests/loop/test_bad_use.py"

HANGS = {
    "where it is": """
        import time

        def test_hangs():
            time.sleep(600)
    """,
    "in C, with the interpreter": """
        import re

        def test_hangs():
            re.match("(a+)+b", 60 * "a")
    """,
    "and blocks all signals, and catches all exceptions": """
        import signal
        import time

        def test_hangs():
            signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())
            while True:
                try:
                    time.sleep(600)
                except BaseException:
                    pass
    """,
    "after it has failed": """
        import time

        import pytest

        @pytest.fixture
        def late():
            yield
            time.sleep(600)

        def test_hangs(late):
            assert False
    """,
    "after it has set and lifted a limit of its own": """
        import faulthandler
        import time

        def test_hangs():
            faulthandler.dump_traceback_later(60)
            faulthandler.cancel_dump_traceback_later()
            time.sleep(600)
    """,
    "in a thread, after the last test": """
        import threading
        import time

        def hangs():
            time.sleep(600)

        def test_leaves_a_thread():
            threading.Thread(target=hangs).start()
    """,
}

# Starts a program as a background job of a shell or a CI agent may be started.
WITHOUT_CTRL_C = """
import os
import signal
import sys

for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGALRM})
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def run_pytest(*arguments: str, start: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run pytest on its own, and return its status and output."""
    command = [
        *(sys.executable, *start, "-m", "pytest", "--config-file=pyproject.toml"),
        *("-p", "no:cacheprovider", "-p", "no:randomly", *arguments),
    ]
    # Other plugins have no part in it, and to load them takes longer than the suites.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return done.returncode, done.stdout + done.stderr


@on_one_python
@pytest.mark.parametrize("program", HANGS.values(), ids=HANGS)
def test_what_hangs_is_ended_and_named(program: str, tmp_path: Path) -> None:
    """And the run has failed."""
    suite = tmp_path / "test_suite.py"
    suite.write_text(textwrap.dedent(program), encoding="utf-8")
    limit = "--override-ini=faulthandler_timeout=1"
    status, output = run_pytest("-p", "conftest", limit, str(suite))
    assert status == 1
    _, timed_out, stacks = output.partition("Timeout (0:00:01)!")
    assert timed_out
    assert re.search(r'test_suite.py", line \d+ in (test_hangs|late|hangs)\n', stacks)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no such signals")
def test_ctrl_c_works_where_it_was_ignored() -> None:
    """With ``nohup``, and in the background of a shell without job control."""
    start = ("-c", WITHOUT_CTRL_C)
    status, output = run_pytest("-k", "ctrl_c", PRESSES_CTRL_C, start=start)
    assert status == 0, output
