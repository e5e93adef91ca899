"""What a program loads when it starts, module by module: nothing that can wait.

The first half lists the modules; the second half is about Werkzeug, whose server and
test client wait until somebody asks for them, and nobody else notices.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fnmatch import filter as filter_names
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

#: The stages of a start: a name, and the code that takes a program there.
STAGES = {
    "import": "import flasklit",
    "application": """
        app = flasklit.Flask("start", root_path="/", static_folder=None)
        app.add_url_rule("/", "index", lambda: "hello")
        app.add_url_rule("/session", "session", lambda: flasklit.session.get("a", "none"))
        app.add_url_rule("/template", "template",
            lambda: flasklit.render_template_string("{{ 1 + 1 }}"))
        app.secret_key = "of this test"

        def get(path):
            environ = {"HTTP_HOST": "localhost", "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "",
                "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SCRIPT_NAME": "",
                "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr}
            return b"".join(app(environ, lambda *_: None))
        """,
    "first request": "assert get('/') == b'hello'",
    "first session": "assert get('/session') == b'none'",
    "first template": "assert get('/template') == b'2'",
}

#: What waits until it is used; :func:`loaded` sees the place it waits in.
WAITING = {"email.utils": "socket"}

#: What may be loaded, by the stage in which it may be for the first time, besides what
#: the libraries of ``FLOOR`` load and private modules of the standard library.
MODULES = {
    "import": """
        blinker*
        flasklit flasklit.app flasklit.blueprints flasklit.config flasklit.cookies
        flasklit.ctx flasklit.deferral flasklit.dropped flasklit.environment flasklit.errors
        flasklit.foundation flasklit.globals flasklit.helpers flasklit.json
        flasklit.json.provider flasklit.json.tag flasklit.lazy flasklit.matching
        flasklit.plain flasklit.responses flasklit.routing flasklit.rules flasklit.scaffold
        flasklit.sessions flasklit.shortcut flasklit.signals flasklit.typing flasklit.wrappers
        """,
    "application": "",
    "first request": "",
    "first session": "flasklit.signing itsdangerous*",
    "first template": "flasklit.compiled flasklit.templating jinja2*",
}

#: What the libraries load by themselves, without the server and the test client of
#: Werkzeug; that is not ours to change.
FLOOR = {
    "import": """
        from types import SimpleNamespace
        sys.modules["werkzeug.serving"] = SimpleNamespace(run_simple=None)
        sys.modules["werkzeug.test"] = SimpleNamespace(Client=None)
        import werkzeug.local, werkzeug.routing, werkzeug.wrappers
        del sys.modules["werkzeug.serving"], sys.modules["werkzeug.test"]
        """,
    "first template": "import jinja2",
}

ADVICE = """\
The stage {stage!r} of a start loads the module {module}:
    {chain}
Every program pays for that, also those that do not need it.  Import it in the function
that needs it, or under TYPE_CHECKING if it is for annotations; or, if every program needs
it, add it to MODULES in this file and say why in the book, in the chapter Starting Up."""


def run(program: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *options, "-c", "import json, sys\n" + program]
    return subprocess.run(command, capture_output=True, text=True, check=True)


@cache
def loaded(stages: str) -> dict[str, set[str]]:
    """The modules that each stage loads, in an interpreter of its own.

    :param stages: the name of a table in this file.
    """
    program = ""
    for stage, code in globals()[stages].items():
        program += f"before = set(sys.modules)\n{dedent(code)}\n"
        program += (
            f"print(json.dumps([{stage!r}, sorted({{*sys.modules}} - before)]))\n"
        )
    lines = run(program).stdout.splitlines()
    return {stage: set(modules) for stage, modules in map(json.loads, lines)}


def is_public(module: str) -> bool:
    return not module.startswith("_") and module not in sys.builtin_module_names


def chain(module: str, stages: list[str]) -> str:
    """Who imported a module for the first time, and who imported that."""
    program = "\n".join(dedent(STAGES[stage]) for stage in stages)
    tree = re.findall(r"\| ( *)(\S+)$", run(program, "-X", "importtime").stderr, re.M)
    found: list[str] = []
    for indentation, name in tree:  # a module stands below those it imports
        if name == module and not found:
            found, depth = [name], len(indentation)
        elif found and len(indentation) < depth:
            found, depth = [name, *found], len(indentation)
    return " → ".join(found) or module


@pytest.mark.parametrize("stage", STAGES)
def test_a_start_loads_what_is_listed_and_no_more(stage: str) -> None:
    until = list(STAGES)[: list(STAGES).index(stage) + 1]
    expected: set[str] = set().union(*(loaded("FLOOR").get(s, set()) for s in until))
    patterns = [pattern for s in until for pattern in MODULES[s].split()]
    for module in sorted(filter(is_public, loaded("STAGES")[stage] - expected)):
        assert any(fnmatchcase(module, pattern) for pattern in patterns), ADVICE.format(
            stage=stage, module=module, chain=chain(module, until)
        )


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_listed_is_loaded(stage: str) -> None:
    """A list with more in it than needed would let modules come back unnoticed."""
    for pattern in MODULES[stage].split():
        if pattern != "blinker*" or find_spec("blinker") is not None:
            assert filter_names(loaded("STAGES")[stage], pattern), pattern


@pytest.mark.parametrize("module", WAITING)
def test_what_waits_has_loaded_nothing(module: str) -> None:
    late = set().union(*loaded("STAGES").values())
    assert module in late
    assert WAITING[module] not in late


def test_the_chain_of_imports_leads_to_the_module() -> None:
    assert chain("flasklit.json.provider", ["import"]).endswith(
        "flasklit.json → flasklit.json.provider"
    )
    assert chain("flasklit.json.provider", ["import"]).startswith("flasklit → ")


# Werkzeug's package is as it would be, were it imported first.

PROGRAMS = {
    "the names are attributes": """
        import werkzeug
        print(werkzeug.run_simple.__module__, werkzeug.Client, werkzeug.Request)
        """,
    "the names are imported": """
        from werkzeug import Client, run_simple
        class Mine(Client): pass
        print(Mine.__mro__, run_simple.__qualname__)
        """,
    "the modules are attributes": """
        import werkzeug
        print(werkzeug.serving.make_server.__name__, werkzeug.test.Client)
        """,
    "the modules are imported": """
        from werkzeug.serving import make_server, run_simple
        from werkzeug.test import Client
        import werkzeug
        print(werkzeug.run_simple is run_simple, werkzeug.Client is Client)
        print(type(werkzeug), make_server.__name__)
        """,
    "all names are imported": """
        from werkzeug import *
        print(sorted(name for name in globals() if not name.startswith("_")))
        """,
    "a module that waits is used": """
        import email.utils
        from email.utils import formatdate
        print(formatdate is email.utils.formatdate, formatdate(0), type(email.utils))
        print(email.utils, email.utils.__spec__, email.utils is sys.modules["email.utils"])
        """,
    "a module that waits is looked at": """
        import email.utils, inspect, pkgutil
        print(dir(email.utils), inspect.getsource(email.utils.formatdate))
        print(pkgutil.resolve_name("email.utils:formatdate").__module__)
        """,
    "all names of a module that waits": """
        from email.utils import *
        print(sorted(name for name in globals() if not name.startswith("_")))
        """,
    "a module that waits is patched": """
        from unittest import mock
        import email.utils
        with mock.patch("email.utils.formatdate", "patched"):
            print(email.utils.formatdate)
        email.utils.localtime = "replaced"
        print(email.utils.formatdate(0), email.utils.localtime)
        """,
    "a module that waits lacks a name": """
        import email.utils
        for _ in range(2):
            try:
                email.utils.nothing
            except AttributeError as problem:
                print(problem, problem.name, problem.obj)
        """,
    "a module that waits is imported again": """
        import importlib, email.utils
        print(importlib.reload(email.utils) is email.utils, type(email.utils))
        """,
    "threads use a module that waits": """
        import threading, email.utils
        sys.setswitchinterval(1e-6)
        barrier, seen = threading.Barrier(8), []
        def ask(number):
            barrier.wait()
            if number % 2:
                seen.append(email.utils.formatdate)
            else:
                from email.utils import formatdate
                seen.append(formatdate)
        threads = [threading.Thread(target=ask, args=[n]) for n in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(len(seen), len(set(seen)), type(email.utils))
        """,
    "a date is sent": """
        from werkzeug.http import http_date
        print(http_date(0))
        """,
    "the names are listed": """
        import werkzeug
        print(set(dir(werkzeug)) >= {"Client", "Request", "Response", "run_simple"})
        print(set(dir(werkzeug)) >= {"serving", "test", "wrappers"})
        import inspect
        print([name for name, _ in inspect.getmembers(werkzeug, inspect.isclass)])
        """,
    "an unknown name is an error": """
        import werkzeug
        print(hasattr(werkzeug, "nothing"), hasattr(werkzeug, "debug"))
        try:
            werkzeug.nothing
        except AttributeError as problem:
            print(problem, problem.name, problem.obj)
        try:
            from werkzeug import nothing
        except ImportError as problem:
            print(problem)
        """,
    "the package is looked at": """
        import werkzeug, inspect, pkgutil
        print(werkzeug, werkzeug.__spec__, werkzeug.__loader__, werkzeug.__path__)
        print(inspect.getsource(werkzeug), pkgutil.resolve_name("werkzeug:Client"))
        print(isinstance(werkzeug, type(sys)), inspect.ismodule(werkzeug))
        print(werkzeug.__builtins__ is vars(__import__("builtins")))
        """,
    "what it defines is pickled": """
        import pickle, werkzeug
        print(pickle.loads(pickle.dumps([werkzeug.Client, werkzeug.run_simple])))
        """,
    "it is imported again": """
        import importlib, werkzeug
        importlib.reload(werkzeug)
        print(werkzeug.Client, type(werkzeug), werkzeug.__loader__)
        """,
    "the original is patched": """
        from unittest import mock
        with mock.patch("werkzeug.serving.run_simple", "patched"):
            import werkzeug
            print(werkzeug.run_simple, werkzeug.serving.run_simple)
        print(werkzeug.run_simple, werkzeug.serving.run_simple)
        """,
    "the name is patched": """
        from unittest import mock
        import werkzeug
        with mock.patch.object(werkzeug, "Client", "patched"), \\
                mock.patch("werkzeug.run_simple", "patched"):
            print(werkzeug.Client, werkzeug.run_simple, werkzeug.test.Client)
        print(werkzeug.Client, werkzeug.run_simple)
        """,
    "the name is replaced for good": """
        import werkzeug
        werkzeug.Client = "mine"
        import werkzeug.test, werkzeug.serving
        print(werkzeug.Client, werkzeug.test.Client, type(werkzeug))
        """,
    "the name is deleted": """
        import werkzeug
        werkzeug.Client
        del werkzeug.Client
        print(hasattr(werkzeug, "Client"))
        """,
    "threads ask at the same time": """
        import threading, werkzeug
        sys.setswitchinterval(1e-6)
        barrier, seen = threading.Barrier(8), []
        def ask(number):
            barrier.wait()
            match number % 4:
                case 0: seen.append(werkzeug.Client)
                case 1: seen.append(werkzeug.run_simple)
                case 2: from werkzeug.test import Client; seen.append(Client)
                case 3: from werkzeug.serving import run_simple; seen.append(run_simple)
        threads = [threading.Thread(target=ask, args=[n]) for n in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(len(seen), len(set(seen)), type(werkzeug))
        """,
    "the application is tested": """
        import werkzeug
        client = flasklit.Flask("a", root_path="/").test_client()
        print(isinstance(client, werkzeug.Client), client.get("/").status)
        """,
    "Flask is there too": """
        import flask, werkzeug
        client = flask.Flask("a", root_path="/").test_client()
        print(isinstance(client, werkzeug.Client), client.get("/").status)
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_nobody_notices_what_was_left_out(name: str) -> None:
    if "flask," in PROGRAMS[name]:
        pytest.importorskip("flask")
    program = dedent(PROGRAMS[name])
    late = run(
        "import flasklit\nassert 'werkzeug.serving' not in sys.modules\n" + program
    )
    early = run("__import__('werkzeug'); import flasklit\n" + program)
    late_answer, early_answer = (
        re.sub(r" at 0x\w+", "", done.stdout) for done in (late, early)
    )
    assert late_answer == early_answer != ""
    assert late.stderr == early.stderr == ""


def test_a_package_that_was_imported_before_stays_as_it_is() -> None:
    program = (
        "import werkzeug; before = dict(vars(werkzeug)); import flasklit.deferral\n"
    )
    program += "print([n for n in before if vars(werkzeug).get(n) is not before[n]])\n"
    program += "print(type(werkzeug).__name__)"
    assert run(program).stdout == "[]\nmodule\n"


def test_threads_may_import_while_flasklit_does() -> None:
    program = dedent(
        """
        import threading
        sys.setswitchinterval(1e-6)
        barrier, seen = threading.Barrier(4), []
        def ask(code):
            barrier.wait()
            namespace = {}
            exec(code, namespace)
            seen.append(namespace["Client"])
        codes = ["import flasklit; from werkzeug import Client",
            "import flasklit; from werkzeug.test import Client",
            "from werkzeug import Client",
            "import werkzeug; Client = werkzeug.test.Client"]
        threads = [threading.Thread(target=ask, args=[code]) for code in codes]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        import werkzeug
        print(len(seen), set(seen) == {werkzeug.Client}, len(sys.meta_path))
        """
    )
    finders = run("print(len(sys.meta_path))").stdout
    for _ in range(3):
        assert run(program).stdout == f"4 True {finders}"


@pytest.mark.parametrize("before", ["enable", "disable"])
def test_the_garbage_collector_works_as_before(before: str) -> None:
    program = f"import gc; gc.{before}(); import flasklit; print(gc.isenabled())"
    assert run(program).stdout == f"{before == 'enable'}\n"


def test_the_garbage_collector_works_after_a_failure() -> None:
    program = dedent(
        """
        import gc
        sys.modules["werkzeug.routing"] = None
        try:
            import flasklit
        except ImportError:
            print(gc.isenabled(), len([m for m in sys.meta_path if "flasklit" in repr(m)]))
        """
    )
    assert run(program).stdout == "True 0\n"


def test_a_module_that_fails_later_can_be_asked_again(tmp_path: Path) -> None:
    (tmp_path / "post").mkdir()
    (tmp_path / "post" / "counter.py").write_text(
        "import sys\nif not hasattr(sys, 'is_open'): 1 / 0\nstamps = 7\n"
    )
    program = dedent(
        f"""
        sys.path.insert(0, {str(tmp_path)!r})
        from flasklit.deferral import import_later
        import_later("post.counter")
        import post.counter
        for _ in range(2):
            try:
                print(post.counter.stamps)
            except ZeroDivisionError as problem:
                print(problem)
            sys.is_open = True
        import_later("post.counter")
        print(type(post.counter).__name__)
        """
    )
    assert run(program).stdout == "division by zero\n7\nmodule\n"


def test_other_finders_are_asked() -> None:
    """Tools that watch imports put a finder of their own before all others."""
    program = dedent(
        """
        from importlib.machinery import PathFinder
        class Watcher:
            def find_spec(name, path=None, target=None):
                if name.partition(".")[0] == "werkzeug":
                    asked.append(name)
                    return PathFinder.find_spec(name, path, target)
        asked = []
        sys.meta_path.insert(0, Watcher)
        import flasklit, werkzeug
        print(asked[0], "werkzeug.serving" in asked, sys.meta_path[0] is Watcher)
        werkzeug.Client
        print(asked[-1])
        """
    )
    assert run(program).stdout == "werkzeug False True\nwerkzeug.test\n"


@pytest.mark.parametrize(
    "package, expected",
    [
        ("from .till import Till as Till\nfrom .till import OPEN", "Till OPEN"),
        ("from .till import Till\nclass Best(Till): pass", ""),
        ("from .till import Till\nTill()", ""),
        ("from .till import *", ""),
        ("from . import till", ""),
        ("import shop.till", ""),
        ("from .till import Till\ndef late():\n    from .till import OPEN", "Till"),
        ("def __getattr__(name):\n    return name * 2\nfrom .till import Till", ""),
        ("OPEN = 1", ""),
    ],
)
def test_a_package_does_what_it_does(
    tmp_path: Path, package: str, expected: str
) -> None:
    """Whatever a package does with the names: it is imported, and has them."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "__init__.py").write_text(package)
    (folder / "till.py").write_text("class Till: pass\nOPEN = True\n")
    program = dedent(
        f"""
        sys.path.insert(0, {str(tmp_path)!r})
        from flasklit.deferral import import_without
        import_without("shop", "till")
        import shop
        print(*vars(shop).get("_promises", ()))
        for name in "Till", "OPEN", "till", "Best", "late", "other":
            value = getattr(shop, name, None)
            print(name, value() if callable(value) and name == "late" else value)
        """
    )
    late = run(program).stdout.splitlines()
    plain = program.replace("import_without(", "(lambda *names: None)(")
    assert late[0] == expected
    assert late[1:] == run(plain).stdout.splitlines()[1:]


def test_a_package_that_fails_fails_as_before(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("from .till import Till\n1 / 0")
    program = dedent(
        f"""
        sys.path.insert(0, {str(tmp_path)!r})
        from flasklit.deferral import import_without
        for _ in range(2):
            for name in "broken", "missing":
                try:
                    import_without(name, "till")
                except Exception as problem:
                    print(type(problem).__name__, name in sys.modules)
        """
    )
    one = "ImportError False\nModuleNotFoundError False\n"
    assert run(program).stdout == one * 2
