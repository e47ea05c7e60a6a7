"""A line saves the letter, and nothing is saved. Why?"""

import asyncio


async def save(text):
    print("saves", text)


async def main():
    print("begins")
    save("the letter")
    print("ends")


asyncio.run(main())
