"""What a crawl leaves behind: lines of JSON, a sitemap, a mirror.

Examples:
    >>> from yieldpoint.crawler.files import place
    >>> place("http://example.com/docs/", "text/html").as_posix()
    'example.com/docs/index.html'
"""

import hashlib
import html
import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from yieldpoint.crawler.frontier import Line

__all__ = ["JsonLines", "Mirror", "place", "write_sitemap"]

# The sitemap protocol allows no more addresses in a file.
MAX_LISTED = 50_000

_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"

_MAX_NAME = 200  # file systems allow 255 bytes


class JsonLines:
    """A file with a line of JSON for each outcome.

    A crawl that goes on writes the file again from its state, and then goes on.

    Args:
        path: The file.
        lines: What is known already.

    Examples:
        >>> import pathlib, tempfile
        >>> from yieldpoint.crawler.files import JsonLines
        >>> from yieldpoint.crawler.frontier import Line
        >>> line = Line("http://example.com/", "ok", 200, None, 0, None, 12, 345)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "crawl.jsonl")
        ...     with JsonLines(path, [line]):
        ...         pass
        ...     path.read_text()[:45]
        '{"url": "http://example.com/", "outcome": "ok'
    """

    def __init__(self, path: Path, lines: Iterable[Line]) -> None:
        """Open the file, and write what is known."""
        self._file = path.open("w", encoding="utf-8", buffering=1)
        for line in lines:
            self.write(line)

    def write(self, line: Line) -> None:
        """Add a line.

        Args:
            line: What has become of an address.

        Examples:
            >>> import pathlib, tempfile
            >>> from yieldpoint.crawler.files import JsonLines
            >>> from yieldpoint.crawler.frontier import Line
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "crawl.jsonl")
            ...     with JsonLines(path, []) as lines:
            ...         lines.write(Line("http://h/", "ok", 200, None, 0, None, 5, 0))
            ...     path.read_text()[:43]
            '{"url": "http://h/", "outcome": "ok", "stat'
        """
        self._file.write(json.dumps(line._asdict()) + "\n")

    def __enter__(self) -> Self:
        """Return the file, which is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()


def write_sitemap(path: Path, addresses: Iterable[str]) -> None:
    """Write a sitemap; if there are too many addresses for one, several.

    Further files are named like the first, with a number.

    Args:
        path: The file.
        addresses: The pages.

    Examples:
        >>> import pathlib, tempfile
        >>> from yieldpoint.crawler.files import write_sitemap
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "sitemap.xml")
        ...     write_sitemap(path, ["http://example.com/?a&b"])
        ...     print(path.read_text().splitlines()[2])
        <url><loc>http://example.com/?a&amp;b</loc></url>
    """
    rest = iter(addresses)
    number, part = 1, list(itertools.islice(rest, MAX_LISTED))
    while part or number == 1:
        name = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        with name.open("w", encoding="utf-8") as file:
            file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
            file.write(f'<urlset xmlns="{_XMLNS}">\n')
            file.writelines(
                f"<url><loc>{html.escape(each)}</loc></url>\n" for each in part
            )
            file.write("</urlset>\n")
        number, part = number + 1, list(itertools.islice(rest, MAX_LISTED))


class Mirror:
    """A folder with what was read, each host in a folder of its own.

    Args:
        folder: The folder; it is made.

    Examples:
        >>> import pathlib, tempfile
        >>> from yieldpoint.crawler.files import Mirror
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     mirror = Mirror(pathlib.Path(folder))
        ...     mirror.keep("http://example.com/a", "text/plain", b"text")
        ...     mirror.keep("http://example.com/a/b", "text/plain", b"below")
        ...     print(sorted(path.name[:1] for path in mirror.folder.iterdir()))
        ['e']
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, address: str, kind: str, body: bytes) -> None:
        """Write a file.

        Args:
            address: Where the body was found.
            kind: Its content type.
            body: The bytes.

        Examples:
            >>> import pathlib, tempfile
            >>> from yieldpoint.crawler.files import Mirror
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     mirror = Mirror(pathlib.Path(folder))
            ...     mirror.keep("http://h/a/", "text/html", b"a page")
            ...     pathlib.Path(folder, "h", "a", "index.html").read_text()
            'a page'
        """
        path = place(address, kind)
        try:
            self._write(path, body)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            # A site may have a page `a` and a page `a/b`; a folder cannot.
            digest = hashlib.sha256(address.encode()).hexdigest()[:32]
            self._write(Path(path.parts[0], f"~{digest}{path.suffix}"), body)

    def _write(self, path: Path, body: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)


def place(address: str, kind: str) -> Path:
    """Return where in a mirror an address belongs.

    Args:
        address: A normalised address.
        kind: Its content type.

    Returns:
        A relative path, which never leads out of the mirror.

    Examples:
        >>> from yieldpoint.crawler.files import place
        >>> place("http://example.com:8000/a%2F..%2Fb?page=2", "text/html").as_posix()
        'example.com+8000/a%2F..%2Fb%3Fpage=2.html'
    """
    host, _, path = address.partition("://")[2].partition("/")
    parts = [_name(part) for part in path.split("/")]
    is_page = kind in {"text/html", "application/xhtml+xml"}
    if not parts[-1]:
        parts[-1] = "index.html" if is_page else "index"
    elif is_page and not parts[-1].endswith((".html", ".htm")):
        parts[-1] += ".html"
    return Path(_name(host), *(part or "~" for part in parts))


def _name(part: str) -> str:
    """Return a name for a part of an address that every system takes for a name."""
    text = "".join(
        each
        if each.isprintable() and each not in '/\\?*"<>|:%'
        else f"%{ord(each):02X}"
        for each in unquote(part, errors="replace").replace(":", "+")
    )
    if text.strip(".") == "" and text:
        return text.replace(".", "%2E")
    if len(text.encode()) > _MAX_NAME:
        return f"{text[:40]}~{hashlib.sha256(part.encode()).hexdigest()[:32]}"
    return text
