"""An exception group with notes, causes and contexts, which nothing catches."""


def parse(text: str) -> int:
    """Parse a number, or say which one is none."""
    try:
        return int(text)
    except ValueError as error:
        error.add_note(f"in {text!r}")
        raise


errors: list[Exception] = []
for word in ("1", "x", "2", "y"):
    try:
        print(parse(word))
    except ValueError as error:
        errors.append(error)
raise ExceptionGroup("some are no numbers", errors)
