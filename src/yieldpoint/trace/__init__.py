"""Record a run, and show who held control when.

`record` runs a function and returns a `Trace`, which turns into text, a figure, a page
to step through, and JSON; `yieldpoint.trace.recording` records the body of a ``with``
statement. Nothing but the standard library is needed.

Examples:
    >>> from yieldpoint.examples.waiting import one_after_another
    >>> from yieldpoint.trace import record
    >>> print(record(one_after_another))
    0 s  Task-1                        created
    0 s  Task-1                        started
    0 s  Task-1  one_after_another:22  | await asyncio.sleep(1)
    0 s  Task-1                        waits for asyncio.sleep(1)
    1 s  Task-1                        woken by a timer
    1 s  Task-1                        resumed
    1 s  Task-1  one_after_another:23  | await asyncio.sleep(2)
    1 s  Task-1                        waits for asyncio.sleep(2)
    3 s  Task-1                        woken by a timer
    3 s  Task-1                        resumed
    3 s  Task-1                        returns None
"""

from yieldpoint.trace.blocks import recording
from yieldpoint.trace.model import Event, Finding, Lane, Source, Timer
from yieldpoint.trace.runs import LIMIT, record, record_script
from yieldpoint.trace.trace import Trace

__all__ = [
    "LIMIT",
    "Event",
    "Finding",
    "Lane",
    "Source",
    "Timer",
    "Trace",
    "record",
    "record_script",
    "recording",
]
