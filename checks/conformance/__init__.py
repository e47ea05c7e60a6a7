"""CPython's own tests of asyncio, run on yieldpoint.loop: see ``__main__``."""
