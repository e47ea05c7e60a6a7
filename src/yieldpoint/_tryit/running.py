"""Run a program in real time, and keep its names.

The names that a program has defined are there when it runs again, as in a notebook:
what a reader has stopped is not lost.
"""

import gc
import linecache
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from yieldpoint._tryit.ending import Ending, ending_of, show
from yieldpoint.words import marked, translated

__all__ = ["forget", "run"]

# Bytes that a program needs.
_ENOUGH = 2**26
_DROPPED = marked("What it had defined took all of it, and is dropped.")

_kept: dict[str, ModuleType] = {}


def forget(name: str) -> None:
    """Drop what a program has defined.

    Args:
        name: The program's name.
    """
    _kept.pop(name, None)


def run(text: str, name: str) -> Ending:
    """Run a program.

    Args:
        text: Its text.
        name: Its file's name.

    Returns:
        How it ended.
    """
    ending = _run(text, name)
    if ending.error and ending.error.type == "MemoryError" and not _has_room():
        _kept.clear()
        return replace(ending, note=f"{ending.note} {translated(_DROPPED)}")
    return ending


def _run(text: str, name: str) -> Ending:
    try:
        _execute(text, name)
    except BaseException as error:  # noqa: BLE001 - the program's, whatever it is
        show(error)
        return ending_of(error, name)
    return ending_of(None, name)


def _has_room() -> bool:
    """Tell whether there is memory for another program."""
    gc.collect()
    try:
        bytearray(_ENOUGH)
    except MemoryError:
        return False
    return True


def _execute(text: str, name: str) -> None:
    # The file is there for whoever asks for the source, as a traceback does.
    Path(name).write_text(text, "utf-8", errors="replace")
    linecache.checkcache(name)
    code = compile(text, name, "exec", dont_inherit=True)
    main = _kept.setdefault(name, ModuleType("__main__"))
    vars(main).update(__file__=name)
    vars(main).pop("__warningregistry__", None)  # it warns again
    sys.argv, sys.modules["__main__"] = [name], main
    exec(code, vars(main))  # noqa: S102 - it is the reader's own
