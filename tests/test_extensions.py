"""``flasklit.ext``: extensions under the names that they had until Flask 1.0."""

from __future__ import annotations

import importlib
import sys
import traceback
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import flasklit.ext
from flasklit.aliases import AliasFinder
from flasklit.aliases import find_module
from flasklit.ext import ExtensionFinder

FILES = {
    "flask_soup/__init__.py": "class Soup: pass\n",
    "flask_soup/bowls/__init__.py": "from flask_soup import Soup\n",
    "flask_soup/bowls/small.py": "from .. import Soup\nfrom . import Soup as same\n",
    "flaskext/salad.py": "leaves = 3\n",
    "flaskext/soup.py": "raise AssertionError('the newer name comes first')\n",
    "flask_hungry.py": "import a_module_that_is_missing\n",
    "flask_broken.py": "import flask_soup\n\n1 / 0\n",
    "flask_outer.py": "from flasklit.ext import inner\n",
    "flask_inner.py": "from flasklit.ext import outer\n",
}


@pytest.fixture(autouse=True)
def extensions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Installed extensions; afterwards nobody has imported them."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    modules = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - modules:
        del sys.modules[name]
        parent, _, last = name.rpartition(".")
        if parent == "flasklit.ext":
            vars(flasklit.ext).pop(last, None)


def warned(code: str, **names: object) -> list[str]:
    """Run code in a file called ``program.py``, and return what it warns of, and where."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(code, "program.py", "exec"), {"__name__": "program", **names})
    assert {w.category for w in caught} <= {DeprecationWarning}
    return [f"{w.filename}:{w.lineno}: {w.message}" for w in caught]


SOUP = "'flasklit.ext.soup' was dropped in Flask 1.0. Import 'flask_soup' instead."


@pytest.mark.parametrize(
    "statement",
    [
        "from flasklit.ext import soup",
        "import flasklit.ext.soup",
        "import flasklit.ext.soup as soup",
        "from flasklit.ext.soup import Soup",
        "import flasklit.ext.soup.bowls.small",
        "from flasklit.ext.soup.bowls.small import Soup, same; assert Soup is same",
        "import importlib; importlib.import_module('flasklit.ext.soup')",
        "__import__('flasklit.ext.soup')",
    ],
)
def test_one_warning_at_the_import(statement: str) -> None:
    assert warned(f"\n{statement}") == [f"program.py:2: {SOUP}"]


def test_a_second_import_is_silent() -> None:
    assert warned("from flasklit.ext import soup\nimport flasklit.ext.soup.bowls")
    assert not warned("from flasklit.ext import soup\nimport flasklit.ext.soup.bowls")


def test_a_warning_can_be_an_error() -> None:
    with pytest.raises(DeprecationWarning, match="Import 'flask_soup' instead"):
        exec("from flasklit.ext import soup")
    assert "flasklit.ext.soup" not in sys.modules


def test_the_modules_are_the_extension_s_own() -> None:
    warned("import flasklit.ext.soup.bowls.small")
    for name in ("", ".bowls", ".bowls.small"):
        module = importlib.import_module("flask_soup" + name)
        assert sys.modules["flasklit.ext.soup" + name] is module
        assert module.__name__ == module.__spec__.name == "flask_soup" + name
    assert importlib.reload(flasklit.ext.soup) is sys.modules["flask_soup"]


def test_the_oldest_name_is_found_too() -> None:
    found = warned("from flasklit.ext.salad import leaves\nassert leaves == 3")
    assert "Import 'flaskext.salad' instead" in found[0]


@pytest.mark.parametrize(
    "statement",
    [
        "from flasklit.ext import stew",
        "import flasklit.ext.stew",
        "from flasklit.ext.stew import Stew",
        "import flasklit.ext.stew.pots",
    ],
)
def test_a_missing_extension_is_named(statement: str) -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        exec(statement)
    assert str(caught.value) == (
        "There is no extension 'stew': neither 'flask_stew' nor 'flaskext.stew' can be"
        " imported."
    )
    assert caught.value.name == "flask_stew"


def test_a_missing_module_of_an_extension() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"flasklit\.ext\.soup\.pots"):
        warned("import flasklit.ext.soup.pots")


@pytest.mark.parametrize(
    ("name", "kind", "message", "line"),
    [
        (
            "hungry",
            ModuleNotFoundError,
            "No module named 'a_module_that_is_missing'",
            1,
        ),
        ("broken", ZeroDivisionError, "division by zero", 3),
    ],
)
def test_errors_in_an_extension_are_seen(
    name: str, kind: type[Exception], message: str, line: int, extensions: Path
) -> None:
    with pytest.raises(kind) as caught:
        warned(f"from flasklit.ext import {name}")
    assert str(caught.value) == message
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno) == (str(extensions / f"flask_{name}.py"), line)
    assert f"flasklit.ext.{name}" not in sys.modules
    assert f"flask_{name}" not in sys.modules


def test_a_second_try_fails_with_the_same_error() -> None:
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="a_module_that_is_missing"):
            warned("from flasklit.ext import hungry")


def test_extensions_that_import_each_other() -> None:
    warned("import flasklit.ext.outer")
    outer, inner = sys.modules["flask_outer"], sys.modules["flask_inner"]
    assert outer.inner is inner
    assert inner.outer is outer


def test_threads_get_one_module() -> None:
    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    names = ["flasklit.ext.soup.bowls", "flask_soup.bowls"] * 8
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with ThreadPoolExecutor(16) as pool:
            assert len({id(module) for module in pool.map(load, names)}) == 1


def test_a_spec_without_an_import() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec = find_spec("flasklit.ext.soup")
    assert spec is not None
    assert spec.submodule_search_locations
    assert spec.origin == find_module("flask_soup").origin
    assert not {"flask_soup", "flasklit.ext.soup"} & set(sys.modules)


def test_a_module_made_by_hand_is_an_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("flask_tea")
    monkeypatch.setitem(sys.modules, "flask_tea", module)
    warned("from flasklit.ext import tea\nassert tea is module", module=module)


def test_another_package_can_have_it_without_warnings(
    extensions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (extensions / "elsewhere.py").write_text("__path__ = []\n")
    finders = [*sys.meta_path, ExtensionFinder("elsewhere", warns=False)]
    monkeypatch.setattr(sys, "meta_path", finders)
    assert not warned("from elsewhere import soup")
    assert sys.modules["elsewhere.soup"] is sys.modules["flask_soup"]


def test_a_finder_has_to_say_what_a_name_means() -> None:
    with pytest.raises(NotImplementedError):
        AliasFinder().find_spec("anything")


def test_find_module_imports_only_the_packages_around() -> None:
    assert find_module("flask_soup.bowls.small") is not None
    assert "flask_soup.bowls" in sys.modules
    assert "flask_soup.bowls.small" not in sys.modules
    assert find_module("flask_soup.nothing.at_all") is None
    assert find_module("nothing.at.all") is None
