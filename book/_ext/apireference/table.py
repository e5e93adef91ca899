"""The ``documented-names`` directive: all names of the older API pages, with the answers.

The program is asked while the page is made. Flask is asked, too, if it is installed in
the edition whose answers are on record; else the record speaks for it.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version
from itertools import groupby

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from apireference.check import Answer
from apireference.check import answers
from apireference.check import recorded
from apireference.history import history
from apireference.names import DATA
from apireference.names import documented_names
from apireference.names import DocumentedName
from apireference.source import files
from apireference.source import PACKAGE

FLASK = "3.1.3"
"""The edition of Flask whose answers are on record."""

_CHECKED = ' checked=""'
_COLUMNS = {"Name": 52, "API page": 12, "Flask 3.1": 18, PACKAGE: 18}
_FILTERS = {
    "pages": {
        "every": "0.8 and 0.11",
        "in-0-8": "0.8",
        "in-0-11": "0.11",
    },
    "status": {
        "all": "all names",
        "kept": "in Flask 3.1",
        "changed": "with other parameters",
        "dropped": "dropped",
    },
}


class DocumentedNamesDirective(SphinxDirective):
    """``{documented-names}``: a section with a table for each section of the pages."""

    def run(self) -> list[nodes.Node]:
        """Asks the packages and makes the tables."""
        for file in ("documented-names", "history", "flask-answers"):
            self.env.note_dependency(str(DATA / f"{file}.json"))
        for module in files().values():
            self.env.note_dependency(str(module))
        flask, own = flask_answers(), answers(PACKAGE)
        made: list[nodes.Node] = [
            nodes.paragraph("", _summary(flask, own)),
            nodes.raw("", _filter(), format="html"),
        ]
        for name, group in groupby(_sorted(), lambda entry: entry.section):
            made.append(self._section(name, list(group), flask, own))
        return made

    def _section(
        self,
        name: str,
        entries: list[DocumentedName],
        flask: dict[str, Answer],
        own: dict[str, Answer],
    ) -> nodes.section:
        section = nodes.section(
            "", nodes.title("", name), ids=[f"section-{nodes.make_id(name)}"]
        )
        self.state.document.note_explicit_target(section)
        body = nodes.tbody()
        for entry in entries:
            body += self._row(entry, flask[entry.name], own[entry.name])
        group = nodes.tgroup(cols=len(_COLUMNS))
        group += [nodes.colspec(colwidth=width) for width in _COLUMNS.values()]
        head = nodes.row("", *(_cell(nodes.Text(each)) for each in _COLUMNS))
        group += [nodes.thead("", head), body]
        section += nodes.table("", group, classes=["documented-names"])
        return section

    def _row(self, entry: DocumentedName, flask: Answer, own: Answer) -> nodes.row:
        pages = [f"in-{nodes.make_id('x' + each)[1:]}" for each in entry.editions]
        return nodes.row(
            "",
            self._name(entry, own),
            _cell(nodes.Text(", ".join(entry.editions))),
            _cell(nodes.Text(_in_flask(entry, flask))),
            _cell(nodes.Text(_in_program(entry, flask, own))),
            classes=[_status(flask), *pages],
        )

    def _name(self, entry: DocumentedName, own: Answer) -> nodes.entry:
        text = nodes.literal("", entry.name.removeprefix("flask."))
        parameters = entry.signatures[entry.editions[-1]]
        signature = nodes.literal("", parameters, classes=["parameters"])
        if not own.exists:
            return _cell(text, signature)
        link = pending_xref(
            "",
            text,
            refdomain="py",
            reftype="obj",
            reftarget=entry.within(PACKAGE),
            refdoc=self.env.current_document.docname,
            refwarn=True,
        )
        self.set_source_info(link)
        return _cell(link, signature)


def flask_answers() -> dict[str, Answer]:
    """What Flask has of the documented names; as recorded, unless it can be asked."""
    try:
        installed = version("flask")
    except PackageNotFoundError:
        installed = ""
    return answers("flask") if installed == FLASK else recorded("flask")


def _sorted() -> list[DocumentedName]:
    """The names, section by section, as the sections first come."""
    order = list(dict.fromkeys(entry.section for entry in documented_names()))
    return sorted(
        documented_names(),
        key=lambda entry: (order.index(entry.section), entry.name.lower()),
    )


def _summary(flask: dict[str, Answer], own: dict[str, Answer]) -> str:
    def there(found: dict[str, Answer]) -> str:
        names = sum(answer.exists for answer in found.values())
        complete = sum(answer.complete for answer in found.values())
        return f"has {names} of them, {complete} with every documented parameter"

    return (
        f"The pages of Flask 0.8 and 0.11 document {len(own)} names. "
        f"{PACKAGE} {there(own)}; Flask {FLASK} {there(flask)}."
    )


def _status(flask: Answer) -> str:
    if not flask.exists:
        return "dropped"
    return "kept changed" if flask.refused else "kept"


def _in_flask(entry: DocumentedName, answer: Answer) -> str:
    if not answer.exists:
        return f"dropped in {history()[entry.name].dropped}"
    return _lacking(answer) or "yes"


def _in_program(entry: DocumentedName, flask: Answer, own: Answer) -> str:
    if not own.exists:
        return "missing"
    return _lacking(own) or ("yes" if flask.complete else "yes, as before")


def _lacking(answer: Answer) -> str:
    names = dict.fromkeys(name for each in answer.refused.values() for name in each)
    return f"without {', '.join(names)}" if names else ""


def _cell(*content: nodes.Node) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", *content))


def _filter() -> str:
    """Choices that a style sheet obeys; they need no script."""
    groups = []
    for name, choices in _FILTERS.items():
        inputs = "".join(
            f'<label><input type="radio" name="{name}" id="show-{key}"'
            f"{_CHECKED if index == 0 else ''} /> {text}</label> "
            for index, (key, text) in enumerate(choices.items())
        )
        legend = "Documented in" if name == "pages" else "Show"
        groups.append(f"<fieldset><legend>{legend}</legend>{inputs}</fieldset>")
    return f'<form class="names-filter">{"".join(groups)}</form>\n'
