"""A pytest plugin that lets the tests' ``import flask`` mean flasklit (chapter 50)"""

from __future__ import annotations

import argparse

import pytest

EDITIONS = [f"0.{n}" for n in range(1, 13)]
EDITIONS += ["1.0", "1.1", "2.0", "2.1", "2.2", "2.3", "3.0", "3.1"]


def pytest_addoption(
    parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager
) -> None:
    """Add ``--as-flask``, and obey it at once if it was typed.

    :param parser: pytest's options.
    :param pluginmanager: pytest's plugins.
    """
    group = parser.getgroup("flasklit")
    group.addoption(
        "--as-flask",
        action="store_const",
        const="",
        help="let 'import flask' mean flasklit; --as-flask=EDITION says which edition"
        " of Flask the tests are for, such as 0.11",
    )
    for edition in EDITIONS:
        group.addoption(
            f"--as-flask={edition}",
            action="store_const",
            const=edition,
            dest="as_flask",
            help=argparse.SUPPRESS,
        )
    config = pluginmanager.get_plugin("pytestconfig")
    for argument in config.invocation_params.args if config else ():
        option, _, edition = str(argument).partition("=")
        if option == "--as-flask":
            _stand_in(edition)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Obey an option from a configuration file or the environment.

    :param early_config: pytest's configuration, before conftest files are read.
    """
    edition = early_config.known_args_namespace.as_flask
    if edition is not None:
        _stand_in(edition)


def _stand_in(edition: str) -> None:
    from flasklit.standin import install_as_flask

    try:
        install_as_flask(edition or None)
    except ValueError as error:
        raise pytest.UsageError(f"--as-flask: {error}") from None
    except RuntimeError as error:
        raise pytest.UsageError(
            f"--as-flask: {error} If a plugin of pytest was faster, '-p pytest_flasklit'"
            " puts this one before it."
        ) from None
