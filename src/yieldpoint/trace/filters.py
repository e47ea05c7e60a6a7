"""The command's options that leave a part of a recording: which steps are shown.

Examples:
    >>> import argparse
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.filters import add_filters, filtered
    >>> parser = argparse.ArgumentParser()
    >>> add_filters(parser)
    >>> options = parser.parse_args(["--only", "output,switches", "--from", "2"])
    >>> [event.kind for event in filtered(record(in_tasks), options).events]
    ['resumed', 'returned', 'resumed', 'returned']
"""

import argparse
import math

from yieldpoint.trace.only import KINDS
from yieldpoint.trace.trace import Trace

__all__ = ["add_filters", "filtered"]


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser.

    Args:
        parser: The parser.

    Examples:
        >>> import argparse
        >>> from yieldpoint.trace.filters import add_filters
        >>> parser = argparse.ArgumentParser()
        >>> add_filters(parser)
        >>> parser.parse_args(["--task", "worker *", "--to", "2"]).task
        ['worker *']
    """
    group = parser.add_argument_group("what is shown of the run")
    add = group.add_argument
    add(
        "--only",
        metavar="KIND",
        type=_kinds,
        action="extend",
        default=[],
        help="steps of these kinds: switches, lines, output, or kinds of events",
    )
    for option, what in (
        ("task", "a task or another lane"),
        ("function", "a function"),
    ):
        add(
            f"--{option}",
            metavar="NAME",
            action="append",
            default=[],
            help=f"steps of {what} with this name; * stands for any characters",
        )
    add(
        "--from",
        dest="since",
        metavar="S",
        type=float,
        default=-math.inf,
        help="steps from this second on",
    )
    add(
        "--to",
        dest="until",
        metavar="S",
        type=float,
        default=math.inf,
        help="steps up to this second",
    )


def _kinds(text: str) -> list[str]:
    """Read names with commas between them."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in KINDS:
            raise argparse.ArgumentTypeError(
                f"no kind is named {name!r}; there are: {', '.join(KINDS)}"
            )
    return names


def filtered(trace: Trace, options: argparse.Namespace) -> Trace:
    """Return the part of a recording that the options name.

    Args:
        trace: The recording.
        options: What the parser has read.

    Returns:
        The part; all of it without an option.

    Raises:
        ValueError: Nothing has one of the names.

    Examples:
        >>> import argparse
        >>> from yieldpoint.examples.crowds import many_workers
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.filters import add_filters, filtered
        >>> parser = argparse.ArgumentParser()
        >>> add_filters(parser)
        >>> trace, options = record(many_workers, 3), parser.parse_args(["--from", "1"])
        >>> {event.time for event in filtered(trace, options).events}
        {1.0}
    """
    return trace.only(
        tasks=options.task,
        functions=options.function,
        kinds=options.only,
        since=options.since,
        until=options.until,
    )
