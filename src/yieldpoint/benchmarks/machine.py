"""What the machine is, what it lacks, and whether it is fit for measuring.

Most of the description is pyperf's. Of what pyperf knows, only what cannot tell whose
machine it is gets into the results: no host, no user, no path.

Examples:
    >>> from yieldpoint.benchmarks import machine
    >>> machine.lacks_descriptors(10)
    ''
"""

import importlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

__all__ = [
    "allow_descriptors",
    "describe",
    "lacks_a_gil",
    "lacks_a_module",
    "lacks_a_second_processor",
    "lacks_a_working_module",
    "lacks_descriptors",
    "lacks_free_threads",
    "lacks_interpreters",
    "lacks_memory",
    "lacks_threads",
    "on_one_processor",
    "processors",
    "unfit",
]

# What is taken over from pyperf, and how it is called here.
_FROM_PYPERF = {
    "cpu_model_name": "cpu",
    "cpu_config": "cpu settings",
    "aslr": "addresses",
    "python_compiler": "compiler",
}

_KIBIBYTE = 1024


def describe() -> dict[str, str]:
    """Describe the machine, the Python and the packages.

    Returns:
        What there is to say, by name; without pyperf it is less.

    Examples:
        >>> import platform
        >>> from yieldpoint.benchmarks import machine
        >>> machine.describe()["python"] == platform.python_version()
        True
    """
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "threads": "with a GIL" if _has_gil() else "without a GIL",
        "system": f"{platform.system()} on {platform.machine()}",
        "processors": str(processors()),
    }
    known = _pyperf_metadata()
    for key, name in _FROM_PYPERF.items():
        if key in known:
            found[name] = str(known[key])
    for package in ("pyperf", "uvloop", "trio", "curio", "aiohttp", "scrapy"):
        if importlib.util.find_spec(package):
            found[package] = importlib.metadata.version(package)
    return dict(sorted(found.items()))


def _pyperf_metadata() -> dict[str, object]:
    """Return what pyperf knows about this machine; nothing if there is no pyperf."""
    if importlib.util.find_spec("pyperf") is None:
        return {}
    pyperf = importlib.import_module("pyperf")
    metadata: dict[str, object] = pyperf.Run(
        [1.0], collect_metadata=True
    ).get_metadata()
    return metadata


def unfit() -> list[str]:
    """Say what about the machine makes times unsteady.

    Ratios suffer less from it than times, but their intervals grow.

    Returns:
        A sentence for each thing; without pyperf, none.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> isinstance(machine.unfit(), list)
        True
    """
    known = _pyperf_metadata()
    found = []
    load = float(str(known.get("load_avg_1min", 0)))
    if load > processors() / 2:
        found.append(f"other programs are busy: the load is {load:g}")
    settings = str(known.get("cpu_config", ""))
    if "governor:powersave" in settings:
        found.append("the processor saves power: the governor is powersave")
    if "turbo:enabled" in settings or "boost:enabled" in settings:
        found.append("the processor changes its speed: turbo is on")
    if not known:
        found.append("nothing is known about it: pyperf is not installed")
    return found


def processors() -> int:
    """Count the processors that this process may use.

    Returns:
        The number, at least 1.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.processors() > 0
        True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def on_one_processor() -> Iterator[None]:
    """Keep this process on one processor, where the system lets us.

    Otherwise two threads that take turns run on one processor or on two, as the system
    decides, and one switch costs ten times as much on two.

    Yields:
        Nothing.

    Examples:
        >>> import os
        >>> from yieldpoint.benchmarks import machine
        >>> with machine.on_one_processor():
        ...     machine.processors() == 1 or not hasattr(os, "sched_setaffinity")
        True
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _has_gil() -> bool:
    is_enabled = getattr(sys, "_is_gil_enabled", None)
    return is_enabled is None or bool(is_enabled())


def lacks_a_second_processor() -> str:
    """Say why nothing can be computed in parallel.

    Returns:
        The reason; empty if it can.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.lacks_a_second_processor() == "" or machine.processors() == 1
        True
    """
    return "there is only one processor" if processors() == 1 else ""


def lacks_a_gil() -> str:
    """Say why threads with a GIL cannot be measured.

    Returns:
        The reason; empty if they can.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> bool(machine.lacks_a_gil()) != bool(machine.lacks_free_threads())
        True
    """
    return "" if _has_gil() else "this Python runs without a GIL"


