"""A thread still prints when the main program has ended."""

import threading


def talk() -> None:
    """Print much."""
    for number in range(500):
        print("line", number)


threading.Thread(target=talk).start()
