"""What pages leave for the whole site, kept from one build to the next.

Examples:
    >>> from types import SimpleNamespace
    >>> from yieldpoint.sphinxext.collecting import PageCollector
    >>> class Words(PageCollector):
    ...     key = "words"
    ...     def process_doc(self, app, doctree):
    ...         self.kept(app.env)[app.env.docname] = doctree.astext().split()
    >>> Words.kept(SimpleNamespace(words={"index": ["Start"]}))
    {'index': ['Start']}
"""

from collections.abc import Set as AbstractSet
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector

__all__ = ["PageCollector"]


class PageCollector(EnvironmentCollector):
    """Keeps something of each page, until the page is gone or will be read again.

    Attributes:
        key: Under which name the environment keeps it.

    Examples:
        >>> from yieldpoint.sphinxext.collecting import PageCollector
        >>> from yieldpoint.sphinxext.taught import MentionCollector
        >>> issubclass(MentionCollector, PageCollector), MentionCollector.key
        (True, 'yieldpoint_mentions')
    """

    key: ClassVar[str]

    @classmethod
    def kept(cls, env: BuildEnvironment) -> dict[str, Any]:
        """Return what is kept of each page, by the page's name.

        :meta private:
        """
        kept: dict[str, Any] = vars(env).setdefault(cls.key, {})
        return kept

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Look at a page that has been read: at nothing, if a directive keeps it.

        :meta private:
        """

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is gone or will be read again.

        :meta private:
        """
        del app
        self.kept(env).pop(docname, None)

    def merge_other(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        docnames: AbstractSet[str],
        other: BuildEnvironment,
    ) -> None:
        """Take over what a parallel reader has collected.

        :meta private:
        """
        del app
        its = self.kept(other)
        self.kept(env).update({each: its[each] for each in docnames & its.keys()})
