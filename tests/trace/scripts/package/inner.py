"""A module of the package, which can be run too."""

print("inner", __name__)


def work() -> None:
    """Say so."""
    print("works")
