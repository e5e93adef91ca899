"""What the API reference is made of: sources, signatures, histories, entries."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import warnings
from types import FunctionType
from types import ModuleType
from typing import Any

import pytest
from apireference.check import answers
from apireference.directive import inherited
from apireference.entries import listed_classes
from apireference.entries import members
from apireference.entries import top_entry
from apireference.history import History
from apireference.history import history
from apireference.names import documented_names
from apireference.signatures import signature_of
from apireference.signatures import type_of
from apireference.source import definition

import flasklit
from flasklit.dropped import Dropped


@pytest.mark.parametrize(
    ("module", "name", "home"),
    [
        ("flasklit", "Flask", "flasklit.app.Flask"),
        ("flasklit", "jsonify", "flasklit.json.jsonify"),
        ("flasklit.cli", "ScriptInfo", "flasklit.discovery.ScriptInfo"),
        ("flasklit", "TYPE_CHECKING", "typing.TYPE_CHECKING"),
        ("flasklit", "no_such_name", "flasklit.no_such_name"),
    ],
)
def test_a_name_is_followed_to_where_it_is_defined(
    module: str, name: str, home: str
) -> None:
    assert definition(module, name) == home


def test_signatures_and_types_are_in_the_words_of_the_source() -> None:
    assert signature_of(flasklit.Flask.add_url_rule, True) == (
        "(rule: str, endpoint: str | None = None, view_func: RouteCallable | None = None"
        ", provide_automatic_options: bool | None = None, **options: Any)",
        "None",
    )
    assert signature_of(len, False) == ("(obj, /)", "")
    assert signature_of(3, False) is None
    assert type_of("flasklit.app.Flask.request_class") == "type[Request]"
    assert type_of("flasklit.app.Flask.nothing") == ""


def test_a_history_completes_a_docstring() -> None:
    facts = History("0.3", (("0.7", "It sings."), ("2.0", "It dances.")))
    assert facts.complete(
        ["It is.", "", ".. versionchanged:: 0.7", "    Louder.", ""]
    ) == [
        "It is.",
        "",
        "",
        ".. versionadded:: 0.3",
        "",
        ".. versionchanged:: 0.7",
        "    Louder.",
        "",
        "",
        ".. versionchanged:: 2.0",
        "   It dances.",
        "",
    ]


@pytest.mark.parametrize(
    ("added", "owner", "expected"),
    [
        ("", "", ["Text.", "", ".. versionadded:: 0.5", "", ""]),
        ("", "0.5", ["Text.", "", ".. versionadded:: 0.5", "", ""]),
        ("", "0.7", ["Text.", ""]),
        ("0.11", "0.7", ["Text.", "", ".. versionadded:: 0.11", ""]),
    ],
)
def test_a_shared_method_came_to_each_class_in_its_own_time(
    added: str, owner: str, expected: list[str]
) -> None:
    docstring = [".. versionadded:: 0.5", "", "Text."]
    assert History(added).complete(docstring, owner) == expected


def test_a_part_that_was_added_is_not_the_whole() -> None:
    docstring = [".. versionadded:: 1.0", "    A parameter."]
    assert History("0.3").complete(docstring, "0.1") == [
        "",
        ".. versionadded:: 0.3",
        "",
        ".. versionadded:: 1.0",
        "    A parameter.",
        "",
    ]


def test_docstrings_and_the_changelog_agree_on_when_a_name_came() -> None:
    """A note with a text is on a part of the name, one without it on the name."""
    compared = 0
    for entry in documented_names():
        value = find(entry.name)
        if isinstance(value, type | FunctionType) and "Blueprint." not in entry.name:
            stated = re.findall(r"versionadded:: ([\d.]+)$(?!\n +\S)", doc(value), re.M)
            added = history()[entry.name].added
            if added and stated:
                assert stated == [added], entry.name
                compared += 1
    assert compared > 50


def find(name: str) -> Any:
    """What a documented name stands for; a property is its function."""
    found: Any = flasklit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for part in name.split(".")[1:]:
            inside = isinstance(found, type | ModuleType)
            found = getattr(found, part, None) if inside else None
    return found.fget if isinstance(found, property) else found


def doc(value: Any) -> str:
    return inspect.getdoc(value) or ""


def test_descriptors_and_the_changelog_agree_on_what_was_dropped() -> None:
    wrong = []
    for name, cls in {
        "flask.Flask": flasklit.Flask,
        "flask.Blueprint": flasklit.Blueprint,
        "flask.Request": flasklit.Request,
        "flask.Config": flasklit.Config,
    }.items():
        for owner in cls.__mro__:
            for attribute, value in vars(owner).items():
                facts = history().get(f"{name}.{attribute}")
                if (
                    isinstance(value, Dropped)
                    and facts
                    and facts.dropped != value.edition
                ):
                    wrong.append(
                        f"{name}.{attribute}: {value.edition} is not {facts.dropped}"
                    )
    assert not wrong, "\n".join(wrong)


def test_a_class_has_its_own_members_and_those_documented() -> None:
    entry = top_entry("flasklit.Request")
    assert entry is not None
    found = {member.name.rpartition(".")[2]: member for member in members(entry)}
    assert found["blueprint"].home == "flasklit.wrappers.Request.blueprint"
    assert found["form"].home == "werkzeug.wrappers.request.Request.form"
    assert found["form"].told == "flasklit.wrappers.Request.form"
    assert "access_route" not in found


def test_a_module_that_nobody_has_imported_has_an_entry() -> None:
    """Sphinx may read its page alone, in a process of its own."""
    ask = "from apireference.entries import top_entry; print(top_entry('flasklit.ext'))"
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Entry(name='flasklit.ext'")


def test_a_dropped_name_tells_what_to_use_instead() -> None:
    entry = top_entry("flasklit.Flask")
    assert entry is not None
    (dropped,) = [
        member
        for member in members(entry)
        if member.name == "flasklit.Flask.init_jinja_globals"
    ]
    assert (dropped.kind, dropped.dropped) == ("method", "1.0")
    assert dropped.home == "flasklit.former.hooks.init_jinja_globals"
    assert "create_jinja_environment" in dropped.instead


def test_our_words_are_on_names_of_the_package() -> None:
    found = answers("flasklit")
    assert all(found[name].exists for name in inherited() if name in found)
    assert all(
        top_entry("flasklit" + name[5:]) for name in inherited() if name not in found
    )


def test_a_value_is_not_described_by_its_type() -> None:
    for name in ("flasklit.request", "flasklit.g", "flasklit.__version__"):
        entry = top_entry(name)
        assert entry is not None
        assert entry.doc == []


def test_a_module_without_a_name_has_no_entry() -> None:
    assert top_entry("flasklit.no_such_name") is None


def test_what_a_base_class_has_is_told_there() -> None:
    assert {"SessionInterface", "View", "Flask"} <= {
        cls.__name__ for cls in listed_classes()
    }
    entry = top_entry("flasklit.sessions.SecureCookieSessionInterface")
    assert entry is not None
    names = {member.name.rpartition(".")[2] for member in members(entry)}
    assert {"salt", "get_signing_serializer", "open_session"} <= names
    assert "get_cookie_name" not in names


def test_what_overrides_a_library_does_not_speak_with_its_words() -> None:
    entry = top_entry("flasklit.Config")
    assert entry is not None
    names = {member.name.rpartition(".")[2] for member in members(entry)}
    assert "from_object" in names
    assert "setdefault" not in names
