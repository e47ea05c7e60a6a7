"""Programs without a fault, of which most come near one."""

import asyncio
import contextlib
import queue
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

Program = Callable[[], Any]

PROGRAMS: list[Program] = []


def sound(function: Program) -> Program:
    """Add a function to the programs."""
    PROGRAMS.append(function)
    return function


async def ticks(count: int = 3) -> int:
    """Do something beside."""
    for _ in range(count):
        await asyncio.sleep(0.1)
    return count


async def fails(delay: float = 0.1) -> None:
    """Fail."""
    await asyncio.sleep(delay)
    raise ValueError("no such page")


# Nothing blocks.


@sound
async def sleeps_as_it_should() -> None:
    """Long waits are no blocking."""
    await asyncio.gather(asyncio.sleep(10), ticks())


@sound
async def sleeps_in_a_thread() -> None:
    """A thread may sleep."""
    await asyncio.gather(asyncio.to_thread(time.sleep, 2), ticks())


@sound
async def works_in_a_thread_of_its_own() -> str:
    """With lines of its own."""

    def work() -> str:
        time.sleep(1)
        return "done"

    loop = asyncio.get_running_loop()
    return (await asyncio.gather(loop.run_in_executor(None, work), ticks()))[0]


@sound
def sleeps_before_the_loop() -> int:
    """No loop runs yet, or any more."""
    time.sleep(1)
    count = asyncio.run(ticks())
    time.sleep(1)
    return count


@sound
def sleeps_in_a_script() -> int:
    """No loop at all."""

    def numbers() -> Iterator[int]:
        for number in range(3):
            time.sleep(1)
            yield number

    return sum(numbers())


@sound
def threads_and_a_queue() -> list[int]:
    """Threads wait for one another."""
    jobs: queue.Queue[int | None] = queue.Queue()
    done: list[int] = []

    def worker() -> None:
        while (number := jobs.get()) is not None:
            time.sleep(0.5)
            done.append(number)

    thread = threading.Thread(target=worker)
    thread.start()
    for number in (1, 2, 3, None):
        jobs.put(number)
    thread.join()
    return done


@sound
def a_pool() -> list[int]:
    """Its results are waited for, but no loop has to wait."""

    def square(number: int) -> int:
        time.sleep(0.1)
        return number * number

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(square, range(4)))


@sound
async def computes_in_between() -> int:
    """Where the clock jumps, computing takes no time."""
    total = 0
    for number in range(200):
        total += number
        if number % 50 == 0:
            await asyncio.sleep(0)
    return total


@sound
def a_loop_in_a_thread() -> int:
    """It runs beside a thread that sleeps."""
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(asyncio.run(ticks(9))))
    thread.start()
    time.sleep(0.35)
    thread.join()
    return results[0]


# All is awaited.


@sound
async def awaits_later() -> int:
    """A coroutine object is kept, and awaited after something else."""
    later = ticks()
    await asyncio.sleep(1)
    return await later


@sound
async def makes_a_list_of_them() -> list[int]:
    """They are awaited by `gather`."""
    return await asyncio.gather(*[ticks(number) for number in range(3)])


@sound
async def hands_one_on() -> int:
    """The one who gets it awaits it."""

    async def timed(job: Awaitable[int]) -> int:
        return await asyncio.wait_for(job, 5)

    return await timed(ticks())


@sound
async def closes_one() -> str:
    """Who does not want it any more closes it."""
    job = ticks()
    job.close()
    return "closed"


@sound
def runs_one_by_hand() -> str:
    """`send` starts it, and `close` ends it."""

    async def job() -> str:
        return "done"

    coroutine = job()
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return str(stop.value)
    return "suspended"


@sound
async def cancelled_before_it_starts() -> bool:
    """A task that has not begun is cancelled."""
    task = asyncio.create_task(ticks())
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return task.cancelled()


# Exceptions are retrieved.


@sound
async def catches_what_it_awaits() -> str:
    """By `try`."""
    task = asyncio.create_task(fails())
    try:
        await task
    except ValueError as error:
        return str(error)
    return "fine"


@sound
async def gathers_exceptions() -> int:
    """As results."""
    results = await asyncio.gather(fails(), fails(), return_exceptions=True)
    return len(results)


