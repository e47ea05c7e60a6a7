"""What a browser lacks, said in a sentence where an error message does not."""

__all__ = ["note_on"]

_NO_THREADS = "A browser has one thread for Python: run this program on your machine."
_NO_PROCESSES = "A browser cannot start processes: run this program on your machine."
_NO_SOCKETS = "A browser has no sockets: run this program on your machine."

# What an error's last line has in it, and what to say.
_NOTES = {
    "can't start new thread": _NO_THREADS,
    "there are no sockets in a browser": _NO_SOCKETS,
    "emscripten does not support processes": _NO_PROCESSES,
    "_multiprocessing": _NO_PROCESSES,
    "[Errno 52] Function not implemented": _NO_PROCESSES,
    "EOFError: EOF when reading a line": "There is no keyboard here for input().",
    "MemoryError": "A page gives a program one gigabyte of memory.",
    "'await' outside": "await stands inside async def; asyncio.run() runs that.",
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
    return next((note for sign, note in _NOTES.items() if sign in error), None)
