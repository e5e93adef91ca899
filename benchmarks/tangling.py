"""Seconds to tangle this book from the shell, beside Entangled and literate-sphinx on the same chunks."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from literate.book import Book
from literate.model import TangledFile

PROJECT = Path(__file__).parents[1]
TOOL = PROJECT / "book" / "_ext"


def run(quick: bool) -> dict[str, Any]:
    """Print the figures and return them."""
    book = Book.load(PROJECT)
    with tempfile.TemporaryDirectory() as folder:
        ours = copy_book(Path(folder, "literate"))
        entangled = entangled_book(book, Path(folder, "entangled"))
        sphinx = sphinx_book(book, Path(folder, "sphinx"))
        scripts = Path(sys.executable).parent
        commands = {
            "literate": ([sys.executable, "-m", "literate", "tangle"], ours),
            "Entangled": ([str(scripts / "entangled"), "tangle", "--force"], entangled),
            "literate-sphinx": (
                [
                    sys.executable,
                    "-m",
                    "sphinx",
                    "-q",
                    "-E",
                    "-b",
                    "tangle",
                    ".",
                    "out",
                ],
                sphinx,
            ),
        }
        samples: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(3 if quick else 8):
            for name, (command, where) in commands.items():
                seconds = timed(command, where)
                if turn:
                    samples[name].append(seconds)
    lines = sum(len(file.lines) for file in book.tangle().values())
    print(
        f"{len(book.graph.chunks)} chunks, {lines} lines, {len(book.chapters)} chapters"
    )
    result = {}
    for name, taken in samples.items():
        pairs = [own / ref for own, ref in zip(taken, samples["literate"], strict=True)]
        result[name] = {
            "s": round(min(taken), 3),
            "times as long as literate": round(statistics.median(pairs), 1),
        }
        print(
            f"{name:16}",
            ", ".join(f"{value} {what}" for what, value in result[name].items()),
        )
    return result


def timed(command: list[str], where: Path) -> float:
    """The seconds a command takes; a failing one is shown and ends the run."""
    start = time.perf_counter()
    environ = {
        "PATH": str(Path(sys.executable).parent),
        "PYTHONPATH": str(TOOL),
        "HOME": str(where),
    }
    done = subprocess.run(
        command, cwd=where, capture_output=True, text=True, env=environ, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - start


def copy_book(folder: Path) -> Path:
    """This book, with its package tangled once."""
    shutil.copytree(
        PROJECT / "book", folder / "book", ignore=shutil.ignore_patterns("_*")
    )
    shutil.copytree(PROJECT / "flasklit", folder / "flasklit")
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


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
    folder.mkdir()
    (folder / "conf.py").write_text(
        'extensions = ["myst_parser", "literate_sphinx"]\nliterate_delimiters = ("<<", ">>")\n'
    )
    names = []
    for number, blocks in enumerate(chunks(book)):
        parts = [f"# {number}\n"]
        for name, file, code in blocks:
            option = ":file:\n\n" if file else ""
            parts.append(
                f"```{{literate-code}} {file or slug(name)}\n{option}{renamed(code)}\n```\n"
            )
        names.append(f"c{number:02}")
        (folder / f"c{number:02}.md").write_text("\n".join(parts), "utf-8")
    (folder / "index.md").write_text(
        "# Book\n\n```{toctree}\n" + "\n".join(names) + "\n```\n"
    )
    return folder


def chunks(book: Book) -> list[list[tuple[str, str | None, str]]]:
    """Name, file and code of each chunk that lives to the end, chapter by chapter."""
    live = {id(chunk) for pieces in book.graph.live(None).values() for chunk in pieces}
    tangled = book.tangle()
    chapters = []
    for chapter in book.chapters:
        blocks = []
        for chunk in chapter.chunks:
            if chunk.mode != "imports" and id(chunk) in live:
                code = "\n".join(chunk.fence.body)
                if chunk.file:
                    code = with_imports(code, tangled[chunk.file])
                blocks.append((chunk.name, chunk.file, code))
        chapters.append(blocks)
    return chapters


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
