"""How a program ended, as the page is told."""

import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from yieldpoint._tryit.notes import note_on
from yieldpoint._tryit.output import OutputLimit
from yieldpoint.words import marked, translated

__all__ = ["Ending", "ending_of", "show"]

_ROOM = Path(__file__).parent
_OURS = (str(_ROOM), str(_ROOM.with_name("trace")))
_CUT = marked("The program was ended: it prints more than a page can show.")


@dataclass(frozen=True)
class Failure:
    """What a program raised.

    Attributes:
        type: The name of the exception's type.
        message: What it says.
        line: The line of the program, or None.
    """

    type: str
    message: str
    line: int | None


@dataclass(frozen=True)
class Ending:
    """How a program ended.

    Attributes:
        status: In one word.
        exit: The exit code, if the program has named one.
        note: A sentence more for the reader.
        error: What was raised, if that is an error.
    """

    status: Literal["ok", "error", "stopped", "cut"]
    exit: int | None = None
    note: str | None = None
    error: Failure | None = None


def ending_of(error: BaseException | None, filename: str) -> Ending:
    """Return how a program ended.

    Args:
        error: What it has raised, or None.
        filename: Its file.
    """
    match error:
        case None:
            return Ending("ok")
        case KeyboardInterrupt():
            return Ending("stopped")
        case OutputLimit():
            return Ending("cut", note=translated(_CUT))
        case SystemExit():
            code = error.code
            if not isinstance(code, int):
                code = 0 if code is None else 1
            return Ending("ok", exit=code)
    name, message = type(error).__name__, _message_of(error)
    failure = Failure(name, message, _line_in(error, filename))
    return Ending("error", note=note_on(f"{name}: {message}"), error=failure)


def _message_of(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - it is the program's own
        return ""


def _line_in(error: BaseException, filename: str) -> int | None:
    """Return the line of the program at which it happened."""
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == filename
    ]
    return lines[-1] if lines else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception, and those that a traceback shows before it."""
    known: list[BaseException] = []
    while error is not None and error not in known:
        yield error
        known.append(error)
        error = error.__cause__ or error.__context__


def _without_ours(shown: TracebackType | None) -> TracebackType | None:
    """Leave out of a traceback what has called the program, and what it has called."""
    parts = []
    while shown:
        parts.append(shown)
        shown = shown.tb_next
    for part in reversed(parts):
        if not part.tb_frame.f_code.co_filename.startswith(_OURS):
            part.tb_next, shown = shown, part
    return shown


def show(error: BaseException) -> None:
    """Print what a program has raised, as Python does at its end.

    Args:
        error: The exception.
    """
    for each in _chain(error):
        each.__traceback__ = _without_ours(each.__traceback__)
    if isinstance(error, SystemExit):
        if error.code is not None and not isinstance(error.code, int):
            print(error.code, file=sys.stderr)
    elif not isinstance(error, KeyboardInterrupt | OutputLimit):
        sys.excepthook(type(error), error, error.__traceback__)
