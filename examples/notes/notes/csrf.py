"""Protection against forms that other sites submit in a visitor's name.

A browser adds the session cookie to every request for this site, whichever page
caused it.  A page elsewhere can therefore make a visitor's browser post a form here,
and the cookie alone would make it look wanted.  What that page cannot do is *read*
anything from this site.  So each session holds a random token, every form repeats it
in a hidden field, and a request that is meant to change something is refused with 403
unless the two agree.

The check runs before every view, not where a view remembers to ask for it.  It trusts
only the methods that RFC 9110 calls safe, and looks for the token in the form field
``csrf_token`` or, for clients that send JSON, in the header ``X-CSRF-Token``.

The session is cleared at login, so a token from before does not survive it: nobody can
plant a session and its token in a browser and wait for the owner to log in.
"""

import hmac
import secrets
from typing import Final

from flasklit import abort
from flasklit import Flask
from flasklit import request
from flasklit import session

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def init_app(app: Flask) -> None:
    """Check every request and let templates write the token."""
    app.before_request(check)
    app.add_template_global(token, FIELD)


def token() -> str:
    """Return the token of this session, making one on first use."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(32)
    known: str = session[FIELD]
    return known


def check() -> None:
    """Refuse a request that changes something and does not know the token."""
    if request.method in SAFE_METHODS:
        return
    expected = session.get(FIELD, "")
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        abort(
            403,
            "The form you sent has expired or did not come from this site. "
            "Go back, reload the page and send it again.",
        )
