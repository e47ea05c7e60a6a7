"""Programs like those that people write, ask about and learn from."""

import asyncio
import collections
import contextlib
import contextvars
import dataclasses
import functools
import heapq
import itertools
import queue
import random
import threading
import time
import types
import weakref
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
)
from typing import Any, Self

PROGRAMS: list[Callable[[], Any]] = []


def program(function: Callable[[], Any]) -> Callable[[], Any]:
    """Add a function to the programs."""
    PROGRAMS.append(function)
    return function


# Generators.


@program
def a_pipeline() -> list[int]:
    """Generators that read from one another."""

    def numbers() -> Iterator[int]:
        yield from range(6)

    def odd(source: Iterable[int]) -> Iterator[int]:
        for number in source:
            if number % 2:
                yield number

    squares = (number**2 for number in odd(numbers()))
    return list(squares)


@program
def a_tree() -> list[int]:
    """A recursive walk."""
    tree = (((None, 1, None), 2, (None, 3, None)), 4, None)

    def walk(node: Any) -> Iterator[int]:  # noqa: ANN401 - a tuple in a tuple
        if node is not None:
            left, value, right = node
            yield from walk(left)
            yield value
            yield from walk(right)

    return list(walk(tree))


@program
def a_running_average() -> list[float | None]:
    """A coroutine of the old kind, primed by a decorator."""

    def primed(function: Callable[[], Any]) -> Callable[[], Any]:
        @functools.wraps(function)
        def start() -> Any:  # noqa: ANN401 - a generator of any kind
            generator = function()
            next(generator)
            return generator

        return start

    @primed
    def average() -> Generator[float | None, float, None]:
        total, count, mean = 0.0, 0, None
        while True:
            total += yield mean
            count += 1
            mean = total / count

    with contextlib.closing(average()) as means:
        return [means.send(number) for number in (10, 30, 5)]


@program
def a_context_manager() -> None:
    """One made of a generator, left by an exception that it handles."""

    @contextlib.contextmanager
    def section(name: str) -> Iterator[str]:
        print("enter", name)
        try:
            yield name.upper()
        except LookupError as error:
            print("handled", error)
        finally:
            print("leave", name)

    with section("a") as upper:
        print(upper)
    with section("b"):
        raise LookupError("inside")
    with contextlib.suppress(ValueError), section("c"):
        raise ValueError("not handled")


@program
def round_robin() -> list[str]:
    """A scheduler in ten lines."""

    def job(name: str, steps: int) -> Generator[str, None, str]:
        for step in range(steps):
            yield f"{name}{step}"
        return name

    ready = collections.deque([job("a", 2), job("b", 3), job("c", 1)])
    log = []
    while ready:
        each = ready.popleft()
        try:
            log.append(next(each))
        except StopIteration as stop:
            log.append(f"{stop.value} ends")
        else:
            ready.append(each)
    return log


@program
def a_reraise() -> str:
    """The exception that goes out is the one that came in, not one handled since."""

    def careful() -> Iterator[int]:
        try:
            yield 0
        finally:
            with contextlib.suppress(ValueError):
                int("x")
            try:
                int("y")
            except ValueError:
                print("not a number")

    generator = careful()
    next(generator)
    try:
        generator.throw(KeyError("k"))  # type: ignore[attr-defined]  # it is a generator
    except KeyError as error:
        return repr(error)
    return ""


@program
def another_exception() -> str:
    """One is raised while another is handled, with and without a cause."""

    def translate() -> Iterator[int]:
        try:
            yield 0
        except KeyError as error:
            raise LookupError("translated") from error

    def stumble() -> Iterator[int]:
        try:
            yield from translate()
        except LookupError:
            int("z")
            raise

    generator: Any = stumble()
    next(generator)
    try:
        generator.throw(KeyError("k"))
    except ValueError as error:
        before = error.__context__
        return f"{before!r} {before and before.__cause__!r}"
    return ""


@program
def a_bare_raise_elsewhere() -> str:
    """A function raises again what its caller handles."""

    def again() -> None:
        raise  # noqa: PLE0704 - that is what is shown

    def generator() -> Iterator[int]:
        try:
            yield 1
        except KeyError:
            again()

    it: Any = generator()
    next(it)
    try:
        it.throw(KeyError("again"))
    except KeyError as error:
        return str(error)
    return ""