def lacks_free_threads() -> str:
    """Say why threads without a GIL cannot be measured.

    Returns:
        The reason; empty if they can.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.lacks_free_threads() in {
        ...     "",
        ...     "this Python is no free-threaded build",
        ...     "the GIL of this free-threaded build is on",
        ... }
        True
    """
    if not _has_gil():
        return ""
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "the GIL of this free-threaded build is on"
    return "this Python is no free-threaded build"


def lacks_interpreters() -> str:
    """Say why there is no pool of sub-interpreters.

    Returns:
        The reason; empty if there is one.

    Examples:
        >>> import sys
        >>> from yieldpoint.benchmarks import machine
        >>> bool(machine.lacks_interpreters()) == (sys.version_info < (3, 14))
        True
    """
    return "" if sys.version_info >= (3, 14) else "it came with Python 3.14"


def lacks_a_module(name: str) -> str:
    """Say why a module cannot be imported.

    Args:
        name: Its name.

    Returns:
        The reason; empty if it can.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.lacks_a_module("asyncio"), machine.lacks_a_module("no_such")
        ('', 'no_such is not installed')
    """
    return "" if importlib.util.find_spec(name) else f"{name} is not installed"


def lacks_a_working_module(name: str) -> str:
    """Say why a module cannot be used.

    One that is installed may be too old for the Python that it is installed for.

    Args:
        name: Its name.

    Returns:
        The reason; empty if it can. It has no path in it.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.lacks_a_working_module("asyncio")
        ''
    """
    if reason := lacks_a_module(name):
        return reason
    try:
        importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - nobody knows what old code runs into
        words = str(error).split()
        kept = " ".join(word for word in words if not re.search(r"[/\\]", word))
        return f"{name} does not work with this Python: {kept}"
    return ""


def lacks_descriptors(number: int) -> str:
    """Say why so many files or sockets cannot be open at once.

    Args:
        number: How many.

    Returns:
        The reason; empty if they can.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.lacks_descriptors(10**9) == "" or "descriptors" in (
        ...     machine.lacks_descriptors(10**9)
        ... )
        True
    """
    hard = allow_descriptors()
    return f"the system allows {hard:,} file descriptors" if 0 <= hard < number else ""


def allow_descriptors() -> int:
    """Let this process open as many files and sockets as the system allows.

    Returns:
        How many; -1 if there is no limit, or none that Python knows.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.allow_descriptors() == machine.allow_descriptors()
        True
    """
    if importlib.util.find_spec("resource") is None:
        return -1
    resource = importlib.import_module("resource")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return -1 if hard == resource.RLIM_INFINITY else int(hard)


def lacks_threads(number: int) -> str:
    """Say why so many threads should not be started.

    Where a limit holds for all programs of the machine together, half of it is left to
    the others.

    Args:
        number: How many.

    Returns:
        The reason; empty if they may.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.lacks_threads(1)
        ''
    """
    shared = {
        "kernel.pid_max": _number_in("/proc/sys/kernel/pid_max"),
        "kernel.threads-max": _number_in("/proc/sys/kernel/threads-max"),
        "pids.max": _number_in("/sys/fs/cgroup/pids.max"),
    }
    reasons = {
        limit // 2: f"{name} allows {limit:,} threads, and half of them are for others"
        for name, limit in shared.items()
        if limit
    }
    # A thread takes two maps, its stack and the guard below it.
    own = _number_in("/proc/sys/vm/max_map_count", per=2)
    if own:
        reasons[own] = f"vm.max_map_count allows a process {own:,} threads"
    if not reasons:
        return "the system's limit is not known" if number > 10_000 else ""
    allowed = min(reasons)
    return reasons[allowed] if number > allowed else ""


def lacks_memory(number: int) -> str:
    """Say why so many bytes should not be taken.

    Args:
        number: How many; half of what is free is left to other programs.

    Returns:
        The reason; empty if they may.

    Examples:
        >>> from yieldpoint.benchmarks import machine
        >>> machine.lacks_memory(1)
        ''
    """
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return ""
    fields = dict(line.split(":") for line in lines)
    free = int(fields["MemAvailable"].split()[0]) * _KIBIBYTE
    if number <= free / 2:
        return ""
    return f"it takes {number / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free"


def _number_in(path: str, per: int = 1) -> int:
    """Return the number that a file of the system holds, or 0."""
    try:
        return int(Path(path).read_text(encoding="ascii")) // per
    except (OSError, ValueError):
        return 0
