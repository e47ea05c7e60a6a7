"""Ctrl-C that nothing catches ends the process as a signal does."""

import signal

print("before", flush=True)
try:
    signal.raise_signal(signal.SIGINT)
finally:
    print("cleaned up")
