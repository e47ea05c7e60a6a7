"""What ``close`` does inside a generator: it raises `GeneratorExit` at the yield."""

from collections.abc import Generator, Iterator

__all__ = [
    "answer_when_closed",
    "lend_a_file",
    "lend_and_close",
    "refuse_to_close",
    "see_the_exit",
]


def lend_a_file() -> Generator[str, None, None]:
    """Lend something out, and take it back however the generator ends.

    Yields:
        What is lent.

    Examples:
        >>> from yieldpoint.examples.closing import lend_a_file
        >>> loan = lend_a_file()
        >>> next(loan)
        open
        'a file'
        >>> loan.close()
        close
    """
    print("open")
    try:
        yield "a file"
    finally:
        print("close")


def see_the_exit() -> Iterator[str]:
    """Print the exception that ``close`` raises, and let it go on.

    Yields:
        A text, once.

    Examples:
        >>> from yieldpoint.examples.closing import see_the_exit
        >>> generator = see_the_exit()
        >>> next(generator)
        'waiting'
        >>> generator.close()
        GeneratorExit at the yield
    """
    try:
        yield "waiting"
    except GeneratorExit:
        print("GeneratorExit at the yield")
        raise


def refuse_to_close() -> Iterator[str]:
    """Yield once more when asked to close, which is an error.

    Yields:
        A text; another one if it is closed.

    Examples:
        >>> from yieldpoint.examples.closing import refuse_to_close
        >>> generator = refuse_to_close()
        >>> next(generator)
        'working'
        >>> generator.close()
        Traceback (most recent call last):
          ...
        RuntimeError: generator ignored GeneratorExit

        `close` raises nothing but what a caller may raise too:

        >>> generator = refuse_to_close()
        >>> next(generator)
        'working'
        >>> generator.throw(GeneratorExit)
        'still working'
    """
    try:
        yield "working"
    except GeneratorExit:
        yield "still working"


def answer_when_closed() -> Generator[str, None, str]:
    """Return a value when asked to close.

    Yields:
        A text, once.

    Returns:
        A last word. From Python 3.13 on, ``close`` hands it to its caller.

    Examples:
        >>> from yieldpoint.examples.closing import answer_when_closed
        >>> generator = answer_when_closed()
        >>> next(generator)
        'working'
        >>> last_word = generator.close()
        >>> last_word in ("3 done", None)  # None up to Python 3.12
        True
        >>> generator = answer_when_closed()
        >>> next(generator)
        'working'
        >>> generator.throw(GeneratorExit)  # what `close` does, on each Python
        Traceback (most recent call last):
          ...
        StopIteration: 3 done
        >>> not_closed = answer_when_closed()
        >>> next(not_closed)
        'working'
        >>> next(not_closed)
        Traceback (most recent call last):
          ...
        StopIteration: all done
    """
    try:
        yield "working"
    except GeneratorExit:
        return "3 done"
    return "all done"


def lend_and_close() -> str:
    """Borrow from `lend_a_file`, and close it.

    Returns:
        What was lent.

    Examples:
        >>> from yieldpoint.examples.closing import lend_and_close
        >>> lend_and_close()
        open
        close
        'a file'
    """
    loan = lend_a_file()
    lent = next(loan)
    loan.close()
    return lent
