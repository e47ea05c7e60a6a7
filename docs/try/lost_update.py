"""Two tasks add 1 to the number, three times each. Why is it not 6?"""

import asyncio

number = 0


async def add():
    global number
    for _ in range(3):
        before = number
        await asyncio.sleep(0)
        number = before + 1


async def main():
    await asyncio.gather(add(), add())
    print(number)


asyncio.run(main())
