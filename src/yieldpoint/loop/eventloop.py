"""The loop: run what is ready, wait for what is not, and start again.

It has a queue of what is ready, a heap of timers, and a selector that knows which
sockets are ready. It looks at these three in turns, each of which is one call of
`EventLoop.run_one_turn`; `run` makes such calls until the main task is done. There is
one loop in a thread, and one thread in which a loop runs its tasks.

Begin to read at `EventLoop.run_one_turn`: all that ever runs on this loop is called
from there. The pages of docs/inside on taking turns, on time and on sockets build it
step by step.

Examples:
    >>> from yieldpoint import loop
    >>> async def count(name):
    ...     for number in (1, 2):
    ...         print(name, number)
    ...         await loop.sleep(0)
    >>> async def main():
    ...     await loop.gather(count("A"), count("B"))
    >>> loop.run(main())
    A 1
    B 1
    A 2
    B 2
"""

import asyncio
import contextlib
import heapq
import itertools
import logging
import math
import selectors
import signal
import socket
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from typing import Any

from yieldpoint import clock
from yieldpoint.loop.futures import (
    Callback,
    CancelledError,
    Future,
    Handle,
    T,
    this_thread,
)
from yieldpoint.loop.tasks import Coro, Task
from yieldpoint.loop.together import wait

__all__ = ["EventLoop", "run"]

_AT_ONCE = 1e-6  # seconds: no system waits for less


