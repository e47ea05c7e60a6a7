"""Which time a thread goes by: that of the program on the clock, or the real one."""

import contextlib
import os
import threading
from time import monotonic

from yieldpoint.clock._threads import LISTED
from yieldpoint.clock._timeline import SECOND, Timeline

__all__ = ["of_this_thread", "passed", "seconds", "timeline"]

timeline: Timeline | None = None


def of_this_thread() -> Timeline | None:
    """Return the time that this thread goes by, or None for the real one."""
    if timeline is None or LISTED.get(threading.get_ident()) in timeline.bystanders:
        return None
    return timeline


def seconds() -> float:
    """Return what `time.monotonic` returns in this thread, or did a moment ago."""
    here = of_this_thread()
    return monotonic() if here is None else here.glance() / SECOND


def passed() -> float:
    """Return how many seconds have passed on the clock as they do outside.

    What its time has gone on besides are jumps. Without the clock there are none.
    """
    return float("inf") if timeline is None else timeline.passed / SECOND


def _leave_to_the_parent() -> None:
    """Give a forked process the real time: no thread of the program is in it."""
    global timeline  # noqa: PLW0603 - there is one a process
    timeline = None


with contextlib.suppress(AttributeError):  # Windows forks nothing
    os.register_at_fork(after_in_child=_leave_to_the_parent)
