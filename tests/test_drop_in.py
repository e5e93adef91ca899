"""flasklit in the place of Flask: every test is a process of its own."""

from __future__ import annotations

import os
import pickle
import pkgutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import flasklit
import pytest_flasklit
from flasklit import standin

PROJECT = Path(__file__).parents[1]
LIMIT = 120  # seconds for one process

# Hides the distribution Flask, the module and its metadata.
HIDE = """
import importlib.metadata, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "flask":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
finder = importlib.metadata.MetadataPathFinder
find = finder.find_distributions
finder.find_distributions = classmethod(
    lambda cls, *args: (d for d in find(*args) if d.metadata["Name"] != "Flask")
)
"""


def python(
    *args: str, folder: Path, ok: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with this flasklit."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FLASK", "PYTEST", "PYTHON", "COV"))
    }
    environ["PYTHONPATH"] = str(PROJECT)
    done = subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    return done


def run(code: str, folder: Path, *, hide: bool = False) -> str:
    """Run code, and return what it prints."""
    return python("-c", (HIDE if hide else "") + code, folder=folder).stdout.strip()


def fail(code: str, folder: Path) -> str:
    """Run code that ends with an exception, and return the last line it shows."""
    done = python("-c", code, folder=folder, ok=False)
    return done.stderr.strip().splitlines()[-1]


INSTALL = "import flasklit, sys; flasklit.install_as_flask()\n"

SUBMODULES = [
    module.name.removeprefix("flasklit")
    for module in pkgutil.walk_packages(flasklit.__path__, "flasklit.")
    if not module.name.endswith("__main__")
]


