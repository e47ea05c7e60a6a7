"""An exception that nothing catches, with its causes."""


def halve(number: int) -> float:
    """Divide by zero."""
    return number / 0


print("before")
try:
    halve(4)
except ZeroDivisionError as error:
    error.add_note("it was zero")
    raise LookupError("no half") from error
