"""Random programs that keep a log: with and without a recording it is the same.

A program is a plan: nested lists of steps, made from a seed. Its tasks, generators,
async generators and threads print what they do, each with its own name in front, and
who drives a generator prints the state that `inspect` finds. So the log says what the
recording has to say.
"""

import asyncio
import contextlib
import inspect
import io
import random
import re
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

from yieldpoint import clock
from yieldpoint.trace import Trace, record
from yieldpoint.trace._recorder.frames import frame_of

__all__ = ["differences", "make"]

Plan = list[tuple[Any, ...]]

_ACTIONS = (
    *("yield", "catch", "swallow", "finally", "reraise", "refuse"),
    *("raise", "return", "for", "chain"),
)
_CALLS = ("next", "next", "send", "throw", "close", "drop")
_ASYNC_ACTIONS = ("yield", "yield", "sleep", "finally", "catch", "raise", "return")
_ASYNC_CALLS = ("anext", "anext", "asend", "athrow", "aclose", "drop", "for")
_STEPS = (
    *("sleep", "sleep", "spawn", "spawn", "call", "group", "cancel", "wait"),
    *("timeout", "cleanup", "rescue", "raise", "generator", "generator", "stream"),
    *("stream", "thread", "set", "event", "shield"),
)


# The plan.


def make(seed: int) -> Plan:
    """Return the plan that a seed stands for."""
    return _plan(random.Random(seed), 3)  # noqa: S311 - not a secret


def _plan(chance: random.Random, depth: int) -> Plan:
    return [_step(chance, depth) for _ in range(chance.randint(1, 4))]


def _step(chance: random.Random, depth: int) -> tuple[Any, ...]:  # noqa: PLR0911 - a case a step
    kind = chance.choice(_STEPS)
    if depth == 0 and kind in {*("spawn", "call", "group"), "timeout", "shield"}:
        kind = "sleep"
    match kind:
        case "sleep" | "timeout" | "shield":
            plan = _plan(chance, depth - 1) if kind != "sleep" else []
            return kind, chance.choice([0, 0, 0.5, 1, 2]), plan
        case "spawn" | "call":
            return kind, _plan(chance, depth - 1)
        case "group":
            plans = [_plan(chance, depth - 1) for _ in range(chance.randint(1, 3))]
            return kind, plans
        case "cleanup" | "rescue":
            return kind, _plan(chance, max(0, depth - 1)), _plan(chance, 0)
        case "cancel" | "wait":
            return kind, chance.randint(0, 5)
        case "generator" | "thread":
            calls = [chance.choice(_CALLS) for _ in range(chance.randint(1, 6))]
            return kind, _body(chance, 2), calls
        case "stream":
            actions = [chance.choice(_ASYNC_ACTIONS) for _ in range(4)]
            calls = [chance.choice(_ASYNC_CALLS) for _ in range(chance.randint(1, 5))]
            return kind, actions, calls
        case _:
            return (kind,)


def _body(chance: random.Random, depth: int) -> list[Any]:
    actions: list[Any] = []
    for _ in range(chance.randint(0, 4)):
        action = chance.choice(_ACTIONS)
        actions.append(
            _body(chance, depth - 1) if action == "chain" and depth else action
        )
    return actions


# The program.


