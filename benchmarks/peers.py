"""This book in the notation of Entangled and of literate-sphinx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from literate.book import Book
from literate.model import Chunk
from literate.model import TangledFile

Block = tuple[str, str | None, str]
"""Name, file and code of a chunk."""

SPHINX = """\
extensions = ["myst_parser", "literate_sphinx", "sphinx_design"]
literate_delimiters = ("<<", ">>")
myst_enable_extensions = [
    "attrs_block", "attrs_inline", "colon_fence", "deflist", "fieldlist", "smartquotes"
]
html_theme = "furo"
"""


def entangled_book(book: Book, folder: Path) -> Path:
    """The chunks of the finished program in Entangled's notation."""
    folder.mkdir()
    (folder / "entangled.toml").write_text('version = "2.0"\nwatch_list = ["*.md"]\n')
    for number, blocks in enumerate(chunks(book)):
        parts = []
        for name, file, code in blocks:
            head = f".python file={file}" if file else f".python #{slug(name)}"
            parts.append(f"``` {{{head}}}\n{renamed(code)}\n```\n")
        (folder / f"{number:02}.md").write_text("\n".join(parts), "utf-8")
    return folder


def sphinx_book(book: Book, folder: Path) -> Path:
    """The chunks of the finished program in literate-sphinx' notation."""
    texts = []
    for number, blocks in enumerate(chunks(book)):
        code = "\n".join(sphinx_chunk(block) for block in blocks)
        texts.append(f"# {number}\n\n{code}")
    return sphinx_pages(texts, folder)


def sphinx_book_with_prose(book: Book, folder: Path) -> Path:
    """The same with all that stands between the chunks."""
    live = {id(chunk): block for chunk, block in blocks_of(book)}
    texts = []
    for chapter in book.chapters:
        known = {chunk.line: live.get(id(chunk)) for chunk in chapter.chunks}
        hidden = [each for each in chapter.fences if each.kind in ("chunk", "setup")]
        ends = {each.line: each.end_line for each in hidden}
        lines, number = [], 1
        while number <= len(chapter.lines):
            if number in ends:
                block = known.get(number)
                lines.append(sphinx_chunk(block) if block else "")
                number = ends[number]
            else:
                lines.append(plain(chapter.lines[number - 1]))
            number += 1
        texts.append("\n".join(lines))
    return sphinx_pages(texts, folder)


def sphinx_pages(texts: list[str], folder: Path) -> Path:
    """A Sphinx project with these pages."""
    folder.mkdir()
    (folder / "conf.py").write_text(SPHINX)
    names = [f"c{number:02}" for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        (folder / f"{name}.md").write_text(text, "utf-8")
    toctree = "\n".join(["```{toctree}", *names, "```"])
    (folder / "index.md").write_text(f"# Book\n\n{toctree}\n")
    return folder


def sphinx_chunk(block: Block) -> str:
    """A chunk in literate-sphinx' notation."""
    name, file, code = block
    option = ":file:\n\n" if file else ""
    return f"```{{literate-code}} {file or slug(name)}\n{option}{renamed(code)}\n```\n"


def plain(line: str) -> str:
    """A line without the directives and roles of this project."""
    line = re.sub(r"^(:::+)\{exercise\}", r"\1{admonition}", line)
    line = re.sub(r"^(:::+)\{solution\}", r"\1{admonition} Solution", line)
    line = re.sub(r"^:difficulty:.*", "", line)
    return re.sub(r"\{(chunk|tangled|ident|explained)\}`", "`", line)


def chunks(book: Book) -> list[list[Block]]:
    """The chunks that live to the end, chapter by chapter."""
    chapters: dict[str, list[Block]] = {chapter.path: [] for chapter in book.chapters}
    for chunk, block in blocks_of(book):
        chapters[chunk.path].append(block)
    return list(chapters.values())


def blocks_of(book: Book) -> Iterator[tuple[Chunk, Block]]:
    """The chunks that live to the end; the imports go into the root chunks."""
    live = {id(chunk) for pieces in book.graph.live(None).values() for chunk in pieces}
    tangled = book.tangle()
    for chunk in book.graph.chunks:
        if chunk.mode != "imports" and id(chunk) in live:
            code = "\n".join(chunk.fence.body)
            if chunk.file:
                code = with_imports(code, tangled[chunk.file])
            yield chunk, (chunk.name, chunk.file, code)


def with_imports(code: str, file: TangledFile) -> str:
    """A root chunk with the finished block of imports, which the others cannot merge."""
    imports = [
        line.text
        for line in file.lines
        if re.match(r"(    )?(from|import) ", line.text)
    ]
    docstring, _, rest = code.partition("\n")
    plain = [line for line in imports if not line.startswith(" ")]
    return "\n".join([docstring, "", *plain, "", rest])


def renamed(code: str) -> str:
    """Code whose references have names without blanks."""
    return re.sub(
        r"^( *)<<(.+)>>$", lambda m: f"{m[1]}<<{slug(m[2])}>>", code, flags=re.MULTILINE
    )


def slug(name: str) -> str:
    """A phrase as a word."""
    return re.sub(r"\W+", "-", name).strip("-").lower()
