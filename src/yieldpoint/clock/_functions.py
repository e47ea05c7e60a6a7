"""What stands in for the functions of `time`.

Each asks which time its thread goes by. So it is right under a name that a module has
taken, and has kept for longer than the clock was there.
"""

import functools
import operator
import sys
import threading
import time as _time
from collections.abc import Callable
from time import sleep as _really_sleep
from typing import Any

from yieldpoint.clock import _current
from yieldpoint.clock._blocking import wait_until
from yieldpoint.clock._outside import runs_on_real_time
from yieldpoint.clock._timeline import SECOND, Timeline, nanoseconds

__all__ = ["STAND_INS"]

STAND_INS: dict[Callable[..., Any], Callable[..., Any]] = {}


def _stands_in_for(
    real: Callable[..., Any],
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        STAND_INS[real] = functools.wraps(real)(function)
        return function

    return decorate


def _clock(real: Callable[[], Any], read: Callable[[Timeline], Any]) -> None:
    """Make a function that tells the time."""

    @_stands_in_for(real)
    def function() -> Any:  # noqa: ANN401 - a float or an int, as the real one
        timeline = _current.of_this_thread()
        if timeline is None:
            return real()
        if _waits_for_real(str(sys._getframe(1).f_globals.get("__name__"))):
            timeline.read(outside=True)
        return read(timeline)


def _waits_for_real(module: str) -> bool:
    """Tell whether it asks for the time after having waited for a pipe or a socket."""
    return module.startswith("multiprocessing.") or module == "socketserver"


_clock(_time.monotonic, lambda timeline: timeline.read() / SECOND)
_clock(_time.monotonic_ns, Timeline.read)
_clock(_time.perf_counter, lambda timeline: timeline.read() / SECOND)
_clock(_time.perf_counter_ns, Timeline.read)
_clock(_time.time, lambda timeline: timeline.read_date() / SECOND)
_clock(_time.time_ns, Timeline.read_date)


@_stands_in_for(_time.sleep)
def _sleep(seconds: Any, /) -> None:  # noqa: ANN401 - the real one says what is wrong
    timeline = _current.of_this_thread()
    if hasattr(seconds, "__index__"):
        seconds = operator.index(seconds)
    if (
        timeline is None
        or not isinstance(seconds, int | float)
        or not 0 < seconds <= threading.TIMEOUT_MAX
        or runs_on_real_time()
    ):
        _really_sleep(seconds)
    else:
        wait_until(timeline, timeline.read() + nanoseconds(seconds))


def _date(
    real: Callable[..., Any], place: int, absent: tuple[Any, ...], now: str
) -> None:
    """Make a function that takes the date of now where it is given none."""

    @_stands_in_for(real)
    def function(*arguments: Any) -> Any:  # noqa: ANN401 - as the real one
        if arguments[place:] in absent and _current.of_this_thread():
            arguments = (*arguments[:place], getattr(_time, now)())
        return real(*arguments)


for _real in _time.localtime, _time.gmtime, _time.ctime:
    _date(_real, 0, ((), (None,)), "time")
_date(_time.asctime, 0, ((),), "localtime")
_date(_time.strftime, 1, ((),), "localtime")