@sound
async def asks_what_wait_returns() -> list[str]:
    """Each is asked for its exception."""
    done, _ = await asyncio.wait([asyncio.create_task(fails()) for _ in range(2)])
    return [str(task.exception()) for task in done]


@sound
async def two_fail_in_gather() -> str:
    """The second one's is retrieved by `gather` itself."""
    try:
        await asyncio.gather(fails(1), fails(1), ticks())
    except ValueError:
        await asyncio.sleep(1)
    return "one has failed"


@sound
async def a_group_fails() -> int:
    """The group retrieves all."""
    count = 0
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(1))
            group.create_task(fails(1))
            group.create_task(asyncio.sleep(9))
    except* ValueError as errors:
        count = len(errors.exceptions)
    return count


@sound
async def a_callback_asks() -> list[str]:
    """Nobody awaits the task, but its callback looks."""
    log: list[str] = []

    def look(task: "asyncio.Task[None]") -> None:
        log.append(str(task.exception()))

    task = asyncio.create_task(fails())
    task.add_done_callback(look)
    await asyncio.sleep(1)
    return log


@sound
async def a_handler_of_exceptions() -> list[str]:
    """What a callback raises goes to the handler that is there for that."""
    log: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: log.append(context["message"]))
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(1)
    return [message.partition(" <")[0] for message in log]


@sound
def main_fails() -> str:
    """The caller catches it."""
    try:
        asyncio.run(fails())
    except ValueError as error:
        return str(error)
    return "fine"


@sound
async def fails_in_a_timeout() -> str:
    """The exception comes before the time is up."""
    try:
        async with asyncio.timeout(5):
            await fails()
    except ValueError:
        return "failed"
    return "fine"


# No task is left.


@sound
async def waits_for_all() -> int:
    """By name."""
    task = asyncio.create_task(ticks())
    await asyncio.sleep(0)
    return await task


@sound
async def cancels_its_helper() -> None:
    """A heartbeat that is ended."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(1)

    task = asyncio.create_task(beat())
    await asyncio.sleep(2.5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@sound
async def keeps_them_in_a_set() -> int:
    """As the documentation says."""
    running: set[asyncio.Task[int]] = set()
    for number in range(3):
        task = asyncio.create_task(ticks(number))
        running.add(task)
        task.add_done_callback(running.discard)
    while running:
        await asyncio.sleep(0.1)
    return len(running)


@sound
async def cancels_what_is_pending() -> int:
    """After a timeout of `wait`."""
    tasks = [asyncio.create_task(asyncio.sleep(n)) for n in (1, 9)]
    _, pending = await asyncio.wait(tasks, timeout=2)
    for task in pending:
        task.cancel()
    await asyncio.wait(pending)
    return len(pending)


@sound
async def workers_and_a_queue() -> list[int]:
    """The workers are cancelled when the queue is empty."""
    jobs: asyncio.Queue[int] = asyncio.Queue()
    done: list[int] = []

    async def work() -> None:
        while True:
            number = await jobs.get()
            await asyncio.sleep(number / 10)
            done.append(number)
            jobs.task_done()

    workers = [asyncio.create_task(work()) for _ in range(2)]
    for number in range(5):
        jobs.put_nowait(number)
    await jobs.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return done


@sound
async def a_sentinel_ends_the_worker() -> list[int]:
    """Nobody is cancelled."""
    jobs: asyncio.Queue[int | None] = asyncio.Queue(1)
    done: list[int] = []

    async def produce() -> None:
        for number in (1, 2, 3, None):
            await jobs.put(number)

    async def consume() -> None:
        while (number := await jobs.get()) is not None:
            done.append(number)

    await asyncio.gather(produce(), consume())
    return done


@sound
def a_loop_by_hand() -> int:
    """All is done when the loop is closed."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(ticks())
    count = loop.run_until_complete(task)
    loop.close()
    return count


