"""Whether to ask again, and when.

A connection that broke or a server that was too busy may do better in a moment; a page
that is not there will not. So only faults that pass are tried again: a few times, after
a while that doubles and that chance makes longer, so that what failed together is not
asked again together.

Examples:
    >>> from yieldpoint.crawler.fetch import Answer
    >>> from yieldpoint.crawler.retry import delay
    >>> delay(Answer("http-error", "status 404", 404), tries=1) is None
    True
    >>> 0.5 <= delay(Answer("failed", "no answer", passing=True), tries=1) <= 1
    True
"""

import random

from yieldpoint.crawler.fetch import Answer

__all__ = ["PATIENCE", "delay"]

# How often an address is asked in vain: in general, if its server was silent, and if
# its host has only had enough of us.
_TRIES, _SILENT, _REFUSED = 3, 2, 4

# Seconds before asking again, at first; and the most that a host may ask us to wait.
BACK_OFF = 0.5
PATIENCE = 60.0


def delay(answer: Answer, tries: int) -> float | None:
    """Return how long to wait before an address is asked again.

    Args:
        answer: The last answer.
        tries: How often it has been asked.

    Returns:
        Seconds; None if it is not to be asked again.

    Examples:
        >>> from yieldpoint.crawler.fetch import Answer
        >>> from yieldpoint.crawler.retry import delay
        >>> broken = Answer("failed", "the server broke the connection", passing=True)
        >>> [delay(broken, tries) is not None for tries in (1, 2, 3)]
        [True, True, False]
    """
    most = _SILENT if answer.timed_out else _REFUSED if answer.status == 429 else _TRIES
    too_long = answer.wait is not None and answer.wait > PATIENCE
    if not answer.passing or tries >= most or too_long:
        return None
    doubled: float = BACK_OFF * 2 ** (tries - 1)
    return doubled * random.uniform(1, 2)  # noqa: S311 - no secret
