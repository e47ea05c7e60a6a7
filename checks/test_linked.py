"""Another project uses the extension, and links to what this one documents."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup

from checks.conftest import ADDRESS, ROOT, Site

SHOP = ROOT / "tests/sphinxext/shop"
PAGE = """\
# Linked

{py:func}`record <yieldpoint.trace.record>` gives a {py:class}`yieldpoint.trace.Trace`,
by {py:func}`yieldpoint.clock.run` or {py:func}`yieldpoint.loop.run`.

```pycon
>>> from yieldpoint.trace import record
```
"""


def test_another_project_links_to_this_one(site: Site, tmp_path: Path) -> None:
    """By the names that it imports, in its text and in its code."""
    shop = tmp_path / "shop"
    shutil.copytree(SHOP, shop, ignore=shutil.ignore_patterns("__pycache__"))
    inventory = site.folder / "objects.inv"
    with (shop / "docs/conf.py").open("a", encoding="utf-8") as conf:
        conf.write(
            'extensions += ["sphinx.ext.intersphinx", '
            '"yieldpoint.sphinxext.code_links"]\n'
            f'intersphinx_mapping = {{"yieldpoint": ("{ADDRESS}", "{inventory}")}}\n'
        )
    with (shop / "docs/index.md").open("a", encoding="utf-8") as index:
        index.write("\n```{toctree}\nlinked\n```\n")
    (shop / "docs/linked.md").write_text(PAGE, encoding="utf-8")
    command = [
        *(sys.executable, "-m", "sphinx", "--nitpicky", "--fail-on-warning"),
        *("--quiet", str(shop / "docs"), str(tmp_path / "html")),
    ]
    environment = {**os.environ, "PYTHONPATH": str(shop / "src")}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    html = (tmp_path / "html/linked.html").read_text(encoding="utf-8")
    links = BeautifulSoup(html, "html.parser").select(f'a[href^="{ADDRESS}"]')
    found = [(link.text, str(link["href"]).removeprefix(ADDRESS)) for link in links]
    trace, name = "reference/trace.html", "yieldpoint.trace"
    assert [(text, where) for text, where in found if where.startswith(trace)] == [
        ("record", f"{trace}#{name}.record"),
        ("yieldpoint.trace.Trace", f"{trace}#{name}.Trace"),
        ("yieldpoint.trace", f"{trace}#module-{name}"),
        ("record", f"{trace}#{name}.record"),
    ]
    assert len(found) == 6
    for _text, where in found:
        page, _, anchor = where.partition("#")
        assert anchor in site[page].anchors
