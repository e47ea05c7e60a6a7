"""Where the clock puts its functions in the place of others, and takes them away.

A function is replaced wherever a module has it, under whatever name. A class's method
is replaced in the class. What else holds a function keeps the real one: an argument's
default, an attribute, a `functools.partial`. Of the defaults, those of `timeit` and
`sched` are replaced as well.
"""

import asyncio
import contextlib
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from itertools import compress
from time import monotonic as _real_monotonic
from types import ModuleType
from typing import Any, NamedTuple

from yieldpoint.clock import _blocking, _current, _functions
from yieldpoint.clock._timeline import Timeline

__all__ = ["ATTRIBUTES", "FUNCTIONS", "in_place"]

# Modules that keep the real functions: ours, and those of pytest, which measure.
_KEEP_THEIRS = ("yieldpoint.clock", "yieldpoint.trace", "yieldpoint._tryit", "_pytest")

_really_handle = signal.signal
_really_start = subprocess.Popen.__init__


@wraps(_really_handle)
def _signal(number: int, handler: Any, /) -> Any:  # noqa: ANN401 - as the real one
    before = _really_handle(number, handler)
    if timeline := _current.of_this_thread():
        timeline.outside.add_handler(number, handler)
    return before


def _alarm(really_set: Callable[..., Any]) -> Callable[..., Any]:
    """Return what sets the alarm, and notes that somebody has."""

    @wraps(really_set)
    def function(*arguments: Any) -> Any:  # noqa: ANN401 - as the real one
        if timeline := _current.of_this_thread():
            timeline.outside.add_alarm()
        return really_set(*arguments)

    return function


@wraps(_really_start)
def _start(
    process: "subprocess.Popen[Any]",
    *args: Any,  # noqa: ANN401 - as the real one
    **options: Any,  # noqa: ANN401 - as the real one
) -> None:
    _really_start(process, *args, **options)
    if timeline := _current.of_this_thread():
        timeline.outside.add_child(process)


def _work(really_start: Callable[..., Any]) -> Callable[..., Any]:
    """Return what starts a process of multiprocessing, and notes it."""

    @wraps(really_start)
    def function(process: Any) -> None:  # noqa: ANN401 - as the real one
        really_start(process)
        if timeline := _current.of_this_thread():
            timeline.outside.add_worker(process)

    return function


# What stands in for what, in all modules.
FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    **_functions.STAND_INS,
    queue.SimpleQueue: _blocking.SimpleQueue,
    _really_handle: _signal,
}
for _name in {"alarm", "setitimer"} & vars(signal).keys():  # Windows has neither
    _really_set = vars(signal)[_name]
    FUNCTIONS[_really_set] = _alarm(_really_set)

# What stands in for what in one place. A loop of another kind keeps the real time.
ATTRIBUTES: list[tuple[Any, str, Any]] = [
    (threading, "_allocate_lock", _blocking.Lock),
    (threading.Thread, "start", _blocking.start),
    (threading.Thread, "join", _blocking.join),
    (subprocess.Popen, "__init__", _start),
    (asyncio.BaseEventLoop, "time", lambda _loop: _real_monotonic()),
]

_lock = threading.Lock()
_blocks = 0
_put_back: list[tuple[Any, str, Any]] = []


@contextlib.contextmanager
def in_place(timeline: Timeline) -> Iterator[Timeline]:
    """Put a program on a time, or join the time that it is on already.

    Args:
        timeline: The time, if there is none.

    Yields:
        The time that this thread goes by now.
    """
    global _blocks  # noqa: PLW0603 - it counts what is done to global names
    with _lock:
        if _current.timeline is None:
            timeline.resume()
            _current.timeline = timeline
            _swap(FUNCTIONS)
            for place, name, stand_in in (*ATTRIBUTES, *_of_multiprocessing()):
                _replace(place, name, stand_in)
            sys.meta_path.insert(0, _imports)
            for function in _with_defaults():
                before = function.__defaults__
                _put_back.append((function, "__defaults__", before))
                function.__defaults__ = tuple(map(_stand_in_for, before))
        timeline = _current.timeline
        timeline.bystanders.discard(threading.current_thread())
        _blocks += 1
    try:
        yield timeline
    finally:
        with _lock:
            _blocks -= 1
            if _blocks == 0:
                # Whatever is missing here, the rest has to be put back: Ctrl-C may
                # have ended an earlier try half way, or the program has its own list.
                with contextlib.suppress(ValueError):
                    sys.meta_path.remove(_imports)
                while _put_back:
                    setattr(*_put_back.pop())
                _swap({stand_in: real for real, stand_in in FUNCTIONS.items()})
                _current.timeline = None
                timeline.end()


