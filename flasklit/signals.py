"""Signals, and the stand-ins without blinker (chapters 34, 42)"""

from __future__ import annotations

from typing import Any
from typing import NoReturn
from typing import TYPE_CHECKING

from .dropped import dropped_names

if TYPE_CHECKING:
    from blinker import Namespace

    _available: bool
else:
    try:
        from blinker import Namespace

        _available = True
    except ImportError:
        _available = False


class _FakeSignal:
    """What a signal is when blinker is not installed: nobody ever listens.

    :param name: the name of the signal.
    :param doc: its docstring.
    """

    def __init__(self, name: str, doc: str | None = None) -> None:
        self.name = name
        self.__doc__ = doc
        self.receivers: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"<signal {self.name!r}, without blinker>"

    def send(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Do nothing, as a signal without receivers does."""
        return []

    async def send_async(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Do nothing, as a signal without receivers does."""
        return []

    def _fail(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(
            f"The signal {self.name!r} cannot be used because the package"
            " 'blinker' is not installed. Install it: pip install blinker"
        )

    connect = connect_via = connected_to = temporarily_connected_to = _fail
    disconnect = has_receivers_for = receivers_for = muted = _fail
    receiver_connected = receiver_disconnected = property(_fail)


class _FakeNamespace(dict[str, _FakeSignal]):
    """Signals by name, as ``blinker.Namespace`` keeps them."""

    def signal(self, name: str, doc: str | None = None) -> _FakeSignal:
        """Return the signal of that name, made if it is new."""
        if name not in self:
            self[name] = _FakeSignal(name, doc)
        return self[name]


if not TYPE_CHECKING and not _available:
    Namespace = _FakeNamespace

_signals = Namespace()

template_rendered = _signals.signal(
    "template-rendered",
    "A template was rendered. Sent with ``template`` and ``context``.",
)
before_render_template = _signals.signal(
    "before-render-template",
    "A template is about to be rendered. Sent with ``template`` and ``context``.",
)
request_started = _signals.signal(
    "request-started",
    "The request context is there; nothing of the request has been handled yet.",
)
request_finished = _signals.signal(
    "request-finished",
    "The response is about to go to the client. Sent with ``response``.",
)
request_tearing_down = _signals.signal(
    "request-tearing-down",
    "The request context goes away. Sent with ``exc``, ``None`` if all went well.",
)
got_request_exception = _signals.signal(
    "got-request-exception",
    "An exception was not handled. Sent with ``exception``.",
)
appcontext_tearing_down = _signals.signal(
    "appcontext-tearing-down",
    "The application context goes away. Sent with ``exc``.",
)
appcontext_pushed = _signals.signal(
    "appcontext-pushed", "An application context was pushed."
)
appcontext_popped = _signals.signal(
    "appcontext-popped", "An application context was popped."
)
message_flashed = _signals.signal(
    "message-flashed",
    "A message was flashed. Sent with ``message`` and ``category``.",
)
if not TYPE_CHECKING:
    __getattr__ = dropped_names(__name__)
