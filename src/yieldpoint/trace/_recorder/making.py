"""A recorder at work, and the recording that it makes."""

import collections
import contextlib
import functools
import linecache
import os
import sys
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from types import CodeType
from typing import Any, Literal, get_args

from yieldpoint import clock as virtual_clock
from yieldpoint.trace._findings import find
from yieldpoint.trace._recorder.control import Recorder
from yieldpoint.trace._recorder.inputs import origin_of
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.monitoring import Monitoring
from yieldpoint.trace._recorder.output import output_noted
from yieldpoint.trace._recorder.settrace import Settrace
from yieldpoint.trace._recorder.signals import signals_wait
from yieldpoint.trace._recorder.sources import sources_of
from yieldpoint.trace._recorder.stack import own_stack
from yieldpoint.trace.model import Lane, Timer
from yieldpoint.trace.trace import Trace
from yieldpoint.words import translated

__all__ = ["Clock", "Files", "Making", "Settings", "at_work"]

Clock = Literal["virtual", "real"]
Files = Iterable[str | os.PathLike[str]]

# What lets the interpreter report.
_Interpreter = Monitoring if sys.version_info >= (3, 12) else Settrace


@dataclass(frozen=True)
class Settings:
    """How to record.

    Attributes:
        clock: Which time the program gets.
        files: Files and folders whose code is recorded besides the program's own.
        limit: After how many events the recording stops.
        tell: Gets the number of events now and then; and why there are no more.
    """

    clock: Clock
    files: Files
    limit: int
    tell: Callable[[int, str], None] = lambda _steps, _remark: None

    def __post_init__(self) -> None:
        """Refuse what nobody can mean."""
        if self.clock not in get_args(Clock):
            raise ValueError(f"the clock is 'virtual' or 'real', not {self.clock!r}")
        if self.limit < 1:
            raise ValueError("the limit is at least one step")


@dataclass(eq=False)
class Making:
    """What makes a recording.

    Attributes:
        journal: What is written down.
        recorder: Who writes it.
        interpreter: What reports to the recorder.
        clock: Which time the program gets.
    """

    journal: Journal
    recorder: Recorder
    interpreter: Monitoring | Settrace
    clock: Clock

    @contextlib.contextmanager
    def reports(self) -> Iterator[None]:
        """Let the interpreter report while in the block."""
        with _reporting(self.interpreter, self.journal):
            yield

    def say_missed(self) -> None:
        """Remark on what the interpreter could not report."""
        self.interpreter.say_missed(self.journal)

    def trace(
        self,
        name: str,
        outcome: str,
        value: str,
        result: Any,
        exception: BaseException | None,
    ) -> Trace:
        """Return the recording."""
        journal = self.journal
        trace = Trace(
            target=name,
            lanes=tuple(_lanes(journal)),
            events=tuple(journal.events),
            sources=tuple(sources_of(journal.files, self.recorder.codes)),
            outcome=outcome,
            value=value,
            remark="; ".join(journal.remarks),
            timers=tuple(
                Timer(
                    None if each.lane is None else each.lane.number,
                    *(each.due, each.set, each.gone),
                )
                for each in journal.timers
            ),
            result=result,
            exception=exception,
        )
        jumps = journal.jumps if self.clock == "virtual" else None
        return replace(trace, findings=find(trace, journal.signs, jumps))


@contextlib.contextmanager
def at_work(
    settings: Settings, own: Files, codes: Collection[CodeType]
) -> Iterator[Making]:
    """Have a recorder ready while in the block, and what it needs around a program.

    Args:
        settings: How to record.
        own: The files and folders that are the program's own.
        codes: Functions of other files that are recorded as well.
    """
    for code in codes:
        linecache.checkcache(code.co_filename)
    is_own_file = _is_one_of([*own, *settings.files])
    with contextlib.ExitStack() as stack:
        if settings.clock == "virtual":
            stack.enter_context(virtual_clock.installed())
        journal = Journal(settings.limit, settings.tell)
        recorder = Recorder(
            journal, lambda code: code in codes or is_own_file(code.co_filename)
        )
        interpreter = _Interpreter(recorder)
        recorder.interpreter = interpreter
        stack.enter_context(signals_wait())
        stack.enter_context(own_stack())
        stack.enter_context(recorder.signs.complaints_noted())
        stack.enter_context(output_noted(recorder.prints, recorder.prints_itself))
        yield Making(journal, recorder, interpreter, settings.clock)


def _is_one_of(paths: Iterable[str | os.PathLike[str]]) -> Callable[[str], bool]:
    """Return a function that tells whether a file is one of these, or below one."""
    own = [origin_of(os.fspath(path)) for path in paths]

    @functools.cache
    def is_own_file(filename: str) -> bool:
        path = origin_of(filename)
        is_own = any(path == each or path.startswith(each + os.sep) for each in own)
        if is_own:
            linecache.checkcache(filename)  # it may have been edited
        return is_own

    return is_own_file


@contextlib.contextmanager
def _reporting(interpreter: Monitoring | Settrace, journal: Journal) -> Iterator[None]:
    """Let the interpreter report while in the block, in this process only."""
    forget = _in_child.setdefault(interpreter, lambda: _stop(interpreter, journal))
    try:
        interpreter.begin()
        yield
    finally:
        interpreter.end()
        _in_child.pop(interpreter, forget)


# What to do in a child process that the program forks. It is a program of its own: only
# what happens in this process is recorded.
_in_child: "weakref.WeakKeyDictionary[Monitoring | Settrace, Callable[[], None]]" = (
    weakref.WeakKeyDictionary()
)


def _stop(interpreter: Monitoring | Settrace, journal: Journal) -> None:
    interpreter.end()
    journal.is_over = True
    journal.remark(translated("this is a child process: what it does is not recorded"))


def _stop_in_child() -> None:
    for stop in list(_in_child.values()):
        stop()


# Where there are no forks, there is no such function.
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_stop_in_child)


def _lanes(journal: Journal) -> Iterator[Lane]:
    """Yield the lanes, with numbers where two have the same name."""
    names = collections.Counter(lane.name for lane in journal.lanes)
    numbers: collections.Counter[str] = collections.Counter()
    for lane in journal.lanes:
        name = lane.name
        numbers[name] += 1
        if names[name] > 1:
            name = f"{name}-{numbers[name]}"
        yield Lane(name, lane.kind, lane.function)
