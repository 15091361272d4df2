"""The colours of charts: calm, legible on paper and screen, light and dark.

No colour carries a meaning of its own: kinds differ in shape, marks in line and sign. Letters have a contrast of at
least 4.5:1 with what is behind them, lines 3:1 (tested).
"""

from __future__ import annotations

from . import geometry, shapes

PAPER = "paper"
TEXT = "text"
LINE = "line"
MARK = "mark"

LIGHT: dict[str, str] = {
    PAPER: "#ffffff",
    TEXT: "#17212b",
    LINE: "#55636f",
    MARK: "#b0400a",
    f"{shapes.START}-fill": "#e6ebf0",
    f"{shapes.START}-line": "#33475b",
    f"{shapes.QUESTION}-fill": "#edf4fc",
    f"{shapes.QUESTION}-line": "#2a66a5",
    f"{shapes.CONDITION}-fill": "#ffffff",
    f"{shapes.CONDITION}-line": "#55636f",
    f"{shapes.REMEDY}-fill": "#fdf6e3",
    f"{shapes.REMEDY}-line": "#8a6412",
    f"{shapes.PROCEDURE}-fill": "#f3f0fa",
    f"{shapes.PROCEDURE}-line": "#65499c",
    f"{shapes.RESOLVED}-fill": "#e4f3e6",
    f"{shapes.RESOLVED}-line": "#24703a",
    f"{shapes.SAVED}-fill": "#eef0f2",
    f"{shapes.SAVED}-line": "#55636f",
    f"{shapes.ESCALATED}-fill": "#fbe9e7",
    f"{shapes.ESCALATED}-line": "#a8322a",
    f"{shapes.OTHER_CODE}-fill": "#e5f3f4",
    f"{shapes.OTHER_CODE}-line": "#1d6e76",
    f"{shapes.GO_ON}-fill": "#eef0f2",
    f"{shapes.GO_ON}-line": "#33475b",
    f"{geometry.ENTRY}-fill": "#ffffff",
    f"{geometry.ENTRY}-line": "#33475b",
    f"{geometry.EXIT}-fill": "#ffffff",
    f"{geometry.EXIT}-line": "#33475b",
}
"""Colours by what they are for, on light paper."""

DARK: dict[str, str] = {
    PAPER: "#14191f",
    TEXT: "#eef2f5",
    LINE: "#a3b0bb",
    MARK: "#ff9a5c",
    f"{shapes.START}-fill": "#2a3845",
    f"{shapes.START}-line": "#a9bccd",
    f"{shapes.QUESTION}-fill": "#17304a",
    f"{shapes.QUESTION}-line": "#7fb3e6",
    f"{shapes.CONDITION}-fill": "#14191f",
    f"{shapes.CONDITION}-line": "#a3b0bb",
    f"{shapes.REMEDY}-fill": "#3a2f12",
    f"{shapes.REMEDY}-line": "#dcb45a",
    f"{shapes.PROCEDURE}-fill": "#2c2344",
    f"{shapes.PROCEDURE}-line": "#b8a1e8",
    f"{shapes.RESOLVED}-fill": "#14351f",
    f"{shapes.RESOLVED}-line": "#79c98e",
    f"{shapes.SAVED}-fill": "#272d33",
    f"{shapes.SAVED}-line": "#a3b0bb",
    f"{shapes.ESCALATED}-fill": "#45201d",
    f"{shapes.ESCALATED}-line": "#f0958c",
    f"{shapes.OTHER_CODE}-fill": "#113438",
    f"{shapes.OTHER_CODE}-line": "#74c7cf",
    f"{shapes.GO_ON}-fill": "#272d33",
    f"{shapes.GO_ON}-line": "#a9bccd",
    f"{geometry.ENTRY}-fill": "#14191f",
    f"{geometry.ENTRY}-line": "#a9bccd",
    f"{geometry.EXIT}-fill": "#14191f",
    f"{geometry.EXIT}-line": "#a9bccd",
}
"""The same on a dark screen."""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#rrggbb) as WCAG 2 defines it, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
