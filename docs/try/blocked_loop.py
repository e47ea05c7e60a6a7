"""The clock should tick four times beside the work. Why does it tick only once?"""

import asyncio
import time


async def tick():
    while True:
        print("tick")
        await asyncio.sleep(0.1)


async def work():
    print("works")
    time.sleep(0.4)
    print("has worked")


async def main():
    ticking = asyncio.create_task(tick())
    await asyncio.create_task(work())
    ticking.cancel()


asyncio.run(main())
