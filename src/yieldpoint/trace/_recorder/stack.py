"""A program that looks at the stack finds what is there without a recording."""

import contextlib
import inspect
import itertools
import sys
import traceback
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from yieldpoint.trace._recorder.program import Script, is_of_program, is_recorders

__all__ = ["own_stack"]

_BEGINS = Script.run.__code__


def _goes_on(frame: FrameType) -> bool:
    """Tell whether a frame is above the one that a script is run in."""
    return frame.f_code is not _BEGINS


@contextlib.contextmanager
def own_stack() -> Iterator[None]:
    """Leave out what records a program where `traceback` and `inspect` show its stack.

    So do `logging` and asyncio in its debug mode, which ask `traceback`. In that mode
    Python itself remembers where a coroutine was created, for the case that nobody
    awaits it; that is left out when it is formatted.
    """
    walk, list_outer = traceback.walk_stack, inspect.getouterframes
    format_all = traceback.format_list

    def walk_stack(f: FrameType | None) -> Iterator[tuple[FrameType, int]]:
        if f is None:  # it counts the calls to whoever asks, one of which is this
            return walk(sys._getframe(1) if sys.version_info >= (3, 14) else None)
        above = itertools.takewhile(lambda step: _goes_on(step[0]), walk(f))
        return (step for step in above if is_of_program(step[0]))

    def getouterframes(frame: Any, context: int = 1) -> list[inspect.FrameInfo]:
        outer = list_outer(frame, context)
        above = itertools.takewhile(lambda each: _goes_on(each.frame), outer)
        return [each for each in above if is_of_program(each.frame)]

    def format_list(extracted_list: Iterable[Any]) -> list[str]:
        return format_all(
            [each for each in extracted_list if not is_recorders(each[0])]
        )

    traceback.walk_stack, inspect.getouterframes = walk_stack, getouterframes
    traceback.format_list = format_list
    try:
        yield
    finally:
        if traceback.walk_stack is walk_stack:
            traceback.walk_stack = walk
        if inspect.getouterframes is getouterframes:
            inspect.getouterframes = list_outer
        if traceback.format_list is format_list:
            traceback.format_list = format_all
