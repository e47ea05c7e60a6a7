"""Change the pages and examples at random, and see whether the gates notice.

A mutant that nothing notices means that an example is weak, or that a check is. Those
that are as good as the original stand in ``equivalent_mutants.toml``, each with the
reason; any other is a difference, and is shown.
"""

import argparse
import difflib
import hashlib
import random
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from checks.campaigns._mutations import Mutant, mutants_of
from checks.campaigns._trials import EXAMPLES, ROOT, Gates, copy_of_the_project, is_code

EQUIVALENT = Path(__file__).parent / "equivalent_mutants.toml"


def all_mutants(root: Path) -> Iterator[Mutant]:
    """Yield every mutant of every page and example of a project.

    A label that no page refers to leads there from outside: nobody here can tell.
    """
    pages = sorted((root / "docs").rglob("*.md"))
    texts = " ".join(page.read_text(encoding="utf-8") for page in pages)
    for path in sorted(
        [*(root / "docs").rglob("*.md"), *(root / EXAMPLES).glob("*.py")]
    ):
        if "_build" not in path.parts:
            source = path.read_text(encoding="utf-8")
            for mutant in mutants_of(path.relative_to(root), source):
                label = source[: mutant.end].rpartition("(")[2]
                if mutant.kind != "label" or re.search(
                    rf"(?:#|<|`|: ){label}(?![\w-])", texts
                ):
                    yield mutant


def drawn(root: Path, count: int, seed: int, kinds_wanted: list[str]) -> list[Mutant]:
    """Draw mutants: first the kind, so that the rare ones come too, then one of it.

    Which ones depends on the lines that they change, and on little else: an edit
    elsewhere does not bring mutants into the gate that nobody has judged.
    """
    sources: dict[Path, str] = {}

    def rank(mutant: Mutant) -> bytes:
        if mutant.path not in sources:
            sources[mutant.path] = (root / mutant.path).read_text(encoding="utf-8")
        source = sources[mutant.path]
        before = source[: mutant.start].rpartition("\n")[2]
        after = source[mutant.end :].partition("\n")[0]
        change = f"{seed}\n{mutant.path}\n{before}\n{mutant.text}\n{after}"
        return hashlib.sha256(change.encode()).digest()

    by_kind: defaultdict[str, list[Mutant]] = defaultdict(list)
    for mutant in sorted(all_mutants(root), key=rank):
        if not kinds_wanted or mutant.kind in kinds_wanted:
            by_kind[mutant.kind].append(mutant)
    chance = random.Random(seed)
    kinds = sorted(by_kind)
    chosen: list[Mutant] = []
    while len(chosen) < count and kinds:
        kind = chance.choice(kinds)
        if by_kind[kind]:
            chosen.append(by_kind[kind].pop())
        else:
            kinds.remove(kind)
    return chosen


def difference(mutant: Mutant, source: str) -> str:
    """Return what a mutant changes, as a diff of some lines."""
    lines = difflib.unified_diff(
        source.splitlines(),
        mutant.applied(source).splitlines(),
        f"{mutant.path} ({mutant.kind})",
        "the mutant",
        n=2,
        lineterm="",
    )
    return "\n".join(lines)


def reasons() -> dict[tuple[str, str], str]:
    """Return the mutants that are as good as the original: why each is.

    Raises:
        ValueError: One of them changes a line that is not there any more.
    """
    found = {}
    for mutant in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]:
        path, lines = mutant["path"], mutant["lines"].strip()
        there = (ROOT / path).read_text(encoding="utf-8").splitlines()
        for line in lines.splitlines():
            if line.startswith("-") and line[1:] not in there:
                raise ValueError(f"{EQUIVALENT.name}: {path} has no line {line[1:]!r}")
        found[path, lines] = mutant["reason"]
    return found


def key(mutant: Mutant, source: str) -> tuple[str, str]:
    """Return what names a mutant whatever stands around it: the lines that change."""
    lines = difference(mutant, source).splitlines()[2:]
    changed = [line for line in lines if line.startswith(("-", "+"))]
    return str(mutant.path), "\n".join(changed)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--kind", action="append", default=[], help="of this kind only")
    parser.add_argument("--verbose", action="store_true", help="say what catches each")
    options = parser.parse_args()
    known = reasons()
    caught: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    equivalent = survivors = 0
    with copy_of_the_project() as folder:
        gates = Gates(folder)
        chosen = drawn(folder, options.count, options.seed, options.kind)
        for number, mutant in enumerate(chosen, start=1):
            if number % 25 == 0:
                print(f"{number} of {len(chosen)} …", file=sys.stderr, flush=True)
            tried[mutant.kind] += 1
            source = (folder / mutant.path).read_text(encoding="utf-8")
            text, change = mutant.applied(source), difference(mutant, source)
            said = (
                gates.caught(mutant.path, text)
                if is_code(mutant.path, text)
                else "syntax"
            )
            if said:
                caught[mutant.kind] += 1
            elif reason := known.get(key(mutant, source)):
                equivalent += 1
                print(f"== as good as the original: {reason}\n{change}")
            else:
                survivors += 1
                print(f"== survives\n{change}", flush=True)
            if options.verbose and said:
                print(f"-- {said[:150]!r}\n{change}", flush=True)
    for kind in sorted(tried):
        print(f"{caught[kind]:4} of {tried[kind]:3} caught: {kind}")
    total = tried.total()
    print(
        f"{total} mutants, {survivors + equivalent} survivors, {equivalent} equivalent"
    )
    print(f"{total} checked, {survivors} differences")
    return survivors > 0


if __name__ == "__main__":
    sys.exit(main())
