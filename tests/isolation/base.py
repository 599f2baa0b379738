"""Short names of the small schema, and the list that the shapes enter themselves in."""

from collections.abc import Callable
from typing import Any

from tests.isolation.world import Account, Campaign, Contact, Task

A, C, T, K = Account, Contact, Task, Campaign
AT, CT = Account.__table__, Contact.__table__  # type: ignore[attr-defined]

Shape = Callable[[Any, dict[str, set[int]]], Any]
SHAPES: dict[str, tuple[str, Shape]] = {}


def shape(kind: str) -> Callable[[Shape], Shape]:
    """`kind` says what the shape returns: ids of a table, a count, a sum, or nothing (a write)."""

    def enter(function: Shape) -> Shape:
        SHAPES[function.__name__] = (kind, function)
        return function

    return enter
