"""Random programs as data, and an interpreter that runs them on either loop.

A program is a list of bodies, one for each task that it starts with. A body is a list
of steps, and a step is a pair: the kind of exception that the body catches there, or
"", and what to do, a tuple whose first item says which of the interpreter's methods.

A program always ends: a body has no loops, a task awaits only tasks that are younger
than itself, and what is left when `PATIENCE` is over is cancelled, again and again.
"""
# ruff: noqa: ANN401 - what a program does is data, and what it uses has two kinds
# ruff: noqa: ASYNC109 - the timeout that a step has is one of asyncio's own methods

import asyncio
import contextlib
import functools
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator, MutableSet
from types import ModuleType
from typing import Any

import pytest
from hypothesis import strategies as st

from yieldpoint import clock, loop
from yieldpoint.clock import _timeline
from yieldpoint.clock._selector import JumpingSelector

__all__ = [
    "BEFORE_312",
    "BEFORE_313",
    "HangError",
    "OurError",
    "Program",
    "both",
    "programs",
    "run_of",
]

Step = tuple[str, tuple[Any, ...]]
Body = list[Step]
Program = list[Body]
Event = tuple[Any, ...]

#: After how many seconds the tasks that are left are cancelled.
PATIENCE = 20

#: How often they are. Each time, a task loses at least one of its awaits.
ROUNDS = 80


class OurError(Exception):
    """An exception that a program raises."""


class HangError(BaseException):
    """The loop waits, and nothing will ever wake it."""


BEFORE_312 = sys.version_info < (3, 12)
BEFORE_313 = sys.version_info < (3, 13)
BEFORE_315 = sys.version_info < (3, 15)


class OurBaseError(BaseException):
    """An exception that a program raises, and `except Exception` does not catch."""


ERRORS = {"error": OurError, "base": OurBaseError, "cancelled": asyncio.CancelledError}
CATCHES: dict[str, tuple[type[BaseException], ...]] = {
    "": (),
    "error": (Exception,),
    "cancelled": (asyncio.CancelledError,),
    "all": (BaseException,),
}


class InOrder(MutableSet[Any]):
    """A set that is iterated over in the order in which it was filled."""

    def __init__(self, items: Iterable[Any] = ()) -> None:
        self._items = dict.fromkeys(items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, value: Any) -> None:
        self._items[value] = None

    def discard(self, value: Any) -> None:
        self._items.pop(value, None)


def run_of(program: Program, module: ModuleType) -> "Run":
    """Run a program and return the run.

    Args:
        program: The program.
        module: asyncio, or what offers the same names.

    Returns:
        The run, with all that happened.
    """
    run = Run(module)
    with clock.installed(), no_waiting_for_ever():
        module.run(run.main(program))
    return run


def both(program: Program) -> tuple[list[Any], list[Any]]:
    """Return the events on the loop and on asyncio, as far as they are to be equal."""
    theirs = run_of(program, asyncio)
    ours = run_of(program, loop)
    return ours.events[: theirs.up_to_date], theirs.events[: theirs.up_to_date]


@contextlib.contextmanager
def no_waiting_for_ever() -> Iterator[None]:
    """Let a loop fail that waits for nothing: no program ever waits for a socket."""
    with pytest.MonkeyPatch.context() as patch:
        really_select = JumpingSelector.select

        def select(self: JumpingSelector, timeout: float | None = None) -> Any:
            if timeout is None:
                raise HangError
            return really_select(self, timeout)

        patch.setattr(JumpingSelector, "select", select)
        # However slow the machine: computing takes no time.
        patch.setattr(_timeline, "PATIENCE", 3600 * _timeline.SECOND)
        yield


class OldTask(asyncio.Task[Any]):
    """A task that notices where asyncio does otherwise before Python 3.13."""

    def __init__(self, run: "Run", loop: Any, coro: Any, **options: Any) -> None:
        super().__init__(coro, loop=loop, **options)
        self._run = run

    def uncancel(self) -> int:
        left = super().uncancel()
        if left == 0 and self._must_cancel:  # type: ignore[attr-defined]  # it is private
            self._run.is_out_of_date()  # it raises CancelledError nevertheless
        return left


