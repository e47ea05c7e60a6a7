"""`installed` replaces functions, and puts them back."""

import asyncio
import contextlib
import time

import pytest

from tests.clock.really import now
from yieldpoint import clock


def test_everything_is_put_back() -> None:
    """Even after an exception, and after nested blocks."""
    before = asyncio.new_event_loop, asyncio.events.new_event_loop, time.sleep
    with contextlib.suppress(ZeroDivisionError), clock.installed():
        with clock.installed():
            assert time.sleep is not before[2]
        assert time.sleep is not before[2]
        raise ZeroDivisionError
    after = asyncio.new_event_loop, asyncio.events.new_event_loop, time.sleep
    assert after == before


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
