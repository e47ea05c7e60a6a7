"""Inside the event loop: tasks that each have values of their own."""

from collections.abc import Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

from yieldpoint.examples import stepping
from yieldpoint.examples.built_on_top import Loop
from yieldpoint.examples.later_values import Future
from yieldpoint.examples.round_robin import give_way

__all__ = ["Task", "serve_two", "user"]

T = TypeVar("T")

user = ContextVar("user", default="nobody")


class Task(stepping.Task[T]):
    """A task with a context of its own.

    Attributes:
        context: The values of context variables that its coroutine sees.

    Examples:
        >>> from yieldpoint.examples.own_context import Loop, Task, user
        >>> async def log_in():
        ...     user.set("Ada")
        >>> loop = Loop()
        >>> task = Task(loop, log_in())
        >>> loop.turn()
        >>> user.get(), task.context[user]
        ('nobody', 'Ada')
        >>> loop.selector.close()
    """

    def __init__(
        self,
        loop: stepping.Loop,
        coroutine: Coroutine[Future[Any] | None, None, T],
    ) -> None:
        """Make it with a copy of its creator's context.

        Args:
            loop: The loop that shall run it.
            coroutine: The coroutine object.
        """
        self.context = copy_context()
        super().__init__(loop, coroutine)

    def step(self) -> None:
        """Let the coroutine go on, in the task's context.

        Examples:
            >>> from yieldpoint.examples.own_context import Loop, Task
            >>> async def double(number):
            ...     return 2 * number
            >>> loop = Loop()
            >>> task = Task(loop, double(21))
            >>> task.step()
            >>> task.result()
            42
            >>> loop.selector.close()
        """
        self.context.run(super().step)


def serve_two(task_class: type[stepping.Task[None]]) -> list[str]:
    """Let two tasks each serve a user.

    Args:
        task_class: What to make the tasks of.

    Returns:
        What they noted.

    Examples:
        >>> from yieldpoint.examples import stepping
        >>> from yieldpoint.examples.own_context import serve_two, Task
        >>> serve_two(stepping.Task)
        ['Ada is served as Bob', 'Bob is served as Bob']
        >>> serve_two(Task)
        ['Ada is served as Ada', 'Bob is served as Bob']
    """
    loop = Loop()
    log = []

    async def serve(name: str) -> None:
        user.set(name)
        await give_way()
        log.append(f"{name} is served as {user.get()}")

    async def main() -> None:
        for task in [task_class(loop, serve(name)) for name in ("Ada", "Bob")]:
            await task

    Context().run(loop.run, main())  # so that nothing is left in the caller's
    return log
