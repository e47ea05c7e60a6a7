"""Runs a program of `tests.clock.programs` as Python runs it, with what it imports."""

import asyncio
import concurrent.futures
import queue
import threading
import time
from collections.abc import Callable

from tests.clock.programs import EVENTS, Log, Program, Step
from yieldpoint import clock

__all__ = ["run", "run_on_clock"]

_MICRO = 1_000_000


def run_on_clock(program: Program) -> tuple[Log, int]:
    """Run it on the clock; return its log, and the date at which it began."""
    with clock.installed():
        began = time.time_ns()
        return run(program), began


def run(program: Program) -> Log:
    """Run it, on whatever time there is, and return its log."""
    interpreter = _Interpreter()
    for phase in program:
        if phase[0] == "run":
            asyncio.run(interpreter.main(phase[1]))
        else:
            interpreter.do_in_thread([phase], "main")
    return interpreter.log


def _reader(name: str) -> Callable[[], float]:
    function: Callable[[], float] = getattr(time, name)
    return function


def _limit(name: str, micros: int) -> float:
    return micros * 1000 if name.endswith("_ns") else micros / _MICRO


class _Interpreter:
    def __init__(self) -> None:
        self.log: Log = {}
        self.events = [threading.Event() for _ in range(EVENTS)]

    def note(self, name: str, *what: object) -> None:
        self.log.setdefault(name, []).append(what)

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
        children: list[asyncio.Task[None]] = []
        await self.do(steps, name, children)
        for child in children:
            await child

    async def do(
        self, steps: list[Step], name: str, children: list[asyncio.Task[None]]
    ) -> None:
        for step in steps:
            match step:
                case ("sleep", micros):
                    await asyncio.sleep(micros / _MICRO)
                case ("block", micros):
                    time.sleep(micros / _MICRO)
                case ("measure", which, inside):
                    read = _reader(which)
                    started = read()
                    await self.do(inside, name, children)
                    self.note(name, which, read() - started)
                case ("poll", which, limit, pause):
                    rounds, read = 0, _reader(which)
                    end = read() + _limit(which, limit)
                    while read() < end:
                        await asyncio.sleep(pause / _MICRO)
                        rounds += 1
                    self.note(name, "polled", rounds, read() - end)
                case ("retry", which, limit, pause):
                    attempts, read = 1, _reader(which)
                    started = read()
                    while read() - started < _limit(which, limit):
                        await asyncio.sleep(pause / _MICRO)
                        pause *= 2
                        attempts += 1
                    self.note(name, "tried", attempts, read() - started)
                case ("timeout", limit, inside):
                    outcome = "in time"
                    try:
                        async with asyncio.timeout(limit / _MICRO):
                            await self.do(inside, name, children)
                    except TimeoutError:
                        outcome = "too late"
                    self.note(name, outcome, time.monotonic_ns())
                case ("spawn", child, inside):
                    children.append(asyncio.create_task(self.body(inside, child)))
                case ("thread", other, inside):
                    await asyncio.to_thread(self.do_in_thread, inside, other)
                case ("start", other, inside):
                    thread = threading.Thread(
                        target=self.do_in_thread, args=(inside, other)
                    )
                    self.threads.append(thread)
                    thread.start()
                case ("set", number):
                    self.asyncio_events[number].set()
                    self.events[number].set()
                case ("event", number, limit):
                    outcome = "set"
                    try:
                        async with asyncio.timeout(limit / _MICRO):
                            await self.asyncio_events[number].wait()
                    except TimeoutError:
                        outcome = "not set"
                    self.note(name, outcome, asyncio.get_running_loop().time())

    def do_in_thread(self, steps: list[Step], name: str) -> None:
        for step in steps:
            match step:
                case ("sleep", micros):
                    time.sleep(micros / _MICRO)
                case ("measure", which, inside):
                    read = _reader(which)
                    started = read()
                    self.do_in_thread(inside, name)
                    self.note(name, which, read() - started)
                case ("poll", which, limit, pause):
                    rounds, read = 0, _reader(which)
                    end = read() + _limit(which, limit)
                    while read() < end:
                        time.sleep(pause / _MICRO)
                        rounds += 1
                    self.note(name, "polled", rounds, read() - end)
                case ("retry", which, limit, pause):
                    attempts, read = 1, _reader(which)
                    started = read()
                    while read() - started < _limit(which, limit):
                        time.sleep(pause / _MICRO)
                        pause *= 2
                        attempts += 1
                    self.note(name, "tried", attempts, read() - started)
                case ("set", number):
                    self.events[number].set()
                case ("event", number, limit):
                    came = self.events[number].wait(limit / _MICRO)
                    self.note(name, came, time.monotonic_ns())
                case ("get", limit):
                    started = time.perf_counter_ns()
                    try:
                        queue.Queue[None]().get(timeout=limit / _MICRO)
                    except queue.Empty:
                        self.note(name, "empty", time.perf_counter_ns() - started)
