"""Programs with a fault that a recording names, in the style of what people write.

The line that is to be named ends with the comment ``# found``.
"""

# mypy: disable-error-code="truthy-bool, unused-coroutine"
# Both are what some of them do wrong.

import asyncio
import contextlib
import gc
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

Program = Callable[[], Any]

PROGRAMS: list[tuple[str, Program]] = []


def has(kind: str) -> Callable[[Program], Program]:
    """Add a function to the programs that have a kind of fault, and no other."""

    def add(function: Program) -> Program:
        PROGRAMS.append((kind, function))
        return function

    return add


async def ticks(count: int) -> None:
    """Do something beside."""
    for _ in range(count):
        await asyncio.sleep(0.1)


# A line that blocks the loop.


@has("blocked")
async def sleeps_in_a_coroutine() -> None:
    """The first mistake of all."""

    async def fetch() -> str:
        time.sleep(1)  # found
        return "page"

    await asyncio.gather(fetch(), fetch(), ticks(3))


@has("blocked")
async def sleeps_in_a_function_that_is_called() -> None:
    """Two calls further down."""

    def read() -> str:
        time.sleep(0.5)  # found
        return "text"

    async def load() -> str:
        return read()

    await asyncio.gather(load(), ticks(5))


@has("blocked")
async def sleeps_in_a_callback() -> None:
    """A callback belongs to no task."""
    loop = asyncio.get_running_loop()

    def callback() -> None:
        time.sleep(2)  # found

    loop.call_later(1, callback)
    await asyncio.sleep(5)


@has("blocked")
async def sleeps_in_a_generator() -> None:
    """The task asks a generator, and that takes its time."""

    def pages() -> Iterator[int]:
        for number in range(2):
            time.sleep(0.2)  # found
            yield number

    task = asyncio.create_task(ticks(2))
    for _ in pages():
        await asyncio.sleep(0)
    await task


@has("blocked")
async def waits_for_a_thread() -> None:
    """A future of another kind is asked for its result, and not awaited."""

    def work() -> int:
        time.sleep(1)
        return 1

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(work)
        job.result()  # found


@has("blocked")
def blocks_in_a_group() -> None:
    """From a script's point of view."""

    async def polite() -> None:
        await asyncio.sleep(1)

    async def rude() -> None:
        await asyncio.sleep(0.5)
        time.sleep(0.7)  # found

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(polite())
            group.create_task(rude())

    asyncio.run(main())


# A coroutine that is never awaited.


async def save(text: str) -> str:
    """Save it."""
    await asyncio.sleep(1)
    return text


@has("never awaited")
async def forgets_await() -> None:
    """The statement does nothing."""
    save("one")  # found
    await asyncio.sleep(1)


@has("never awaited")
async def forgets_await_of_sleep() -> None:
    """It seems to be fast."""
    for _ in range(3):
        asyncio.sleep(1)  # found


@has("never awaited")
async def keeps_what_it_should_await() -> str:
    """A condition is true of a coroutine object, whatever it would return."""
    saved = save("two")  # found
    return "saved" if saved else "not saved"


@has("never awaited")
async def a_method_without_await() -> None:
    """Methods are forgotten as functions are."""

    class Store:
        async def close(self) -> None:
            await asyncio.sleep(0)

        async def __aenter__(self) -> Self:
            return self

        async def __aexit__(self, *_: object) -> None:
            self.close()  # found

    async with Store():
        await asyncio.sleep(1)


@has("never awaited")
def calls_main_and_does_not_run_it() -> None:
    """As in a script that ends at once."""

    async def main() -> None:
        await asyncio.sleep(1)

    main()  # found


@has("never awaited")
async def one_of_a_list_is_left() -> None:
    """The loop over the coroutines ends early."""
    jobs = [save(str(number)) for number in range(2)]  # found
    for job in jobs:
        await job
        break


