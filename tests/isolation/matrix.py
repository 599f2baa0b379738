"""The isolation matrix over the small schema: every named shape × every actor, on the database of OCTANT_DATABASE_URL.

A cell is `ok` (exactly what the oracle allows), `block` (refused), `leak` (a row, a number or a write beyond it),
`less` (too little), or `lint` (a raw cursor: held because the product's lint refuses the code).
Run `python -m tests.isolation.matrix`; it prints one JSON object.
"""

import inspect
import json
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, true

from core import access
from core.access import Actor
from core.db import ActorSession, commit, engine
from core.record import METADATA
from tests.isolation import hints, loads, oracle, raws, reads, world, writes
from tests.isolation.base import SHAPES
from tests.lints import raw_driver_use

assert reads and loads and hints and writes and raws
_JUDGED = (
    "matrix_account",
    "matrix_contact",
    "matrix_task",
    "matrix_campaign",
    "matrix_handover",
    "core_deputy",
    "core_user",
)
Cell = tuple[str, int, str, str]


def build() -> None:
    world.declare()
    METADATA.create_all(engine())
    with engine().begin() as conn:
        world.seed(conn)


def restore() -> None:
    with engine().begin() as conn:
        for table in reversed(METADATA.sorted_tables):
            conn.execute(table.delete())
        world.seed(conn)


def snapshot() -> dict[str, dict[int, Any]]:
    with engine().connect() as conn:
        return {name: {row.id: row for row in conn.execute(select(METADATA.tables[name]))} for name in _JUDGED}


def forbidden(before: dict[str, Any], after: dict[str, Any], uid: int) -> list[str]:
    """Changes that the oracle does not allow this user, seen from outside."""
    mine = oracle.writable_accounts(uid)
    rich = oracle.role(uid) in ("admin", "exec")
    bad = []
    for name in _JUDGED:
        for key in before[name].keys() | after[name].keys():
            old, new = before[name].get(key), after[name].get(key)
            if old != new and not rich and not _allowed(name, old, new, mine, uid):
                bad.append(f"{name} {key}")
    return bad


def _allowed(name: str, old: Any, new: Any, mine: set[int], uid: int) -> bool:
    rows = [row for row in (old, new) if row is not None]
    if name == "matrix_account":
        stolen = new is not None and str(new.name).startswith("138000006") and 6 not in oracle.visible(uid)["account"]
        return (old is None or old.id in mine) and (new is None or _stays(new, uid)) and not stolen
    if name in ("matrix_contact", "matrix_handover"):
        return all(row.account_id in mine for row in rows)
    if name == "matrix_task":
        return all(row.account_id in mine or row.assignee_id in oracle.stands_for(uid) for row in rows)
    return False


def _stays(row: Any, uid: int) -> bool:
    place = {"unit_id": row.unit_id, "city_id": row.city_id}
    return oracle.reaches(uid, row.owner_id, place, writes=True)


def cell(name: str, uid: int, actor: Actor) -> Cell:
    kind, function = SHAPES[name]
    if name in vars(raws):
        held = bool(raw_driver_use(inspect.getsource(function)))
        return name, uid, "lint" if held else "leak", ""
    seen = oracle.visible(uid)
    before = snapshot() if kind == "write" else None
    result, error = _run(function, actor, seen, writes=kind == "write")
    if before is not None:
        after = snapshot()
        bad = forbidden(before, after, uid)
        if before != after:
            restore()
        return name, uid, "leak" if bad else ("block" if error else "ok"), ", ".join(bad) or error
    return name, uid, "block" if error else _judge(kind, result, seen), error or repr(result)


def _run(function: Any, actor: Actor, seen: Any, *, writes: bool) -> tuple[Any, str]:
    session = ActorSession(actor, writes=True)
    try:
        result = function(session, seen)
        if writes:
            commit(session)
        return result, ""
    except Exception as error:  # any refusal is an answer here
        return None, f"{type(error).__name__}: {str(error).splitlines()[0][:120]}"
    finally:
        session.rollback()
        session.close()


def _judge(kind: str, result: Any, seen: dict[str, set[int]]) -> str:
    if kind == "sum":
        expected = sum(a[3] for a in world.ACCOUNTS if a[0] in seen["account"])
        return _compare(result, expected)
    if kind.startswith("count:"):
        return _compare(result, len(seen[kind[6:]]))
    if kind.startswith("maxcount:"):
        return "leak" if result > len(seen[kind[9:]]) else "ok"
    return "ok" if result == seen[kind] else ("leak" if result - seen[kind] else "less")


def _compare(result: int, expected: int) -> str:
    return "ok" if result == expected else ("leak" if result > expected else "less")


def cells() -> Iterator[Cell]:
    for name in SHAPES:
        for uid, actor in world.actors().items():
            yield cell(name, uid, actor)


def plant_fault() -> None:
    """A matrix that never failed proves nothing: with this, a table has no rule any more, and cells must leak."""
    access.ACCESS["matrix_account"] = access.Access("m.account", lambda ask, table: true())


def main() -> None:
    warnings.filterwarnings("ignore")
    build()
    if "--plant" in sys.argv:
        plant_fault()
    print(json.dumps({"shapes": len(SHAPES), "actors": len(world.USERS), "cells": list(cells())}))


if __name__ == "__main__":
    main()
