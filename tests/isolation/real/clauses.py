"""Every clause of a rule, marked in the SQL that it becomes, so that each can be dropped without building it anew.

A clause is an operand of an AND or an OR, a condition of a WHERE or an ON, at any depth. Dropping an operand of an
OR takes its rows away; dropping any other lets rows in. A rule that is one comparison is dropped as a whole.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Date, Select, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BooleanClauseList,
    ColumnElement,
    False_,
    Grouping,
    True_,
    UnaryExpression,
)
from sqlalchemy.sql.selectable import ScalarSelect, SelectStatementGrouping

from core.access import Actor, bind_actor
from core.clauses import among, either

DROPPED = {"and": "1=1", "or": "1=0"}
WRAPPED = (Grouping, UnaryExpression, ScalarSelect, SelectStatementGrouping)
COMPOUND = (BooleanClauseList, BinaryExpression, *WRAPPED, Select, among, either)


class Mark(ColumnElement[bool]):
    """A clause between two comments that carry its number and what it is an operand of."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, clause: Any, number: int, kind: str) -> None:
        self.clause, self.number, self.kind = clause, number, kind

    def self_group(self, against: Any = None) -> Any:
        return self


@compiles(Mark)
def _render(mark: Mark, compiler: Any, **kw: Any) -> str:
    return f"/*{mark.number}{mark.kind}[*/({compiler.process(mark.clause, **kw)})/*]{mark.number}*/"


class Marker:
    def __init__(self) -> None:
        self.count = 0

    def mark(self, clause: Any, kind: str) -> Any:
        if isinstance(getattr(clause, "element", clause), (True_, False_)):
            return clause
        self.count += 1
        number = self.count
        return Mark(self.inside(clause), number, kind)

    def inside(self, element: Any) -> Any:
        """A copy of the element with all its clauses marked: rules share what they have in common."""
        if isinstance(element, COMPOUND):
            element = element._clone()
        if isinstance(element, BooleanClauseList):
            kind = "or" if element.operator is operators.or_ else "and"
            element.clauses = tuple(self.mark(clause, kind) for clause in element.clauses)
        elif isinstance(element, BinaryExpression):
            element.left, element.right = self.inside(element.left), self.inside(element.right)
        elif isinstance(element, WRAPPED):
            element.element = self.inside(element.element)
        elif isinstance(element, Select):
            self.select(element)
        elif isinstance(element, either):
            element.on_sqlite = self.inside(element.on_sqlite)
        elif isinstance(element, among):
            element.ids = self.inside(element.ids)
        return element

    def select(self, statement: Any) -> None:
        statement._where_criteria = tuple(self.mark(clause, "and") for clause in statement._where_criteria)
        statement._setup_joins = tuple((to, self.mark(on, "and"), *rest) for to, on, *rest in statement._setup_joins)


@dataclass(frozen=True)
class Marked:
    """The SQL of the rows that satisfy a rule, with its clauses marked, and what it is bound to."""

    sql: str
    compiled: Any

    @property
    def clauses(self) -> list[tuple[int, str]]:
        return [(int(number), kind) for number, kind in re.findall(r"/\*(\d+)(and|or)\[\*/", self.sql)]

    def without(self, number: int, kind: str) -> str:
        start, end = self.sql.index(f"/*{number}{kind}[*/"), self.sql.index(f"/*]{number}*/")
        return f"{self.sql[:start]}{DROPPED[kind]}{self.sql[end:]}"

    def clause(self, number: int, kind: str) -> str:
        """The clause as a person reads it."""
        part = self.sql[self.sql.index(f"/*{number}{kind}[*/") : self.sql.index(f"/*]{number}*/")]
        return re.sub(r"/\*.*?\*/", "", part)

    def values(self, actor: Actor) -> dict[str, Any]:
        bind_actor(actor)
        types = {name: bind.type for name, bind in self.compiled.binds.items()}
        found = self.compiled.construct_params()
        return {k: v.isoformat() if v and isinstance(types.get(k), Date) else v for k, v in found.items()}


_DIALECT = sqlite.dialect(paramstyle="named")


def marked(rule: Any, table: Any) -> Marked:
    marker = Marker()
    whole = marker.inside(rule)
    if marker.count == 0 or not isinstance(rule, BooleanClauseList):
        whole = marker.mark(rule, "and") if marker.count == 0 else Mark(whole, 0, "and")
    compiled = select(table.c.id).where(whole).compile(dialect=_DIALECT)
    return Marked(str(compiled), compiled)
