"""The last job is done first. In which order are the results?"""

import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    print(name, "is done")
    return name


async def main():
    results = await asyncio.gather(fetch("A", 0.3), fetch("B", 0.2), fetch("C", 0.1))
    print(results)


asyncio.run(main())
