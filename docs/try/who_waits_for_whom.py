"""The queue has room for one. Who waits for whom, and how often?"""

import asyncio


async def produce(queue):
    for number in range(4):
        await queue.put(number)
        print("puts", number)
    await queue.put(None)


async def consume(queue):
    while (number := await queue.get()) is not None:
        print("      gets", number)
        await asyncio.sleep(0.1)


async def main():
    queue = asyncio.Queue(maxsize=1)
    await asyncio.gather(produce(queue), consume(queue))


asyncio.run(main())
