"""A web application without a web: requests that are calls on the clock."""

import asyncio
import contextvars
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from inspect import iscoroutinefunction

__all__ = [
    "Application",
    "blocks",
    "lifespan",
    "plain_handler",
    "send_mail",
    "serve",
    "waits",
    "who_asks",
]

#: Who has sent the request that the task handles.
user: contextvars.ContextVar[str] = contextvars.ContextVar("user")

Handler = Callable[[], str] | Callable[[], Awaitable[str]]


async def waits() -> str:
    """Answer after a second, and give way meanwhile.

    Returns:
        The answer.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> from yieldpoint.examples.web import waits
        >>> asyncio.run(waits())
        'waited'
        >>> asyncio.run(seconds(waits()))
        1.0
    """
    await asyncio.sleep(1)
    return "waited"


async def blocks() -> str:
    """Answer after a second, and block the loop meanwhile.

    Returns:
        The answer.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> from yieldpoint.examples.web import blocks
        >>> asyncio.run(blocks())
        'blocked'
        >>> asyncio.run(seconds(blocks()))
        1.0
    """
    time.sleep(1)
    return "blocked"


def plain_handler() -> str:
    """Answer after a second in which the thread is blocked.

    Returns:
        The answer.

    Examples:
        >>> from yieldpoint.examples.web import plain_handler
        >>> from yieldpoint.examples.which_one import seconds_of
        >>> plain_handler()
        'in a thread'
        >>> seconds_of(plain_handler)
        1.0
    """
    time.sleep(1)
    return "in a thread"


async def who_asks() -> str:
    """Answer with the name of who has sent the request.

    Returns:
        The name.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.web import user, who_asks
        >>> async def ask():
        ...     user.set("Ada")
        ...     return await who_asks()
        >>> asyncio.run(ask())
        'hello Ada'
    """
    await asyncio.sleep(1)
    return f"hello {user.get()}"


class Application:
    """Handles requests as frameworks do, and keeps the work in the background.

    Attributes:
        background: The tasks that go on after an answer.

    Examples:
        >>> from yieldpoint.examples.web import Application
        >>> Application().background
        set()
    """

    def __init__(self) -> None:
        """Begin without work."""
        self.background = set[asyncio.Task[None]]()

    async def handle(self, handler: Handler, name: str = "nobody") -> str:
        """Call a handler: a coroutine function here, a plain one in a thread.

        With a plain handler this example needs a thread.

        Args:
            handler: What answers the request.
            name: Who has sent it.

        Returns:
            The answer.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.web import Application, plain_handler, waits
            >>> asyncio.run(Application().handle(waits))
            'waited'
            >>> asyncio.run(Application().handle(plain_handler))
            'in a thread'
        """
        user.set(name)
        if iscoroutinefunction(handler):
            answer: str = await handler()
            return answer
        return await asyncio.to_thread(handler)  # type: ignore[arg-type]  # it is plain

    def after_the_answer(self, work: Callable[[], Awaitable[None]]) -> None:
        """Begin work that the answer does not wait for.

        Args:
            work: The coroutine function that does it.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.web import Application, send_mail
            >>> async def answer():
            ...     application = Application()
            ...     application.after_the_answer(send_mail)
            ...     print("answered")
            ...     await application.finish()
            >>> asyncio.run(answer())
            answered
            mail sent
        """

        async def run() -> None:
            await work()

        task = asyncio.create_task(run(), name="background")
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    async def finish(self) -> None:
        """Wait for the work that is left.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.web import Application
            >>> asyncio.run(Application().finish())
        """
        await asyncio.gather(*self.background)


async def send_mail() -> None:
    """Send a mail, which takes five seconds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> from yieldpoint.examples.web import send_mail
        >>> asyncio.run(seconds(send_mail()))
        mail sent
        5.0
    """
    await asyncio.sleep(5)
    print("mail sent")


async def serve(handler: str, requests: int) -> list[str]:
    """Handle requests that come at the same moment.

    With the plain handler this example needs threads.

    Args:
        handler: The name of the handler: waits, blocks or plain.
        requests: How many requests come.

    Returns:
        The answers, and when all were there.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.web import serve
        >>> asyncio.run(serve("waits", requests=2))
        ['waited', 'waited', '1 s']
        >>> asyncio.run(serve("blocks", requests=2))
        ['blocked', 'blocked', '2 s']
    """
    handlers: dict[str, Handler] = {
        "waits": waits,
        "blocks": blocks,
        "plain": plain_handler,
    }
    answer = handlers[handler]
    application = Application()
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(application.handle(answer), name=f"request {number}")
            for number in range(1, requests + 1)
        ]
    answers = [task.result() for task in tasks]
    return [*answers, f"{loop.time() - started:.0f} s"]


@asynccontextmanager
async def lifespan() -> AsyncIterator[Application]:
    """Open what the application needs, and close it when the server stops.

    Yields:
        The application.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.web import lifespan, waits
        >>> async def one_request():
        ...     async with lifespan() as application:
        ...         print(await application.handle(waits))
        >>> asyncio.run(one_request())
        open the database
        waited
        close the database
    """
    print("open the database")
    application = Application()
    try:
        yield application
    finally:
        await application.finish()
        print("close the database")
