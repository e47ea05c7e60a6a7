"""A worker that is no browser's."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from yieldpoint._tryit import running, worker
from yieldpoint._tryit.platform import changes


class Worker:
    """Keeps what is printed, and stops when it is told to.

    Attributes:
        printed: Each text with its stream.
        waited: How long it was asked to wait, in seconds.
        looks: How often it looks for Stop until there is one.
    """

    def __init__(self) -> None:
        """Begin with nothing printed, and with nobody who stops."""
        self.printed: list[tuple[str, str]] = []
        self.waited = 0.0
        self.looks = float("inf")

    def write(self, stream: str, text: str) -> None:
        """Keep a text."""
        self.printed.append((stream, text))

    def wait(self, seconds: float) -> None:
        """Do not wait for long."""
        self.waited += seconds

    def is_stopped(self) -> bool:
        """Tell whether there was a Stop."""
        self.looks -= 1
        return self.looks == 0

    def text(self, stream: str) -> str:
        """Return what one stream has got."""
        return "".join(text for kind, text in self.printed if kind == stream)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Worker]:
    """Make this Python a worker's, for a test."""
    host = Worker()
    monkeypatch.chdir(tmp_path)
    for place, name, _value in changes(host):
        monkeypatch.setattr(place, name, getattr(place, name))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    worker.start(host)
    yield host
    gc.unfreeze()
    running._kept.clear()