class Run:
    """One run of a program."""

    def __init__(self, module: ModuleType) -> None:
        self.m: Any = module
        self.events: list[Event] = []
        self.names: dict[Any, str] = {}  # of tasks
        self.tasks: list[Any] = []
        self.handles: list[Any] = []
        #: Up to which event asyncio does as the newest Python's does.
        self.up_to_date: int | None = None

    async def main(self, program: Program) -> None:
        m = self.m
        self.loop = m.get_running_loop()
        if m is asyncio and BEFORE_313:
            self.loop.set_task_factory(functools.partial(OldTask, self))
        self.loop.set_exception_handler(self.note_report)
        self.flags = [m.Event() for _ in range(2)]
        self.locks = [m.Lock() for _ in range(2)]
        self.semaphores = [m.Semaphore(1), m.Semaphore(2)]
        self.queues = [m.Queue(1), m.Queue(2), m.PriorityQueue(2), m.LifoQueue(2)]
        self.conditions = [m.Condition() for _ in range(2)]
        self.timeouts: list[Any] = []
        self.groups: list[Any] = []
        self.futures = [self.loop.create_future() for _ in range(3)]
        roots = [
            self.start(m.create_task, str(number), body)
            for number, body in enumerate(program)
        ]
        await m.wait(roots, timeout=PATIENCE)
        for _ in range(ROUNDS):
            left = [task for task in self.tasks if not task.done()]
            if not left:
                await m.sleep(5)  # a timer may start another task
                left = [task for task in self.tasks if not task.done()]
            if not left:
                break
            self.note("main", "cancels", [self.names[task] for task in left])
            for task in left:
                task.cancel()
            # Who waits for a condition does not end before it has the lock again, and
            # who has that may wait for the one who waits.
            for condition in self.conditions:
                if condition.locked():
                    condition.release()
            await m.sleep(0.5)
        else:
            self.note("main", "gives up")
        for task in self.tasks:
            self.note(self.names[task], "is", state_of(task))
        for number, future in enumerate(self.futures):
            self.note(f"future {number}", "is", state_of(future))

    def is_out_of_date(self) -> None:
        if self.m is asyncio and self.up_to_date is None:
            self.up_to_date = len(self.events)

    def note(self, who: str, what: str, about: Any = None) -> None:
        self.events.append((self.loop.time(), who, what, about))

    def note_report(self, _: Any, context: dict[str, Any]) -> None:
        # The other reports come when an object is collected.
        if context["message"].startswith("Exception in callback"):
            self.note("loop", "reports", kind_of(context["exception"]))

    def start(self, create_task: Callable[..., Any], name: str, body: Body) -> Any:
        coroutine = self.task(name, body)
        try:
            task = create_task(coroutine)
        except BaseException:
            coroutine.close()
            raise
        self.names[task] = name
        self.tasks.append(task)
        return task

    async def task(self, name: str, body: Body) -> Any:
        task = self.m.current_task()
        if task not in self.names:
            self.names[task] = name
            self.tasks.append(task)
        self.note(name, "starts")
        try:
            await self.walk(name, body)
        except BaseException as error:
            self.note(name, "fails", kind_of(error))
            raise
        self.note(name, "returns")
        return name

    async def walk(self, name: str, body: Body) -> None:
        for number, (catches, (do, *arguments)) in enumerate(body):
            what = f"{number} {do}"
            try:
                if method := getattr(self, f"do_{do}", None):
                    self.note(name, what)
                    result = await method(f"{name}.{number}", *arguments)
                else:
                    result = getattr(self, f"now_{do}")(f"{name}.{number}", *arguments)
            except CATCHES[catches] as error:
                self.note(name, what, kind_of(error))
            except BaseException as error:
                self.note(name, what, kind_of(error))
                raise
            else:
                self.note(name, what, self.shown(result))

    def shown(self, result: Any) -> Any:
        if isinstance(result, BaseException):
            return kind_of(result)
        if isinstance(result, list | tuple):
            return [self.shown(each) for each in result]
        if isinstance(result, set):
            return sorted(self.names[each] for each in result)
        return result

    # What is done at once: by a task, or by a callback.

    def now_set(self, _: str, flag: int) -> None:
        self.flags[flag].set()

    def now_clear(self, _: str, flag: int) -> None:
        self.flags[flag].clear()

    def now_release(self, _: str, lock: int) -> None:
        self.locks[lock].release()

    def now_release_semaphore(self, _: str, semaphore: int) -> None:
        self.semaphores[semaphore].release()

    # Before Python 3.13, who was notified and then cancelled kept that for itself.

    def now_notify(self, _: str, condition: int, number: int) -> None:
        if not BEFORE_313:
            self.conditions[condition].notify(number)

    def now_notify_all(self, _: str, condition: int) -> None:
        if not BEFORE_313:
            self.conditions[condition].notify_all()

    def now_reschedule(self, _: str, timeout: int, delay: float | None) -> None:
        if self.timeouts:
            when = None if delay is None else self.loop.time() + delay
            self.timeouts[timeout % len(self.timeouts)].reschedule(when)

    def now_cancel_group(self, _: str, group: int) -> None:
        if self.groups and not BEFORE_315:  # it is new there
            self.groups[group % len(self.groups)].cancel()

    def now_shut_down(self, _: str, queue: int, immediate: int) -> None:
        if not BEFORE_313:  # as this is in 3.13
            self.queues[queue].shutdown(immediate=bool(immediate))

    def now_put_nowait(self, name: str, queue: int) -> None:
        self.queues[queue].put_nowait(name)

    def now_get_nowait(self, _: str, queue: int) -> Any:
        return self.queues[queue].get_nowait()

    def now_task_done(self, _: str, queue: int) -> None:
        self.queues[queue].task_done()

    def now_fill(self, name: str, future: int) -> None:
        self.futures[future].set_result(name)

    def now_fail(self, _: str, future: int, error: str) -> None:
        self.futures[future].set_exception(ERRORS[error]())

    def now_cancel_future(self, _: str, future: int) -> Any:
        return self.futures[future].cancel()

    def now_renew(self, _: str, future: int) -> None:
        self.futures[future] = self.loop.create_future()

    def now_cancel(self, _: str, task: int) -> Any:
        return self.tasks[task % len(self.tasks)].cancel()

    def now_cancel_self(self, _: str) -> Any:
        task = self.m.current_task()
        return task and task.cancel()

    def now_uncancel(self, _: str) -> Any:
        task = self.m.current_task()
        return task and task.uncancel()

    def now_look(self, _: str) -> Any:
        return [
            [[task.done(), task.cancelling()] for task in self.tasks],
            [future.done() for future in self.futures],
            [lock.locked() for lock in self.locks + self.semaphores],
            [flag.is_set() for flag in self.flags],
            [condition.locked() for condition in self.conditions],
            [[q.qsize(), q.empty(), q.full()] for q in self.queues],
            self.names.get(self.m.current_task()),
        ]

    def now_raise(self, _: str, error: str) -> None:
        raise ERRORS[error]

    def now_spawn(self, name: str, body: Body) -> None:
        self.start(self.m.create_task, name, body)

    def now_call_soon(self, name: str, effect: tuple[Any, ...]) -> None:
        self.handles.append(self.loop.call_soon(self.callback(name, effect)))

    def now_call_later(self, name: str, delay: float, effect: tuple[Any, ...]) -> None:
        callback = self.callback(name, effect)
        self.handles.append(self.loop.call_later(delay, callback))

    def now_cancel_handle(self, _: str, handle: int) -> None:
        if self.handles:
            self.handles[handle % len(self.handles)].cancel()

    def now_when_done(self, name: str, task: int, effect: tuple[Any, ...]) -> None:
        callback = self.callback(name, effect)
        self.tasks[task % len(self.tasks)].add_done_callback(callback)

    def now_when_filled(self, name: str, future: int, effect: tuple[Any, ...]) -> None:
        callback = self.callback(name, effect)
        self.futures[future].add_done_callback(callback)

    def callback(self, name: str, effect: tuple[Any, ...]) -> Callable[..., None]:
        name = f"{name}!"
        do, *arguments = effect

        def callback(*_: object) -> None:
            self.note(name, do)
            try:
                result = getattr(self, f"now_{do}")(name, *arguments)
            except BaseException as error:
                self.note(name, do, kind_of(error))
                raise
            self.note(name, do, self.shown(result))

        return callback

    # What takes an await.

    async def do_sleep(self, name: str, delay: float) -> Any:
        return await self.m.sleep(delay, name)

    async def do_walk(self, name: str, body: Body) -> None:
        await self.walk(name, body)

    async def do_finally(self, name: str, body: Body, at_last: Body) -> None:
        try:
            await self.walk(name, body)
        finally:
            await self.walk(name + "f", at_last)

    async def do_await(self, _: str, task: int) -> Any:
        return [await each for each in self.younger(task)]

    async def do_await_future(self, _: str, future: int) -> Any:
        return await self.futures[future]

    async def do_wait_flag(self, _: str, flag: int) -> Any:
        return await self.flags[flag].wait()

    async def do_acquire(self, _: str, lock: int) -> Any:
        return await self.locks[lock].acquire()

    async def do_lock(self, name: str, lock: int, body: Body) -> None:
        async with self.locks[lock]:
            await self.walk(name, body)

    async def do_acquire_semaphore(self, _: str, semaphore: int) -> Any:
        return await self.semaphores[semaphore].acquire()

    async def do_semaphore(self, name: str, semaphore: int, body: Body) -> None:
        async with self.semaphores[semaphore]:
            await self.walk(name, body)

    async def do_put(self, name: str, queue: int) -> Any:
        return await self.queues[queue].put(name)

    async def do_get(self, _: str, queue: int) -> Any:
        return await self.queues[queue].get()

    async def do_join(self, _: str, queue: int) -> Any:
        return await self.queues[queue].join()

    async def do_condition(self, name: str, condition: int, body: Body) -> None:
        async with self.conditions[condition]:
            await self.walk(name, body)

    async def do_wait_condition(self, _: str, condition: int) -> Any:
        return BEFORE_313 or await self.conditions[condition].wait()

    async def do_shield(self, name: str, body: Body) -> Any:
        return await self.m.shield(self.task(name, body))

    async def do_shield_task(self, _: str, task: int) -> Any:
        return [await self.m.shield(each) for each in self.younger(task)]

    async def do_as_completed(
        self, name: str, bodies: list[Body], timeout: float | None
    ) -> Any:
        tasks = [
            self.start(self.m.create_task, f"{name}.{number}", body)
            for number, body in enumerate(bodies)
        ]
        return [await each for each in self.m.as_completed(tasks, timeout=timeout)]

    async def do_gather(
        self, name: str, bodies: list[Body], olds: list[int], catch: int
    ) -> Any:
        coroutines: list[Any] = [
            self.task(f"{name}.{number}", body) for number, body in enumerate(bodies)
        ]
        old = [task for number in olds for task in self.younger(number)]
        if BEFORE_312:
            # There, gather takes a turn to find out that a task was done already.
            old = [task for task in old if not task.done()]
        return await self.m.gather(*coroutines, *old, return_exceptions=bool(catch))

    async def do_gather_in_time(
        self, name: str, bodies: list[Body], timeout: float
    ) -> Any:
        together = self.m.gather(
            *[self.task(f"{name}.{n}", b) for n, b in enumerate(bodies)]
        )
        if BEFORE_312:
            return await together
        try:
            return await self.m.wait_for(together, timeout)
        finally:
            self.note(name, "together", [together.done(), together.cancelled()])

    async def do_wait(
        self,
        name: str,
        bodies: list[Body],
        olds: list[int],
        when: str,
        timeout: float | None,
    ) -> Any:
        # All tasks are started before any runs, and none is a bare coroutine.
        tasks = [task for number in olds for task in self.younger(number)]
        tasks += [
            self.start(self.m.create_task, f"{name}.{number}", body)
            for number, body in enumerate(bodies)
        ]
        if not tasks:
            return None
        return await self.m.wait(
            tasks, timeout=timeout, return_when=getattr(asyncio, when)
        )

    # Before Python 3.12, wait_for with a timeout runs what it waits for in a task of
    # its own, and takes a turn more to find out that it is done: left out.

    async def do_wait_for(self, name: str, body: Body, timeout: float | None) -> Any:
        if BEFORE_312 and timeout is not None:
            return None
        return await self.m.wait_for(self.task(name, body), timeout)

    async def do_wait_for_task(self, _: str, task: int, timeout: float | None) -> Any:
        if BEFORE_312 and timeout is not None:
            return None
        return [await self.m.wait_for(each, timeout) for each in self.younger(task)]

    async def do_wait_for_future(
        self, _: str, future: int, timeout: float | None
    ) -> Any:
        if BEFORE_312 and timeout is not None:
            return None
        return await self.m.wait_for(self.futures[future], timeout)

    async def do_timeout(self, name: str, delay: float | None, body: Body) -> None:
        timeout = self.m.timeout(delay)
        try:
            async with timeout:
                self.timeouts.append(timeout)
                await self.walk(name, body)
        finally:
            self.note(name, "expired", timeout.expired())

    async def do_group(self, name: str, bodies: list[Body], body: Body) -> None:
        group = self.m.TaskGroup()
        if self.m is asyncio:
            # asyncio cancels the tasks of a group in the order of a set, which is that
            # of their addresses. Here it is the order in which they were created.
            group._tasks = InOrder()
        try:
            async with group:
                self.groups.append(group)
                for number, each in enumerate(bodies):
                    self.start(group.create_task, f"{name}.{number}", each)
                await self.walk(name, body)
        except BaseExceptionGroup:
            if BEFORE_313 and self.m.current_task().cancelling():
                self.is_out_of_date()  # asyncio forgets that it is to cancel the task
            raise

    def younger(self, number: int) -> list[Any]:
        """Return a task that is younger than the current one, if there is any."""
        own = self.tasks.index(self.m.current_task())
        younger = self.tasks[own + 1 :]
        return younger and [younger[number % len(younger)]]


