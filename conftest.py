"""What pytest needs everywhere: a limit, the usual signals, and the site's clock.

The limit of a test is pytest's own ``faulthandler_timeout`` in pyproject.toml: a thread
of faulthandler, which needs neither a signal nor the interpreter, shows where each
thread is and ends the process. So it also ends what blocks signals, what catches every
exception, and what hangs in C. There is one such thread: whoever else uses it takes the
limit away, so here it is set again.
"""

import faulthandler
import gc
import linecache
import os
import signal
import sys
from collections.abc import Iterator

import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook

from yieldpoint import clock

STDERR = pytest.StashKey[int]()

# What a shell, nohup or a CI agent may have told its children to ignore.
IGNORED_AT_TIMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGCHLD", "SIGALRM")


def pytest_configure(config: pytest.Config) -> None:
    """Give signals their usual meaning, and remember where a report can be seen."""
    config.stash[STDERR] = os.dup(2)  # pytest captures the one that tests write to
    signals_as_usual()
    compile_as_usual(config)
    gc.disable()  # what is loaded now stays: there is nothing to collect


def pytest_collection_finish() -> None:
    """Let no collection look through all that the tests have loaded.

    Before its first test Hypothesis looks who keeps its random numbers, and would not
    find it any more. So a test of it is run before.
    """
    if hypothesis := sys.modules.get("hypothesis"):
        once = hypothesis.settings(max_examples=1, database=None)
        once(hypothesis.given(hypothesis.strategies.none())(lambda _: None))()
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Let pytest look for what was left unclosed among all objects.

    Hypothesis looks too, where its plugin imports it for the summary.
    """
    gc.unfreeze()


def signals_as_usual() -> None:
    """Ignore and block no signal, also in the programs that tests start.

    Both are inherited, and Python installs no handler for Ctrl-C where it is ignored.
    """
    for name in IGNORED_AT_TIMES:
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_IGN:
            usual = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
            signal.signal(number, usual)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, [])


def compile_as_usual(config: pytest.Config) -> None:
    """Let pytest rewrite the ``assert`` of tests only: the package is as users have it.

    Of a package with a plugin it rewrites all, and each worker would have to compile
    three hundred modules, which the doctests have compiled before.
    """
    rewriting = config.pluginmanager.rewrite_hook
    if isinstance(rewriting, AssertionRewritingHook):
        # Pytest has no name for it that is public.
        vars(rewriting)["_must_rewrite"].discard("yieldpoint")
        vars(rewriting)["_marked_for_rewrite_cache"].clear()


def set_limit(config: pytest.Config) -> None:
    """Count the seconds of a limit from now."""
    seconds = float(config.getini("faulthandler_timeout"))
    faulthandler.dump_traceback_later(seconds, exit=True, file=config.stash[STDERR])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Limit the end of the process, which waits for threads that are left.

    Pytest looks twice for what was left unclosed, and Python once more at its end. Here
    all of it is found, so that they have nothing to look through.
    """
    set_limit(config)
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def limit_that_stays(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set the limit again after a test, or pytest after a failure, has cancelled it."""
    if not pytestconfig.getoption("usepdb"):  # a debugger has no limit
        monkeypatch.setattr(
            faulthandler, "cancel_dump_traceback_later", lambda: set_limit(pytestconfig)
        )


@pytest.fixture(autouse=True)
def answers_for_what_it_leaves(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Collect behind each test what it has left.

    What Python or asyncio says of that, an error here, is heard by no later test. What
    stays is frozen, for good: to look through all that hundreds of modules have loaded
    takes a tenth of a second, and some tests do it five times.
    """
    monkeypatch.setattr(gc, "unfreeze", lambda: None)
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def text_as_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print tracebacks and help without colours and of the usual width."""
    for name in ("FORCE_COLOR", "NO_COLOR", "PYTHON_COLORS", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def clock_for_doctests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Install the clock around a doctest, as the doctest builder does."""
    if isinstance(request.node, pytest.DoctestItem):
        # Before a doctest doctest asks for the date of every file that is kept there.
        linecache.clearcache()
        with clock.installed(start=1000):  # not 0: a wrong sign must show
            yield
    else:
        yield