class World:
    """What the parts of a program share."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.tasks: list[asyncio.Task[Any]] = []
        self.counts = {"g": 0, "a": 0, "t": 0, "h": 0}
        self.event = asyncio.Event()

    def name(self, kind: str) -> str:
        """Return a name that nothing else has."""
        self.counts[kind] += 1
        return f"{kind}{self.counts[kind] - 1}"

    def spawn(self, plan: Plan) -> asyncio.Task[Any]:
        """Start a task."""
        name = self.name("t")
        task = asyncio.create_task(act(self, name, plan), name=name)
        self.tasks.append(task)
        return task


def body(world: World, me: str, actions: list[Any]) -> Generator[int, int, str]:  # noqa: C901, PLR0912 - a case an action
    """Do what the actions of a generator say."""
    for action in actions:
        print(f"{me}: {action if isinstance(action, str) else 'chain'}")
        match action:
            case "yield":
                print(f"{me}: got {(yield 1)}")
            case "catch":
                try:
                    yield 2
                except KeyError as error:
                    print(f"{me}: caught {error!r}")
                    yield 3
            case "swallow":
                with contextlib.suppress(KeyError):
                    yield 4
            case "finally":
                try:
                    yield 5
                finally:
                    print(f"{me}: cleans up")
            case "reraise":
                try:
                    yield 6
                except KeyError:
                    with contextlib.suppress(ValueError):
                        int("x")
                    raise
            case "refuse":
                try:
                    yield 7
                except GeneratorExit:
                    yield 8
            case "raise":
                raise ValueError(me)
            case "return":
                return "early"
            case "for":
                yield from (9, 10)
            case "chain":
                yield 11
            case _:
                inner = world.name("g")
                got = yield from body(world, inner, action)
                print(f"{me}: {inner} returned {got}")
    return "late"


def drive(world: World, me: str, actions: list[Any], calls: list[str]) -> None:
    """Drive a generator, and print its state after each call."""
    name = world.name("g")
    generator: Generator[int, int, str] | None = body(world, name, actions)
    for number, call in enumerate(calls):
        assert generator is not None
        try:
            match call:
                case "next":
                    result: object = next(generator)
                case "send":
                    result = generator.send(number)
                case "throw":
                    result = generator.throw(KeyError(number))
                case "close":
                    result = None
                    generator.close()
                case _:
                    break
        except (
            AttributeError,
            KeyError,
            RuntimeError,
            StopIteration,
            TypeError,
            ValueError,
        ) as error:
            result = error
        print(f"{me}: {call} gave {result!r}")
        print(f"{me}: state {name} {inspect.getgeneratorstate(generator)}")
    if "refuse" in repr(actions):
        exhaust(generator)
    generator = None
    print(f"{me}: state {name} GEN_CLOSED")


def exhaust(generator: Generator[int, int, str] | None) -> None:
    """Close a generator, however often it refuses."""
    while generator is not None:
        with contextlib.suppress(KeyError, RuntimeError, ValueError):
            generator.close()
            return


async def flow(me: str, actions: list[str]) -> AsyncGenerator[int, int]:
    """Do what the actions of an async generator say."""
    for action in actions:
        print(f"{me}: {action}")
        match action:
            case "yield":
                print(f"{me}: got {(yield 1)}")
            case "sleep":
                await asyncio.sleep(0.5)
            case "finally":
                try:
                    yield 2
                finally:
                    await asyncio.sleep(0)
                    print(f"{me}: cleans up")
            case "catch":
                try:
                    yield 3
                except KeyError as error:
                    print(f"{me}: caught {error!r}")
            case "raise":
                raise ValueError(me)
            case _:
                return


async def consume(world: World, me: str, actions: list[str], calls: list[str]) -> None:
    """Drive an async generator."""
    name = world.name("a")
    stream = flow(name, actions)
    for number, call in enumerate(calls):
        try:
            match call:
                case "anext":
                    result: object = await anext(stream)
                case "asend":
                    result = await stream.asend(number)
                case "athrow":
                    result = await stream.athrow(KeyError(number))
                case "aclose":
                    result = None
                    await stream.aclose()
                case "for":
                    async for result in stream:
                        print(f"{me}: for gave {result!r}")
                        break
                    continue
                case _:
                    break
        except (KeyError, StopAsyncIteration, TypeError, ValueError) as error:
            result = error
        print(f"{me}: {call} gave {result!r}")
        ended = frame_of(stream) is None
        if ended or not isinstance(result, TypeError):
            print(f"{me}: state {name} AGEN_{'CLOSED' if ended else 'SUSPENDED'}")


async def act(world: World, me: str, plan: Plan) -> str:  # noqa: C901, PLR0912, PLR0915 - a case a step
    """Do what the steps of a plan say."""
    for step, *arguments in plan:
        print(f"{me}: {step} at {asyncio.get_running_loop().time():g}")
        match step, arguments:
            case "sleep", [delay, _]:
                await asyncio.sleep(delay)
            case "spawn", [inner]:
                world.spawn(inner)
            case "call", [inner]:
                await act(world, me, inner)
            case "group", [[inner]]:
                async with asyncio.TaskGroup() as group:
                    name = world.name("t")
                    task = group.create_task(act(world, name, inner), name=name)
                    world.tasks.append(task)
            case "group", [plans]:
                # A TaskGroup cancels its tasks in an order that nothing fixes.
                await asyncio.gather(*map(world.spawn, plans))
            case "cancel", [number] if number < len(world.tasks):
                world.tasks[number].cancel()
            case "wait", [number] if number < len(world.tasks):
                await asyncio.wait([world.tasks[number]], timeout=3)
            case "timeout", [delay, inner]:
                async with asyncio.timeout(delay):
                    await act(world, me, inner)
            case "shield", [_, inner]:
                await asyncio.shield(world.spawn(inner))
            case "cleanup", [inner, last]:
                try:
                    await act(world, me, inner)
                finally:
                    await act(world, me, last)
            case "rescue", [inner, last]:
                try:
                    await act(world, me, inner)
                except (TimeoutError, ValueError) as error:
                    print(f"{me}: caught {type(error).__name__}")
                    await act(world, me, last)
            case "raise", _:
                raise ValueError(me)
            case "generator", [actions, calls]:
                drive(world, me, actions, calls)
            case "stream", [actions, calls]:
                await consume(world, me, actions, calls)
            case "thread", [actions, calls]:
                name = world.name("h")
                work = threading.Thread(
                    target=drive, name=name, args=(world, name, actions, calls)
                )
                work.start()
                work.join()
            case "set", _:
                world.event.set()
            case "event", _:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(world.event.wait(), 1)
    print(f"{me}: ends")
    return me


async def main(plan: Plan) -> list[str]:
    """Run a plan in a task, and return how each task has ended."""
    world = World()
    asyncio.get_running_loop().set_exception_handler(lambda _, __: None)
    world.spawn(plan)
    for task in world.tasks:  # it grows meanwhile
        await asyncio.wait([task], timeout=60)
    return [outcome(task) for task in world.tasks]


def outcome(task: asyncio.Task[Any]) -> str:
    """Return how a task has ended, in the words of a recording."""
    if not task.done():
        return "open"
    if task.cancelled():
        return "cancelled"
    error = task.exception()
    return f"raised {type(error).__name__}" if error else f"returned {task.result()!r}"


def run(plan: Plan) -> list[str]:
    """Run a plan in a loop of its own."""
    return asyncio.run(main(plan))


# The comparison.


def _printed(call: Callable[[], Any]) -> tuple[str, Any]:
    with contextlib.redirect_stdout(io.StringIO()) as output:
        result = call()
    return output.getvalue(), result


def differences(seed: int) -> list[str]:
    """Return in what the recording of a program differs from what it should be."""
    plan = make(seed)
    recorded_log, trace = _printed(lambda: record(run, plan))
    with clock.installed():
        log, outcomes = _printed(lambda: run(plan))
    found: list[str] = []
    if recorded_log != log:
        pairs = zip(log.splitlines(), recorded_log.splitlines(), strict=False)
        first = next((pair for pair in pairs if pair[0] != pair[1]), "its length")
        found.append(f"the log differs: {first}")
    if trace.result != outcomes or trace.remark:
        found.append(f"{trace.result} {trace.exception!r} {trace.remark}, {outcomes}")
    return found or [*_wrong_speakers(trace, log), *_wrong_ends(trace, outcomes)]


def _lane(trace: Trace, name: str) -> int | None:
    """Return the number of the lane that the log calls by a name."""
    kinds = {"g": "generator", "a": "async generator"}
    kind = kinds.get(name[0])
    lanes = [
        number
        for number, lane in enumerate(trace.lanes)
        if (lane.kind == kind if kind else lane.name == name)
    ]
    number = int(name[1:]) if kind else 0
    return lanes[number] if number < len(lanes) else None


def _wrong_speakers(trace: Trace, log: str) -> list[str]:
    """Compare who printed, in which order, and the states that the program saw."""
    found: list[str] = []
    states: dict[int, str] = {}
    lines = iter(log.splitlines())
    for event in trace.events:
        states[event.lane] = event.state
        if event.kind != "printed":
            continue
        for line in event.value.splitlines():
            expected = next(lines, "")
            if line != expected:
                return [*found, f"printed {line!r}, not {expected!r}"]
            speaker = line.partition(":")[0]
            if _lane(trace, speaker) != event.lane:
                found.append(f"{line!r} is of {trace.lanes[event.lane].name}")
            seen = re.search(r": state (\w+) (\w+)$", line)
            lane = _lane(trace, seen[1]) if seen else None
            if seen and (lane is None or states.get(lane, "") != seen[2]):
                state = None if lane is None else states.get(lane)
                found.append(f"{line!r}, but it is recorded as {state}")
    return found


def _wrong_ends(trace: Trace, outcomes: list[str]) -> list[str]:
    """Compare how the lanes end, and that each comes to life once, in order."""
    found = []
    for number, expected in enumerate(outcomes):
        of_task = _lane(trace, f"t{number}")
        last = [event for event in trace.events if event.lane == of_task][-1:]
        kind = last[0].kind if last else "nothing"
        value = (
            last[0].value.partition("(")[0] if kind in {"raised", "returned"} else ""
        )
        if f"{kind} {value}".strip() != expected and expected != "open":
            found.append(f"t{number} is {expected}, but recorded as {kind} {value}")
    for number, lane in enumerate(trace.lanes):
        kinds = [event.kind for event in trace.events if event.lane == number]
        found += [
            f"{lane.name} is {once} more than once"
            for once in ("created", "started")
            if kinds.count(once) > 1 and lane.kind != "thread"
        ]
        ends = [each for each in kinds if each in {"cancelled", "closed", "raised"}]
        ended = len(ends) + kinds.count("returned")
        if lane.kind != "caller" and ended != 1 and "started" in kinds:
            found.append(f"{lane.name} ({lane.kind}) ends {ended} times")
    return found
