"""What stands above the folders of a site that is built in several languages.

.. code-block:: console

   $ python -m yieldpoint.sphinxext.above docs/_build/site en zh

takes a folder with what `yieldpoint.sphinxext.languages` has made, a folder for each
language. Whoever asks for the site itself gets the first language, and links to the
others. Search engines read ``robots.txt`` there and nowhere else, and a server takes
``404.html`` from there, so both stand there too.

Examples:
    >>> from yieldpoint.sphinxext.above import spoken_on
    >>> spoken_on('<span lang="en" aria-current="true">English</span>')
    ('en', 'English')
"""

import argparse
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main", "spoken_on", "write_above"]

_SPOKEN = re.compile(r'<span lang="([^"]+)" aria-current="true">([^<]+)</span>')
_ALTERNATES = re.compile(r'<link rel="alternate" hreflang="[^>]+>')
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="0; url={first}/index.html">
{head}
</head>
<body>
{links}
</body>
</html>
"""


def spoken_on(page: str) -> tuple[str, str]:
    """Return the language of a page, which its list of languages tells.

    Args:
        page: The page, as HTML.

    Returns:
        The name that HTML has for it, and what it calls itself.

    Raises:
        ValueError: The page has no such list.

    Examples:
        >>> from yieldpoint.sphinxext.above import spoken_on
        >>> spoken_on("<p>Alone</p>")
        Traceback (most recent call last):
        ValueError: the page leads to no other language: build it with language_folders
    """
    spoken = _SPOKEN.search(page)
    if spoken is None:
        raise ValueError(
            "the page leads to no other language: build it with language_folders"
        )
    return spoken[1], spoken[2]


def write_above(site: Path, folders: Sequence[str]) -> None:
    """Write what stands above the folders of the languages.

    Args:
        site: The folder that they are in.
        folders: Their names; who asks for no language gets the first.

    Raises:
        ValueError: A folder's first page leads to no other language.

    Examples:
        >>> from yieldpoint.sphinxext.above import write_above
        >>> write_above.__name__
        'write_above'
    """
    first, *_ = folders
    pages = {
        folder: (site / folder / "index.html").read_text(encoding="utf-8")
        for folder in folders
    }
    spoken = {folder: spoken_on(page) for folder, page in pages.items()}
    page = _PAGE.format(
        language=spoken[first][0],
        first=first,
        head="\n".join(
            [*_TITLE.findall(pages[first])[:1], *_ALTERNATES.findall(pages[first])]
        ),
        links="\n".join(
            f'<p><a lang="{code}" href="{folder}/index.html">{name}</a></p>'
            for folder, (code, name) in spoken.items()
        ),
    )
    (site / "index.html").write_text(page, encoding="utf-8")
    shutil.copy(site / first / "404.html", site / "404.html")
    robots = [site / folder / "robots.txt" for folder in folders]
    lines = [
        line
        for file in robots
        if file.is_file()  # only a published site has one
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    if lines:
        told = "\n".join(dict.fromkeys(lines))
        (site / "robots.txt").write_text(f"{told}\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write what stands above the folders that the command line names.

    Args:
        arguments: What stands on the command line, if not what really stands there.

    Examples:
        >>> from yieldpoint.sphinxext.above import main
        >>> main.__name__
        'main'
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="the folder of the site")
    parser.add_argument("folders", nargs="+", help="of each language one, within it")
    options = parser.parse_args(arguments)
    write_above(options.site, options.folders)


if __name__ == "__main__":
    main()