@program
def stop_iteration_inside() -> str:
    """It becomes a RuntimeError."""

    def take_two(source: Iterator[int]) -> Iterator[int]:
        yield next(source)
        yield next(source)

    try:
        return str(list(take_two(iter([1]))))
    except RuntimeError as error:
        return repr(error.__cause__)


@program
def a_generator_that_refuses() -> None:
    """It yields when it is closed."""

    def stubborn() -> Iterator[int]:
        while True:
            try:
                yield 1
            except GeneratorExit:
                print("no")
                yield 2
                return

    generator: Any = stubborn()
    next(generator)
    try:
        generator.close()
    except RuntimeError as error:
        print(error)
    print(next(generator, "over"))


@program
def generators_in_containers() -> list[int]:
    """Merged, zipped, and dropped on the way."""

    def count(start: int, step: int) -> Iterator[int]:
        try:
            while True:
                yield start
                start += step
        finally:
            print("dropped", step)

    merged = heapq.merge(count(0, 2), count(1, 3))
    first = list(itertools.islice(merged, 5))
    del merged
    pairs = list(zip(count(0, 5), "ab", strict=False))
    return first + [number for number, _ in pairs]


@program
def one_line_does_much() -> None:
    """Several statements a line: a generator is dropped in the middle of one."""

    def noisy() -> Iterator[int]:
        try:
            yield 1
        finally:
            print("cleanup")

    # The formatter would give each statement a line of its own.
    # fmt: off
    x = noisy(); next(x)  # noqa: E702 - that is what is shown
    del x; print("next")  # noqa: E702 - that is what is shown
    y = [noisy(), noisy()]; next(y[0]); next(y[1]); y.pop(); print("popped")  # noqa: E702 - that is what is shown
    y.clear(); print("cleared")  # noqa: E702 - that is what is shown
    # fmt: on


@program
def closed_before_it_prints() -> None:
    """A generator with nothing to clean up is closed when it is, and not later."""

    def plain() -> Generator[int, None, None]:
        yield 1
        yield 2

    new, waiting = plain(), plain()
    next(waiting)
    # fmt: off
    new.close(); print("new")  # noqa: E702 - that is what is shown
    waiting.close(); print("waiting")  # noqa: E702 - that is what is shown
    # fmt: on


@program
def a_deep_chain() -> int:
    """Values pass through many generators."""

    def down(level: int) -> Iterator[int]:
        if level:
            yield from down(level - 1)
        yield level

    return sum(down(40))


@program
def sends_through_a_chain() -> list[object]:
    """What is sent, thrown and returned goes through."""

    def inner() -> Generator[object, object, str]:
        try:
            got = yield "ready"
            yield got
        except KeyError:
            yield "caught"
        return "inner is done"

    def middle() -> Generator[object, object, str]:
        return (yield from inner())

    def outer() -> Generator[object, object, None]:
        yield (yield from middle())
        yield (yield from middle())

    generator = outer()
    log: list[object] = [next(generator), generator.send("value")]
    log += [generator.throw(KeyError("k")), next(generator), next(generator)]
    generator.close()
    return log


@program
def an_iterator_class() -> list[int]:
    """Its ``__iter__`` is a generator function, and so is a property."""

    class Bag:
        def __init__(self, *items: int) -> None:
            self.items = items

        def __iter__(self) -> Iterator[int]:
            yield from self.items

        @property
        def pairs(self) -> Iterator[tuple[int, int]]:
            for item in self:
                yield item, item

    bag = Bag(1, 2)
    return [*bag, *(pair[0] for pair in bag.pairs), *{*bag}]


# Awaiting.


@program
def cleanup_awaits() -> bool:
    """A cancelled task awaits in its clean-up, and is cancelled all the same."""

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(1)
            print("cleaned up")

    async def main() -> bool:
        task = asyncio.create_task(work())
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    return asyncio.run(main())


@program
def catches_and_raises_again() -> None:
    """A bare ``raise`` behind an await, and one that is swallowed."""

    async def polite() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            await asyncio.sleep(0.5)
            raise

    async def deaf() -> str:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(10)
        return "swallowed"

    async def main() -> None:
        tasks = [asyncio.create_task(polite()), asyncio.create_task(deaf())]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        print(await asyncio.gather(*tasks, return_exceptions=True))

    asyncio.run(main())


