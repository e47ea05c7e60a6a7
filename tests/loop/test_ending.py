"""A program that is to end does, from wherever that is said; as in asyncio."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextvars import Context, ContextVar

import pytest

from tests.loop.running import nothing
from yieldpoint import clock, loop

ENDS = [SystemExit(3), KeyboardInterrupt()]


@pytest.fixture
def ctrl_c() -> Iterator[Callable[[], None]]:
    """Press Ctrl-C, as if nobody had told the system to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: os.kill(os.getpid(), signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("where", ["body", "child", "both", "nested", "waiting"])
def test_a_group_in_which_the_program_is_to_end(end: BaseException, where: str) -> None:
    """It is not put into a group of exceptions; the others are cancelled before."""
    log = []

    async def other() -> None:
        try:
            await loop.sleep(60)
        finally:
            log.append("cancelled")

    async def fail(error: BaseException) -> None:
        raise error

    async def main() -> None:
        async with loop.TaskGroup() as group:
            group.create_task(other())
            await loop.sleep(0)
            if where == "child":
                group.create_task(fail(end))
                await loop.sleep(1)
            elif where == "both":
                group.create_task(fail(ValueError()))
                try:
                    await loop.sleep(1)
                finally:
                    raise end
            elif where == "nested":
                async with loop.TaskGroup():
                    raise end
            elif where == "waiting":
                group.create_task(fail(end))
            else:
                raise end

    with clock.installed(), pytest.raises(type(end)) as caught:
        loop.run(main())
    assert caught.value.args == end.args
    assert log == ["cancelled"]


@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("where", ["gather", "wait", "callback", "done", "generator"])
def test_the_program_is_to_end_elsewhere(end: BaseException, where: str) -> None:
    """It leaves the loop at once, from wherever it is raised."""

    def fail(*_: object) -> None:
        raise end

    async def failing() -> None:
        fail()

    async def main() -> None:
        this = loop.get_running_loop()
        if where == "gather":
            await loop.gather(failing(), loop.sleep(60), return_exceptions=True)
        elif where == "wait":
            await loop.wait([loop.create_task(failing())])
        elif where == "callback":
            this.call_later(1, fail)
        elif where == "done":
            loop.create_task(nothing()).add_done_callback(fail)
        else:
            this.set_exception_handler(fail)
            this.call_soon(int, "no number")
        await loop.sleep(60)

    with clock.installed(), pytest.raises(type(end)):
        loop.run(main())


def test_a_second_ctrl_c_in_a_group(ctrl_c: Callable[[], None]) -> None:
    """It is a KeyboardInterrupt, and no group of exceptions."""

    async def main() -> None:
        async with loop.TaskGroup():
            ctrl_c()
            ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        loop.run(main())


def test_ctrl_c_in_the_last_step(ctrl_c: Callable[[], None]) -> None:
    """There is no await any more to be cancelled at, and yet it is not lost."""

    async def main() -> None:
        ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        loop.run(main())


def test_ctrl_c_of_which_the_main_task_knows(ctrl_c: Callable[[], None]) -> None:
    """Whoever has caught the cancellation may go on."""

    async def main() -> str:
        ctrl_c()
        try:
            await loop.sleep(60)
        except loop.CancelledError:
            return "went on"
        raise AssertionError

    assert loop.run(main()) == "went on"


def test_ctrl_c_and_another_cancellation(ctrl_c: Callable[[], None]) -> None:
    """As in asyncio, the other one is what comes out."""

    async def main() -> None:
        task = loop.current_task()
        assert task
        loop.get_running_loop().call_soon(task.cancel)
        loop.get_running_loop().call_soon(ctrl_c)
        await loop.sleep(60)

    with pytest.raises(loop.CancelledError):
        loop.run(main())


def test_a_runner_before_and_after_its_end() -> None:
    """It makes its loop when that is needed, and closes it once."""
    loop.Runner().close()
    runner = loop.Runner(loop_factory=loop.EventLoop)
    this = runner.get_loop()
    runner.close()
    runner.close()
    assert this.is_closed()
    with pytest.raises(RuntimeError, match="Runner is closed"):
        runner.get_loop()
    with pytest.raises(RuntimeError, match="Runner is closed"):
        runner.run(nothing())


def test_a_runner_takes_what_can_be_awaited() -> None:
    """Not coroutine objects only."""
    with loop.Runner() as runner:
        future = runner.get_loop().create_future()
        future.set_result(5)
        assert runner.run(future) == 5
        with pytest.raises(TypeError, match="or an awaitable is required, not 5"):
            runner.run(5)  # type: ignore[arg-type] # that is the mistake


def test_a_runner_takes_a_context_that_is_empty() -> None:
    """What the coroutine sets is in that one, and not in the runner's own."""
    variable = ContextVar("variable", default="not set")
    context = Context()

    async def main(value: str) -> str:
        before = variable.get()
        variable.set(value)
        return before

    with loop.Runner() as runner:
        assert runner.run(main("first")) == "not set"
        assert runner.run(main("second"), context=context) == "not set"
        assert runner.run(main("third")) == "first"
    assert context[variable] == "second"


def test_nobody_is_told_twice_that_the_program_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What comes out of the loop is not reported as well."""

    async def main() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        loop.run(main())
    this = loop.new_event_loop()
    with pytest.raises(SystemExit):
        this.run_until_complete(main())
    this.close()
    gc.collect()
    assert caplog.records == []


def test_a_loop_that_runs() -> None:
    """It cannot be run or closed from inside."""

    async def main() -> None:
        this, other = loop.get_running_loop(), loop.new_event_loop()
        for call, words in (
            (this.run_forever, "already running"),
            (this.close, "Cannot close a running event loop"),
            (other.run_forever, "while another loop is running"),
        ):
            with pytest.raises(RuntimeError, match=words):
                call()
        other.close()

    loop.run(main())


def test_what_a_running_loop_refuses_does_not_run() -> None:
    """Not later either, when whoever wanted it has had the error."""

    async def main() -> list[str]:
        ran: list[str] = []

        async def note(what: str) -> None:
            ran.append(what)

        this, other = loop.get_running_loop(), loop.new_event_loop()
        for each in (this, other):
            refused = note("refused")
            with pytest.raises(RuntimeError, match="running"):
                each.run_until_complete(refused)
            refused.close()
        await note("at the end")
        await loop.sleep(0)
        assert loop.all_tasks() == {loop.current_task()}
        assert loop.all_tasks(other) == set()
        other.close()
        return ran

    assert loop.run(main()) == ["at the end"]