class TestModules:
    @pytest.mark.parametrize("hide", [False, True], ids=["installed", "hidden"])
    @pytest.mark.parametrize("first", ["flask", "flasklit"])
    def test_every_module_is_the_same_under_both_names(
        self, first: str, hide: bool, tmp_path: Path
    ) -> None:
        code = f"""
from importlib import import_module
names = {SUBMODULES!r}
for name in ["", *names]:
    import_module({first!r} + name)
for name in ["", *names]:
    ours = import_module("flasklit" + name)
    assert import_module("flask" + name) is ours, name
    assert sys.modules["flask" + name] is sys.modules["flasklit" + name], name
    if not name.startswith((".legacy.", ".ext.")):
        assert ours.__name__ == ours.__spec__.name == "flasklit" + name, name
print(len(names))
"""
        assert int(run(INSTALL + code, tmp_path, hide=hide)) > 30

    def test_what_is_loaded_already_has_the_name_at_once(self, tmp_path: Path) -> None:
        code = """
assert sys.modules["flask"] is flasklit
assert sys.modules["flask.json.provider"] is flasklit.json.provider
assert "flask.testing" not in sys.modules and "flasklit.testing" not in sys.modules
"""
        run(INSTALL + code, tmp_path)

    @pytest.mark.parametrize(
        "statement",
        [
            "from flask import json as found; want = flasklit.json",
            "import flask.json.provider as found; want = flasklit.json.provider",
            "import flask.json.tag; found = flask.json.tag; want = flasklit.json.tag",
            "from flask.views import View as found; want = flasklit.views.View",
            "from flask import cli as found; want = flasklit.cli",
            "import flask; found = flask.cli; want = flasklit.cli",
            "import flask; found = flask.logging; want = flasklit.logging",
            "import flask; found = flask.sansio; want = flasklit.sansio",
            "import flask; found = flask.templating; want = flasklit.templating",
            "from flask.sansio.app import App as found; want = flasklit.Flask",
            "from flask.sansio.blueprints import Blueprint as found;"
            " want = flasklit.Blueprint",
            "from flask.sansio.blueprints import BlueprintSetupState as found;"
            " want = flasklit.blueprints.BlueprintSetupState",
            "from flask.sansio.scaffold import Scaffold as found;"
            " want = flasklit.scaffold.Scaffold",
            "from flask.sansio.scaffold import setupmethod as found;"
            " want = flasklit.scaffold.setupmethod",
            "from flask.sansio.scaffold import _endpoint_from_view_func as found;"
            " want = flasklit.scaffold._endpoint_from_view_func",
            "from flask.sansio.scaffold import find_package as found;"
            " want = flasklit.foundation.find_package",
        ],
    )
    def test_all_ways_to_import(self, statement: str, tmp_path: Path) -> None:
        run(f"{INSTALL}{statement}\nassert found is want", tmp_path)

    def test_reloading_changes_no_name(self, tmp_path: Path) -> None:
        code = """
import importlib
import flask, flask.json, flask.views
app, response = flask.Flask, flask.Response
for module in (flask, flask.json, flask.views):
    assert importlib.reload(module) is module
assert flask.Flask is app and flask.Response is response
assert sys.modules["flask"] is flasklit is sys.modules["flasklit"]
assert sys.modules["flask.views"] is sys.modules["flasklit.views"]
"""
        run(INSTALL + code, tmp_path)

    def test_specs_are_found(self, tmp_path: Path) -> None:
        code = """
from importlib.util import find_spec
assert find_spec("flask").origin == flasklit.__file__
testing = find_spec("flask.testing")
assert testing.name == "flask.testing" and testing.origin.endswith("testing.py")
assert "flask.testing" not in sys.modules
assert find_spec("flask.sansio").submodule_search_locations
assert find_spec("flask.nothing") is None
"""
        run(INSTALL + code, tmp_path)

    def test_a_module_that_flasklit_has_not_got(self, tmp_path: Path) -> None:
        shown = fail(INSTALL + "import flask.nothing", tmp_path)
        assert shown == "ModuleNotFoundError: No module named 'flask.nothing'"

    @pytest.mark.needs("flask")
    def test_a_pickle_of_flask_is_read(self, tmp_path: Path) -> None:
        write = """
import flask, pickle, sys
pickle.dump([flask.Config("/", {"A": 1}), flask.views.View], open("kept", "wb"))
"""
        run("import flask.views" + write, tmp_path)
        read = """
import pickle
config, view = pickle.load(open("kept", "rb"))
from flask.views import View
assert type(config) is flasklit.Config and config == {"A": 1} and view is View
"""
        run(INSTALL + read, tmp_path, hide=True)

    def test_a_pickle_of_flasklit_names_flasklit(self) -> None:
        assert b"flasklit.config" in pickle.dumps(flasklit.Config("/"))

    def test_a_package_is_completed_from_another(self, tmp_path: Path) -> None:
        (tmp_path / "old").mkdir()
        (tmp_path / "old" / "__init__.py").write_text("x = 1\n")
        (tmp_path / "old" / "views.py").write_text("x = 2\n")
        code = """
import flasklit, sys
from flasklit.aliases import alias, alias_missing
for _ in range(2):
    alias_missing("old", "flasklit")
    alias("flask", "old")
import flask.views, flask.json.tag, old.json.tag, old.json.provider, flasklit.views
assert flask.x == 1 and flask is old
assert flask.views.x == 2 and flask.views is old.views is not flasklit.views
assert flask.json is old.json is flasklit.json
assert flask.json.tag is old.json.tag is flasklit.json.tag
assert old.json.provider is flasklit.json.provider
assert len([f for f in sys.meta_path if type(f).__module__ == "flasklit.aliases"]) == 2
import old.nothing
"""
        shown = fail(code, tmp_path)
        assert shown == "ModuleNotFoundError: No module named 'old.nothing'"

    def test_threads_get_one_module(self, tmp_path: Path) -> None:
        code = """
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
names = [prefix + name for name in ("cli", "testing", "views", "sansio.app")
         for prefix in ("flask.", "flasklit.")] * 4
with ThreadPoolExecutor(16) as pool:
    for name, module in zip(names, pool.map(import_module, names)):
        assert module is sys.modules["flasklit." + name.partition(".")[2]], name
"""
        run(INSTALL + code, tmp_path)

    @pytest.mark.needs("flask")
    def test_names_that_flask_has_at_once(self, tmp_path: Path) -> None:
        """What ``import flask`` alone gives of Flask, its submodules included."""
        code = "import flask; print([n for n in vars(flask) if n[0] != '_'])"
        names = eval(run(code, tmp_path))
        assert {"Flask", "cli", "templating"} <= set(names)
        code = f"import flask\nprint([n for n in {names!r} if not hasattr(flask, n)])"
        assert run(INSTALL + code, tmp_path) == "['t']"  # its name for `typing`