@program
def producer_and_consumer() -> list[int]:
    """A queue, and a consumer that is cancelled at the end."""

    async def main() -> list[int]:
        items: asyncio.Queue[int] = asyncio.Queue(maxsize=2)
        eaten: list[int] = []

        async def consume() -> None:
            while True:
                item = await items.get()
                await asyncio.sleep(0.1)
                eaten.append(item)
                items.task_done()

        consumers = [asyncio.create_task(consume(), name=f"c{n}") for n in range(2)]
        for item in range(5):
            await items.put(item)
        await items.join()
        for consumer in consumers:
            consumer.cancel()
        await asyncio.gather(*consumers, return_exceptions=True)
        return eaten

    return asyncio.run(main())


@program
def a_semaphore() -> list[str]:
    """At most two at once."""

    async def main() -> list[str]:
        at_once, log = asyncio.Semaphore(2), []

        async def fetch(number: int) -> int:
            async with at_once:
                log.append(f"{number} starts")
                await asyncio.sleep(1 / (number + 1))
            return number

        results = await asyncio.gather(*map(fetch, range(4)))
        return [*log, str(results)]

    return asyncio.run(main())


@program
def timeouts() -> list[str]:
    """Of three kinds, one inside another."""

    async def main() -> list[str]:
        log = []
        try:
            await asyncio.wait_for(asyncio.sleep(5), 1)
        except TimeoutError:
            log.append("wait_for")
        try:
            async with asyncio.timeout(3):
                async with asyncio.timeout(1):
                    await asyncio.sleep(2)
        except TimeoutError:
            log.append("timeout")
        done, pending = await asyncio.wait(
            [asyncio.ensure_future(asyncio.sleep(n, n)) for n in (1, 3)], timeout=2
        )
        log.append(f"{len(done)} {len(pending)}")
        return log

    return asyncio.run(main())


@program
def a_shield() -> str:
    """What is shielded goes on."""

    async def work() -> str:
        await asyncio.sleep(2)
        return "done"

    async def main() -> str:
        inner = asyncio.create_task(work(), name="inner")
        outer = asyncio.create_task(asyncio.wait_for(asyncio.shield(inner), 1))
        await asyncio.wait([outer])
        return f"{outer.exception()!r} {await inner}"

    return asyncio.run(main())


@program
def a_failing_group() -> list[str]:
    """One task fails, the others are cancelled, and one of those fails too."""

    async def fail(delay: float) -> None:
        await asyncio.sleep(delay)
        raise ValueError(delay)

    async def fails_when_cancelled() -> None:
        try:
            await asyncio.sleep(9)
        finally:
            raise KeyError("late")

    async def main() -> list[str]:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail(1))
                group.create_task(fail(2))
                group.create_task(fails_when_cancelled())
        except* ValueError as values:
            found = [repr(error) for error in values.exceptions]
        except* KeyError as keys:
            found = [repr(error) for error in keys.exceptions]
        return found

    return asyncio.run(main())


@program
def as_they_come() -> list[int]:
    """The quickest first."""

    async def nap(number: int) -> int:
        await asyncio.sleep(number)
        return number

    async def main() -> list[int]:
        naps = [asyncio.create_task(nap(number)) for number in (3, 1, 2)]
        return [await first for first in asyncio.as_completed(naps)]

    return asyncio.run(main())


@program
def a_condition() -> list[str]:
    """Waiters that are notified."""

    async def main() -> list[str]:
        condition, log = asyncio.Condition(), []

        async def wait(name: str) -> None:
            async with condition:
                await condition.wait()
                log.append(name)

        tasks = [asyncio.create_task(wait(name)) for name in "ab"]
        await asyncio.sleep(0)
        async with condition:
            condition.notify()
        await asyncio.sleep(0)
        async with condition:
            condition.notify_all()
        await asyncio.gather(*tasks)
        return log

    return asyncio.run(main())


@program
def callbacks() -> list[str]:
    """Functions that the loop calls, and a future that they set."""

    async def main() -> list[str]:
        loop, log = asyncio.get_running_loop(), []
        future: asyncio.Future[str] = loop.create_future()
        future.add_done_callback(lambda done: log.append(f"done {done.result()}"))
        loop.call_later(1, future.set_result, "later")
        loop.call_soon(log.append, "soon")
        log.append(await future)
        await asyncio.sleep(0)
        return log

    return asyncio.run(main())


