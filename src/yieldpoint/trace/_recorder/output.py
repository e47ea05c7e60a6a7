"""What the program prints: it is noted, and printed all the same."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["output_noted"]


@contextlib.contextmanager
def output_noted(
    note: Callable[[str], None], is_ours: Callable[[], bool]
) -> Iterator[None]:
    """Note what is printed while in the block.

    The stream stays the same object, which the program may compare, ask for its type or
    have got hold of: only its method is another.

    Args:
        note: Gets what is printed.
        is_ours: Tells whether it is not the program that prints, but a ``__repr__``
            that is called for the recording.
    """
    stream: Any = sys.stdout
    methods: dict[str, Any] = getattr(stream, "__dict__", {})
    before = methods.get("write")  # an outer recording's
    really_write: Any = getattr(stream, "write", None)

    def write(text: str) -> int:
        if is_ours():
            return len(text)
        try:
            written: int = really_write(text)
        except BaseException as error:
            # The traceback is to be the program's: a bare raise adds nothing to it.
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        note(text)
        return written

    # There may be no stream, or one that has to stay as it is.
    with contextlib.suppress(AttributeError):
        stream.write = write
    try:
        yield
    finally:
        if methods.get("write") is write:
            if before is None:
                del stream.write
            else:
                stream.write = before