@sound
def two_runs_of_one_loop() -> int:
    """A task goes on in the second run."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(ticks(9))
        runner.run(asyncio.sleep(0.3))

        async def join() -> int:
            return await task

        return runner.run(join())


@sound
def main_fails_and_the_rest_goes() -> str:
    """What `gather` leaves when one has failed is cancelled, as it should be."""

    async def main() -> None:
        await asyncio.gather(fails(), ticks(20))

    try:
        asyncio.run(main())
    except ValueError:
        return "failed"
    return "fine"


@sound
def exits_from_within() -> int:
    """`sys.exit` in the middle."""

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(ticks(20))
            await asyncio.sleep(1)
            raise SystemExit(3)

    try:
        asyncio.run(main())
    except SystemExit as exit_:
        return int(str(exit_.code))
    return 0


# No generator is left open.


async def rows(count: int) -> AsyncIterator[int]:
    """Yield rows, and close a connection at the end."""
    try:
        for number in range(count):
            await asyncio.sleep(0.1)
            yield number
    finally:
        await asyncio.sleep(0.1)


@sound
async def reads_to_the_end() -> list[int]:
    """The loop takes all."""
    return [number async for number in rows(3)]


@sound
async def closes_what_it_leaves() -> int:
    """With `aclosing`."""
    async with contextlib.aclosing(rows(5)) as numbers:  # type: ignore[type-var]  # it has aclose
        async for number in numbers:
            if number == 1:
                break
    return number


@sound
async def closes_by_hand() -> int:
    """With `aclose`."""
    numbers: Any = rows(5)
    first: int = await anext(numbers)
    await numbers.aclose()
    return first


@sound
async def never_asks() -> str:
    """A generator that nobody has asked is not open."""
    rows(5)
    return "nothing to close"


@sound
async def it_fails_itself() -> str:
    """An exception inside of it ends it."""

    async def broken() -> AsyncIterator[int]:
        yield 1
        raise LookupError

    try:
        async for _ in broken():
            pass
    except LookupError:
        return "ended"
    return "fine"


@sound
async def cancelled_inside_of_it() -> str:
    """It waits when the time is up, so the cancellation ends it."""
    try:
        async with asyncio.timeout(0.25):
            async for _ in rows(9):
                pass
    except TimeoutError:
        return "out of time"
    return "fine"


@sound
async def an_async_context_manager() -> list[str]:
    """It is an async generator that is always closed."""
    log: list[str] = []

    @contextlib.asynccontextmanager
    async def connection() -> AsyncIterator[str]:
        log.append("open")
        try:
            yield "connection"
        finally:
            log.append("close")

    async with connection() as name:
        log.append(name)
    return log


# No cancellation is swallowed.


@sound
async def cleans_up_and_raises() -> bool:
    """Cleaning up may take its time."""

    async def job() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            await asyncio.sleep(1)
            raise

    task = asyncio.create_task(job())
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])
    return task.cancelled()


@sound
async def cleans_up_in_finally() -> bool:
    """Without `except`."""
    lock = asyncio.Lock()

    async def job() -> None:
        try:
            async with lock:
                await asyncio.sleep(10)
        finally:
            await ticks()

    task = asyncio.create_task(job())
    await asyncio.sleep(1)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return task.cancelled()


@sound
async def timeouts_in_a_loop() -> int:
    """A timeout cancels, and takes that back."""
    tries = 0
    for _ in range(3):
        try:
            async with asyncio.timeout(1):
                tries += 1
                await asyncio.sleep(5)
        except TimeoutError:
            await asyncio.sleep(0.1)
    return tries


@sound
async def wait_for_in_a_loop() -> int:
    """The same with `wait_for`."""
    tries = 0
    while tries < 3:
        tries += 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(5), 1)
    return tries


@sound
async def awaits_one_that_is_cancelled() -> str:
    """The exception that it catches is not meant for itself."""
    task = asyncio.create_task(asyncio.sleep(5))
    await asyncio.sleep(1)
    task.cancel()
    for _ in range(2):
        try:
            await task
        except asyncio.CancelledError:
            await asyncio.sleep(0)
    return "it is cancelled, and we are not"


@sound
async def takes_it_back() -> str:
    """Who swallows a cancellation on purpose says so."""

    async def job() -> str:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()
        return "not now"

    task = asyncio.create_task(job())
    await asyncio.sleep(1)
    task.cancel()
    return await task


@sound
async def turns_it_into_an_exception() -> str:
    """It ends with an exception that says more."""

    async def job() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            raise LookupError("not found in time") from error

    task = asyncio.create_task(job())
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except LookupError as error:
        return str(error)
    return "fine"


@sound
async def a_shield() -> int:
    """What is shielded is not cancelled."""
    inner = asyncio.create_task(ticks(30))
    try:
        await asyncio.wait_for(asyncio.shield(inner), 1)
    except TimeoutError:
        return await inner
    return 0


# No update is lost.


class Counter:
    """What tasks share."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.value = 0
        self.lock = asyncio.Lock()


