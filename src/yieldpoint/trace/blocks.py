"""Record a part of a program that is running: what a ``with`` statement does.

Examples:
    >>> from yieldpoint.examples.taking_turns import steps_by_generator
    >>> from yieldpoint.trace import recording
    >>> with recording() as trace:
    ...     for step in steps_by_generator("A"):
    ...         pass
    >>> len(trace.lanes)
    1
"""

import asyncio
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from types import FrameType, TracebackType

from yieldpoint.trace._recorder.block import Block
from yieldpoint.trace._recorder.making import Clock, Files, Settings
from yieldpoint.trace.runs import LIMIT
from yieldpoint.trace.trace import Trace

__all__ = ["recording"]


class _Recorded(AbstractContextManager[Trace]):
    """What records the body of a ``with`` statement."""

    def __init__(self, block: Block, frame: FrameType) -> None:
        """Record what happens in a frame, and below."""
        self._block = block
        self._frame: FrameType | None = frame
        self._trace = Trace(block.name, (), (), (), "", "")

    def __enter__(self) -> Trace:
        """Begin. What is returned is empty until the end."""
        self._block.begin(self._frame)
        return self._trace

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End, and fill what was returned at the beginning."""
        frame, self._frame = self._frame, None
        vars(self._trace).update(vars(self._block.end(error, frame)))


def recording(
    *, clock: Clock = "real", files: Files = (), limit: int = LIMIT
) -> AbstractContextManager[Trace]:
    """Record the body of a ``with`` statement.

    It is recorded where it stands, in a function, a coroutine or a notebook's cell. If
    a task runs it, what other tasks of the loop do meanwhile is recorded as well. What
    the body raises goes on; it is a part of the recording.

    Args:
        clock: "real" leaves the program the time that it has. "virtual" lets the body
            run its event loops on `yieldpoint.clock`.
        files: Files and folders whose code is recorded as well. Without them it is the
            code of the file in which the statement stands.
        limit: After how many events the recording stops. The program goes on.

    Returns:
        What ``with`` takes. Behind ``as`` stands the recording; it is empty until the
        body is left.

    Raises:
        RuntimeError: An event loop is running, and it is to get another clock.
        ValueError: There is no such clock, or the limit is less than 1.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.trace import recording
        >>> async def main():
        ...     with recording() as trace:
        ...         await asyncio.sleep(1)
        ...     return trace
        >>> print(asyncio.run(main()))
        0 s  Task-1          started
        0 s  Task-1  main:3  | await asyncio.sleep(1)
        0 s  Task-1          waits for asyncio.sleep(1)
        1 s  Task-1          woken by a timer
        1 s  Task-1          resumed
        1 s  Task-1          ends
    """
    if clock == "virtual" and asyncio._get_running_loop() is not None:
        raise RuntimeError("the event loop that is running keeps its clock")
    frame = sys._getframe(1)
    name, file = frame.f_code.co_name, Path(frame.f_code.co_filename)
    if name == "<module>" and file.exists():
        name = file.name
    settings = Settings(clock, files, limit)
    return _Recorded(Block(name, settings, [frame.f_code.co_filename]), frame)
