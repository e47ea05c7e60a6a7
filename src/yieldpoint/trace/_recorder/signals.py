"""Signal handlers run in the program, never in the recorder.

The interpreter runs a signal's handler between two instructions of the main thread,
and those may be the recorder's. An exception that the handler raises would then come
from there: outside of the ``try`` around what the program was doing. So a handler that
is called in the recorder has to wait, and the signal arrives once more when the
recorder is done.
"""

import _thread
import contextlib
import gc
import signal
import sys
import threading
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

__all__ = ["guarded", "signals_wait"]

# What the functions of `signal` call, whoever has imported them.
_signal: Any = sys.modules["_signal"]

_Handler = Callable[[int, FrameType | None], Any]


class _Arrival(int):
    """A signal that has to arrive again.

    A property, since the interpreter looks for signals after each call, but not after
    looking up an attribute. So the handler does not run before the recorder is left.
    """

    again = property(_thread.interrupt_main)


_waiting: list[_Arrival] = []

# The functions by which the interpreter enters the recorder.
_doors: set[CodeType] = set()


def guarded(
    function: Callable[..., Any],
    missed: list[str],
    *,
    conduits: Container[int] = (),
    passing: Container[int] | None = None,
    ignored: Container[int] = (),
    tells_frame: bool = False,
) -> Callable[..., Any]:
    """Return a callback for the interpreter.

    Args:
        function: Takes the frame that it is about, what the interpreter says of it, and
            the value that goes with that, or None.
        missed: Gets something for each call that nests too deeply to be made. The
            program is then about to see that for itself.
        conduits: The frames, by their identity, through which values go. It need not be
            called of one that has been asked by another, if a value goes through.
        passing: The threads, by their identity, in which one does; None means all.
        ignored: The functions, by the identity of their code, of whose frames it need
            not be called.
        tells_frame: Whether the interpreter hands over the frame, and not its code.
    """
    # Local variables, and no arguments by a star: this is called at each step.
    collects, stop, go_on = gc.isenabled, gc.disable, gc.enable
    frame_above, here = sys._getframe, threading.get_ident

    def call(about: Any, what: Any, value: Any = None) -> Any:
        frame, result = about if tells_frame else frame_above(1), None
        if id(frame.f_code) not in ignored and not (
            id(frame) in conduits
            and id(frame.f_back) in conduits
            and (passing is None or here() in passing)
        ):
            # What the collector finalizes is the program's: it waits for the end.
            if has_collected := collects():
                stop()
            try:
                result = function(frame, what, value)
            except RecursionError:
                missed.append("a step")
            finally:
                if has_collected:
                    go_on()
        if _waiting:
            arrival = _waiting.pop()
            arrival.again  # noqa: B018 - looking it up is what does it
        return result

    _doors.add(call.__code__)
    return call


@dataclass(eq=False)
class _Patient:
    """A program's signal handler that does not run while the recorder does."""

    handler: _Handler

    def __call__(self, number: int, frame: FrameType | None) -> Any:
        inner = frame
        while inner is not None:
            if inner.f_code in _doors:
                _waiting.append(_Arrival(number))
                return None
            inner = inner.f_back
        try:
            return self.handler(number, frame)
        except BaseException as error:
            # The traceback is to be the program's: a bare raise adds nothing to it.
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise


@contextlib.contextmanager
def signals_wait() -> Iterator[None]:
    """Let the program's signal handlers wait for the recorder, while in the block."""
    # Only the main thread has signals; and an outer recording may have seen to it.
    if threading.current_thread() is not threading.main_thread() or (
        _signal.signal is not _set_handler
    ):
        yield
        return

    def set_patiently(number: int, handler: Any) -> Any:
        return _unwrapped(_set_handler(number, _wrapped(handler)))

    def get_unwrapped(number: int) -> Any:
        return _unwrapped(_get_handler(number))

    _signal.signal, _signal.getsignal = set_patiently, get_unwrapped
    _replace_handlers(_wrapped)
    try:
        yield
    finally:
        _signal.signal, _signal.getsignal = _set_handler, _get_handler
        _replace_handlers(_unwrapped)
        for arrival in _waiting:
            signal.raise_signal(arrival)
        _waiting.clear()


_set_handler = _signal.signal
_get_handler = _signal.getsignal


def _replace_handlers(replace: Callable[[Any], Any]) -> None:
    for number in signal.valid_signals():
        before = _get_handler(number)
        after = replace(before)
        if after is not before:
            _set_handler(number, after)


def _wrapped(handler: Any) -> Any:
    """Return a handler that waits, for one that is a function of the program's."""
    is_function = callable(handler) and not isinstance(handler, int)
    return _Patient(handler) if is_function else handler


def _unwrapped(handler: Any) -> Any:
    return handler.handler if isinstance(handler, _Patient) else handler
