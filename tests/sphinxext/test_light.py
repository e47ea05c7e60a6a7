"""Style sheets and scripts without what a browser does not need."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.once import on_one_python
from tests.sphinxext.conftest import CONF, Build
from yieldpoint.sphinxext.light import grouped, without_comments
from yieldpoint.trace import stepper

pytestmark = on_one_python

PAGES = {
    "conf.py": CONF.replace('html_theme = "basic"', 'html_theme = "furo"').replace(
        '"yieldpoint.sphinxext.differences",', '"yieldpoint.sphinxext.light",'
    ),
    "index.md": "# Title\n\n```python\n```\n",
}


def test_own_files_are_lightened(build: Callable[..., Build]) -> None:
    """Those of others are not, and the colours say the same in fewer words."""
    pages = {**PAGES, "index.md": "# Title\n"}
    built = build(pages)
    assert built.messages == ""
    static = built.output / "_static"
    for name in ("stepper.js", "stepper.css", "figure.css"):
        source = stepper.STATIC.joinpath(name).read_text("utf-8")
        light = (static / name).read_text("utf-8")
        assert light == without_comments(source)
        assert len(light) < 0.9 * len(source)
    colours = (static / "pygments.css").read_text("utf-8")
    assert len(colours) < 10_000
    assert "/*" not in colours
    assert "/*" in (static / "doctools.js").read_text("utf-8")


def test_elsewhere_nothing_is_done(build: Callable[..., Build]) -> None:
    """There are no such files, or nobody reads them."""
    pages = {**PAGES, "index.md": "# Title\n"}
    assert build(pages, builder="text").messages == ""


def test_no_rule_is_lost() -> None:
    """Each token keeps its look, in each of the places."""
    text = (
        ".highlight .c { color: #555 } /* Comment */\n"
        ".highlight .k { color: #80f; font-weight: bold } /* Keyword */\n"
        "@media not print {\n"
        'body[data-theme="dark"] .highlight .c { color: #aaa } /* Comment */\n'
        'body[data-theme="dark"] .highlight .cm { color: #aaa } /* Comment.Multi */\n'
        "}\n"
        ".highlight .cm { color: #555 } /* Comment.Multiline */"
    )

    def looks(style: str) -> set[tuple[str, str, str]]:
        rules = re.findall(
            r"^(.*\.highlight) (?::is\()?(\.[\w,.]+)\)? (\{.*\})", style, re.MULTILINE
        )
        return {
            (place, token, look)
            for place, tokens, look in rules
            for token in tokens.split(",")
        }

    plain = re.sub(r" /\*.*?\*/", "", text)
    assert looks(grouped(text)) == looks(plain)
    assert grouped(text).count("\n") < text.count("\n")


def test_comments_go_and_code_stays() -> None:
    """A slash that begins no line begins no comment."""
    text = "const a = 1; // stays\n// goes\n/* goes\n   too */\n  b(); /* stays */\n"
    assert without_comments(text) == "const a = 1; // stays\nb(); /* stays */\n"
    assert Path(str(stepper.STATIC), "stepper.js").is_file()
