"""A task that fails and that nobody asks, and a coroutine that nobody awaits."""

import asyncio
import gc
from typing import Any


async def fail() -> None:
    """Raise."""
    raise ValueError("nobody asks")


async def main() -> None:
    """Leave both behind."""
    task: Any = asyncio.create_task(fail(), name="fails")
    await asyncio.sleep(0)
    del task
    gc.collect()
    never: Any = fail()
    del never
    print("after")


asyncio.run(main())
