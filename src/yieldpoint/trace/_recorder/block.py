"""A part of a program, recorded while the program runs it."""

import contextlib
from types import FrameType

from yieldpoint.trace._recorder.making import Files, Making, Settings, at_work
from yieldpoint.trace.trace import Trace

__all__ = ["Block"]


class Block:
    """A recorder that begins and ends where the program is.

    It has to end in the thread in which it has begun.

    Attributes:
        name: What is recorded.
    """

    def __init__(self, name: str, settings: Settings, own: Files) -> None:
        """Make ready.

        Args:
            name: What is recorded, and the lane in which it runs if that is no task.
            settings: How to record.
            own: The files and folders whose code is recorded.
        """
        self.name = name
        self._settings = settings
        self._own = own
        self._line = 0
        self._around = contextlib.ExitStack()
        self._reports = contextlib.ExitStack()
        self._making: Making | None = None

    def begin(self, frame: FrameType | None = None) -> None:
        """Record from now on.

        Args:
            frame: Where the program is, if that is in code that is recorded.
        """
        making = self._around.enter_context(at_work(self._settings, self._own, ()))
        try:
            self._reports.enter_context(making.reports())
        except BaseException:
            self._around.close()
            raise
        self._making = making
        self._line = frame.f_lineno if frame else 0
        making.recorder.join(self.name, frame)

    def end(
        self, error: BaseException | None = None, frame: FrameType | None = None
    ) -> Trace:
        """Record no more, and return the recording.

        Args:
            error: What has ended the block, if that is an exception.
            frame: As it was given to `begin`. That the ``with`` is left is no step.
        """
        making = self._making
        assert making is not None, "it has not begun"
        making.say_missed()
        self._reports.close()
        outcome, value = "returned", ""
        if error is not None:
            outcome, value = "raised", making.journal.describe(error)
        if frame is not None:
            making.journal.unsay_line(frame.f_code.co_name, self._line)
        making.recorder.leave(outcome, value)
        self._around.close()
        return making.trace(self.name, outcome, value, None, error)
