"""A file is written as a whole: another build may be about to read it.

Examples:
    >>> import pathlib, tempfile
    >>> from yieldpoint.sphinxext.whole import write_whole
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "new", "names.json")
    ...     write_whole(path, "[]")
    ...     path.read_text(), [each.name for each in path.parent.iterdir()]
    ('[]', ['names.json'])
"""

import os
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file, and put it in its place when it is complete.

    Args:
        path: The file. Its folder is made if there is none.
        content: A text, which is written as UTF-8, or bytes.

    Examples:
        >>> from yieldpoint.sphinxext.whole import write_whole
        >>> write_whole.__name__
        'write_whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(f".{os.getpid()}")
    written.write_bytes(content.encode() if isinstance(content, str) else content)
    written.replace(path)
