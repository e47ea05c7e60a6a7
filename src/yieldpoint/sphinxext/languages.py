"""A site in several languages, each in a folder of its own.

With ``yieldpoint.sphinxext.languages`` among the extensions, what the package says is
in the site's ``language``: recordings, plots, buttons, the search. Its catalogue is
``LANGUAGE.po`` in one of the ``text_dirs``, of which the package's own is the first;
what it has not got is said in English. Scripts, too, say ``translated("…")``: they find
it in ``texts.js``, which only a site that is not English has; what runs programs in the
page finds all texts in ``texts.json``.

``site_languages`` in ``conf.py`` names the languages, and for each its folder:

.. code-block:: python

   site_languages = {"en": ("en", "English"), "zh_CN": ("zh", "简体中文")}

With ``language_folders`` each page leads to the same page in the other folders, and
says so to search engines where ``html_baseurl`` is set.

Examples:
    >>> from yieldpoint.sphinxext.languages import code
    >>> code("zh_CN")
    'zh-CN'
"""

import gettext
import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from babel.messages.pofile import read_po
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from yieldpoint import words
from yieldpoint.sphinxext.elsewhere import is_web
from yieldpoint.words import marked, translated

__all__ = ["code"]

_PACKAGE = Path(words.__file__).parent
_SCRIPTS = (".js", ".mjs")

# What Furo says in English wherever it is: of its icons, and of what they are on.
_LABELS = (
    *(marked("Contents"), marked("Menu"), marked("Expand")),
    *(marked("Light mode"), marked("Dark mode")),
    marked("Auto light/dark, in light mode"),
    marked("Auto light/dark, in dark mode"),
    marked("Toggle Light / Dark / Auto color theme"),
    marked("Toggle site navigation sidebar"),
    marked("Toggle table of contents sidebar"),
)
_LABEL = re.compile(
    f'(<title>|aria-label=")({"|".join(map(re.escape, _LABELS))})(?=[<"])'
)


def code(language: str) -> str:
    """Return the name that HTML has for a language.

    Args:
        language: The name that Sphinx has for it.

    Returns:
        The name, with hyphens.

    Examples:
        >>> from yieldpoint.sphinxext.languages import code
        >>> code("en")
        'en'
    """
    return language.replace("_", "-")


def _read(app: Sphinx, config: Config) -> None:
    """Read the catalogue of the site's language, and say its texts from now on."""
    texts: dict[str, str] = {}
    scripts: dict[str, str] = {}
    for folder in (_PACKAGE / "locale", *map(Path, config.text_dirs)):
        path = folder / f"{config.language}.po"
        if not path.is_file():
            continue
        with path.open("rb") as file:
            for message in read_po(file):
                if not message.id or not message.string:
                    continue
                texts[str(message.id)] = str(message.string)
                if any(name.endswith(_SCRIPTS) for name, _ in message.locations):
                    scripts[str(message.id)] = str(message.string)
    words.speak(texts)
    config["said_texts"] = sorted(texts.items())  # pages are read again if they change
    config["said_scripts"] = scripts
    if texts:
        app.translator.add_fallback(_Texts())
        config.html_js_files = [("texts.js", {"priority": 100}), *config.html_js_files]
    if config.language_folders:
        folder_name, _ = config.site_languages[config.language]
        if config.html_baseurl:
            base = config.html_baseurl.rstrip("/")
            config["site_base"] = f"{base}/"
            config.html_baseurl = f"{base}/{folder_name}/"


class _Texts(gettext.NullTranslations):
    """What the templates say, as the package says it."""

    def gettext(self, message: str) -> str:
        return words.translated(message)


def _labelled(html: str) -> str:
    """Say in the site's language what Furo says in English."""
    return _LABEL.sub(lambda label: label[1] + escape(translated(label[2])), html)


def _take_labels(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Give the template what says the labels."""
    del pagename, templatename, doctree
    context["labelled"] = _labelled if app.config.said_texts else str


def _switch(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Lead from a page to the same page in other languages."""
    del templatename, doctree
    if not is_web(app.builder) or not app.config.language_folders:
        return
    page = app.builder.get_target_uri(pagename)
    up = context["pathto"]("", resource=True).removeprefix("./")
    context["site_languages"] = [
        {
            "code": code(language),
            "name": name,
            "address": f"{up}../{folder}/{page}",
            "is_here": language == app.config.language,
        }
        for language, (folder, name) in app.config.site_languages.items()
    ]
    if app.config.site_base:
        context["metatags"] = context.get("metatags", "") + "".join(
            f'\n<link rel="alternate" hreflang="{language}" href="{escape(address)}">'
            for language, address in _alternates(app, page)
        )


def _alternates(app: Sphinx, page: str) -> Iterator[tuple[str, str]]:
    """Yield the languages of a page, and where it will stand in each."""
    for language, (folder, _) in app.config.site_languages.items():
        yield code(language), urljoin(app.config.site_base, f"{folder}/{page}")
    first, *_ = app.config.site_languages.values()
    yield "x-default", urljoin(app.config.site_base, f"{first[0]}/{page}")


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Write what the scripts say."""
    if exception or not is_web(app.builder) or not app.config.said_texts:
        return
    said = json.dumps(app.config.said_scripts, ensure_ascii=False, sort_keys=True)
    text = f"window.TEXTS = {said};\n"
    folder = Path(app.outdir, "_static")
    (folder / "texts.js").write_text(text, encoding="utf-8")
    # For the Python that runs in a reader's browser.
    said = json.dumps(dict(app.config.said_texts), ensure_ascii=False)
    (folder / "texts.json").write_text(said, encoding="utf-8")


def _be_silent(app: Sphinx, exception: Exception | None) -> None:
    """Say in English whatever this process says after the build."""
    del app, exception
    words.speak({})


def setup(app: Sphinx) -> ExtensionMetadata:
    """Read the catalogue first, and lead to the other languages from each page."""
    app.add_config_value("text_dirs", [], "", types=frozenset({list}))
    app.add_config_value("site_languages", {}, "html", types=frozenset({dict}))
    app.add_config_value("language_folders", default=False, rebuild="html")
    app.add_config_value("site_base", "", "html")
    app.add_config_value("said_texts", [], "env", types=frozenset({list}))
    app.add_config_value("said_scripts", {}, "", types=frozenset({dict}))
    app.connect("config-inited", _read, priority=100)
    app.connect("html-page-context", _take_labels)
    app.connect("html-page-context", _switch)
    app.connect("build-finished", _write, priority=100)
    app.connect("build-finished", _be_silent, priority=990)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
