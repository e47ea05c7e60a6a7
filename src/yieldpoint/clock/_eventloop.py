"""asyncio's event loop, on the time of the clock."""

import asyncio
import contextlib
import math
import socket
from collections.abc import Callable
from contextvars import Context
from typing import Any, Self, TypeVarTuple

from yieldpoint.clock import _current, _standins
from yieldpoint.clock._selector import JumpingSelector
from yieldpoint.clock._timeline import SECOND, Timeline
from yieldpoint.clock._traceback import without_ours

__all__ = ["VirtualTimeLoop"]

_Ts = TypeVarTuple("_Ts")

_LONGEST_WAIT: int = vars(asyncio.base_events)["MAXIMUM_SELECT_TIMEOUT"]


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps.

    It is asyncio's own loop in everything else. Sockets, pipes, subprocesses and
    threads work; while one of them may act, time passes as it does outside.

    In an `installed` block the loop goes by the time of the block, and two loops by the
    same. Elsewhere it has a time of its own, and the clock is installed while it runs.

    Args:
        start: What the clock reads at first, in seconds. In an `installed` block time
            goes on from where it is, or from the start, if that is later.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.clock import VirtualTimeLoop
        >>> with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        ...     started = runner.get_loop().time()
        ...     runner.run(asyncio.sleep(1))
        ...     runner.run(asyncio.sleep(2))
        ...     runner.get_loop().time() - started
        3.0
    """

    def __init__(self, start: float = 0.0) -> None:
        """Make a loop, on the time of this thread if that is on the clock."""
        self.timeline = _current.of_this_thread() or Timeline()
        self.timeline.move_to(round(start * SECOND))
        self._watched = _Selector(self)
        self._readings = 0
        super().__init__(self._watched)

    def time(self) -> float:
        """Return the time on this clock, which `time.monotonic` returns as well.

        Returns:
            Seconds.

        Examples:
            >>> from yieldpoint.clock import VirtualTimeLoop
            >>> loop = VirtualTimeLoop(start=1e6)
            >>> loop.time() >= 1e6
            True
            >>> loop.close()
        """
        self._readings += 1
        timeline = self.timeline
        if not timeline.is_over:
            return timeline.read() / SECOND
        # It may run on in a thread when its block has ended: then it has real time.
        is_left = self.is_running()
        return (timeline.read(outside=True) if is_left else timeline.now) / SECOND

    def call_at(
        self,
        when: float,
        callback: Callable[[*_Ts], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call something at a time, as every event loop does.

        What is to be called at the same time is called in the order in which the time
        was read for it. That is the order of real time, where each reading shows a
        later time. Only who reads it once, and sets several timers by that, gets the
        order that asyncio has then: it promises none.

        :meta private:
        """
        if isinstance(when, float):
            when = _Due(when, self._readings)
        try:
            timer = super().call_at(when, callback, *args, context=context)
        except BaseException as error:
            error.__traceback__ = without_ours(error.__traceback__)
            raise
        made: Any = timer  # typeshed leaves out what is asked here
        if made._source_traceback:
            del made._source_traceback[-1]  # as asyncio does with its own functions
        return timer

    def run_forever(self) -> None:
        """Run until `asyncio.loop.stop` is called, as every event loop does.

        Between two runs the clock stands still, unless it is installed.

        Raises:
            RuntimeError: The loop is closed, or a loop is running in this thread.

        Examples:
            >>> from yieldpoint.clock import VirtualTimeLoop
            >>> loop = VirtualTimeLoop()
            >>> timer = loop.call_later(60, print, "a minute later")
            >>> timer = loop.call_later(60, loop.stop)
            >>> loop.run_forever()
            a minute later
            >>> loop.close()
        """
        with _standins.in_place(self.timeline, is_block=False) as timeline:
            if timeline is not self.timeline:
                timeline.move_to(self.timeline.now)
                self.timeline = timeline
                self._watched.go_by(timeline)
            try:
                super().run_forever()
            except BaseException as error:
                error.__traceback__ = without_ours(error.__traceback__)
                raise

    # The bell, which other threads ring. On a platform without sockets there is none.

    def _make_self_pipe(self) -> None:
        self._ssock: socket.socket | None = None
        self._csock: socket.socket | None = None
        with contextlib.suppress(OSError):
            super()._make_self_pipe()  # type: ignore[misc]  # typeshed leaves it out
            this: Any = self
            self._watched.ring = this._write_to_self

    def _close_self_pipe(self) -> None:
        if self._ssock is not None:
            super()._close_self_pipe()  # type: ignore[misc]  # typeshed leaves it out


class _Due(float):
    """When a timer is due, and how often the time had been read before it was set."""

    __slots__ = ("_place",)

    def __init__(self, when: float, readings: int) -> None:
        # To the nanosecond: by the float alone 0.1 + 0.7 would come before 0.8.
        self._place = (round(when, 9), readings)

    def __new__(cls, when: float, _readings: int) -> Self:
        return super().__new__(cls, when)

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        return float, (float(self),)  # a copy is a number and no more

    def __lt__(self, other: float) -> bool:
        if isinstance(other, _Due):
            return self._place < other._place
        return super().__lt__(other)


class _Selector(JumpingSelector):
    """What the loop waits with."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        self._loop: Any = loop  # typeshed leaves out what is asked here
        super().__init__(loop.timeline)

    def watches(self) -> bool:
        """Tell whether a file or a signal may wake the loop."""
        bell = getattr(self._loop, "_ssock", None)
        # Not get_map(), which takes long: this is asked whenever the time is.
        watched = len(self._fd_to_key) > (bell is not None)  # type: ignore[attr-defined]  # typeshed leaves it out
        return watched or bool(getattr(self._loop, "_signal_handlers", None))

    def is_called(self) -> bool:
        """Tell whether a thread has called the loop while it waits without a bell.

        With a bell only that counts: `call_soon` from another thread wakes no loop.
        """
        return self._loop._ssock is None and bool(self._loop._ready)

    def select(self, timeout: float | None = None) -> list[Any]:
        if self.timeline.is_over:
            return self._really_select(timeout)
        if timeout == _LONGEST_WAIT:
            # asyncio never waits for longer. The first timer may be a century away, or
            # infinitely far.
            timeout = self._loop._scheduled[0].when() - self._loop.time()
        try:
            ready = super().select(timeout)
        except BaseException as error:  # of a signal's handler
            error.__traceback__ = without_ours(error.__traceback__)
            raise
        # A timer is due when it is less than this away: half a nanosecond, which the
        # rounding takes, and the precision of a float, which grows with the time.
        now = self.timeline.now / SECOND
        self._loop._clock_resolution = 0.5e-9 + 2 * math.ulp(now)
        return ready
