"""The loop where the platform has no sockets, as in a browser."""

import socket

import pytest

from tests.loop.running import run
from yieldpoint import loop


async def close(_: loop.StreamReader, writer: loop.StreamWriter) -> None:
    """Close the connection."""
    writer.close()


@pytest.fixture
def without_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the sockets away, as in a browser."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "there are none")

    monkeypatch.setattr(socket, "socketpair", refuse)


@pytest.mark.usefixtures("without_sockets")
@pytest.mark.parametrize("on_clock", [True, False])
def test_without_sockets(*, on_clock: bool) -> None:
    """The loop works, but for TCP, and that says so."""

    async def main() -> list[object]:
        this = loop.get_running_loop()
        this.call_soon_threadsafe(str)
        result = await loop.gather(loop.sleep(0.01, "slept"), loop.sleep(0))
        for connect in (
            loop.open_connection("127.0.0.1", 1),
            loop.start_server(close, "127.0.0.1", 0),
        ):
            with pytest.raises(OSError, match="no sockets on this platform"):
                await connect
        return [this.has_sockets(), *result]

    if on_clock:
        assert run(main) == [False, "slept", None]
    else:
        assert loop.run(main()) == [False, "slept", None]
