"""Python coroutines, from ``yield`` to asyncio: examples that are executed.

The package holds what the pages teach with (`yieldpoint.examples`), an event loop to
read (`yieldpoint.loop`), the clock that the examples run on (`yieldpoint.clock`), a
recorder (`yieldpoint.trace`), what measures the claims about speed
(`yieldpoint.benchmarks`), a crawler to use and to read (`yieldpoint.crawler`), and the
directives that the pages use (`yieldpoint.sphinxext`). It needs nothing but the
standard library; only `yieldpoint.sphinxext` imports Sphinx, and only
`yieldpoint.crawler` what its extra names.

Examples:
    >>> from yieldpoint.examples.running_order import countdown
    >>> list(countdown(3))
    [3, 2, 1]
"""

__version__ = "0.1.0"
