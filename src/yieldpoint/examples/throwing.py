"""What a generator can do with an exception that is thrown into it."""

from collections.abc import Generator, Iterator

__all__ = [
    "finish_on_value_error",
    "go_on_after_error",
    "throw_once",
    "translate_error",
]


def finish_on_value_error(limit: int) -> Generator[int, int, None]:
    """Yield what was sent last; catch `ValueError`, say so, and come to an end.

    Args:
        limit: The value at which the generator ends.

    Yields:
        The value that was sent last, at first 0.

    Examples:
        >>> from yieldpoint.examples.throwing import finish_on_value_error
        >>> generator = finish_on_value_error(100)
        >>> next(generator), generator.send(4)
        (0, 4)
        >>> try:
        ...     generator.throw(ValueError)
        ... except StopIteration:
        ...     print("the end")
        ValueError
        the end
        >>> list(finish_on_value_error(0))
        []
    """
    value = 0
    try:
        while value < limit:
            value = yield value
    except ValueError:
        print("ValueError")


def go_on_after_error() -> Generator[str, None, None]:
    """Catch `ValueError`, again and again, and go on yielding.

    Yields:
        What the generator is doing.

    Examples:
        >>> from yieldpoint.examples.throwing import go_on_after_error
        >>> generator = go_on_after_error()
        >>> next(generator)
        'ready'
        >>> generator.throw(ValueError("bad input"))
        'recovered from: bad input'
    """
    status = "ready"
    while True:
        try:
            yield status
        except ValueError as error:
            status = f"recovered from: {error}"


def translate_error() -> Iterator[str]:
    """Turn a `KeyError` into a `LookupError` with a better message.

    Yields:
        A text, once.

    Raises:
        LookupError: A `KeyError` was thrown in.

    Examples:
        >>> from yieldpoint.examples.throwing import translate_error
        >>> generator = translate_error()
        >>> next(generator)
        'ready'
        >>> try:
        ...     generator.throw(KeyError("colour"))
        ... except LookupError as error:
        ...     error, error.__cause__
        (LookupError("no setting named 'colour'"), KeyError('colour'))
    """
    try:
        yield "ready"
    except KeyError as error:
        raise LookupError(f"no setting named {error}") from error


def throw_once() -> str:
    """Start `go_on_after_error`, throw a `ValueError` into it, and close it.

    Returns:
        What the generator yields when the exception is thrown in.

    Examples:
        >>> from yieldpoint.examples.throwing import throw_once
        >>> throw_once()
        'recovered from: bad input'
    """
    generator = go_on_after_error()
    next(generator)
    status = generator.throw(ValueError("bad input"))
    generator.close()
    return status
