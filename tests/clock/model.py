"""What a program of `tests.clock.programs` does in real time, worked out on paper.

Nothing is waited for here, and nothing of asyncio, threading or the clock is used. Time
is a whole number of nanoseconds, computing takes none of it, and what happens is taken
from an agenda, in the order of its times. A task is a generator. It yields a `_Wait`
when it suspends; a thread yields until when it waits, and for which event.

asyncio's loop has one thread: it works off what is ready, in turns, and time that a
task spends in `time.sleep` passes for the threads, and not for the other tasks.
"""

import functools
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Generator

from tests.clock.programs import EVENTS, Log, Program, Step

__all__ = ["TieError", "simulate"]

_MICRO = 1_000
_SECOND = 1_000_000_000


class TieError(Exception):
    """Two things happen at one time, and real time promises no order for them."""


def simulate(program: Program, began: int) -> Log:
    """Work out the log of a program.

    Args:
        program: The program.
        began: The date at which it begins, in nanoseconds since the epoch.

    Raises:
        TieError: What it does depends on the order of two things at one time.
    """
    world = _World(began)
    for phase in program:
        if phase[0] == "run":
            world.run(phase[1])
        else:
            for until, _ in world.in_thread([phase], "main"):
                world.now = until
    return world.log


class _Cancelled(Exception):  # noqa: N818 - as asyncio's is named
    """A task is told to stop."""


class _Wait:
    """What a task waits for: something that comes to its end, once."""

    def __init__(self) -> None:
        self.is_over = False
        self.is_cancelled = False
        self.is_call_since: int | None = None
        self.waiting: list[_Task] = []


_InTask = Generator[_Wait, None, None]


