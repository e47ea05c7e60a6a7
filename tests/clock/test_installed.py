"""`installed` replaces functions, and puts them back."""

import asyncio
import contextlib
import copy
import gc
import importlib.util
import multiprocessing
import pickle
import re
import sched
import signal
import socket
import subprocess
import sys
import threading
import time
import timeit
import types
import weakref
from typing import Any

import pytest

from tests.clock.really import hang, now
from yieldpoint import clock

WITH_DEFAULTS = (
    sched.scheduler.__init__,
    timeit.Timer.__init__,
    timeit.timeit,
    timeit.repeat,
)


def test_everything_is_put_back() -> None:
    """Even after an exception, and after nested blocks."""
    before = asyncio.new_event_loop, asyncio.events.new_event_loop, time.sleep
    finders = list(sys.meta_path)
    own = set(vars(socket.socket))
    with contextlib.suppress(ZeroDivisionError), clock.installed():
        with clock.installed():
            assert time.sleep is not before[2]
        assert time.sleep is not before[2]
        raise ZeroDivisionError
    after = asyncio.new_event_loop, asyncio.events.new_event_loop, time.sleep
    assert after == before
    assert sys.meta_path == finders
    assert set(vars(socket.socket)) == own  # no more than before


def test_a_program_that_changes_who_finds_modules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All is put back, and what it has kept of the block does nothing behind it."""
    before = time.sleep, multiprocessing.Process.start
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    with clock.installed():
        kept, sys.meta_path = sys.meta_path, sys.meta_path[1:]
    assert (time.sleep, multiprocessing.Process.start) == before
    sys.meta_path = kept
    monkeypatch.delitem(sys.modules, "multiprocessing.dummy", raising=False)
    importlib.import_module("multiprocessing.dummy")
    assert multiprocessing.Process.start is before[1]


def test_what_the_library_takes_by_default_goes_by_the_clock() -> None:
    """`timeit` and `sched` were imported, with their defaults, before the block."""
    defaults = [function.__defaults__ for function in WITH_DEFAULTS]
    with clock.installed():
        assert timeit.timeit(lambda: time.sleep(30), number=2) == 60.0
        assert timeit.Timer(lambda: time.sleep(30)).timeit(number=1) == 30.0
        assert timeit.repeat(lambda: time.sleep(5), number=1, repeat=2) == [5.0, 5.0]
        started, scheduler = time.monotonic(), sched.scheduler()
        scheduler.enter(60, 1, lambda: None)
        scheduler.run()
        assert time.monotonic() - started == 60.0
    assert [function.__defaults__ for function in WITH_DEFAULTS] == defaults


def test_a_library_that_is_not_imported_stays_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody looks for its defaults."""
    for name in ("sched", "timeit"):
        monkeypatch.delitem(sys.modules, name)
    with clock.installed():
        assert sys.modules.keys().isdisjoint({"sched", "timeit"})


def test_blocks_may_overlap_in_two_threads() -> None:
    """The last one out puts the names back, whichever came in first."""
    before = time.sleep
    first = clock.installed()
    second = clock.installed()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert time.sleep is not before
    second.__exit__(None, None, None)
    assert time.sleep is before


def test_asyncio_run_uses_the_clock() -> None:
    """A program as it stands takes no time."""

    async def main() -> float:
        await asyncio.sleep(3600)
        return now()

    with clock.installed():
        assert asyncio.run(main()) == 3600.0


def test_another_kind_of_loop_is_left_alone() -> None:
    """A program gets the loop that it names."""

    async def main() -> str:
        time.sleep(0)
        return type(asyncio.get_running_loop()).__name__

    with (
        clock.installed(),
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
    ):
        assert "VirtualTimeLoop" not in runner.run(main())


def test_it_begins_at_another_time() -> None:
    """Loops and selectors made in the block begin at its start."""

    async def main() -> float:
        await asyncio.sleep(3)
        return now()

    with clock.installed(start=1000):
        assert asyncio.run(main()) == 1003.0
        selector, read = clock.for_loop()
        assert read() == 1003.0
        selector.close()
        with clock.installed(start=2000):
            assert time.monotonic() == 2000.0
        with clock.installed(start=5):
            assert time.monotonic() == 2000.0
    assert clock.run(main()) == 3.0


