"""The small loop beside others: each of them does the same work."""

import asyncio
import sys
from contextlib import ExitStack

import pytest

from tests.benchmarks.rivals import CURIO, TRIO, UVLOOP
from yieldpoint.benchmarks import libraries, loops, machine
from yieldpoint.benchmarks.libraries import LIBRARIES
from yieldpoint.benchmarks.measuring import WrongResultError, measure


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all libraries, or what looks like them."""
    for name, module in (("uvloop", UVLOOP), ("trio", TRIO), ("curio", CURIO)):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(machine, "lacks_a_module", lambda _: "")


@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize("times", [1, 25])
def test_each_library_does_the_same_work(times: int) -> None:
    """Not all of them are installed; what is called is the same."""
    with ExitStack() as stack:
        cases = loops.cases(stack)
        assert [case.name for case in cases if case.lacking] == []
        for case in cases:
            assert case.time(times).result == times, case.name


@pytest.mark.usefixtures("stand_ins")
def test_each_operation_is_done_on_each_library() -> None:
    """In one process, one right after the other."""
    with ExitStack() as stack:
        names = [case.name for case in loops.cases(stack)]
    for name in names:
        operation, _, side = name.rpartition(", ")
        if side == LIBRARIES[0]:
            begin = names.index(name)
            beside = [each for each in LIBRARIES if f"{operation}, {each}" in names]
            assert names[begin : begin + len(beside)] == [
                f"{operation}, {each}" for each in beside
            ]
            assert beside in (list(LIBRARIES), ["yieldpoint.loop", "asyncio"])


def test_what_is_not_there_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason; the small loop and asyncio are always there."""
    there = machine.lacks_a_module
    monkeypatch.setattr(
        machine,
        "lacks_a_module",
        lambda name: (
            f"no {name}" if name in {"uvloop", "trio", "curio"} else there(name)
        ),
    )
    with ExitStack() as stack:
        lacking = {case.name: case.lacking for case in loops.cases(stack)}
    assert lacking["lock, trio"] == "no trio"
    assert lacking["echo, curio"] == "no curio"
    assert lacking["timer, uvloop"] == "no uvloop"
    assert {name.rpartition(", ")[2] for name, reason in lacking.items() if reason} == {
        "uvloop",
        "trio",
        "curio",
    }


def test_a_server_ends_when_nothing_more_comes() -> None:
    """If it is not cancelled before."""
    received = [b"", b"more", b"some"]
    sent: list[bytes] = []

    async def send(data: bytes) -> None:
        sent.append(data)

    async def receive(_: int) -> bytes:
        return received.pop()

    asyncio.run(vars(libraries)["_send_back"](send, receive))
    assert sent == [b"some", b"more"]


def test_a_message_that_comes_back_wrong_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is compared with what was sent, before its time counts."""

    async def ask(_: bytes) -> bytes:
        return b"something else"

    monkeypatch.setattr(libraries, "_ask_by_streams", lambda *_: ask)
    with ExitStack() as stack:
        [case] = [case for case in loops.cases(stack) if case.name == "echo, asyncio"]
    with pytest.raises(WrongResultError, match="echo, asyncio gave 0 instead of 1"):
        measure([case], rounds=1, at_least=0)
