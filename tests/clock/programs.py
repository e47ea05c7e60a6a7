"""Random programs that wait, and measure themselves, as data.

A program is a list of phases, one after the other: ``("run", steps)`` is a call of
`asyncio.run`, and anything else a step of the main thread. A step is a tuple. Its first
item says what to do, and times are in whole microseconds.

| step | in a task | in a thread |
| --- | --- | --- |
| sleep, for a time | `asyncio.sleep` | `time.sleep` |
| block, for a time | `time.sleep` | |
| measure, by a clock, steps | how long they took | the same |
| poll, by a clock, a limit, a pause | until the limit is over | the same |
| retry, by a clock, a limit, a pause | with a pause that doubles | the same |
| timeout, a limit, steps | in `asyncio.timeout` | |
| spawn, a name, steps | in a task, awaited at the end | |
| thread, a name, steps | in `asyncio.to_thread` | |
| start, a name, steps | in a `threading.Thread` | |
| set, a number | both kinds of event | `threading.Event` |
| event, a number, a limit | `asyncio.Event.wait` | `threading.Event.wait` |
| get, a limit | | `queue.Queue.get` of a queue that stays empty |

What is read, and when, must not hang on who is quicker at one and the same time. So a
thread begins and ends with a sleep.
"""

import itertools
import random
from typing import Any

__all__ = ["CLOCKS", "EVENTS", "Log", "Program", "Step", "make"]

Step = tuple[Any, ...]
Program = list[Step]
#: What each task and each thread has noted, by its name.
Log = dict[str, list[Any]]

CLOCKS = (
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "time",
    "time_ns",
)

#: How many events a program has.
EVENTS = 3

_FOR_TASKS = (
    *("sleep", "block", "measure", "poll", "retry", "timeout"),
    *("spawn", "thread", "start", "set", "event"),
)
_FOR_THREADS = ("sleep", "measure", "poll", "retry", "set", "event", "get")
_WITH_STEPS = {"measure", "timeout", "spawn", "thread", "start"}
_BETWEEN_LOOPS = ("sleep", "poll", "retry")


def make(seed: int) -> Program:
    """Make a program, the same one for the same seed.

    Args:
        seed: Any number.
    """
    maker = _Maker(random.Random(seed))  # noqa: S311 - nothing is secret
    phases: Program = []
    for _ in range(maker.random.randint(1, 3)):
        phases.append(("run", maker.steps(_FOR_TASKS, depth=3)))
        phases += maker.steps(_BETWEEN_LOOPS, depth=1)
    return phases


class _Maker:
    """Makes steps: each method what follows the kind of step that it is named for."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.numbers = itertools.count()

    def steps(self, kinds: tuple[str, ...], depth: int) -> list[Step]:
        made = []
        for _ in range(self.random.randint(1, 4)):
            kind = self.random.choice(kinds)
            if depth == 0 and kind in _WITH_STEPS:
                kind = "sleep"
            made.append((kind, *getattr(self, kind)(kinds, depth)))
        return made

    def micros(self, most: int) -> int:
        return self.random.randint(1000, most)

    def sleep(self, *_: object) -> Step:
        return (self.micros(2_000_000),)

    block = sleep

    def measure(self, kinds: tuple[str, ...], depth: int) -> Step:
        return (self.random.choice(CLOCKS), self.steps(kinds, depth - 1))

    def poll(self, *_: object) -> Step:
        clock = self.random.choice(CLOCKS)
        return (clock, self.micros(2_000_000), self.micros(200_000))

    retry = poll

    def timeout(self, kinds: tuple[str, ...], depth: int) -> Step:
        return (self.micros(1_500_000), self.steps(kinds, depth - 1))

    def spawn(self, kinds: tuple[str, ...], depth: int) -> Step:
        return (f"task-{next(self.numbers)}", self.steps(kinds, depth - 1))

    def thread(self, kinds: tuple[str, ...], depth: int) -> Step:
        del kinds
        first, last = (("sleep", self.micros(500_000)) for _ in range(2))
        inside = self.steps(_FOR_THREADS, depth - 1)
        return (f"thread-{next(self.numbers)}", [first, *inside, last])

    start = thread

    def set(self, *_: object) -> Step:
        return (self.random.randrange(EVENTS),)

    def event(self, *_: object) -> Step:
        return (self.random.randrange(EVENTS), self.micros(2_000_000))

    def get(self, *_: object) -> Step:
        return (self.micros(1_000_000),)
