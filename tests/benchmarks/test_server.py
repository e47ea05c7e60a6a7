"""The server that answers later."""

import asyncio
import io
import runpy
import socket
import sys
import threading
from types import SimpleNamespace

import pytest

from yieldpoint.benchmarks import server


def test_it_answers_when_the_request_is_complete(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And ends when its input does."""
    end = threading.Event()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(read=end.wait))

    async def talk() -> bytes:
        serving = asyncio.create_task(server.serve(0.001))
        port = ""
        while not port:
            await asyncio.sleep(0.001)
            port = capsys.readouterr().out.strip()
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(b"2")
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.write(b"1\n")
        answer = await reader.readline()
        writer.close()
        await writer.wait_closed()
        end.set()
        await serving
        return answer

    assert asyncio.run(talk()) == b"42\n"


def test_it_runs_in_a_process_of_its_own() -> None:
    """Whose port is known."""
    with (
        server.running(0.001) as port,
        socket.create_connection(("127.0.0.1", port)) as connection,
    ):
        connection.sendall(b"4\n")
        assert connection.recv(10) == b"8\n"


def test_it_is_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It gets the delay, prints the port, and here its input is empty."""
    monkeypatch.setattr(sys, "argv", ["server", "0.5"])
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    runpy.run_path(str(server.__file__), run_name="__main__")
    assert int(capsys.readouterr().out) > 0
