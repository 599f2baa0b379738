"""Reads the hand-kept tables of the demo world."""

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"

Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream, strict=True))


def number(text: str) -> int | None:
    return int(text) if text else None


def fen(yuan: str) -> int:
    """Yuan with at most two digits after the point, as fen."""
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int(f"{part:0<2}")
