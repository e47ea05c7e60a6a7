"""What is drawn for browsers has something in its place in other builders."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python

PAGE = """\
# Title

```{recording} waiting.in_tasks
```

```{recording} sending.send_twice
```

```{plot} switching
What a switch costs.
```

```{verdict-filter}
- All
- True
- Imprecise
- False
- Outdated
```

```{verdict} C01 true
A claim.
```
"""
RUN = "A run of in_tasks, which takes 2 s."
STEP = "waits for asyncio.TaskGroup()"
# A converter as a site may have one, which says that it has drawn.
CONVERTER = """
from pathlib import Path
from sphinx.transforms.post_transforms.images import ImageConverter
class Converter(ImageConverter):
    conversion_rules = [("image/svg+xml", "application/pdf")]
    def is_available(self):
        return True
    def convert(self, source, target):
        Path(target).write_text("drawn")
        return True
def setup(app):
    app.add_post_transform(Converter)
"""


@pytest.fixture
def build_page(build: Callable[..., Build]) -> Callable[..., Build]:
    """Return a function that builds the page, by itself, with a builder."""

    def run(builder: str, *options: str) -> Build:
        built = build({"index.md": PAGE}, *options, builder=builder)
        assert not built.messages, built.messages
        return built

    return run


def test_text(build_page: Callable[..., Build]) -> None:
    """The figure in words, the steps and the measured times as tables."""
    text = (build_page("text").output / "index.txt").read_text(encoding="utf-8")
    assert RUN in text
    assert f" {STEP} " in text
    assert "The figures" in text
    assert "| generator switch " in text
    assert "Imprecise" not in text


@pytest.mark.parametrize("builder", ["xml", "man", "texinfo"])
def test_others(build_page: Callable[..., Build], builder: str) -> None:
    """They do not fail, and have the steps."""
    output = build_page(builder).output
    texts = [
        path.read_text("utf-8")
        for path in output.iterdir()
        if path.suffix in {".xml", ".texi", ".1"}
    ]
    assert any("asyncio.TaskGroup()" in text for text in texts)


def test_epub(build_page: Callable[..., Build]) -> None:
    """The pages are XML without a script; figures are pictures, which are XML too."""
    output = build_page("epub", "-D", "version=1", "-D", "copyright=none").output
    ET.parse(output / "index.xhtml")  # noqa: S314 - the build has written it
    html = (output / "index.xhtml").read_text(encoding="utf-8")
    assert html.count("<img ") == 3
    assert f'alt="{RUN}' in html
    assert STEP in html
    assert not any(word in html for word in ("stepper", "<button", "<input", "<svg"))
    drawings = list(output.glob("_images/*.svg"))
    assert len(drawings) == 3
    for drawing in drawings:
        ET.parse(drawing)  # noqa: S314 - the same
        text = drawing.read_text(encoding="utf-8")
        assert "light-dark" not in text
        assert "var(" not in text


def test_latex_with_a_converter(
    build_page: Callable[..., Build], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures are pictures."""
    (tmp_path / "converter.py").write_text(CONVERTER, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    extensions = "myst_parser,yieldpoint.sphinxext,yieldpoint.sphinxext.measured"
    extensions += ",yieldpoint.sphinxext.verdicts,converter"
    output = build_page("latex", "-D", f"extensions={extensions}").output
    assert [path.read_text() for path in output.glob("drawing-*.pdf")] == ["drawn"] * 3


def test_latex_without_a_converter(build_page: Callable[..., Build]) -> None:
    """Figures are words: LaTeX takes no SVG file."""
    output = build_page("latex").output
    text = next(output.glob("*.tex")).read_text(encoding="utf-8")
    assert RUN.replace("_", r"\_") in text
    assert "asyncio.TaskGroup" in text
    assert r"\includegraphics" not in text
