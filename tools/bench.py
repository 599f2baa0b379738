"""Measure lists, pages and papers on a large database: `python -m tools.bench --rows 1000000 | --accounts 100000
| --papers 100000 [--url URL]`.

Fills an empty database with units, people, accounts and opportunities, then asks for the opportunity list as an
account manager, a city lead and an executive: by amount, by a facet, the next page, the capped count, a search.
Prints the median time, the number of statements and the query plan of each. With `--accounts` it is the demo world
with that many accounts more, and every page that its users work with: statements and time. With `--papers` it is what
papers cost beside that many deals. Figures, not a test.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from tools import bench_papers

CITIES, COUNTIES, TEAMS, PEOPLE_A_TEAM = 21, 6, 4, 8
CHUNK = 20_000


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--accounts", type=int, default=0)
    options.add_argument("--papers", type=int, default=0)
    options.add_argument("--url", default="")
    options.add_argument("--keep", action="store_true", help="measure a database that was filled before")
    chosen = options.parse_args()
    if not chosen.url:
        chosen.url = f"sqlite:///{tempfile.mkdtemp(prefix='octant-bench-')}/bench.db"
    os.environ["OCTANT_DATABASE_URL"] = chosen.url
    print(f"database {chosen.url}")
    if chosen.accounts:
        measure_pages(0 if chosen.keep else chosen.accounts)
        return
    if chosen.papers:
        bench_papers.measure(0 if chosen.keep else chosen.papers)
        return
    if not chosen.keep:
        fill(chosen.rows)
    measure()


# --- filling --------------------------------------------------------------------------------------------------


def fill(rows: int) -> None:
    from core.db import engine
    from core.dialects import analyze
    from core.migrate import upgrade
    from core.plant import plant_reference

    started = time.perf_counter()
    upgrade()
    plant_reference()
    draw = random.Random(1)
    places, people = organisation()
    accounts = list(range(1, max(rows // 5, 1000) + 1))
    insert("core_unit", iter(places))
    insert("core_user", iter(people))
    owners = {i: draw.choice(people) for i in accounts}
    where = {place["id"]: place for place in places}
    insert("crm_account", (account(i, owners[i], where) for i in accounts))
    stages = stage_ids()
    insert("crm_opportunity", (deal(i, draw, owners, where, stages) for i in range(1, rows + 1)))
    analyze(engine())
    print(f"filled {rows:,} opportunities in {time.perf_counter() - started:.0f} s")


def insert(table: str, rows: Iterator[dict[str, Any]]) -> None:
    from itertools import islice

    from core import clock
    from core.db import kernel_session
    from core.record import METADATA

    fixed = {"created_at": clock.now(), "updated_at": clock.now(), "version": 1}
    while part := [{**fixed, **row} for row in islice(rows, CHUNK)]:
        with kernel_session() as session:
            session.connection().execute(METADATA.tables[table].insert(), part)


def organisation() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A province, its cities, counties and teams, and people in the teams."""
    units: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []

    def unit(kind: str, parent: dict[str, Any] | None) -> dict[str, Any]:
        number = len(units) + 1
        above = {k: v for k, v in (parent or {}).items() if k.endswith("_id") and k != "parent_id"}
        empty = dict.fromkeys(("province_id", "city_id", "county_id", "grid_id", "team_id"))
        made = {
            "id": number, "code": f"U{number}", "name_zh": f"单位{number}", "kind": kind, "position": 0,
            "divisions": [], **empty, **above, f"{kind}_id": number, "parent_id": parent["id"] if parent else None,
        }  # fmt: skip
        units.append(made)
        return made

    province = unit("province", None)
    for _city in range(CITIES):
        city = unit("city", province)
        for _county in range(COUNTIES):
            county = unit("county", city)
            for _team in range(TEAMS):
                team = unit("team", county)
                for _person in range(PEOPLE_A_TEAM):
                    people.append(person(len(people) + 1, team))
    return units, people


def person(number: int, team: dict[str, Any]) -> dict[str, Any]:
    names = {"username": f"p{number}", "name": f"经理{number}"}
    return {"id": number, **names, "unit_id": team["id"], "is_active": True}


def place(owner: dict[str, Any], where: dict[int, dict[str, Any]]) -> dict[str, Any]:
    unit = where[owner["unit_id"]]
    levels = {f"{kind}_id": unit[f"{kind}_id"] for kind in ("province", "city", "county", "grid", "team")}
    return {"owner_id": owner["id"], "unit_id": unit["id"], **levels}


