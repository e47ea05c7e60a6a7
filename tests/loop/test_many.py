"""How many there may be."""

from yieldpoint import loop


def test_twenty_thousand_tasks() -> None:
    """All are alive at once, and all come to their end."""

    async def main() -> int:
        go, waiting = loop.Event(), 0

        async def wait(number: int) -> int:
            nonlocal waiting
            waiting += 1
            await go.wait()
            return number

        tasks = [loop.create_task(wait(number)) for number in range(20_000)]
        await loop.sleep(0)
        assert waiting == 20_000
        assert not any(task.done() for task in tasks)
        go.set()
        return sum(await loop.gather(*tasks))

    assert loop.run(main()) == sum(range(20_000))
