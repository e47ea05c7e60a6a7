"""What is not executed breaks the build, however it came to be passed over."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import CONF, Build

pytestmark = on_one_python

PROMPT = "nothing executes this prompt: >>> 1 + 1"
FENCE = "nothing executes this fence"
HIDDEN = "a reader does not see this code"
SUBSTITUTION = "myst_enable_extensions = ['substitution']\n"
HTML = "nothing executes the Python in this HTML"
HIDES = "this HTML may hide what stands behind it"
LEFT_OUT = "not every reader sees this code"


@pytest.fixture
def build(build: Callable[..., Build]) -> Callable[..., Build]:
    """Return a function that reads pages, and writes none: nobody looks at them."""
    return functools.partial(build, builder="dummy")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("```python\nprint(1)\n```", 3, FENCE),
        ("```py\nprint(1)\n```", 3, FENCE),
        ("```pycon\nno prompt\n```", 3, "nothing checks this text: no prompt"),
        ("```pycon\n>>> 1 + 1\n2\n\n3\n```", 3, "nothing checks this text: 3"),
        ("```pycon\n>>> # a comment\n```", 3, FENCE),
        ("```pycon\n>>>1 + 1\n```", 3, "line 1 of the docstring"),
        ("```PyCon\n>>> 1 # doctest: +WHAT\n```", 3, "line 1 of the doctest"),
        ("```Python3\nprint(1)\n```", 3, FENCE),
        ("{.example}\n```python\nprint(1)\n```", 4, FENCE),
        ("    print(1)", 3, "this fence names no language"),
        ("```{doctest}\n:options: +SKIP\n>>> 1 + 1\n3\n```", 5, PROMPT),
        ("```{doctest}\n:skipif: True\n>>> 1 + 1\n3\n```", 5, PROMPT),
        ("```{doctest} *\n>>> 1 + 1\n3\n```", 4, PROMPT),
        ("```python\n>>> 1 + 1\n2\n```", 4, PROMPT),
        ("```text\n>>> 1 + 1\n2\n```", 4, PROMPT),
        ("```pycon\n>>> 1 + 1  # doctest: +SKIP\n3\n```", 4, "nothing executes"),
        ("````markdown\n```pycon\n>>> 1 + 1\n2\n```\n````", 5, PROMPT),
        ("> ```text\n> >>> 1 + 1\n> ```", 4, PROMPT),
        ("    >>> 1 + 1\n    2", 3, PROMPT),
        ("```\nwhat is this?\n```", 3, "this fence names no language"),
        ("```{code-block} python\nprint(1)\n```", 3, FENCE),
        ("```{literalinclude} conf.py\n:language: python\n```", 3, FENCE),
        ("```{sourcecode} python3\nprint(1)\n```", 3, FENCE),
        ("```pytb\nTraceback (most recent call last):\n```", 3, FENCE),
        ("```none\nprint(1)\n```", 3, "this fence names no language"),
        ("```{parsed-literal}\nprint(1)\n```", 3, "this fence names no language"),
        ("```text\nimport asyncio\n```", 3, FENCE),
        ("```text\nawait asyncio.sleep(1)\n```", 3, FENCE),
        ("```text\n    for x in y:\n        x()\n```", 3, FENCE),
        ("```diff\n@@ -1 +1 @@\n-import a\n+import b\n```", 3, FENCE),
        ("```console\nfor x in range(3):\n    print(x)\n```", 3, FENCE),
        ("```console\n$ python\n>>> 1 + 1\n2\n```", 5, PROMPT),
        ("```text\nIn [1]: 1 + 1\n```", 4, "nothing executes this prompt: In [1]"),
        ("```text\nOut[1]: 2\n```", 4, "nothing executes this prompt: Out[1]: 2"),
        ("```text\nraise ValueError\n```", 3, FENCE),
        ("```text\nx = [i for i in y]\n```", 3, FENCE),
        ("```text\n```", 3, "there is nothing in this fence"),
        ("| code |\n| --- |\n| >>> 1 + 1 |", 5, PROMPT),
        ("Type `>>> 1 + 1` and see.", 3, PROMPT),
        ("Type >>> 1 + 1 and see.", 3, PROMPT),
        ("1. >>> 1 + 1", 3, PROMPT),
        ("<pre>>>> 1 + 1</pre>", 3, PROMPT),
        ("<pre>\n&gt;&gt;&gt; 1 + 1\n</pre>", 4, PROMPT),
        ("<b>&#62;</b>&#x3e;&gt; 1 + 1", 3, "nothing executes this prompt"),
        ("```text\n>>\u200b> 1 + 1\n```", 4, PROMPT),
        ("```text\n\ufeff>>> 1 + 1\n```", 4, PROMPT),
        ("\\>\\>\\> 1 + 1", 3, PROMPT),
        ("\uff1e\uff1e\uff1e 1 + 1", 3, PROMPT),
        ('<img alt=">>> 1 + 1">', 3, PROMPT),
        ('[text](conf.py ">>> 1 + 1")', 3, PROMPT),
        ("## What >>> 1 + 1 is", 3, PROMPT),
        ("![>>> 1 + 1](conf.py)", 3, PROMPT),
        ("[^1]\n\n[^1]: That is >>> 1 + 1", 5, PROMPT),
        ("```{figure} conf.py\nA caption: >>> 1 + 1\n```", 4, PROMPT),
        ("*>*>> 1 + 1", 3, "nothing executes this prompt"),
        ("<!-- a comment --> >>> 1 + 1", 3, PROMPT),
        ("<!-- a --><!-- b\n-->>>> 1 + 1", 4, PROMPT),
        ("<!-- as browsers end it --!> >>> 1 + 1 -->", 3, PROMPT),
        ("% >>> 1 + 1 | code\n--- | ---\na | b", 3, PROMPT),
        ("- a\u2028\n\n>>> 1 + 1\n\n<!--\n\n-->", 5, PROMPT),
        ("<pre>&gt;&gt;<b\n>&gt;</b> 1 + 1</pre>", 3, PROMPT),
        ("Type >>\x7f> 1 + 1", 3, PROMPT),
        ("Type >>\u3164> 1 + 1", 3, PROMPT),
        ("Type \u2af8 1 + 1", 3, PROMPT),
        ("Type \u02c3\u1433\u276d 1 + 1", 3, PROMPT),
        ("<pre>import asyncio</pre>", 3, HTML),
        ("<p><samp>\nraise ValueError\n</samp></p>", 3, HTML),
        ("```bash\nimport asyncio\n```", 3, FENCE),
        ('<pre class="python">x = 1</pre>', 3, HTML),
        ('<code class="language-python">x = 1</code>', 3, HTML),
        ('<script type="text/python">x = 1</script>', 3, HTML),
        ("```{testsetup}\nx = 1\n```", 3, HIDDEN),
        ("```{testcleanup}\nx = 1\n```", 3, HIDDEN),
        ("```{doctest}\n:hide:\n>>> x = 1\n```", 3, HIDDEN),
        ("```{testcode}\nprint(1)\n```", 3, "write this with prompts"),
        ("```{testoutput}\n1\n```", 3, "write this with prompts"),
        (
            "```pycon\n>>> 1 / 0 # doctest: +IGNORE_EXCEPTION_DETAIL\n```",
            3,
            "doctest's flag IGNORE_EXCEPTION_DETAIL lets pass",
        ),
        (
            "```{doctest}\n:options: +NORMALIZE_WHITESPACE\n>>> 1\n1\n```",
            4,
            "doctest's flag NORMALIZE_WHITESPACE lets pass",
        ),
        ("````{only} draft\n```pycon\n>>> x = 1\n```\n````", 4, LEFT_OUT),
        ("<div hidden>\n\ntext\n\n</div>", 3, HIDES),
        ('<div style="Display: none">\n\ntext\n\n</div>', 3, HIDES),
        ("```{raw} html\n<!-- no end\n```", 3, HIDES),
        ("<template>\n\n```pycon\n>>> x = 1\n```\n\n</template>", 3, HIDES),
        ("<p><kbd>print(1)</kbd></p>", 3, HTML),
        ("<pre>import asyncio<br>print(1)</pre>", 3, HTML),
        ("<pre>\n```python\nx = 1\n```\n</pre>", 3, HTML),
        ('<p style="font-family: monospace">print(1)</p>', 3, HTML),
        ("```{eval-rst}\n.. raw:: html epub\n\n   <div hidden>\n```", 4, HIDES),
        ("```text\nTraceback (most recent call last):\nE\n```", 3, FENCE),
        ("```console\n$ cat a.py\nimport asyncio\nrun it\n```", 3, FENCE),
        ("```console\n$ python3.14 -X dev -c 'print(1)'\n1\n```", 3, FENCE),
        ("```console\n$ python - <<EOF\nprint(1)\nEOF\n```", 3, FENCE),
        ("```text\nfor x in y:\n    print(x)\n\nThis is it.\n```", 3, FENCE),
        ("```text\nasync def f():\n    # and so on\n```", 3, FENCE),
        ("```text\ntask = asyncio.create_task(work())\n```", 3, FENCE),
        ("```text\nasyncio.run(main())\n```", 3, FENCE),
        ("```text\nx += 1\n```", 3, FENCE),
        ("```powershell\nimport asyncio\n```", 3, FENCE),
        ("```yaml\nimport asyncio\n```", 3, FENCE),
        ("```text\nIn [ ]: 1 + 1\n```", 4, "nothing executes this prompt: In [ ]"),
        ("```text\n(Pdb) p x\n```", 4, "nothing executes this prompt: (Pdb) p x"),
        ("```text\nipdb> p x\n```", 4, "nothing executes this prompt: ipdb> p x"),
        ("```{eval-rst}\n| import asyncio\n| print(1)\n```", 4, FENCE),
        ("```{eval-rst}\nSo:\n\n   import asyncio\n   print(1)\n```", 6, FENCE),
        ("````{eval-rst}\n```python\nx = 1\n```\n````", 4, FENCE),
        ("```{eval-rst}\n.. exampl:: x\n```", 4, "nothing is shown here but this"),
        (
            "```{example} awaiting.nobody\n```",
            3,
            "nothing is shown here but this error",
        ),
        ("```text\nno end", 3, "this fence is closed by nothing"),
        ("````{note}\n```text\nno end\n````", 4, "this fence is closed by nothing"),
    ],
)
def test_what_is_not_executed_is_named(
    build: Callable[..., Build], text: str, line: int, message: str
) -> None:
    """The report names the file and the line."""
    broken = build({"index.md": f"# Title\n\n{text}\n"})
    assert broken.status != 0
    assert f"docs/index.md:{line}: WARNING: {message}" in broken.messages


@pytest.mark.parametrize(
    "text",
    [
        "```pycon\n>>> 1 + 1\n2\n```",
        "- ```pycon\n  >>> 1 + 1\n  2\n  ```",
        "```{note}\n\n~~~pycon\n>>> 1 + 1\n2\n~~~\n```",
        "```{doctest}\n>>> 1 + 1\n2\n```",
        "```{on-python} >= 3.11\n>>> 1 + 1\n2\n```",
        "```pycon\n>>> # a comment is no example\n>>> 1 + 1\n2\n```",
        "```text\nno Python at all\n```",
        "Behind the prompt, `>>>`, or '>>>'.",
        "<!--\n>>> 1 + 1\n-->",
        "% >>> 1 + 1",
        '```pycon\n>>> x = """\n... >>> 1 + 1"""\n```',
        "```pycon\n>>> '>>> 1 + 1'\n'>>> 1 + 1'\n```",
        "```pycon\n>>> 1 + 1 # doctest: -ELLIPSIS\n2\n```",
        "> ```text\n> in a quote\n> ```",
        "<p>Python &gt; 3</p>",
        "<!--\n>>> 1 + 1\n--> <!-- >>> 1 + 1 -->",
        "````{only} html\n```text\nno Python\n```\n````",
        "```{raw} latex\n<!-- no comment there\n```",
        "<pre>1 + 1 <!-- two --> is two</pre>",
        "```console\n$ python -m http.server\n$ python -m pytest -c a.toml\n```",
        "```text\nclass diagram: a is for b\nimport of data\n```",
        "```text\nPoint(x=1, y=Point(2, 3))\n```",
        "return\nyield",
        "```yaml\nrun: |\n  import asyncio\n```",
        "```{eval-rst}\n.. >>> 1 + 1\n   3\n```",
    ],
)
def test_what_is_executed_is_not_reported(
    build: Callable[..., Build], text: str
) -> None:
    """The check raises no false alarm."""
    passed = build({"index.md": f"# Title\n\n{text}\n"})
    assert passed.status == 0, passed.messages


def test_a_prompt_that_stands_twice_must_be_executed_twice(
    build: Callable[..., Build],
) -> None:
    """An executed fence does not excuse a second one of the same text."""
    fence = "```pycon\n>>> 1 + 1\n2\n```\n"
    broken = build(
        {"index.md": f"# Title\n\n{fence}\n{fence.replace('pycon', 'text')}"}
    )
    assert f"docs/index.md:9: WARNING: {PROMPT}" in broken.messages


def test_an_unexecuted_prompt_before_an_executed_one(
    build: Callable[..., Build],
) -> None:
    """The line that is named is that of the fence which is not executed."""
    fence = "```text\n>>> 1 + 1\n2\n```\n"
    broken = build(
        {"index.md": f"# Title\n\n{fence}\n{fence.replace('text', 'pycon')}"}
    )
    assert f"docs/index.md:4: WARNING: {PROMPT}" in broken.messages
    assert "docs/index.md:9" not in broken.messages


def test_a_second_build_reports_the_same(build: Callable[..., Build]) -> None:
    """A fence that is left as it is does not become right by that."""
    page = {"index.md": "# Title\n\n```python\nprint(1)\n```\n"}
    assert FENCE in build(page).messages
    again = build({})
    assert again.status != 0
    assert FENCE in again.messages


def test_an_included_file_that_is_no_page(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """Its prompts are searched for where they stand."""
    (tmp_path / "part.md").write_text("```text\n>>> 1 + 1\n2\n```\n")
    broken = build({"index.md": "# Title\n\n```{include} ../part.md\n```\n"})
    assert broken.status != 0
    assert f"part.md:2: WARNING: {PROMPT}" in broken.messages


def test_a_readme_that_two_pages_include(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """It is executed twice and accounts for one copy all the same."""
    fence = "```pycon\n>>> 1 + 1\n2\n```\n"
    (tmp_path / "README.md").write_text(f"{fence}\n{fence.replace('pycon', 'text')}")
    include = "\n```{include} ../README.md\n:end-before: text\n```\n"
    index = f"# Title\n{include}\n```{{toctree}}\nother\n```\n"
    broken = build({"index.md": index, "other.md": f"# Other\n{include}"})
    assert f"README.md:7: WARNING: {PROMPT}" in broken.messages


def test_fences_of_a_readme(build: Callable[..., Build], tmp_path: Path) -> None:
    """In lists, in quotes, without a language: each is reported."""
    (tmp_path / "README.md").write_text(
        "- ```python\n  x = 1\n  ```\n\n> ```Python\n> x = 1\n> ```\n\n"
        "```{code-block} python\nx = 1\n```\n\n```\nx = 1\n```\n\n    x = 1\n\n"
        "````markdown\n```python\nx = 1\n```\n````\n"
    )
    broken = build({"index.md": "# Title\n"})
    for line in (1, 5, 9):
        assert f"README.md:{line}: WARNING: {FENCE}" in broken.messages
    for line in (13, 17):
        assert f"README.md:{line}: WARNING: this fence names no" in broken.messages
    assert broken.messages.count("WARNING") == 5


def test_a_readme_that_no_page_includes(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """Its prompts and its Python fences are reported."""
    readme = tmp_path / "README.md"
    readme.write_text("```pycon\n>>> 1 + 1\n2\n```\n\n```python\nx = 1\n```\n")
    broken = build({"index.md": "# Title\n"})
    assert broken.status != 0
    assert f"README.md:2: WARNING: {PROMPT}" in broken.messages
    assert f"README.md:6: WARNING: {FENCE}" in broken.messages


def test_a_readme_that_a_page_includes(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """Its prompts are executed with the page."""
    (tmp_path / "README.md").write_text("```pycon\n>>> 1 + 1\n2\n```\n")
    index = "# Title\n\n```{include} ../README.md\n```\n"
    passed = build({"index.md": index})
    assert passed.status == 0, passed.messages


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("README.rst", "T\n=\n\n.. code-block:: python\n\n   x = 1\n", 4),
        ("README.rst", "T\n=\n\n- Like this::\n\n    import asyncio\n", 4),
        ("README.markdown", "# T\n\n```python\nx = 1\n```\n", 3),
        ("start.html", "<pre class='python'>x = 1</pre>", 1),
    ],
)
def test_python_in_sources_of_other_kinds(
    build: Callable[..., Build], tmp_path: Path, name: str, text: str, line: int
) -> None:
    """Whatever the README is written in, and the templates too if they are named."""
    (tmp_path / name).write_text(text)
    conf = f"{CONF}\nexecuted_sources = ['../{name}']\n"
    broken = build({"index.md": "# Title\n", "conf.py": conf})
    assert f"{name}:{line}: WARNING: nothing executes th" in broken.messages


def test_a_readme_in_restructuredtext_that_is_right(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """No false alarm for what is no Python."""
    text = (
        "T\n=\n\n.. code-block:: console\n\n   $ ls\n\nSo::\n\n   a wakes\n\n"
        "import asyncio\n\n.. code:: python\n\n   x = 1\n"
    )
    (tmp_path / "README.rst").write_text(text)
    conf = f"{CONF}\nexecuted_sources = ['../README.rst']\n"
    conf += "unexecuted_fences = ['python']\n"
    assert build({"index.md": "# Title\n", "conf.py": conf}).status == 0


def test_a_page_whose_name_ends_in_another_way(build: Callable[..., Build]) -> None:
    """It is Markdown all the same."""
    conf = f"{CONF}\nsource_suffix = {{'.markdown': 'markdown'}}\n"
    page = "# T\n\n<!-- >>> 1 + 1 -->\n\n```text\nno end\n"
    broken = build({"index.markdown": page, "conf.py": conf})
    assert "index.markdown:5: WARNING: this fence is closed by" in broken.messages
    assert PROMPT not in broken.messages


def test_a_fence_in_a_docstring_that_is_no_markdown(
    build: Callable[..., Build], write_module: Callable[[str], str]
) -> None:
    """In reStructuredText that is inline code."""
    name = write_module(
        'def f():\n    """Do.\n\n    ```python\n    x = 1\n    ```\n    """\n'
    )
    page = f"# T\n\n```{{eval-rst}}\n.. autofunction:: {name}.f\n```\n"
    assert FENCE in build({"index.md": page}).messages


def test_a_docstring_that_no_page_shows(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """Prompts in a module are reported like those in a page."""
    (tmp_path / "module.py").write_text('"""Doc.\n\n>>> 1 + 1\n2\n"""\n')
    broken = build({"index.md": "# Title\n"})
    assert broken.status != 0
    assert f"module.py:3: WARNING: {PROMPT}" in broken.messages


def test_a_module_that_says_how_it_is_encoded(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """It is searched as Python reads it."""
    text = '# coding: latin-1\n"""\xe9.\n\n>>> 1 + 1\n2\n"""\n'
    (tmp_path / "module.py").write_text(text, encoding="latin-1")
    broken = build({"index.md": "# Title\n"})
    assert f"module.py:4: WARNING: {PROMPT}" in broken.messages


def test_a_page_outside_the_toctree(build: Callable[..., Build]) -> None:
    """Sphinx's own warning breaks the strict build."""
    broken = build({"index.md": "# Title\n", "lost.md": "# Lost\n"})
    assert broken.status != 0
    assert "lost.md: WARNING: document isn't included in any toctree" in broken.messages


