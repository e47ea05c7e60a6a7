"""A value as a short text that is the same in every run.

No addresses, no numbers that count what the process did before, no order of a set; not
longer than a line; and a text even for an object whose ``__repr__`` fails.

A text costs what is shown of it, and not what the value holds: of a container only its
first elements are looked at, and when the line is full, nothing more is. What a
``__repr__`` of the program's own costs nobody knows before; where one has once returned
far more than a line, objects of that type are shown by their attributes from then on.
"""

import array
import asyncio
import collections
import dataclasses
import functools
import itertools
import re
import reprlib
import threading
import types
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from yieldpoint.trace.model import Recording

__all__ = ["ATOMS", "LONGEST", "Describer", "attributes_of", "is_shown"]

#: How long a text of a string, or of an object's own, may be.
LONGEST = 60
_LINE = 2 * LONGEST
_BIG = 10**15

# How long a text may be before its type is taken to be too wordy to be asked again.
_WORDY = 1_000

# How many digits a number may have. Making them takes longer than their number says.
_MOST_BITS = 14_000

# "<asyncio.locks.Lock object at 0x7f... [locked]>" is "<Lock [locked]>".
_MADE_UP = re.compile(r"<(?:[\w.<>]+\.)?(\w+) object(?: at 0x[0-9A-Fa-f]+)?")
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+| id='\d+'(?=>)")  # the second is a mock's

# Types are told apart by their identity: the hash of a class may be the program's.

#: The types whose values may be kept alive: that makes no difference to anybody.
ATOMS = frozenset(map(id, (bool, float, int, str, type(None))))

# What has a lane, and is called by that one's name.
_WITH_LANES = (asyncio.Future, threading.Thread)

_NAMED = {
    id(types.AsyncGeneratorType): "generator",
    id(types.CoroutineType): "coroutine",
    id(types.FunctionType): "function",
    id(types.GeneratorType): "generator",
    id(types.MethodType): "function",
}

# What a variable may hold that says nothing about the run.
_SCENERY = (
    functools._lru_cache_wrapper,
    types.BuiltinFunctionType,
    types.FunctionType,
    types.GenericAlias,
    types.ModuleType,
    type,
    Recording,
)

_DICTIONARIES: tuple[Any, ...] = ({}, collections.OrderedDict())
_VIEWS = tuple(
    type(getattr(source, name)())
    for source in _DICTIONARIES
    for name in ("keys", "values", "items")
)


# What tells of a type what it and those that it is derived from have, and asks nobody.
_own_attributes = type.__dict__["__dict__"].__get__
_line_of = type.__dict__["__mro__"].__get__

# What such an attribute is if Python has it from the start, and not from the program.
_MADE_IN_C = frozenset(
    map(id, (types.GetSetDescriptorType, types.MemberDescriptorType))
)

# What tells what an exception was given.
_ARGS: Any = BaseException.args


def attributes_of(x: object) -> Mapping[str, object]:
    """Return the attributes of an object, without calling anything of the program's."""
    return _attributes_in(x) if _has_pythons(type(x)) else {}


def _has_pythons(kind: type) -> bool:
    """Tell whether Python, and not the program, says what attributes an object has."""
    for each in _line_of(kind):
        made = _own_attributes(each).get("__dict__")
        if made is not None:
            return id(type(made)) in _MADE_IN_C
    return False


def _attributes_in(x: object) -> Mapping[str, object]:
    found: Mapping[str, object] = object.__getattribute__(x, "__dict__")
    return found


def is_shown(name: str, value: object) -> bool:
    """Tell whether a local variable belongs into a recording."""
    # Not isinstance: that would ask the value for its class, which may be a proxy's.
    return not name.startswith(("__", ".", "@")) and not issubclass(
        type(value), _SCENERY
    )


def _name_alone(made_up: re.Match[str]) -> str:
    """Return what stands for a text that Python makes up.

    With a template in its place, ``re`` takes twice as long.
    """
    return f"<{made_up[1]}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _at_once(value: object) -> str:
    """Return the text of a short value of Python's own, or nothing for any other."""
    kind = type(value)
    if kind is str and len(value) <= LONGEST:  # type: ignore[arg-type]  # it is a string
        text = repr(value)
        return text if len(text) <= LONGEST else ""
    if kind is int:
        return repr(value) if -_BIG < value < _BIG else ""  # type: ignore[operator]  # it is a number
    return repr(value) if value is None or kind is bool or kind is float else ""


