"""One of three tasks fails. What becomes of the other two?"""

import asyncio


async def job(name, seconds):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(name, "is cancelled")
        raise
    if name == "B":
        raise ValueError("B fails")
    print(name, "is done")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            for name, seconds in (("A", 0.1), ("B", 0.2), ("C", 0.3)):
                group.create_task(job(name, seconds))
    except* ValueError as failures:
        print(failures.exceptions)


asyncio.run(main())
