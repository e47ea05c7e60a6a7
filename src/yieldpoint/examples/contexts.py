"""Three things that are called context: the running loop, the thread's, contextvars."""

import asyncio
import contextvars

__all__ = [
    "handle",
    "loop_here_and_in_a_thread",
    "loop_in_this_thread",
    "one_context_per_task",
    "same_context_when_awaited",
    "user",
]

user: contextvars.ContextVar[str] = contextvars.ContextVar("user", default="nobody")
"""The name that the code works for. Each task has its own value."""


async def handle(name: str) -> str:
    """Set the context variable, give way, and read it again.

    Args:
        name: The value to set.

    Returns:
        The value that is read.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.contexts import handle
        >>> asyncio.run(handle("ada"))
        'ada'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(handle("ada")))
        1.0
    """
    user.set(name)
    await asyncio.sleep(1)
    return user.get()


async def one_context_per_task() -> tuple[list[str], str]:
    """Set the variable in two tasks at once.

    Returns:
        What each task reads, and what the caller reads afterwards.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.contexts import one_context_per_task
        >>> asyncio.run(one_context_per_task())
        (['ada', 'bob'], 'nobody')
    """
    read = await asyncio.gather(
        asyncio.create_task(handle("ada"), name="Ada"),
        asyncio.create_task(handle("bob"), name="Bob"),
    )
    return list(read), user.get()


async def same_context_when_awaited() -> str:
    """Set the variable in a coroutine that is awaited without a task of its own.

    Returns:
        What the caller reads afterwards.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.contexts import same_context_when_awaited
        >>> asyncio.run(same_context_when_awaited())
        'ada'
    """
    await handle("ada")
    return user.get()


def loop_in_this_thread() -> str:
    """Ask which loop is running here.

    Returns:
        "a loop", or what the error says.

    Examples:
        >>> from yieldpoint.examples.contexts import loop_in_this_thread
        >>> loop_in_this_thread()
        'RuntimeError: no running event loop'
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        return f"RuntimeError: {error}"
    return "a loop"


async def loop_here_and_in_a_thread() -> tuple[str, str]:
    """Ask in a coroutine, and in a thread that the coroutine starts.

    This example needs a thread.

    Returns:
        Both answers.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.contexts import loop_here_and_in_a_thread
        >>> asyncio.run(loop_here_and_in_a_thread())
        ('a loop', 'RuntimeError: no running event loop')
    """
    return loop_in_this_thread(), await asyncio.to_thread(loop_in_this_thread)
