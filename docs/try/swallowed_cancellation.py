"""A timeout of 0.3 seconds, and it takes 0.9. Who does not listen?"""

import asyncio


async def download():
    for part in range(1, 6):
        try:
            await asyncio.sleep(0.2)
        except BaseException:
            print("part", part, "failed, on to the next")
        else:
            print("part", part)


async def main():
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(0.3):
            await download()
    except TimeoutError:
        print("too late")
    print("took", round(loop.time() - began, 1), "s")


asyncio.run(main())
