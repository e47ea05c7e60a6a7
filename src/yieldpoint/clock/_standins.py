"""Where the clock puts its functions in the place of others, and takes them away.

A function is replaced wherever a module has it, under whatever name. A class's method
is replaced in the class. What else holds a function keeps the real one: an argument's
default, an attribute, a `functools.partial`. Of the defaults, those of `timeit` and
`sched` are replaced as well.
"""

import asyncio
import contextlib
import os
import queue
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from operator import is_
from time import monotonic as _real_monotonic
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from yieldpoint.clock import _blocking, _current, _functions
from yieldpoint.clock._timeline import Timeline
from yieldpoint.clock._traceback import unseen

__all__ = ["ATTRIBUTES", "FUNCTIONS", "in_place"]

# Modules that keep the real functions: ours, and those of pytest, which measure.
_KEEP_THEIRS = ("yieldpoint.clock", "yieldpoint.trace", "yieldpoint._tryit", "_pytest")

_really_handle = signal.signal
_really_start = subprocess.Popen.__init__


@unseen
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


def _send(really_send: Callable[..., Any]) -> Callable[..., Any]:
    """Return what sends a signal, and notes it if another thread may get it."""

    @wraps(really_send)
    def function(*arguments: Any) -> Any:  # noqa: ANN401 - as the real one
        timeline = _current.of_this_thread()
        if timeline and threading.get_ident() != threading.main_thread().ident:
            timeline.note_signal()
        return really_send(*arguments)

    return function


