"""Groups before, during and after their life."""

from typing import Any

import pytest

from tests.loop.running import nothing, run
from yieldpoint import loop


def test_a_group_that_has_ended() -> None:
    """It takes no task, whether it had one or none."""

    async def main() -> None:
        for children in (0, 1):
            async with loop.TaskGroup() as group:
                for _ in range(children):
                    group.create_task(nothing())
            with pytest.raises(RuntimeError, match="is finished"):
                group.create_task(nothing())
            with pytest.raises(RuntimeError, match="already been entered"):
                await group.__aenter__()
            group.cancel()

    run(main)


def test_a_group_that_is_not_entered() -> None:
    """Nor can it be entered where no task runs."""
    group = loop.TaskGroup()
    assert repr(group) == "<TaskGroup tasks=0 not entered>"
    with pytest.raises(RuntimeError, match="has not been entered"):
        group.create_task(nothing())

    async def main() -> list[str]:
        words: list[str] = []

        def enter() -> None:
            try:
                group.__aenter__().send(None)
            except RuntimeError as error:
                words.append(str(error))

        loop.get_running_loop().call_soon(enter)
        await loop.sleep(0)
        await loop.sleep(0)
        return words

    (words,) = run(main)
    assert "cannot determine the parent task" in words


def test_a_group_that_takes_tasks_at_its_end_and_while_it_fails() -> None:
    """From its tasks it does, while there are some; and not once one has failed."""
    words: list[str] = []

    async def grow(group: loop.TaskGroup) -> None:
        await loop.sleep(1)
        group.create_task(nothing())

    async def tidy_up(group: loop.TaskGroup) -> None:
        try:
            await loop.sleep(60)
        finally:
            words.append(repr(group))
            try:
                group.create_task(nothing())
            except RuntimeError as error:
                words.append(str(error))

    async def main() -> None:
        async with loop.TaskGroup() as group:
            group.create_task(grow(group))
        async with loop.TaskGroup() as group:
            group.create_task(tidy_up(group))
            await loop.sleep(0)
            raise ValueError

    with pytest.raises(ExceptionGroup):
        run(main)
    assert words == [
        "<TaskGroup tasks=1 cancelling>",
        "TaskGroup <TaskGroup tasks=1 cancelling> is shutting down",
    ]


def test_a_group_is_cancelled_as_a_whole() -> None:
    """Before its block, in it, while it waits: without an exception."""

    async def main() -> list[str]:
        log: list[str] = []
        this = loop.get_running_loop()
        early = loop.TaskGroup()
        early.cancel()
        async with early:
            await loop.sleep(60)
            log.append("never")
        async with loop.TaskGroup() as group:
            this.call_later(1, group.cancel)
            await loop.sleep(60)
            log.append("never")
        async with loop.TaskGroup() as group:
            group.create_task(loop.sleep(60))
            this.call_later(1, group.cancel)
            this.call_later(2, group.cancel)
        task = loop.current_task()
        assert task
        return [*log, str(task.cancelling()), str(this.time())]

    assert run(main) == ["0", "2.0"]


def test_a_group_that_is_cancelled_again_while_it_cancels() -> None:
    """The request that is not its own is not lost."""

    async def slow(seconds: float) -> None:
        try:
            await loop.sleep(60)
        except loop.CancelledError:
            await loop.sleep(seconds)

    async def grouped(*, fails: bool) -> None:
        async with loop.TaskGroup() as group:
            group.create_task(slow(5))
            await loop.sleep(1)
            if fails:
                raise ValueError
            group.cancel()
            await loop.sleep(60)

    async def main(*, fails: bool) -> BaseException | None:
        task = loop.create_task(grouped(fails=fails))
        await loop.sleep(2)
        task.cancel()
        await loop.wait([task])
        return None if task.cancelled() else task.exception()

    assert run(lambda: main(fails=False)) is None
    assert isinstance(run(lambda: main(fails=True)), ExceptionGroup)


def test_a_group_whose_parent_is_gone() -> None:
    """Its tasks' errors are reported: there is nobody to raise them in."""

    async def fail_later() -> None:
        await loop.sleep(1)
        raise ValueError("too late")

    async def main() -> list[str]:
        this, reports = loop.get_running_loop(), []
        this.set_exception_handler(lambda _, about: reports.append(about["message"]))

        async def enter() -> None:
            group = loop.TaskGroup()
            await group.__aenter__()
            kept.append(group.create_task(fail_later()))

        kept: list[loop.Task[None]] = []
        await loop.create_task(enter())
        await loop.sleep(2)
        return reports

    (report,) = run(main)
    assert "has errored out but its parent task has ended" in report


def test_a_group_in_a_generator_that_is_closed() -> None:
    """It closes, which is no failure."""

    async def numbers() -> Any:  # noqa: ANN401 - a generator
        async with loop.TaskGroup():
            yield 1

    async def main() -> None:
        generator = numbers()
        await anext(generator)
        await generator.aclose()

    run(main)


def test_a_group_whose_waiting_is_given_up() -> None:
    """Its tasks can be cancelled still."""

    async def main() -> bool:
        group = loop.TaskGroup()

        async def grouped() -> None:
            async with group:
                tasks.append(group.create_task(loop.sleep(60)))

        tasks: list[loop.Task[None]] = []
        coroutine = grouped()
        coroutine.send(None)
        coroutine.close()
        with pytest.raises(RuntimeError, match="is finished"):
            group.create_task(nothing())
        later = loop.TaskGroup()
        async with later:
            pass
        group._is_aborting = False
        group.cancel()
        await loop.wait(tasks)
        return tasks[0].cancelled()

    assert run(main)
