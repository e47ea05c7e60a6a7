"""An exception that ends a thread, and one of a stream."""

import sys
import threading
import traceback


def fail() -> None:
    """Raise."""
    raise KeyError("key")


thread = threading.Thread(target=fail, name="worker")
thread.start()
thread.join()
try:
    sys.stdout.write(1)  # type: ignore[arg-type]  # that is what fails
except TypeError:
    traceback.print_exc()
