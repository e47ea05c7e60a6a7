"""A recording as a notebook shows it: its page, in a frame of its own.

Examples:
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.notebook import to_frame
    >>> to_frame(record(in_tasks)).partition(" ")[0]
    '<iframe'
"""

from html import escape

from yieldpoint.trace.model import Recording
from yieldpoint.trace.pages import to_page

__all__ = ["to_frame"]

_TALLEST = 900  # pixels

# The frame is as high as the page, but not higher than a screen.
_FITS = (
    "this.style.height = Math.min("
    f"this.contentDocument.documentElement.offsetHeight + 40, {_TALLEST}) + 'px'"
)


def to_frame(trace: Recording) -> str:
    """Return a recording as HTML that neither needs a style sheet nor changes others.

    Args:
        trace: The recording.

    Returns:
        One element.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.notebook import to_frame
        >>> "Recording of in_tasks" in to_frame(record(in_tasks))
        True
    """
    return (
        f'<iframe title="Recording of {escape(trace.target)}"'
        f' style="width: 100%; height: {_TALLEST}px; border: 0"'
        f' onload="{_FITS}" srcdoc="{escape(to_page(trace))}"></iframe>'
    )
