"""A handler whose exception the program catches."""

import signal
from types import FrameType


def ring(number: int, frame: FrameType | None) -> None:
    """Raise."""
    raise TimeoutError(f"{number == signal.SIGALRM} {frame is not None}")


def wait() -> str:
    """Compute until the alarm."""
    turns = 0
    try:
        while True:
            turns += 1
            turns -= 1
    except TimeoutError as error:
        return f"caught {error}"


signal.signal(signal.SIGALRM, ring)
print(signal.getsignal(signal.SIGALRM) is ring)
for delay in (0.05, 0.1, 0.15):
    signal.setitimer(signal.ITIMER_REAL, delay)
    print(wait())
print(signal.signal(signal.SIGALRM, signal.SIG_DFL) is ring)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
