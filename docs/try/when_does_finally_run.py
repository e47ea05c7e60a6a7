"""The loop is left in its first round. When is the file closed?"""

import asyncio


async def lines():
    print("opens")
    try:
        for number in range(3):
            yield number
            await asyncio.sleep(0.1)
    finally:
        print("closes")


async def main():
    opened = lines()
    async for number in opened:
        print("line", number)
        break
    print("main ends")
    return opened


asyncio.run(main())
print("the program ends")
