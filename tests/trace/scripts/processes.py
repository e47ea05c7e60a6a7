"""A child process of multiprocessing, and one of a pool."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def double(number: int) -> int:
    """Compute."""
    return 2 * number


if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        print(list(pool.map(double, [1, 2])))
    for method in {"fork", "forkserver"} & {*multiprocessing.get_all_start_methods()}:
        context: Any = multiprocessing.get_context(method)
        child = context.Process(target=double, args=(3,))
        child.start()
        child.join()
        print(child.exitcode)