@program
def an_awaitable_class() -> int:
    """Its ``__await__`` is a generator, or hands on another's."""

    class Twice:
        def __await__(self) -> Generator[Any, None, int]:
            yield from asyncio.sleep(1).__await__()
            yield
            return 2

    class Other:
        def __await__(self) -> Generator[Any, None, int]:
            return Twice().__await__()

    async def main() -> int:
        return await Twice() + await Other()

    return asyncio.run(main())


@program
def old_style_coroutine() -> str:
    """One made of a generator by `types.coroutine`."""

    @types.coroutine
    def give_way(turns: int) -> Generator[None, None, str]:
        for _ in range(turns):
            yield
        return "back"

    async def main() -> str:
        return await give_way(2)

    return asyncio.run(main())


@program
def by_hand() -> list[object]:
    """A loop of one's own that drives coroutines."""

    class Ask:
        def __init__(self, question: str) -> None:
            self.question = question

        def __await__(self) -> Generator[str, int, int]:
            return (yield self.question)

    async def inner(question: str) -> int:
        try:
            return await Ask(question)
        except KeyError:
            return await Ask("again")

    async def outer() -> int:
        return await inner("first") + await inner("second")

    coroutine: Coroutine[Any, Any, int] = outer()
    log: list[object] = [coroutine.send(None), coroutine.send(1)]
    log.append(coroutine.throw(KeyError("no answer")))
    try:
        coroutine.send(2)
    except StopIteration as stop:
        log.append(stop.value)
    never = outer()
    never.close()
    return log


@program
def a_task_of_a_foreign_coroutine() -> str:
    """Tasks that run a library's coroutine, with and without one of ours inside."""

    async def ours() -> str:
        await asyncio.sleep(1)
        return "ours"

    async def main() -> str:
        plain = asyncio.create_task(asyncio.sleep(1, "plain"), name="plain")
        wrapped = asyncio.create_task(asyncio.wait_for(ours(), 5), name="wrapped")
        late = asyncio.create_task(asyncio.sleep(9), name="late")
        results = await asyncio.gather(plain, wrapped)
        late.cancel()
        await asyncio.wait([late])
        return f"{results} {late.cancelled()}"

    return asyncio.run(main())


@program
def cancelled_before_it_starts() -> list[bool]:
    """It never runs."""

    async def work() -> None:
        print("never")

    async def main() -> list[bool]:
        tasks = [asyncio.create_task(work()) for _ in range(2)]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        return [task.cancelled() for task in tasks]

    return asyncio.run(main())


@program
def cancels_itself() -> list[str]:
    """It returns before that takes effect, or it does not."""

    async def main() -> list[str]:
        async def returns() -> str:
            asyncio.current_task().cancel()  # type: ignore[union-attr]  # there is one
            return "returned"

        async def waits() -> None:
            asyncio.current_task().cancel()  # type: ignore[union-attr]  # there is one
            await asyncio.sleep(1)

        tasks = [asyncio.create_task(each) for each in (returns(), waits())]
        await asyncio.wait(tasks)
        return [str(task.cancelled()) for task in tasks]

    return asyncio.run(main())


@program
def context_variables() -> list[str]:
    """Each task has its own."""
    user: contextvars.ContextVar[str] = contextvars.ContextVar("user")

    async def greet(name: str) -> str:
        user.set(name)
        await asyncio.sleep(0)
        return user.get()

    async def main() -> list[str]:
        return list(await asyncio.gather(greet("a"), greet("b")))

    return asyncio.run(main())


# Async generators.


async def ticks(name: str, count: int) -> AsyncIterator[str]:
    """Yield in turns with waiting, and clean up."""
    try:
        for number in range(count):
            await asyncio.sleep(1)
            yield f"{name}{number}"
    finally:
        await asyncio.sleep(0)
        print("clean", name)


@program
def a_dropped_async_generator() -> None:
    """The loop closes it, in a task of its own."""

    async def main() -> None:
        async for tick in ticks("a", 3):
            print(tick)
            break
        print("after the loop")
        await asyncio.sleep(1)

    asyncio.run(main())