@sound
async def writes_at_once() -> int:
    """No await in between."""
    counter = Counter()

    async def add() -> None:
        await asyncio.sleep(0.1)
        counter.value += 1
        await asyncio.sleep(0.1)
        value = counter.value
        counter.value = value + 1

    await asyncio.gather(add(), add())
    return counter.value


@sound
async def awaits_first() -> int:
    """What it adds is there before it reads."""
    counter = Counter()

    async def price() -> int:
        await asyncio.sleep(0.1)
        return 5

    async def add() -> None:
        counter.value = await price() + counter.value

    await asyncio.gather(add(), add())
    return counter.value


@sound
async def locks() -> int:
    """Nobody writes in between."""
    counter = Counter()

    async def add() -> None:
        async with counter.lock:
            value = counter.value
            await asyncio.sleep(0.1)
            counter.value = value + 1

    await asyncio.gather(add(), add(), add())
    return counter.value


@sound
async def each_has_its_own() -> list[int]:
    """The same lines, but nothing is shared."""

    async def add(counter: Counter) -> None:
        value = counter.value
        await asyncio.sleep(0.1)
        counter.value = value + 1

    counters = [Counter(), Counter()]
    await asyncio.gather(*map(add, counters))
    return [counter.value for counter in counters]


@sound
async def each_has_its_own_variable() -> list[int]:
    """Two closures, whose variables have one name."""

    def counter() -> Callable[[], Awaitable[int]]:
        count = 0

        async def add() -> int:
            nonlocal count
            before = count
            await asyncio.sleep(0.1)
            count = before + 1
            count += await ticks()
            return count

        return add

    return list(await asyncio.gather(counter()(), counter()()))


@sound
async def each_has_its_own_key() -> dict[str, int]:
    """One dictionary, several elements."""
    counts: dict[str, int] = {}

    async def count(word: str) -> None:
        number = counts.get(word, 0)
        await asyncio.sleep(0.1)
        counts[word] = number + 1

    await asyncio.gather(*map(count, "abc"))
    return counts


@sound
async def looks_again() -> int:
    """It writes only if nobody else has."""
    counter = Counter()

    async def add() -> None:
        while True:
            value = counter.value
            await asyncio.sleep(0.1)
            if counter.value == value:
                counter.value = value + 1
                return

    await asyncio.gather(add(), add())
    return counter.value


@sound
async def looks_and_asks() -> dict[str, str]:
    """Both fetch what is not there, and both write the same."""
    cache: dict[str, str] = {}

    async def get(name: str) -> str:
        if name not in cache:
            await asyncio.sleep(0.1)
            cache[name] = name.upper()
        return cache[name]

    await asyncio.gather(get("a"), get("a"))
    return cache


@sound
async def remembers_what_it_saw() -> list[int]:
    """What was read goes somewhere else."""
    counter = Counter()
    seen: list[int] = []

    async def add() -> None:
        before = counter.value
        counter.value += 1
        await asyncio.sleep(0.1)
        seen.append(before)
        counter.value += 10

    await asyncio.gather(add(), add())
    return seen


@sound
async def one_writes_and_one_reads() -> int:
    """Nobody else writes."""
    counter = Counter()

    async def add() -> None:
        for _ in range(3):
            value = counter.value
            await asyncio.sleep(0.1)
            counter.value = value + 1

    async def watch() -> int:
        await asyncio.sleep(0.15)
        return counter.value

    return (await asyncio.gather(add(), watch()))[1]


