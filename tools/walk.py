"""A walk through the pages that people work with: what each costs in statements and milliseconds, user by user.

Each user walks the lists with their conditions, tabs and facets, the first records of them, and the pages of the day.
"""

import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Boolean, select
from starlette.testclient import TestClient

from core.access import Actor
from core.actors import actor_for
from core.db import kernel_session, reading
from core.entity import Entity
from core.passwords import token_digest
from core.people import Visit
from core.registry import registry

HOST = "http://127.0.0.1"
USERS = ("am", "lead", "exec", "channel")
# Statements that a page may cost, by its kind.
BUDGETS = {"list": 8, "board": 8, "record": 20, "page": 20}
PAGES = (
    "/crm/today", "/crm/team", "/crm/team/handover", "/crm/team/deputies", "/crm/timeline", "/crm/log",
    "/reports/executive", "/reports/executive?period=month", "/campaigns/watch", "/campaigns/watch?state=all",
    "/reports/adoption", "/reports/evidence", "/me/approvals",
)  # fmt: skip
# Narrowings of lists beside those that the declarations tell.
FURTHER = {
    "crm.account": ("grade=A1", "sort=-member_count", "q=电子", "trade=-", "density=compact"),
    "crm.opportunity": ("sort=-expected_close_on&state=open", "state=won", "account.grade=A1", "q=专线"),
    "crm.activity": ("state=planned", "sort=due_on"),
}


@dataclass(frozen=True)
class Stop:
    """A page of the walk, and what kind it is: a list, a board, a record or another page."""

    kind: str
    path: str


@dataclass(frozen=True)
class Cost:
    user: str
    stop: Stop
    status: int
    statements: int
    ms: float

    @property
    def is_over(self) -> bool:
        return self.status == 200 and self.statements > BUDGETS[self.stop.kind]

    def __str__(self) -> str:
        return f"{self.user:8}{self.stop.path:64}{self.statements:4}{self.ms:10.0f} ms"


def walk(app: Any, users: tuple[str, ...] = USERS, runs: int = 0) -> Iterator[Cost]:
    """Every page that each user may open; the milliseconds are the median of some runs after a first one."""
    for user in users:
        actor, client = actor_for(user), browser(app, user)
        for stop in stops(actor):
            if (cost := visit(client, user, stop, runs)) is not None:
                yield cost


def browser(app: Any, user: str) -> TestClient:
    """Somebody signed in, without the costly hash of a password."""
    token = secrets.token_urlsafe(32)
    with kernel_session() as session:
        session.add(Visit(user_id=actor_for(user).user_id or 0, token=token_digest(token)))
    made = TestClient(app, base_url=HOST, follow_redirects=False)
    made.cookies.set("octant", token)
    return made


def visit(client: TestClient, user: str, stop: Stop, runs: int) -> Cost | None:
    """None where the user may not open the page."""
    answer = client.get(stop.path)
    if answer.status_code in (403, 404):
        return None
    # Once a minute a request also notes that somebody is there: two in a row cannot both.
    counted = min(statements(answer), statements(client.get(stop.path)))
    times = [timed(client, stop) for _run in range(runs)]
    return Cost(user, stop, answer.status_code, counted, statistics.median(times or [0]))


def timed(client: TestClient, stop: Stop) -> float:
    started = time.perf_counter()
    client.get(stop.path)
    return (time.perf_counter() - started) * 1000


def statements(answer: Any) -> int:
    return int(answer.headers["server-timing"].split('desc="')[1].split('"')[0])


def stops(actor: Actor) -> Iterator[Stop]:
    for entity in registry().entities():
        if actor.may(entity.permission("read")):
            yield from lists(actor, entity)
            yield from records(actor, entity)
    yield from (Stop("page", path) for path in PAGES)
    for row in campaigns(actor):
        yield from (Stop("page", f"/campaigns/watch/{row}{tail}") for tail in ("", "/give"))


def lists(actor: Actor, entity: Entity) -> Iterator[Stop]:
    """The bare list, its tabs, each answer of each condition, one choice of each facet, the board."""
    queries = ["", *FURTHER.get(entity.stem, ())]
    queries += [urlencode(tab.query(actor)) for tab in registry().views(entity.stem)]
    queries += [f"{named.name}={case.code}" for named in registry().conditions(entity.stem) for case in named.cases]
    queries += [f"{column.key.removesuffix('_id')}={choice_of(column)}" for column in entity.facets]
    for query in dict.fromkeys(queries):
        yield Stop("list", f"{entity.path}?{query}".rstrip("?"))
    if entity.board is not None:
        yield from (Stop("board", f"{entity.path}/board{query}") for query in ("", f"?owner={actor.user_id}"))


def choice_of(facet: Any) -> str:
    """What every facet has: rows without a value, or, of a flag, those that bear it."""
    return "1" if isinstance(facet.type, Boolean) else "-"


def records(actor: Actor, entity: Entity) -> Iterator[Stop]:
    """The newest and the oldest that the actor sees."""
    table = entity.table
    with reading(actor) as session:
        ids = [
            session.scalar(select(table.c.id).where(table.c.archived_at.is_(None)).order_by(order).limit(1))
            for order in (table.c.id, table.c.id.desc())
        ]
    yield from (Stop("record", f"{entity.path}/{row_id}") for row_id in dict.fromkeys(ids) if row_id is not None)


def campaigns(actor: Actor) -> list[int]:
    entity = registry().entity("campaigns.campaign")
    if entity is None or not actor.may("campaigns.watch.read"):
        return []
    with reading(actor) as session:
        return list(session.scalars(select(entity.table.c.id).order_by(entity.table.c.id).limit(2)))
