"""It shows where it is, also in a task and in asyncio's debug mode."""

import asyncio
import inspect
import logging
import traceback


def show(where: str) -> None:
    """Show it in each of the ways that there are."""
    print(where, [each.function for each in inspect.stack()])
    traceback.print_stack()
    logging.getLogger("stack").warning("%s", where, stack_info=True)
    walked = traceback.StackSummary.extract(traceback.walk_stack(None))
    print(where, walked[0].name)


async def fails() -> None:
    """Raise what nobody retrieves: the debug mode says where the task was made."""
    show("in a task")
    raise ValueError("nobody asks")


async def main() -> None:
    """Make a task that fails."""
    show("in a coroutine")
    task = asyncio.create_task(fails(), name="fails")
    await asyncio.wait([task])
    del task


show("in the module")
asyncio.run(main(), debug=True)
