"""What the pages teach with: short functions, a module a topic.

Each function shows one thing and prints or returns what it shows. None takes long, and
on `yieldpoint.clock` none sleeps for real.

Examples:
    >>> import asyncio
    >>> from yieldpoint.examples.taking_turns import take_turns
    >>> asyncio.run(take_turns(pause=True))
    ['A1', 'B1', 'A2', 'B2']
"""