def test_run_inside_a_running_loop_is_refused() -> None:
    """As `asyncio.run` refuses it."""

    async def main() -> None:
        inner = asyncio.sleep(0)
        try:
            clock.run(inner)
        finally:
            inner.close()

    with pytest.raises(RuntimeError, match="running event loop"):
        clock.run(main())


def test_a_loop_of_before_joins_the_block() -> None:
    """Its time goes on from the later one of both."""
    early, late = clock.VirtualTimeLoop(start=10), clock.VirtualTimeLoop(start=1e6)
    with clock.installed(start=1000):
        early.run_until_complete(asyncio.sleep(1))
        assert early.time() == time.monotonic() == 1001.0
        late.run_until_complete(asyncio.sleep(1))
        assert late.time() == time.monotonic() == 1_000_001.0
        late.run_until_complete(asyncio.sleep(1))
    early.close()
    late.close()
    assert late.time() == 1_000_002.0


def test_what_a_program_keeps_works_after_the_block() -> None:
    """It is the real thing then, and notes nothing."""
    with clock.installed():
        read, alarm, handle = time.monotonic, signal.alarm, signal.signal
        begin, start = subprocess.Popen.__init__, threading.Thread.start
        begin_worker = multiprocessing.Process.start
    assert time.monotonic() <= read() <= time.monotonic()
    handle(signal.SIGUSR1, handle(signal.SIGUSR1, signal.SIG_IGN))
    assert alarm(0) == 0
    process = subprocess.Popen.__new__(subprocess.Popen)
    begin(process, [sys.executable, "-c", ""])
    assert process.wait(20) == 0
    start(thread := threading.Thread(target=read))
    thread.join(20)
    begin_worker(worker := multiprocessing.get_context("spawn").Process(target=print))
    worker.join(20)
    assert worker.exitcode == 0


def test_a_program_without_multiprocessing(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to replace in it then."""
    monkeypatch.delitem(sys.modules, "multiprocessing.process")
    assert clock.run(asyncio.sleep(3600, "done")) == "done"


def test_multiprocessing_that_is_imported_in_the_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its processes take their time too: it is seen at the next import."""

    class BaseProcess:
        """One that has ended when somebody looks."""

        pid, sentinel, _popen = 1, 0, types.SimpleNamespace(method="fork")

        def start(self) -> None:
            hang(0.05)

        def is_alive(self) -> bool:
            return False

    name, really_start = "multiprocessing.process", BaseProcess.start
    module = types.ModuleType(name)
    vars(module)["BaseProcess"] = BaseProcess
    monkeypatch.delitem(sys.modules, name)
    with clock.installed():
        monkeypatch.setitem(sys.modules, name, module)
        for _ in range(2):
            assert importlib.util.find_spec("multiprocessing.nothing") is None
        started = time.monotonic()
        BaseProcess().start()
        assert time.monotonic() - started >= 0.05
    assert BaseProcess.start is really_start


def test_functions_under_other_names_are_put_back() -> None:
    """In a module that was there before, and in one that came in the block."""
    before, within = types.ModuleType("before"), types.ModuleType("within")
    before.__dict__["pause"] = time.sleep
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "before", before)
        patch.setitem(sys.modules, "nothing", None)
        with clock.installed():
            assert before.pause is time.sleep
            within.__dict__["pause"] = time.sleep
            patch.setitem(sys.modules, "within", within)
        assert before.pause is within.pause is time.sleep


