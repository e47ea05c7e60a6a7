"""A program's own log: it says who speaks, and when."""

import asyncio
import threading
import time

__all__ = ["say"]


def say(text: object) -> None:
    """Print who speaks, when, and what."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    who = task.get_name() if task else threading.current_thread().name
    if who == "None":
        who = "Task"  # Python 3.13.0 gives such a name where a factory makes the task
    for made_up in ("Task-", "Thread-", "MainThread"):
        # Those have numbers that depend on what the process has done before.
        if who.startswith(made_up):
            who = made_up.strip("-")
    print(f"{who} at {time.monotonic():g}: {text}")
