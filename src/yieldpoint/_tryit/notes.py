"""What a browser lacks, said in a sentence where an error message does not."""

from yieldpoint.words import marked, translated

__all__ = ["note_on"]

_NO_THREADS = marked(
    "A browser has one thread for Python: run this program on your machine."
)
_NO_PROCESSES = marked(
    "A browser cannot start processes: run this program on your machine."
)
_NO_SOCKETS = marked("A browser has no sockets: run this program on your machine.")

# What an error's last line has in it, and what to say.
_NOTES = {
    "can't start new thread": _NO_THREADS,
    "there are no sockets in a browser": _NO_SOCKETS,
    "emscripten does not support processes": _NO_PROCESSES,
    "_multiprocessing": _NO_PROCESSES,
    "_remote_debugging": marked("A browser has no processes to look into."),
    "[Errno 52] Function not implemented": _NO_PROCESSES,
    "EOFError: EOF when reading a line": marked(
        "There is no keyboard here for input()."
    ),
    "MemoryError": marked("A page gives a program one gigabyte of memory."),
    "'await' outside": marked(
        "await stands inside async def; asyncio.run() runs that."
    ),
}


def note_on(error: str) -> str | None:
    """Return what to say of an error beside its message, if there is something.

    Args:
        error: The type and the message.

    Examples:
        >>> from yieldpoint._tryit.notes import note_on
        >>> note_on("EOFError: EOF when reading a line")
        'There is no keyboard here for input().'
        >>> note_on("ValueError: 1")
    """
    for sign, note in _NOTES.items():
        if sign in error:
            return translated(note)
    return None
