"""A Python that is as it was, for each program: what one has changed ends with it.

A process of its own would do that, and a browser has none.
"""

import itertools
import logging
import os
import signal
import sys
import warnings
from asyncio import events, tasks
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

__all__ = ["put_back"]


@contextmanager
def put_back() -> Iterator[None]:
    """Put back what the block sets in the modules that are there already."""
    modules: list[Any] = list(sys.modules.values())  # some programs put other things
    holders = [each for each in modules if isinstance(each, ModuleType)]
    known = logging.root.manager.loggerDict
    loggers = [each for each in known.values() if isinstance(each, logging.Logger)]
    loggers.append(logging.root)
    names = [(vars(holder), vars(holder).copy()) for holder in (*holders, *loggers)]
    # What programs change in place. The types of warnings.filters and the like differ.
    lists: list[Any] = [
        sys.path,
        warnings.filters,
        *(each.handlers for each in loggers),
    ]
    lists_before = [(each, each[:]) for each in lists]
    dicts: list[Any] = [os.environ, known]
    dicts_before = [(each, dict(each)) for each in dicts]
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        vars(tasks)["_task_name_counter"] = itertools.count(1).__next__
        events._set_running_loop(None)  # noqa: SLF001 - a loop that was stopped leaves it
        yield
    finally:
        for now, before in names:
            now.update(before)  # a name more, such as a submodule's, stays
        for each, content in lists_before:
            each[:] = content
        for each, content in dicts_before:
            each.clear()
            each.update(content)
