"""The charts of README and book, drawn from the benchmarks' results.

They are SVG written by hand: colours are `currentColor` and the theme's variables, so
that a chart which is part of a page follows its light and dark mode, and one which is
an image of its own follows the system's. A plotting library would fix them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from html import escape
from typing import Any
from typing import NamedTuple

from cases import CASES
from cases import MAIN

Results = Mapping[str, Any]

WIDTH = 480
LEFT = 142
RIGHT = 48
LINE = 16
BAR = 10
NAMES = {
    "bare": "bare callable",
    "flask": "Flask",
    "flasklit": "flasklit",
    "bottle": "bottle",
    "falcon": "falcon",
    "werkzeug": "Werkzeug alone",
}
STYLE = """\
.bench-chart {
  --bench-ink: var(--color-foreground-primary, #1c1e21);
  --bench-own: var(--color-brand-primary, #1f5fbf);
  --bench-grid: var(--color-background-border, #c9ccd1);
  color: var(--bench-ink);
  font: 12px system-ui, sans-serif;
  max-width: 100%;
  height: auto;
}
@media (prefers-color-scheme: dark) {
  .bench-chart {
    --bench-ink: var(--color-foreground-primary, #d5d8dc);
    --bench-own: var(--color-brand-primary, #74a9ff);
    --bench-grid: var(--color-background-border, #44484e);
  }
}
.bench-chart text { fill: currentColor; }
.bench-chart .end { text-anchor: end; }
.bench-chart .middle { text-anchor: middle; }
.bench-chart .head { font-weight: 600; }
.bench-chart .small { font-size: 10px; }
.bench-chart .grid { stroke: var(--bench-grid); }
.bench-chart .flasklit { fill: var(--bench-own); stroke: var(--bench-own); }
.bench-chart .flask { fill: currentColor; stroke: currentColor; fill-opacity: 0.7; }
.bench-chart .bottle { fill: currentColor; stroke: currentColor; fill-opacity: 0.4; }
.bench-chart .falcon { fill: currentColor; stroke: currentColor; fill-opacity: 0.15; }
.bench-chart .werkzeug, .bench-chart .bare {
  fill: none; stroke: currentColor; stroke-dasharray: 2 2;
}
.bench-chart polyline[class] { fill: none; stroke-width: 2; }
.bench-chart polyline.bottle { stroke-dasharray: 5 3; }"""


class Drawing:
    """A chart in the making: shapes from the top down.

    :param name: the name of its file, and the beginning of its ids.
    :param title: what it shows.
    :param description: the same as a text, for those who do not see it.
    """

    def __init__(self, name: str, title: str, description: str) -> None:
        self.name = name
        self.title = title
        self.description = description
        self.shapes: list[str] = []
        self.y = 20.0
        self.text(0, self.y - 6, title, "head")
        self.y += 8

    def text(self, x: float, y: float, text: str, kind: str = "") -> None:
        """Write a text whose base line starts (or, by its kind, ends) here."""
        attribute = f' class="{kind}"' if kind else ""
        place = f'x="{number(x)}" y="{number(y)}"'
        self.shapes.append(f"<text {place}{attribute}>{escape(text)}</text>")

    def bar(self, x: float, y: float, width: float, kind: str) -> None:
        """Draw a bar, as high as all."""
        size = f'width="{number(width)}" height="{BAR - 2}"'
        self.shapes.append(
            f'<rect x="{number(x)}" y="{number(y)}" {size} class="{kind}"/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line."""
        ends = (
            f'{n}="{number(v)}"' for n, v in zip(ENDS, (x1, y1, x2, y2), strict=True)
        )
        self.shapes.append(f'<line {" ".join(ends)} class="{kind}"/>')

    def curve(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """Draw a line through points, with a mark at each."""
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self.shapes.append(f'<polyline points="{path}" class="{kind}"/>')
        for x, y in points:
            self.shapes.append(
                f'<circle cx="{number(x)}" cy="{number(y)}" r="3" class="{kind}"/>'
            )

    def legend(self, kinds: Iterable[str]) -> None:
        """Tell what the looks mean, in a row."""
        x = 0.0
        for kind in kinds:
            if x + 24 + 7 * len(NAMES[kind]) > WIDTH:
                x, self.y = 0.0, self.y + LINE
            self.bar(x, self.y, 12, kind)
            self.text(x + 17, self.y + BAR - 2, NAMES[kind], "small")
            x += 30 + 6 * len(NAMES[kind])
        self.y += LINE + 4

    def svg(self) -> str:
        """The whole file."""
        height = math.ceil(self.y)
        ids = f"{self.name}-title", f"{self.name}-description"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="bench-chart" role="img"'
            f' viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            f' aria-labelledby="{ids[0]} {ids[1]}">'
        )
        texts = [
            f'<title id="{ids[0]}">{escape(self.title)}</title>',
            f'<desc id="{ids[1]}">{escape(self.description)}</desc>',
            f"<style>\n{STYLE}\n</style>",
        ]
        return "\n".join([head, *texts, *self.shapes, "</svg>"]) + "\n"


ENDS = ("x1", "y1", "x2", "y2")


class Axis(NamedTuple):
    """Where a value lies between two ends of a line."""

    start: float
    end: float
    low: float
    high: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """The place of a value."""
        low, high = self.low, self.high
        if self.logarithmic:
            value, low, high = math.log(value), math.log(low), math.log(high)
        return self.start + (self.end - self.start) * (value - low) / (high - low)


def number(value: float) -> str:
    """A coordinate: a tenth of a point is enough, and always written alike."""
    return f"{value:.1f}".removesuffix(".0")


def shown(value: float) -> str:
    """A figure with two or three digits, or with the thousands apart."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def speed(results: Results) -> str:
    """Microseconds a request by framework, for what most applications consist of."""
    cases = {CASES[c].label: results["dispatch"]["cases"][c] for c in MAIN}
    rows = {c: {n: v["µs"] for n, v in row.items()} for c, row in cases.items()}
    drawing = Drawing(
        "speed", "Microseconds a request; shorter is faster", told(rows, "µs")
    )
    kinds = [n for n in NAMES if any(n in row for row in rows.values())]
    drawing.legend(kinds)
    grouped_bars(drawing, rows, kinds)
    return drawing.svg()


def ratios(results: Results) -> str:
    """How many times as fast as Flask each kind of request is, sorted."""
    cases = results["dispatch"]["cases"]
    rows = sorted(
        ((row["flasklit"]["ratio"], CASES[c].label) for c, row in cases.items()),
        reverse=True,
    )
    listed = "; ".join(f"{case} {ratio:.1f}" for ratio, case in rows)
    mean = results["dispatch"]["geometric mean"]
    drawing = Drawing(
        "ratios",
        "How many times as fast as Flask",
        f"{listed}. The geometric mean is {mean:.1f}.",
    )
    axis = Axis(LEFT, WIDTH - RIGHT, 1, max(2, rows[0][0]), logarithmic=True)
    top = drawing.y + LINE
    bottom = top + len(rows) * LINE
    for mark in (1, 2, 5, 10, 20, 50):
        if mark <= axis.high:
            drawing.line(axis.at(mark), top - 4, axis.at(mark), bottom, "grid")
            drawing.text(
                axis.at(mark),
                top - 8,
                f"{mark} \N{MULTIPLICATION SIGN}",
                "small middle",
            )
    for line, (ratio, case) in enumerate(rows):
        y = top + line * LINE
        end = axis.at(max(1, ratio))
        drawing.text(LEFT - 8, y + BAR, case, "end")
        drawing.bar(LEFT, y + 1, end - LEFT, "flasklit")
        drawing.text(end + 5, y + BAR - 1, f"{ratio:.1f}", "small")
    drawing.y = bottom + 4
    return drawing.svg()


def routes(results: Results) -> str:
    """What a route costs, and a request, over the number of routes."""
    scale = results["scale"]
    kinds = [name for name in NAMES if name in scale]
    panels = {
        "register": "Microseconds to register a route",
        "dynamic": "Microseconds a request, with a name in the URL",
        "first": "Milliseconds for the first request",
    }
    parts = [
        f"{title}: {told({size: {n: scale[n][size][c] for n in kinds} for size in scale[kinds[0]]}, '')}"
        for c, title in panels.items()
    ]
    drawing = Drawing("routes", "From 10 to 10,000 routes", " ".join(parts))
    drawing.legend(kinds)
    for column, title in panels.items():
        curves = {
            name: {int(size): point[column] for size, point in scale[name].items()}
            for name in kinds
        }
        panel(drawing, title, curves)
    return drawing.svg()


def servers(results: Results) -> str:
    """Requests a second behind each server."""
    groups = {
        f"{server}: {case}": {n: v["requests/s"] for n, v in row.items()}
        for server, cases in results["servers"].items()
        for case, row in cases.items()
        if case != "memory"
    }
    drawing = Drawing(
        "servers",
        "Requests a second behind servers, one worker; longer is faster",
        told(groups, "requests a second"),
    )
    kinds = [n for n in NAMES if any(n in row for row in groups.values())]
    drawing.legend(kinds)
    grouped_bars(drawing, groups, kinds)
    return drawing.svg()


def grouped_bars(
    drawing: Drawing, rows: Mapping[str, Mapping[str, float]], kinds: Sequence[str]
) -> None:
    """A group of bars for each row, a bar for each kind that it has."""
    highest = max(value for row in rows.values() for value in row.values())
    axis = Axis(LEFT, WIDTH - RIGHT, 0, highest)
    top = drawing.y - 2
    for label, row in rows.items():
        drawing.text(LEFT - 8, drawing.y + BAR, label, "end")
        for kind in kinds:
            if kind in row:
                end = axis.at(row[kind])
                drawing.bar(LEFT, drawing.y, end - LEFT, kind)
                drawing.text(end + 5, drawing.y + BAR - 2, shown(row[kind]), "small")
                drawing.y += BAR + 1
        drawing.y += BAR
    drawing.line(LEFT, top, LEFT, drawing.y - BAR, "grid")


def panel(
    drawing: Drawing, title: str, curves: Mapping[str, Mapping[int, float]]
) -> None:
    """Curves over the number of routes; on both axes a step is ten times as much."""
    sizes = sorted({size for curve in curves.values() for size in curve})
    values = [value for curve in curves.values() for value in curve.values()]
    powers = range(
        math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    )
    marks = [10.0**power for power in (*powers, powers.stop)]
    top, bottom = drawing.y + LINE + 4, drawing.y + LINE + 114
    x = Axis(48, WIDTH - 72, sizes[0], sizes[-1], logarithmic=True)
    y = Axis(bottom, top, marks[0], marks[-1], logarithmic=True)
    drawing.text(0, drawing.y + 8, title)
    for mark in marks:
        drawing.line(x.start, y.at(mark), x.end, y.at(mark), "grid")
        drawing.text(x.start - 6, y.at(mark) + 4, f"{mark:,g}", "small end")
    for size in sizes:
        drawing.text(x.at(size), bottom + 14, f"{size:,}", "small middle")
    for name, curve in curves.items():
        drawing.curve([(x.at(size), y.at(curve[size])) for size in sorted(curve)], name)
    ends = {name: y.at(curve[max(curve)]) + 4 for name, curve in curves.items()}
    for name, place in spread(ends, 11).items():
        last = curves[name][max(curves[name])]
        drawing.text(x.end + 8, place, f"{NAMES[name]} {shown(last)}", "small")
    drawing.y = bottom + 30


def spread(places: Mapping[str, float], gap: float) -> dict[str, float]:
    """The same places, moved up where two would be closer than a gap."""
    moved: dict[str, float] = {}
    limit = math.inf
    for name in sorted(places, key=lambda name: -places[name]):
        limit = min(places[name], limit - gap)
        moved[name] = limit
    return moved


def told(rows: Mapping[str, Mapping[str, float]], unit: str) -> str:
    """Figures as a sentence."""
    parts = (
        f"{label}: " + ", ".join(f"{NAMES[n]} {shown(v)}" for n, v in row.items())
        for label, row in rows.items()
    )
    return f"{'; '.join(parts)}{' ' + unit if unit else ''}."


#: Each chart, and the suite whose results it needs.
CHARTS: dict[str, tuple[str, Callable[[Results], str]]] = {
    "speed": ("dispatch", speed),
    "ratios": ("dispatch", ratios),
    "routes": ("scale", routes),
    "servers": ("servers", servers),
}


def draw(results: Results) -> dict[str, str]:
    """The files of all charts that there are results for, by their names.

    :param results: the figures by suite.
    """
    return {
        f"{name}.svg": chart(results)
        for name, (suite, chart) in CHARTS.items()
        if results.get(suite)
    }
