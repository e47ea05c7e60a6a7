"""What takes real time, whatever the clock says."""

import asyncio
import select
import time

__all__ = ["compute", "hang", "now"]


def compute(seconds: float) -> None:
    """Keep a processor busy. Nobody replaces the function that counts that."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def hang(seconds: float) -> None:
    """Wait in a call of the system that nobody can see into."""
    select.select([], [], [], seconds)


def now() -> float:
    """Return the running loop's time."""
    return asyncio.get_running_loop().time()
