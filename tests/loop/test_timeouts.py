"""Timeouts before, during and after their block."""

import contextlib
import functools

import pytest

from tests.loop.running import run
from yieldpoint import loop


def test_a_timeout_says_how_it_is() -> None:
    """And refuses what comes too early or too late."""

    async def main() -> list[str]:
        limit = loop.timeout(10)
        states = [repr(limit)]
        with pytest.raises(RuntimeError, match="has not been entered"):
            limit.reschedule(1)
        async with limit:
            states.append(repr(limit))
            limit.reschedule(None)
            assert limit.when() is None
            await loop.sleep(20)
            limit.reschedule(loop.get_running_loop().time() + 1)
        states.append(repr(limit))
        with pytest.raises(RuntimeError, match="Cannot change state of finished"):
            limit.reschedule(1)
        with pytest.raises(RuntimeError, match="already been entered"):
            await limit.__aenter__()
        return states

    assert run(main) == [
        "<Timeout [created]>",
        "<Timeout [active] when=10.0>",
        "<Timeout [finished]>",
    ]


def test_a_timeout_that_is_set_to_the_past() -> None:
    """It ends the block at its next await."""

    async def main() -> bool:
        try:
            async with loop.timeout(10) as limit:
                limit.reschedule(-1)
                await loop.sleep(5)
        except TimeoutError:
            return limit.expired()
        raise AssertionError

    assert run(main) is True


def test_an_exception_while_time_runs_out_knows_of_it() -> None:
    """In its history there is the TimeoutError; in that of a group's exceptions too."""

    async def too_slow(*, grouped: bool) -> None:
        try:
            await loop.sleep(5)
        except loop.CancelledError:
            try:
                1 / 0  # noqa: B018 - it raises
            except ZeroDivisionError as error:
                if grouped:
                    raise ExceptionGroup("several", [error]) from None
                raise

    async def main(*, grouped: bool) -> BaseException | None:
        try:
            async with loop.timeout(1):
                await too_slow(grouped=grouped)
        except (ZeroDivisionError, ExceptionGroup) as error:
            inner: BaseException = getattr(error, "exceptions", [error])[0]
            return inner.__context__
        raise AssertionError

    for before in (
        run(functools.partial(main, grouped=False)),
        run(functools.partial(main, grouped=True)),
    ):
        assert isinstance(before, TimeoutError)
        assert isinstance(before.__cause__, loop.CancelledError)


def test_an_exception_when_time_is_up_that_does_not_come_of_it() -> None:
    """Its history stays as it is."""

    async def main() -> BaseException | None:
        try:
            async with loop.timeout(1):
                with contextlib.suppress(loop.CancelledError):
                    await loop.sleep(5)
                raise ValueError  # noqa: TRY301 - here, and no deeper
        except ValueError as error:
            return error.__context__

    assert run(main) is None


def test_a_cancellation_at_the_moment_when_time_is_up() -> None:
    """It comes first: the task is cancelled."""

    async def too_slow() -> None:
        async with loop.timeout(1):
            await loop.sleep(5)

    async def main() -> bool:
        task = loop.create_task(too_slow())
        loop.get_running_loop().call_later(1, task.cancel)
        await loop.wait([task])
        return task.cancelled()

    assert run(main) is True