def test_a_second_build_remembers_the_pages_that_it_does_not_read(
    build: Callable[..., Build],
) -> None:
    """Only one of two pages has changed; the other one's prompts stay known."""
    fence = "```pycon\n>>> 1 + 1\n2\n```\n"
    toctree = "\n```{toctree}\nother\n```\n"
    pages = {"index.md": f"# Title\n{toctree}", "other.md": f"# Other\n\n{fence}"}
    assert build(pages).status == 0
    assert build({"index.md": f"# New title\n{toctree}"}).status == 0
    broken = build({"other.md": f"# Other\n\n{fence.replace('pycon', 'text')}"})
    assert f"docs/other.md:4: WARNING: {PROMPT}" in broken.messages


def test_pages_may_be_read_in_parallel(build: Callable[..., Build]) -> None:
    """What the processes collect is merged."""
    names = [f"page{number}" for number in range(8)]
    pages = {f"{name}.md": "# Page\n\n```pycon\n>>> 1 + 1\n2\n```\n" for name in names}
    toctree = "\n".join(["# Title", "", "```{toctree}", *names, "```", ""])
    passed = build({"index.md": toctree, **pages}, "--jobs", "2")
    assert passed.status == 0, passed.messages


@pytest.mark.parametrize("name", ["part.txt", "part.html", "part.csv"])
@pytest.mark.parametrize(
    "fence",
    [
        "{{include}} ../{}",
        "{{literalinclude}} ../{}\n:language: text",
        "{{literalinclude}} ../{}\n:language: console",
    ],
)
def test_a_file_of_any_kind_that_a_page_takes_in(
    build: Callable[..., Build], tmp_path: Path, name: str, fence: str
) -> None:
    """Its prompts are searched for where they stand."""
    (tmp_path / name).write_text("```text\n>>> 1 + 1\n2\n```\n")
    broken = build({"index.md": f"# Title\n\n```{fence.format(name)}\n```\n"})
    assert broken.status != 0
    assert f"{name}:2: WARNING: {PROMPT}" in broken.messages


