"""Who prints first: the task, the coroutine or main?"""

import asyncio


async def greet(name):
    print(name)


async def main():
    task = asyncio.create_task(greet("the task"))
    await greet("the coroutine")
    print("main")
    await task


asyncio.run(main())
