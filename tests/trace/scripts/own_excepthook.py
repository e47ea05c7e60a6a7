"""A program that shows its exceptions in a way of its own."""

import sys
from types import TracebackType


def show(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print what has happened, and where."""
    lines = []
    while trace:
        lines.append(trace.tb_lineno)
        trace = trace.tb_next
    print(kind.__name__, error, lines)


sys.excepthook = show
raise ValueError("shown by the program")
