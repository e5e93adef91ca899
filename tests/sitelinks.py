"""What the pages of a site link to, and whether it is there."""

from __future__ import annotations

import html.parser
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from urllib.parse import urldefrag


class Links(html.parser.HTMLParser):
    """What a page links to, the places that can be linked to, what it says of itself.

    :ivar ids: the places, each as often as the page has it.
    :ivar metas: the values in its head, by their names.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.metas: dict[str, str] = {}
        self.feed(path.read_text("utf-8"))

    @property
    def names(self) -> set[str]:
        """The places, each once."""
        return set(self.ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = values.get("name") or values.get("property") or ""
            self.metas[name] = values.get("content", "")
            return
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a" and "name" in values:
            self.ids.append(values["name"])
        self.targets += [
            values[name] for name in ("href", "src", "action") if values.get(name)
        ]


def broken_links(top: Path, pages: dict[Path, Links]) -> Iterator[str]:
    """The links that lead nowhere.

    :param top: the folder that is at the top of the site.
    :param pages: the pages to look at, which are those that places are looked for in.
    """
    for path, links in pages.items():
        for link in links.targets:
            address, fragment = urldefrag(link)
            address = unquote(address.partition("?")[0])
            if "://" in address or address.startswith(("mailto:", "data:")):
                continue
            if address.startswith("/"):
                target = (top / address[1:]).resolve()
            else:
                target = (path.parent / address).resolve() if address else path
            if not target.is_file():
                yield f"{path.relative_to(top)}: {link}"
            elif (
                fragment
                and target in pages
                and unquote(fragment) not in pages[target].names
            ):
                yield f"{path.relative_to(top)}: {link} (no such place)"
