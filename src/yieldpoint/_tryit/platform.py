"""What a browser has in the place of a system: it can wait, and nothing else.

A program runs in a worker, which may block. So asyncio's own event loop works there as
it stands, with a selector that waits for a time: there is nothing else to wait for.
"""

import asyncio
import errno
import os
import selectors
import signal
import socket
import time
from asyncio import events, runners, tasks
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

from yieldpoint._tryit.host import Host

__all__ = ["changes"]

# In seconds: how often we look whether the reader has asked to stop.
_LOOK = 0.05

Change = tuple[object, str, object]


def changes(host: Host) -> Iterator[Change]:
    """Yield what has to be changed for programs to run: where, which name, to what.

    Args:
        host: The worker.
    """
    really_sleep = time.sleep

    def wait(seconds: float) -> None:
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            host.wait(min(left, _LOOK))
            if host.is_stopped():
                # KeyboardInterrupt, or what `asyncio.Runner` makes of it.
                signal.raise_signal(signal.SIGINT)
                return

    def sleep(seconds: Any, /) -> None:  # noqa: ANN401 - the real one says what is wrong
        if isinstance(seconds, int | float) and seconds > 0:
            wait(seconds)
        else:
            really_sleep(seconds)

    class Selector(selectors.SelectSelector):
        """Waits for a time, as there are no files to wait for."""

        def select(self, timeout: float | None = None) -> list[Any]:
            wait(float("inf") if timeout is None else timeout)
            return []

    # What Pyodide has there waits for promises, which a worker that blocks never gets.
    yield asyncio, "run", runners.run
    yield events, "_event_loop_policy", None
    yield time, "sleep", sleep
    yield selectors, "DefaultSelector", Selector
    # No thread can call the loop, so it needs no bell, for which asyncio takes sockets.
    yield asyncio.SelectorEventLoop, "_make_self_pipe", _make_no_bell
    yield asyncio.SelectorEventLoop, "_close_self_pipe", lambda _loop: None
    yield asyncio.BaseEventLoop, "create_task", _create_task_by_number
    yield asyncio.BaseEventLoop, "getaddrinfo", _find_no_address
    yield os, "__file__", _copy_of_os()
    # A browser's Python would turn it into a request to that very host.
    yield socket.socket, "__init__", _open_no_socket


def _copy_of_os() -> str:
    """Return a file with the source of os, which programs open if they need any file.

    Python's own files are in an archive there, where nobody can open them.
    """
    path = Path("Lib", "os.py").absolute()
    path.parent.mkdir(exist_ok=True)
    loader: Any = asyncio.__loader__  # from the same archive, or folder
    path.write_bytes(loader.get_data(os.__file__))
    return str(path)


_create_task = asyncio.BaseEventLoop.create_task


def _create_task_by_number(
    loop: asyncio.BaseEventLoop,
    coro: Any,  # noqa: ANN401 - asyncio says what is wrong with it
    *,
    name: str | None = None,
    **options: Any,  # noqa: ANN401 - they differ from Python to Python
) -> asyncio.Task[Any]:
    """Name a task, as the C code counts on from one program to the next."""
    if name is None:
        name = f"Task-{vars(tasks)['_task_name_counter']()}"
    task = _create_task(loop, coro, name=name, **options)
    if made := getattr(task, "_source_traceback", None):
        del made[-1]  # of debug mode: asyncio takes its own function away too
    return task


def _make_no_bell(loop: Any) -> None:  # noqa: ANN401 - asyncio's own
    loop._ssock = loop._csock = None  # noqa: SLF001 - what it would make


def _open_no_socket(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.ENOTSUP, "there are no sockets in a browser")


async def _find_no_address(*_: object, **__: object) -> NoReturn:
    _open_no_socket()
