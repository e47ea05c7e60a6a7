"""A program that is run as Python runs it: how it begins, and how it ends."""

import atexit
import builtins
import concurrent.futures.thread
import contextlib
import gc
import importlib.machinery
import importlib.util
import os
import sys
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any

from yieldpoint import clock

__all__ = [
    "INTERRUPTED",
    "ModuleScript",
    "Script",
    "end_process",
    "forget_exception",
    "from_program",
    "is_of_program",
    "is_recorders",
    "join_threads",
    "show_exception",
    "status_of",
]

INTERRUPTED = 130  # what a shell reports of a process that Ctrl-C has ended

# Where what records is, and the clock that it brings.
_ROOMS = (
    f"{Path(__file__).parents[1]}{os.sep}",
    f"{Path(clock.__file__).parent}{os.sep}",
)


class Script:
    """A file that is run as ``python FILE`` does it.

    Attributes:
        name: What it is called.
        filename: The file.
        own: The file or the folder that is the program's own.
    """

    def __init__(
        self, path: str, args: tuple[str, ...], *, is_first: bool = False
    ) -> None:
        """Read the file.

        Args:
            path: The file, as a command line has it.
            args: The command line's other arguments.
            is_first: Whether the process was started for it: then nothing is looked
                for where the command is that has started it.

        Raises:
            OSError: The file cannot be read.
            SyntaxError: It is no Python.
        """
        self._before = sys.argv, sys.path[:], sys.modules["__main__"]
        self._is_first = is_first
        self._argv = [path, *args]
        # As text: a path object would say it more simply than the program expects.
        self.filename = os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118 - as text
        self.name = os.path.basename(path)  # noqa: PTH119 - as text
        self.own = self.filename
        self._folder = os.path.dirname(os.path.realpath(self.filename))  # noqa: PTH120 - as text
        self._code: CodeType = compile(
            Path(path).read_bytes(), self.filename, "exec", dont_inherit=True
        )
        self._main: ModuleType | None = _main_module(self.filename)

    def run(self) -> None:
        """Execute it."""
        assert self._main is not None
        sys.argv = self._argv
        self._set_path()
        sys.modules["__main__"] = self._main
        exec(self._code, vars(self._main))  # noqa: S102 - the program is the reader's own

    def _set_path(self) -> None:
        """Let it find the modules that are where it is."""
        if self._is_first and sys.flags.safe_path:
            return
        if self._is_first:
            del sys.path[0]
        sys.path.insert(0, self._folder)

    def drop(self) -> None:
        """Drop its module, as Python does at its end: that may close generators."""
        self._put_back()
        # No collection by chance, which may come in the recorder, where nothing would
        # be reported of what it closes.
        as_before = gc.enable if gc.isenabled() else gc.disable
        gc.disable()
        self._main = None
        with _called_by_nobody():
            gc.collect()
        as_before()

    def _put_back(self) -> None:
        sys.argv, sys.path[:], sys.modules["__main__"] = self._before


class ModuleScript(Script):
    """A module that is run as ``python -m MODULE`` does it."""

    def __init__(
        self, name: str, args: tuple[str, ...], *, is_first: bool = False
    ) -> None:
        """Find the module; the package that it is in is imported.

        Args:
            name: The module, or a package with a module ``__main__``.
            args: The command line's other arguments.
            is_first: As for a file.

        Raises:
            ImportError: There is no such module, or it is not written in Python.
            SyntaxError: It is no Python.
        """
        self._before = sys.argv, sys.path[:], sys.modules["__main__"]
        self._is_first = is_first
        self._folder = os.getcwd()  # noqa: PTH109 - as text
        self._set_path()
        sys.argv = ["-m", *args]
        try:
            spec, code, folder = _find_module(name)
        finally:
            self._put_back()
        self.name = name
        self.filename = spec.origin or name
        self.own = folder or self.filename
        self._code = code
        self._argv = [self.filename, *args]
        self._main = _main_module(self.filename)
        vars(self._main).update(
            __spec__=spec, __loader__=spec.loader, __package__=spec.parent
        )
        if sys.version_info < (3, 15):
            vars(self._main).update(__cached__=spec.cached)


