"""Functions that run at the end, the last one first, after the threads."""

import atexit
import threading
import time


def say_bye(word: str) -> None:
    """Print."""
    print("bye", word)


def work() -> None:
    """Print after the main program has ended."""
    time.sleep(0.05)
    print("worked")


atexit.register(say_bye, "first")
atexit.register(say_bye, "last")
threading.Thread(target=work).start()
