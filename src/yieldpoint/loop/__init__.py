"""An event loop to read from end to end.

It has asyncio's names with asyncio's meaning, in pure Python: a program that stays
within them runs on it if ``asyncio`` is replaced by ``loop``. Where asyncio has
changed, it does as the newest does. Its messages and its ``repr`` have words of their
own. `yieldpoint.loop.differences` lists what it leaves out. For programs that matter,
use asyncio.

To read it, take the modules in the order in which ``__init__.py`` imports them: each
needs only those before it. All that ever runs is called from ``scheduler``. From
``together`` on, they are built from futures and tasks as any program could build them.
The part “Inside the event loop” of the site leads there in small steps.

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

# The order in which to read them: each imports only what stands above it.
# isort: off
from yieldpoint.loop.handles import *  # a callback that the loop is to call once
from yieldpoint.loop import bell as bell  # how a loop that waits is woken
from yieldpoint.loop.scheduler import *  # who runs next
from yieldpoint.loop.futures import *  # a value that comes later
from yieldpoint.loop.tasks import *  # a coroutine that the loop drives
from yieldpoint.loop.together import *  # several at once
from yieldpoint.loop.timing import *  # to sleep, and to give up what takes too long
from yieldpoint.loop.taskgroups import *  # tasks that end together
from yieldpoint.loop.eventloop import *  # all of it under one name
from yieldpoint.loop.runners import *  # starting and stopping
from yieldpoint.loop import lines as lines  # who waits, and who is called next
from yieldpoint.loop.locks import *  # what tasks take in turns
from yieldpoint.loop.queues import *  # items on their way from task to task
from yieldpoint.loop.completed import *  # results in the order in which they come
from yieldpoint.loop.readers import *  # bytes that have come
from yieldpoint.loop import connections as connections  # a socket that is watched
from yieldpoint.loop.writers import *  # bytes that go
from yieldpoint.loop.clients import *  # who connects
from yieldpoint.loop.servers import *  # who listens