@has("never awaited")
async def a_callback_that_is_a_coroutine_function() -> None:
    """What the loop calls is not awaited; the loop calls it, so no line does."""
    asyncio.get_running_loop().call_soon(lambda: save("x"))  # found
    await asyncio.sleep(1)


@has("never awaited")
async def in_a_long_statement() -> None:
    """Of several lines."""
    save(  # found
        "three",
    )


@has("never awaited")
async def under_an_exception() -> None:
    """Other lines run before it is dropped, of which not all can be read alone."""
    later = save("four")  # found
    try:
        [].pop()
    except LookupError:
        del later


@has("never awaited")
async def no_line_calls_it() -> None:
    """`map` calls it; but the line names it."""
    list(map(save, "a"))  # found


# An exception that nobody retrieves.


async def fails(delay: float = 0.0) -> None:
    """Fail."""
    await asyncio.sleep(delay)
    raise ValueError("no such page")  # found


@has("unretrieved")
async def a_task_fails_unseen() -> None:
    """Nobody has kept it."""
    asyncio.create_task(fails())  # noqa: RUF006 - that is the fault
    await asyncio.sleep(1)


@has("unretrieved")
async def a_task_is_kept_and_not_awaited() -> str:
    """It is kept to the end, so not even Python says so in time."""
    task = asyncio.create_task(fails())
    await asyncio.sleep(1)
    return "done" if task.done() else "pending"


@has("unretrieved")
async def wait_is_not_asked() -> int:
    """`asyncio.wait` raises nothing."""
    tasks = [asyncio.create_task(fails()), asyncio.create_task(ticks(1))]
    done, _ = await asyncio.wait(tasks)
    return len(done)


@has("unretrieved")
async def a_worker_dies() -> None:
    """The queue is served no more, and main does not notice."""
    queue: asyncio.Queue[int] = asyncio.Queue()

    async def worker() -> None:
        while True:
            number = await queue.get()
            1 / number  # found

    task = asyncio.create_task(worker())
    for number in (1, 0, 2):
        queue.put_nowait(number)
        await asyncio.sleep(1)
    task.get_name()


@has("unretrieved")
def a_loop_by_hand() -> None:
    """Without `asyncio.run`."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(fails())
    loop.run_until_complete(asyncio.sleep(1))
    loop.close()
    del task
    gc.collect()


@has("unretrieved")
async def a_future_is_dropped() -> None:
    """A future of the program's own is no lane; the line is the one that drops it."""
    future = asyncio.get_running_loop().create_future()
    future.set_exception(ValueError("lost"))
    del future  # found
    await asyncio.sleep(1)


@has("unretrieved")
async def it_is_returned() -> "asyncio.Task[None]":
    """The caller gets the task, when no loop runs any more."""
    task = asyncio.create_task(fails())
    await asyncio.sleep(1)
    return task


@has("unretrieved")
async def it_fails_while_it_is_cancelled() -> None:
    """A task that is left over fails in its clean-up; the rest is left over, too."""

    async def job() -> None:
        try:
            await asyncio.sleep(9)
        finally:
            raise ValueError("cannot clean up")  # found

    async def main() -> None:
        task = asyncio.create_task(job())
        await asyncio.sleep(1)
        task.get_name()
        raise SystemExit

    with contextlib.suppress(SystemExit):
        await asyncio.to_thread(asyncio.run, main())


# A task that is dropped.


@has("dropped")
def the_loop_is_closed_too_early() -> None:
    """`run_until_complete` cancels nothing."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(late())
    loop.run_until_complete(asyncio.sleep(0.5))
    loop.close()
    del task


async def late() -> None:
    """Take long."""
    await asyncio.sleep(3)  # found


@has("dropped")
def the_loop_is_stopped() -> None:
    """`stop` waits for nobody."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(late())
    loop.call_later(1, loop.stop)
    loop.run_forever()
    loop.close()
    task.get_name()


