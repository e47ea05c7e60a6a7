"""What stands in for the functions of `time`.

Each asks which time its thread goes by. So it is right under a name that a module has
taken, and has kept for longer than the clock was there.
"""

import contextlib
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
from yieldpoint.clock._traceback import unseen

__all__ = ["STAND_INS", "StandIn"]

STAND_INS: dict[Callable[..., Any], Callable[..., Any]] = {}


class StandIn(staticmethod):  # type: ignore[type-arg]  # its types are those of the real one
    """A function in the place of one that is written in C.

    It wraps that one. As that one it is no method where a class has it, as in
    ``sleep = time.sleep``, and it is shown and pickled by its name.
    """

    def __get__(self, instance: object, owner: type | None = None, /) -> Any:  # noqa: ANN401 - it has any type
        """Stay what it is."""
        return self

    def __repr__(self) -> str:
        """Show the real one."""
        return repr(vars(self.__func__)["__wrapped__"])

    def __reduce__(self) -> str:
        """Name it: in another process its name has the real one."""
        return str(self.__name__)


def _stands_in_for(
    real: Callable[..., Any],
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        STAND_INS[real] = StandIn(functools.wraps(real)(function))
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


# The clocks of `clock_gettime` that go with the time: each system has some of them. The
# others count what the processor has done.
_BY_NUMBER: dict[int, Callable[[Timeline], int]] = {
    number: Timeline.read_date if name == "CLOCK_REALTIME" else Timeline.read
    for name, number in vars(_time).items()
    if name.startswith(
        ("CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_BOOTTIME", "CLOCK_UPTIME")
    )
}


def _clock_by_number(
    real: Callable[[int], Any], shown_as: Callable[[int], Any]
) -> None:
    """Make a function that reads the clock of a number."""

    @_stands_in_for(real)
    @unseen
    def function(number: int, /) -> Any:  # noqa: ANN401 - a float or an int, as the real one
        now, timeline = real(number), _current.of_this_thread()
        read = _BY_NUMBER.get(number)
        return shown_as(read(timeline)) if timeline and read else now


with contextlib.suppress(AttributeError):  # Windows has neither
    _clock_by_number(_time.clock_gettime, lambda now: now / SECOND)
    _clock_by_number(_time.clock_gettime_ns, int)


@_stands_in_for(_time.sleep)
@unseen
def _sleep(*arguments: Any, **names: Any) -> None:  # noqa: ANN401 - the real one says what is wrong
    timeline = _current.of_this_thread()
    seconds: Any = arguments[0] if len(arguments) == 1 and not names else None
    if hasattr(seconds, "__index__"):
        seconds = operator.index(seconds)
        arguments = (seconds,)
    if (
        timeline is None
        or not isinstance(seconds, int | float)
        or not 0 < seconds <= threading.TIMEOUT_MAX
        or runs_on_real_time()
    ):
        _really_sleep(*arguments, **names)
        if timeline:
            timeline.note_poll()
    else:
        wait_until(timeline, timeline.read() + nanoseconds(seconds))


def _date(
    real: Callable[..., Any], place: int, absent: tuple[Any, ...], now: str
) -> None:
    """Make a function that takes the date of now where it is given none."""

    @_stands_in_for(real)
    @unseen
    def function(*arguments: Any) -> Any:  # noqa: ANN401 - as the real one
        is_absent = len(arguments) >= place and arguments[place:] in absent
        if is_absent and _current.of_this_thread():
            arguments = (*arguments[:place], getattr(_time, now)())
        return real(*arguments)


for _real in _time.localtime, _time.gmtime, _time.ctime:
    _date(_real, 0, ((), (None,)), "time")
_date(_time.asctime, 0, ((),), "localtime")
_date(_time.strftime, 1, ((),), "localtime")
