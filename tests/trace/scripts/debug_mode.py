"""In asyncio's debug mode Python says where a coroutine was created."""

import asyncio


async def nap() -> None:
    """Be awaited by nobody."""


async def main() -> None:
    """Forget to await it."""
    nap()  # type: ignore[unused-coroutine]  # that is what is warned of


asyncio.run(main(), debug=True)