class TestRefusals:
    def test_calling_it_again_changes_nothing(self, tmp_path: Path) -> None:
        code = """
finders = list(sys.meta_path)
flasklit.install_as_flask()
flasklit.install_as_flask("2.2")
flasklit.install_as_flask("3.1.3")
assert sys.meta_path == finders
"""
        run(INSTALL + code, tmp_path)

    @pytest.mark.parametrize(
        "edition", ["", "3", "3.2", "0.0", "0.13", "new", "3.1x", 3.1, (3, 1)]
    )
    def test_nonsense_is_no_edition(self, edition: object, tmp_path: Path) -> None:
        shown = fail(f"{INSTALL}flasklit.install_as_flask({edition!r})", tmp_path)
        assert shown.startswith(f"ValueError: {edition!r} is no edition of Flask.")

    def test_an_older_edition_is_another_package(self, tmp_path: Path) -> None:
        (tmp_path / "ancient.py").write_text("Flask = 'ancient'\n")
        code = """
import flasklit.standin as standin
standin._STAND_INS[1:] = [standin.StandIn("ancient", (0, 1), "0.5.2")]
flasklit.install_as_flask("1.1")
import flask
assert flask is sys.modules["ancient"] and flask.__version__ == "0.5.2"
assert flasklit.__version__ == standin.OWN_VERSION
flasklit.install_as_flask("0.2")
flasklit.install_as_flask()
"""
        shown = fail("import flasklit, sys" + code, tmp_path)
        assert shown.startswith(
            "RuntimeError: 'flask' means 'ancient' 0.5.2 in this process"
        )

    def test_editions_of_one_package_differ_too(self, tmp_path: Path) -> None:
        code = """
import flasklit
flasklit.install_as_flask("1.0")
flasklit.install_as_flask("1.1.4")
import flask, flask.json.provider, flask.views
assert flask is flasklit.legacy and flask.__version__ == "1.1.4"
assert flask.views is flasklit.legacy.views
assert flask.json.provider.__name__.startswith("flasklit.")
flasklit.install_as_flask("0.11")
"""
        shown = fail(code, tmp_path)
        assert shown.startswith(
            "RuntimeError: 'flask' means 'flasklit.legacy' 1.1.4 in"
        )
        assert "cannot become 'flasklit.legacy' 0.11.1" in shown

    @pytest.mark.needs("flask")
    def test_the_real_flask_and_who_imported_it(self, tmp_path: Path) -> None:
        (tmp_path / "shop.py").write_text("import os\n\nfrom flask import Blueprint\n")
        code = "import shop, flasklit; flasklit.install_as_flask()"
        shown = fail(code, tmp_path)
        assert shown.startswith("RuntimeError: 'flask' is imported already, from ")
        assert f"by 'shop' ({tmp_path / 'shop.py'}:3)" in shown
        assert "at the top of the program" in shown
        assert "python -m flasklit --as-flask" in shown

    @pytest.mark.needs("flask")
    @pytest.mark.parametrize(
        "line", ["import flask", "import flask.views as v", "from flask import request"]
    )
    def test_the_main_module_may_have_done_it(self, line: str, tmp_path: Path) -> None:
        shown = fail(f"{line}\nimport flasklit\nflasklit.install_as_flask()", tmp_path)
        assert "by '__main__'. What" in shown

    @pytest.mark.needs("flask")
    def test_nobody_may_be_known(self, tmp_path: Path) -> None:
        code = "__import__('flask'); import flasklit; flasklit.install_as_flask()"
        assert f"{os.sep}__init__.py. What it has made" in fail(code, tmp_path)

    @pytest.mark.needs("flask")
    def test_a_refusal_leaves_flask_as_it_was(self, tmp_path: Path) -> None:
        code = """
import flask, flasklit, sys
finders = list(sys.meta_path)
try:
    flasklit.install_as_flask()
except RuntimeError:
    assert sys.modules["flask"] is flask is not flasklit
    assert sys.meta_path == finders
    import flask.views
    assert flask.views.__spec__.name == "flask.views"
"""
        run(code, tmp_path)


