"""A page of HTML as a tree, as far as the tests need one."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "path", "use", "wbr"}


class Element:
    """An element with its attributes and what it holds."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def classes(self) -> list[str]:
        return self["class"].split()

    @property
    def text(self) -> str:
        return "".join(
            child if isinstance(child, str) else child.text for child in self.children
        )

    def text_without(self, *css: str) -> str:
        """The text but for what stands in elements of these classes."""
        return "".join(
            child if isinstance(child, str) else child.text_without(*css)
            for child in self.children
            if isinstance(child, str) or not set(css) & set(child.classes)
        )

    def all(self) -> Iterator[Element]:
        """The elements within, in order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.all()

    def find(self, tag: str = "", css: str = "") -> list[Element]:
        """The elements within that have a tag, a class, or both."""
        return [
            element
            for element in self.all()
            if tag in ("", element.tag) and (not css or css in element.classes)
        ]

    def by_id(self, anchor: str) -> Element:
        (element,) = [each for each in self.all() if each["id"] == anchor]
        return element


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in (element.tag for element in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(text: str) -> Element:
    """The root of a page."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    return builder.root
