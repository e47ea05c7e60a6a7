"""Python coroutines, from ``yield`` to asyncio: examples that are executed.

The package holds what the pages teach with (`yieldpoint.examples`), an event loop to
read (`yieldpoint.loop`), the clock that the examples run on (`yieldpoint.clock`), a
recorder (`yieldpoint.trace`), what measures the claims about speed
(`yieldpoint.benchmarks`), and the directives that the pages use
(`yieldpoint.sphinxext`). It needs nothing but the standard library; only
`yieldpoint.sphinxext` imports Sphinx.

Examples:
    >>> from yieldpoint.examples.running_order import countdown
    >>> list(countdown(3))
    [3, 2, 1]
"""