class _Who:
    """A task or a thread of the program: its name, and the tasks that it has made."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[_Task] = []


class _Task:
    """A task: its steps, what it waits for, and its end."""

    def __init__(self, steps: _InTask) -> None:
        self.steps = steps
        self.waits_for: _Wait | None = None
        self.must_cancel = False
        self.cancels = 0
        self.end = _Wait()


# Until when a thread waits, and for which event, if it is for one. What is sent back
# is whether the event came.
_InThread = Generator[tuple[int, int | None], bool, None]


class _Thread:
    """A thread: its steps, what to do at its end, and which time it waits for."""

    def __init__(self, steps: _InThread, at_end: Callable[[], None]) -> None:
        self.steps = steps
        self.at_end = at_end
        self.number = 0


class _World:
    """All that a program has: its time, its loop, its threads and its log."""

    def __init__(self, began: int) -> None:
        self.now = 0
        self.began = began
        self.log: Log = {}
        self.order = itertools.count()
        # When each thread goes on; a number that it no longer has makes no difference.
        self.agenda: list[tuple[int, int, _Thread, bool]] = []
        self.is_set = [False] * EVENTS
        self.listening: list[list[_Thread]] = [[] for _ in range(EVENTS)]

    def note(self, who: _Who, *what: object) -> None:
        self.log.setdefault(who.name, []).append(what)

    def read(self, clock: str) -> float:
        time = self.now + (self.began if clock.startswith("time") else 0)
        return time if clock.endswith("_ns") else time / _SECOND

    # The loop.

    def run(self, steps: list[Step]) -> None:
        self.ready: deque[Callable[[], None]] = deque()
        self.timers: list[tuple[int, int, list[Callable[[], None]]]] = []
        self.is_set_in_loop = [False] * EVENTS
        self.waits: list[list[_Wait]] = [[] for _ in range(EVENTS)]
        self.ends_of_threads: list[_Wait] = []
        self.calls = 0
        main = self.task(self.main(steps))
        while not main.end.is_over:
            self.turn()
        # asyncio.run waits for the calls in its threads.
        while self.calls:
            self.go_on_to(self.agenda[0][0])

    def turn(self) -> None:
        while self.timers and not self.timers[0][2]:
            heapq.heappop(self.timers)
        if not self.ready:
            times = [when for when, *_ in self.timers[:1]]
            times += [when for when, *_ in self.agenda[:1]]
            if len(times) == 2 and times[0] == times[1]:
                raise TieError
            self.go_on_to(max(self.now, min(times)))
        due: list[int] = []
        while self.timers and self.timers[0][0] <= self.now:
            when, _, callbacks = heapq.heappop(self.timers)
            if callbacks and when in due:
                raise TieError
            due.append(when)
            # It may be cancelled by what is ready before it.
            self.ready.append(functools.partial(_call, callbacks))
        for _ in range(len(self.ready)):
            self.ready.popleft()()

    def at(self, micros: int, callback: Callable[[], None]) -> list[Callable[[], None]]:
        """Set a timer; it is cancelled by clearing what is returned."""
        callbacks = [callback]
        entry = (self.now + micros * _MICRO, next(self.order), callbacks)
        heapq.heappush(self.timers, entry)
        return callbacks

    def task(self, steps: _InTask) -> _Task:
        task = _Task(steps)
        self.ready.append(lambda: self.resume(task))
        return task

    def resume(self, task: _Task) -> None:
        waited_for, task.waits_for = task.waits_for, None
        self.current = task
        try:
            if task.must_cancel or (waited_for and waited_for.is_cancelled):
                task.must_cancel = False
                wait = task.steps.throw(_Cancelled)
            else:
                wait = next(task.steps)
        except StopIteration:
            self.finish(task.end)
            return
        task.waits_for = wait
        wait.waiting.append(task)

    def finish(self, wait: _Wait) -> None:
        """End a wait: whoever waits for it is ready in the next turn."""
        if not wait.is_over:
            wait.is_over = True
            self.ready += [
                functools.partial(self.resume, each) for each in wait.waiting
            ]

    def cancel(self, task: _Task) -> None:
        task.cancels += 1
        if task.waits_for and task.waits_for.is_call_since == self.now:
            raise TieError  # perhaps the thread has not begun, and never will
        if task.waits_for and not task.waits_for.is_over:
            task.waits_for.is_cancelled = True
            self.finish(task.waits_for)
        else:
            task.must_cancel = True

    # What tasks do.

    def main(self, steps: list[Step]) -> _InTask:
        yield from self.body(steps, "main")
        for end in self.ends_of_threads:
            if not end.is_over:
                yield end

    def body(self, steps: list[Step], name: str) -> _InTask:
        who = _Who(name)
        yield from self.in_task(steps, who)
        for child in who.children:
            if not child.end.is_over:
                yield child.end

    def in_task(self, steps: list[Step], who: _Who) -> _InTask:
        for kind, *rest in steps:
            yield from getattr(self, kind)(who, *rest)

    def pause(self, micros: int) -> _InTask:
        wait = _Wait()
        timer = self.at(micros, lambda: self.finish(wait))
        try:
            yield wait
        finally:
            timer.clear()

    def sleep(self, who: _Who, micros: int) -> _InTask:
        del who
        return self.pause(micros)

    def block(self, who: _Who, micros: int) -> tuple[()]:
        del who
        self.go_on_to(self.now + micros * _MICRO)
        return ()

    def measure(self, who: _Who, clock: str, steps: list[Step]) -> _InTask:
        started = self.read(clock)
        yield from self.in_task(steps, who)
        self.note(who, clock, self.read(clock) - started)

    def poll(self, who: _Who, clock: str, limit: int, pause: int) -> _InTask:
        rounds, end = 0, self.read(clock) + _in(clock, limit)
        while self.read(clock) < end:
            yield from self.pause(pause)
            rounds += 1
        self.note(who, "polled", rounds, self.read(clock) - end)

    def retry(self, who: _Who, clock: str, limit: int, pause: int) -> _InTask:
        attempts, started = 1, self.read(clock)
        while self.read(clock) - started < _in(clock, limit):
            yield from self.pause(pause)
            pause, attempts = 2 * pause, attempts + 1
        self.note(who, "tried", attempts, self.read(clock) - started)

    def timeout(self, who: _Who, limit: int, steps: list[Step]) -> _InTask:
        in_time = yield from self.within(limit, self.in_task(steps, who))
        self.note(who, "in time" if in_time else "too late", self.now)

    def spawn(self, who: _Who, name: str, steps: list[Step]) -> tuple[()]:
        who.children.append(self.task(self.body(steps, name)))
        return ()

    def thread(self, who: _Who, name: str, steps: list[Step]) -> _InTask:
        # When the call is cancelled, the thread goes on.
        del who
        wait = _Wait()
        wait.is_call_since = self.now
        self.calls += 1
        self.begin(self.in_thread(steps, name), wait, is_call=True)
        yield wait

    def start(self, who: _Who, name: str, steps: list[Step]) -> tuple[()]:
        del who
        end = _Wait()
        self.ends_of_threads.append(end)
        self.begin(self.in_thread(steps, name), end)
        return ()

    def set(self, who: _Who, number: int) -> tuple[()]:
        self.is_set_in_loop[number] = True
        for wait in self.waits[number]:
            self.finish(wait)
        return self.set_in_thread(who, number)

    def event(self, who: _Who, number: int, limit: int) -> _InTask:
        def wait_for_it() -> _InTask:
            if not self.is_set_in_loop[number]:
                wait = _Wait()
                self.waits[number].append(wait)
                yield wait

        came = yield from self.within(limit, wait_for_it())
        self.note(who, "set" if came else "not set", self.read("monotonic"))

    def within(self, limit: int, body: _InTask) -> Generator[_Wait, None, bool]:
        """Do something in a time limit; return whether it came to its end."""
        task, before, expired = self.current, self.current.cancels, list[bool]()

        def expire() -> None:
            expired.append(True)
            self.cancel(task)

        timer = self.at(limit, expire)
        try:
            yield from body
        except _Cancelled:
            task.cancels -= len(expired)
            if not expired or task.cancels > before:
                raise  # it is, or it is also, for a time limit around this one
            return False
        finally:
            timer.clear()
        return True

    # Threads.

    def go_on_to(self, time: int) -> None:
        """Let the threads do what they do up to a time, that time included."""
        last = None
        while self.agenda and self.agenda[0][0] <= time:
            when, number, thread, came = heapq.heappop(self.agenda)
            if number != thread.number:
                continue
            if when == last and not came:
                raise TieError
            self.now, last = max(self.now, when), when
            self.resume_thread(thread, came=came)
        self.now = time

    def begin(self, steps: _InThread, end: _Wait, *, is_call: bool = False) -> None:
        def at_end() -> None:
            self.calls -= is_call
            self.ready.append(lambda: self.finish(end))

        self.resume_thread(_Thread(steps, at_end), came=None)

    def resume_thread(self, thread: _Thread, *, came: bool | None) -> None:
        for listening in self.listening:
            if thread in listening:
                listening.remove(thread)
        try:
            until, event = (
                thread.steps.send(came) if came is not None else next(thread.steps)
            )
        except StopIteration:
            thread.at_end()
            return
        if event is not None:
            self.listening[event].append(thread)
        self.go_on_at(until, thread, came=False)

    def go_on_at(self, when: int, thread: _Thread, *, came: bool) -> None:
        thread.number = next(self.order)
        heapq.heappush(self.agenda, (when, thread.number, thread, came))

    def in_thread(self, steps: list[Step], name: str) -> _InThread:
        for kind, *rest in steps:
            yield from getattr(self, f"{kind}_in_thread")(_Who(name), *rest)

    def sleep_in_thread(self, who: _Who, micros: int) -> _InThread:
        del who
        yield self.now + micros * _MICRO, None

    def measure_in_thread(self, who: _Who, clock: str, steps: list[Step]) -> _InThread:
        started = self.read(clock)
        yield from self.in_thread(steps, who.name)
        self.note(who, clock, self.read(clock) - started)

    def poll_in_thread(
        self, who: _Who, clock: str, limit: int, pause: int
    ) -> _InThread:
        rounds, end = 0, self.read(clock) + _in(clock, limit)
        while self.read(clock) < end:
            yield self.now + pause * _MICRO, None
            rounds += 1
        self.note(who, "polled", rounds, self.read(clock) - end)

    def retry_in_thread(
        self, who: _Who, clock: str, limit: int, pause: int
    ) -> _InThread:
        attempts, started = 1, self.read(clock)
        while self.read(clock) - started < _in(clock, limit):
            yield self.now + pause * _MICRO, None
            pause, attempts = 2 * pause, attempts + 1
        self.note(who, "tried", attempts, self.read(clock) - started)

    def set_in_thread(self, who: _Who, number: int) -> tuple[()]:
        del who
        self.is_set[number] = True
        for thread in self.listening[number]:
            self.go_on_at(self.now, thread, came=True)
        self.listening[number].clear()
        return ()

    def event_in_thread(self, who: _Who, number: int, limit: int) -> _InThread:
        came = self.is_set[number]
        if not came:
            came = yield self.now + limit * _MICRO, number
        self.note(who, came, self.now)

    def get_in_thread(self, who: _Who, limit: int) -> _InThread:
        # A queue works with seconds, and may find that a rest is left.
        started, end = self.now, self.now / _SECOND + limit / 1_000_000
        while (left := end - self.now / _SECOND) > 0:
            yield self.now + max(1, round(left * _SECOND)), None
        self.note(who, "empty", self.now - started)


def _call(callbacks: list[Callable[[], None]]) -> None:
    for callback in callbacks:
        callback()


def _in(clock: str, micros: int) -> float:
    """Return a time in the unit of a clock."""
    return micros * 1000 if clock.endswith("_ns") else micros / 1_000_000