class EventLoop:
    """What calls callbacks and lets tasks go on, one after the other.

    `run` makes one and drives it; ``get_running_loop`` returns it. It is less than an
    `asyncio.AbstractEventLoop`: it has no threads, processes, transports, signals and
    debug mode, and no ``stop`` and ``close`` of its own.

    Attributes:
        ready: The tasks that go on, and the handles that are run, in the next turn.
        tasks: All tasks of the loop, by number; what nobody else holds goes away.
        current_task: The task that runs, or None between two of them.
        time: The function that returns the time, in seconds since some moment.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     this = loop.get_running_loop()
        ...     started = this.time()
        ...     await loop.sleep(1)
        ...     return round(this.time() - started)
        >>> loop.run(main())
        1
    """

    _exception_handler: Callback | None = None

    def __init__(self) -> None:
        """Make a loop that has nothing to do yet."""
        self.ready = deque[Any]()  # tasks to go on with, callbacks to call
        self.tasks = weakref.WeakValueDictionary[int, Task[Any]]()
        self.numbers = itertools.count(1)  # for the names of tasks
        self.current_task: Task[Any] | None = None
        self._timers: list[tuple[float, Handle]] = []
        self._selector, self.time = clock.for_loop()
        self._watched: dict[Any, dict[int, Handle]] = {}
        # Who rings the bell, from whichever thread, ends the loop's waiting.
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ, {})

    def run_one_turn(self) -> None:
        """Do what is ready now; what becomes ready meanwhile is for the next turn.

        If nothing is ready, wait until a socket is, or a timer is due. So a turn ends
        even if each callback asks for another one, and no socket is kept waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed.
            SystemExit: A task or a callback ends the program.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this = loop.get_running_loop()
            ...     this.call_soon(this.call_soon, print, "and another turn later")
            ...     this.call_soon(print, "the next turn")
            ...     await loop.sleep(0)
            ...     print("of the main task too")
            ...     await loop.sleep(0)
            >>> loop.run(main())
            the next turn
            of the main task too
            and another turn later
        """
        ready, timers = self.ready, self._timers
        while timers and timers[0][1].cancelled():
            heapq.heappop(timers)
        if self._watched or not ready:
            self._wait_for_sockets()
        now = self.time() + _AT_ONCE if timers else 0
        while timers and timers[0][0] < now:
            ready.append(heapq.heappop(timers)[1])
        for _ in range(len(ready)):
            task = ready.popleft()
            if type(task) is Handle:  # a callback, and no task
                self.current_task = None
                task.run()
                continue
            self.current_task = task
            try:
                # Here control goes to the coroutine, and here it comes back.
                awaited = task.context.run(task.resume, None)
            except BaseException as how:
                task.end(how)
            else:
                if awaited is None:  # that is what sleep(0) yields
                    ready.append(task)
                else:
                    task.wait_for(awaited)
                    awaited = None  # what nobody else holds may go at once
        self.current_task = None

    def _wait_for_sockets(self) -> None:
        """Wait until a socket is ready, but not past the next timer."""
        timeout = 0.0 if self.ready else None
        if self._timers and not self.ready:
            timeout = max(0.0, self._timers[0][0] - self.time())
        for key, events in self._selector.select(timeout):
            if key.fileobj is self._ear:
                self._ear.recv(4096)
            self.ready += [handle for e, handle in key.data.items() if e & events]

    # What to run: soon, at a time, when a socket is ready, or step by step.

    def call_soon(self, callback: Callback, *args: Any) -> Handle:
        """Have something called in the next turn.

        It is as `asyncio.loop.call_soon`, but without a ``context``: the callback
        sees the context variables as they are now.

        Args:
            callback: What to call.
            args: What to call it with.

        Returns:
            A handle with which the call can be cancelled.

        Raises:
            TypeError: The callback cannot be called.
            RuntimeError: The loop has come to its end.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     loop.get_running_loop().call_soon(print, "called")
            ...     print("called soon, not now")
            ...     await loop.sleep(0)
            >>> loop.run(main())
            called soon, not now
            called
        """
        if self._bell.fileno() < 0:
            raise RuntimeError("Event loop is closed")
        handle = Handle(self, callback, *args)
        self.ready.append(handle)
        return handle

    def call_soon_threadsafe(self, callback: Callback, *args: Any) -> Handle:
        """Have something called soon, by a call from any thread.

        It is as `asyncio.loop.call_soon_threadsafe`, but without a ``context``. A loop
        that waits is woken. No other method may be called from another thread.

        The example needs a thread.

        Args:
            callback: What to call, in the loop's thread.
            args: What to call it with.

        Returns:
            A handle with which the call can be cancelled.

        Raises:
            TypeError: The callback cannot be called.
            RuntimeError: The loop has come to its end.

        Examples:
            >>> import threading
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this, future = loop.get_running_loop(), loop.Future()
            ...     def answer():
            ...         this.call_soon_threadsafe(future.set_result, 42)
            ...     thread = threading.Thread(target=answer)
            ...     thread.start()
            ...     result = await future
            ...     thread.join()
            ...     return result
            >>> loop.run(main())
            42
        """
        handle = self.call_soon(callback, *args)
        with contextlib.suppress(BlockingIOError):  # it has been rung often enough
            self._bell.send(b"!")
        return handle

    def call_later(self, delay: float, callback: Callback, *args: Any) -> Handle:
        """Have something called when some time has passed.

        It is as `asyncio.loop.call_later`, but without a ``context``. A timer may ring
        up to a microsecond early: no system waits for so little. Which one of two
        timers for the same time is first is not defined, as it is not in asyncio.

        Args:
            delay: After how many seconds to call it.
            callback: What to call.
            args: What to call it with.

        Returns:
            A handle with which the call can be cancelled.

        Raises:
            ValueError: The delay is no number.
            TypeError: The callback cannot be called.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this = loop.get_running_loop()
            ...     this.call_later(2, print, "after two seconds")
            ...     this.call_later(1, print, "after one")
            ...     await loop.sleep(3)
            >>> loop.run(main())
            after one
            after two seconds
        """
        if math.isnan(delay):
            raise ValueError("Invalid delay: NaN (not a number)")
        handle = Handle(self, callback, *args)
        heapq.heappush(self._timers, (self.time() + delay, handle))
        return handle

    def watch(self, sock: Any, event: int, callback: Callback | None) -> None:
        """Call something in each turn in which a socket is ready; None ends it.

        In asyncio these are four methods, `asyncio.loop.add_reader` and its like. A
        callback that is there already stays: to have another one called, end it first.
        And end it before the socket is closed.

        The example needs sockets.

        Args:
            sock: The socket.
            event: For what it must be ready: `selectors.EVENT_READ` or
                `selectors.EVENT_WRITE`.
            callback: What to call, or None to watch the socket no longer.

        Raises:
            TypeError: The callback cannot be called.
            ValueError: The socket is closed.

        Examples:
            >>> import selectors, socket
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this, news = loop.get_running_loop(), loop.Event()
            ...     here, there = socket.socketpair()
            ...     with here, there:
            ...         this.watch(here, selectors.EVENT_READ, news.set)
            ...         there.send(b"hello")
            ...         await news.wait()
            ...         this.watch(here, selectors.EVENT_READ, None)
            ...         return here.recv(100)
            >>> loop.run(main())
            b'hello'
        """
        handles = self._watched.get(sock, {})
        old = handles.get(event)
        if callback == (old.callback if old else None):
            return
        if self._watched.pop(sock, None):
            self._selector.unregister(sock)
        if old:
            handles.pop(event).cancel()  # it may stand in the queue already
        if callback:
            handles[event] = Handle(self, callback)
        if handles:
            self._selector.register(sock, sum(handles), handles)
            self._watched[sock] = handles

    def create_future(self) -> Future[Any]:
        """Return a future of this loop, as `asyncio.loop.create_future` does.

        Returns:
            A future that is not done.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.get_running_loop().create_future()
            ...     future.set_result(42)
            ...     return await future
            >>> loop.run(main())
            42
        """
        return Future(loop=self)

    def create_task(self, coro: Coro[T], **options: Any) -> Task[T]:
        """Start a task, as `asyncio.loop.create_task` does.

        Args:
            coro: The coroutine object to drive.
            options: The ``name`` and the ``context`` of `yieldpoint.loop.tasks.Task`.

        Returns:
            The task. It makes its first step in the next turn.

        Raises:
            RuntimeError: No loop runs in this thread.
            TypeError: It is no coroutine object.

        Examples:
            >>> from yieldpoint import loop
            >>> async def answer():
            ...     return 42
            >>> async def main():
            ...     return await loop.get_running_loop().create_task(answer())
            >>> loop.run(main())
            42
        """
        return Task(coro, **options)

    # Errors that nobody else is told of.

    def set_exception_handler(self, handler: Callback | None) -> None:
        """Say what to call with the errors that nobody else is told of.

        It is as `asyncio.loop.set_exception_handler`, but a handler that raises is
        not caught.

        Args:
            handler: It is called with the loop and a `dict`, which has a "message",
                an "exception" (or None), and the "future" or the "task" if there is
                one. None has the errors logged again.

        Examples:
            >>> from yieldpoint import loop
            >>> def tell(_, context):
            ...     print(repr(context["exception"]))
            >>> async def main():
            ...     this = loop.get_running_loop()
            ...     this.set_exception_handler(tell)
            ...     this.call_soon(int, "one")
            ...     await loop.sleep(0)
            >>> loop.run(main())
            ValueError("invalid literal for int() with base 10: 'one'")
        """
        self._exception_handler = handler

    def report(self, message: str, error: Any = None, **about: object) -> None:
        """Tell of an error that nobody else is told of.

        It goes to the handler that `set_exception_handler` has set, or else to the log
        "yieldpoint.loop". In asyncio it is `asyncio.loop.call_exception_handler`.

        Args:
            message: What has happened.
            error: The exception, if there is one.
            about: What else the handler may want to know: the future or the task.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this = loop.get_running_loop()
            ...     this.set_exception_handler(lambda _, context: print(context))
            ...     this.report("something is odd", number=13)
            >>> loop.run(main())
            {'message': 'something is odd', 'exception': None, 'number': 13}
        """
        context = {"message": message, "exception": error, **about}
        if self._exception_handler:
            self._exception_handler(self, context)
        else:
            logging.getLogger("yieldpoint.loop").error("%s", context, exc_info=error)