@dataclasses.dataclass(eq=False, slots=True)
class _Kind:
    """What is known of a type that is not Python's own.

    Attributes:
        reference: Returns the type, or None when that is gone: all that the program
            has could be reached from it.
        fields: What its text shows, if Python makes that.
        has_attributes: Whether Python knows its attributes.
        is_wordy: Whether its texts are too long to be asked for again.
    """

    reference: Callable[[], type | None]
    fields: tuple[str, ...] | None
    has_attributes: bool
    is_wordy: bool = False


class Describer(reprlib.Repr):
    """Describes values; knows the names of the recording's lanes."""

    def __init__(self, lane_name: Callable[[object], str | None]) -> None:
        """Remember how to ask for the name of an object's lane."""
        super().__init__()
        self._lane_name = lane_name
        self._room: dict[int, int] = {}  # by thread, for the text that is being made
        self._kinds: dict[int, _Kind] = {}
        self.maxstring = self.maxother = self.maxlong = LONGEST
        self.maxlevel = 3
        self.maxlist = self.maxtuple = self.maxdict = self.maxdeque = 8
        self.maxset = self.maxfrozenset = 8

    def __call__(self, value: object) -> str:
        """Return a value's text."""
        if text := _at_once(value):
            return text
        thread = threading.get_ident()
        before = self._room.get(thread)
        self._room[thread] = _LINE
        try:
            return _cut(self.repr1(value, self.maxlevel), _LINE)
        except BaseException as error:  # noqa: BLE001 - the program must not see it
            return f"<{type(value).__name__}: its repr raises {type(error).__name__}>"
        finally:
            if before is None:
                del self._room[thread]
            else:
                self._room[thread] = before

    @property
    def is_busy(self) -> bool:
        """Whether this thread is describing a value: what it prints is not printed."""
        return threading.get_ident() in self._room

    def repr1(self, x: object, level: int) -> str:
        """Describe a value, if there is room left for it."""
        thread = threading.get_ident()
        before = self._room[thread]
        if before <= 0:
            return "…"
        if text := _at_once(x):
            self._room[thread] = before - len(text)
            return text
        text = self._text_of(x, level)
        # What is inside of it has been counted.
        counted = before - self._room[thread]
        self._room[thread] -= max(1, len(text) - counted)
        return text

    def _text_of(self, x: object, level: int) -> str:
        kind = type(x)
        if issubclass(kind, _WITH_LANES):
            return self._lane_name(x) or f"<{kind.__name__.strip('_')}>"
        if id(kind) in _NAMED:
            return f"<{_NAMED[id(kind)]} {x.__name__}>"  # type: ignore[attr-defined]  # all have one
        describe = _BY_REPR.get(kind.__repr__)
        if describe:
            return describe(self, x, level)
        return self.repr_instance(x, level)

    # Numbers and strings.

    def repr_int(self, x: int, level: int) -> str:
        """Describe a whole number, however many digits it has."""
        del level
        if x.bit_length() > _MOST_BITS:
            return f"<a number of {x.bit_length()} bits>"
        return int.__repr__(x)

    def repr_bytes(self, x: bytes | bytearray, level: int) -> str:
        """Describe bytes by those at the beginning."""
        del level
        name = "" if isinstance(x, bytes) else type(x).__name__
        text = repr(bytes(x[:LONGEST]))
        if len(x) > LONGEST or len(text) > LONGEST:
            text = f"{text[: LONGEST - 4]}..."
        return f"{name}({text})" if name else text

    # Containers.

    def _elements(
        self, brackets: str, x: Iterable[object], size: int, level: int
    ) -> str:
        """Describe the first elements between two brackets."""
        if size and level <= 0:
            return f"{brackets[0]}...{brackets[1]}"
        texts = [self.repr1(each, level - 1) for each in itertools.islice(x, 8)]
        texts += ["..."] * (size > len(texts))
        comma = "," if brackets == "()" and size == 1 else ""
        return f"{brackets[0]}{', '.join(texts)}{comma}{brackets[1]}"

    def repr_list(self, x: list[object], level: int) -> str:
        """Describe a list, or a class derived from it."""
        return self._elements("[]", list.__iter__(x), list.__len__(x), level)

    def repr_tuple(self, x: tuple[object, ...], level: int) -> str:
        """Describe a tuple, or a class derived from it."""
        return self._elements("()", tuple.__iter__(x), tuple.__len__(x), level)

    def repr_deque(self, x: "collections.deque[object]", level: int) -> str:
        """Describe a queue by what comes out first."""
        length = "" if x.maxlen is None else f", maxlen={x.maxlen}"
        size = collections.deque.__len__(x)
        elements = self._elements("[]", collections.deque.__iter__(x), size, level)
        return f"{type(x).__name__}({elements}{length})"

    def repr_set(self, x: "set[object] | frozenset[object]", level: int) -> str:
        """Describe a set in an order that does not depend on hash values."""
        name = type(x).__name__
        kind: Any = set if issubclass(type(x), set) else frozenset
        size = kind.__len__(x)
        if not size:
            return f"{name}()"
        if size > self.maxset or level <= 0:
            return f"<{name} of {size}>"
        elements = sorted(self._by_itself(each, level - 1) for each in kind.__iter__(x))
        braces = "{" + ", ".join(elements) + "}"
        return braces if type(x) is set else f"{name}({braces})"

    def _by_itself(self, x: object, level: int) -> str:
        """Describe a value as if all room were its own: its order is not known yet."""
        thread = threading.get_ident()
        before, self._room[thread] = self._room[thread], _LINE
        text = self.repr1(x, level)
        self._room[thread] = before
        return text

    def repr_dict(self, x: dict[object, object], level: int) -> str:
        """Describe a dictionary in its own order, or a class derived from it."""
        size = dict.__len__(x)
        if not size:
            return "{}"
        if level <= 0:
            return "{...}"
        # An OrderedDict has another order than the dictionary that it is derived from.
        items = (
            x.items()
            if isinstance(x, collections.OrderedDict)
            else dict[object, object].items(x)
        )
        texts = [
            f"{self.repr1(key, level - 1)}: {self.repr1(value, level - 1)}"
            for key, value in itertools.islice(items, self.maxdict)
        ]
        return "{" + ", ".join(texts + ["..."] * (size > self.maxdict)) + "}"

    def repr_named_dict(self, x: dict[object, object], level: int) -> str:
        """Describe a Counter or an OrderedDict, in the order of its entries."""
        inner = self.repr_dict(x, level) if dict.__len__(x) else ""
        return f"{type(x).__name__}({inner})"

    def repr_defaultdict(
        self, x: "collections.defaultdict[object, object]", level: int
    ) -> str:
        """Describe it with what makes an entry that is missing."""
        factory = x.default_factory
        name = getattr(factory, "__name__", None) or self.repr1(factory, level - 1)
        return f"{type(x).__name__}({name}, {self.repr_dict(x, level)})"

    def repr_view(self, x: Iterable[object], level: int) -> str:
        """Describe the keys, the values or the entries of a dictionary."""
        size = len(x)  # type: ignore[arg-type]  # a view has one
        return f"{type(x).__name__}({self._elements('[]', x, size, level)})"

    def repr_user(self, x: "collections.UserDict[object, object]", level: int) -> str:
        """Describe what is built around a dictionary, a list or a string."""
        return self.repr1(x.data, level)

    # Other objects.

    def repr_exception(self, x: BaseException, level: int) -> str:
        """Describe an exception with what it was given."""
        args = _ARGS.__get__(x)
        inner = self._elements("()", args, len(args), level)
        return type(x).__name__ + inner.replace(",)", ")")

    def repr_namespace(self, x: types.SimpleNamespace, level: int) -> str:
        """Describe it by its attributes."""
        name = "namespace" if type(x) is types.SimpleNamespace else type(x).__name__
        return (
            f"{name}({', '.join(self._assignments(attributes_of(x).items(), level))})"
        )

    def _assignments(
        self, pairs: Iterable[tuple[str, object]], level: int
    ) -> list[str]:
        """Describe attributes, for as long as there is room."""
        texts: list[str] = []
        thread = threading.get_ident()
        for name, value in pairs:
            if self._room[thread] <= 0:
                return [*texts, "…"]
            texts.append(f"{name}={self.repr1(value, level - 1)}")
            self._room[thread] -= len(name) + 1
        return texts

    def repr_instance(self, x: object, level: int) -> str:
        """Describe any other object by its own text, less the address in it."""
        kind = type(x)
        known = self._kinds.get(id(kind))
        if known is None or known.reference() is not kind:
            fields, has_attributes = _shown_fields(kind), _has_pythons(kind)
            known = _Kind(weakref.ref(kind), fields, has_attributes)
            self._kinds[id(kind)] = known
        if known.fields is not None:
            if level <= 0:
                return f"{kind.__name__}(...)"
            pairs = ((name, getattr(x, name)) for name in known.fields)
            return f"{kind.__name__}({', '.join(self._assignments(pairs, level))})"
        if kind.__repr__ is object.__repr__ or known.is_wordy:
            return self._attributes(x, level, known)
        try:
            text = repr(x)
        except RecursionError:
            known.is_wordy = True
            return self._attributes(x, level, known)
        except Exception as error:  # noqa: BLE001 - the others are described all the same
            return f"<{kind.__name__}: its repr raises {type(error).__name__}>"
        known.is_wordy = len(text) > _WORDY
        text = _MADE_UP.sub(_name_alone, text[:_WORDY])
        text = " ".join(_ADDRESS.sub("", text).split())
        return _cut(text, LONGEST)

    def _attributes(self, x: object, level: int, kind: _Kind) -> str:
        """Describe an object that has no text of its own by its attributes."""
        name = type(x).__name__
        attributes = _attributes_in(x) if kind.has_attributes else None
        if not attributes or level <= 0:
            return f"<{name}>"
        texts = self._assignments(list(attributes.items()), level)
        return _cut(f"<{name} {' '.join(texts)}>", LONGEST)


