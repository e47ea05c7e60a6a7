"""A pool that nobody shuts down still works when the main program has ended."""

import concurrent.futures

pool = concurrent.futures.ThreadPoolExecutor(1)
for number in range(3):
    pool.submit(print, "job", number)
