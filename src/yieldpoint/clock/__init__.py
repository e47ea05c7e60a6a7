"""A clock for programs that wait: its time jumps to the next timer instead of passing.

A program that sleeps for two seconds takes none, and its clock reads exactly 2.0 more.
Three rules say how time goes on this clock:

1. Computing takes no time.
2. When all that is left to do is to wait for a time, the clock jumps to that time.
3. While something outside the program may wake it (an open socket or pipe, a handled
   signal, a process that it started), waiting takes as long as it really does.

`run` runs one coroutine on this clock. `installed` puts the clock under a whole
program, so that ``asyncio.run(main())`` and ``time.sleep(1)`` use it as they stand.

There is one time. The event loop's ``time()``, `time.monotonic` and `time.perf_counter`
read the same, and `time.time` goes on with them from the date of the real world. So a
program that measures itself finds what it finds in real time:

Examples:
    >>> import asyncio, time
    >>> from yieldpoint import clock
    >>> async def main():
    ...     started = time.monotonic()
    ...     await asyncio.sleep(3600)
    ...     time.sleep(60)
    ...     return time.monotonic() - started
    >>> clock.run(main())
    3660.0
"""

import asyncio
import contextlib
import selectors
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from yieldpoint.clock import _current, _standins
from yieldpoint.clock._eventloop import VirtualTimeLoop
from yieldpoint.clock._selector import JumpingSelector
from yieldpoint.clock._timeline import SECOND, Timeline

__all__ = ["VirtualTimeLoop", "for_loop", "installed", "run"]

_T = TypeVar("_T")


def _on_the_clock(make: Callable[[], Any]) -> Callable[[], Any]:
    """Return what makes our kind of loop, or what the function makes elsewhere."""
    return lambda: VirtualTimeLoop() if _current.of_this_thread() else make()


# What makes the loops that a program does not name, in two places: the second one works
# also for who has taken the first one before.
_standins.FUNCTIONS[asyncio.new_event_loop] = _on_the_clock(asyncio.new_event_loop)
_events = sys.modules[asyncio.SelectorEventLoop.__module__]
for _name in "DefaultEventLoopPolicy", "_DefaultEventLoopPolicy":
    if _policy := vars(_events).get(_name):
        _make = staticmethod(_on_the_clock(_policy._loop_factory))
        _standins.ATTRIBUTES.append((_policy, "_loop_factory", _make))


def run(main: Coroutine[Any, Any, _T], *, debug: bool | None = None) -> _T:
    """Run a coroutine to its end, as `asyncio.run` does, on a clock that jumps.

    Args:
        main: The coroutine object to run.
        debug: Whether the loop runs in asyncio's debug mode. None leaves that to
            Python, as `asyncio.run` does.

    Returns:
        What the coroutine returns.

    Raises:
        RuntimeError: An event loop is already running in this thread.

    Examples:
        >>> import asyncio
        >>> from yieldpoint import clock
        >>> clock.run(asyncio.sleep(86400, "a day later"))
        'a day later'
    """
    with installed():
        return asyncio.run(main, debug=debug)


@contextlib.contextmanager
def installed(start: float = 0.0) -> Iterator[None]:
    """Put the clock under everything that runs in a ``with`` block.

    Inside the block `asyncio.run`, `asyncio.Runner` and `asyncio.new_event_loop` make
    loops whose time jumps. The functions of the module ``time`` go by the same time, in
    the loops and outside of them, in this thread and in those that the program starts.
    Blocks may be nested: the inner one goes on with the time of the outer one.

    A program that names its loop's class, as in
    ``asyncio.Runner(loop_factory=asyncio.SelectorEventLoop)``, gets what it names, and
    that loop runs in real time. The program's time then goes with it.

    The clock counts whole nanoseconds. The functions return the nearest float, so with
    a start of whole seconds a difference of whole seconds is exact: ``3.0``. A
    difference of tenths has to be rounded, as in real time.

    Args:
        start: What the clock reads at the beginning, in seconds. In a block inside
            another one time goes on from where it is, or from the start, if that is
            later. It never goes back. Begin later where a program takes 0 for long
            ago, as in ``last = 0``: on most computers the clock has run for a while.

    Examples:
        >>> import asyncio, time
        >>> from yieldpoint import clock
        >>> async def retry_for(seconds):
        ...     attempts, deadline = 0, time.monotonic() + seconds
        ...     while time.monotonic() < deadline:
        ...         attempts += 1
        ...         await asyncio.sleep(0.25)
        ...     return attempts
        >>> with clock.installed(start=1000):
        ...     asyncio.run(retry_for(seconds=600))
        2400
    """
    timeline = Timeline(round(start * SECOND))
    with _standins.in_place(timeline) as in_place:
        in_place.move_to(timeline.start)
        yield


def for_loop() -> tuple[selectors.BaseSelector, Callable[[], float]]:
    """Return what an event loop of one's own waits with, and asks for the time.

    `installed` puts a clock that jumps under such a loop too. A socket that the loop
    registers without data is taken for its own, by which threads wake it. A loop that
    has registered nothing gets an empty list now and then, and looks itself whether
    something has come: so it needs no socket where there are none.

    Returns:
        A selector, and a function that returns the time in seconds, the same one as
        `time.monotonic`.

    Examples:
        >>> from yieldpoint import clock
        >>> with clock.installed():
        ...     selector, now = clock.for_loop()
        ...     started = now()
        ...     selector.select(timeout=60)
        ...     now() - started
        ...     selector.close()
        []
        60.0
    """
    if timeline := _current.of_this_thread():
        selector = JumpingSelector(timeline)
        return selector, selector.time
    return selectors.DefaultSelector(), time.monotonic
