"""What would break a program that uses the package: ``nox -s api``.

It compares what users import with what they could import at an older commit: the last
release, and before the first one the commit in `SINCE`. What breaks may be meant: then
CHANGELOG.md names it, on a line that begins with "- Breaking:".

It prints a line for each thing that breaks unannounced, and ends with status 1 if there
is one.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe

#: What users import from.
PUBLIC = ("clock", "crawler", "loop", "trace")

#: What counts as long as nothing has been released.
SINCE = "5a625b3ea2c6036f8c43a238ea74223c6dc69a7f"

#: How a line of the changelog begins that names what no longer works.
MEANT = "- Breaking:"

#: What griffe puts around a name for a terminal.
COLOUR = re.compile(r"\x1b\[\d+m")


def release() -> str:
    """Return the tag of the last release, or the commit that stands for it."""
    command = ["git", "describe", "--tags", "--abbrev=0", "--match=v*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or SINCE


def own(member: griffe.Object | griffe.Alias) -> griffe.Object | None:
    """Return what a name stands for, if the library defines it."""
    try:
        target = member.final_target if isinstance(member, griffe.Alias) else member
    except griffe.AliasResolutionError:  # it is imported from elsewhere
        return None
    return None if target.is_module else target


def public(module: griffe.Object | griffe.Alias) -> dict[str, griffe.Object]:
    """Return what users import from a package, by name: if nothing, of its modules."""
    names = module.exports or [name for name in module.members if name[0] != "_"]
    named = {f"{module.path}.{name}": module.members[str(name)] for name in names}
    found = {path: target for path in named if (target := own(named[path]))}
    if not found:
        for name, inner in module.modules.items():
            if name[0] != "_" and inner.exports:
                found |= public(inner)
    return found


def broken(
    old: griffe.Object | griffe.Alias, new: griffe.Object | griffe.Alias
) -> Iterator[tuple[str, str]]:
    """Yield what breaks between two versions of the library: a name, and how."""
    for package in filter(old.members.__contains__, PUBLIC):
        before, now = public(old[package]), public(new[package])
        gone = sorted(before.keys() - now.keys())
        yield from ((name, f"{name}: is gone") for name in gone)
        members = [*before.items(), *now.items()]  # they may be defined elsewhere now
        names = {target.path: name for name, target in members}
        for breakage in griffe.find_breaking_changes(old[package], new[package]):
            path = breakage.obj.path
            if path in names and isinstance(breakage, griffe.ObjectRemovedBreakage):
                continue
            for defined, name in names.items():
                if f"{path}.".startswith(f"{defined}."):  # it may be a method
                    said = breakage.explain(griffe.ExplanationStyle.ONE_LINE)
                    yield name, COLOUR.sub("", said)


def main(arguments: list[str]) -> int:
    """Print what breaks; return 1 if the changelog does not say so."""
    against = arguments[0] if arguments else release()
    old = griffe.load_git(
        "yieldpoint", ref=against, search_paths=["src"], resolve_aliases=True
    )
    new = griffe.load("yieldpoint", search_paths=["src"], resolve_aliases=True)
    meant = [
        line
        for line in Path("CHANGELOG.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(MEANT)
    ]
    status = 0
    for name, said in broken(old, new):
        if any(f"`{name}`" in line for line in meant):
            continue
        print(said)
        status = 1
    if not status:
        print(f"Nothing that worked at {against} breaks unannounced.")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