@program
def an_async_generator_left_open() -> None:
    """The loop closes it at its end."""

    async def main() -> AsyncIterator[str]:
        stream = ticks("b", 3)
        print(await anext(stream))
        return stream

    kept = asyncio.run(main())
    del kept


@program
def async_generators_side_by_side() -> list[str]:
    """Two that wait at the same time, one inside another, and a comprehension."""

    async def doubled(source: AsyncIterator[str]) -> AsyncIterator[str]:
        async for each in source:
            yield each * 2

    async def collect(name: str) -> list[str]:
        return [each async for each in doubled(ticks(name, 2))]

    async def main() -> list[str]:
        x, y = await asyncio.gather(collect("x"), collect("y"))
        return x + y

    return asyncio.run(main())


@program
def asks_an_async_generator() -> list[object]:
    """By all that it can be asked."""

    async def echo() -> Any:  # noqa: ANN401 - a generator of any kind
        got = yield "ready"
        while got != "stop":
            try:
                got = yield got
            except KeyError as error:
                got = yield error.args[0]

    async def main() -> list[object]:
        stream = echo()
        log = [await anext(stream), await stream.asend("hey")]
        log += [await stream.athrow(KeyError("k")), await stream.asend("more")]
        await stream.aclose()
        log.append(await anext(stream, "over"))
        return log

    return asyncio.run(main())


@program
def a_cancelled_async_for() -> list[str]:
    """A task is cancelled while the generator that it reads from waits."""

    async def main() -> list[str]:
        log: list[str] = []

        async def read() -> None:
            async with contextlib.aclosing(ticks("c", 9)) as stream:  # type: ignore[type-var]  # it has aclose
                async for tick in stream:
                    log.append(tick)  # noqa: PERF401 - a line each

        task = asyncio.create_task(read())
        await asyncio.sleep(2.5)
        task.cancel()
        await asyncio.wait([task])
        return [*log, str(task.cancelled())]

    return asyncio.run(main())


@program
def async_context_managers() -> None:
    """A class, a function, and a stack of them."""

    class Connection:
        async def __aenter__(self) -> Self:
            await asyncio.sleep(0.5)
            return self

        async def __aexit__(self, *error: object) -> bool:
            print("closes for", error[0].__name__ if error[0] else None)  # type: ignore[attr-defined]  # it is a class
            return bool(error[0])

    @contextlib.asynccontextmanager
    async def transaction() -> AsyncIterator[int]:
        try:
            yield 1
        except ValueError:
            print("rolls back")
            raise

    async def main() -> None:
        async with Connection(), transaction() as number:
            raise ValueError(number)
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(Connection())
            print(await stack.enter_async_context(transaction()))

    asyncio.run(main())


# Threads.


@program
def threads_and_a_queue() -> list[int]:
    """A worker thread that is told to stop."""
    jobs: queue.Queue[int | None] = queue.Queue()
    results: list[int] = []

    def work() -> None:
        while (job := jobs.get()) is not None:
            results.append(job * job)

    worker = threading.Thread(target=work)
    worker.start()
    for job in range(3):
        jobs.put(job)
    jobs.put(None)
    worker.join()
    return results


@program
def threads_that_count() -> int:
    """Under a lock, nothing is lost."""
    lock, counts = threading.Lock(), [0]

    def add() -> None:
        for _ in range(20):
            with lock:
                counts[0] += 1

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts[0]


@program
def a_generator_in_another_thread() -> list[int]:
    """It is started here, and goes on there."""

    def count() -> Iterator[int]:
        yield from range(4)

    numbers = count()
    seen = [next(numbers)]
    thread = threading.Thread(target=lambda: seen.extend(itertools.islice(numbers, 2)))
    thread.start()
    thread.join()
    return [*seen, *numbers]


@program
def to_a_thread_and_back() -> list[str]:
    """A function in a thread, which calls back into the loop."""

    async def main() -> list[str]:
        loop, log = asyncio.get_running_loop(), []

        async def note(text: str) -> int:
            log.append(text)
            return len(log)

        def work() -> int:
            return asyncio.run_coroutine_threadsafe(
                note("from a thread"), loop
            ).result()

        log.append(str(await asyncio.to_thread(work)))
        return log

    return asyncio.run(main())


@program
def a_loop_in_a_thread() -> str:
    """A thread has a loop of its own."""

    async def nap() -> str:
        await asyncio.sleep(0.01)
        return "rested"

    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(nap())))
    thread.start()
    thread.join()
    return found[0]