def run(main: Coro[T]) -> T:
    """Run a coroutine to its end, on a new loop.

    It is as `asyncio.run`: at the end, the tasks that are left are cancelled and waited
    for. As there, the first Ctrl-C cancels the main task, and only a second one raises
    `KeyboardInterrupt` wherever the program stands. It is less in two points: it
    takes no ``debug`` and no ``loop_factory``, and it does not close async generators
    that are left over.

    Args:
        main: The coroutine object to run.

    Returns:
        What the coroutine returns.

    Raises:
        RuntimeError: A loop is already running in this thread, this one or asyncio's.
        TypeError: It is no coroutine object.

    Examples:
        >>> from yieldpoint import loop
        >>> loop.run(loop.sleep(1, "a second later"))
        'a second later'

        >>> async def main():
        ...     loop.run(loop.sleep(1))
        >>> loop.run(main())
        Traceback (most recent call last):
          ...
        RuntimeError: an event loop is already running in this thread
    """
    if getattr(this_thread, "loop", None) or asyncio._get_running_loop():
        if hasattr(main, "close"):
            main.close()
        raise RuntimeError("an event loop is already running in this thread")
    this_thread.loop = loop = EventLoop()
    try:
        try:
            with _ctrl_c_cancels(task := Task(main)):
                return _run_until_done(task)
        finally:
            if left := _cancel_what_is_left(loop):
                _run_until_done(Task(wait(left)))
    finally:
        this_thread.loop = None
        for file in (loop._selector, loop._bell, loop._ear):
            file.close()


def _run_until_done(task: Task[T]) -> T:
    ended: list[Task[T]] = []
    task.add_done_callback(ended.append)
    task.may_disappear = True
    while not ended:
        this_thread.loop.run_one_turn()
    return task.result()


@contextlib.contextmanager
def _ctrl_c_cancels(task: Task[Any]) -> Iterator[None]:
    """Have the first Ctrl-C cancel a task, unless somebody else has a use for it.

    `KeyboardInterrupt` could come between any two steps of a lock or of the loop.
    """
    interrupts: list[int] = []

    def interrupt(number: int, _: object) -> None:
        interrupts.append(number)
        if len(interrupts) > 1 or task.done():
            raise KeyboardInterrupt
        this_thread.loop.call_soon_threadsafe(task.cancel)

    default, sigint = signal.default_int_handler, signal.SIGINT
    is_main = threading.current_thread() is threading.main_thread()
    is_ours = is_main and signal.getsignal(sigint) is default
    if is_ours:
        signal.signal(sigint, interrupt)
    try:
        yield
    except CancelledError:
        if interrupts and task.uncancel() == 0:
            raise KeyboardInterrupt from None
        raise
    finally:
        if is_ours:
            signal.signal(sigint, default)


def _cancel_what_is_left(loop: EventLoop) -> list[Task[Any]]:
    """Cancel the tasks that are not done, in the order of their creation."""
    left = [task for task in loop.tasks.values() if task.cancel()]
    # A second Ctrl-C may have come when the loop had just taken a task out of its
    # queue. Such a task waits for nothing and is not in the queue, where all that can
    # go on should be: without this, it would not get to know that it is cancelled.
    lost = {task for task in left if not task._awaits or task._awaits.done()}
    loop.ready += lost - set(loop.ready)
    return left
