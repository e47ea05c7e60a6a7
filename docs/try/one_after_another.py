"""Three jobs can wait at the same time. Why do these take 1.5 s, and not 0.5?"""

import asyncio


async def fetch(name):
    print("asks for", name)
    await asyncio.sleep(0.5)
    print("has", name)


async def main():
    for name in ("A", "B", "C"):
        await asyncio.create_task(fetch(name))


asyncio.run(main())
