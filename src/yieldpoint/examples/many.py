"""Several jobs at once: gather, wait, as_completed and TaskGroup side by side."""

import asyncio

__all__ = [
    "all_by_gather",
    "bad_job",
    "cancel_who_waits",
    "failure_in_gather",
    "failure_in_group",
    "failure_in_wait",
    "first_by_wait",
    "group_results",
    "job",
    "log_order",
    "order_with_as_completed",
    "order_with_gather",
    "order_with_wait",
    "power",
    "powers_by_gather",
    "powers_by_wait",
    "results_in_tasks",
    "shield_from_timeout",
    "timeout_with_gather",
    "wait_for_some",
    "wait_with_timeout",
]


async def job(name: str, delay: float) -> str:
    """Wait, then return.

    Args:
        name: Whose job it is.
        delay: How long to wait, in seconds.

    Returns:
        The name and the delay.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import job
        >>> asyncio.run(job("a", 1))
        'a after 1 s'
    """
    await asyncio.sleep(delay)
    return f"{name} after {delay} s"


async def bad_job(delay: float) -> str:
    """Wait, then fail.

    Args:
        delay: How long to wait, in seconds.

    Raises:
        ValueError: Always.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import bad_job
        >>> asyncio.run(bad_job(1))
        Traceback (most recent call last):
          ...
        ValueError: bad after 1 s
        >>> from yieldpoint.examples.timing import seconds
        >>> async def fail():
        ...     await asyncio.gather(bad_job(1), return_exceptions=True)
        >>> asyncio.run(seconds(fail()))
        1.0
    """
    await asyncio.sleep(delay)
    raise ValueError(f"bad after {delay} s")


async def power(number: int) -> int:
    """Raise a number to its own power, without waiting for anything.

    Args:
        number: The number.

    Returns:
        The power.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import power
        >>> asyncio.run(power(3))
        27
    """
    return int(number**number)


async def powers_by_wait() -> list[int]:
    """Compute powers in tasks and collect the results with `asyncio.wait`.

    Returns:
        The results in ascending order, since the set of tasks has none.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import powers_by_wait
        >>> asyncio.run(powers_by_wait())
        [1, 1, 4, 27]
    """
    tasks = [asyncio.create_task(power(number)) for number in (0, 1, 2, 3)]
    done, _pending = await asyncio.wait(tasks)
    return sorted(task.result() for task in done)


async def powers_by_gather() -> list[int]:
    """Compute powers at once and collect the results with `asyncio.gather`.

    Returns:
        The results, in the order of the arguments.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import powers_by_gather
        >>> asyncio.run(powers_by_gather())
        [1, 1, 4, 27]
    """
    return await asyncio.gather(*(power(number) for number in (0, 1, 2, 3)))


async def log_order(name: str, delay: float, log: list[str]) -> str:
    """Note the start and the end of a job.

    Args:
        name: The job's name.
        delay: How long it waits, in seconds.
        log: Where the notes go.

    Returns:
        The name.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import log_order
        >>> log = []
        >>> asyncio.run(log_order("a", 1, log))
        'a'
        >>> log
        ['a starts', 'a ends: 1 s']
    """
    log.append(f"{name} starts")
    await asyncio.sleep(delay)
    log.append(f"{name} ends: {delay} s")
    return name


async def order_with_wait() -> list[str]:
    """Run three jobs, the longest first, under `asyncio.wait`.

    Returns:
        Starts and ends, in the order in which they happened.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import order_with_wait
        >>> log = asyncio.run(order_with_wait())
        >>> log[:3]
        ['a starts', 'b starts', 'c starts']
        >>> log[3:]
        ['c ends: 1 s', 'b ends: 2 s', 'a ends: 3 s']
    """
    log: list[str] = []
    await asyncio.wait(
        [
            asyncio.create_task(log_order("a", 3, log)),
            asyncio.create_task(log_order("b", 2, log)),
            asyncio.create_task(log_order("c", 1, log)),
        ]
    )
    return log


async def order_with_gather() -> tuple[list[str], list[str]]:
    """Run the same three jobs under `asyncio.gather`.

    Returns:
        Starts and ends, in the order in which they happened, and the results.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import order_with_gather
        >>> log, results = asyncio.run(order_with_gather())
        >>> log[3:]
        ['c ends: 1 s', 'b ends: 2 s', 'a ends: 3 s']
        >>> results
        ['a', 'b', 'c']
    """
    log: list[str] = []
    results = await asyncio.gather(
        log_order("a", 3, log),
        log_order("b", 2, log),
        log_order("c", 1, log),
    )
    return log, list(results)


