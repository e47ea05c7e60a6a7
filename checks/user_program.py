"""A program as a user of the package may write it; mypy --strict has to accept it."""

import asyncio

from yieldpoint import clock
from yieldpoint.clock import VirtualTimeLoop
from yieldpoint.examples.bridge import drive, fetch
from yieldpoint.examples.many import order_with_gather
from yieldpoint.examples.sending import running_total


async def main() -> float:
    """Sleep for an hour and read the clock."""
    await asyncio.sleep(3600)
    return asyncio.get_running_loop().time()


total = running_total(100)
started: int = next(total)
added: int = total.send(4)
page: str = drive(fetch("/home"))
log, results = clock.run(order_with_gather())
first: str = results[0]
hours: float = clock.run(main())
with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner, clock.installed():
    assert runner.run(main()) == hours == 3600.0
