"""Measure what the pages say about speed: a module a question.

- ``cpu_bound``: what does work that computes cost, in which form?
- ``switching``: what does one switch cost, one call, one task?
- ``io_bound``: how long do requests over real sockets take?
- ``scaling``: what do very many waiting operations cost?
- ``loops``: how fast is the small loop, beside asyncio and others?
- ``crawling``: how many pages a second does a crawl take, and what does one cost?

``python -m yieldpoint.benchmarks`` runs all of them in a quarter of an hour,
``--quick`` in a minute; ``python -m yieldpoint.benchmarks.cpu_bound`` runs one. What
comes of it is a file of results, and a verdict on each claim of the module ``claims``.

Seconds differ from machine to machine and from minute to minute. So what is quoted are
*ratios*, and they are taken pair by pair:

- A *round* runs every case once, one right after the other. Dividing two times of one
  round cancels what the machine was busy with in that round.
- A fresh *process* makes a few rounds, and its ratio is their median. Another process
  has other addresses and hash seeds, and they alone can change a time by a tenth.
- The median of the processes' ratios is what is quoted, with an interval that holds
  the true median 19 times out of 20, whatever the distribution.

Each answer is compared with the right one, every time that it is computed.

pyperf has the same view of processes, calibration and warming up, and this follows it.
But pyperf times one case to its end before it begins the next, minutes later, so that
it has no pairs; hence the rounds are our own. pyperf's are the description of the
machine and the check whether it is fit for measuring (module ``machine``).
Without pyperf all benchmarks run, and say less about the machine.

The garbage collector runs between two timings, and stays switched on within: collecting
what thousands of tasks leave behind is part of their price.

Examples:
    >>> from yieldpoint.benchmarks.results import SAVED, load
    >>> sorted(load(SAVED).benchmarks)
    ['cpu_bound', 'crawling', 'io_bound', 'loops', 'scaling', 'switching']
"""
