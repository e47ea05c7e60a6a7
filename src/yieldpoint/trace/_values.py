"""A value as a short text that is the same in every run.

No addresses, no numbers that count what the process did before, no order of a set; not
longer than a line; and a text even for an object whose ``__repr__`` fails.
"""

import asyncio
import itertools
import re
import reprlib
import threading
import types
from collections.abc import Callable

__all__ = ["Describer", "is_atom", "is_shown"]

_LONGEST = 60
_BIG = 10**15

# "<asyncio.locks.Lock object at 0x7f... [locked]>" is "<Lock [locked]>".
_MADE_UP = re.compile(r"<(?:[\w.<>]+\.)?(\w+) object(?: at 0x[0-9A-Fa-f]+)?")
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")

# reprlib goes by the names of types, and anybody may call a type "list".
_KNOWN_TO_REPRLIB = frozenset({"array", "builtins", "collections"})

_ATOMS = frozenset({bool, float, int, str})

_NAMED: dict[type, str] = {
    types.AsyncGeneratorType: "generator",
    types.CoroutineType: "coroutine",
    types.FunctionType: "function",
    types.GeneratorType: "generator",
    types.MethodType: "function",
}

# What a variable may hold that says nothing about the run.
_SCENERY = (
    types.BuiltinFunctionType,
    types.FunctionType,
    types.GenericAlias,
    types.ModuleType,
    type,
)


def is_shown(name: str, value: object) -> bool:
    """Tell whether a local variable belongs into a recording."""
    # Not isinstance: that would ask the value for its class, which may be a proxy's.
    return not name.startswith(("__", ".")) and not issubclass(type(value), _SCENERY)


def is_atom(value: object) -> bool:
    """Tell whether keeping a value alive makes no difference to anybody."""
    return value is None or type(value) in _ATOMS


class Describer(reprlib.Repr):
    """Describes values; knows the names of the recording's lanes."""

    def __init__(self, lane_name: Callable[[object], str | None]) -> None:
        """Remember how to ask for the name of an object's lane."""
        super().__init__()
        self._lane_name = lane_name
        self._busy: set[int] = set()
        self.maxstring = self.maxother = self.maxlong = _LONGEST
        self.maxlevel = 3
        self.maxlist = self.maxtuple = self.maxdict = self.maxdeque = 8
        self.maxset = self.maxfrozenset = 8

    def __call__(self, value: object) -> str:
        """Return a value's text."""
        self._busy.add(threading.get_ident())
        try:
            text = self.repr(value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - the program must not see it
            text = f"<{type(value).__name__}: its repr raises {type(error).__name__}>"
        finally:
            self._busy.discard(threading.get_ident())
        return text if len(text) <= 2 * _LONGEST else text[: 2 * _LONGEST - 1] + "…"

    @property
    def is_busy(self) -> bool:
        """Whether this thread is describing a value: what it prints is not printed."""
        return threading.get_ident() in self._busy

    def repr1(self, x: object, level: int) -> str:
        """Describe what has no stable text of its own; leave the rest to reprlib."""
        kind = type(x)
        if x is None or kind is bool or kind is float:
            return repr(x)
        if kind is int and -_BIG < x < _BIG:  # type: ignore[operator]  # it is an int
            return repr(x)
        if issubclass(kind, asyncio.Future | threading.Thread):
            return self._lane_name(x) or f"<{kind.__name__.strip('_')}>"
        if kind in _NAMED:
            return f"<{_NAMED[kind]} {x.__name__}>"  # type: ignore[attr-defined]  # all have one
        if kind.__module__ in _KNOWN_TO_REPRLIB:
            return super().repr1(x, level)
        return self.repr_instance(x, level)

    def repr_int(self, x: int, level: int) -> str:
        """Describe a whole number, however many digits it has."""
        del level
        try:
            return repr(x)
        except ValueError:
            return f"<a number of {x.bit_length()} bits>"

    def repr_set(self, x: "set[object] | frozenset[object]", level: int) -> str:
        """Describe a set in an order that does not depend on hash values."""
        if not x:
            return f"{type(x).__name__}()"
        if len(x) > self.maxset or level <= 0:
            return f"<{type(x).__name__} of {len(x)}>"
        elements = sorted(self.repr1(element, level - 1) for element in x)
        braces = "{" + ", ".join(elements) + "}"
        return braces if type(x) is set else f"{type(x).__name__}({braces})"

    repr_frozenset = repr_set

    def repr_dict(self, x: dict[object, object], level: int) -> str:
        """Describe a dictionary in its own order."""
        if level <= 0:
            return "{...}"
        items = [
            f"{self.repr1(key, level - 1)}: {self.repr1(value, level - 1)}"
            for key, value in itertools.islice(x.items(), self.maxdict)
        ]
        return "{" + ", ".join(items + ["..."] * (len(x) > self.maxdict)) + "}"

    def repr_instance(self, x: object, level: int) -> str:
        """Describe any other object by its own text, less the address in it."""
        if type(x).__repr__ is object.__repr__:
            return self._attributes(x, level)
        try:
            text = repr(x)
        except Exception as error:  # noqa: BLE001 - the others are described all the same
            return f"<{type(x).__name__}: its repr raises {type(error).__name__}>"
        text = " ".join(_ADDRESS.sub("", _MADE_UP.sub(r"<\1", text)).split())
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def _attributes(self, x: object, level: int) -> str:
        """Describe an object that has no text of its own by its attributes."""
        name = type(x).__name__
        attributes = getattr(x, "__dict__", None)
        if not attributes or level <= 0:
            return f"<{name}>"
        texts = [
            f"{key}={self.repr1(value, level - 1)}" for key, value in attributes.items()
        ]
        text = f"<{name} {' '.join(texts)}>"
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
