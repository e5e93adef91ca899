"""Blueprints as they were at 0.11 (chapters 51, 53)"""

from __future__ import annotations

from typing import Any
from typing import TYPE_CHECKING

from ..blueprints import Blueprint as CurrentBlueprint
from ..dropped import HandlerTable
from ..scaffold import Scaffold
from .restored import restored
from .restored import restored_names

if TYPE_CHECKING:
    from ..app import Flask
    from ..blueprints import BlueprintSetupState
    from ..typing import RouteCallable

__getattr__ = restored_names(__name__)


class ErrorCodes(Scaffold):
    """Takes handlers in every form, and no status code that does not exist."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_handler_spec = HandlerTable(_handlers_by_code)

    @staticmethod
    def _get_exc_class_and_code(
        exc_class_or_code: type[Exception] | int,
    ) -> tuple[type[Exception], int | None]:
        try:
            return Scaffold._get_exc_class_and_code(exc_class_or_code)
        except ValueError as error:
            raise KeyError(str(error)) from None


def _handlers_by_code(scope: str | None, by_code: Any) -> HandlerTable:
    table = HandlerTable(_handlers_by_class)
    table.update(by_code)
    return table


def _handlers_by_class(code: int | None, handlers: Any) -> dict[Any, Any]:
    if callable(handlers) and code is not None:
        return {Scaffold._get_exc_class_and_code(code)[0]: handlers}
    return handlers if isinstance(handlers, dict) else dict(handlers)


@restored
class Blueprint(ErrorCodes, CurrentBlueprint):
    """A blueprint with the rules of 0.11.

    Its name may contain dots, it may be registered twice under one name, and
    it can be changed after that.
    """

    def __init__(self, name: str, import_name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(name.replace(".", "_"), import_name, *args, **kwargs)
        self.name = name

    def _check_setup_finished(self, f_name: str) -> None:
        """Never complain."""

    _again = False

    def _claim_name(self, app: Flask, name: str, options: dict[str, Any]) -> None:
        self._again = app.blueprints.get(name) is self
        if self._again:
            return
        try:
            super()._claim_name(app, name, options)
        except ValueError as error:
            raise AssertionError(str(error)) from None

    def _merge_functions(self, app: Flask, name: str) -> None:
        """Copy hooks and handlers, the first time only."""
        if not self._again:
            super()._merge_functions(app, name)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a rule to each application the blueprint is registered on.

        :raises AssertionError: a dot in the endpoint.
        """
        try:
            super().add_url_rule(
                rule, endpoint, view_func, provide_automatic_options, **options
            )
        except ValueError as error:
            raise AssertionError(str(error)) from None

    _as_first = False

    def register(
        self,
        app: Flask,
        options: dict[str, Any],
        first_registration: bool | None = None,
    ) -> None:
        """Do to an application all that was recorded.

        :param app: the application.
        :param options: the options of the registration.
        :param first_registration: whether to do also what is done only once.
        """
        self._as_first = bool(first_registration)
        super().register(app, options)

    def make_setup_state(
        self, app: Flask, options: dict[str, Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        """The state handed to the recorded functions.

        :param app: the application.
        :param options: the options of the registration.
        :param first_registration: whether the blueprint is new to the application.
        """
        first = first_registration or self._as_first
        return super().make_setup_state(app, options, first)
