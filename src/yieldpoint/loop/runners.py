"""Starting and stopping: a loop for a program, Ctrl-C, and what is left at the end.

A program begins with `run`. It makes a loop and a task for the main coroutine, makes
turns until that is done, and then sees to it that nothing is left half done: each task
that is still there is cancelled, and gets the time to tidy up.

Examples:
    >>> from yieldpoint import loop
    >>> async def serve():
    ...     try:
    ...         await loop.sleep(3600)
    ...     finally:
    ...         print("tidied up")
    >>> async def main():
    ...     server = loop.create_task(serve())
    ...     await loop.sleep(1)
    ...     print("the main task ends")
    >>> loop.run(main())
    the main task ends
    tidied up
"""

import contextlib
import inspect
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextvars import Context, copy_context
from typing import Any, Self

from yieldpoint.loop.eventloop import EventLoop, new_event_loop
from yieldpoint.loop.futures import CancelledError, T
from yieldpoint.loop.scheduler import check_no_loop_runs
from yieldpoint.loop.tasks import Task, not_awaitable, tasks_in_order
from yieldpoint.loop.together import gather

__all__ = ["Runner", "run"]

_IN_A_LOOP = "run() cannot be called from a running event loop"


class Runner:
    """A loop for several main coroutines, one after the other.

    It is as `asyncio.Runner`, but takes no ``debug``. The ``with`` block closes it.

    Args:
        loop_factory: What makes the loop.

    Examples:
        >>> from yieldpoint import loop
        >>> with loop.Runner() as runner:
        ...     runner.run(loop.sleep(1, "first"))
        ...     runner.run(loop.sleep(1, "second"))
        'first'
        'second'
    """

    _loop: EventLoop | None = None
    _is_closed = False

    def __init__(self, *, loop_factory: Callable[[], EventLoop] | None = None) -> None:
        """Make a runner; it makes its loop when that is needed."""
        self._make_loop = new_event_loop if loop_factory is None else loop_factory

    def __enter__(self) -> Self:
        """Make the loop."""
        self.get_loop()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def get_loop(self) -> EventLoop:
        """Return the loop, as `asyncio.Runner.get_loop` does.

        Returns:
            The loop.

        Raises:
            RuntimeError: The runner is closed.

        Examples:
            >>> from yieldpoint import loop
            >>> with loop.Runner() as runner:
            ...     runner.get_loop().is_running()
            False
        """
        if self._is_closed:
            raise RuntimeError("Runner is closed")
        if self._loop is None:
            self._loop = self._make_loop()
            # What one main coroutine sets, the next one sees.
            self._context = copy_context()
        return self._loop

    def run(self, coro: Awaitable[T], *, context: Context | None = None) -> T:
        """Run a coroutine to its end, as `asyncio.Runner.run` does.

        The first Ctrl-C cancels its task, and only a second one raises
        `KeyboardInterrupt` wherever the program stands.

        Args:
            coro: The coroutine object, or what else can be awaited.
            context: The context variables that it sees; without them, they are those
                of the runner.

        Returns:
            What the coroutine returns.

        Raises:
            RuntimeError: The runner is closed, or a loop is running in this thread.
            TypeError: It cannot be awaited.

        Examples:
            >>> from yieldpoint import loop
            >>> with loop.Runner() as runner:
            ...     runner.run(loop.sleep(1, "a second later"))
            'a second later'
        """
        with _closing_if_refused(coro):
            check_no_loop_runs(f"Runner.{_IN_A_LOOP}")
            loop = self.get_loop()
        if not isinstance(coro, Coroutine):
            if not inspect.isawaitable(coro):
                raise TypeError(not_awaitable(coro))
            coro = _await(coro)
        if context is None:  # an empty one is one too, and looks false
            context = self._context
        task: Task[T] = loop.create_task(coro, context=context)
        with _ctrl_c_cancels(task):
            return loop.run_until_complete(task)

    def close(self) -> None:
        """Cancel what is left, and close the loop, as `asyncio.Runner.close` does.

        Examples:
            >>> from yieldpoint import loop
            >>> runner = loop.Runner()
            >>> this = runner.get_loop()
            >>> runner.close()
            >>> this.is_closed()
            True
        """
        loop, self._loop = self._loop, None
        if loop is None:
            return
        self._is_closed = True
        try:
            _cancel_what_is_left(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()


def run(
    main: Awaitable[T], *, loop_factory: Callable[[], EventLoop] | None = None
) -> T:
    """Run a coroutine to its end, on a new loop.

    It is as `asyncio.run`, but takes no ``debug``. At the end, the tasks that are left
    are cancelled and waited for. The first Ctrl-C cancels the main task, and only a
    second one raises `KeyboardInterrupt` wherever the program stands.

    Args:
        main: The coroutine object to run, or what else can be awaited.
        loop_factory: What makes the loop.

    Returns:
        What the coroutine returns.

    Raises:
        RuntimeError: A loop is already running in this thread, this one or asyncio's.
        TypeError: It cannot be awaited.

    Examples:
        >>> from yieldpoint import loop
        >>> loop.run(loop.sleep(1, "a second later"))
        'a second later'

        >>> async def main():
        ...     loop.run(loop.sleep(1))
        >>> loop.run(main())
        Traceback (most recent call last):
          ...
        RuntimeError: run() cannot be called from a running event loop
    """
    with _closing_if_refused(main):
        check_no_loop_runs(_IN_A_LOOP)
    with Runner(loop_factory=loop_factory) as runner:
        return runner.run(main)


@contextlib.contextmanager
def _closing_if_refused(coro: object) -> Iterator[None]:
    """Close a coroutine object that nobody will run: or it would complain."""
    try:
        yield
    except RuntimeError:
        if isinstance(coro, Coroutine):
            coro.close()
        raise


async def _await(awaitable: Awaitable[T]) -> T:
    return await awaitable


@contextlib.contextmanager
def _ctrl_c_cancels(task: Task[Any]) -> Iterator[None]:
    """Have the first Ctrl-C cancel a task.

    `KeyboardInterrupt` could come between any two steps of a lock or of the loop. A
    cancellation comes at an ``await``, where programs expect it.
    """
    interrupts: list[int] = []
    is_heard = False

    def interrupt(number: int, _: object) -> None:
        interrupts.append(number)
        if len(interrupts) > 1 or task.done():
            raise KeyboardInterrupt
        # Not at once: the loop may be just about to put the task somewhere.
        task._loop.call_soon_threadsafe(cancel)

    def cancel() -> None:
        nonlocal is_heard
        is_heard = task.cancel()

    with _handling_ctrl_c(interrupt):
        try:
            yield
        except CancelledError:
            # If somebody else has cancelled it as well, it is a cancellation.
            if is_heard and task.uncancel() == 0:
                raise KeyboardInterrupt from None
            raise
        if interrupts and not is_heard:
            raise KeyboardInterrupt  # it came in the task's very last step


@contextlib.contextmanager
def _handling_ctrl_c(handler: Callable[[int, Any], object]) -> Iterator[None]:
    """Have Ctrl-C call a function, unless somebody else has a use for it."""
    default = signal.default_int_handler
    is_main = threading.current_thread() is threading.main_thread()
    is_ours = is_main and signal.getsignal(signal.SIGINT) is default
    with contextlib.suppress(ValueError):  # if this Python runs in another program
        if is_ours:
            signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        if is_ours and signal.getsignal(signal.SIGINT) is handler:
            signal.signal(signal.SIGINT, default)


def _cancel_what_is_left(loop: EventLoop) -> None:
    """Cancel the tasks that are not done, the oldest first, and wait for their end."""
    left = [task for task in tasks_in_order(loop) if task.cancel()]
    if not left:
        return
    # A second Ctrl-C may have come when the loop had just taken a task out of its
    # queue. Such a task waits for nothing and is not in the queue, where all that can
    # go on should be: without this, it would not get to know that it is cancelled.
    lost = {task for task in left if task._awaits is None or task._awaits.done()}
    loop.ready += lost - set(loop.ready)
    loop.run_until_complete(gather(*left, return_exceptions=True))
    for task in left:
        if not task.cancelled() and (error := task.exception()) is not None:
            message = "unhandled exception during run() shutdown"
            about = {"message": message, "exception": error, "task": task}
            loop.call_exception_handler(about)
