"""What a crawl leaves behind."""

from pathlib import Path

import pytest

from yieldpoint.crawler import files
from yieldpoint.crawler.files import Mirror, place, write_sitemap


@pytest.mark.parametrize(
    ("address", "kind", "path"),
    [
        ("http://h/", "text/html", "h/index.html"),
        ("http://h/", "text/plain", "h/index"),
        ("http://h/a", "text/html", "h/a.html"),
        ("http://h/a.htm", "text/html", "h/a.htm"),
        ("http://h/a.png", "image/png", "h/a.png"),
        ("http://h//a//b", "text/plain", "h/~/a/~/b"),
        ("http://h/..%2F..%2Fa", "text/plain", "h/..%2F..%2Fa"),
        ("http://h/%2e%2e/a", "text/plain", "h/%2E%2E/a"),
        ("http://h/.", "text/plain", "h/%2E"),
        ("http://h/a%00b", "text/plain", "h/a%00b"),
        ("http://[::1]:8/a", "text/plain", "[++1]+8/a"),
        ("http://h/%C3%A9", "text/plain", "h/é"),
    ],
)
def test_places_in_a_mirror(address: str, kind: str, path: str) -> None:
    """Places in a mirror."""
    assert place(address, kind).as_posix() == path


def test_long_names_are_cut_and_stay_different(tmp_path: Path) -> None:
    """Long names are cut and stay different."""
    mirror = Mirror(tmp_path / "deep" / "mirror")
    for end in "ab":
        mirror.keep(f"http://h/{'x' * 500}{end}", "text/html", b"")
    assert len(list(tmp_path.rglob("x*.html"))) == 2


@pytest.mark.parametrize("first", ["http://h/a", "http://h/a/b"])
def test_a_file_and_a_folder_of_one_name_are_both_kept(
    tmp_path: Path, first: str
) -> None:
    """A file and a folder of one name are both kept."""
    mirror = Mirror(tmp_path)
    for address in (first, "http://h/a", "http://h/a/b"):
        mirror.keep(address, "text/plain", address.encode())
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(kept) == [b"http://h/a", b"http://h/a/b"]


def test_a_sitemap_that_is_full_goes_on_in_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sitemap that is full goes on in another file."""
    monkeypatch.setattr(files, "MAX_LISTED", 2)
    write_sitemap(tmp_path / "map.xml", (f"http://h/{n}" for n in range(5)))
    texts = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert {name: text.count("<loc>") for name, text in texts.items()} == {
        "map.xml": 2,
        "map-2.xml": 2,
        "map-3.xml": 1,
    }