class TestVersions:
    @pytest.mark.needs("flask")
    def test_an_installed_flask_answers_for_itself(self, tmp_path: Path) -> None:
        code = "import importlib.metadata as m; print(m.version('flask'))"
        assert run(INSTALL + code, tmp_path) == version("flask")

    def test_without_one_the_version_is_the_edition(self, tmp_path: Path) -> None:
        code = """
import importlib.metadata as m
assert m.version("flask") == m.version("Flask") == "3.1.3"
assert m.metadata("flask")["Name"] == "Flask" and not m.requires("flask")
assert m.files("flask") is None and not m.distribution("flask").entry_points
assert "Flask" not in [d.metadata["Name"] for d in m.distributions()]
for name in ("flask-nothing", "flas"):
    try:
        m.version(name)
    except m.PackageNotFoundError:
        continue
    raise AssertionError(name)
"""
        run(INSTALL + code, tmp_path, hide=True)

    def test_before_the_call_there_is_none(self, tmp_path: Path) -> None:
        code = "import flasklit, importlib.metadata as m; m.version('flask')"
        done = python("-c", HIDE + code, folder=tmp_path, ok=False)
        assert "PackageNotFoundError" in done.stderr

    def test_the_module_says_so_too(self, tmp_path: Path) -> None:
        code = "import flask; print(flask.__version__)"
        assert run(INSTALL + code, tmp_path) == "3.1.3"

    def test_flasklit_knows_its_own(self, tmp_path: Path) -> None:
        done = python("-m", "flasklit", "--as-flask", "--version", folder=tmp_path)
        assert (
            f"flasklit {flasklit.__version__} (the API of Flask 3.1.3)" in done.stdout
        )


PROBE = """
import sys
print(sys.argv, sys.path[0], __name__, __file__, __package__)
print(__spec__ and __spec__.name, type(__loader__).__name__, __doc__)
print(sys.modules["__main__"].__dict__ is globals())
"""


