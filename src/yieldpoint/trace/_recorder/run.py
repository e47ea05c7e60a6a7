"""One run, recorded from its beginning to its end."""

import contextlib
import functools
import linecache
import os
import sys
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import Any, Literal

from yieldpoint import clock as virtual_clock
from yieldpoint.trace._findings import find
from yieldpoint.trace._recorder.control import Recorder
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.monitoring import Monitoring
from yieldpoint.trace._recorder.output import output_noted
from yieldpoint.trace._recorder.program import from_program
from yieldpoint.trace._recorder.settrace import Settrace
from yieldpoint.trace._recorder.signals import signals_wait
from yieldpoint.trace._recorder.sources import sources_of
from yieldpoint.trace.model import Lane, Timer
from yieldpoint.trace.trace import Trace

__all__ = ["Clock", "Files", "Run", "Settings"]

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
    """

    clock: Clock
    files: Files
    limit: int


@dataclass(eq=False)
class Run:
    """What is run, and recorded.

    Attributes:
        name: Its name.
        caller: The lane of the caller, or nothing if an event loop runs it.
        call: Runs it.
        file: The file whose code is recorded.
        codes: Functions of other files that are recorded as well.
        at_end: What belongs to the run once the call is over. It gets the exception
            that the call has raised, or None.
    """

    name: str
    caller: str
    call: Callable[[], Any]
    file: str
    codes: Collection[CodeType] = frozenset()
    at_end: Callable[[BaseException | None], None] = field(default=lambda _: None)
    _process: int = field(default_factory=os.getpid, init=False)

    @property
    def is_in_child(self) -> bool:
        """Whether this is a child process that the run has forked."""
        return os.getpid() != self._process

    def record(self, settings: Settings) -> Trace:
        """Run it, and return the recording."""
        linecache.checkcache()
        self._process = os.getpid()
        is_own_file = _is_one_of([self.file, *settings.files])
        result, exception = None, None
        with contextlib.ExitStack() as stack:
            if settings.clock == "virtual":
                stack.enter_context(virtual_clock.installed())
            journal = Journal(settings.limit)
            recorder = Recorder(
                journal,
                lambda code: code in self.codes or is_own_file(code.co_filename),
            )
            interpreter = _Interpreter(recorder)
            recorder.interpreter = interpreter
            stack.enter_context(signals_wait())
            stack.enter_context(output_noted(recorder.prints, recorder.prints_itself))
            with _reporting(interpreter, journal):
                try:
                    if self.caller:
                        result = recorder.call(self.caller, self.call)
                    else:
                        result = self.call()
                except BaseException as error:  # noqa: BLE001 - it is recorded
                    # The program may show it yet, as asyncio does when it is dropped.
                    exception = error.with_traceback(from_program(error.__traceback__))
                # Ctrl-C ends the waiting for threads, and nothing else.
                with contextlib.suppress(KeyboardInterrupt):
                    self.at_end(exception)
                interpreter.say_missed(journal)
                # What is collected from here on says nothing any more.
                recorder.signs.end(exception)
            if exception is None:
                outcome, value = "returned", journal.describe(result)
            else:
                outcome, value = "raised", journal.describe(exception)
            recorder.finish(outcome, value)
        trace = Trace(
            target=self.name,
            lanes=tuple(_lanes(journal)),
            events=tuple(journal.events),
            sources=tuple(sources_of(journal.files, recorder.codes)),
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
        return replace(trace, findings=find(trace, journal.signs, journal.jumps))


def _is_one_of(paths: Iterable[str | os.PathLike[str]]) -> Callable[[str], bool]:
    """Return a function that tells whether a file is one of these, or below one."""
    own = [os.path.realpath(path) for path in paths]

    @functools.cache
    def is_own_file(filename: str) -> bool:
        path = os.path.realpath(filename)
        return any(path == each or path.startswith(each + os.sep) for each in own)

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
    journal.remark("this is a child process: what it does is not recorded")


def _stop_in_child() -> None:
    for stop in list(_in_child.values()):
        stop()


# Where there are no forks, there is no such function.
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_stop_in_child)


def _lanes(journal: Journal) -> Iterator[Lane]:
    """Yield the lanes, with numbers where two have the same name."""
    names = [lane.name for lane in journal.lanes]
    for number, lane in enumerate(journal.lanes):
        name = names[number]
        if names.count(name) > 1:
            name = f"{name}-{names[: number + 1].count(name)}"
        yield Lane(name, lane.kind, lane.function)
