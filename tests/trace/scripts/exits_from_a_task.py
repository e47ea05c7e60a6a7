"""A task ends the program; the others are cancelled, and clean up."""

import asyncio
import sys


async def work() -> None:
    """Wait, and clean up."""
    try:
        await asyncio.sleep(60)
    finally:
        print("cleaned up")


async def stop() -> None:
    """End the program."""
    await asyncio.sleep(0.01)
    sys.exit(7)


async def main() -> None:
    """Run both."""
    await asyncio.gather(work(), stop())


asyncio.run(main())
