"""An event loop to read from end to end.

It has asyncio's names with asyncio's meaning, in pure Python: a program that stays
within them runs on it if ``asyncio`` is replaced by ``loop``. In what each name is less
than asyncio's, its own text says. For programs that matter, use asyncio.

To read it, take the modules in this order: ``futures`` (a value that comes later),
``tasks`` (a coroutine that the loop drives), ``eventloop`` (who calls whom, and when),
``together``, ``timing``, ``shared`` and ``streams``. The last four are built from the
first three as any program could build them. The pages of docs/inside lead there in
small steps.

Examples:
    >>> from yieldpoint import loop
    >>> async def greet(name, seconds):
    ...     await loop.sleep(seconds)
    ...     print("hello", name)
    >>> async def main():
    ...     await loop.gather(greet("A", 2), greet("B", 1))
    >>> loop.run(main())
    hello B
    hello A
"""

from yieldpoint.loop.eventloop import *
from yieldpoint.loop.futures import *
from yieldpoint.loop.shared import *
from yieldpoint.loop.streams import *
from yieldpoint.loop.tasks import *
from yieldpoint.loop.timing import *
from yieldpoint.loop.together import *