def account(number: int, owner: dict[str, Any], where: dict[int, dict[str, Any]]) -> dict[str, Any]:
    return {"id": number, "code": f"A{number:07}", "name": f"测试企业{number}有限公司", **place(owner, where)}


def deal(
    number: int, draw: random.Random, owners: dict[int, Any], where: dict[int, Any], stages: list[Any]
) -> dict[str, Any]:
    client = draw.randint(1, len(owners))
    stage, pipeline = draw.choice(stages)
    return {
        "id": number, "code": f"D{number:07}", "name": f"商机{number}", "account_id": client, "stage_id": stage,
        "pipeline_id": pipeline, "state": draw.choices(("open", "won", "lost"), (5, 3, 2))[0],
        "amount": None if number % 20 == 0 else draw.randint(1_000, 9_000_000) * 100,
        "expected_close_on": date(2026, 1, 1) + timedelta(days=draw.randint(0, 500)), **place(owners[client], where),
    }  # fmt: skip


def stage_ids() -> list[Any]:
    from sqlalchemy import select

    from core.db import kernel_session
    from core.record import METADATA

    stage = METADATA.tables["crm_stage"]
    with kernel_session(writes=False) as session:
        return [tuple(row) for row in session.execute(select(stage.c.id, stage.c.pipeline_id))]


# --- measuring ------------------------------------------------------------------------------------------------


def measure() -> None:
    from core.db import reading
    from core.lists import Query, count, page
    from core.registry import registry

    entity = registry().entity("crm.opportunity")
    assert entity is not None
    stage = str(stage_ids()[1][0])
    by_amount, faceted = Query(sort="-amount"), Query(sort="-amount", filters={"stage": (stage,)})
    for label, actor in actors().items():
        with reading(actor) as session:
            after = page(session, entity, by_amount).next_after or ""
        asked: dict[str, Callable[[Any], Any]] = {
            "list by amount": lambda s: page(s, entity, by_amount),
            "list by amount, next page": lambda s, a=after: page(s, entity, Query(sort="-amount", after=a)),
            "list by a facet": lambda s: page(s, entity, faceted),
            "capped count": lambda s: count(s, entity, by_amount),
            "capped count by a facet": lambda s: count(s, entity, faceted),
        }
        for what, ask in asked.items():
            report(label, actor, what, ask)


def measure_pages(accounts: int) -> None:
    from tools.crowd import plant
    from tools.walk import walk
    from web.app import create_app

    if accounts:
        started = time.perf_counter()
        plant(accounts)
        print(f"filled {accounts:,} accounts in {time.perf_counter() - started:.0f} s")
    for cost in walk(create_app(), runs=3):
        print(cost, "over its budget" if cost.is_over else "", flush=True)


def actors() -> dict[str, Any]:
    from core.access import Actor, Level, Profile

    places, people = organisation()
    team = next(p for p in places if p["kind"] == "team")
    city = next(p for p in places if p["kind"] == "city")
    me = next(p for p in people if p["unit_id"] == team["id"])

    def actor(name: str, level: Level, unit: dict[str, Any] | None) -> Actor:
        where = {"unit_id": unit["id"], **{k: v for k, v in unit.items() if k.endswith("_id")}} if unit else {}
        grants = (("crm.*.read", level), ("crm.stage.read", Level.ALL))
        return Actor(me["id"], name, name, Profile(grants, unit["kind"] if unit else None), where)

    return {
        "account manager": actor("am", Level.OWN, team),
        "city lead": actor("lead", Level.SUBTREE, city),
        "executive": actor("exec", Level.ALL, None),
    }


def report(label: str, actor: Any, what: str, ask: Callable[[Any], Any]) -> None:
    from sqlalchemy import event

    from core.db import engine, reading

    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        seen.append((sql, parameters))

    times = []
    with reading(actor) as session:
        session.connection()
        ask(session)
        event.listen(engine(), "before_cursor_execute", note)
        ask(session)
        event.remove(engine(), "before_cursor_execute", note)
        for _run in range(9):
            started = time.perf_counter()
            ask(session)
            times.append((time.perf_counter() - started) * 1000)
    print(f"\n{label} | {what}: {statistics.median(times):.2f} ms, {len(seen)} statement(s)")
    for sql, parameters in seen:
        print("   " + "\n   ".join(plan(sql, parameters)))


def plan(sql: str, parameters: Any) -> list[str]:
    from core.db import engine

    is_sqlite = engine().dialect.name == "sqlite"
    with engine().connect() as conn:
        rows = conn.exec_driver_sql(("EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN ") + sql, parameters)
        return [row[-1] for row in rows]


if __name__ == "__main__":
    main()