# Values, definitions, and the rest.


@program
def values_of_all_kinds() -> int:
    """Big ones, nested ones, and some that cannot be shown."""

    @dataclasses.dataclass
    class Node:
        value: int
        children: list["Node"] = dataclasses.field(default_factory=list)

    class Rude:
        def __repr__(self) -> str:
            raise RuntimeError("none of your business")

    root = Node(0)
    for number in range(50):
        root = Node(number, [root])
    counts = collections.Counter("abracadabra")
    groups: dict[str, list[int]] = collections.defaultdict(list)
    for number in range(30):
        groups[str(number % 3)].append(number)
    rude, text, data = Rude(), "x" * 100_000, b"\0" * 100_000
    nested: list[Any] = []
    nested.append(nested)
    ordered = collections.OrderedDict(counts)
    ordered.move_to_end("a")
    return len(text) + len(data) + len(groups) + len(ordered) + (rude is not None)


@program
def definitions() -> int:
    """Decorators, classes, closures: each line is shown once."""

    def twice(function: Callable[[int], int]) -> Callable[[int], int]:
        @functools.wraps(function)
        def call(number: int) -> int:
            return function(function(number))

        return call

    @twice
    @functools.lru_cache
    def increase(number: int) -> int:
        return number + 1

    @dataclasses.dataclass(order=True)
    class Version:
        major: int
        minor: int = 0

        @property
        def next(self) -> "Version":
            return Version(self.major + 1)

    return increase(1) + max(Version(1), Version(0).next).major


@program
def order_of_destruction() -> None:
    """An object is gone when it is dropped, as it is without a recording."""

    class Noisy:
        def __init__(self, name: str) -> None:
            self.name = name

        def __del__(self) -> None:
            print("gone", self.name)

    def holds(noisy: Noisy) -> None:
        del noisy
        print("still there")

    a = Noisy("a")
    watched = weakref.ref(a)
    holds(a)
    # fmt: off
    a = Noisy("b"); print(watched() is None)  # noqa: E702 - that is what is shown
    # fmt: on
    with contextlib.suppress(ValueError):
        raise ValueError(Noisy("c"))
    print("end")


@program
def local_names() -> list[str]:
    """What `locals` gives is the program's own."""
    first = 1
    names = sorted(locals())
    second = first + 1
    del first
    return [*names, *sorted(locals()), str(second)]


@program
def real_recursion() -> int:
    """Towers, and a function that catches its own depth."""

    def hanoi(height: int, *pegs: str) -> int:
        if height == 0:
            return 0
        a, b, c = pegs
        return hanoi(height - 1, a, c, b) + 1 + hanoi(height - 1, c, b, a)

    return hanoi(4, "a", "b", "c")


@program
def chance_of_its_own() -> list[int]:
    """A seeded sequence, and a loop in one line."""
    dice, total = random.Random(4), 0  # noqa: S311 - that is what is shown
    # fmt: off
    for number in range(3): total += number  # noqa: E701 - that is what is shown
    while total < 5: total += 1  # noqa: E701 - that is what is shown
    # fmt: on
    return [dice.randint(1, 6) for _ in range(total)]


@program
def retries() -> list[str]:
    """Tries again, waits longer each time, gives up."""

    async def flaky(log: list[str]) -> None:
        log.append(f"{asyncio.get_running_loop().time():g}")
        raise ConnectionError(len(log))

    async def retry(call: Callable[[], Awaitable[None]], times: int) -> None:
        for attempt in range(times):
            try:
                return await call()
            except ConnectionError:
                if attempt == times - 1:
                    raise
                await asyncio.sleep(2**attempt)
        return None

    async def main() -> list[str]:
        log: list[str] = []
        try:
            await retry(lambda: flaky(log), 3)
        except ConnectionError as error:
            log.append(repr(error))
        return log

    return asyncio.run(main())


@program
def blocks_the_loop() -> float:
    """A sleep of the wrong kind."""

    async def main() -> float:
        nap = asyncio.create_task(asyncio.sleep(1))
        await asyncio.sleep(0)
        time.sleep(3)
        await nap
        return asyncio.get_running_loop().time()

    return asyncio.run(main())


# A group cancels its tasks in any order.
ORDER_IS_OPEN = {a_failing_group}
