"""Load a module of CPython's tests of asyncio with `yieldpoint.loop` in its place.

A test module is executed as it is, from the interpreter's own copy, but its imports of
asyncio get a stand-in: a module that has the loop's names. A name that the loop does
not offer, by its own list, skips the test that asks for it; any other name that is
missing is an error in the test, as it would be in a program.
"""

import asyncio
import builtins
import importlib.util
import io
import selectors
import unittest
from collections.abc import Callable, Generator
from contextvars import Context
from types import ModuleType
from typing import Any
from unittest import mock

from yieldpoint import loop
from yieldpoint.loop import differences, futures, lines, scheduler
from yieldpoint.loop.handles import Callback

__all__ = ["load", "offers_tests"]

PACKAGE = "test.test_asyncio"

#: Modules of asyncio that have nothing to do with a loop: the real ones.
REAL = ("constants", "coroutines", "exceptions", "format_helpers", "log")

#: Modules of asyncio that the tests take for granted once asyncio is imported.
THERE = [*REAL, "base_events", "events", "futures", "locks", "queues", "runners"]
THERE += ["streams", "taskgroups", "tasks", "timeouts"]

LEFT_OUT = {name for names in differences.LEFT_OUT.values() for name in names}


def offers_tests() -> bool:
    """Tell whether this Python carries the tests: not every distribution does."""
    try:
        return importlib.util.find_spec(PACKAGE) is not None
    except ModuleNotFoundError:
        return False


class StandIn(ModuleType):
    """A module of asyncio whose names are the loop's."""

    def __getattr__(self, name: str) -> object:
        """Return what has the name here, or skip the test that needs it."""
        for place in (INTERNALS, vars(loop)):
            if name in place:
                return place[name]
        if name in LEFT_OUT:
            raise unittest.SkipTest(f"asyncio.{name} is not offered")
        if name.startswith("_py_"):
            return _skip(f"{name} is an internal of asyncio")
        raise AttributeError(f"yieldpoint.loop has no {name}")


def _skip(why: str) -> Callable[..., None]:
    def skip(*_: object, **__: object) -> None:
        raise unittest.SkipTest(why)

    return skip


class OnTheLoop(unittest.IsolatedAsyncioTestCase):
    """A test whose coroutines run on the loop."""

    def _setupAsyncioRunner(self) -> None:  # noqa: N802 - unittest's name
        self._asyncioRunner = loop.Runner()


class TestedLoop(loop.EventLoop):
    """A loop with what the tests ask of asyncio's in passing."""

    _task_factory: Callable[..., loop.Task[Any]] | None = None
    run_in_executor = staticmethod(_skip("loop.run_in_executor is not offered"))

    @property
    def _ready(self) -> object:
        return self.ready

    def set_debug(self, enabled: object) -> None:
        """Have a test go on that wants no debug mode."""
        if enabled:
            raise unittest.SkipTest("there is no debug mode")

    def get_debug(self) -> bool:
        """Say that there is no debug mode."""
        return False

    def set_task_factory(self, factory: Callable[..., loop.Task[Any]]) -> None:
        """Let tests make the kind of task that they test."""
        self._task_factory = factory

    def create_task(self, coro: Any, **options: Any) -> loop.Task[Any]:  # noqa: ANN401 - tests pass what is none
        """Make the kind of task that is tested."""
        if self._task_factory:
            return self._task_factory(self, coro, **options)
        return super().create_task(coro, **options)


