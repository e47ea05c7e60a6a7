"""The examples of the world outside, under more circumstances than the pages show."""

import asyncio
import random
import signal
import ssl
import sys
import time
from pathlib import Path

import pytest

from yieldpoint import clock
from yieldpoint.examples import (
    datagrams,
    encrypted,
    finding,
    guis,
    reports,
    shutting_down,
    streams,
    subprocesses,
    testing,
)

IGNORING = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"


class Collecting:
    """Stands for a StreamWriter that keeps what is written."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.data = b""

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.data += data

    async def drain(self) -> None:
        """Wait for nothing."""


@pytest.mark.parametrize("seed", range(20))
def test_messages_arrive_as_they_were_sent(seed: int) -> None:
    """Wherever the network cuts them."""
    chance = random.Random(seed)  # noqa: S311 - pieces, and no secret
    messages = [chance.randbytes(chance.choice([0, 1, 5, 300])) for _ in range(10)]

    async def main() -> None:
        writer, reader = Collecting(), asyncio.StreamReader()
        for message in messages:
            await streams.send(writer, message)  # type: ignore[arg-type] # it stands for one
        rest = writer.data
        receiving = asyncio.create_task(receive_all(reader))
        while rest:
            length = chance.randrange(1, 50)
            reader.feed_data(rest[:length])
            rest = rest[length:]
            await asyncio.sleep(0)
        reader.feed_eof()
        assert await receiving == messages

    async def receive_all(reader: asyncio.StreamReader) -> list[bytes]:
        return [await streams.receive(reader) for _ in messages]

    clock.run(main())


@pytest.mark.parametrize("data", [b"", b"\0\0", b"\0\0\0\2", b"\0\0\0\2h"])
def test_a_message_that_is_cut_off_is_no_message(data: bytes) -> None:
    """At whichever place."""

    async def main() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        with pytest.raises(asyncio.IncompleteReadError):
            await streams.receive(reader)

    clock.run(main())


def test_the_certificate_lasts() -> None:
    """Nobody wants to make a new one every year."""
    [certificate] = encrypted.client_context().get_ca_certs()
    assert ssl.cert_time_to_seconds(str(certificate["notAfter"])) > time.time() + 1e9


@pytest.mark.parametrize("name", ["example.org", "127.0.0.2"])
def test_a_server_of_another_name_is_not_trusted(name: str) -> None:
    """Whether it is a name or a number."""
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        asyncio.run(encrypted.whisper("psst", encrypted.client_context(), name))


@pytest.mark.skipif(sys.platform == "win32", reason="It has no signals to ignore.")
def test_a_program_that_ignores_the_request_is_ended() -> None:
    """What is ignored here is ignored by a program that is started here."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        program = f"{IGNORING}; import time; time.sleep(60)"
        status = asyncio.run(subprocesses.stop_after(0.1, program, grace=0.1))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert status == -signal.SIGKILL


@pytest.mark.parametrize("stop_after", [0, 0.5, 1, 1.5, 2.5, 3.7, 10])
def test_a_server_ends_two_seconds_later_and_leaves_nothing(stop_after: float) -> None:
    """Whenever it is asked to, and each job is done or cancelled."""

    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        log = await shutting_down.serve(stop_after)
        assert stop_after <= loop.time() - started <= stop_after + 2.001
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return log

    log = clock.run(main())
    assert log[-1] == "closed"
    assert log.count("stop") == 1
    jobs = [int(line.split()[1]) for line in log if line.startswith("job")]
    assert sorted(jobs) == list(range(1, len(jobs) + 1))
    after = log[log.index("stop") :]
    assert not any("cancelled" in line for line in log[: log.index("stop")])
    assert "cancelled" in after[-2] or stop_after < 1.5


def test_draining_waits_for_the_clean_up() -> None:
    """A job that is cancelled may take its time."""
    log = []

    async def job() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(5)
            log.append("cleaned up")

    async def main() -> None:
        task = asyncio.create_task(job())
        await shutting_down.drain({task}, seconds=1)
        log.append("drained")

    clock.run(main())
    assert log == ["cleaned up", "drained"]


@pytest.mark.parametrize("seconds", [0.01, 0.5, 1])
def test_a_window_lives_however_often_it_is_looked_after(seconds: float) -> None:
    """It may only be late."""
    assert clock.run(guis.pumped(seconds)) == ["click", "downloaded", "click"]


def test_a_chain_goes_to_another_task_and_no_further() -> None:
    """A task is a future for who awaits it."""

    async def main() -> list[str]:
        inner = await finding.stuck()

        async def wait() -> None:
            await inner

        outer = asyncio.create_task(wait())
        await asyncio.sleep(0)
        chain = finding.chain_of(outer)
        outer.cancel()
        return chain

    first, second = clock.run(main())
    assert first.startswith("wait, line ")
    assert second == "FutureIter"


def test_tasks_are_printed_in_the_order_of_their_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And without any, nothing is."""

    async def main() -> None:
        finding.print_tasks()
        tasks = [
            asyncio.create_task(asyncio.sleep(1), name=name) for name in ("b", "a")
        ]
        await asyncio.sleep(0)
        finding.print_tasks()
        await asyncio.wait(tasks)

    clock.run(main())
    names = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["a", "b"]


def test_outcomes_of_tests_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """An error, and one that leaves nothing behind."""

    class Broken(testing.NoLeftovers):
        async def test_broken(self) -> None:
            raise ValueError("no answer")

        async def test_tidy(self) -> None:
            await asyncio.create_task(asyncio.sleep(0))

    testing.run_tests(Broken)
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["test_broken: ValueError: no answer", "test_tidy: ok"]


def test_warnings_are_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """By what stands in them."""
    program = "import warnings; warnings.warn('one'); warnings.warn('two')"
    reports.print_warnings(program, about="two")
    assert capsys.readouterr().out == "UserWarning: two\n"


def test_questions_and_errors_are_many() -> None:
    """The two lists that are looked things up in."""
    docs = Path("docs")
    questions = (docs / "practice/how-do-i.md").read_text(encoding="utf-8")
    errors = (docs / "reference/errors.md").read_text(encoding="utf-8")
    assert questions.count("\n- ") > 100
    assert errors.count("\n- [](") > 200


def test_the_first_that_comes_of_a_datagram_counts() -> None:
    """An error after an error, or after the answer, changes nothing."""

    async def program() -> bytes:
        refused, answered = datagrams.Asker(), datagrams.Asker()
        for error in (ConnectionRefusedError(), OSError()):
            refused.error_received(error)
        with pytest.raises(ConnectionRefusedError):
            await refused.answer
        answered.datagram_received(b"HI", ("127.0.0.1", 7))
        answered.error_received(OSError())
        return await answered.answer

    assert asyncio.run(program()) == b"HI"
