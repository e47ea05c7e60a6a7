"""Who has a lock, and what a task waits for at the moment."""

import asyncio
from collections.abc import Iterable, Iterator
from types import CoroutineType, FrameType
from typing import Any

from yieldpoint.trace._recorder import frames
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.lanes import LiveLane
from yieldpoint.trace._recorder.scheduling import WhenLeft, coroutine_of

__all__ = ["Locks", "wait_of"]

_ACQUIRE = asyncio.Lock.acquire.__code__
_RELEASE = asyncio.Lock.release.__code__
# The frame of what `asyncio.wait` awaits.
_WAIT = asyncio.tasks._wait.__code__  # type: ignore[attr-defined]  # no public name


class Locks:
    """Follows which lane has which of asyncio's locks.

    Attributes:
        watched: What to call when a function is entered, by the identity of its code.
    """

    def __init__(self, journal: Journal) -> None:
        """Watch for a recording."""
        self._journal = journal
        self._owners: dict[int, LiveLane | None] = {}  # by the identity of the lock
        self._circles: dict[int, tuple[LiveLane | None, int, list[LiveLane]]] = {}
        self._asking: dict[int, WhenLeft] = {}  # by the identity of the frame
        self.watched = {id(_ACQUIRE): self._asks, id(_RELEASE): self._gives_back}

    def owner_of(self, lock: asyncio.Lock) -> LiveLane | None:
        """Return the lane that has a lock."""
        return self._owners.get(id(lock)) if lock.locked() else None

    def _asks(self, frame: FrameType) -> WhenLeft | None:
        """A task asks for a lock: it gets it when it leaves the frame, if then."""
        if not frames.call_of(frame.f_code).starts(frame):
            return self._asking.get(id(frame))
        lock, lane = frame.f_locals["self"], self._journal.thread().holder
        if not lock.locked():
            self._owners.pop(id(lock), None)  # that of another with its identity
        key = id(frame)
        owner = self.owner_of(lock)
        circle = self._way(owner, lane, []) if owner and lane else []
        if circle:
            self._circles[key] = lane, self._journal.steps, circle
        cancelled = sum(each.cancelled for each in circle)

        def when_left() -> None:
            self._asking.pop(key, None)
            if lock.locked() and id(lock) not in self._owners:
                self._owners[id(lock)] = lane
                # Unless somebody had to be cancelled for that, it was no deadlock.
                if cancelled == sum(each.cancelled for each in circle):
                    self._circles.pop(key, None)

        self._asking[key] = when_left
        return when_left

    def _gives_back(self, frame: FrameType) -> WhenLeft | None:
        self._owners.pop(id(frame.f_locals["self"]), None)
        return None

    def _way(
        self, lane: LiveLane, goal: LiveLane, passed: list[LiveLane]
    ) -> list[LiveLane]:
        """Return who waits for whom from one lane to another, or nothing."""
        passed = [*passed, lane]
        if lane is goal:
            return passed
        for other in wait_of(lane, self._journal, self)[1]:
            if other not in passed:
                way = self._way(other, goal, passed)
                if way:
                    return way
        return []

    def end(self) -> None:
        """Note the circles that nobody has got out of, but by being cancelled."""
        for lane, step, circle in self._circles.values():
            self._journal.note("circle", lane, others=circle, step=step)


def wait_of(
    lane: LiveLane, journal: Journal, locks: Locks
) -> tuple[str, list[LiveLane]]:
    """Return what a task waits for at the moment, and the lanes that it needs for that.

    Returns:
        "lock" if that is a lock, "tasks" if it is others, else nothing; and the lanes.
    """
    task: Any = lane.reference() if lane.kind == "task" else None
    if task is None or task.done():
        return "", []
    future = getattr(task, "_fut_waiter", None)
    waits_for: Iterable[Any] = getattr(future, "_children", [future])
    inner = list(_chain(coroutine_of(task)))[-1:]
    for frame in filter(None, map(frames.frame_of, inner)):
        variables = frames.variables_of(frame)
        if frame.f_code is _ACQUIRE:
            owner = locks.owner_of(variables["self"])
            return "lock", [] if owner is None else [owner]
        if isinstance(variables.get("self"), asyncio.TaskGroup):
            waits_for = variables["self"]._tasks
        elif frame.f_code is _WAIT and len(variables["fs"]) == 1:
            waits_for = variables["fs"]
    others = _lanes_of(waits_for, journal)
    return "tasks" if others else "", others


def _chain(coroutine: object) -> Iterator[object]:
    """Yield a coroutine object, the one that it awaits, and so on."""
    while isinstance(coroutine, CoroutineType):
        yield coroutine
        coroutine = coroutine.cr_await


def _lanes_of(futures: Iterable[Any], journal: Journal) -> list[LiveLane]:
    """Return the lanes of those that are not done."""
    lanes = [
        journal.lane_of(each)
        for each in futures
        if isinstance(each, asyncio.Task) and not each.done()
    ]
    return sorted(filter(None, lanes), key=lambda lane: lane.number)
