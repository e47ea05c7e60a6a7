"""Programs whose recordings were once untrue, each with the rows that are true.

A row is what a recording says as text, without the time. Lines that run are left out,
unless a program is about them.
"""

import asyncio
import contextlib
import dataclasses
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

#: For each program the rows of its recording, as far as they are looked at.
EXPECTED: dict[Callable[[], Any], list[str]] = {}

#: Those whose rows include the lines that run.
WITH_LINES: set[Callable[[], Any]] = set()


def shows(
    rows: str, *, lines: bool = False
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Say what the recording of a program shows."""

    def add(program: Callable[[], Any]) -> Callable[[], Any]:
        EXPECTED[program] = [row.strip() for row in rows.strip().splitlines()]
        if lines:
            WITH_LINES.add(program)
        return program

    return add


@shows("""
    a_clean_up_that_awaits  started
    Task-1  created by a_clean_up_that_awaits
    Task-1  started
    Task-2  created by Task-1
    Task-1  waits for asyncio.sleep(1)
    Task-2  started
    Task-2  waits for asyncio.sleep(10)
    Task-1  woken by a timer
    Task-1  resumed
    Task-2  woken by Task-1
    Task-1  waits for asyncio.wait([task])
    Task-2  resumed: CancelledError() is thrown in
    Task-2  waits for asyncio.sleep(1)
    Task-2  woken by a timer
    Task-2  resumed
    Task-2  cancelled
    Task-1  woken by Task-2
    Task-1  resumed
    Task-1  returns True
    a_clean_up_that_awaits  returns True
""")
def a_clean_up_that_awaits() -> bool:
    """A task awaits in its ``finally``, and ends by the cancellation that came in."""

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(1)

    async def main() -> bool:
        task = asyncio.create_task(work())
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    return asyncio.run(main())


@shows("""
    an_exception_that_goes_on  started
    careful  created by an_exception_that_goes_on
    careful  started by an_exception_that_goes_on: next
    careful  yields 0
    careful  resumed by an_exception_that_goes_on: KeyError('k') is thrown in
    careful  raises KeyError('k')
    an_exception_that_goes_on  returns "KeyError('k')"
""")
def an_exception_that_goes_on() -> str:
    """A ``finally`` handles another exception, and lets the first one go on."""

    def careful() -> Generator[int, None, None]:
        try:
            yield 0
        finally:
            with contextlib.suppress(ValueError):
                int("x")

    generator = careful()
    next(generator)
    try:
        generator.throw(KeyError("k"))
    except KeyError as error:
        return repr(error)
    return ""


@shows("""
    a_dropped_async_generator  started
    Task-1  created by a_dropped_async_generator
    Task-1  started
    rows  created by Task-1
    rows  started by Task-1: await
    rows  yields 1
    Task-1  prints after the loop
    Task-1  waits for asyncio.sleep(1)
    Task-2  created by Task-1
    Task-2  started
    rows  resumed by Task-2: GeneratorExit() is thrown in
    rows  prints cleaned up
    rows  closed by Task-2
    Task-2  returns None
    Task-1  woken by a timer
    Task-1  resumed
    Task-1  returns None
    a_dropped_async_generator  returns None
""")
def a_dropped_async_generator() -> None:
    """A ``break`` leaves it open; the loop closes it, in a task of its own."""

    async def rows() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            print("cleaned up")

    async def main() -> None:
        async for _ in rows():
            break
        print("after the loop")
        await asyncio.sleep(1)

    asyncio.run(main())


@shows("""
    a_program_that_measures_itself  started
    Task-1  created by a_program_that_measures_itself
    Task-1  started
    Task-1  waits for asyncio.sleep(1)
    Task-1  woken by a timer
    Task-1  resumed
    Task-1  waits for asyncio.sleep(1)
    Task-1  woken by a timer
    Task-1  resumed
    Task-1  returns 2
    a_program_that_measures_itself  returns 2
""")
def a_program_that_measures_itself() -> int:
    """All clocks that it may look at tell the time that the loop has."""

    async def main() -> int:
        rounds, start, precise = 0, time.monotonic(), time.perf_counter()
        while time.monotonic() < start + 2 and time.perf_counter() < precise + 2:
            rounds += 1
            await asyncio.sleep(1)
        return rounds

    return asyncio.run(main())


@shows("""
    an_awaitable_of_its_own  started
    Task-1  created by an_awaitable_of_its_own
    Task-1  started
    Task-1  waits for asyncio.sleep(1)
    Task-1  woken by a timer
    Task-1  resumed
    Task-1  returns None
    an_awaitable_of_its_own  returns None
""")
def an_awaitable_of_its_own() -> None:
    """What a task waits for is said without how that is awaited."""

    class Soon:
        def __await__(self) -> Generator[Any, None, None]:
            yield from asyncio.sleep(1).__await__()

    async def main() -> None:
        await Soon()

    asyncio.run(main())


@shows("""
    dropped_in_the_middle_of_a_line  started
    noisy  created by dropped_in_the_middle_of_a_line
    noisy  started by dropped_in_the_middle_of_a_line: next
    noisy  yields 1
    noisy  resumed by dropped_in_the_middle_of_a_line: GeneratorExit() is thrown in
    noisy  prints cleaned up
    noisy  closed by dropped_in_the_middle_of_a_line
    dropped_in_the_middle_of_a_line  prints next
    dropped_in_the_middle_of_a_line  prints end
    dropped_in_the_middle_of_a_line  returns None
""")
def dropped_in_the_middle_of_a_line() -> None:
    """A generator is closed where it is dropped, and not at the next line."""

    def noisy() -> Iterator[int]:
        try:
            yield 1
        finally:
            print("cleaned up")

    # fmt: off
    x = noisy(); next(x)  # noqa: E702 - that is what is shown
    del x; print("next")  # noqa: E702 - that is what is shown
    # fmt: on
    print("end")


@shows("""
    told_that_it_is_dropped  started
    noisy  created by told_that_it_is_dropped
    noisy  started by told_that_it_is_dropped: next
    noisy  yields 1
    told_that_it_is_dropped  prints it goes
    noisy  resumed by told_that_it_is_dropped: GeneratorExit() is thrown in
    noisy  prints cleaned up
    noisy  closed by told_that_it_is_dropped
    told_that_it_is_dropped  prints end
    told_that_it_is_dropped  returns None
""")
def told_that_it_is_dropped() -> None:
    """A weak reference's callback runs before the generator that is dropped does."""

    def noisy() -> Iterator[int]:
        try:
            yield 1
        finally:
            print("cleaned up")

    def tell(_: object) -> None:
        print("it goes")

    generator = noisy()
    watched = weakref.ref(generator, tell)
    next(generator)
    del generator
    assert watched() is None
    print("end")


@shows("""
    two_in_the_same_place  started
    numbers-1  created by two_in_the_same_place
    numbers-1  closed by two_in_the_same_place
    numbers-2  created by two_in_the_same_place
    numbers-2  started by two_in_the_same_place: next
    numbers-2  yields 1
    numbers-2  closed by two_in_the_same_place
    two_in_the_same_place  returns None
""")
def two_in_the_same_place() -> None:
    """A generator is dropped before it starts, and another one gets its memory."""

    def numbers() -> Iterator[int]:
        yield 1

    unused = numbers()
    # fmt: off
    del unused; next(numbers())  # noqa: E702 - that is what is shown
    # fmt: on


@shows("""
    closed_where_it_is_closed  started
    plain  created by closed_where_it_is_closed
    plain  started by closed_where_it_is_closed: next
    plain  yields 1
    plain  closed by closed_where_it_is_closed
    closed_where_it_is_closed  prints closed
    closed_where_it_is_closed  returns None
""")
def closed_where_it_is_closed() -> None:
    """Nothing in the generator runs; all the same that comes before the next print."""

    def plain() -> Generator[int, None, None]:
        yield 1

    generator = plain()
    next(generator)
    # fmt: off
    generator.close(); print("closed")  # noqa: E702 - that is what is shown
    # fmt: on


@shows("""
    a_value_through_a_chain  started
    chain-1  created by a_value_through_a_chain
    chain-1  started by a_value_through_a_chain: list
    chain-2  created by chain-1
    chain-2  started by chain-1: yield from
    chain-3  created by chain-2
    chain-3  started by chain-2: yield from
    chain-3  yields 'a'
    chain-2  yields from chain(level - 1)
    chain-1  yields from chain(level - 1)
    chain-3  resumed by a_value_through_a_chain: list
    chain-3  yields 'b'
    chain-3  resumed by a_value_through_a_chain: list
    chain-3  returns None
    chain-2  returns None
    chain-1  returns None
    a_value_through_a_chain  returns ['a', 'b']
""")
def a_value_through_a_chain() -> list[str]:
    """Who hands it on stands there; whom it goes to is who asks for it."""

    def chain(level: int) -> Iterator[str]:
        if level:
            yield from chain(level - 1)
        else:
            yield "a"
            yield "b"

    return list(chain(2))


@shows("""
    exhausted_by_another  started
    outer  created by exhausted_by_another
    inner  created by exhausted_by_another
    outer  started by exhausted_by_another: next
    middle  created by outer
    middle  started by outer: yield from
    inner  started by middle: yield from
    inner  yields 1
    middle  yields from source
    outer  yields from middle()
    inner  resumed by exhausted_by_another: list
    inner  yields 2
    inner  resumed by exhausted_by_another: list
    inner  returns None
    middle  resumed by exhausted_by_another: next
    middle  returns 'middle'
    outer  returns 'middle'
    exhausted_by_another  returns [1, [2], 'middle']
""")
def exhausted_by_another() -> list[object]:
    """What two generators delegate to is taken from them; then they go on."""

    def inner() -> Iterator[int]:
        yield 1
        yield 2

    def middle() -> Generator[int, None, str]:
        yield from source
        return "middle"

    def outer() -> Generator[int, None, str]:
        return (yield from middle())

    source, generator = inner(), outer()
    log: list[object] = [next(generator), list(source)]
    try:
        next(generator)
    except StopIteration as stop:
        log.append(stop.value)
    return log


@shows("""
    all_that_can_be_asked  started
    Task-1  created by all_that_can_be_asked
    Task-1  started
    echo  created by Task-1
    echo  started by Task-1: anext
    echo  yields 'ready'
    echo  resumed by Task-1: asend 'hey'
    echo  yields 'hey'
    echo  resumed by Task-1: KeyError('k') is thrown in
    echo  yields 'caught'
    echo  closed by Task-1
    Task-1  returns ['ready', 'hey', 'caught']
    all_that_can_be_asked  returns ['ready', 'hey', 'caught']
""")
def all_that_can_be_asked() -> list[str]:
    """An async generator is resumed in several ways, each with its name."""

    async def echo() -> Any:  # noqa: ANN401 - a generator of any kind
        got = yield "ready"
        try:
            yield got
        except KeyError:
            yield "caught"

    async def main() -> list[str]:
        stream = echo()
        log = [await anext(stream), await stream.asend("hey")]
        log.append(await stream.athrow(KeyError("k")))
        await stream.aclose()
        return log

    return asyncio.run(main())


@shows(
    """
    each_definition_once  started
    each_definition_once  | def same(function: Callable[[], int]) -> Callable[[], int]:
    each_definition_once  | @same
    each_definition_once  | def one() -> int:
    each_definition_once  | return function
    each_definition_once  | @dataclasses.dataclass
    each_definition_once  | class Point:
    each_definition_once  | x: int = 0
    each_definition_once  | class Plain:
    each_definition_once  | y = 2
    each_definition_once  | return one() + Point(1).x + Plain.y
    each_definition_once  | return 1
    each_definition_once  returns 4
    """,
    lines=True,
)
def each_definition_once() -> int:
    """Decorated functions and classes: the interpreter comes to their lines twice."""

    def same(function: Callable[[], int]) -> Callable[[], int]:
        return function

    @same
    def one() -> int:
        return 1

    @dataclasses.dataclass
    class Point:
        x: int = 0

    class Plain:
        y = 2

    return one() + Point(1).x + Plain.y


@shows("""
    eager_tasks  started
    Task-1  created by eager_tasks
    Task-1  started
    Task-2  created by Task-1
    Task-2  started
    Task-2  waits for asyncio.sleep(1)
    Task-1  waits for child_task
    Task-2  woken by a timer
    Task-2  resumed
    Task-2  returns 'child'
    Task-1  woken by Task-2
    Task-1  resumed
    Task-1  returns 'child'
    eager_tasks  returns 'child'
""")
def eager_tasks() -> str:
    """A task that starts where it is created has a name, as others have."""

    async def child() -> str:
        await asyncio.sleep(1)
        return "child"

    async def main() -> str:
        # Up to Python 3.11 there are none.
        factory: Any = getattr(asyncio, "eager_task_factory", None)
        asyncio.get_running_loop().set_task_factory(factory)
        child_task: Awaitable[str] = asyncio.create_task(child())
        if factory is None:
            await asyncio.sleep(0)
        return await child_task

    return asyncio.run(main())


@shows("""
    closed_from_the_inside_out  started
    chain-1  created by closed_from_the_inside_out
    chain-1  started by closed_from_the_inside_out: next
    chain-2  created by chain-1
    chain-2  started by chain-1: yield from
    chain-3  created by chain-2
    chain-3  started by chain-2: yield from
    chain-3  yields 1
    chain-2  yields from chain(level - 1)
    chain-1  yields from chain(level - 1)
    chain-3  resumed by closed_from_the_inside_out: next
    chain-3  yields 2
    closed_from_the_inside_out  prints 1 2
    chain-3  resumed by closed_from_the_inside_out: GeneratorExit() is thrown in
    chain-3  prints closes 0
    chain-3  closed by closed_from_the_inside_out
    chain-2  resumed by closed_from_the_inside_out: GeneratorExit() is thrown in
    chain-2  prints closes 1
    chain-2  closed by closed_from_the_inside_out
    chain-1  resumed by closed_from_the_inside_out: GeneratorExit() is thrown in
    chain-1  prints closes 2
    chain-1  closed by closed_from_the_inside_out
    closed_from_the_inside_out  returns None
""")
def closed_from_the_inside_out() -> None:
    """Of generators that delegate to one another the innermost is closed first."""

    def chain(level: int) -> Iterator[int]:
        try:
            if level:
                yield from chain(level - 1)
            else:
                yield 1
                yield 2
        finally:
            print("closes", level)

    generator: Any = chain(2)
    print(next(generator), next(generator))
    generator.close()


@shows("""
    thrown_through_a_chain  started
    outer  created by thrown_through_a_chain
    outer  started by thrown_through_a_chain: next
    middle  created by outer
    middle  started by outer: yield from
    inner  created by middle
    inner  started by middle: yield from
    inner  yields 1
    middle  yields from inner()
    outer  yields from middle()
    inner  resumed by thrown_through_a_chain: next
    inner  yields 2
    inner  resumed by thrown_through_a_chain: KeyError('k') is thrown in
    inner  raises KeyError('k')
    middle  yields 3
    middle  resumed by thrown_through_a_chain
    middle  returns None
    outer  yields 4
    outer  resumed by thrown_through_a_chain
    outer  returns None
    thrown_through_a_chain  returns [1, 2, 3, 4]
""")
def thrown_through_a_chain() -> list[object]:
    """The innermost gets the exception; who delegates to it handles what comes out."""

    def inner() -> Iterator[int]:
        yield 1
        yield 2

    def middle() -> Iterator[int]:
        try:
            yield from inner()
        except KeyError:
            yield 3

    def outer() -> Iterator[int]:
        yield from middle()
        yield 4

    generator: Any = outer()
    log: list[object] = [next(generator), next(generator)]
    return [*log, generator.throw(KeyError("k")), *generator]


@shows("""
    printed_by_nobody  started
    Task-1  created by printed_by_nobody
    Task-1  started
    Task-1  waits for asyncio.sleep(1)
    event loop  started by Task-1
    event loop  prints soon
    event loop  waits
    event loop  resumed: timer
    event loop  prints later
    event loop  waits
    Task-1  woken by a timer
    Task-1  resumed
    Task-1  returns None
    printed_by_nobody  returns None
""")
def printed_by_nobody() -> None:
    """The loop calls `print`, which has no frame that could tell where it runs."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(print, "soon")
        loop.call_later(0.5, print, "later")
        await asyncio.sleep(1)

    asyncio.run(main())