def test_a_function_in_a_class_is_no_method() -> None:
    """As those written in C are none; it is shown, copied and pickled as they are."""
    shown = repr(time.sleep)
    with clock.installed():

        class Watch:
            now, sleep, date, alarm = (
                time.monotonic,
                time.sleep,
                time.ctime,
                signal.alarm,
            )

        watch: Any = Watch()
        watch.sleep(60)
        assert watch.now() == 60.0
        assert watch.date() == watch.date(None)
        assert watch.alarm(0) == 0
        assert repr(time.sleep) == shown
        assert time.sleep is copy.deepcopy(Watch.sleep)
        assert time.sleep is pickle.loads(pickle.dumps(time.sleep))  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("name", "arguments", "names"),
    [
        ("sleep", [], {}),
        ("sleep", [1, 2], {}),
        ("sleep", [], {"seconds": 1}),
        ("strftime", [], {}),
        ("clock_gettime", ["one"], {}),
    ],
)
def test_a_wrong_call_is_refused_as_ever(
    name: str, arguments: list[object], names: dict[str, object]
) -> None:
    """With the same words."""
    with pytest.raises(TypeError) as expected:
        getattr(time, name)(*arguments, **names)
    words = re.escape(str(expected.value))
    with clock.installed(), pytest.raises(TypeError, match=words):
        getattr(time, name)(*arguments, **names)


def test_a_proxy_that_takes_the_place_of_a_module() -> None:
    """As of Twisted: it says that it is a module, and is none."""

    class Proxy:
        @property  # type: ignore[misc]  # a proxy does so
        def __class__(self) -> type:
            return types.ModuleType

    before = time.sleep
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "proxy", Proxy())
        with clock.installed():
            patch.setitem(sys.modules, "another", Proxy())
        patch.setitem(sys.modules, "__main__", Proxy())
        with clock.installed():
            time.sleep(60)
    assert time.sleep is before


def test_the_clock_goes_with_the_block_and_leaves_a_loop_behind() -> None:
    """A loop in a thread runs on in real time, and its timer is not lost."""
    before, log = time.sleep, list[float]()
    with clock.installed(start=1e6):
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        jump = asyncio.run_coroutine_threadsafe(asyncio.sleep(3600), loop)
        assert jump.result(4000) is None

        async def note_time() -> None:
            for seconds in (0, 0.05, 3600):
                await asyncio.sleep(seconds)
                log.append(loop.time())

        noting = asyncio.run_coroutine_threadsafe(note_time(), loop)
        while not log:
            hang(0.01)
    assert time.sleep is before
    while len(log) < 2:
        hang(0.01)
    noting.cancel()
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()
    assert len(log) == 2
    assert 0.05 <= log[1] - log[0] < 20


def test_a_program_that_has_ended_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not either where `multiprocessing` has another name for its main module."""
    main, really_sleep = types.ModuleType("__main__"), time.sleep
    vars(main).update(sleep=really_sleep)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "__main__", main)
        patch.setitem(sys.modules, "__mp_main__", main)
        with clock.installed():
            assert main.sleep is not really_sleep
        assert main.sleep is really_sleep
    gone = weakref.ref(main)
    del main
    gc.collect()
    assert gone() is None


def test_a_loop_of_the_policy_is_on_the_clock() -> None:
    """Whatever asks for it; and outside of the block it is asyncio's own."""
    make = asyncio.new_event_loop
    with clock.installed():
        on_the_clock = make()
        assert isinstance(on_the_clock, clock.VirtualTimeLoop)
        on_the_clock.close()
    real = make()
    assert not isinstance(real, clock.VirtualTimeLoop)
    real.close()


def test_a_loop_of_asyncio_that_was_there_before() -> None:
    """It runs in real time, with the timers that it has, and the time goes with it."""
    loop = asyncio.new_event_loop()
    rang = loop.create_future()
    loop.call_later(0.05, rang.set_result, "rang")

    async def main() -> float:
        started = time.monotonic()
        await asyncio.sleep(0.05)
        return time.monotonic() - started

    with clock.installed():
        assert loop.run_until_complete(rang) == "rang"
        assert 0.05 <= loop.run_until_complete(main()) < 20
        started = time.monotonic()
        loop.run_until_complete(asyncio.sleep(0.05))
        assert 0.05 <= time.monotonic() - started < 20  # also for who looks outside
        loop.close()
