"""Addresses of chunks and tangled files, as seen from one page."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from literate.sphinx_ext.model import Link
from literate.sphinx_ext.model import Place

FILES_PAGE = "files/index"
CHUNKS_PAGE = "chunks"
IDENTIFIERS_PAGE = "identifiers"
PROGRAM_PAGE = "program"
MAP_PAGE = "map"


def file_page(file: str) -> str:
    """The page that shows a tangled file."""
    return "files/" + file.removesuffix(".py")


def lines_anchor(first: int, last: int) -> str:
    """The anchor of some lines of a file."""
    return f"L{first}" if first == last else f"L{first}-L{last}"


class Urls:
    """Makes links on one page.

    :param page: name of the page.
    :param relative: gives the address of a page as seen from another one.
    :param page_of: gives the page of a book file.
    """

    def __init__(
        self,
        page: str,
        relative: Callable[[str, str], str],
        page_of: Callable[[str], str],
    ) -> None:
        self.page = page
        self._relative = relative
        self._page_of = page_of

    def page_of(self, path: str) -> str:
        """The page of a book file."""
        return self._page_of(path)

    def to_page(self, page: str) -> str:
        """The address of a page."""
        return self._relative(self.page, page)

    def chunk(self, link: Link) -> str:
        """The address of a chunk."""
        page = self._page_of(link.path)
        start = "" if page == self.page else self.to_page(page)
        return f"{start}#{link.anchor}"

    def place(self, place: Place) -> str:
        """The address of a chunk's lines in the finished file."""
        start = self.to_page(file_page(place.file))
        if not place.first:
            return start
        return f"{start}#{lines_anchor(place.first, place.last)}"


def anchor(url: str, text: str, **attributes: str) -> str:
    """An HTML link; ``class_`` stands for ``class``, ``_`` for ``-``."""
    parts = [f'href="{escape(url)}"']
    for name, value in attributes.items():
        key = name.rstrip("_").replace("_", "-")
        parts.append(f'{key}="{escape(value)}"')
    return f"<a {' '.join(parts)}>{text}</a>"
