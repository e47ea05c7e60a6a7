"""One run, recorded from its beginning to its end."""

import contextlib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from yieldpoint.trace._recorder.aside import loop_set_aside
from yieldpoint.trace._recorder.making import Settings, at_work
from yieldpoint.trace._recorder.program import from_program, status_of
from yieldpoint.trace.trace import Trace

__all__ = ["Run"]


@dataclass(eq=False)
class Run:
    """What is run, and recorded.

    Attributes:
        name: Its name.
        caller: The lane of the caller, or nothing if an event loop runs it.
        call: Runs it.
        file: The file whose code is recorded.
        codes: Functions of other files that are recorded as well.
        has_loop: Whether it may run a loop, though another one is running here.
        at_end: What belongs to the run once the call is over.
        exception: What the call has raised, or None. It keeps alive what its traceback
            holds, so that a run that is dropped at its end has to forget it first.
        status: What a process ends with whose program this is.
    """

    name: str
    caller: str
    call: Callable[[], Any]
    file: str
    codes: Collection[CodeType] = frozenset()
    has_loop: bool = False
    at_end: Callable[[], None] = field(default=lambda: None)
    exception: BaseException | None = field(default=None, init=False)
    status: int = field(default=0, init=False)
    _process: int = field(default_factory=os.getpid, init=False)

    @property
    def is_in_child(self) -> bool:
        """Whether this is a child process that the run has forked."""
        return os.getpid() != self._process

    def record(self, settings: Settings) -> Trace:
        """Run it, and return the recording."""
        self._process = os.getpid()
        self.exception = result = None
        self.status = 0
        outcome, value, is_interrupted = "returned", "", False
        # First the loop: while it runs, the clock that jumps goes with it.
        with (
            loop_set_aside() if self.has_loop else contextlib.nullcontext(),
            at_work(settings, [self.file], self.codes) as making,
        ):
            with making.reports():
                try:
                    if self.caller:
                        result = making.recorder.call(self.caller, self.call)
                    else:
                        result = self.call()
                except BaseException as error:  # noqa: BLE001 - it is recorded
                    # The program may show it yet, as asyncio does when it is dropped.
                    error.__traceback__ = from_program(error.__traceback__)
                    self.exception, self.status = error, status_of(error)
                    outcome, value = "raised", making.journal.describe(error)
                    is_interrupted = isinstance(error, KeyboardInterrupt)
                # Ctrl-C ends the waiting for threads, and nothing else.
                with contextlib.suppress(KeyboardInterrupt):
                    self.at_end()
                making.say_missed()
                # What is collected from here on says nothing any more.
                making.recorder.signs.end(is_interrupted=is_interrupted)
            if outcome == "returned":
                value = making.journal.describe(result)
            making.recorder.finish(outcome, value)
        return making.trace(self.name, outcome, value, result, self.exception)
