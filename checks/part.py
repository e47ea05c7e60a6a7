"""A part of the site, built in other languages: some pages have all that pages have."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: Pages that together have whatever the site has: findings, plots, verdicts, a module,
#: puzzles, questions, terms.
PAGES = (
    *("index", "asyncio/sleep", "asyncio/tasks", "generators/with", "article"),
    *("speed/waiting", "speed/switching", "reference/claims", "reference/loop-locks"),
    *("try", "practice/how-do-i", "reference/errors", "reference/glossary"),
)

#: Those that old addresses lead to, which must be there.
MOVED = (
    *("errors/coroutines", "inside/read/writing", "inside/read/running"),
    *("inside/read/sharing", "inside/read/ends", "inside/read/turns"),
)

#: How the site is built in Chinese, beside others.
CHINESE = (
    *("-Dlanguage=zh_CN", "-Dlanguage_folders=1"),
    "-Dhtml_baseurl=https://example.org/docs/",
)


def build(folder: Path, *options: str) -> Path:
    """Build some pages, as HTML if no option says otherwise; return where they are."""
    files = [f"{page}.md" for page in (*PAGES, *MOVED)]
    command = [
        *(sys.executable, "-m", "sphinx", "--quiet", "--doctree-dir", str(folder)),
        *("-D", f"include_patterns={','.join(files)}"),
        # What is left out cannot be linked to.
        *("-D", "suppress_warnings=toc,ref,myst,intersphinx", *options),
        *(str(ROOT / "docs"), str(folder / "html")),
    ]
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": "1700000000",
        "YIELDPOINT_BOOKS": "epub pdf",
        "YIELDPOINT_REPOSITORY_URL": "https://repository.test/yieldpoint",
        "YIELDPOINT_SITE_URL": "https://yieldpoint.test/",
    }
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"