def _shown_fields(kind: type) -> tuple[str, ...] | None:
    """Return what a ``__repr__`` shows that Python has made, or None if it has not."""
    owner = next(each for each in kind.__mro__ if "__repr__" in vars(each))
    made = vars(owner)["__repr__"]
    inner = getattr(made, "__wrapped__", None)
    if getattr(inner, "__qualname__", "").startswith("__create_fn__"):
        return tuple(field.name for field in dataclasses.fields(owner) if field.repr)
    names: tuple[str, ...] | None = getattr(owner, "_fields", None)
    is_named = getattr(made, "__module__", "") == "collections"
    return names if is_named and issubclass(owner, tuple) else None


# How to describe a value whose text is made by one of these, whatever its type is
# called: so a class derived from list is described as a list is, unless it has a
# ``__repr__`` of its own.
_BY_REPR: dict[object, Callable[[Describer, Any, int], str]] = {
    array.array.__repr__: Describer.repr_array,
    bytearray.__repr__: Describer.repr_bytes,
    bytes.__repr__: Describer.repr_bytes,
    collections.Counter.__repr__: Describer.repr_named_dict,
    collections.OrderedDict.__repr__: Describer.repr_named_dict,
    collections.UserDict.__repr__: Describer.repr_user,
    collections.UserList.__repr__: Describer.repr_user,
    collections.UserString.__repr__: Describer.repr_user,
    collections.defaultdict.__repr__: Describer.repr_defaultdict,
    collections.deque.__repr__: Describer.repr_deque,
    dict.__repr__: Describer.repr_dict,
    frozenset.__repr__: Describer.repr_set,
    int.__repr__: Describer.repr_int,
    list.__repr__: Describer.repr_list,
    set.__repr__: Describer.repr_set,
    str.__repr__: Describer.repr_str,
    tuple.__repr__: Describer.repr_tuple,
    types.SimpleNamespace.__repr__: Describer.repr_namespace,
    BaseException.__repr__: Describer.repr_exception,
    **{view.__repr__: Describer.repr_view for view in _VIEWS},
}
