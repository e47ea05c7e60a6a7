"""What is not asyncio's loop can be put on the clock, too."""

import asyncio
import selectors
import socket
import threading
import time

import pytest

from yieldpoint import clock
from yieldpoint.clock import _timeline


def test_a_loop_that_waits_for_a_time_jumps() -> None:
    """And what is due already takes no time."""
    with clock.installed():
        selector, read = clock.for_loop()
        assert selector.select(0.1) == []
        assert selector.select(0.2) == []
        assert selector.select(0) == []
        assert read() == 0.3
        selector.close()


def test_asyncio_in_between_runs_in_real_time() -> None:
    """A loop of asyncio's that is not on the clock is not to be hurried."""

    async def main() -> float:
        started = time.monotonic()
        time.sleep(0.01)
        await asyncio.sleep(0.01)
        return time.monotonic() - started

    with clock.installed():
        selector, read = clock.for_loop()
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            assert 0.02 <= runner.run(main()) <= read()
        selector.close()


def test_time_sleep_goes_by_the_same_time() -> None:
    """Two loops read the same."""
    with clock.installed():
        selector, read = clock.for_loop()
        inner, read_inner = clock.for_loop()
        time.sleep(3600)
        inner.close()
        time.sleep(60)
        assert (read(), read_inner()) == (3660.0, 3660.0)
        selector.close()


def test_an_open_socket_makes_time_real() -> None:
    """One that has no data with it is the loop's own, and does not count."""
    one, other = socket.socketpair()
    with one, other, clock.installed():
        selector, read = clock.for_loop()
        selector.register(one, selectors.EVENT_READ)
        assert selector.select(60) == []
        assert read() == 60
        selector.modify(one, selectors.EVENT_READ, "who waits")
        assert selector.select(0.05) == []
        assert 60.05 <= read() < 90
        timer = threading.Timer(0.05, other.send, [b"x"])
        timer.start()
        ((key, _),) = selector.select(60)
        assert key.data == "who waits"
        assert 60.05 < read() < 90
        timer.join()
        selector.close()


def test_a_thread_may_wake_it() -> None:
    """Also where it waits for no time at all."""
    one, other = socket.socketpair()
    with one, other, clock.installed():
        selector, _ = clock.for_loop()
        selector.register(one, selectors.EVENT_READ)
        timer = threading.Timer(0.05, other.send, [b"x"])
        timer.start()
        assert len(selector.select(None)) == 1
        timer.join()
        selector.close()


def test_computing_for_long_takes_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits by computing is not kept waiting for ever."""
    monkeypatch.setattr(_timeline, "PATIENCE", 200_000_000)
    with clock.installed():
        selector, read = clock.for_loop()
        while read() < 0.1:
            pass
        selector.close()


def test_without_the_clock_it_is_the_systems() -> None:
    """Its time is the monotonic clock's."""
    selector, read = clock.for_loop()
    assert read is time.monotonic
    assert type(selector) is selectors.DefaultSelector
    selector.close()


def test_a_selector_that_is_kept_for_longer_goes_on_jumping() -> None:
    """It has nobody to wait for."""
    with clock.installed():
        selector, read = clock.for_loop()
    assert selector.select(60) == []
    assert read() == 60.0
    selector.close()


def test_a_closed_selector_says_what_the_systems_says() -> None:
    """So a loop that runs on after its end is noticed on the clock as well."""

    def what_comes_of(selector: selectors.BaseSelector) -> str:
        selector.close()
        try:
            return repr(selector.select(0))
        except ValueError as error:
            return str(error)

    with clock.installed():
        selector, _ = clock.for_loop()
    assert what_comes_of(selector) == what_comes_of(selectors.DefaultSelector())
