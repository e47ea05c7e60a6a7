"""Each of two guests takes a fork, then asks for the other one. Why does it hang?"""

import asyncio


async def eat(name, first, second):
    async with first:
        print(name, "has one fork")
        await asyncio.sleep(0.1)
        async with second:
            print(name, "eats")


async def main():
    left, right = asyncio.Lock(), asyncio.Lock()
    async with asyncio.timeout(1):  # without it, nothing would ever end this
        await asyncio.gather(eat("Ann", left, right), eat("Bob", right, left))


try:
    asyncio.run(main())
except TimeoutError:
    print("nobody has eaten")
