"""Views that are classes (chapter 32)"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from typing import Any
from typing import cast
from typing import ClassVar
from typing import TYPE_CHECKING

from .globals import current_app
from .globals import request

if TYPE_CHECKING:
    from .typing import ResponseReturnValue
    from .typing import RouteCallable

#: The methods of a :class:`MethodView` that answer an HTTP method.
http_method_funcs = frozenset(
    {"delete", "get", "head", "options", "patch", "post", "put", "trace"}
)


class View:
    """A class whose instances answer requests.

    Override :meth:`dispatch_request` and register the function that
    :meth:`as_view` returns.

    .. versionadded:: 0.7
    """

    #: The HTTP methods the view answers, or ``None`` for the default of
    #: :meth:`flasklit.Flask.add_url_rule`.
    methods: ClassVar[Collection[str] | None] = None

    #: HTTP methods that are added to those of every rule, or ``None``.
    required_methods: ClassVar[Collection[str] | None] = None

    #: Whether ``OPTIONS`` is answered without calling the view, or ``None`` for
    #: the default.
    provide_automatic_options: ClassVar[bool | None] = None

    #: Decorators for the view function, the innermost first. A decorator of the
    #: class itself does not reach the view function.
    #:
    #: .. versionadded:: 0.8
    decorators: ClassVar[Collection[Callable[..., Any]]] = []

    #: Whether each request gets an instance of its own. With ``False`` one
    #: instance answers all, so requests must not store anything on ``self``.
    #:
    #: .. versionadded:: 2.2
    init_every_request: ClassVar[bool] = True

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request.

        The variables of the URL rule are passed as keyword arguments.

        :returns: anything a view function may return.
        :raises NotImplementedError: unless a subclass overrides it.
        """
        raise NotImplementedError

    @classmethod
    def as_view(cls, name: str, *class_args: Any, **class_kwargs: Any) -> RouteCallable:
        """Make the view function of this class.

        The function has the class as its attribute ``view_class``. Replacing
        that attribute replaces the class that is instantiated.

        :param name: the name of the function, and so of the endpoint.
        :param class_args: positional arguments for the class.
        :param class_kwargs: keyword arguments for the class.

        .. versionchanged:: 2.2
            :attr:`init_every_request` decides how long an instance lives.
        """
        shared = None if cls.init_every_request else cls(*class_args, **class_kwargs)

        def answer(**values: Any) -> Any:
            instance = shared
            if instance is None:
                instance = view.view_class(*class_args, **class_kwargs)
            return current_app.ensure_sync(instance.dispatch_request)(**values)

        view: Any = cls._describe(answer, name)
        for decorate in cls.decorators:
            view = cls._describe(decorate(view), name)
        return cast("RouteCallable", view)

    @classmethod
    def _describe(cls, view: Any, name: str) -> Any:
        """Give the function the name and the options of the class."""
        view.__name__ = name
        view.__doc__ = cls.__doc__
        view.__module__ = cls.__module__
        view.view_class = cls
        view.methods = cls.methods
        view.provide_automatic_options = cls.provide_automatic_options
        if cls.required_methods is not None:
            view.required_methods = cls.required_methods
        return view


class MethodView(View):
    """A view with one method for each HTTP method it answers.

    ``GET`` calls ``get``, ``POST`` calls ``post`` and so on; ``HEAD``
    falls back to ``get``. Unless the class sets :attr:`methods` itself, they
    are those it defines or inherits.

    .. versionadded:: 0.7
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "methods" in vars(cls):
            return
        found = {name.upper() for name in http_method_funcs if hasattr(cls, name)}
        for base in cls.__bases__:
            found.update(getattr(base, "methods", None) or ())
        if found:
            cls.methods = found

    def dispatch_request(self, **kwargs: Any) -> ResponseReturnValue:
        """Call the method that is named like the request's HTTP method."""
        method = request.method
        handler = getattr(self, method.lower(), None)
        if handler is None and method == "HEAD":
            handler = getattr(self, "get", None)
        assert handler is not None, (
            f"{type(self).__name__} is registered for {method} but has no method"
            f" {method.lower()!r}."
        )
        answer: ResponseReturnValue = current_app.ensure_sync(handler)(**kwargs)
        return answer