def kind_of(error: BaseException | None) -> Any:
    """Return what is compared of an exception."""
    if isinstance(error, BaseExceptionGroup):
        return [type(error).__name__, *map(kind_of, error.exceptions)]
    return type(error).__name__


def state_of(future: Any) -> Any:
    """Return what is compared of a future in the end."""
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    return kind_of(future.exception()) if future.exception() else future.result()


# How programs are made up. Few names and few times: they shall meet.

_TWO, _THREE, _FOUR = (0, 1), (0, 1, 2), (0, 1, 2, 3)
_TIMES = (0, 0.5, 1, 1.5)
_TIMEOUTS = (None, 0, 0.5, 1)
_WHEN = ("FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED")


def _all(do: str, *choices: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [(do, *chosen) for chosen in itertools.product(*choices)]


_NOW = [
    *_all("look"),
    *_all("set", _TWO),
    *_all("clear", _TWO),
    *_all("release", _TWO),
    *_all("release_semaphore", _TWO),
    *_all("notify", _TWO, (1, 2)),
    *_all("notify_all", _TWO),
    *_all("reschedule", _THREE, _TIMEOUTS),
    *_all("cancel_group", _TWO),
    *_all("shut_down", _FOUR[2:], _TWO),
    *_all("put_nowait", _FOUR),
    *_all("get_nowait", _FOUR),
    *_all("task_done", _FOUR),
    *_all("fill", _THREE),
    *_all("fail", _TWO, ("error", "base")),
    *_all("cancel_future", _THREE),
    *_all("renew", _THREE),
    *_all("cancel", range(6)),
    *_all("cancel_self"),
    *_all("uncancel"),
    *_all("cancel_handle", _THREE),
    *_all("raise", ERRORS),
]
_SIMPLE = [
    *_all("sleep", (0, 0, 0.5, 0.5, 1, 1.5)),
    *_all("await", range(4)),
    *_all("await_future", _THREE),
    *_all("wait_flag", _TWO),
    *_all("acquire", _TWO),
    *_all("acquire_semaphore", _TWO),
    *_all("put", _FOUR, _TWO),
    *_all("get", _FOUR, _TWO),
    *_all("join", _FOUR),
    *_all("wait_condition", _TWO),
    *_all("shield_task", _THREE),
    *_all("wait_for_task", range(3), _TIMEOUTS),
    *_all("wait_for_future", _THREE, _TIMEOUTS),
]
_SIMPLE = [step[:2] if step[0] in {"put", "get"} else step for step in _SIMPLE]


def _bodies_of(steps: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[Body]:
    catches = st.sampled_from(["", "", "error", "cancelled", "all"])
    return st.lists(st.tuples(catches, steps), max_size=size)


def _steps(depth: int) -> st.SearchStrategy[Any]:
    now = st.sampled_from(_NOW)
    simple = st.sampled_from(_SIMPLE)
    delay = st.sampled_from(_TIMES)
    effect: st.SearchStrategy[Any] = now
    if not depth:
        return simple | now
    body = _bodies_of(_steps(depth - 1), 4)
    bodies = st.lists(body, max_size=3)
    olds = st.lists(st.sampled_from(_THREE), max_size=2)
    spawn = st.tuples(st.just("spawn"), body)
    effect = now | spawn

    def a(do: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.tuples(st.just(do), *parts)

    two, three = st.sampled_from(_TWO), st.sampled_from(_THREE)
    timeout = st.sampled_from(_TIMEOUTS)
    return st.one_of(
        simple,
        simple,
        now,
        spawn,
        a("call_soon", effect),
        a("call_later", delay, effect),
        a("when_done", three, effect),
        a("when_filled", three, effect),
        a("walk", body),
        a("finally", body, body),
        a("lock", two, body),
        a("semaphore", two, body),
        a("condition", two, body),
        a("shield", body),
        a("as_completed", bodies, timeout),
        a("gather", bodies, olds, two),
        a("gather_in_time", bodies, timeout),
        a("wait", bodies, olds, st.sampled_from(_WHEN), timeout),
        a("wait_for", body, timeout),
        a("timeout", timeout, body),
        a("group", bodies, body),
    )


def programs() -> st.SearchStrategy[Program]:
    """Return the strategy of all programs."""
    return st.lists(_bodies_of(_steps(2), 6), min_size=1, max_size=4)
