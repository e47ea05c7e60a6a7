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

IN_TASK = "sleep block measure poll retry timeout spawn thread start set event".split()
IN_THREAD = "sleep measure poll retry set event get".split()


def make(seed: int) -> Program:
    """Make a program, the same one for the same seed.

    Args:
        seed: Any number.
    """
    maker = _Maker(random.Random(seed))
    phases: Program = []
    for _ in range(maker.random.randint(1, 3)):
        phases.append(("run", maker.steps(IN_TASK, depth=3)))
        phases += maker.steps(["sleep", "poll", "retry"], depth=1)
    return phases


class _Maker:
    """Makes steps, with names that occur once."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.names = iter(range(10**6))

    def steps(self, kinds: list[str], depth: int) -> list[Step]:
        count = self.random.randint(1, 4)
        return [self.step(self.random.choice(kinds), kinds, depth) for _ in range(count)]

    def step(self, kind: str, kinds: list[str], depth: int) -> Step:
        if depth == 0 and kind in {"measure", "timeout", "spawn", "thread", "start"}:
            kind = "sleep"
        match kind:
            case "measure":
                return (kind, self.clock(), self.steps(kinds, depth - 1))
            case "poll" | "retry":
                pause = self.time(200_000)
                return (kind, self.clock(), self.time(2_000_000), pause)
            case "timeout":
                return (kind, self.time(1_500_000), self.steps(kinds, depth - 1))
            case "spawn":
                return (kind, self.name(kind), self.steps(kinds, depth - 1))
            case "thread" | "start":
                inside = self.steps(IN_THREAD, depth - 1)
                steps = [self.sleep(), *inside, self.sleep()]
                return (kind, self.name(kind), steps)
            case "set":
                return (kind, self.random.randrange(EVENTS))
            case "event":
                return (kind, self.random.randrange(EVENTS), self.time(2_000_000))
            case "get":
                return (kind, self.time(1_000_000))
        return (kind, self.time(2_000_000))

    def sleep(self) -> Step:
        return ("sleep", self.time(500_000))

    def time(self, most: int) -> int:
        return self.random.randint(1000, most)

    def clock(self) -> str:
        return self.random.choice(CLOCKS)

    def name(self, kind: str) -> str:
        return f"{kind}-{next(self.names)}"
