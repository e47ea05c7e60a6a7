"""What a program does at a signal, while an event loop runs."""

import asyncio
import os
import signal


def tell(number: signal.Signals) -> None:
    """Send a signal to this very program, as ``kill`` does from a terminal.

    Args:
        number: The signal.

    Examples:
        >>> import signal
        >>> from yieldpoint.examples.signals import tell
        >>> old = signal.signal(signal.SIGUSR1, lambda *_: print("told"))
        >>> tell(signal.SIGUSR1)
        told
        >>> _ = signal.signal(signal.SIGUSR1, old)
    """
    os.kill(os.getpid(), number)


async def reload_on_signal() -> list[str]:
    """Read the settings again when SIGUSR1 comes, in the middle of a wait.

    This example needs signals, which Windows does not have.

    Returns:
        What happened.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.signals import reload_on_signal
        >>> asyncio.run(reload_on_signal())
        ['waiting', 'reload', 'resumed']
    """
    log = []
    reloaded = asyncio.Event()
    loop = asyncio.get_running_loop()

    def reload() -> None:
        log.append("reload")
        reloaded.set()

    loop.add_signal_handler(signal.SIGUSR1, reload)
    try:
        log.append("waiting")
        loop.call_soon(tell, signal.SIGUSR1)
        await reloaded.wait()
        log.append("resumed")
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)
    return log
