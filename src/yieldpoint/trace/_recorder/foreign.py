"""Loops of other libraries: known is only that they drive a coroutine."""

from types import FrameType

from yieldpoint.trace._recorder.asking import driver_of
from yieldpoint.trace._recorder.calls import Calls
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.scheduling import current_task
from yieldpoint.words import translated

__all__ = ["ForeignLoops"]


class ForeignLoops:
    """Tells whether another library's loop runs a coroutine, and remarks on it."""

    def __init__(self, journal: Journal, calls: Calls) -> None:
        """Share what the recorder knows."""
        self._journal = journal
        self._calls = calls

    def runs(self, frame: FrameType) -> bool:
        """Tell whether a coroutine waits, and does not yield to somebody of our own.

        Its driver is then another library's loop, of which nothing is known.
        """
        driver = driver_of(frame)
        if driver is None or self._calls.is_own(driver.f_code):
            return False
        if current_task() is None:
            library = str(driver.f_globals.get("__name__", "")).partition(".")[0]
            self._journal.remark(
                translated(
                    "{library} runs the coroutines: who creates and who wakes one is"
                    " not recorded",
                    library=library,
                )
            )
        return True
