"""An event loop that runs here is set aside, so that another one can run."""

import asyncio
import contextlib
from collections.abc import Iterator

__all__ = ["loop_set_aside"]


@contextlib.contextmanager
def loop_set_aside() -> Iterator[None]:
    """Let no event loop run in this thread while in the block, as asyncio sees it.

    One that does run waits: it is below on the stack. So the block may call
    `asyncio.run`, also in a notebook, whose code runs in a loop of the notebook's own.
    """
    loop = asyncio._get_running_loop()
    if loop is None:
        yield
        return
    task = asyncio.current_task(loop)
    if task is not None:
        asyncio._leave_task(loop, task)
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
        if task is not None:
            asyncio._enter_task(loop, task)
