"""The programs of a page: the file that has them, and the marks on the page."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.sphinxext.conftest import ANY_MODULE, Build

PAGE = """# Sleep

(asleep)=
```pycon
>>> import asyncio
>>> from yieldpoint.examples import running_order, sleeping
>>> list(running_order.countdown(2))
[2, 1]
>>> asyncio.run(sleeping.sleep(0))
>>> numbers = iter([1, 2])
>>> next(numbers)
1
```

```pycon
>>> next(numbers)
2
>>> next(numbers)
Traceback (most recent call last):
  ...
StopIteration
```

```{on-python} < 3.11.1
>>> 1 + 1
2
```
"""


def programs(built: Build, page: str) -> dict[str, Any]:
    """Return the programs of a page."""
    file = built.output / "_programs" / f"{page}.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))["programs"]
    return found


def printed(text: str, folder: Path) -> str:
    """Return what a program prints, run by a Python that has no packages."""
    file = folder / "program.py"
    file.write_text(text, encoding="utf-8")
    plain = [sys.executable, "-I", "-S", "-u", str(file)]
    done = subprocess.run(
        plain, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
    )
    return done.stdout


def test_a_program_a_fence(build: Callable[..., Build], tmp_path: Path) -> None:
    """Each stands alone, has what it needs from above, and prints what the page has."""
    built = build({"index.md": PAGE})
    assert built.messages == ""
    found = programs(built, "index")
    assert list(found) == ["asleep", "index-2", "index-3"]
    assert [each["versions"] for each in found.values()] == [None, None, ["3.11"]]
    first, second, _ = found.values()
    assert "yieldpoint" not in first["text"]
    assert printed(first["text"], tmp_path) == first["output"] == "[2, 1]\n1\n"
    lines = printed(second["text"], tmp_path).splitlines()
    assert [lines[0], lines[1], lines[-1]] == [
        *("2", "Traceback (most recent call last):", "StopIteration"),
    ]
    for name in found:
        assert built.html("index").count(f'data-program="{name}"') == 1


def test_a_long_time_is_said(build: Callable[..., Build], tmp_path: Path) -> None:
    """In the program too."""
    (tmp_path / "docs").mkdir()
    said = 'program_seconds = {"index": {"asleep": 60}}'
    (tmp_path / "docs/more_conf.txt").write_text(said, encoding="utf-8")
    found = programs(build({"index.md": PAGE}), "index")
    assert [each["seconds"] for each in found.values()] == [60, None, None]
    assert found["asleep"]["text"].splitlines()[0] == "# From “Sleep”. It takes 60 s."


def test_none_elsewhere(build: Callable[..., Build]) -> None:
    """What is no web site has no programs, and no marks."""
    built = build({"index.md": PAGE}, builder="text")
    assert built.messages == ""
    assert not (built.output / "_programs").exists()


def test_a_name_that_leads_nowhere(build: Callable[..., Build]) -> None:
    """It is reported where it stands."""
    page = "# No\n\n```pycon\n>>> from yieldpoint.examples.timing import no\n>>> no\n"
    built = build({"index.md": f"{page}1\n```\n"})
    assert "index.md:3: WARNING: this cannot stand alone" in built.messages
    assert "yieldpoint.examples.timing defines no 'no'" in built.messages


def test_a_method_cannot_stand_alone(
    build: Callable[..., Build], write_module: Callable[[str], str]
) -> None:
    """It would need its class; where the programs are wanted, that is said."""
    name = write_module("class C:\n    @staticmethod\n    def f(): return 1\n")
    page = f"# T\n\n```{{recording}} {name}.C.f\n```\n"
    broken = build({"index.md": page}, *ANY_MODULE)
    assert f"this cannot stand alone: {name}.C is no module" in broken.messages