@sound
async def written_where_nobody_sees() -> int:
    """What writes in between is no line of the program: there is doubt."""
    counter = Counter()

    async def add() -> None:
        value = counter.value
        await asyncio.sleep(0.2)
        counter.value = value + 1

    asyncio.get_running_loop().call_later(0.1, setattr, counter, "value", 7)
    await add()
    return counter.value


class Odd:
    """What cannot be read without calling the program."""

    def __init__(self) -> None:
        """Hold a number, a mapping of its own kind, and a list."""
        self.held = 0
        self.kept: dict[object, int] = {}
        self.row = [0]

    @property
    def number(self) -> int:
        """The number."""
        return self.held

    @number.setter
    def number(self, number: int) -> None:
        self.held = number

    def __getitem__(self, key: str) -> int:
        """Return the number."""
        return self.held

    def __setitem__(self, key: str, number: int) -> None:
        """Set the number."""
        self.held = number


@sound
async def what_only_the_program_can_read() -> int:
    """A property, an item of an odd class, and a key that is no constant."""
    odd, key = Odd(), ("a", 1)

    async def add() -> None:
        number = odd.number
        item = odd["x"]
        kept = odd.kept.get(key, 0)
        last = odd.row[-1]
        await asyncio.sleep(0)
        odd.number = number + 1
        odd["x"] = item + 1
        odd.kept[key] = kept + 1
        odd.row[len(odd.row) - 1] = last + 1
        odd.row[len(odd.row) - 1] += 1

    await asyncio.gather(add(), add())
    return odd.number


# Nobody waits for ever.


@sound
async def locks_in_one_order() -> str:
    """Two locks, and no circle."""
    first, second = asyncio.Lock(), asyncio.Lock()

    async def eat() -> None:
        async with first:
            await asyncio.sleep(1)
            async with second:
                await asyncio.sleep(1)

    await asyncio.gather(eat(), eat(), eat())
    return "all have eaten"


@sound
async def a_lock_as_a_signal() -> str:
    """It waits for a lock that it has itself, until somebody else opens it."""
    lock = asyncio.Lock()
    await lock.acquire()
    asyncio.get_running_loop().call_later(1, lock.release)
    async with lock:
        return "opened"


@sound
async def a_condition() -> int:
    """Its lock goes back and forth."""
    condition = asyncio.Condition()
    ready: list[int] = []

    async def wait() -> int:
        async with condition:
            await condition.wait_for(lambda: len(ready) == 2)
            return len(ready)

    async def fill() -> None:
        for number in range(2):
            await asyncio.sleep(0.1)
            async with condition:
                ready.append(number)
                condition.notify_all()

    return (await asyncio.gather(wait(), wait(), fill()))[0]


@sound
async def gives_up_waiting_for_a_lock() -> str:
    """Somebody has it, but not for ever."""
    lock = asyncio.Lock()

    async def hold() -> None:
        async with lock:
            await asyncio.sleep(3)

    task = asyncio.create_task(hold())
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(1):
            await lock.acquire()
    except TimeoutError:
        await task
        return "gave up"
    return "got it"


@sound
async def a_class_with_a_connection() -> str:
    """It is opened and closed, as it should be."""

    class Connection:
        async def __aenter__(self) -> Self:
            await asyncio.sleep(0.1)
            return self

        async def __aexit__(self, *_: object) -> None:
            await asyncio.sleep(0.1)

        async def ask(self) -> str:
            await asyncio.sleep(0.1)
            return "answer"

    async with Connection() as connection, asyncio.TaskGroup() as group:
        answer = group.create_task(connection.ask())
    return answer.result()


@sound
async def handles_ctrl_c_itself() -> str:
    """A server that stops when it is told to."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.call_later(1, signal.raise_signal, signal.SIGINT)
    await stop.wait()
    loop.remove_signal_handler(signal.SIGINT)
    return "stopped in its own way"


@sound
def leaves_by_sys_exit() -> str:
    """A task ends the program, which nobody has to retrieve."""

    async def leave() -> None:
        await asyncio.sleep(0.1)
        sys.exit("bye")

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(leave())
            group.create_task(ticks())

    try:
        asyncio.run(main())
    except SystemExit as error:
        return str(error.code)
    return "went on"