def test_a_file_that_a_page_takes_in_as_a_session(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """It is executed, and accounted for where it stands."""
    (tmp_path / "session.txt").write_text(">>> 1 + 1\n2\n")
    fence = "```{literalinclude} ../session.txt\n:language: pycon\n```\n"
    passed = build({"index.md": f"# Title\n\n{fence}"})
    assert passed.status == 0, passed.messages
    assert build({}, builder="doctest").status == 0


def test_a_module_that_a_page_takes_in_as_a_text(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """The prompts in it that the page shows are named at the page."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "shown.py").write_text('"""Doc.\n\n>>> 1 + 1\n"""\nx = 1\n')
    shown = "```{literalinclude} ../code/shown.py\n:language: text\n```\n"
    broken = build({"index.md": f"# Title\n\n{shown}"})
    assert f"docs/index.md:3: WARNING: {PROMPT}" in broken.messages
    rest = shown.replace("text\n", "text\n:lines: 5\n")
    passed = build({"index.md": f"# Title\n\n{rest}"})
    assert passed.status == 0, passed.messages


def test_what_is_no_text_is_not_searched(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """A page may depend on any file."""
    (tmp_path / "picture.bin").write_bytes(b"\xff\xfe>>> 1 + 1")
    page = "# Title\n\n{download}`it <../picture.bin>`\n"
    assert PROMPT not in build({"index.md": page}).messages


@pytest.mark.parametrize("name", ["doctest_global_setup", "doctest_global_cleanup"])
def test_code_in_the_configuration_is_hidden(
    build: Callable[..., Build], name: str
) -> None:
    """A reader sees it as little as a setup on the page."""
    broken = build({"index.md": "# Title\n"}, "-D", f"{name}=x=1")
    assert f"docs/conf.py:1: WARNING: {HIDDEN}" in broken.messages


def test_python_that_may_stand_without_prompts(build: Callable[..., Build]) -> None:
    """A project may say so."""
    page = {"index.md": "# Title\n\n```python\nx = 1\n```\n"}
    passed = build(page, "-D", "unexecuted_fences=python")
    assert passed.status == 0, passed.messages


def test_a_prompt_that_stands_in_no_source(build: Callable[..., Build]) -> None:
    """A page may put it together; what a reader sees is searched as well."""
    front = "---\nmyst:\n  substitutions:\n    p: '>>>'\n---\n"
    page = f"{front}\n# Title\n\n{{{{ p }}}} 1 + 1\n"
    broken = build({"index.md": page, "conf.py": f"{CONF}\n{SUBSTITUTION}"})
    assert f"docs/index.md:9: WARNING: {PROMPT}" in broken.messages


def test_a_prompt_put_together_is_not_excused_by_one_that_is_executed(
    build: Callable[..., Build],
) -> None:
    """They look the same, and the output below the one may be another."""
    page = "# Title\n\n```pycon\n>>> 1 + 1\n2\n```\n\n{{ p }} 1 + 1\n"
    conf = f"{CONF}\n{SUBSTITUTION}myst_substitutions = {{'p': '>>>'}}\n"
    broken = build({"index.md": page, "conf.py": conf})
    assert f"docs/index.md:8: WARNING: {PROMPT}" in broken.messages


@pytest.mark.parametrize("extension", ["todo", "ifconfig"])
def test_what_other_extensions_leave_out(
    build: Callable[..., Build], tmp_path: Path, extension: str
) -> None:
    """A session that goes on behind it needs what a reader has not seen."""
    (tmp_path / "docs").mkdir()
    more = f"extensions.append('sphinx.ext.{extension}')\n"
    (tmp_path / "docs" / "more_conf.txt").write_text(more)
    name = {"todo": "{todo}", "ifconfig": "{ifconfig} False"}[extension]
    page = f"# Title\n\n````{name}\n```pycon\n>>> x = 1\n```\n````\n"
    assert f"docs/index.md:4: WARNING: {LEFT_OUT}" in build({"index.md": page}).messages


def test_a_readme_in_another_encoding(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """It cannot be searched, so that is said."""
    (tmp_path / "README.md").write_bytes(b"\xe9\n\n```pycon\n>>> 1 + 1\n3\n```\n")
    broken = build({"index.md": "# Title\n"})
    assert "README.md:1: WARNING: this file is not written in UTF-8" in broken.messages


def test_a_part_in_another_encoding(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """What the page shows of it is searched."""
    (tmp_path / "part.txt").write_bytes(b"\xe9\n\n```text\n>>> 1 + 1\n```\n")
    page = "# Title\n\n```{include} ../part.txt\n:encoding: latin-1\n```\n"
    assert PROMPT in build({"index.md": page}).messages


def test_the_same_code_is_for_other_pythons_in_each_fence(
    build: Callable[..., Build],
) -> None:
    """What differs between Pythons is shown once for each."""
    text = "# T\n\n```{on-python} %s 3.13\n>>> 1 + 1\n2\n```\n"
    both = f"{text}\n{text[5:]}"
    assert build({"index.md": both % ("<", ">=")}).status == 0
    broken = build({"index.md": both % ("<", "<=")})
    message = "another fence shows the same code for Python 3.11, 3.12"
    assert f"docs/index.md:8: WARNING: {message}" in broken.messages
