"""Load a module of CPython's tests of asyncio with `yieldpoint.loop` in its place.

A test module is executed as it is, from the interpreter's own copy, but its imports of
asyncio get a stand-in: a module that has the loop's names. A name that the loop does
not offer, by its own list, skips the test that asks for it; any other name that is
missing is an error in the test, as it would be in a program.
"""

import asyncio
import builtins
import importlib.util
import selectors
import unittest
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from unittest import mock

from yieldpoint import loop
from yieldpoint.loop import differences, futures, lines, scheduler

__all__ = ["load", "offers_tests"]

PACKAGE = "test.test_asyncio"

#: Modules of asyncio that have nothing to do with a loop: the real ones.
AS_THEY_ARE = ("constants", "coroutines", "exceptions", "log", "format_helpers")

def offers_tests() -> bool:
    """Tell whether this Python carries the tests: not every distribution does."""
    try:
        return importlib.util.find_spec(PACKAGE) is not None
    except ModuleNotFoundError:
        return False


class StandIn(ModuleType):
    """A module of asyncio whose names are the loop's."""

    def __getattr__(self, name: str) -> Any:
        for place in (INTERNALS, vars(loop)):
            if name in place:
                return place[name]
        if name in loop_leaves_out():
            raise unittest.SkipTest(f"asyncio.{name} is not offered")
        if name.startswith("_py_"):
            return internal(name)
        raise AttributeError(f"yieldpoint.loop has no {name}")


def internal(name: str) -> Any:
    def skip(*_: object, **__: object) -> None:
        raise unittest.SkipTest(f"{name} is an internal of asyncio")

    return skip


def loop_leaves_out() -> dict[str, str]:
    """Return the names of asyncio that the loop does not offer, and why."""
    return {
        name: reason for reason, names in differences.LEFT_OUT.items() for name in names
    }


class OnTheLoop(unittest.IsolatedAsyncioTestCase):
    """A test whose coroutines run on the loop."""

    def _setupAsyncioRunner(self) -> None:
        self._asyncioRunner = loop.Runner()


class TestedLoop(loop.EventLoop):
    """A loop with what the tests ask of asyncio's in passing."""

    _task_factory: Any = None

    @property
    def _ready(self) -> Any:
        return self.ready

    def set_debug(self, enabled: bool) -> None:
        if enabled:
            raise unittest.SkipTest("there is no debug mode")

    def get_debug(self) -> bool:
        return False

    def set_task_factory(self, factory: Any) -> None:
        """Let tests make the kind of task that they test."""
        self._task_factory = factory

    def create_task(self, coro: Any, **options: Any) -> Any:
        if self._task_factory:
            return self._task_factory(self, coro, **options)
        return super().create_task(coro, **options)

    def run_in_executor(self, *_: Any) -> None:
        raise unittest.SkipTest("loop.run_in_executor is not offered")


class TimedLoop(TestedLoop):
    """A loop whose time a generator of the test moves."""

    def __init__(self, moves: Any = None) -> None:
        super().__init__()
        self._selector.close()
        self._selector = NoSelector()
        self._moves: Iterator[float] | None = moves and moves()
        if self._moves:
            next(self._moves)
        self._now = 0.0
        self._asked: list[float] = []
        self.time = lambda: self._now

    def advance_time(self, by: float) -> None:
        self._now += by or 0

    def run_one_turn(self) -> None:
        super().run_one_turn()
        for when in self._asked:
            self.advance_time(self._moves.send(when) if self._moves else 0)
        self._asked = []

    _run_once = run_one_turn

    def call_at(self, when: float, *args: Any, **options: Any) -> loop.TimerHandle:
        self._asked.append(when)
        return super().call_at(when, *args, **options)

    def close(self) -> None:
        super().close()
        moves, self._moves = self._moves, None
        if moves:
            try:
                moves.send(0)
            except StopIteration:
                return
            raise AssertionError("the generator of times is not at its end")


class NoSelector(selectors.SelectSelector):
    """A selector that never waits."""

    def select(self, timeout: float | None = None) -> list[Any]:
        return []


#: What the tests use of asyncio beyond its public names, and what that is here.
INTERNALS: dict[str, Any] = {
    "BaseEventLoop": TestedLoop,
    "SelectorEventLoop": TestedLoop, "new_event_loop": lambda: TestedLoop(),
    "DefaultEventLoopPolicy": object,
    "_DefaultEventLoopPolicy": object,
    "AbstractEventLoopPolicy": object,
    "_AbstractEventLoopPolicy": object,
    "_set_result_unless_cancelled": futures.set_unless_done,
    "_PyFuture": loop.Future,
    "_PyTask": loop.Task,
    "_LoopBoundMixin": lines.Shared,
    "_get_running_loop": lambda: getattr(scheduler.this_thread, "loop", None),
    "_set_running_loop": lambda it: setattr(scheduler.this_thread, "loop", it),
    "_set_event_loop_policy": lambda _: None,
    "set_event_loop_policy": lambda _: None,
    "set_event_loop": lambda _: None,
    "iscoroutine": asyncio.iscoroutine,
    "TimeoutError": TimeoutError,
}


loaded: dict[str, ModuleType] = {"asyncio": StandIn("asyncio")}


def substitute(name: str, *details: Any) -> Any:
    """Import a module, as ``__import__`` does, or its stand-in."""
    names, level = details[2:] or ((), 0)
    if not level and name.split(".")[0] == "asyncio":
        return stand_in(name) if names else loaded["asyncio"]
    if not level and name == PACKAGE and names:
        package = ModuleType(PACKAGE)
        for each in names:
            setattr(package, each, load(each))
        return package
    if not level and name.startswith(f"{PACKAGE}."):
        return load(name.removeprefix(f"{PACKAGE}."))
    return builtins.__import__(name, *details)


def stand_in(name: str) -> ModuleType:
    """Return the stand-in of asyncio, or of one of its modules."""
    if name not in loaded:
        if name.removeprefix("asyncio.") in AS_THEY_ARE:
            loaded[name] = importlib.import_module(name)
        else:
            loaded[name] = StandIn(name)
        setattr(loaded["asyncio"], name.removeprefix("asyncio."), loaded[name])
    return loaded[name]


def load(name: str) -> ModuleType:
    """Execute a module of the tests with stand-ins.

    Args:
        name: Its name in the package, such as "test_locks".

    Returns:
        The module.
    """
    full_name = f"{PACKAGE}.{name}"
    if full_name not in loaded:
        for each in ("base_events", "events", "futures", "tasks", "streams", "locks",
                     "taskgroups", "timeouts", "runners", "queues", *AS_THEY_ARE):
            stand_in(f"asyncio.{each}")
        spec = importlib.util.find_spec(full_name)
        assert spec and spec.loader
        module = loaded[full_name] = ModuleType(full_name)
        module.__file__ = spec.origin
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": substitute}
        code = spec.loader.get_code(full_name)
        # This one asks for the tasks in C without asking whether there are any.
        in_c = {"_CTask": loop.Task} if name == "test_futures2" else {}
        with (
            mock.patch.object(unittest, "IsolatedAsyncioTestCase", OnTheLoop),
            mock.patch.dict(INTERNALS, in_c),
        ):
            exec(code, vars(module))
        if name == "utils":
            module.TestLoop = TimedLoop
            module.TestCase.close_loop = staticmethod(lambda it: it.close())
    return loaded[full_name]
