"""The programs of all pages, in the browser: ``nox -s browser``.

One worker runs them. They print what their pages show, as they do elsewhere: the
doctest builder compares that. Here time jumps too, or it would take an hour.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from checks.conftest import QUICK, Site
from yieldpoint.sphinxext.comparing import agree, difference

pytest_plugins = ["checks.chromium", "checks.worker"]

Run = Callable[..., dict[str, Any]]

#: How many parts the programs have, each with some of all pages.
PARTS = 8

#: What is printed behind each program, and by none of them.
BEHIND = "\x1e"

#: Runs programs as the worker does, one after the other, and lets it forget each. To
#: begin a run, and to be told of its end, takes longer than most of the programs.
ON_THE_CLOCK = """
from yieldpoint._tryit import worker
from yieldpoint.clock import installed

for text, name in {programs!r}:
    with installed(start=1000):
        ending = worker.run(text, name)
    worker.forget(name)
    if '"status": "ok"' not in ending:
        print(ending)
    print(end={behind!r})
"""


def programs(site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the programs that a browser can run, with the page of each."""
    folder = site.folder / "_programs"
    for path in sorted(folder.rglob("*.json")):
        page = path.relative_to(folder).with_suffix("").as_posix()
        for name, program in json.loads(path.read_bytes())["programs"].items():
            is_for = program["versions"] is None or "3.14" in program["versions"]
            if is_for and not program["needs"]:
                yield f"{page}#{name}", program


# Where time is short, a fourth of them: the doctests run all as programs elsewhere.
@pytest.mark.parametrize("part", range(2 if QUICK else PARTS))
def test_programs_print_what_the_page_shows(part: int, run: Run, site: Site) -> None:
    """All that need nothing that a browser lacks."""
    chosen = list(programs(site))[part::PARTS]
    assert len(chosen) > 500 / PARTS
    pairs = [(program["text"], program["name"]) for _, program in chosen]
    told = run(ON_THE_CLOCK.format(programs=pairs, behind=BEHIND), name="driver.py")
    assert not told["note"]
    *printed, rest = told["all"].split(BEHIND)
    assert rest == ""
    faults = [
        f"{place}:\n{difference(program['output'], seen)}"
        for (place, program), seen in zip(chosen, printed, strict=True)
        if not agree(program["output"], seen)
    ]
    assert faults == [], "\n".join(faults)