def _wait(really_wait: Callable[..., Any]) -> Callable[..., Any]:
    """Return what waits for something outside, and counts the time that it takes."""

    @wraps(really_wait)
    def function(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the real one
        timeline = _current.of_this_thread()
        if timeline is None:
            return really_wait(*arguments, **options)
        timeline.read()
        try:
            return really_wait(*arguments, **options)
        finally:
            timeline.read(outside=True)

    return function


def _wait_for_a_socket(really_wait: Callable[..., Any]) -> Callable[..., Any]:
    """Return a socket's method, which waits unless the socket shall not."""
    waits = _wait(really_wait)

    @wraps(really_wait)
    def method(this: socket.socket, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the real one
        call = really_wait if this.gettimeout() == 0 else waits
        return call(this, *arguments, **options)

    return unseen(method)


@unseen
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


def _time_of_another_loop(_loop: asyncio.BaseEventLoop) -> float:
    """Return the real time, and take along that of the program.

    The loop asks after each wait. Whoever asks when it has ended would be too late.
    """
    if timeline := _current.of_this_thread():
        timeline.read()
    return _real_monotonic()


# What stands in for what, in all modules.
FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    **_functions.STAND_INS,
    queue.SimpleQueue: _blocking.SimpleQueue,
    _really_handle: _signal,
}


def _stand_in(
    make: Callable[[Callable[..., Any]], Callable[..., Any]],
    module: ModuleType,
    *names: str,
) -> None:
    """Make what stands in for functions. Each system lacks some of them."""
    for name in {*names} & vars(module).keys():
        real = vars(module)[name]
        FUNCTIONS[real] = _functions.StandIn(unseen(make(real)))


_stand_in(_alarm, signal, "alarm", "setitimer")
_stand_in(_send, signal, "pthread_kill", "raise_signal")
_stand_in(_send, os, "kill", "killpg")
_stand_in(_wait, signal, "pause", "sigtimedwait", "sigwait", "sigwaitinfo")
_stand_in(_wait, select, "select")
_stand_in(_wait, os, "system")

# What stands in for what in one place. A loop of another kind keeps the real time.
ATTRIBUTES: list[tuple[Any, str, Any]] = [
    (threading, "_allocate_lock", _blocking.Lock),
    (threading.Thread, "start", _blocking.start),
    (threading.Thread, "join", _blocking.join),
    (subprocess.Popen, "__init__", _start),
    (asyncio.BaseEventLoop, "time", _time_of_another_loop),
]

ATTRIBUTES += [
    (kind, "select", unseen(_wait(vars(kind)["select"])))
    for kind in vars(selectors).values()
    if isinstance(kind, type) and isinstance(vars(kind).get("select"), FunctionType)
]
ATTRIBUTES += [
    (socket.socket, name, _wait_for_a_socket(getattr(socket.socket, name)))
    for name in ("_accept", "connect", "recv", "recv_into", "recvfrom", "recvfrom_into")
]

_lock = threading.Lock()
# Who holds the clock, and whether each is an `installed` block: a loop is none.
_holders: list[bool] = []
_put_back: list[tuple[Any, str, Any]] = []  # None is what was not there


@contextlib.contextmanager
def in_place(timeline: Timeline, *, is_block: bool = True) -> Iterator[Timeline]:
    """Put a program on a time, or join the time that it is on already.

    Args:
        timeline: The time, if there is none.
        is_block: Whether an `installed` block does. A loop that begins in such a block
            does not hold the clock for longer than the block, if it runs for longer.

    Yields:
        The time that this thread goes by now.
    """
    global _searched  # noqa: PLW0603 - all blocks of a process share it
    with _lock:
        if _current.timeline is None:
            timeline.resume()
            _current.timeline = timeline
            _searched = _search()
            _swap(_searched, FUNCTIONS)
            for place, name, stand_in in (*ATTRIBUTES, *_of_multiprocessing()):
                _replace(place, name, stand_in)
            sys.meta_path.insert(0, _imports)
            for function in _with_defaults():
                before = function.__defaults__
                _put_back.append((function, "__defaults__", before))
                function.__defaults__ = tuple(map(_stand_in_for, before))
        timeline = _current.timeline
        timeline.bystanders.discard(threading.current_thread())
        holds = is_block or not any(_holders)
        if holds:
            _holders.append(is_block)
    try:
        yield timeline
    finally:
        with _lock:
            if holds:
                _holders.remove(is_block)
            if holds and not _holders:
                # Whatever is missing here, the rest has to be put back: Ctrl-C may
                # have ended an earlier try half way, or the program has its own list.
                with contextlib.suppress(ValueError):
                    sys.meta_path.remove(_imports)
                while _put_back:
                    place, name, before = _put_back.pop()
                    if before is None:
                        delattr(place, name)
                    else:
                        setattr(place, name, before)
                back = {stand_in: real for real, stand_in in FUNCTIONS.items()}
                _swap(_search(), back)
                _current.timeline = None
                timeline.end()


def _replace(place: Any, name: str, stand_in: Any) -> None:  # noqa: ANN401 - a module or a class
    # A socket inherits its methods, and then has none of its own to get back.
    _put_back.append((place, name, vars(place).get(name)))
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
    """What was in `sys.modules` at a search, but for the main module.

    Attributes:
        there: All of it, in order.
        names: The names of each that is a module at all.
        sizes: How many names these were.
        found: The names of those that have what is replaced, or what stands in.
    """

    there: list[object]
    names: list[dict[str, Any]]
    sizes: list[int]
    found: list[dict[str, Any]]


# The search when the last block began. A program's own modules are not kept here, for
# they would live on when it has ended: not its main module, nor what it imports in it.
_searched = _Searched([], [], [], [])


def _search() -> _Searched:
    """Find the modules in which there is something to replace.

    There may be thousands, and mostly none is new, nor has a new name. To see that,
    their list is copied and no more: a tenth of what is below.
    """
    main = sys.modules.get("__main__")
    # By itself and not by its name: `multiprocessing` gives it another one as well.
    there: list[object] = [*sys.modules.values()]
    there = [module for module in there if module is not main]
    if (
        len(there) == len(_searched.there)
        and all(map(is_, there, _searched.there))
        and [*map(len, _searched.names)] == _searched.sizes
    ):
        return _searched
    sizes = dict(zip(map(id, _searched.names), _searched.sizes, strict=True))
    found = {*map(id, _searched.found)}
    now = _Searched(there, [], [], [])
    for key, module in {**sys.modules}.items():
        # Not isinstance: a proxy says that it is a module, and has no names to see.
        if module is main or not issubclass(type(module), ModuleType):
            continue
        names = _names_of(module)
        now.names.append(names)
        now.sizes.append(len(names))
        if sizes.get(id(names)) == len(names):
            has_any = id(names) in found
        else:
            has_any = not _concerned.isdisjoint(map(id, [*names.values()]))
            has_any = has_any and not key.startswith(_KEEP_THEIRS)
        if has_any:
            now.found.append(names)
    return now


def _swap(
    searched: _Searched, replacements: Mapping[Callable[..., Any], Callable[..., Any]]
) -> None:
    """Replace functions in all modules that have them."""
    by_id = {id(old): new for old, new in replacements.items()}
    main: Any = sys.modules.get("__main__")
    own = [_names_of(main)] if issubclass(type(main), ModuleType) else []
    for names in [*searched.found, *own]:
        for name, value in list(names.items()):
            if id(value) in by_id:
                names[name] = by_id[id(value)]
