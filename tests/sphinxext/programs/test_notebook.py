"""A page as a notebook."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.sphinxext.conftest import CONF, Build

PAGE = """# Sleep

`sleep` is *not* **block**: [asyncio](https://docs.python.org/3/library/asyncio.html),
[there](other.md).

| who | waits |
| --- | --- |
| `a\\|b` | yes |

- one
- two

  more

1. first

## Seconds

```{example} running_order.countdown
```

```pycon
>>> from yieldpoint.examples.running_order import countdown
>>> list(countdown(2))
[2, 1]
```

```{recording} taking_turns.take_turns(pause=False)
```

```text
The end.
```
"""
PAGES = {
    "conf.py": CONF.replace('"basic"', '"furo"').replace(
        '"yieldpoint.sphinxext.differences",', '"yieldpoint.sphinxext.publishing",'
    ),
    "index.md": PAGE,
    "other.md": "---\norphan: true\n---\n\n# Other\n",
}
TEXT = """\
# Sleep

`sleep` is *not* **block**: [asyncio](https://docs.python.org/3/library/asyncio.html),
there.

| who | waits |
| --- | --- |
| `a\\|b` | yes |

- one
- two

   more

1. first

## Seconds
"""


def cells_of(built: Build, page: str = "index") -> list[dict[str, Any]]:
    """Return the cells of a page's notebook."""
    file = built.output / "_programs" / f"{page}.ipynb"
    found = json.loads(file.read_text("utf-8"))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    cells: list[dict[str, Any]] = found["cells"]
    return cells


def test_text_and_programs(build: Callable[..., Build]) -> None:
    """The page offers it, and it has the page's text and its programs."""
    built = build(PAGES)
    assert built.messages == ""
    cells = cells_of(built)
    kinds = [cell["cell_type"] for cell in cells]
    assert kinds == ["markdown", "code", "code", "markdown"]
    assert cells[0]["source"][: len(TEXT)] == TEXT
    assert "\n```python\ndef countdown(" in cells[0]["source"]
    assert cells[3]["source"] == "```text\nThe end.\n```"
    assert 'href="_programs/index.ipynb">This page as a notebook' in built.html("index")
    assert "ipynb" not in built.html("other")
    assert not (built.output / "_programs/other.ipynb").exists()


def test_links_where_the_site_has_an_address(build: Callable[..., Build]) -> None:
    """They are whole, for a notebook stands anywhere."""
    built = build(PAGES, "-D", "html_baseurl=https://example.org/docs")
    text = cells_of(built)[0]["source"]
    assert "[there](https://example.org/docs/other.html)" in text


def test_cells_give_what_they_show(build: Callable[..., Build], tmp_path: Path) -> None:
    """Each is run by another Python, as the first line says."""
    code = [cell for cell in cells_of(build(PAGES)) if cell["cell_type"] == "code"]
    assert len({cell["id"] for cell in code}) == len(code) == 2
    for cell in code:
        magic, _, program = cell["source"].partition("\n")
        assert magic == "%%python"
        assert "raises-exception" in cell["metadata"]["tags"]  # the others run too
        file = tmp_path / "cell.py"
        file.write_text(program, encoding="utf-8")
        plain = [sys.executable, "-I", "-S", str(file)]
        done = subprocess.run(plain, capture_output=True, text=True, check=True)
        assert done.stdout == "".join(each["text"] for each in cell["outputs"])