def _find_module(name: str) -> tuple[importlib.machinery.ModuleSpec, CodeType, str]:
    """Return what is known of a module that is to be run, and its package's folder."""
    spec = importlib.util.find_spec(name)
    folder = ""
    if spec is not None and spec.submodule_search_locations is not None:
        folder = next(iter(spec.submodule_search_locations))
        name = f"{name}.__main__"
        spec = importlib.util.find_spec(name)
    if spec is None:
        raise ImportError(f"No module named {name!r}")
    code = getattr(spec.loader, "get_code", lambda _: None)(name)
    if code is None:
        raise ImportError(f"{name} is not written in Python")
    return spec, code, folder


def _main_module(filename: str) -> ModuleType:
    """Return a module with the attributes that Python gives the main one."""
    main = ModuleType("__main__")
    loader = importlib.machinery.SourceFileLoader("__main__", filename)
    vars(main).update(__builtins__=builtins, __file__=filename, __loader__=loader)
    if sys.version_info < (3, 15):
        vars(main).update(__cached__=None)
    if sys.version_info < (3, 14):
        vars(main).update(__annotations__={})
    return main


def join_threads(bystanders: Collection[threading.Thread]) -> None:
    """Wait for the threads that a program has started, but not for daemons.

    Nor for those of a pool, which wait for more to do until somebody ends them.

    Args:
        bystanders: Threads that were there before.
    """
    here = threading.current_thread()
    while threads := [
        thread
        for thread in threading.enumerate()
        # One that broke down while it ended stays in the list for ever.
        if thread.is_alive()
        and thread is not here
        and thread not in bystanders
        and not thread.daemon
        and getattr(thread, "_target", None) is not concurrent.futures.thread._worker
    ]:
        for thread in threads:
            thread.join()


def end_process() -> None:
    """Do what Python does at the end of a process: end the threads, call the handlers.

    Both do nothing when Python does it once more.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # no public function does it
    atexit._run_exitfuncs()


def show_exception(error: BaseException) -> None:
    """Show an exception that nothing has caught, as Python does.

    Args:
        error: The exception, with a traceback that begins in the program.
    """
    if isinstance(error, SystemExit):
        if error.code is not None and not isinstance(error.code, int):
            print(error.code, file=sys.stderr)
        return
    shown = error.__traceback__
    # The first is Python 3.12's; before it nobody asks for that.
    vars(sys).update(
        last_exc=error, last_type=type(error), last_value=error, last_traceback=shown
    )
    sys.excepthook(type(error), error, shown)


def forget_exception() -> None:
    """Forget the exception that was shown, as Python does before it drops modules."""
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)


def status_of(error: BaseException) -> int:
    """Return what a process ends with that an exception ends."""
    match error:
        case SystemExit(code=None):
            return 0
        case SystemExit(code=int(status)):
            return status
        case KeyboardInterrupt():
            return INTERRUPTED
        case _:
            return 1


@contextlib.contextmanager
def _called_by_nobody() -> Iterator[None]:
    """Show what goes wrong in the block, and that nobody hears of, without a caller."""
    show = sys.unraisablehook

    def show_without_caller(said: Any) -> None:
        traceback = from_program(said.exc_traceback)
        said.exc_value.__traceback__ = traceback
        about = said.exc_type, said.exc_value, traceback, said.err_msg, said.object
        show(type(said)(about))

    sys.unraisablehook = show_without_caller
    try:
        yield
    finally:
        if sys.unraisablehook is show_without_caller:
            sys.unraisablehook = show


def from_program(traceback: TracebackType | None) -> TracebackType | None:
    """Leave out of a traceback what has called the program."""
    while traceback and not is_of_program(traceback.tb_frame):
        traceback = traceback.tb_next
    return traceback


def is_of_program(frame: FrameType) -> bool:
    """Tell whether a frame would be there without a recording."""
    return not is_recorders(frame.f_code.co_filename)


def is_recorders(filename: str) -> bool:
    """Tell whether a file is a part of what records, or of the clock."""
    return filename.startswith(_ROOMS)
