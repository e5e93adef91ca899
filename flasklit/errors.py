"""What happens to an exception: from the raise to the response (chapters 18, 19, 34)"""

from __future__ import annotations

import sys
from typing import Any
from typing import TYPE_CHECKING

from werkzeug.exceptions import Aborter
from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import BadRequestKeyError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import InternalServerError
from werkzeug.routing import RoutingException

from .globals import request
from .responses import Responses
from .signals import got_request_exception

if TYPE_CHECKING:
    from types import TracebackType

    from .typing import ErrorHandlerCallable
    from .typing import ResponseReturnValue
    from .wrappers import Response


class Errors(Responses):
    """Finds the handler for an exception, or lets it pass."""

    #: The class of :attr:`aborter`.
    #:
    #: .. versionadded:: 2.2
    aborter_class = Aborter

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        #: Called by ``abort`` to raise the exception for a status code.
        self.aborter = self.make_aborter()

    def make_aborter(self) -> Aborter:
        """Create :attr:`aborter`; add codes to its ``mapping`` here.

        .. versionadded:: 2.2
        """
        return self.aborter_class()

    def handle_http_exception(
        self, e: HTTPException
    ) -> HTTPException | ResponseReturnValue:
        """Ask the handler of an HTTP error; without one the error is the response.

        A redirect of the routing and an error without a code are never handled.

        :param e: the error.

        .. versionadded:: 0.3
        """
        if e.code is None or isinstance(e, RoutingException):
            return e
        handler = self._find_error_handler(e, request.blueprints)
        return e if handler is None else self.ensure_sync(handler)(e)

    def handle_user_exception(
        self, e: Exception
    ) -> HTTPException | ResponseReturnValue:
        """Ask the handler of an exception that a view or a hook raised.

        :param e: the exception.
        :raises Exception: the same again, if it has no handler.

        .. versionadded:: 0.7
        """
        if isinstance(e, BadRequestKeyError) and (
            self.debug or self.config["TRAP_BAD_REQUEST_ERRORS"]
        ):
            e.show_exception = True
        if isinstance(e, HTTPException) and not self.trap_http_exception(e):
            return self.handle_http_exception(e)
        handler = self._find_error_handler(e, request.blueprints)
        if handler is not None:
            return self.ensure_sync(handler)(e)  # type: ignore[no-any-return]
        try:
            raise e
        finally:
            del e

    def handle_exception(self, e: Exception) -> Response:
        """Turn an exception that nobody handled into a 500.

        In testing and debug mode, or as ``PROPAGATE_EXCEPTIONS`` says, it is
        raised again instead, for the test or the debugger to see.

        :param e: the exception.

        .. versionchanged:: 1.1
            The handler of ``InternalServerError`` gets an instance of it, with
            the exception as its ``original_exception``.

        .. versionadded:: 0.3
        """
        exc_info = sys.exc_info()
        if got_request_exception.receivers:
            got_request_exception.send(
                self, _async_wrapper=self.ensure_sync, exception=e
            )
        propagate = self.config["PROPAGATE_EXCEPTIONS"]
        if propagate is None:
            propagate = self.testing or self.debug
        if propagate:
            raise e
        self.log_exception(exc_info)
        answer: Any = InternalServerError(original_exception=e)
        handler = self._find_error_handler(answer, request.blueprints)
        if handler is not None:
            answer = self.ensure_sync(handler)(answer)
        return self.finalize_request(answer, from_error_handler=True)

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log an exception that is about to become a 500.

        :param exc_info: as from :func:`sys.exc_info`.

        .. versionadded:: 0.8
        """
        self.logger.error(
            f"Exception on {request.path} [{request.method}]", exc_info=exc_info
        )

    def trap_http_exception(self, e: Exception) -> bool:
        """Whether an HTTP error is treated like any other exception.

        ``TRAP_HTTP_EXCEPTIONS`` traps all, ``TRAP_BAD_REQUEST_ERRORS`` those of
        code 400, debug mode the missing keys of ``request.form`` and its kin.

        :param e: the error.

        .. versionadded:: 0.8
        """
        if self.config["TRAP_HTTP_EXCEPTIONS"]:
            return True
        trap = self.config["TRAP_BAD_REQUEST_ERRORS"]
        if trap is None and self.debug:
            return isinstance(e, BadRequestKeyError)
        return bool(trap) and isinstance(e, BadRequest)

    def should_ignore_error(self, error: BaseException | None) -> bool:
        """Whether the teardown functions are not told of an error.

        :param error: the error.

        .. versionadded:: 0.10
        """
        return False

    def _find_error_handler(
        self, e: Exception, blueprints: list[str]
    ) -> ErrorHandlerCallable | None:
        """The handler for an exception.

        Handlers of the code come before those without one, the innermost
        blueprint before the application, the exception's own class before its
        bases.
        """
        if not self.error_handler_spec:
            return None
        code = self._get_exc_class_and_code(type(e))[1]
        for wanted in (None,) if code is None else (code, None):
            for scope in (*blueprints, None):
                handlers = self.error_handler_spec.get(scope, _NO_HANDLERS).get(wanted)
                if not handlers:
                    continue
                for kind in type(e).__mro__:
                    if kind in handlers:
                        return handlers[kind]
        return None


_NO_HANDLERS: dict[int | None, dict[type[Exception], ErrorHandlerCallable]] = {}
