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
        self.waiting: list[_Task] = []


class _Task:
    """A task: its steps, what it waits for, and its end."""

    def __init__(self, steps: Generator[_Wait, None, None]) -> None:
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

    def note(self, name: str, *what: object) -> None:
        self.log.setdefault(name, []).append(what)

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
            times = [entry[0] for entry in (*self.timers[:1], *self.agenda[:1])]
            if len(times) == 2 and times[0] == times[1]:
                raise TieError
            self.go_on_to(max(self.now, min(times)))
        due: list[int] = []
        while self.timers and self.timers[0][0] <= self.now:
            when, _, callbacks = heapq.heappop(self.timers)
            if callbacks and when in due:
                raise TieError
            due.append(when)
            self.ready += callbacks
        for _ in range(len(self.ready)):
            self.ready.popleft()()

    def at(self, micros: int, callback: Callable[[], None]) -> list[Callable[[], None]]:
        """Set a timer; it is cancelled by clearing what is returned."""
        callbacks = [callback]
        entry = (self.now + micros * _MICRO, next(self.order), callbacks)
        heapq.heappush(self.timers, entry)
        return callbacks

    def task(self, steps: Generator[_Wait, None, None]) -> _Task:
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
            self.ready += [functools.partial(self.resume, each) for each in wait.waiting]

    def cancel(self, task: _Task) -> None:
        task.cancels += 1
        if task.waits_for and not task.waits_for.is_over:
            task.waits_for.is_cancelled = True
            self.finish(task.waits_for)
        else:
            task.must_cancel = True

    # What tasks do.

    def main(self, steps: list[Step]) -> Generator[_Wait, None, None]:
        yield from self.body(steps, "main")
        for end in self.ends_of_threads:
            if not end.is_over:
                yield end

    def body(self, steps: list[Step], name: str) -> Generator[_Wait, None, None]:
        children: list[_Task] = []
        yield from self.do(steps, name, children)
        for child in children:
            if not child.end.is_over:
                yield child.end

    def do(
        self, steps: list[Step], name: str, children: list[_Task]
    ) -> Generator[_Wait, None, None]:
        for step in steps:
            match step:
                case ("sleep", micros):
                    yield from self.sleep(micros)
                case ("block", micros):
                    self.go_on_to(self.now + micros * _MICRO)
                case ("measure", clock, inside):
                    started = self.read(clock)
                    yield from self.do(inside, name, children)
                    self.note(name, clock, self.read(clock) - started)
                case ("poll", clock, limit, pause):
                    rounds, end = 0, self.read(clock) + _in(clock, limit)
                    while self.read(clock) < end:
                        yield from self.sleep(pause)
                        rounds += 1
                    self.note(name, "polled", rounds, self.read(clock) - end)
                case ("retry", clock, limit, pause):
                    attempts, started = 1, self.read(clock)
                    while self.read(clock) - started < _in(clock, limit):
                        yield from self.sleep(pause)
                        pause, attempts = 2 * pause, attempts + 1
                    self.note(name, "tried", attempts, self.read(clock) - started)
                case ("timeout", limit, inside):
                    body = self.do(inside, name, children)
                    in_time = yield from self.within(limit, body)
                    self.note(name, "in time" if in_time else "too late", self.now)
                case ("spawn", child, inside):
                    children.append(self.task(self.body(inside, child)))
                case ("thread", other, inside):
                    yield from self.call(self.in_thread(inside, other))
                case ("start", other, inside):
                    end = _Wait()
                    self.ends_of_threads.append(end)
                    self.start(self.in_thread(inside, other), end)
                case ("set", number):
                    self.is_set_in_loop[number] = True
                    for wait in self.waits[number]:
                        self.finish(wait)
                    self.set(number)
                case ("event", number, limit):
                    came = yield from self.within(limit, self.event(number))
                    what = "set" if came else "not set"
                    self.note(name, what, self.read("monotonic"))

    def sleep(self, micros: int) -> Generator[_Wait, None, None]:
        wait = _Wait()
        timer = self.at(micros, lambda: self.finish(wait))
        try:
            yield wait
        finally:
            timer.clear()

    def event(self, number: int) -> Generator[_Wait, None, None]:
        if not self.is_set_in_loop[number]:
            wait = _Wait()
            self.waits[number].append(wait)
            yield wait

    def call(self, steps: _InThread) -> Generator[_Wait, None, None]:
        """Call something in a thread; when it is cancelled, the thread goes on."""
        wait = _Wait()
        self.calls += 1
        self.start(steps, wait, is_call=True)
        yield wait

    def within(
        self, limit: int, body: Generator[_Wait, None, None]
    ) -> Generator[_Wait, None, bool]:
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

    def start(self, steps: _InThread, end: _Wait, *, is_call: bool = False) -> None:
        def at_end() -> None:
            self.calls -= is_call
            self.ready.append(lambda: self.finish(end))

        self.resume_thread(_Thread(steps, at_end), came=None)

    def resume_thread(self, thread: _Thread, *, came: bool | None) -> None:
        for listening in self.listening:
            if thread in listening:
                listening.remove(thread)
        try:
            until, event = thread.steps.send(came) if came is not None else next(thread.steps)
        except StopIteration:
            thread.at_end()
            return
        if event is not None:
            self.listening[event].append(thread)
        self.go_on_at(until, thread, came=False)

    def go_on_at(self, when: int, thread: _Thread, *, came: bool) -> None:
        thread.number = next(self.order)
        heapq.heappush(self.agenda, (when, thread.number, thread, came))

    def set(self, number: int) -> None:
        self.is_set[number] = True
        for thread in self.listening[number]:
            self.go_on_at(self.now, thread, came=True)
        self.listening[number].clear()

    def in_thread(self, steps: list[Step], name: str) -> _InThread:
        for step in steps:
            match step:
                case ("sleep", micros):
                    yield self.now + micros * _MICRO, None
                case ("measure", clock, inside):
                    started = self.read(clock)
                    yield from self.in_thread(inside, name)
                    self.note(name, clock, self.read(clock) - started)
                case ("poll", clock, limit, pause):
                    rounds, end = 0, self.read(clock) + _in(clock, limit)
                    while self.read(clock) < end:
                        yield self.now + pause * _MICRO, None
                        rounds += 1
                    self.note(name, "polled", rounds, self.read(clock) - end)
                case ("retry", clock, limit, pause):
                    attempts, started = 1, self.read(clock)
                    while self.read(clock) - started < _in(clock, limit):
                        yield self.now + pause * _MICRO, None
                        pause, attempts = 2 * pause, attempts + 1
                    self.note(name, "tried", attempts, self.read(clock) - started)
                case ("set", number):
                    self.set(number)
                case ("event", number, limit):
                    came = self.is_set[number]
                    if not came:
                        came = yield self.now + limit * _MICRO, number
                    self.note(name, came, self.now)
                case ("get", limit):
                    # A queue works with seconds, and may find that a rest is left.
                    started, end = self.now, self.now / _SECOND + limit / 1_000_000
                    while (left := end - self.now / _SECOND) > 0:
                        yield self.now + max(1, round(left * _SECOND)), None
                    self.note(name, "empty", self.now - started)


def _in(clock: str, micros: int) -> float:
    """Return a time in the unit of a clock."""
    return micros * 1000 if clock.endswith("_ns") else micros / 1_000_000
