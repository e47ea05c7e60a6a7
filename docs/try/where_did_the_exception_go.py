"""The task fails, and the program goes on. Where is the exception?"""

import asyncio


async def divide(number):
    print("divides", number)
    return number / 0


async def main():
    task = asyncio.create_task(divide(1))
    await asyncio.sleep(0.1)
    print("main has seen no exception, and the task is done:", task.done())


asyncio.run(main())
print("the program ends well")
