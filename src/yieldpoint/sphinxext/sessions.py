r"""One session: the examples of a page or a docstring, run as a reader types them.

It runs on the site's clock, which began some time ago, as a real one has: a program
that takes the time of day for a duration is found out. What it writes, wherever that
goes, has to be on the page, and what it leaves behind is a failure: warnings and errors
that come when its variables go, threads that do not end, a traceback that nobody shows.

Examples:
    >>> from yieldpoint.sphinxext.sessions import Block, Session
    >>> right = Session("page", [Block(">>> 6 * 7\n42\n", "page.md", 3)])
    >>> right.run(seconds=60)
    []
    >>> wrong = Session("page", [Block(">>> 6 * 7\n54\n", "page.md", 3)])
    >>> [failure] = wrong.run(seconds=60)
    >>> failure.text
    '>>> 6 * 7\nExpected:\n    54\nGot:\n    42'
"""

import __future__

import builtins
import contextvars
import doctest
import functools
import gc
import linecache
import operator
import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from yieldpoint import clock
from yieldpoint.sphinxext import comparing, limits
from yieldpoint.sphinxext.limits import TimeIsUp, at_most
from yieldpoint.sphinxext.screen import Screen, watched
from yieldpoint.sphinxext.surroundings import fresh_main, patient_clock, usual_signals

__all__ = ["Block", "Failure", "Session"]

# What `from __future__ import …` leaves for the lines below it, as a session does.
_FUTURE = functools.reduce(
    operator.or_,
    (getattr(__future__, each).compiler_flag for each in __future__.all_feature_names),
)

_parser = doctest.DocTestParser()


@dataclass(frozen=True)
class Block:
    r"""A part of a session that stands in one piece.

    Attributes:
        text: Prompts with their code, and what they give.
        source: The file that it stands in, or the file and the docstring.
        line: Where it begins there.
        options: Flags of `doctest` that hold for all of it, and whether they do.

    Examples:
        >>> from yieldpoint.sphinxext.sessions import Block
        >>> Block(">>> 1 + 1\n2\n", "page.md", 3).options
        {}
    """

    text: str
    source: str
    line: int
    options: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """What a reader would see otherwise than on the page.

    Attributes:
        block: Where it was found.
        line: In which line of the block's text, from 0; None if in no example.
        text: What is wrong.

    Examples:
        >>> from yieldpoint.sphinxext.sessions import Block, Failure
        >>> Failure(Block("", "page.md", 3), None, "left behind").block.line
        3
    """

    block: Block
    line: int | None
    text: str