async def order_with_as_completed() -> list[str]:
    """Take the results of three jobs as they come in.

    Returns:
        The results, in the order in which the jobs ended.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import order_with_as_completed
        >>> asyncio.run(order_with_as_completed())
        ['c after 1 s', 'b after 2 s', 'a after 3 s']
    """
    jobs = [job("a", 3), job("b", 2), job("c", 1)]
    return [await next_result for next_result in asyncio.as_completed(jobs)]


async def failure_in_gather() -> list[str]:
    """Let one job of two fail under `asyncio.gather`.

    Returns:
        What came out, and which jobs went on and ended after that.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import failure_in_gather
        >>> asyncio.run(failure_in_gather())
        ['raised: bad after 2 s', 'slow is done: False', 'later: slow after 3 s']
    """
    slow = asyncio.create_task(job("slow", 3))
    log = []
    try:
        await asyncio.gather(bad_job(2), slow)
    except ValueError as error:
        log.append(f"raised: {error}")
    log.append(f"slow is done: {slow.done()}")
    log.append(f"later: {await slow}")
    return log


async def failure_in_wait() -> list[str]:
    """Let one job of two fail under `asyncio.wait`, which raises nothing.

    Returns:
        Which exception each task holds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import failure_in_wait
        >>> for line in asyncio.run(failure_in_wait()):
        ...     print(line)
        quick after 1 s: None
        bad: ValueError('bad after 2 s')
    """
    quick = asyncio.create_task(job("quick", 1))
    bad = asyncio.create_task(bad_job(2))
    await asyncio.wait([quick, bad])
    return [
        f"{quick.result()}: {quick.exception()}",
        f"bad: {bad.exception()!r}",
    ]


async def failure_in_group() -> list[str]:
    """Let one job of two fail in a task group, which cancels the other.

    Returns:
        What came out, and what became of the other job.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import failure_in_group
        >>> asyncio.run(failure_in_group())
        ["raised: [ValueError('bad after 1 s')]", 'slow was cancelled: True']
    """
    log = []
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(bad_job(1), name="bad")
            slow = group.create_task(job("slow", 3), name="slow")
    except* ValueError as errors:
        log.append(f"raised: {list(errors.exceptions)}")
    log.append(f"slow was cancelled: {slow.cancelled()}")
    return log


async def group_results() -> list[str]:
    """Read the results of a task group's tasks after its block.

    Returns:
        The results, in the order in which the tasks were made.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import group_results
        >>> asyncio.run(group_results())
        ['a after 2 s', 'b after 1 s']
    """
    async with asyncio.TaskGroup() as group:
        first = group.create_task(job("a", 2), name="a")
        second = group.create_task(job("b", 1), name="b")
    return [first.result(), second.result()]


async def wait_for_some(return_when: str) -> tuple[list[str], list[str]]:
    """Wait for a quick, a bad and a slow job until a condition is met.

    Args:
        return_when: One of `asyncio.FIRST_COMPLETED`, `asyncio.FIRST_EXCEPTION` and
            `asyncio.ALL_COMPLETED`.

    Returns:
        The names of the tasks that are done, and of those that are still pending.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import wait_for_some
        >>> asyncio.run(wait_for_some(asyncio.FIRST_COMPLETED))
        (['quick, 1 s'], ['bad, 2 s', 'slow, 3 s'])
    """
    tasks = [
        asyncio.create_task(job("quick", 1), name="quick, 1 s"),
        asyncio.create_task(bad_job(2), name="bad, 2 s"),
        asyncio.create_task(job("slow", 3), name="slow, 3 s"),
    ]
    done, pending = await asyncio.wait(tasks, return_when=return_when)
    names = (
        sorted(task.get_name() for task in done),
        sorted(task.get_name() for task in pending),
    )
    await asyncio.gather(*tasks, return_exceptions=True)
    return names


