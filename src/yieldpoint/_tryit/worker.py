"""What the worker calls: it hands over a program, and gets its end as JSON."""

import contextlib
import gc
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from yieldpoint._tryit import running
from yieldpoint._tryit.fresh import put_back
from yieldpoint._tryit.host import Host
from yieldpoint._tryit.output import Printed, Stream
from yieldpoint._tryit.platform import changes
from yieldpoint.words import speak

__all__ = ["forget", "run", "start", "told"]

forget = running.forget

# What would lead to the page, and from there to other hosts; and what looks for the
# memory of a process, which is another one here: it would end Python.
_FORBIDDEN = ("js", "pyodide", "pyodide_js", "_remote_debugging")

# What is left over may have something to say. Python calls that place "sys:1".
_END = compile("collect()", "sys", "exec")

_streams: list[Stream] = []


def start(host: Host, texts: str = "{}") -> str:
    """Make the browser's Python fit for programs.

    Args:
        host: The worker.
        texts: What is said in another language than English, by the English, as JSON.

    Returns:
        Python's version.
    """
    speak(json.loads(texts))
    for place, name, value in changes(host):
        setattr(place, name, value)
    printed = Printed()
    _streams[:] = Stream(host, "out", printed), Stream(host, "err", printed)
    forbidden = [name for name in sys.modules if name.partition(".")[0] in _FORBIDDEN]
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys((*forbidden, *_FORBIDDEN)))
    gc.freeze()  # what is there now will stay: nobody needs to look at it again
    return sys.version.partition(" ")[0]


def run(text: str, name: str) -> str:
    """Run a program in real time.

    Args:
        text: Its text.
        name: Its file's name.

    Returns:
        How it ended, as JSON.
    """
    return told(lambda: asdict(running.run(text, name)))


def told(call: Callable[[], dict[str, Any]]) -> str:
    """Run a program in a fresh Python, and tell what came of it.

    Args:
        call: Runs it, and returns what is told.

    Returns:
        That as JSON.
    """
    out, err = _streams
    out.printed.begin()
    with put_back(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        what = call()
        exec(_END, {"collect": gc.collect})  # noqa: S102 - see there
    return json.dumps(what)
