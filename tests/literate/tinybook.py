"""A tiny book that uses every feature: the texts of its files by path."""

INDEX = """\
# Readings

```{toctree}
:maxdepth: 1

preface
chapters/01-store
chapters/02-report
chapters/03-units
```
"""

PREFACE = """\
# Preface

Nothing to tangle here.
"""

STORE = '''\
# A store of readings

```{chunk} the store
:file: pkg/store.py
"""Keeps readings (chapter 1)."""

__all__ = ["Store"]


class Store:
    """Readings in the order they came."""

    <<make the store>>

    <<add a reading>>

    <<queries>>


<<helpers of the store>>
```

```{chunk} the imports
:imports:
:file: pkg/store.py
import os
from collections.abc import Iterator, Sequence
```

```{chunk} make the store
def __init__(self) -> None:
    self.values: list[float] = []
    self.path = os.devnull
```

- In a list:

  ```{chunk} add a reading
  def add(self, value: float) -> None:
      """Keep a value."""
      <<refuse nonsense>>
      self.values.append(value)
  ```

:::{aside}
A check that two methods share.

```{chunk} refuse nonsense
if value != value:
    raise ValueError(value)
```
:::

```{chunk} queries
def __iter__(self) -> Iterator[float]:
    return iter(self.values)
```

```pycon
>>> 1 + 1
2
```
'''

REPORT = '''\
# A report

```{chunk} the report
:file: pkg/report.py
"""Prints readings (chapter 2)."""


def report(store: "Store") -> str:
    <<head of the report>>
    <<lines of the report>>
    return "\\n".join(lines)
```

```{chunk} head of the report
lines = ["readings", "--------"]
```

```{chunk} lines of the report
lines.extend(str(value) for value in store)
```

```{chunk}
:imports: typing
:file: pkg/report.py
from .store import Store
```

```{chunk} queries
:append:
def replace(self, value: float) -> None:
    """Keep only this one."""
    <<refuse nonsense>>
    self.values = [value]
```

```{chunk} notes
:file: pkg/notes.txt
Readings are floats.

  They come in order.
```
'''

UNITS = '''\
# Units

```{chunk} lines of the report
:replace:
for value in store:
    lines.append(f"{value} {unit}")
```

```{chunk} head of the report
:append:
unit = unit_of(store)
```

```{chunk} helpers of the store
def unit_of(store: Sequence[float]) -> str:
    """The unit that fits the values."""
    return "K" if min(store) > 200 else "C"
```

```{chunk}
:imports:
:file: pkg/report.py
from .store import unit_of
```

```{chunk} queries
:append:
def __len__(self) -> int:
    return len(self.values)

def __getitem__(self, index: int) -> float:
    return self.values[index]
```
'''

TEXTS = {
    "book/index.md": INDEX,
    "book/preface.md": PREFACE,
    "book/chapters/01-store.md": STORE,
    "book/chapters/02-report.md": REPORT,
    "book/chapters/03-units.md": UNITS,
}
