"""The context stacks, and contexts that outlive their request (chapter 44)"""

from __future__ import annotations

from contextvars import ContextVar
from threading import get_ident
from typing import Any
from typing import Generic
from typing import TYPE_CHECKING
from typing import TypeVar

from ..ctx import AppContext
from ..ctx import RequestContext
from ..globals import _cv_app
from ..globals import _cv_request
from ..globals import _NO_APP
from ..globals import _NO_REQUEST

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from ..app import Flask
    from ..ctx import _AppCtxGlobals

C = TypeVar("C", bound=AppContext | RequestContext)


class ContextStack(Generic[C]):
    """A context variable, seen as the stack that Flask once kept.

    :param variable: the context variable.

    .. deprecated:: 2.2
    """

    def __init__(self, variable: ContextVar[C]) -> None:
        self._variable = variable

    @property
    def top(self) -> C | None:
        """The current context, ``None`` outside of any."""
        return self._variable.get(None)

    def push(self, context: C) -> None:
        """Make a context current.

        :param context: a context, new or pushed before.
        """
        context.push()

    def pop(self) -> C | None:
        """Make the context below current, without calling teardown functions.

        :returns: the context that was current, ``None`` outside of any.
        """
        context = self.top
        if context is not None:
            pushes: Any = context._pushes
            token, *below, context._pushes = pushes
            self._variable.reset(token)
            if below and below[0] is not None and below[0] is _app_ctx_stack.top:
                _app_ctx_stack.pop()
        return context

    #: Tells threads apart, each by its number.
    __ident_func__ = staticmethod(get_ident)


_app_ctx_stack = ContextStack(_cv_app)
_request_ctx_stack = ContextStack(_cv_request)


def _lookup_req_object(name: str) -> Any:
    """An attribute of the current request context.

    :raises RuntimeError: there is no request.
    """
    return getattr(_top(_request_ctx_stack, _NO_REQUEST), name)


def _lookup_app_object(name: str) -> Any:
    """An attribute of the current application context.

    :raises RuntimeError: there is no application context.
    """
    return getattr(_top(_app_ctx_stack, _NO_APP), name)


def _find_app() -> Flask:
    """The current application.

    :raises RuntimeError: there is no application context.
    """
    return _top(_app_ctx_stack, _NO_APP).app


def _top(stack: ContextStack[C], message: str) -> C:
    context = stack.top
    if context is None:
        raise RuntimeError(message)
    return context


def _get_g(context: RequestContext) -> _AppCtxGlobals:
    """The namespace ``g`` of the current application context."""
    return _top(_app_ctx_stack, _NO_APP).g


def _set_g(context: RequestContext, value: _AppCtxGlobals) -> None:
    _top(_app_ctx_stack, _NO_APP).g = value


g = property(_get_g, _set_g)


def auto_pop(context: RequestContext, exc: BaseException | None) -> None:
    """Pop a request context, or leave it to the next request.

    :param exc: the exception that ended the request, or ``None``.

    .. versionadded:: 0.9
    """
    keep(context)
    if exc is None:
        context.pop(None)
    else:
        context._pop_failed(exc)


def _get_preserve(app: Flask) -> bool:
    """Whether the context of a request that fails stays until the next one.

    The configuration ``PRESERVE_CONTEXT_ON_EXCEPTION``, off by default.

    .. versionadded:: 0.7
    """
    return bool(app.config.get("PRESERVE_CONTEXT_ON_EXCEPTION"))


preserve_context_on_exception = property(_get_preserve)


def heed(environ: WSGIEnvironment) -> None:
    """Let the key ``flask._preserve_context`` preserve the context of a request.

    :param environ: the environ of the request.
    """
    environ.setdefault("werkzeug.debug.preserve_context", keep)


def keep(context: AppContext | RequestContext) -> None:
    """Preserve a request context if its environ says so.

    :param context: a context that is about to be popped.
    """
    if not isinstance(context, RequestContext):
        return
    if context.request.environ.get("flask._preserve_context"):
        context._preserve()
