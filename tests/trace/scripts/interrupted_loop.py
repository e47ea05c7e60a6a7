"""Ctrl-C while a loop runs: the task is cancelled, and cleans up."""

import asyncio
import signal


async def main() -> None:
    """Be interrupted."""
    asyncio.get_running_loop().call_later(0.01, signal.raise_signal, signal.SIGINT)
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0)
        print("cleaned up")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted")
