"""Every clause of every rule is dropped once; the rows that some actor then reaches must differ from the oracle's.

`python -m tests.isolation.real.mutants [TABLE]` prints one JSON object: how many clauses there were, those that nobody
misses, and the sets that differ from the oracle while every clause is in its place. With the name of a table the world
is without its rows, so that clauses of the rules on deals which only these tell apart must show as missed by nobody.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.sql.elements import False_, True_

from core.access import ACCESS, VERBS, Actor, predicate
from core.db import engine
from core.record import METADATA
from tests.isolation.real import database, oracle
from tests.isolation.real.asking import Person
from tests.isolation.real.clauses import Marked, marked
from tests.isolation.real.rows import World

# His rules are those of people inside and those of firms, joined; each kind of people tries its own.
MISFIT = "agent_inside"


@dataclass
class Rule:
    """One SQL text of a rule: those who come to it, by actor and verb, and the ids that the oracle gives them."""

    table: str
    marked: Marked
    askers: dict[tuple[str, str], set[int]] = field(default_factory=dict)


def rules(world: World, actors: dict[str, Actor], tables: Iterable[str]) -> tuple[list[Rule], list[str]]:
    """The rules that have clauses, each once; and what is wrong about those that are a plain yes or no."""
    found: dict[tuple[str, str], Rule] = {}
    wrong = []
    people = {name: Person(world, actor.user_id or 0) for name, actor in actors.items()}
    for table in tables:
        built: dict[Any, Any] = {}
        for verb in VERBS if ACCESS[table].guards else VERBS[:-1]:
            for name, actor in actors.items():
                expected = {k for k, row in world.rows[table].items() if oracle.may(people[name], verb, table, row)}
                key = (verb, actor.level(f"{ACCESS[table].stem}.{verb}"), *_shape(actor))
                if key not in built:
                    built[key] = _rule(table, verb, actor)
                rule = built[key]
                if isinstance(rule, Marked):
                    found.setdefault((table, rule.sql), Rule(table, rule)).askers[name, verb] = expected
                elif expected != (set(world.rows[table]) if rule else set()):
                    wrong.append(f"{table} {verb} {name}")
    return list(found.values()), wrong


def _shape(actor: Actor) -> tuple[Any, ...]:
    """What of a profile the rules look at, beside the level. The matrix asks every profile by itself."""
    return actor.profile.unit_kind, actor.profile.is_outside, actor.profile.is_standing_in


def _rule(table: str, verb: str, actor: Actor) -> Marked | bool:
    rows = METADATA.tables[table].alias("_s")
    rule = predicate(actor.profile, rows, verb, name=table)
    rule = getattr(rule, "element", rule)
    if isinstance(rule, (True_, False_)):
        return isinstance(rule, True_)
    return marked(rule, rows)


def judge(rule: Rule, actors: dict[str, Actor], cursor: Any) -> tuple[list[str], list[str]]:
    """What the whole rule gets wrong, and the clauses that nobody misses."""
    values = {name: rule.marked.values(actors[name]) for name, _verb in rule.askers}

    def differs(sql: str, name: str, verb: str) -> bool:
        return {row[0] for row in cursor.execute(sql, values[name])} != rule.askers[name, verb]

    wrong = [f"{rule.table} {verb} {name}" for name, verb in rule.askers if differs(rule.marked.sql, name, verb)]
    once = {(name, frozenset(ids)): (name, verb) for (name, verb), ids in rule.askers.items()}.values()
    names, verbs = (sorted({asker[side] for asker in rule.askers}) for side in (0, 1))
    alive = [
        f"{rule.table} {verbs} {names}: {rule.marked.clause(number, kind)}"
        for number, kind in rule.marked.clauses
        if not any(differs(rule.marked.without(number, kind), name, verb) for name, verb in once)
    ]
    return wrong, alive


def run(without: str = "") -> dict[str, Any]:
    world = database.make(without)
    actors = {name: actor for name, actor in database.actors().items() if name != MISFIT}
    tables = ["crm_opportunity"] if without else [name for name in ACCESS if not ACCESS[name].is_kernels]
    found, wrong = rules(world, actors, tables)
    alive: list[str] = []
    counts: dict[str, int] = defaultdict(int)
    with engine().connect() as connection:
        cursor = connection.connection.cursor()
        for rule in found:
            more_wrong, more_alive = judge(rule, actors, cursor)
            wrong, alive = wrong + more_wrong, alive + more_alive
            counts[rule.table] += len(rule.marked.clauses)
    return {"rules": len(found), "clauses": sum(counts.values()), "by_table": counts, "wrong": wrong, "alive": alive}


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:]), ensure_ascii=False))
