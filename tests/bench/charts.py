"""Bars as SVG, for light and dark pages: a bar to the median, a whisker from the lowest to the highest round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from tests.bench.measuring import Series, show_figure

OURS, FLOOR, PEER = "ours", "floor", "peer"
_COLOURS: Final = {OURS: "#2a78d6", FLOOR: "#7d8590", PEER: "#c77700"}
_WIDTH, _NAMES, _FIGURES, _ROW, _BAR, _TOP = 760, 270, 70, 26, 14, 52
_FAR: Final = 2.0
_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.t{font-weight:600}.n{fill:#59636e}.w{stroke:#1f2328}"
    ".m{stroke:#cf222e;stroke-dasharray:4 3}.l{fill:#cf222e}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.n{fill:#9198a1}.w{stroke:#e6edf3}.m{stroke:#ff7b72}.l{fill:#ff7b72}}"
)


@dataclass(frozen=True)
class Bar:
    """One way."""

    name: str
    series: Series
    kind: str = OURS


def draw_bars(title: str, unit: str, bars: Sequence[Bar], *, mark: float | None = None, mark_name: str = "") -> str:
    """The chart; `mark` is a value of the axis, in the bars' unit, that is to hold."""
    most = max([_find_most(bars), *([mark] if mark else [])])
    scale = (_WIDTH - _NAMES - _FIGURES) / most
    height = _TOP + _ROW * len(bars) + (22 if mark else 6)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<text class="t" x="0" y="18">{escape(title)}</text><text class="n" x="0" y="36">{escape(unit)}</text>',
    ]
    for n, bar in enumerate(bars):
        lines.append(_draw_bar(bar, _TOP + n * _ROW, scale))
    if mark:
        at, end = _NAMES + mark * scale, _TOP + _ROW * len(bars)
        lines.append(f'<line class="m" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{end}"/>')
        lines.append(f'<text class="l" x="{at:.1f}" y="{end + 14}" text-anchor="middle">{escape(mark_name)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _find_most(bars: Sequence[Bar]) -> float:
    """Where the axis ends: one that is far longer than all others is cut off, so that the others can be told apart."""
    *others, longest = sorted(max(bar.series.values) for bar in bars)
    return min(longest, 1.4 * others[-1]) if others and longest > _FAR * others[-1] else longest


def _draw_bar(bar: Bar, top: float, scale: float) -> str:
    middle, low, high = bar.series.median, min(bar.series.values), max(bar.series.values)
    centre, most, colour = top + _BAR / 2, _WIDTH - _NAMES - _FIGURES, _COLOURS[bar.kind]
    length, first, last = (min(value * scale, most) for value in (middle, low, high))
    figure = show_figure(middle) + (" …" if middle * scale > most else "")
    begin, end, beside = _NAMES + first, _NAMES + last, _NAMES + max(last, length) + 6
    return (
        f'<text x="{_NAMES - 10}" y="{centre + 4:.1f}" text-anchor="end">{escape(bar.name)}</text>'
        f'<rect x="{_NAMES}" y="{top}" width="{length:.1f}" height="{_BAR}" rx="2" fill="{colour}"/>'
        f'<line class="w" x1="{begin:.1f}" x2="{end:.1f}" y1="{centre:.1f}" y2="{centre:.1f}"/>'
        f'<text class="n" x="{beside:.1f}" y="{centre + 4:.1f}">{figure}</text>'
    )
