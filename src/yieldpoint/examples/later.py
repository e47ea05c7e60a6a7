"""What is to happen later, when it is quiet, or until it is stopped."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

__all__ = [
    "Debounced",
    "Throttled",
    "remind",
    "remind_of_tea",
    "seconds_until",
    "tick",
    "two_endless_loops",
    "type_a_word",
]


async def remind(text: str, after: float) -> None:
    """Print a text later.

    Args:
        text: What to print.
        after: When, in seconds from now.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.later import remind
        >>> asyncio.run(remind("the tea is ready", after=2))
        the tea is ready
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(remind("later", after=2)))
        later
        2.0
    """
    await asyncio.sleep(after)
    print(text)


async def remind_of_tea() -> None:
    """Plan two reminders, and take one of them back.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.later import remind_of_tea
        >>> asyncio.run(remind_of_tea())
        nothing to do for now
        the tea is ready
        no eggs today
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(remind_of_tea()))
        nothing to do for now
        the tea is ready
        no eggs today
        3.0
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(remind("the tea is ready", after=2), name="tea")
        eggs = group.create_task(remind("the eggs are ready", after=5), name="eggs")
        print("nothing to do for now")
        await asyncio.sleep(3)
        eggs.cancel()
        print("no eggs today")


def seconds_until(moment: time, now: datetime) -> float:
    """Return how long it takes until the clock on the wall shows a time.

    Args:
        moment: The time of day.
        now: What the clock shows now; its time zone, if it has one, is the moment's.

    Returns:
        The seconds, up to a day.

    Examples:
        >>> from datetime import UTC, datetime, time
        >>> from yieldpoint.examples.later import seconds_until
        >>> evening = datetime(2026, 1, 31, 23, 0, tzinfo=UTC)
        >>> seconds_until(time(23, 30), evening) / 60
        30.0
        >>> seconds_until(time(2, 30), evening) / 3600
        3.5
        >>> seconds_until(time(23, 0), evening) / 3600
        24.0
    """
    then = datetime.combine(now, moment, tzinfo=now.tzinfo)
    if then <= now:
        then += timedelta(days=1)
    # In UTC, which has no summer time, no hour comes twice and none is missing.
    return (then.astimezone(UTC) - now.astimezone(UTC)).total_seconds()


class Debounced:
    """Calls a function when nobody has asked for it for a while.

    Attributes:
        timer: What calls the function, if somebody has asked for it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.later import Debounced
        >>> async def ask_twice():
        ...     debounced = Debounced(0.5, print)
        ...     debounced("one")
        ...     debounced("two")
        ...     await asyncio.sleep(0.4)
        ...     print("not yet")
        ...     await asyncio.sleep(0.2)
        >>> asyncio.run(ask_twice())
        not yet
        two
    """

    def __init__(self, quiet: float, function: Callable[[str], None]) -> None:
        """Begin without a timer.

        Args:
            quiet: For how many seconds nobody may ask.
            function: What to call then, with the last argument.
        """
        self.quiet = quiet
        self.function = function
        self.timer: asyncio.TimerHandle | None = None

    def __call__(self, text: str) -> None:
        """Ask for the call, and forget what was asked for before.

        Args:
            text: What to pass to the function.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.later import Debounced
            >>> async def ask():
            ...     Debounced(1, print)("hello")
            ...     await asyncio.sleep(2)
            >>> asyncio.run(ask())
            hello
        """
        if self.timer is not None:
            self.timer.cancel()
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(self.quiet, self.function, text)


class Throttled:
    """Calls a function at most once in so much time, and forgets the other calls.

    Attributes:
        again: When the loop's clock shows this time, a call counts again.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.later import Throttled
        >>> async def ask_three_times():
        ...     throttled = Throttled(1, print)
        ...     throttled("one")
        ...     throttled("two")
        ...     await asyncio.sleep(1)
        ...     throttled("three")
        >>> asyncio.run(ask_three_times())
        one
        three
    """

    def __init__(self, pause: float, function: Callable[[str], None]) -> None:
        """Begin with no call.

        Args:
            pause: How many seconds are between two calls at least.
            function: What to call.
        """
        self.pause = pause
        self.function = function
        self.again = float("-inf")

    def __call__(self, text: str) -> None:
        """Call the function, unless it has just been called.

        Args:
            text: What to pass to the function.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.later import Throttled
            >>> async def ask():
            ...     Throttled(1, print)("hello")
            >>> asyncio.run(ask())
            hello
        """
        now = asyncio.get_running_loop().time()
        if now >= self.again:
            self.again = now + self.pause
            self.function(text)


async def type_a_word() -> list[str]:
    """Search when nobody has typed for half a second, not at each letter.

    Returns:
        What was typed and searched for, and when.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.later import type_a_word
        >>> for line in asyncio.run(type_a_word()):
        ...     print(line)
        0.0 s: typed no
        0.2 s: typed not
        0.4 s: typed note
        0.9 s: search for note
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    log = []

    def note(text: str) -> None:
        log.append(f"{loop.time() - started:.1f} s: {text}")

    search = Debounced(0.5, lambda word: note(f"search for {word}"))
    for word in ("no", "not", "note"):
        note(f"typed {word}")
        search(word)
        await asyncio.sleep(0.2)
    await asyncio.sleep(1)
    return log


async def tick(name: str, every: float) -> None:
    """Print a name again and again, for ever.

    Args:
        name: What to print.
        every: The seconds in between.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.later import tick
        >>> async def for_three_seconds():
        ...     try:
        ...         async with asyncio.timeout(3):
        ...             await tick("tick", every=2)
        ...     except TimeoutError:
        ...         print("enough")
        >>> asyncio.run(for_three_seconds())
        tick
        tick
        enough
    """
    while True:
        print(name)
        await asyncio.sleep(every)


async def two_endless_loops(stop: asyncio.Event) -> None:
    """Run two loops at the same time, until somebody sets an event.

    Args:
        stop: The event.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.later import two_endless_loops
        >>> async def for_three_seconds():
        ...     stop = asyncio.Event()
        ...     asyncio.get_running_loop().call_later(3, stop.set)
        ...     await two_endless_loops(stop)
        >>> asyncio.run(for_three_seconds())
        fetch
        save
        fetch
        stopped
    """
    async with asyncio.TaskGroup() as group:
        loops = [
            group.create_task(tick("fetch", every=2), name="fetch"),
            group.create_task(tick("save", every=5), name="save"),
        ]
        await stop.wait()
        for loop in loops:
            loop.cancel()
    print("stopped")