class TimedLoop(TestedLoop):
    """A loop whose time a generator of the test moves."""

    def __init__(
        self, moves: Callable[[], Generator[float, float, None]] | None = None
    ) -> None:
        """Start at 0."""
        super().__init__()
        self._selector.close()
        self._selector = NoSelector()
        self._moves = moves() if moves else None
        if self._moves:
            next(self._moves)
        self._now = 0.0
        self._asked: list[float] = []

    def time(self) -> float:
        """Return the time of the test."""
        return self._now

    def advance_time(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds or 0

    def run_one_turn(self) -> None:
        """Make a turn, and let time pass as the test says."""
        super().run_one_turn()
        for when in self._asked:
            self.advance_time(self._moves.send(when) if self._moves else 0)
        self._asked = []

    _run_once = run_one_turn

    def call_at(
        self,
        when: float,
        callback: Callback,
        *args: object,
        context: Context | None = None,
    ) -> loop.TimerHandle:
        """Note for which time a timer is set."""
        self._asked.append(when)
        return super().call_at(when, callback, *args, context=context)

    def close(self) -> None:
        """See that the test has let all its time pass."""
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
        """Find nothing ready."""
        del timeout
        return []


#: What the tests use of asyncio beyond its public names, and what that is here.
INTERNALS: dict[str, object] = {
    "AbstractEventLoopPolicy": object,
    "BaseEventLoop": TestedLoop,
    "DefaultEventLoopPolicy": object,
    "SelectorEventLoop": TestedLoop,
    "_AbstractEventLoopPolicy": object,
    "_DefaultEventLoopPolicy": object,
    "_LoopBoundMixin": lines.Shared,
    "_PyFuture": loop.Future,
    "_PyTask": loop.Task,
    "_get_running_loop": lambda: scheduler.this_thread.loop,
    "_set_event_loop_policy": lambda _: None,
    "_set_result_unless_cancelled": futures.set_unless_done,
    "_set_running_loop": lambda it: setattr(scheduler.this_thread, "loop", it),
    "iscoroutine": asyncio.iscoroutine,
    "new_event_loop": TestedLoop,
    "set_event_loop": lambda _: None,
    "set_event_loop_policy": lambda _: None,
}

_loaded: dict[str, ModuleType] = {"asyncio": StandIn("asyncio")}


def _import(name: str, *details: Any) -> ModuleType:  # noqa: ANN401 - as __import__
    """Import a module, as ``__import__`` does, or its stand-in."""
    names = details[2] if len(details) > 2 else ()
    package, _, rest = name.partition(".")
    if package == "asyncio":
        return _stand_in(rest) if names and rest else _loaded["asyncio"]
    if name == PACKAGE and names:
        package_of_tests = ModuleType(PACKAGE)
        for each in names:
            setattr(package_of_tests, each, load(each))
        return package_of_tests
    module: ModuleType
    if name.startswith(f"{PACKAGE}."):
        module = load(name.removeprefix(f"{PACKAGE}."))
    else:
        module = builtins.__import__(name, *details)
    return module


def _stand_in(name: str) -> ModuleType:
    """Return what stands in for a module of asyncio."""
    if name not in _loaded:
        full_name = f"asyncio.{name}"
        is_real = name in REAL
        module = importlib.import_module(full_name) if is_real else StandIn(full_name)
        _loaded[name] = module
        setattr(_loaded["asyncio"], name, module)
    return _loaded[name]


def load(name: str) -> Any:  # noqa: ANN401 - a module has any names
    """Execute a module of the tests with stand-ins.

    Args:
        name: Its name in the package, such as "test_locks".

    Returns:
        The module.
    """
    full_name = f"{PACKAGE}.{name}"
    if full_name in _loaded:
        return _loaded[full_name]
    for each in THERE:
        _stand_in(each)
    spec = importlib.util.find_spec(full_name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(full_name)
    module: Any = ModuleType(full_name)
    _loaded[full_name] = module
    module.__file__ = spec.origin
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": _import}
    with io.open_code(spec.origin) as file:
        code = compile(file.read(), spec.origin, "exec")
    # This one asks for the tasks in C without asking whether there are any.
    in_c = {"_CTask": loop.Task} if name == "test_futures2" else {}
    with (
        mock.patch.object(unittest, "IsolatedAsyncioTestCase", OnTheLoop),
        mock.patch.dict(INTERNALS, in_c),
    ):
        exec(code, vars(module))  # noqa: S102 - it is the interpreter's own
    if name == "utils":
        module.TestLoop = TimedLoop
        module.TestCase.close_loop = staticmethod(TestedLoop.close)
    return module
