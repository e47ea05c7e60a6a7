"""A service that stops when it is told to by a signal."""

import asyncio
import os
import signal


async def serve(stop: asyncio.Event) -> None:
    """Work until the event is set."""
    while not stop.is_set():
        await asyncio.sleep(0.01)
    print("drained")


async def main() -> None:
    """Serve, and get the signal."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    service = asyncio.create_task(serve(stop), name="service")
    await asyncio.sleep(0.02)
    os.kill(os.getpid(), signal.SIGTERM)
    await service


asyncio.run(main())
print("stopped")
