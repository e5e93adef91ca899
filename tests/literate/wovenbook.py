"""A book for the site: chunks of every kind and links between its chapters."""

CONF = """\
import sys

sys.path.insert(0, {tool!r})
project = "mini"
author = project_copyright = "nobody"
version = "1"
extensions = ["myst_parser", "sphinx_design", "literate.sphinx_ext"]
myst_enable_extensions = ["colon_fence"]
html_theme = "furo"
html_copy_source = False
nitpicky = True
"""

INDEX = """\
# Mini

```{toctree}
preface
chapters/01-answer
chapters/02-routes
chapters/03-pages
```
"""

PREFACE = """\
# Preface

The heart is {chunk}`answer a request`, {chunk}`here <answer a request>`, in
{tangled}`pkg/app.py`; see {ident}`App.route`, {ident}`pkg.app.App`, {ref}`literate-chunks`
and {ref}`the files <literate-files>`.
"""

ANSWER = '''\
# Answer

```pycon
>>> 1 + 1
2
```

:::{aside}
A note in the margin.
:::

```{chunk} the application
:file: pkg/app.py
"""The application, with ``code`` in its summary."""

<<settings>>


class App:
    """An application."""

    <<create an application>>

    def __call__(self, environ: object) -> str:
        <<answer a request>>
```

```{chunk}
:imports:
:file: pkg/app.py
import os
from collections.abc import Callable
```

```{chunk} settings
#: The charset.
CHARSET, SIZE = "utf-8", 3
_SECRET = os.curdir
if os.name:
    Hook = Callable[[], str]
```

```{chunk} create an application
def __init__(self) -> None:
    self.name = "mini"
    <<more state>>
```

```{chunk} answer a request
return self.name
```

First {chunk}`answer a request`, later {chunk}`give up`.

## Exercises

```{setup}
hidden_name = 1
```

:::{exercise} Say good *bye*
:difficulty: 2
Do it.
:::

:::{solution}
```pycon
>>> hidden_name
1
```
:::

:::{exercise}
Again.
:::
'''

ROUTES = '''\
# Routes

```{chunk} more state
self.routes: dict[str, Hook] = {}
```

```{chunk} create an application
:append:
def route(self, path: str) -> Callable[[Hook], Hook]:
    """Registers a hook."""

    def register(hook: Hook) -> Hook:
        <<refuse a second hook>>
        self.routes[path] = hook
        return hook

    return register
```

```{chunk} refuse a second hook
if path in self.routes:
    raise ValueError(path)
```

```{chunk} answer a request
:replace:
hook = self.routes.get(str(environ))
if hook is None:
    <<give up>>
return hook()
```

```{chunk} give up
return "no such page"
```

```{chunk}
:imports:
:file: pkg/app.py
from collections.abc import Callable
```
'''

PAGES = """\
# Pages

> ```{chunk} give up
> :replace:
> raise LookupError(environ)
> ```

```{chunk} the application
:append:
<<helpers>>
```

```{chunk} helpers
def outer() -> int:
    def inner() -> int:
        return 1

    return inner()
```

```{chunk} helpers
:append:
def _private() -> None:
    <<do & <nothing>>>
```

```{chunk} do & <nothing>
pass  # <b> & "quotes"
```

```{chunk} the page
:file: pkg/page.html
<main>
  <<the body>>
</main>
```

```{chunk} the body
<p>{{ "text" }}</p>
```
"""

TEXTS = {
    "book/index.md": INDEX,
    "book/preface.md": PREFACE,
    "book/chapters/01-answer.md": ANSWER,
    "book/chapters/02-routes.md": ROUTES,
    "book/chapters/03-pages.md": PAGES,
}