@has("dropped")
async def nobody_keeps_the_task() -> None:
    """Only the future that it waits for keeps it, and that goes."""
    asyncio.create_task(waits_for_nothing())  # noqa: RUF006 - that is the fault
    await asyncio.sleep(1)
    gc.collect()
    await asyncio.sleep(1)


async def waits_for_nothing() -> None:
    """Wait for what nobody can fill."""
    await asyncio.get_running_loop().create_future()  # found


@has("dropped")
async def nobody_keeps_the_event() -> None:
    """An event that goes with the one who waits for it."""

    class Connection:
        def __init__(self) -> None:
            self.closed = asyncio.Event()
            self.watch = asyncio.create_task(self.until_closed())

        async def until_closed(self) -> None:
            await self.closed.wait()  # found

    connection = Connection()
    await asyncio.sleep(1)
    del connection
    gc.collect()
    await asyncio.sleep(1)


@has("dropped")
def one_of_two_is_finished() -> int:
    """The first result ends the program."""
    loop = asyncio.new_event_loop()

    async def answer(delay: float) -> float:
        await asyncio.sleep(delay)  # found
        return delay

    tasks = [loop.create_task(answer(delay)) for delay in (1, 2)]
    done, _ = loop.run_until_complete(
        asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    )
    loop.close()
    return len(done)


# A task that is left over.


@has("left over")
async def main_ends_first() -> None:
    """Fire and forget."""
    task = asyncio.create_task(late())
    await asyncio.sleep(1)
    task.get_name()


@has("left over")
async def main_ends_at_once() -> None:
    """The task has begun, and no more."""
    asyncio.create_task(late())  # noqa: RUF006 - that is the fault


@has("left over")
async def it_is_a_coroutine_of_others() -> None:
    """It has no line of the program's own but the one that has created it."""
    asyncio.create_task(asyncio.sleep(3))  # noqa: RUF006  # found


@has("left over")
async def created_at_the_last_moment() -> None:
    """It has not even begun."""
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: loop.create_task(late()))  # found


@has("left over")
async def a_timeout_of_wait() -> int:
    """`asyncio.wait` cancels nothing."""
    tasks = [asyncio.create_task(late())]
    _, pending = await asyncio.wait(tasks, timeout=1)
    return len(pending)


