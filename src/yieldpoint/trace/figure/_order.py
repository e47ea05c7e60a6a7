"""Who runs, in order: what a figure shows, in words."""

from yieldpoint.trace.figure._labels import shows_function
from yieldpoint.trace.figure._rows import Pause, rows
from yieldpoint.trace.model import Recording
from yieldpoint.trace.text import seconds
from yieldpoint.words import translated

__all__ = ["alt_text", "order_of_control"]

_LISTED = 40  # so many names are enough to hear


def order_of_control(trace: Recording) -> list[str]:
    """Return the lanes in the order in which they hold control, with the times.

    Args:
        trace: The recording.

    Returns:
        Names of lanes, and times where time has passed.

    Examples:
        >>> from yieldpoint.examples.waiting import one_after_another
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.figure import order_of_control
        >>> order_of_control(record(one_after_another))
        ['Task-1', '1 s', 'Task-1', '3 s', 'Task-1']
    """
    order = []
    for row in rows(trace):
        if isinstance(row, Pause):
            order.append(seconds(row.ends))
        else:
            order.append(trace.lanes[row.lane].name)
            order += [
                seconds(item.ends) for item in row.items if isinstance(item, Pause)
            ]
    return order


def alt_text(trace: Recording) -> str:
    """Return what the figure shows, for those who do not see it.

    Args:
        trace: The recording.

    Returns:
        Some sentences.

    Examples:
        >>> from yieldpoint.examples.waiting import one_after_another
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.figure import alt_text
        >>> alt_text(record(one_after_another)).partition(". ")[0]
        'A run of one_after_another, which takes 3 s'
    """
    order = order_of_control(trace)
    names = [
        f"{lane.name} ({lane.function})" if shows_function(lane) else lane.name
        for lane in trace.lanes
    ]
    parts = [translated("A run of {target}.", target=trace.target)]
    if trace.duration:
        took = {"target": trace.target, "time": seconds(trace.duration)}
        parts = [translated("A run of {target}, which takes {time}.", **took)]
    parts += [
        translated("Found: {finding}.", finding=each.text) for each in trace.findings
    ]
    parts.append(translated("Lanes: {names}.", names=_listed(names)))
    parts.append(translated("Who runs, in order: {names}.", names=_listed(order)))
    return " ".join(parts)


def _listed(names: list[str]) -> str:
    """Return the first of some names."""
    return ", ".join(names[:_LISTED]) + (
        translated(", and so on") if names[_LISTED:] else ""
    )