class TestPrograms:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in ("scripts/probe.py", "program/__main__.py", "shop/__main__.py"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(PROBE)
        (tmp_path / "shop" / "__init__.py").touch()
        (tmp_path / "shop" / "tool.py").write_text(PROBE)
        (tmp_path / "link").symlink_to(tmp_path / "scripts" / "probe.py")
        with zipfile.ZipFile(tmp_path / "packed.pyz", "w") as archive:
            archive.writestr("__main__.py", PROBE)
        return tmp_path

    @pytest.mark.parametrize(
        "command",
        [
            "scripts/probe.py",
            "scripts/probe.py one --two -m three",
            "link",
            "program --help",
            "packed.pyz one",
            "-m shop one",
            "-m shop.tool",
        ],
    )
    def test_runs_as_python_would(self, command: str, folder: Path) -> None:
        alone = python(*command.split(), folder=folder).stdout
        done = python("-m", "flasklit", "--as-flask", *command.split(), folder=folder)
        assert done.stdout == alone

    def test_flask_is_flasklit_in_it(self, tmp_path: Path) -> None:
        (tmp_path / "main.py").write_text("import flask; print(flask.__spec__.name)")
        for option in ("--as-flask", "--as-flask=2.3"):
            done = python("-m", "flasklit", option, "main.py", folder=tmp_path)
            assert done.stdout == "flasklit\n"

    def test_flask_itself_as_the_module(self, tmp_path: Path) -> None:
        (tmp_path / "app.py").write_text("from flask import Flask; app = Flask('a')")
        command = ["--as-flask", "-m", "flask", "--app", "app", "routes"]
        done = python("-m", "flasklit", *command, folder=tmp_path)
        assert "/static/<path:filename>" in done.stdout

    def test_runpy_finds_it(self, tmp_path: Path) -> None:
        code = """
import runpy
sys.argv[1:] = ["--version"]
runpy.run_module("flask", run_name="__main__", alter_sys=True)
"""
        assert "(the API of Flask 3.1.3)" in run(INSTALL + code, tmp_path)

    def test_the_command_line_itself(self, tmp_path: Path) -> None:
        (tmp_path / "app.py").write_text("from flask import Flask; app = Flask('a')")
        for command in (["routes"], ["--app", "app", "routes"]):
            done = python("-m", "flasklit", "--as-flask", *command, folder=tmp_path)
            assert "/static/<path:filename>" in done.stdout

    @pytest.mark.parametrize(
        ("code", "status"), [("raise SystemExit(3)", 3), ("1 / 0", 1), ("x = = 1", 1)]
    )
    def test_the_program_decides_how_it_ends(
        self, code: str, status: int, tmp_path: Path
    ) -> None:
        (tmp_path / "main.py").write_text(code)
        command = ["-m", "flasklit", "--as-flask", "main.py"]
        assert python(*command, folder=tmp_path, ok=False).returncode == status

    @pytest.mark.parametrize(
        ("command", "message"),
        [
            ("--as-flask=9", "'9' is no edition of Flask."),
            ("--as-flask no.py", "The script 'no.py' cannot be read: No such file"),
            ("--as-flask empty", "The folder 'empty' has no '__main__.py' to run."),
            ("--as-flask -m", "'-m' needs the name of a module."),
            ("--as-flask -m nothing", "There is no module 'nothing' to run."),
            ("--as-flask -m email", "There is no module 'email.__main__' to run."),
            ("--as-flask -m a.b", "There is no module 'a.b' to run."),
            ("--as-flask -m sys", "'sys' has no Python code to run."),
            ("--as-flask nothing", "No such command 'nothing'."),
            ("--debug --as-flask", "It has to be the first argument."),
        ],
    )
    def test_mistakes(self, command: str, message: str, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        done = python("-m", "flasklit", *command.split(), folder=tmp_path, ok=False)
        assert done.returncode == 2
        assert message in " ".join(done.stderr.split())
        assert "Traceback" not in done.stderr

    def test_help_explains_it(self, tmp_path: Path) -> None:
        done = python("-m", "flasklit", "--help", folder=tmp_path)
        assert "--as-flask [=EDITION] [SCRIPT | -m MODULE]" in done.stdout


PLUGIN = """
import click, flask
from flask.cli import with_appcontext

@click.command()
@with_appcontext
def greet():
    print("hello", flask.current_app.name, flask.__spec__.name)
"""


class TestPlugins:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder with an installed plugin for the command line of Flask."""
        info = tmp_path / "flask_greet-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: flask-greet\nVersion: 1\n"
        )
        (info / "entry_points.txt").write_text(
            "[flask.commands]\ngreet = flask_greet:greet\n"
        )
        (tmp_path / "flask_greet.py").write_text(PLUGIN)
        return tmp_path

    @pytest.mark.parametrize(
        "line",
        [
            "from flasklit import Flask",
            "from flask import Flask",
            "import flasklit; flasklit.install_as_flask(); from flask import Flask",
        ],
    )
    def test_it_works_with_every_application(self, line: str, folder: Path) -> None:
        (folder / "app.py").write_text(f"{line}\napp = Flask('shop')\n")
        done = python("-m", "flasklit", "greet", folder=folder)
        assert done.stdout == "hello shop flasklit\n"

    def test_without_a_plugin_flask_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "app.py").write_text(
            "import sys, flasklit\n"
            "app = flasklit.Flask('shop')\n"
            "print('flask' in sys.modules, 'flasklit.standin' in sys.modules)\n"
        )
        code = (
            "import importlib.metadata as m\n"
            "m.entry_points = lambda: m.EntryPoints()\n"
            "from flasklit.cli import cli\n"
            "cli(['routes'])\n"
        )
        assert run(code, tmp_path).startswith("False False\n")

    @pytest.mark.needs("flask")
    def test_a_flask_that_is_imported_is_left_alone(self, folder: Path) -> None:
        code = "import flask; from flasklit.cli import cli; cli(['--help'])"
        assert "greet" in python("-c", code, folder=folder).stdout


class TestPytest:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Tests whose conftest file imports flask."""
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "conftest.py").write_text("from flask import Flask\n")
        (tmp_path / "tests" / "test_it.py").write_text(
            "import flask\n\n"
            "def test_it():\n"
            "    assert flask.__spec__.name == 'flasklit'\n"
        )
        return tmp_path

    def start(
        self, *args: str, folder: Path, ok: bool = True
    ) -> subprocess.CompletedProcess[str]:
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
        return python(*command, *args, folder=folder, ok=ok)

    @pytest.mark.parametrize(
        "options",
        [
            "--as-flask",
            "--as-flask tests",
            "tests --as-flask",
            "--as-flask=3.0 tests",
            "-o addopts=--as-flask",
            "-o addopts=--as-flask=2.3 tests",
        ],
    )
    def test_the_option(self, options: str, folder: Path) -> None:
        plugin = ["-p", "pytest_flasklit"]
        done = self.start(*plugin, *options.split(), folder=folder)
        assert "1 passed" in done.stdout

    @pytest.mark.needs("flask")
    def test_without_the_option(self, folder: Path) -> None:
        (folder / "tests" / "test_it.py").write_text(
            "import sys, flask\n\n"
            "def test_it():\n"
            "    assert 'pytest_flasklit' in sys.modules\n"
            "    assert 'flasklit' not in sys.modules\n"
            "    assert flask.__spec__.name == 'flask'\n"
        )
        self.start("-p", "pytest_flasklit", folder=folder)

    @pytest.mark.needs("flask")
    def test_plugins_that_import_flask_come_later(self, folder: Path) -> None:
        (folder / "needs_flask.py").write_text("import flask\n")
        ours, other = ["-p", "pytest_flasklit"], ["-p", "needs_flask"]
        self.start(*ours, *other, "--as-flask", folder=folder)
        done = self.start(*other, *ours, "--as-flask", folder=folder, ok=False)
        assert "ERROR: --as-flask: 'flask' is imported already" in done.stderr
        assert f"by 'needs_flask' ({folder / 'needs_flask.py'}:1)" in done.stderr
        assert "'-p pytest_flasklit' puts this one before it" in done.stderr

    @pytest.mark.parametrize("edition", ["9.0", "new"])
    def test_nonsense_is_no_edition(self, edition: str, folder: Path) -> None:
        done = self.start(
            "-p", "pytest_flasklit", f"--as-flask={edition}", folder=folder, ok=False
        )
        assert f"ERROR: --as-flask: '{edition}' is no edition" in done.stderr

    def test_it_knows_the_same_editions(self) -> None:
        known = [f"{m}.{n}" for m, minors in standin._EDITIONS.items() for n in minors]
        assert known == pytest_flasklit.EDITIONS

    def test_it_is_declared(self) -> None:
        import tomllib

        project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
        declared = project["project"]["entry-points"]["pytest11"]
        assert declared == {"pytest_flasklit": "pytest_flasklit"}
        wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
        assert "pytest_flasklit.py" in wheel["only-include"]
