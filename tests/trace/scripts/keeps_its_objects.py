"""Objects of classes of the main module can be kept and loaded."""

import dataclasses
import inspect
import pickle
import sys


@dataclasses.dataclass
class Point:
    """A place."""

    x: int
    y: int = 0


kept = pickle.dumps(Point(1))
print(pickle.loads(kept), Point.__module__)  # noqa: S301 - our own
print(inspect.getsource(Point).splitlines()[1], sys.modules["__main__"].__name__)
