"""A recording as an SVG figure: lanes side by side, time running down.

A row is a stretch in which one lane holds control without a break. Computing takes a
row's height, however long it is; waiting takes height in proportion to its time.

Examples:
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.figure import order_of_control
    >>> order_of_control(record(in_tasks))
    ['Task-1', 'A', 'B', '1 s', 'A', '2 s', 'B', 'Task-1']
"""

from importlib import resources

from yieldpoint.trace.figure._canvas import SMALLEST
from yieldpoint.trace.figure._drawing import Figure, draw, scale_of
from yieldpoint.trace.figure._labels import short, shows_function
from yieldpoint.trace.figure._layout import Arrow, Layout, lay_out
from yieldpoint.trace.figure._order import alt_text, order_of_control
from yieldpoint.trace.figure._plan import Plan, lives, plan
from yieldpoint.trace.model import Recording

__all__ = [
    "SMALLEST",
    "Arrow",
    "Figure",
    "Layout",
    "Plan",
    "alt_text",
    "draw",
    "lay_out",
    "lives",
    "order_of_control",
    "plan",
    "scale_of",
    "short",
    "shows_function",
    "to_svg",
]


def to_svg(trace: Recording) -> str:
    """Return a recording as an SVG file, for light and dark backgrounds.

    Args:
        trace: The recording.

    Returns:
        The file's text.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.figure import to_svg
        >>> to_svg(record(in_tasks)).partition(" ")[0]
        '<svg'
    """
    head, _, body = draw(trace, findings=True).svg.partition("\n")
    sheet = resources.files("yieldpoint.trace") / "static" / "figure.css"
    style = f":root {{ color-scheme: light dark; }}\n{sheet.read_text('utf-8')}"
    return f"{head}\n<style>\n{style}</style>\n{body}\n"
