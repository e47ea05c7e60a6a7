"""Runs a program of `tests.clock.programs` as Python runs it, with what it imports."""

import asyncio
import concurrent.futures
import queue
import threading
import time
from collections.abc import Callable

import pytest

from tests.clock.programs import EVENTS, Log, Program, Step
from yieldpoint import clock
from yieldpoint.clock import _timeline

__all__ = ["run", "run_on_clock"]

_MICRO = 1_000_000


def run_on_clock(program: Program, began: int) -> Log:
    """Run it on the clock, from a date on, in nanoseconds since the epoch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_timeline, "time_ns", lambda: began)
        with clock.installed():
            return run(program)


def run(program: Program) -> Log:
    """Run it, on whatever time there is, and return its log."""
    interpreter = _Interpreter()
    for phase in program:
        if phase[0] == "run":
            asyncio.run(interpreter.main(phase[1]))
        else:
            interpreter.in_thread([phase], "main")
    return interpreter.log


def _reader(name: str) -> Callable[[], float]:
    function: Callable[[], float] = getattr(time, name)
    return function


def _limit(name: str, micros: int) -> float:
    return micros * 1000 if name.endswith("_ns") else micros / _MICRO


class _Who:
    """A task or a thread of the program: its name, and the tasks that it has made."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[asyncio.Task[None]] = []


class _Interpreter:
    """What each step does, in a task and in a thread."""

    def __init__(self) -> None:
        self.log: Log = {}
        self.events = [threading.Event() for _ in range(EVENTS)]

    def note(self, who: _Who, *what: object) -> None:
        self.log.setdefault(who.name, []).append(what)

    async def main(self, steps: list[Step]) -> None:
        # Enough threads for all: no call waits for another one's end.
        pool = concurrent.futures.ThreadPoolExecutor(100)
        asyncio.get_running_loop().set_default_executor(pool)
        self.asyncio_events = [asyncio.Event() for _ in range(EVENTS)]
        self.threads: list[threading.Thread] = []
        await self.body(steps, "main")
        for thread in self.threads:
            await asyncio.to_thread(thread.join)

    async def body(self, steps: list[Step], name: str) -> None:
        who = _Who(name)
        await self.in_task(steps, who)
        for child in who.children:
            await child

    # In a task.

    async def in_task(self, steps: list[Step], who: _Who) -> None:
        for kind, *rest in steps:
            await getattr(self, kind)(who, *rest)

    async def sleep(self, who: _Who, micros: int) -> None:
        del who
        await asyncio.sleep(micros / _MICRO)

    async def block(self, who: _Who, micros: int) -> None:
        del who
        time.sleep(micros / _MICRO)

    async def measure(self, who: _Who, clock: str, steps: list[Step]) -> None:
        read = _reader(clock)
        started = read()
        await self.in_task(steps, who)
        self.note(who, clock, read() - started)

    async def poll(self, who: _Who, clock: str, limit: int, pause: int) -> None:
        rounds, read = 0, _reader(clock)
        end = read() + _limit(clock, limit)
        while read() < end:
            await asyncio.sleep(pause / _MICRO)
            rounds += 1
        self.note(who, "polled", rounds, read() - end)

    async def retry(self, who: _Who, clock: str, limit: int, pause: int) -> None:
        attempts, read = 1, _reader(clock)
        started = read()
        while read() - started < _limit(clock, limit):
            await asyncio.sleep(pause / _MICRO)
            pause, attempts = 2 * pause, attempts + 1
        self.note(who, "tried", attempts, read() - started)

    async def timeout(self, who: _Who, limit: int, steps: list[Step]) -> None:
        outcome = "in time"
        try:
            async with asyncio.timeout(limit / _MICRO):
                await self.in_task(steps, who)
        except TimeoutError:
            outcome = "too late"
        self.note(who, outcome, time.monotonic_ns())

    async def spawn(self, who: _Who, name: str, steps: list[Step]) -> None:
        who.children.append(asyncio.create_task(self.body(steps, name)))

    async def thread(self, who: _Who, name: str, steps: list[Step]) -> None:
        del who
        await asyncio.to_thread(self.in_thread, steps, name)

    async def start(self, who: _Who, name: str, steps: list[Step]) -> None:
        del who
        thread = threading.Thread(target=self.in_thread, args=(steps, name))
        self.threads.append(thread)
        thread.start()

    async def set(self, who: _Who, number: int) -> None:
        self.asyncio_events[number].set()
        self.set_in_thread(who, number)

    async def event(self, who: _Who, number: int, limit: int) -> None:
        outcome = "set"
        try:
            async with asyncio.timeout(limit / _MICRO):
                await self.asyncio_events[number].wait()
        except TimeoutError:
            outcome = "not set"
        self.note(who, outcome, asyncio.get_running_loop().time())

    # In a thread.

    def in_thread(self, steps: list[Step], name: str) -> None:
        for kind, *rest in steps:
            getattr(self, f"{kind}_in_thread")(_Who(name), *rest)

    def sleep_in_thread(self, who: _Who, micros: int) -> None:
        del who
        time.sleep(micros / _MICRO)

    def measure_in_thread(self, who: _Who, clock: str, steps: list[Step]) -> None:
        read = _reader(clock)
        started = read()
        self.in_thread(steps, who.name)
        self.note(who, clock, read() - started)

    def poll_in_thread(self, who: _Who, clock: str, limit: int, pause: int) -> None:
        rounds, read = 0, _reader(clock)
        end = read() + _limit(clock, limit)
        while read() < end:
            time.sleep(pause / _MICRO)
            rounds += 1
        self.note(who, "polled", rounds, read() - end)

    def retry_in_thread(self, who: _Who, clock: str, limit: int, pause: int) -> None:
        attempts, read = 1, _reader(clock)
        started = read()
        while read() - started < _limit(clock, limit):
            time.sleep(pause / _MICRO)
            pause, attempts = 2 * pause, attempts + 1
        self.note(who, "tried", attempts, read() - started)

    def set_in_thread(self, who: _Who, number: int) -> None:
        del who
        self.events[number].set()

    def event_in_thread(self, who: _Who, number: int, limit: int) -> None:
        came = self.events[number].wait(limit / _MICRO)
        self.note(who, came, time.monotonic_ns())

    def get_in_thread(self, who: _Who, limit: int) -> None:
        started = time.perf_counter_ns()
        try:
            queue.Queue[None]().get(timeout=limit / _MICRO)
        except queue.Empty:
            self.note(who, "empty", time.perf_counter_ns() - started)
