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

from yieldpoint.clock._blocks import for_loop, installed, run
from yieldpoint.clock._eventloop import VirtualTimeLoop

__all__ = ["VirtualTimeLoop", "for_loop", "installed", "run"]