async def results_in_tasks() -> list[str]:
    """Wait for two seconds, and ask each task that is done for its result.

    Returns:
        How many tasks are done and pending, and what each done task holds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import results_in_tasks
        >>> for line in asyncio.run(results_in_tasks()):
        ...     print(line)
        done: 2 in a set
        pending: 1 in a set
        quick has the result 'quick after 1 s'
        bad raises ValueError('bad after 1.5 s')
        later: slow after 2.5 s
    """
    quick = asyncio.create_task(job("quick", 1))
    bad = asyncio.create_task(bad_job(1.5))
    slow = asyncio.create_task(job("slow", 2.5))
    done, pending = await asyncio.wait([quick, bad, slow], timeout=2)
    log = [
        f"done: {len(done)} in a {type(done).__name__}",
        f"pending: {len(pending)} in a {type(pending).__name__}",
        f"quick has the result {quick.result()!r}",
    ]
    try:
        bad.result()
    except ValueError as error:
        log.append(f"bad raises {error!r}")
    log.append(f"later: {await slow}")
    return log


async def shield_from_timeout() -> list[str]:
    """Let a timeout end the waiting, but not the job that is waited for.

    Returns:
        What came out, and the result of the job later.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import shield_from_timeout
        >>> asyncio.run(shield_from_timeout())
        ['TimeoutError', 'slow was cancelled: False', 'later: slow after 2.5 s']
    """
    slow = asyncio.create_task(job("slow", 2.5))
    log = []
    try:
        await asyncio.wait_for(asyncio.shield(slow), timeout=2)
    except TimeoutError:
        log.append("TimeoutError")
    log.append(f"slow was cancelled: {slow.cancelled()}")
    log.append(f"later: {await slow}")
    return log


async def wait_with_timeout() -> list[str]:
    """Stop waiting after two seconds; the task goes on.

    Returns:
        The state of the slow task after the wait, and its result later.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import wait_with_timeout
        >>> asyncio.run(wait_with_timeout())
        ['pending: 1', 'cancelled: False', 'later: slow after 2.5 s']
    """
    slow = asyncio.create_task(job("slow", 2.5))
    _done, pending = await asyncio.wait([slow], timeout=2)
    return [
        f"pending: {len(pending)}",
        f"cancelled: {slow.cancelled()}",
        f"later: {await slow}",
    ]


async def timeout_with_gather() -> list[str]:
    """Give a gather two seconds; its unfinished jobs are cancelled.

    Returns:
        What came out, and what became of the two jobs.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import timeout_with_gather
        >>> asyncio.run(timeout_with_gather())
        ['TimeoutError', 'quick after 1 s', 'slow was cancelled: True']
    """
    quick = asyncio.create_task(job("quick", 1))
    slow = asyncio.create_task(job("slow", 2.5))
    log = []
    try:
        async with asyncio.timeout(2):
            await asyncio.gather(quick, slow)
    except TimeoutError:
        log.append("TimeoutError")
    log.append(quick.result())
    log.append(f"slow was cancelled: {slow.cancelled()}")
    return log


async def cancel_who_waits(how: str) -> str:
    """Cancel a task that waits for another one, and look at the other one.

    Args:
        how: The function it waits with: "gather" or "wait".

    Returns:
        What became of the other task.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import cancel_who_waits
        >>> asyncio.run(cancel_who_waits("gather"))
        'the child was cancelled'
    """
    child = asyncio.create_task(job("child", 1.5))

    async def wait_for_child() -> None:
        if how == "gather":
            await asyncio.gather(child)
        else:
            await asyncio.wait([child])

    waiting = asyncio.create_task(wait_for_child())
    await asyncio.sleep(1)
    waiting.cancel()
    await asyncio.wait([waiting, child])
    return "the child was cancelled" if child.cancelled() else child.result()


async def all_by_gather() -> list[str]:
    """Run two jobs, and wait for both with `asyncio.gather`.

    Returns:
        The results.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import all_by_gather
        >>> asyncio.run(all_by_gather())
        ['quick after 1 s', 'slow after 2 s']
    """
    quick = asyncio.create_task(job("quick", 1), name="quick")
    slow = asyncio.create_task(job("slow", 2), name="slow")
    results = await asyncio.gather(quick, slow)
    return list(results)


async def first_by_wait() -> list[str]:
    """Run the same two jobs, and wait for the first with `asyncio.wait`.

    Returns:
        The result of the first, then that of the other.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.many import first_by_wait
        >>> asyncio.run(first_by_wait())
        done: quick
        pending: slow
        ['quick after 1 s', 'slow after 2 s']
    """
    quick = asyncio.create_task(job("quick", 1), name="quick")
    slow = asyncio.create_task(job("slow", 2), name="slow")
    done, pending = await asyncio.wait(
        [quick, slow], return_when=asyncio.FIRST_COMPLETED
    )
    first, other = done.pop(), pending.pop()
    print("done:", first.get_name())
    print("pending:", other.get_name())
    return [first.result(), await other]
