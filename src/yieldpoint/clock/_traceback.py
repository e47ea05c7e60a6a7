"""Takes the clock's frames out of a traceback: they would not be there without it."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, TypeVar

__all__ = ["unseen", "without_ours"]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_ROOM = f"{Path(__file__).parent}{os.sep}"


def without_ours(traceback: TracebackType | None) -> TracebackType | None:
    """Return what is left of a traceback without the clock's frames.

    Where an exception is to go on with it, a bare ``raise`` adds nothing to it.
    """
    theirs = []
    while traceback:
        if not traceback.tb_frame.f_code.co_filename.startswith(_ROOM):
            theirs.append(traceback)
        traceback = traceback.tb_next
    left = None
    for each in reversed(theirs):
        left = TracebackType(left, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return left


def unseen(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Return a function that leaves nothing of the clock in a traceback."""

    @wraps(function)
    def call(*arguments: _P.args, **options: _P.kwargs) -> _T:
        try:
            return function(*arguments, **options)
        except BaseException as error:
            error.__traceback__ = without_ours(error.__traceback__)
            raise

    return call
