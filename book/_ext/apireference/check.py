"""Asks a package whether it has the documented names and accepts their parameters.

``python -m apireference.check flasklit`` prints what is missing and a summary, and ends
with 1 if anything is; ``--record`` writes the answers for a package to
``book/reference``, where the site finds them when the package is not installed.
"""

from __future__ import annotations

import inspect
import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from apireference.names import DATA
from apireference.names import documented_names
from apireference.names import DocumentedName

MISSING = object()
"""What is found for a name that is not there."""


@dataclass(frozen=True)
class Answer:
    """What a package has for a documented name.

    :ivar exists: whether it is there.
    :ivar refused: for each edition, the documented parameters it does not take.
    """

    exists: bool
    refused: dict[str, list[str]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether it is there and takes what any edition documents."""
        return self.exists and not self.refused


@cache
def answers(package: str) -> dict[str, Answer]:
    """What a package has, for every documented name.

    Names are looked up in its modules, in their classes, and, where they are documented
    for a class but only its objects have them, in an object made for the purpose.

    :param package: its name; it must be installed.
    """
    with _probe(package) as probe:
        return {entry.name: probe.answer(entry) for entry in documented_names()}


def recorded(package: str) -> dict[str, Answer]:
    """What the package had when the answers were last written down."""
    entries = json.loads((DATA / f"{package}-answers.json").read_text("utf-8"))
    return {name: Answer(**entry) for name, entry in entries.items()}


def record(package: str) -> None:
    """Writes the answers down, one line for a name."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(asdict(answer))}"
        for name, answer in answers(package).items()
    ]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (DATA / f"{package}-answers.json").write_text(text, "utf-8")


class Probe:
    """Finds documented names in a package.

    :param package: its name.
    :param objects: by the name of a documented class, an object of it.
    """

    def __init__(self, package: str, objects: dict[str, object]) -> None:
        self.package = package
        self._objects = objects

    def answer(self, entry: DocumentedName) -> Answer:
        """Looks for one name."""
        found = self.find(entry.name)
        if found is MISSING:
            return Answer(False)
        refused = {
            edition: names
            for edition in entry.editions
            if (names := _refused(found, entry.parameters(edition)))
        }
        return Answer(True, refused)

    def find(self, name: str) -> Any:
        """What a documented name means in the package, or ``MISSING``."""
        found: Any = import_module(self.package)
        owner, path = "flask", self.package
        for part in name.split(".")[1:]:
            path = f"{path}.{part}"
            inner = _member(found, part, path)
            if inner is MISSING:
                inner = getattr(self._objects.get(owner), part, MISSING)
            if inner is MISSING:
                return MISSING
            found, owner = inner, f"{owner}.{part}"
        return found


def _member(holder: Any, name: str, path: str) -> Any:
    """An attribute, or the submodule of that name."""
    found = getattr(holder, name, MISSING)
    if found is MISSING and isinstance(holder, ModuleType):
        try:
            return import_module(path)
        except ModuleNotFoundError:
            return MISSING
    return found


def _refused(found: Any, parameters: list[str]) -> list[str]:
    """Which parameters a callable does not take by name."""
    if not callable(found):
        return []
    try:
        known = inspect.signature(found).parameters
    except (TypeError, ValueError):
        return []
    if any(each.kind is each.VAR_KEYWORD for each in known.values()):
        return []
    return [name for name in parameters if name not in known]


@contextmanager
def _probe(package: str) -> Iterator[Probe]:
    """A probe with an application, a blueprint, a request and what belongs to them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flask: Any = import_module(package)
        app = flask.Flask("probe", root_path=".")
        app.secret_key = "secret"
        blueprint = flask.Blueprint("probe", "probe", root_path=".")
        states: list[object] = []
        blueprint.record(states.append)
        app.register_blueprint(blueprint)
        with app.test_request_context() as context:
            objects = {
                "flask.Flask": app,
                "flask.Blueprint": blueprint,
                "flask.blueprints.BlueprintSetupState": states[0],
                "flask.Request": flask.request._get_current_object(),
                "flask.Response": flask.make_response("probe"),
                "flask.session": flask.session._get_current_object(),
                "flask.g": flask.g._get_current_object(),
                "flask.ctx.RequestContext": context,
                "flask.cli.ScriptInfo": import_module(f"{package}.cli").ScriptInfo(),
            }
            stack = getattr(flask, "_request_ctx_stack", None)
            objects["flask._request_ctx_stack"] = getattr(stack, "top", None)
            yield Probe(package, objects)


def main(arguments: list[str]) -> int:
    """Prints what a package lacks.

    :param arguments: the package's name; ``--record`` to write its answers down.
    :returns: the exit status.
    """
    package, *options = arguments
    if "--record" in options:
        record(package)
    found = answers(package)
    for name, answer in found.items():
        if not answer.exists:
            print(f"{name}: missing")
        for edition, parameters in answer.refused.items():
            print(f"{name}: does not take {', '.join(parameters)} (edition {edition})")
    there = sum(answer.exists for answer in found.values())
    complete = sum(answer.complete for answer in found.values())
    print(f"{package}: {there} of {len(found)} names, {complete} as documented")
    return 0 if complete == len(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
