"""What is known of an import while it is planned: the columns read so far, and why rows are refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from core.db import ActorSession
from core.entity import Entity
from core.fields import FieldView
from core.i18n import _
from core.transfer.columns import Question, Values
from core.transfer.mapping import Mapping
from core.transfer.read import Sheet
from core.transfer.references import Unknown

Row = dict[str, Any]
CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"


@dataclass(frozen=True)
class Problem:
    """Why rows are refused: the first line, and how many rows have the same problem. `field` is the field's label."""

    line: int
    field: str
    reason: str
    count: int = 1


class Rows:
    """Rows held column by column: a tenth of the memory of as many dictionaries."""

    def __init__(self, size: int) -> None:
        self.size, self.columns = size, dict[str, list[Any]]()

    def put(self, index: int, row: Row) -> None:
        for name, value in row.items():
            if name not in self.columns:
                self.columns[name] = [None] * self.size
            self.columns[name][index] = value

    def get(self, index: int) -> Row:
        return {name: column[index] for name, column in self.columns.items() if column[index] is not None}


@dataclass
class Draft:
    session: ActorSession
    entity: Entity
    sheet: Sheet
    mapping: Mapping
    keys: list[FieldView]
    columns: dict[str, Values] = field(default_factory=dict)
    problems: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    unknowns: list[Unknown] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    fresh: dict[str, list[Row]] = field(default_factory=dict)
    fresh_ids: set[int] = field(default_factory=set)
    ids: list[int] = field(default_factory=list)
    stored: set[int] = field(default_factory=set)
    twins: dict[int, int] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)
    touched: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for index, reason in self.sheet.broken.items():
            self.refuse(index, "", reason)

    def refuse(self, index: int, label: str, reason: str) -> None:
        found = self.problems.setdefault(index, [])
        if (label, reason) not in found:
            found.append((label, reason))

    def sound_rows(self) -> Iterator[int]:
        """Rows that nothing speaks against so far, and that stand for no other row."""
        return (i for i in range(len(self.sheet)) if i not in self.problems and i not in self.twins)

    def values(self, index: int) -> Row:
        """What the row fills in."""
        return {name: column.values[index] for name, column in self.columns.items() if column.values[index] is not None}

    def label(self, name: str) -> str:
        view = self.entity.fields.get(name)
        return _(view.label) if view else name
