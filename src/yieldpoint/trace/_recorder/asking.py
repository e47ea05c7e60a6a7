"""Who asks a generator to go on, and how."""

import asyncio
from types import FrameType

from yieldpoint.trace._recorder import frames, syntax

__all__ = ["driver_of", "how_asked"]

# The event loop calls a task's step by this, and the task drives the rest.
_LOOPS_TURN = asyncio.Handle._run.__code__

# What an async generator is asked by, if not by an ``async for``.
_ASKS_ASYNC = frozenset({"asend", "athrow", "aclose", "anext", "__anext__"})


def how_asked(asks: FrameType | None, call: frames.Call) -> str:
    """Return how a frame resumes what it is resuming.

    Returns:
        "next", "send", "throw" or another name that is called; "for", "yield
        from", "await"; or nothing where the source cannot tell.
    """
    assert asks is not None, "the recorder itself has called the program"
    asking = frames.call_of(asks.f_code)
    operation = asking.operation_at(asks)
    if operation.startswith("CALL"):
        return "" if asks.f_code is _LOOPS_TURN else syntax.called_at(asks)
    if operation == "FOR_ITER":
        return "for"
    if not frames.delegates(asks):
        return ""
    if asking.kind == "generator":
        return "yield from"
    name = syntax.called_at(asks) if call.kind == "async generator" else ""
    return name if name in _ASKS_ASYNC else "await"


def driver_of(frame: FrameType) -> FrameType | None:
    """Return the frame that resumes a chain of awaits, from the outside."""
    driver = frame.f_back
    while driver is not None and frames.delegates(driver):
        driver = driver.f_back
    return driver
