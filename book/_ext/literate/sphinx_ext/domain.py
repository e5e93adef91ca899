"""Holds the book during a build, finds stale pages, resolves links in prose."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set
from functools import cached_property
from hashlib import sha256
from typing import Any
from typing import cast
from typing import ClassVar

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.domains import ObjType
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging

from literate.book import Book
from literate.config import load_config
from literate.model import Chapter
from literate.model import LiterateError
from literate.sphinx_ext.builders import links_chunks
from literate.sphinx_ext.builders import makes_site
from literate.sphinx_ext.identifiers import by_name
from literate.sphinx_ext.identifiers import find_definitions
from literate.sphinx_ext.identifiers import find_identifiers
from literate.sphinx_ext.model import Identifier
from literate.sphinx_ext.model import Link
from literate.sphinx_ext.model import View
from literate.sphinx_ext.nameref import name_reference
from literate.sphinx_ext.names import Name
from literate.sphinx_ext.urls import file_page
from literate.sphinx_ext.urls import Urls
from literate.sphinx_ext.weave import Weave

logger = logging.getLogger(__name__)

Use = tuple[str, str]
"""Kind and target of a link in prose."""

Entries = dict[str, str]
"""The entries of a reference: for each name, the definition it tells about."""

Numbers = dict[str, dict[str, tuple[int, ...]]]
"""For each page, the number of each heading, by anchor; ``""`` is the page itself."""


class Program:
    """The book of one build and what is derived from it.

    :param project: the folder with the pyproject.toml.
    """

    def __init__(self, project: str) -> None:
        try:
            self.config = load_config(project)
        except LiterateError as error:
            raise ConfigError(str(error)) from error
        self.book = Book(self.config)
        self.weave = Weave(self.book)

    @cached_property
    def identifiers(self) -> list[Identifier]:
        """The public names it defines."""
        return find_identifiers(self.weave)

    @cached_property
    def names(self) -> dict[str, Identifier]:
        """The same, by name."""
        return by_name(self.identifiers)

    @cached_property
    def definitions(self) -> dict[str, Link]:
        """The chunk that defines each name."""
        return find_definitions(self.weave)

    def explanation(self, name: str) -> Link | None:
        """The chunk that defines a name, or else what the name is a part of.

        Of a class it is the first: what replaces its statement later names other bases,
        and tells nothing new about it.
        """
        while name and name not in self.definitions:
            name = name.rpartition(".")[0]
        known = self.weave.names.known.get(name)
        if known is not None and known.kind == "class":
            return self.weave.names.version(name, None).link
        return self.definitions.get(name)

    def report(self) -> None:
        """Warns of everything that is wrong with the book, at its place."""
        for problem in self.book.problems:
            path = self.config.absolute(problem.path)
            logger.warning(
                "%s",
                problem.message,
                location=f"{path}:{problem.line}:{problem.column}",
                type="literate",
                subtype="book",
            )


class LiterateDomain(Domain):
    """Connects the pages with the book.

    Between builds it keeps what each page links to, the entries of a reference, a
    digest of what was shown on each page and the numbers that Sphinx gave to the
    headings; the book itself is read anew every time.

    :ivar numbers: the numbers the pages showed before this build.
    :ivar tree: the tree of all pages, once a page has asked for it.
    :ivar switches: the same with the theme's switches.
    """

    name = "literate"
    label = "Literate program"
    data_version = 3
    object_types: ClassVar[dict[str, ObjType]] = {
        "chunk": ObjType("chunk"),
        "name": ObjType("code"),
    }
    initial_data: ClassVar[dict[str, Any]] = {
        "uses": {},
        "entries": {},
        "shown": {},
        "counted": {},
    }
    dangling_warnings: ClassVar[dict[str, str]] = {
        "chunk": "no chunk is named %(target)r; correct the name",
        "tangled": "no chunk makes a file %(target)r; correct the path",
        "explained": "no chunk defines %(target)r; correct the name",
        "ident": "the program defines no public %(target)r; correct the name",
    }

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.project = "."
        self.numbers: Numbers = {}
        self.tree: Any = None
        self.switches: Any = None
        self._program: Program | None = None
        self._pages: dict[str, str] = {}
        self._told_of: dict[tuple[str, str], tuple[tuple[str, str], ...]] | None = None

    @property
    def program(self) -> Program:
        """The book as of this build."""
        if self._program is None:
            self._program = Program(self.project)
        return self._program

    def reload(self) -> Program:
        """Reads the book again and reports what is wrong with it."""
        self._program = self._told_of = self.tree = self.switches = None
        self._pages.clear()
        self.program.report()
        return self.program

    # What pages show

    @property
    def uses(self) -> dict[str, set[Use]]:
        """For each page, what its prose links to."""
        return cast("dict[str, set[Use]]", self.data["uses"])

    @property
    def entries(self) -> dict[str, Entries]:
        """For each page of a reference, its entries."""
        return cast("dict[str, Entries]", self.data["entries"])

    def note_entry(self, page: str, name: str, home: str) -> None:
        """Connects an entry of a reference with the code it tells about.

        :param page: the page of the entry.
        :param name: its name, which is its anchor, too.
        :param home: the name of the definition, with its module.
        """
        self.entries.setdefault(page, {})[name] = home

    def entry_of(self, home: str) -> tuple[str, str] | None:
        """Page and name of the first entry that tells about a definition."""
        for page, entries in sorted(self.entries.items()):
            for name, each in entries.items():
                if each == home:
                    return page, name
        return None

    def entries_of(self, page: str, anchor: str) -> tuple[tuple[str, str], ...]:
        """Pages and names of the entries that tell about a chunk."""
        return self._told.get((page, anchor), ())

    @property
    def _told(self) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
        if self._told_of is None:
            found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
            for page, entries in sorted(self.entries.items()):
                for name, home in entries.items():
                    link = self.program.definitions.get(home)
                    if link is not None:
                        key = (self.page_of(link.path), link.anchor)
                        found[key] = (*found.get(key, ()), (page, name))
            self._told_of = found
        return self._told_of

    def page_of(self, path: str) -> str:
        """The page made of a book file."""
        page = self._pages.get(path)
        if page is None:
            page = self.env.path2doc(self.program.config.absolute(path)) or ""
            self._pages[path] = page
        return page

    def chapter(self, page: str) -> Chapter | None:
        """The part of the book that a page is, as the book's toctrees tell."""
        return self.program.book.chapter(self._path_of(page))

    def is_chapter(self, page: str) -> bool:
        """Whether a page belongs to the book."""
        return self.chapter(page) is not None

    def number_of(self, page: str) -> int | None:
        """The number of the chapter that a page is, if it has one."""
        chapter = self.chapter(page)
        return chapter.number if chapter else None

    def view(self, page: str, line: int) -> View | None:
        """What is shown of the chunk that begins in a line of a page."""
        return self.program.weave.views.get((self._path_of(page), line))

    def _path_of(self, page: str) -> str:
        return self.program.config.relative(str(self.env.doc2path(page)))

    def stale_pages(self, builder: Builder) -> list[str]:
        """The pages that show something else than when this builder last ran."""
        before = self.data["shown"].get(builder.name, {})
        now = self._digests()
        self.data["shown"][builder.name] = now
        return [page for page, digest in now.items() if before.get(page) != digest]

    def _digests(self) -> dict[str, str]:
        shown: dict[str, list[object]] = {}
        for (path, line), view in self.program.weave.views.items():
            shown.setdefault(self.page_of(path), []).append((line, view))
        for (page, anchor), entries in self._told.items():
            shown.setdefault(page, []).append((anchor, entries))
        for page, uses in self.uses.items():
            chapter = self.number_of(page)
            targets = [self._shown(*use, chapter) for use in sorted(uses)]
            shown.setdefault(page, []).append(targets)
        return {
            page: sha256(repr(parts).encode()).hexdigest()
            for page, parts in shown.items()
            if page in self.env.found_docs
        }

    def _shown(self, kind: str, name: str, chapter: int | None) -> object:
        """What a page shows of a link: a name with the key of its preview."""
        found = self._target(kind, name, chapter)
        if isinstance(found, Name):
            return self.program.weave.names.key(found), found.link
        return found

    def clear_doc(self, docname: str) -> None:
        """Forgets a page."""
        self.uses.pop(docname, None)
        self.entries.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Takes over the pages another process has read."""
        for page in docnames:
            if page in otherdata["uses"]:
                self.uses[page] = otherdata["uses"][page]
            if page in otherdata["entries"]:
                self.entries[page] = otherdata["entries"][page]

    # What the search finds

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """The chunks, and the names that have no entry in a reference."""
        weave = self.program.weave
        for name, pieces in weave.book.graph.pieces.items():
            link = weave.relations.link(pieces[0], name)
            page = self.page_of(link.path)
            yield name, f"⟨{name}⟩", "chunk", page, link.anchor, 1
        told = {home for own in self.entries.values() for home in own.values()}
        for name, link in self.program.definitions.items():
            if name not in told:
                yield name, name, "name", self.page_of(link.path), link.anchor, 1

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        """What the search calls a kind of what it found."""
        return str(type.lname)

    # Links in prose

    def urls(self, builder: Builder, page: str) -> Urls:
        """Makes links on a page."""
        return Urls(page, builder.get_relative_uri, self.page_of)

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Turns a role's text into a link; outside the site it stays text."""
        found = self._target(typ, target, self.number_of(fromdocname))
        if found is None:
            return None
        if typ == "explained":
            chapter = self.program.weave.relations.chapters[found.path]
            contnode = nodes.inline("", f"{found.note}, {chapter.title}")
        site = makes_site(builder)
        if not links_chunks(builder) or (isinstance(found, str) and not site):
            return cast("nodes.reference", contnode)
        urls = self.urls(builder, fromdocname)
        if isinstance(found, str):
            url = urls.to_page(file_page(found))
        else:
            url = urls.chunk(found.link if isinstance(found, Name) else found)
        if isinstance(found, Name):
            return name_reference(contnode, url, self.program.weave.names.key(found))
        return nodes.reference("", "", contnode, internal=True, refuri=url)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Chunks are no candidates for links that name no kind."""
        return []

    def _target(self, kind: str, name: str, chapter: int | None) -> Any:
        """The link, the file, the name, or ``None``.

        :param chapter: the number of the page that has the link, if it has one.
        """
        program = self.program
        names = program.weave.names
        if kind == "tangled":
            return name if name in program.weave.finished.files else None
        if kind == "ident":
            public = program.names.get(name.removesuffix("()"))
            full = f"{public.module}.{public.name}" if public else ""
            return names.version(full, chapter) if public else None
        if kind == "mention":
            return names.mentioned(name, chapter)
        if kind == "explained":
            homes = {
                each: home
                for own in self.entries.values()
                for each, home in own.items()
            }
            return program.explanation(homes.get(name, name))
        relations = program.weave.relations
        known = program.book.last if chapter is None else chapter
        chunk = relations.definition(" ".join(name.split()), known)
        return relations.link(chunk, chunk.name) if chunk else None


def domain_of(env: BuildEnvironment) -> LiterateDomain:
    """The domain of an environment."""
    return cast(LiterateDomain, env.get_domain(LiterateDomain.name))
