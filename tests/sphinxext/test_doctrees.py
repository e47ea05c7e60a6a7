"""A page is kept in a file without what Sphinx knows of the other pages."""

import pickle
from collections.abc import Callable

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python

PAGE = """# Title

```{eval-rst}
.. py:function:: run(main)

   Run it.

   .. rubric:: What it costs

   Time.
```
"""


def test_every_node_knows_its_page(build: Callable[..., Build]) -> None:
    """Also what reStructuredText has made, within a page of Markdown."""
    built = build({"index.md": PAGE})
    assert built.status == 0, built.messages
    kept = built.output.parent.joinpath("doctrees", "index.doctree").read_bytes()
    assert b"BuildEnvironment" not in kept
    page = pickle.loads(kept)  # noqa: S301 - Sphinx has just written it
    assert {id(node.document) for node in page.findall()} == {id(page)}
