"""Who runs next: what is ready, what is due, and whose socket has something.

There is a queue of what is ready, a heap of timers, and a selector that knows which
sockets are ready. They are looked at in turns, each of which is one call of
`Scheduler.run_one_turn`. All that ever runs on the loop is called from there: begin to
read at it.

The scheduler does not know what a future or a task is: those come later, and
`yieldpoint.loop.eventloop.EventLoop` brings all of it together. Of the part “Inside
the event loop” the pages “Taking turns”, “Time” and “Sockets” build this step by step.

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
import functools
import heapq
import itertools
import logging
import math
import os
import threading
import weakref
from collections import deque
from contextvars import Context
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from yieldpoint import clock
from yieldpoint.loop.bell import Bell
from yieldpoint.loop.handles import Callback, Handle, TimerHandle

__all__ = ["Scheduler"]

_LOG = logging.getLogger("yieldpoint.loop")

_AT_ONCE = 1e-6  # seconds: no system waits for less
_MANY_TIMERS = 200
_A_DAY = 86_400.0  # seconds: not every system waits for longer at a stretch


class ThisThread(threading.local):
    """What each thread has for itself: the loop that runs in it, if one does."""

    loop: Any = None


this_thread = ThisThread()
_forget = functools.partial(setattr, this_thread, "loop", None)
with contextlib.suppress(AttributeError):  # not every system has a fork
    os.register_at_fork(after_in_child=_forget)


def running() -> Any:
    """Return the loop that runs in this thread.

    Returns:
        A `yieldpoint.loop.eventloop.EventLoop`, which is a scheduler.

    Raises:
        RuntimeError: None does.
    """
    if this_thread.loop is None:
        raise RuntimeError("no running event loop")
    return this_thread.loop


def check_no_loop_runs(message: str) -> None:
    """Refuse to run a loop inside another one, which would stand still meanwhile.

    Args:
        message: What to say.

    Raises:
        RuntimeError: A loop runs in this thread, of this kind or of asyncio's.
    """
    if this_thread.loop is not None or asyncio._get_running_loop() is not None:
        raise RuntimeError(message)


class Scheduler:
    """What calls callbacks and lets tasks go on, one after the other.

    Attributes:
        ready: The tasks that go on, and the handles that are called, in the next turn.
        tasks: The tasks that are not done, by number. What nobody else holds goes away.
        current_task: The task that runs, or None between two of them.

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
    _is_running = _is_stopping = _is_closed = False

    def __init__(self) -> None:
        """Make one that has nothing to do yet."""
        self.ready = deque[Any]()  # tasks to go on with, callbacks to call
        self.tasks: dict[int, weakref.ref[Any]] = {}
        self.numbers = itertools.count(1)  # by which tasks are known here
        self.names = itertools.count(1)  # for the names of those that have none
        self.current_task: Any = None
        self._timers: list[tuple[float, TimerHandle]] = []
        self._many_timers = _MANY_TIMERS  # then those that are cancelled are thrown out
        self._selector, self._clock = clock.for_loop()
        self._watched = 0  # so many files, without the bell
        # Who rings the bell, from whichever thread, ends the loop's waiting.
        self._bell = Bell()
        if self._bell.ear:
            self._selector.register(self._bell.ear, EVENT_READ, {})

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
            it = ready.popleft()
            if isinstance(it, Handle):
                self.current_task = None
                self._call(it)
                continue
            self.current_task = task = it
            try:
                # Here control goes to the coroutine, and here it comes back.
                awaited = task.context.run(task.resume, None)
            except BaseException as how:
                task.end(how)
            else:
                if awaited is None:  # that is what sleep(0) yields
                    task._awaits = None
                    ready.append(task)
                else:
                    task.wait_for(awaited)
                    awaited = None  # what nobody else holds may go at once
        self.current_task = it = task = None  # or a traceback might keep the last one

    def _call(self, handle: Handle) -> None:
        """Call a callback, unless it is cancelled."""
        try:
            if handle.callback is not None:
                handle.context.run(handle.callback, *handle.args)
        except (KeyboardInterrupt, SystemExit):
            raise  # out of the loop: the program is to end
        except BaseException as error:
            # The callback has no caller who would want to know, and the others on the
            # loop must not suffer.
            message = f"Exception in callback {handle.callback!r}"
            about = {"message": message, "exception": error, "handle": handle}
            self.call_exception_handler(about)

    def _wait_for_sockets(self) -> None:
        """Wait until a socket is ready, but not past the next timer."""
        timeout = None
        if self.ready or self._is_stopping:
            timeout = 0.0
        elif self._timers and self._timers[0][0] < math.inf:
            # After a day without news it is asked again.
            timeout = min(max(0.0, self._timers[0][0] - self.time()), _A_DAY)
        for key, events in self._selector.select(timeout):
            if key.fileobj is self._bell.ear:
                self._bell.hush()
            self.ready += [handle for e, handle in key.data.items() if e & events]

    # What to call: soon, at a time, or when a socket is ready.

    def time(self) -> float:
        """Return the time on the loop's clock, as `asyncio.loop.time` does.

        Returns:
            The time, in seconds since some moment.

        Examples:
            >>> from yieldpoint import loop
            >>> this = loop.EventLoop()
            >>> this.time() <= this.time()
            True
            >>> this.close()
        """
        return self._clock()

    def call_soon(
        self, callback: Callback, *args: Any, context: Context | None = None
    ) -> Handle:
        """Have something called in the next turn, as `asyncio.loop.call_soon` does.

        Args:
            callback: What to call.
            args: What to call it with.
            context: The context variables that it sees; without them, they are those
                of this moment.

        Returns:
            A handle with which the call can be cancelled.

        Raises:
            TypeError: The callback cannot be called.
            RuntimeError: The loop is closed.

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
        self.check_open()
        handle = Handle(callback, args, context)
        self.ready.append(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callback, *args: Any, context: Context | None = None
    ) -> Handle:
        """Have something called soon, by a call from any thread.

        It is as `asyncio.loop.call_soon_threadsafe`. A loop that waits is woken. No
        other method may be called from another thread.

        The example needs a thread.

        Args:
            callback: What to call, in the loop's thread.
            args: What to call it with.
            context: The context variables that it sees; without them, they are those
                of this moment.

        Returns:
            A handle with which the call can be cancelled.

        Raises:
            TypeError: The callback cannot be called.
            RuntimeError: The loop is closed.

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
        handle = self.call_soon(callback, *args, context=context)
        self._bell.ring()
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callback,
        *args: Any,
        context: Context | None = None,
    ) -> TimerHandle:
        """Have something called when some time has passed.

        It is as `asyncio.loop.call_later`. A timer may ring up to a microsecond early:
        no system waits for so little. Which one of two timers for the same time is
        first is not defined, as it is not in asyncio.

        Args:
            delay: After how many seconds to call it. Infinitely many is never.
            callback: What to call.
            args: What to call it with.
            context: The context variables that it sees; without them, they are those
                of this moment.

        Returns:
            A handle with which the call can be cancelled.

        Raises:
            ValueError: The delay is no number.
            TypeError: The delay is None, or the callback cannot be called.
            RuntimeError: The loop is closed.

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
        if delay is None:
            raise TypeError("delay must not be None")
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callback,
        *args: Any,
        context: Context | None = None,
    ) -> TimerHandle:
        """Have something called at a time, as `asyncio.loop.call_at` does.

        Args:
            when: The time on the loop's clock, in seconds: see ``time``.
            callback: What to call.
            args: What to call it with.
            context: The context variables that it sees; without them, they are those
                of this moment.

        Returns:
            A handle with which the call can be cancelled.

        Raises:
            ValueError: The time is no number.
            TypeError: The time is None, or the callback cannot be called.
            RuntimeError: The loop is closed.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this = loop.get_running_loop()
            ...     this.call_at(this.time() + 1, print, "a second later")
            ...     await loop.sleep(2)
            >>> loop.run(main())
            a second later
        """
        if when is None:
            raise TypeError("when cannot be None")
        if math.isnan(when):  # it would spoil the order of the others
            raise ValueError("Invalid delay: NaN (not a number)")
        self.check_open()
        timer = TimerHandle(when, callback, args, context)
        if len(self._timers) >= self._many_timers:
            # Most of what was cancelled would stand there until its time, if not for
            # ever: who sets a timeout of an hour is done with it in a moment.
            self._timers[:] = [each for each in self._timers if not each[1].cancelled()]
            heapq.heapify(self._timers)
            self._many_timers = max(_MANY_TIMERS, 2 * len(self._timers))
        # The pair is compared first, and that is faster than to compare the timers.
        heapq.heappush(self._timers, (when, timer))
        return timer

    def add_reader(self, fd: Any, callback: Callback, *args: Any) -> None:
        """Call something in each turn in which a socket has something to read.

        It is as `asyncio.loop.add_reader`. What was called before is called no longer.

        The example needs sockets.

        Args:
            fd: The socket, or the number of its file.
            callback: What to call.
            args: What to call it with.

        Raises:
            TypeError: The callback cannot be called.
            ValueError: The socket is closed.
            RuntimeError: The loop is closed.

        Examples:
            >>> import socket
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this, news = loop.get_running_loop(), loop.Event()
            ...     here, there = socket.socketpair()
            ...     with here, there:
            ...         this.add_reader(here, news.set)
            ...         there.send(b"hello")
            ...         await news.wait()
            ...         print(this.remove_reader(here))
            ...         return here.recv(100)
            >>> loop.run(main())
            True
            b'hello'
        """
        self._watch(fd, EVENT_READ, Handle(callback, args))

    def remove_reader(self, fd: Any) -> bool:
        """Undo ``add_reader``, as `asyncio.loop.remove_reader` does.

        Do it before the socket is closed.

        Args:
            fd: The socket, or the number of its file.

        Returns:
            Whether there was something to undo.

        Raises:
            ValueError: It is no socket, or one that is closed and was not watched.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     return loop.get_running_loop().remove_reader(0)
            >>> loop.run(main())
            False
        """
        return self._watch(fd, EVENT_READ, None)

    def add_writer(self, fd: Any, callback: Callback, *args: Any) -> None:
        """Call something in each turn in which a socket would take bytes.

        It is as `asyncio.loop.add_writer`. What was called before is called no longer.

        The example needs sockets.

        Args:
            fd: The socket, or the number of its file.
            callback: What to call.
            args: What to call it with.

        Raises:
            TypeError: The callback cannot be called.
            ValueError: The socket is closed.
            RuntimeError: The loop is closed.

        Examples:
            >>> import socket
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this, room = loop.get_running_loop(), loop.Event()
            ...     here, there = socket.socketpair()
            ...     with here, there:
            ...         this.add_writer(here, room.set)
            ...         await room.wait()
            ...         return this.remove_writer(here)
            >>> loop.run(main())
            True
        """
        self._watch(fd, EVENT_WRITE, Handle(callback, args))

    def remove_writer(self, fd: Any) -> bool:
        """Undo ``add_writer``, as `asyncio.loop.remove_writer` does.

        Do it before the socket is closed.

        Args:
            fd: The socket, or the number of its file.

        Returns:
            Whether there was something to undo.

        Raises:
            ValueError: It is no socket, or one that is closed and was not watched.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     return loop.get_running_loop().remove_writer(1)
            >>> loop.run(main())
            False
        """
        return self._watch(fd, EVENT_WRITE, None)

    def has_sockets(self) -> bool:
        """Tell whether the platform has sockets: a browser has none.

        Returns:
            Whether another thread can wake the loop, and a connection can be made.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     return loop.get_running_loop().has_sockets()
            >>> loop.run(main())
            True
        """
        return self._bell.ear is not None

    def _watch(self, fd: Any, event: int, handle: Handle | None) -> bool:
        """Call a handle when a socket is ready for an event; without one, no longer."""
        if handle:
            self.check_open()
        elif self._is_closed:
            return False
        # The selector knows a socket by the number of its file, and so does the system.
        key = self._selector.get_map().get(fd)
        handles: dict[int, Handle] = key.data if key else {}
        old = handles.pop(event, None)
        if old:
            old.cancel()  # it may stand in the queue already
        if handle:
            handles[event] = handle
        if key is None:
            if handle:
                self._selector.register(fd, event, handles)
                self._watched += 1
        elif handles:
            self._selector.modify(fd, sum(handles), handles)
        else:
            self._selector.unregister(fd)
            self._watched -= 1
        return old is not None

    # Errors that nobody else is told of.

    def set_exception_handler(self, handler: Callback | None) -> None:
        """Say what to call with the errors that nobody else is told of.

        It is as `asyncio.loop.set_exception_handler`.

        Args:
            handler: It is called with the loop and a `dict`, which has a "message",
                and, if there is one, an "exception", and the "future", the "task" or
                the "handle". None has the errors logged again.

        Raises:
            TypeError: The handler cannot be called.

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
        if handler is not None and not callable(handler):
            raise TypeError(f"a callable object was expected, got {handler!r}")
        self._exception_handler = handler

    def get_exception_handler(self) -> Callback | None:
        """Return what ``set_exception_handler`` has set.

        It is as `asyncio.loop.get_exception_handler`.

        Returns:
            The handler, or None if errors are logged.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     print(loop.get_running_loop().get_exception_handler())
            >>> loop.run(main())
            None
        """
        return self._exception_handler

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Tell of an error that nobody else is told of.

        It goes to the handler that ``set_exception_handler`` has set, or else to the
        log "yieldpoint.loop". It is as `asyncio.loop.call_exception_handler`: what
        the handler raises is logged, and it sees the context variables of the task or
        the callback that the error is of.

        Args:
            context: What to tell: a "message", and what else the handler may want to
                know.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this = loop.get_running_loop()
            ...     this.set_exception_handler(lambda _, context: print(context))
            ...     this.call_exception_handler({"message": "it is odd", "number": 13})
            >>> loop.run(main())
            {'message': 'it is odd', 'number': 13}
        """
        if self._exception_handler is None:
            self._handle_by_default(context)
            return
        of: Any = context.get("task") or context.get("future") or context.get("handle")
        try:
            if hasattr(of, "get_context"):
                of.get_context().run(self._exception_handler, self, context)
            else:
                self._exception_handler(self, context)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            message = "Unhandled error in exception handler"
            about = {"message": message, "exception": error, "context": context}
            self._handle_by_default(about)

    def _handle_by_default(self, context: dict[str, Any]) -> None:
        """Report an error, even if a program has a default of its own that fails."""
        try:
            self.default_exception_handler(context)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            _LOG.exception("Exception in default exception handler")

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Log an error, to the log "yieldpoint.loop".

        It is as `asyncio.loop.default_exception_handler`; a handler of one's own can
        call it too.

        Args:
            context: What to tell.

        Examples:
            >>> import logging
            >>> from yieldpoint import loop
            >>> log = logging.getLogger("yieldpoint.loop")
            >>> async def main():
            ...     this = loop.get_running_loop()
            ...     log.addFilter(lambda record: print(record.getMessage()))
            ...     this.default_exception_handler({"message": "it is odd"})
            ...     log.filters.clear()
            >>> loop.run(main())
            it is odd
        """
        others = {k: v for k, v in context.items() if k not in {"message", "exception"}}
        words = [context.get("message") or "Unhandled exception in event loop"]
        words += [f"{name}: {others[name]!r}" for name in sorted(others)]
        _LOG.error("\n".join(words), exc_info=context.get("exception"))

    # The beginning and the end.

    def run_forever(self) -> None:
        """Make one turn after the other until ``stop`` is called.

        It is as `asyncio.loop.run_forever`.

        Raises:
            RuntimeError: The loop is closed, or a loop is running in this thread.

        Examples:
            >>> from yieldpoint import loop
            >>> this = loop.new_event_loop()
            >>> timer = this.call_later(60, this.stop)
            >>> this.run_forever()
            >>> this.close()
        """
        self._check_can_run()
        this_thread.loop = self
        self._is_running = True
        try:
            while True:
                self.run_one_turn()
                if self._is_stopping:
                    break
        finally:
            # Ctrl-C may have come out of the turn in the middle of a task.
            self.current_task = this_thread.loop = None
            self._is_running = self._is_stopping = False

    def _check_can_run(self) -> None:
        self.check_open()
        if self._is_running:
            raise RuntimeError("This event loop is already running")
        check_no_loop_runs("Cannot run the event loop while another loop is running")

    def stop(self) -> None:
        """End ``run_forever`` after this turn, as `asyncio.loop.stop` does.

        Examples:
            >>> from yieldpoint import loop
            >>> this = loop.new_event_loop()
            >>> this.stop()
            >>> this.run_forever()
            >>> this.close()
        """
        self._is_stopping = True

    def is_running(self) -> bool:
        """Tell whether it makes turns, as `asyncio.loop.is_running` does.

        Returns:
            Whether it runs.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     return loop.get_running_loop().is_running()
            >>> loop.run(main())
            True
        """
        return self._is_running

    def check_open(self) -> None:
        """Refuse to take something up when the loop has come to its end.

        Raises:
            RuntimeError: The loop is closed.

        Examples:
            >>> from yieldpoint import loop
            >>> ended = loop.new_event_loop()
            >>> ended.close()
            >>> ended.check_open()
            Traceback (most recent call last):
              ...
            RuntimeError: Event loop is closed
        """
        if self._is_closed:
            raise RuntimeError("Event loop is closed")

    def is_closed(self) -> bool:
        """Tell whether it has come to its end, as `asyncio.loop.is_closed` does.

        Returns:
            Whether ``close`` was called.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     return loop.get_running_loop()
            >>> loop.run(main()).is_closed()
            True
        """
        return self._is_closed

    def close(self) -> None:
        """Come to an end, and give back what the system has lent.

        It is as `asyncio.loop.close`: what is ready will never be called.

        Raises:
            RuntimeError: The loop is running.

        Examples:
            >>> from yieldpoint import loop
            >>> this = loop.new_event_loop()
            >>> this.close()
            >>> this.is_closed()
            True
        """
        if self._is_running:
            raise RuntimeError("Cannot close a running event loop")
        if not self._is_closed:
            self._is_closed = True
            self.ready.clear()
            self._timers.clear()
            self._selector.close()
            self._bell.close()
