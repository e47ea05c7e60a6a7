"""Python coroutines, from ``yield`` to asyncio: examples that are executed.

The package holds what the pages teach with (`yieldpoint.examples`), the clock that
their examples run on (`yieldpoint.clock`) and the directives that the pages use
(`yieldpoint.sphinxext`). It needs nothing but the standard library; only
`yieldpoint.sphinxext` imports Sphinx.

Examples:
    >>> from yieldpoint.examples.running_order import countdown
    >>> list(countdown(3))
    [3, 2, 1]
"""