class Session:
    r"""Examples that share their variables.

    Attributes:
        name: What the frames of its code are called in tracebacks.
        blocks: The pieces, in their order.
        number: How many examples have been run.

    Examples:
        >>> from yieldpoint.sphinxext.sessions import Block, Session
        >>> one = Block(">>> import math\n", "page.md", 3)
        >>> two = Block(">>> math.sqrt(1764)\n42.0\n", "page.md", 9)
        >>> Session("page", [one, two]).run(seconds=60)
        []
    """

    def __init__(self, name: str, blocks: list[Block]) -> None:
        """Make a session of some blocks.

        Args:
            name: What the frames of its code shall be called.
            blocks: The pieces, at least one.
        """
        self.name = name
        self.blocks = blocks
        self.number = 0
        self._flags = 0
        # What it sets in its context, such as a precision, is for no other session.
        self._context = contextvars.Context()

    def run(
        self, seconds: float, options: int = doctest.ELLIPSIS, start: float = 0.0
    ) -> list[Failure]:
        r"""Run all examples.

        Args:
            seconds: How long that may take, in real seconds.
            options: Flags of `doctest` that hold for all of them.
            start: What the clock shows at first.

        Returns:
            What failed. When time is up that is the last of it: the examples below are
            not run.

        Examples:
            >>> from yieldpoint.sphinxext.sessions import Block, Session
            >>> for_ever = Block(">>> while True:\n...     pass\n", "page.md", 3)
            >>> [failure] = Session("page", [for_ever]).run(seconds=0.01)
            >>> failure.text.partition(" s. ")[0]
            'it has not come to its end within 0.01'
        """
        try:
            examples = list(self._examples())
        except ValueError as error:
            return [Failure(self.blocks[0], None, f"no doctest: {error}")]
        failures: list[Failure] = []
        block, line = self.blocks[0], None
        # What is alive now stays so: a collection has only the session to look at.
        gc.freeze()
        try:
            with (
                fresh_main() as variables,
                usual_signals(),
                patient_clock(seconds),
                at_most(seconds),
                clock.installed(start),
                watched() as screen,
            ):
                for block, example in examples:
                    line = example.lineno
                    text = self._fault(example, block, options, variables, screen)
                    if text:
                        failures.append(Failure(block, line, text))
                variables.clear()
                vars(builtins).pop("_", None)  # what the last line gave
                failures += self._left_behind(screen)
        except TimeIsUp as error:
            failures.append(Failure(block, line, self._where(error)))
        finally:
            for number in range(1, self.number + 1):
                linecache.cache.pop(self._file(number), None)
            gc.unfreeze()
        return failures

    def _examples(self) -> Iterator[tuple[Block, doctest.Example]]:
        for block in self.blocks:
            for example in _parser.get_examples(block.text, self.name):
                yield block, example

    def _file(self, number: int) -> str:
        return f"<{self.name}[{number}]>"

    def _fault(
        self,
        example: doctest.Example,
        block: Block,
        options: int,
        variables: dict[str, Any],
        screen: Screen,
    ) -> str:
        """Run an example, and say what is wrong, if anything is."""
        error = self._execute(example, variables)
        seen = screen.new_text()
        if error is not None:
            seen += self._told(error, screen)
            error = None
        seen = re.sub(rf"<{re.escape(self.name)}\[\d+\]>", "<stdin>", seen)
        for flag, is_set in {**block.options, **example.options}.items():
            options = options | flag if is_set else options & ~flag
        source = "".join(
            f"{'>>>' if number == 0 else '...'} {line}".rstrip() + "\n"
            for number, line in enumerate(example.source.splitlines())
        )
        if not comparing.agree(example.want, seen, options):
            return source + comparing.difference(example.want, seen).rstrip()
        if screen.hides_warnings():
            return f"{source}It changes which warnings are shown, for all that follows."
        return ""

    def _told(self, error: BaseException, screen: Screen) -> str:
        """Return what a reader is told of an exception, maybe by a hook."""
        frames = error.__traceback__ and error.__traceback__.tb_next
        if sys.excepthook is sys.__excepthook__:
            return comparing.text_of(error, frames)
        try:
            sys.excepthook(type(error), error, frames)
        except Exception as fault:  # noqa: BLE001 - whatever a reader would see
            its = fault.__traceback__ and fault.__traceback__.tb_next
            texts = comparing.text_of(fault, its), comparing.text_of(error, frames)
            return "Error in sys.excepthook:\n{}\nOriginal exception was:\n{}".format(
                *texts
            )
        return screen.new_text()

    def _execute(
        self, example: doctest.Example, variables: dict[str, Any]
    ) -> BaseException | None:
        """Execute the source of an example, and return what it raises."""
        self.number += 1
        source = example.source
        file = self._file(self.number)
        linecache.cache[file] = (
            len(source),
            None,
            source.splitlines(keepends=True),
            file,
        )
        try:
            code = compile(source, file, "single", self._flags, dont_inherit=True)
            self._flags |= code.co_flags & _FUTURE
            self._context.run(exec, code, variables)
        except TimeIsUp:
            raise
        except KeyboardInterrupt as error:
            if "KeyboardInterrupt" not in example.want:
                raise  # the one before the screen wants to end all this
            return error
        except BaseException as error:  # noqa: BLE001 - whatever a reader would see
            return error
        return None

    def _left_behind(self, screen: Screen) -> Iterator[Failure]:
        """Yield what comes when the session's variables are gone."""
        threads = screen.threads_left()
        gc.collect()
        if text := screen.new_text().rstrip():
            yield Failure(self.blocks[-1], None, f"left behind: {text}")
        for thread in threads:
            yield Failure(
                self.blocks[-1], None, f"left behind: thread {thread.name!r} goes on"
            )

    def _where(self, error: TimeIsUp) -> str:
        """Say where a session was when its time was up."""
        frames = traceback.extract_tb(error.__traceback__)
        ours = {__file__, limits.__file__}
        own = [frame for frame in frames if frame.filename not in ours]
        return f"{error}. It was here:\n" + "".join(traceback.format_list(own)).rstrip()