@has("left over")
async def a_heartbeat() -> None:
    """It has no end, and nobody ends it."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(1)  # found

    task = asyncio.create_task(beat())
    await asyncio.sleep(2.5)
    task.get_name()


@has("left over")
async def gather_leaves_the_others() -> str:
    """One fails, and the others go on."""
    try:
        await asyncio.gather(late(), asyncio.wait_for(asyncio.sleep(9), 1))
    except TimeoutError:
        return "one has failed"
    return "unreachable"


@has("left over")
def workers_that_wait_for_work() -> None:
    """The queue is empty, and its workers wait for more."""

    async def work(queue: asyncio.Queue[int]) -> None:
        while True:
            await queue.get()  # found
            queue.task_done()

    async def main() -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        workers.append(asyncio.create_task(work(queue)))
        for number in range(3):
            queue.put_nowait(number)
        await queue.join()

    workers: list[asyncio.Task[None]] = []  # without it, the worker might be dropped
    asyncio.run(main())


# An asynchronous generator that is left open.


async def rows(count: int) -> AsyncIterator[int]:
    """Yield rows, and close a connection at the end."""
    try:
        for number in range(count):
            await asyncio.sleep(0.1)
            yield number  # found
    finally:
        await asyncio.sleep(0.1)


@has("left open")
async def breaks_out() -> None:
    """`break` does not close it."""
    async for number in rows(5):
        if number == 1:
            break
    await asyncio.sleep(1)


@has("left open")
async def returns_out_of_the_loop() -> int:
    """Nor does `return`."""

    async def first() -> int:
        async for number in rows(5):
            return number
        return -1

    number = await first()
    await asyncio.sleep(1)
    return number


@has("left open")
async def asks_once() -> int:
    """`anext` takes one."""
    number: int = await anext(rows(5))
    await asyncio.sleep(1)
    return number


KEPT: list[AsyncIterator[int]] = []


@has("left open")
async def keeps_it_to_the_end() -> int:
    """The loop closes it when it is closed itself."""
    KEPT.append(rows(5))
    number: int = await anext(KEPT[0])
    return number


@has("left open")
async def an_exception_in_the_body() -> str:
    """The exception leaves the loop, and the generator stays."""
    try:
        async for number in rows(5):
            if number == 1:
                [].pop()
    except LookupError:
        await asyncio.sleep(1)
    return "found"


@has("left open")
async def one_in_another() -> None:
    """The inner one is left when the outer one is closed."""

    async def evens() -> AsyncIterator[int]:
        async for number in rows(9):
            if number % 2 == 0:
                yield number

    async with contextlib.aclosing(evens()) as numbers:  # type: ignore[type-var]  # it has aclose
        async for number in numbers:
            if number == 2:
                break
    await asyncio.sleep(1)


# A cancellation that is swallowed.


async def cancel(task: "asyncio.Task[Any]") -> Any:  # noqa: ANN401 - any result
    """Cancel a task after a while, and wait for it."""
    await asyncio.sleep(1)
    task.cancel()
    return await task


@has("swallowed")
async def passes() -> None:
    """It ends as if nothing had happened."""

    async def job() -> None:
        with contextlib.suppress(asyncio.CancelledError):  # found
            await asyncio.sleep(10)

    await cancel(asyncio.create_task(job()))


@has("swallowed")
async def catches_all() -> str:
    """`except BaseException` catches it, too."""

    async def job() -> str:
        try:
            await asyncio.sleep(10)
        except BaseException:  # noqa: BLE001 - that is the fault
            return "ignored"  # found
        return "done"

    result: str = await cancel(asyncio.create_task(job()))
    return result


@has("swallowed")
async def returns_in_finally() -> int:
    """`return` in a `finally` ends the exception."""

    async def job() -> int:
        tries = 0
        while True:
            try:
                tries += 1
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                break
        return tries  # found

    result: int = await cancel(asyncio.create_task(job()))
    return result


@has("swallowed")
async def goes_on() -> None:
    """The loop goes round, and the task has to be cancelled twice."""

    async def job() -> None:
        for _ in range(3):
            try:
                await asyncio.sleep(10)  # found
            except asyncio.CancelledError:
                print("not now")

    await cancel(asyncio.create_task(job()))


@has("swallowed")
async def retries() -> str:
    """A retry that takes every failure for one of the network."""

    async def fetch(delay: float) -> str:
        await asyncio.sleep(delay)
        return "page"

    async def with_retry() -> str:
        for delay in (10, 1):
            try:
                return await fetch(delay)
            except (OSError, asyncio.CancelledError):
                await asyncio.sleep(0.1)
        return "none"

    # Its last line is that of what it awaits.
    result: str = await cancel(asyncio.create_task(with_retry()))
    return result


@has("swallowed")
def a_worker_says_goodbye() -> None:
    """As many tutorials have it."""

    async def worker() -> None:
        try:
            while True:
                await asyncio.sleep(0.3)
        except asyncio.CancelledError:
            print("worker: goodbye")  # found

    async def main() -> None:
        await cancel(asyncio.create_task(worker()))

    asyncio.run(main())


# A lost update.


@has("lost update")
async def a_counter() -> int:
    """An attribute."""

    class Counter:
        def __init__(self) -> None:
            self.value = 0

        async def add(self) -> None:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1  # found

    counter = Counter()
    await asyncio.gather(counter.add(), counter.add())
    return counter.value


balance = 100


@has("lost update")
async def an_account() -> None:
    """A global variable."""

    async def withdraw(amount: int) -> None:
        global balance  # noqa: PLW0603 - that is what is tried
        before = balance
        await asyncio.sleep(amount / 100)
        balance = before - amount  # found

    async with asyncio.TaskGroup() as group:
        group.create_task(withdraw(10))
        group.create_task(withdraw(20))


@has("lost update")
async def in_one_expression() -> int:
    """The variable is read before the await that stands behind it."""
    total = 0

    async def price(item: int) -> int:
        await asyncio.sleep(item)
        return item

    async def add(item: int) -> None:
        nonlocal total
        total += await price(item)  # found

    await asyncio.gather(add(1), add(2))
    return total


@has("lost update")
async def in_a_dictionary() -> dict[str, int]:
    """An element, read by `get`."""
    counts: dict[str, int] = {}

    async def count(word: str) -> None:
        number = counts.get(word, 0)
        await asyncio.sleep(0.1)
        counts[word] = number + 1  # found

    await asyncio.gather(*map(count, ["a", "b", "a"]))
    return counts


@has("lost update")
async def two_functions() -> int:
    """One reads and writes, the other only writes."""

    class Stock:
        level = 0

    stock = Stock()

    async def deliver() -> None:
        seen = stock.level
        new = seen + 5
        await asyncio.sleep(2)
        stock.level = new  # found

    async def empty() -> None:
        await asyncio.sleep(1)
        stock.level = -1

    await asyncio.gather(deliver(), empty())
    return stock.level


@has("lost update")
async def through_a_lock_too_small() -> int:
    """The lock is held for the read, and for the write, but not in between."""
    lock = asyncio.Lock()
    state = {"seats": 9}

    async def book(count: int) -> None:
        async with lock:
            seats = state["seats"]
        await asyncio.sleep(1)
        async with lock:
            state["seats"] = seats - count  # found

    await asyncio.gather(book(1), book(2))
    return state["seats"]


@has("lost update")
async def in_a_list() -> list[int]:
    """An element of a list, in the middle of a call."""
    row = [0, 0]

    async def plus(number: int, more: int) -> int:
        await asyncio.sleep(0)
        return number + more

    async def add(index: int) -> None:
        row[index] = await plus(row[index], 1)  # found

    await asyncio.gather(add(0), add(0), add(1))
    return row


@has("lost update")
async def in_slots() -> int:
    """Of an object that has no dictionary, two names further on."""

    class Till:
        __slots__ = ("cash",)

        def __init__(self) -> None:
            self.cash = 0

    class Shop:
        till = Till()

    shop = Shop()

    async def pay(amount: int) -> None:
        shop.till.cash = shop.till.cash + await rounded(amount)  # found

    async def rounded(amount: int) -> int:
        await asyncio.sleep(amount)
        return amount

    await asyncio.gather(pay(1), pay(2))
    return shop.till.cash


# A deadlock.


@has("deadlock")
async def two_locks() -> str:
    """Each has what the other one wants; a timeout ends it."""
    left, right = asyncio.Lock(), asyncio.Lock()

    async def eat(first: asyncio.Lock, second: asyncio.Lock) -> None:
        async with first:
            await asyncio.sleep(1)
            async with second:  # found
                pass

    try:
        async with asyncio.timeout(5):
            await asyncio.gather(eat(left, right), eat(right, left))
    except TimeoutError:
        return "nobody has eaten"
    return "all have eaten"


@has("deadlock")
async def the_same_lock_twice() -> str:
    """A lock of asyncio cannot be entered again by the one who has it."""
    lock = asyncio.Lock()

    async def log(text: str) -> None:
        async with lock:  # found
            print(text)

    async def work() -> None:
        async with lock:
            await log("working")

    try:
        await asyncio.wait_for(work(), 1)
    except TimeoutError:
        return "stuck"
    return "done"


@has("deadlock")
async def waits_for_a_task_that_waits_for_it() -> str:
    """It has a lock, and awaits a task that needs the lock."""
    lock = asyncio.Lock()

    async def child() -> None:
        async with lock:  # found
            pass

    async def parent() -> None:
        async with lock, asyncio.TaskGroup() as group:
            group.create_task(child())

    try:
        async with asyncio.timeout(1):
            await parent()
    except TimeoutError:
        return "stuck"
    return "done"


@has("deadlock")
async def a_circle_of_three() -> str:
    """Philosophers."""
    forks = [asyncio.Lock() for _ in range(3)]

    async def dine(number: int) -> None:
        await forks[number].acquire()
        await asyncio.sleep(0.1)
        await forks[(number + 1) % 3].acquire()  # found
        forks[number].release()

    jobs = [asyncio.create_task(dine(number)) for number in range(3)]
    await asyncio.sleep(5)
    for job in jobs:
        job.cancel()
    results = await asyncio.gather(*jobs, return_exceptions=True)
    return f"{len(results)} are hungry"


@has("deadlock")
async def gathers_what_it_locks_out() -> str:
    """Three children want what their parent has."""
    lock = asyncio.Lock()

    async def child() -> None:
        await asyncio.sleep(0.1)
        async with lock:  # found
            pass

    async def parent() -> None:
        async with lock:
            await asyncio.gather(child(), child())

    try:
        await asyncio.wait_for(parent(), 3)
    except TimeoutError:
        return "stuck"
    return "done"


@has("deadlock")
async def a_wait_for_one() -> str:
    """`asyncio.wait` for a task that cannot go on."""
    lock = asyncio.Lock()

    async def child() -> None:
        await asyncio.sleep(0)
        async with lock:  # found
            pass

    async def parent() -> None:
        async with lock:
            await asyncio.wait([asyncio.create_task(child())])

    try:
        await asyncio.wait_for(parent(), 3)
    except TimeoutError:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
    return "stuck"


@has("deadlock")
async def a_timeout_breaks_it() -> str:
    """The task gets its lock in the end, since the other one was cancelled for that."""
    lock = asyncio.Lock()

    async def child() -> None:
        await asyncio.sleep(0)
        async with lock:  # found
            pass

    task = asyncio.create_task(child())
    try:
        async with lock, asyncio.timeout(1):
            await asyncio.wait([task])
    except TimeoutError:
        await task
    return "late"


# A program that is stopped.


def press_ctrl_c(delay: float = 1.0) -> None:
    """Let Ctrl-C be pressed after a while."""
    loop = asyncio.get_running_loop()
    loop.call_later(delay, signal.raise_signal, signal.SIGINT)


@has("stopped")
async def waits_for_an_event() -> None:
    """Nobody sets it."""
    press_ctrl_c()
    await asyncio.Event().wait()  # found


@has("stopped")
async def waits_for_an_empty_queue() -> None:
    """A consumer without a producer."""
    queue: asyncio.Queue[int] = asyncio.Queue()

    async def consume() -> None:
        await queue.get()

    press_ctrl_c()
    async with asyncio.TaskGroup() as group:
        group.create_task(consume())


@has("stopped")
async def sleeps_for_ever() -> None:
    """A server that somebody ends."""
    press_ctrl_c(3)
    while True:
        await asyncio.sleep(2)


@has("stopped")
async def joins_a_queue() -> None:
    """`task_done` is missing."""
    queue: asyncio.Queue[int] = asyncio.Queue()
    queue.put_nowait(1)

    async def consume() -> None:
        await queue.get()

    press_ctrl_c()
    await asyncio.gather(consume(), queue.join())


@has("stopped")
def computes_for_ever() -> None:
    """No loop at all."""
    number = 0
    while True:
        number += 1
        if number == 10:
            signal.raise_signal(signal.SIGINT)


@has("stopped")
async def leaves_others_as_they_stand() -> None:
    """A generator, a task that has not begun, and one that is ready."""

    def numbers() -> Iterator[int]:
        yield 1
        yield 2

    async def beside() -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    generator = numbers()
    next(generator)
    ready = asyncio.create_task(beside())
    await asyncio.sleep(0)
    new = asyncio.create_task(beside())
    signal.raise_signal(signal.SIGINT)
    await asyncio.wait([ready, new])
