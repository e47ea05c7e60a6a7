"""What an event loop waits with, when its time jumps."""

import selectors
import threading
from collections.abc import Callable
from time import sleep as _really_sleep
from typing import Any

from yieldpoint.clock._timeline import SECOND, Timeline, nanoseconds

__all__ = ["JumpingSelector"]

# With no file to wait for, how often we look whether there is one now, in seconds.
_PAUSE = 0.02

# Not the one of a program, which lets the time count that it takes.
_ask = selectors.DefaultSelector.select


class JumpingSelector(selectors.DefaultSelector):
    """The system's selector, which leaves waiting for a time to the timeline.

    Attributes:
        timeline: The time that it goes by.
        ring: What another thread calls to end its waiting, if there is a way.
    """

    def __init__(self, timeline: Timeline) -> None:
        """Make one that watches no file."""
        super().__init__()
        self.ring: Callable[[], object] | None = None
        self.go_by(timeline)

    def go_by(self, timeline: Timeline) -> None:
        """Go by another time from now on."""
        self.timeline = timeline
        self._now, self._readings = timeline.now, timeline.readings
        with timeline.lock:
            timeline.outside.add_watcher(self)

    def watches(self) -> bool:
        """Tell whether a file may wake the loop.

        What is registered without data is taken for the loop's own bell.
        """
        return any(key.data for key in (self.get_map() or {}).values())

    def is_called(self) -> bool:
        """Tell whether a thread has called the loop, without its bell."""
        return False

    def time(self) -> float:
        """Return the time in seconds."""
        return self.timeline.read() / SECOND

    def select(self, timeout: float | None = None) -> list[Any]:
        """Wait for a file or a time, whichever comes first."""
        if self.get_map() is None:
            return _ask(self, 0)  # closed: says what the system says
        ready = self._really_select(0)
        if ready or (timeout is not None and timeout <= 0):
            self._note_turn()
            return ready
        until = None
        if timeout is not None and not timeout > threading.TIMEOUT_MAX:  # also NaN
            until = self.timeline.read() + nanoseconds(timeout)

        def wait_for_real(seconds: float | None) -> bool:
            nonlocal ready
            ready = self._really_select(seconds)
            # With no bell to be seen, the loop has to look itself whether it is called.
            return bool(ready) or self.is_called() or not (seconds or self.get_map())

        def is_over() -> bool:
            return self.is_called() or bool(self._really_select(0))

        with self.timeline.waiting(until, self.ring, is_over) as waiter:
            self.timeline.wait(waiter, wait_for_real)
        return ready

    def _note_turn(self) -> None:
        """Note that a loop has not waited; perhaps it polls.

        Once a turn it asks for the time itself. Whoever asks besides, again and again,
        may wait until a time is over that is just reached.
        """
        timeline = self.timeline
        if timeline.now == self._now and timeline.readings - self._readings > 1:
            timeline.note_poll()
        self._now, self._readings = timeline.now, timeline.readings

    def _really_select(self, seconds: float | None) -> list[Any]:
        """Ask the system, if there is anything to ask: a browser has no files."""
        if self.get_map():
            return _ask(self, seconds)
        if seconds != 0:
            _really_sleep(_PAUSE if seconds is None else min(seconds, _PAUSE))
        return []
