"""An exception group out of a group of tasks."""

import asyncio


async def fail(number: int) -> None:
    """Raise."""
    await asyncio.sleep(0.01)
    raise ValueError(number)


async def main() -> None:
    """Let two tasks fail."""
    async with asyncio.TaskGroup() as group:
        group.create_task(fail(1))
        group.create_task(fail(2))


asyncio.run(main())
