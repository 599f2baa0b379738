"""The matrix over the product's own tables: every table × every actor × every shape of reading and writing.

A cell is `leak` (somebody got or changed more than the oracle gives), `less` (not as much), else in order.
`python -m tests.isolation.real.matrix` prints one JSON object: the cells that are not in order, and how many there are.
With a number below PARTS it tries a part of the actors only, and with `few` behind it fewer of them row by row; with
the word `faults` it plants one fault after the other, tries only the cells where it shows, and prints these.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from core.access import ACCESS, Actor
from core.db import engine, reading
from core.record import METADATA
from core.wall import forget_profiles, mask_phone
from tests.isolation.real import database, oracle, writing
from tests.isolation.real.asking import Person
from tests.isolation.real.bench import bench
from tests.isolation.real.database import models
from tests.isolation.real.faults import FAULTS
from tests.isolation.real.people import ACTORS, USERS
from tests.isolation.real.rows import Values, World

PARTS = 2
# Everybody reads, and meets the statements of both doors; these try each row, copy and move by itself.
WRITERS = (
    "am1", "deputy", "lead1", "channel1", "executive", "admin", "keeper", "auditor", "mate", "agent_a", "agent_b",
    "agent_inside", "nobody",
)  # fmt: skip
# One of each kind: for a second engine, which compiles the same rules.
FEW = ("am1", "deputy", "lead1", "channel1", "agent_a", "nobody")


Tables = tuple[str, ...]


@dataclass
class Board:
    """Where the cells are entered."""

    cells: Counter[str] = field(default_factory=Counter)
    tables: set[str] = field(default_factory=set)
    bad: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def enter(self, shape: str, table: str, who: str, got: Any, expected: Any) -> None:
        self.cells[shape] += 1
        self.tables.add(table)
        for verdict, difference in (("leak", got - expected), ("less", expected - got)):
            if difference:
                self.bad.append((verdict, shape, table, who, str(sorted(difference, key=str)[:8])))


def reads(board: Board, world: World, tables: Tables, who: str, actor: Actor, me: Person) -> None:
    for table in tables:
        expected = {key for key, row in world.rows[table].items() if oracle.may(me, "read", table, row)}
        board.enter("read", table, who, *_ids(actor, table, expected))
        board.enter("count", table, who, *_count(actor, table, len(expected)))
        if table in ACCESS and ACCESS[table].guards:
            _masks(board, world, who, actor, me, table)


def _ids(actor: Actor, table: str, expected: set[int]) -> tuple[set[Any], set[Any]]:
    model = models()[table]
    try:
        with reading(actor) as session:
            rows = session.scalars(select(model)).all()
        return {getattr(row, "id", 1) for row in rows}, expected
    except Exception as error:
        return set() if table not in oracle.RULES else {type(error).__name__}, expected


def _count(actor: Actor, table: str, expected: int) -> tuple[set[Any], set[Any]]:
    try:
        with reading(actor) as session:
            found = session.scalar(select(func.count()).select_from(METADATA.tables[table]))
        return {found}, {expected}
    except Exception as error:
        return {0} if table not in oracle.RULES else {type(error).__name__}, {expected}


def _masks(board: Board, world: World, who: str, actor: Actor, me: Person, table: str) -> None:
    """A guarded column is masked everywhere; in a session that shows it, clear exactly where the oracle says so."""
    with engine().connect() as connection:
        stored = {row["id"]: row for row in database.stored(connection, table)}
    seen = {key: row for key, row in world.rows[table].items() if oracle.may(me, "read", table, row)}
    for clear in (False, True):
        with reading(actor, clear=clear) as session:
            shown = {row["id"]: row for row in session.execute(select(METADATA.tables[table])).mappings()}
        for name, guard in ACCESS[table].guards.items():
            got = {(key, row[name]) for key, row in shown.items()}
            open_to = {key for key, row in seen.items() if clear and oracle.may(me, "unmask", table, row)}
            expected = {(k, stored[k][name] if k in open_to else _mask(stored[k][name], guard)) for k in seen}
            board.enter("clear" if clear else "masked", table, who, got, expected)


def _mask(value: str | None, guard: str) -> str | None:
    if value is None:
        return None
    return mask_phone(value) if guard == "phone" else "****"


def run(world: World, tables: Tables, people: tuple[str, ...], writers: tuple[str, ...] = WRITERS) -> Board:
    board = Board()
    with engine().connect() as connection:
        stored = {table: database.stored(connection, table) for table in METADATA.tables}
    for who, actor in database.actors().items():
        if who not in people:
            continue
        me = Person(world, actor.user_id or 0)
        reads(board, world, tables, who, actor, me)
        with bench(actor) as one:
            for shape, table, got, expected in _writes(world, tables, writers, one, me, stored):
                board.enter(shape, table, who, got, expected)
    return board


def _writes(
    world: World, tables: Tables, writers: tuple[str, ...], one: Any, me: Person, stored: dict[str, list[Values]]
) -> Iterator[tuple[str, str, Any, Any]]:
    for table in tables:
        acts = [writing.statements] * (table in oracle.RULES) + [writing.cells] * (me.user["username"] in writers)
        for act in acts:
            for shape, got, expected in act(world, one, me, table, stored[table]):
                yield shape, table, got, expected
    for table in tables:
        yield "after all", table, one.changed(table), set()


def judged(world: World, actors: tuple[str, ...], writers: tuple[str, ...]) -> dict[str, Any]:
    if empty := [table for table in METADATA.tables if not world.rows[table]]:
        return {"without_rows": empty}
    board = run(world, tuple(METADATA.tables), actors, writers)
    without = [table for table in METADATA.tables if table not in board.tables]
    return {"cells": board.cells, "actors": actors, "without_cells": without, "bad": board.bad}


def faulty(world: World) -> dict[str, Any]:
    found = {}
    for name, fault in FAULTS.items():
        forget_profiles()
        with fault.planted():
            found[name] = run(world, fault.tables, fault.actors).bad
    return found


def part(number: str) -> tuple[str, ...]:
    """Parts of like length. People of one role stand together: what was compiled for one is used by all."""
    alike: dict[str, list[str]] = {}
    for name, _unit, roles in USERS:
        alike.setdefault(roles, []).extend([name] * (name in ACTORS))
    parts: list[list[str]] = [[] for _part in range(PARTS)]
    for names in sorted(alike.values(), key=_length, reverse=True):
        min(parts, key=_length).extend(names)
    return tuple(parts[int(number)])


def _length(names: list[str]) -> int:
    """Writing takes longer."""
    return sum(3 if name in WRITERS else 1 for name in names)


if __name__ == "__main__":
    made = database.make()
    word = sys.argv[1] if sys.argv[1:] else ""
    writers = FEW if "few" in sys.argv else WRITERS
    found = faulty(made) if word == "faults" else judged(made, part(word) if word else ACTORS, writers)
    print(json.dumps(found, ensure_ascii=False))
