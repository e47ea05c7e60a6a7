"""A recording as a page of its own: the one that fits its size.

Examples:
    >>> from yieldpoint.examples.crowds import many_workers
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.pages import to_page
    >>> ["Whole run" in to_page(record(many_workers, count)) for count in (2, 50)]
    [False, True]
"""

from yieldpoint.trace import large, stepper
from yieldpoint.trace.model import Recording

__all__ = ["to_page"]


def to_page(trace: Recording) -> str:
    """Return a recording as a page to step through, which loads nothing.

    Args:
        trace: The recording.

    Returns:
        An HTML document; for a large recording one that draws what is in view.

    Examples:
        >>> from yieldpoint.examples.crowds import many_workers
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.pages import to_page
        >>> to_page(record(many_workers, 5)).splitlines()[0]
        '<!DOCTYPE html>'
    """
    if large.is_large(trace):
        return large.to_large_page(trace)
    return stepper.to_page(trace)
