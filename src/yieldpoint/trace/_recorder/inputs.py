"""What is typed into one session: each input has a file name of its own."""

import os
import re

__all__ = ["origin_of"]

# Of Python's own prompt, IPython's and IDLE's, of doctests, and of notebooks.
_INPUT = re.compile(
    r"(<(?:i?python-input-|pyshell#|.*\[)).*>|(.*[/\\]ipykernel_\d+)[/\\].*"
)


def origin_of(filename: str) -> str:
    """Return where code comes from: its file, or the session that it was typed into."""
    typed = _INPUT.fullmatch(filename)
    return typed[1] or typed[2] if typed else os.path.realpath(filename)