def _replace(place: Any, name: str, stand_in: Any) -> None:  # noqa: ANN401 - a module or a class
    _put_back.append((place, name, vars(place)[name]))
    setattr(place, name, stand_in)


def _of_multiprocessing() -> Iterator[tuple[Any, str, Any]]:
    """Return what to replace in multiprocessing, if the program has imported it."""
    kind = getattr(sys.modules.get("multiprocessing.process"), "BaseProcess", None)
    if kind and not hasattr(kind.start, "__wrapped__"):
        yield kind, "start", _work(kind.start)


class _Imports:
    """Sees what the program imports in the block: perhaps multiprocessing.

    It finds no module itself. But that package imports others before a process can
    start, and then there is something to replace.
    """

    def find_spec(self, name: str, *_: object) -> None:
        """Replace what has come since the last import."""
        if name.startswith("multiprocessing.") and _current.timeline is not None:
            for place, attribute, stand_in in _of_multiprocessing():
                _replace(place, attribute, stand_in)


_imports: Any = _Imports()


def _with_defaults() -> Iterator[Any]:
    """Return the library's functions that take those of `time` by default."""
    if module := sys.modules.get("sched"):
        yield module.scheduler.__init__
    if module := sys.modules.get("timeit"):
        yield from (module.Timer.__init__, module.timeit, module.repeat)


def _stand_in_for(value: Any) -> Any:  # noqa: ANN401 - whatever is a default
    return FUNCTIONS.get(value, value) if callable(value) else value


# What a module has. To ask a lazy one for its attribute `__dict__` would load it.
_names_of: Callable[[ModuleType], dict[str, Any]] = vars(ModuleType)["__dict__"].__get__

_concerned = {id(each) for pair in FUNCTIONS.items() for each in pair}


class _Searched(NamedTuple):
    """What was in `sys.modules` at the last search.

    Attributes:
        ids: The identity of each, in order.
        are_modules: Whether each is a module at all.
        sizes: How many names each module has.
        found: The places of those that have what is replaced, or what stands in.
    """

    ids: list[int]
    are_modules: list[bool]
    sizes: list[int]
    found: list[int]


_searched = _Searched([], [], [], [])


def _swap(replacements: Mapping[Callable[..., Any], Callable[..., Any]]) -> None:
    """Replace functions in all modules that have them."""
    global _searched  # noqa: PLW0603 - replaced as a whole: Ctrl-C may come
    there: dict[str, Any] = {**sys.modules}
    modules = [*there.values()]
    if not _is_searched(modules):
        _searched = _search(there)
    by_id = {id(old): new for old, new in replacements.items()}
    for place in _searched.found:
        names = _names_of(modules[place])
        for name, value in list(names.items()):
            if id(value) in by_id:
                names[name] = by_id[id(value)]


def _is_searched(modules: list[Any]) -> bool:
    """Tell whether no module is new, nor has a new name.

    So it is mostly. There may be thousands: no statement here looks at a single one.
    """
    if [*map(id, modules)] != _searched.ids:
        return False
    sizes = map(len, map(_names_of, compress(modules, _searched.are_modules)))
    return [*sizes] == _searched.sizes


def _search(there: Mapping[str, Any]) -> _Searched:
    """Look into the modules that are new or have new names."""
    ids, are_modules, sizes, found = _searched
    before = dict(zip(compress(ids, are_modules), sizes, strict=True))
    had = {ids[place] for place in found}
    searched = _Searched([], [], [], [])
    for place, (name, module) in enumerate(there.items()):
        number, is_module = id(module), isinstance(module, ModuleType)
        searched.ids.append(number)
        searched.are_modules.append(is_module)
        if not is_module:
            continue
        names = _names_of(module)
        searched.sizes.append(len(names))
        if before.get(number) == len(names):
            has = number in had
        else:
            has = not _concerned.isdisjoint(map(id, [*names.values()]))
        if has and not name.startswith(_KEEP_THEIRS):
            searched.found.append(place)
    return searched
