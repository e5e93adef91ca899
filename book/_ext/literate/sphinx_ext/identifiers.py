"""The public names of the program and the chunks that define them."""

from __future__ import annotations

from literate.model import Chunk
from literate.sphinx_ext.model import Identifier
from literate.sphinx_ext.model import Link
from literate.sphinx_ext.outline import Definition
from literate.sphinx_ext.outline import instance_attributes
from literate.sphinx_ext.outline import outline
from literate.sphinx_ext.usages import module_name
from literate.sphinx_ext.weave import Weave


def find_identifiers(weave: Weave) -> list[Identifier]:
    """All public names, file by file, each once in a file."""
    found: dict[tuple[str, str], Identifier] = {}
    for file, tangled in weave.finished.files.items():
        if not file.endswith(".py") or not _is_public(file):
            continue
        for each in outline(tangled.text):
            chunk = tangled.lines[each.line - 1].chunk
            if each.public and chunk is not None:
                entry = _identifier(weave, file, each, chunk)
                found.setdefault((file, each.name), entry)
    return list(found.values())


def find_definitions(weave: Weave) -> dict[str, Link]:
    """The chunk that defines each name, by its name with the module.

    Private names and the attributes of objects are among them, and the modules.
    """
    found: dict[str, Link] = {}
    for file, tangled in weave.finished.files.items():
        if not file.endswith(".py"):
            continue
        module = module_name(file)
        names = [
            (f"{module}.{each.name}", each.line)
            for each in (*outline(tangled.text), *instance_attributes(tangled.text))
            if each.kind != "local"
        ]
        for name, line in [(module, 1), *names]:
            chunk = tangled.lines[line - 1].chunk
            if chunk is not None:
                label = weave.relations.chapter_label(chunk.path)
                found.setdefault(name, weave.relations.link(chunk, chunk.name, label))
    return found


def by_name(identifiers: list[Identifier]) -> dict[str, Identifier]:
    """The names to find them by: with the module and, where it is the first, without."""
    found: dict[str, Identifier] = {}
    for each in identifiers:
        found.setdefault(f"{each.module}.{each.name}", each)
    for each in identifiers:
        found.setdefault(each.name, each)
    return found


def _is_public(file: str) -> bool:
    return not any(
        part.startswith("_") and not part.startswith("__") for part in file.split("/")
    )


def _identifier(
    weave: Weave, file: str, definition: Definition, chunk: Chunk
) -> Identifier:
    chapter = weave.relations.chapter_label(chunk.path)
    link = weave.relations.link(chunk, chunk.name, chapter)
    return Identifier(
        definition.name, definition.kind, module_name(file), file, definition.line, link
    )
