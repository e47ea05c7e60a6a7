r"""What a page shows, against what a reader sees who types it.

Three dots stand for any text, as in every doctest. In a traceback they stand for the
frames in that place, and for no more: an exception that was raised before, a note, a
line of the message must be on the page, or the page hides it.

Examples:
    >>> from yieldpoint.sphinxext.comparing import agree
    >>> seen = 'Traceback (most recent call last):\n  File "a.py"\nKeyError: 1\n'
    >>> agree("Traceback (most recent call last):\n  ...\nKeyError: 1\n", seen)
    True
    >>> agree("Traceback (most recent call last):\n  ...\nKeyError: 2\n", seen)
    False
"""

import doctest
import re
import traceback
from types import TracebackType

__all__ = ["agree", "difference", "text_of"]

_HEADER = "Traceback (most recent call last):\n"
# The frames of a traceback, and those in the margin of a group of exceptions.
_STACKS = re.compile(
    rf"(?<=^{re.escape(_HEADER)})((?:(?:[^\S\n]+\S.*|\.{{3}})\n)+)|"
    rf"(?<=[p|] {re.escape(_HEADER)})((?: *\|[^\S\n]{{2,}}\S.*\n)+)",
    re.MULTILINE,
)
_DOTS = re.compile(r"^[ |]*\.{3}$", re.MULTILINE)
_INPUT = re.compile(r'(?<=File ")<python-input-\d+>(?=")')

_checker = doctest.OutputChecker()


def text_of(error: BaseException, stack: TracebackType | None) -> str:
    """Return what an interactive Python prints of an exception.

    Args:
        error: The exception that nobody caught.
        stack: Its traceback, from the frame of the session on.

    Returns:
        The traceback with its message, notes and causes, lines with their ends.

    Examples:
        >>> from yieldpoint.sphinxext.comparing import text_of
        >>> print(text_of(KeyError(1), None), end="")
        KeyError: 1
    """
    described = traceback.TracebackException(type(error), error, stack)
    text = "".join(described.format())
    # An error that has been raised nowhere in a program: Python does not understand it.
    return text if stack else text.removeprefix(_HEADER)


def agree(shown: str, seen: str, options: int = doctest.ELLIPSIS) -> bool:
    r"""Tell whether a page shows what is seen.

    Args:
        shown: The text on the page.
        seen: What the example wrote, and the traceback that ended it.
        options: Flags of `doctest`. `1` is never taken for `True`.

    Returns:
        Whether they agree.

    Examples:
        >>> from yieldpoint.sphinxext.comparing import agree
        >>> agree("<Future at 0x...>\n", "<Future at 0x7f0>\n")
        True
    """
    shown = _INPUT.sub("<stdin>", shown)
    # A doctest has the header above a syntax error too, where Python prints none.
    if shown.startswith(_HEADER) and seen.startswith('  File "<stdin>"'):
        seen = _HEADER + seen
    # Piece by piece, so that dots among the frames stand for frames and nothing else.
    pieces, its_pieces = _STACKS.split(shown), _STACKS.split(seen)
    # One behind the other: a text, then the frames in one of two places or in none.
    pieces = [
        _DOTS.sub("...", piece or "") if number % 3 else piece
        for number, piece in enumerate(pieces)
    ]
    options |= doctest.DONT_ACCEPT_TRUE_FOR_1
    return len(pieces) == len(its_pieces) and all(
        _checker.check_output(piece, its_piece or "", options)
        for piece, its_piece in zip(pieces, its_pieces, strict=True)
    )


def difference(shown: str, seen: str) -> str:
    r"""Say what a page shows and what is seen instead.

    Args:
        shown: The text on the page.
        seen: What the example gave.

    Returns:
        Both, each indented below a heading.

    Examples:
        >>> from yieldpoint.sphinxext.comparing import difference
        >>> print(difference("4\n", "5\n"), end="")
        Expected:
            4
        Got:
            5
    """
    example = doctest.Example("", shown)
    return _checker.output_difference(example, seen, 0)
