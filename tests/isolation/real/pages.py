"""Every address of the product, asked by people of all kinds; whatever is answered is searched for marks of rows that
the oracle keeps from them.

The addresses come from the table of routes and from what is registered: a new page, panel, condition, tab, column,
report or kind of record is asked for without being named here. `python -m tests.isolation.real.pages NAME …` prints
one JSON object: what was wrong for these people, and what was shown. The word `fault` plants a leak first.
"""

import json
import re
import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import unescape
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col
from starlette.testclient import TestClient

from core import jobs
from core.actors import actor_for
from core.db import engine, kernel_session, reading
from core.messages import told
from core.module import Panel
from core.notices import KINDS, Notice, insert_notices
from core.paper_log import papers_of
from core.passwords import token_digest
from core.people import Visit
from core.record import METADATA, Reference
from core.registry import registry
from core.search import token_rows
from tests.isolation.real import marks, oracle, staging
from tests.isolation.real.asking import Person
from tests.isolation.real.rows import World

HOST = "http://127.0.0.1"
ID = re.compile(r"{\w+:int}")
LINK = re.compile(r'(?:href|src|action|hx-get)="(/[^"#]+)')
LINKED = 3  # records that pages led to, for an address of which it is not known what kind they are
CONFIGURES, FURTHER = "admin", ("lead1", "executive", "keeper")
LEAVING = ("/signout", "/signout-everywhere", "/me/devices/{id:int}/end", "/preferences")


@dataclass
class Walk:
    """What one person was answered."""

    world: World
    name: str
    client: TestClient
    bad: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    opened: set[str] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)
    linked: str = ""

    @cached_property
    def me(self) -> Person:
        return Person(self.world, self.world.users[self.name])

    def ask(self, method: str, path: str, route: str, *, closed: bool = False) -> Any:
        answer = self.client.request(method, path)
        self.statuses[answer.status_code] += 1
        if answer.status_code in (200, 303):
            self.opened.add(route)
        if answer.status_code == 200:
            self.pages.append(path)
            self.linked += f"{' '.join(LINK.findall(answer.text))} " if "html" in answer.headers["content-type"] else ""
        leaks = marks.foreign(self.world, self.me, bytes(answer.content) + str(answer.headers).encode())
        self.bad += [f"{self.name} {method} {path}: {row}" for row in leaks]
        if answer.status_code >= 500 or (closed and answer.status_code not in (403, 404)):
            self.bad.append(f"{self.name} {method} {path}: status {answer.status_code}")
        return answer


# --- which addresses ------------------------------------------------------------------------------------------


def addresses(walk: Walk, route: str) -> Iterator[tuple[str, bool]]:
    """The route's address, for some rows that are open to the person and some that are not."""
    table = _table_of(route)
    if "{" not in route:
        yield route, False
    elif table is None:
        known = re.compile(_filled(ID.sub("(I)", route), 0).replace("(I)", r"(\d+)"))
        for number in sorted({*range(1, 4), *map(int, list(dict.fromkeys(known.findall(walk.linked)))[:LINKED])}):
            yield _filled(route, number), False
    else:
        seen = {key: oracle.may(walk.me, "read", table, row) for key, row in walk.world.rows[table].items()}
        for is_open in (True, False):
            for number in [key for key, open_ in seen.items() if open_ is is_open][:1]:
                yield _filled(route, number), not is_open


def _table_of(route: str) -> str | None:
    name = "_".join(route.split("/{")[0].strip("/").split("/"))
    return name if name in oracle.RULES else None


def _filled(route: str, number: int) -> str:
    return re.sub(r"{\w+}", "none", ID.sub(str(number), route))


def narrowed(walk: Walk) -> Iterator[tuple[str, str]]:
    """Lists by every condition, tab, facet's and search's words; pickers; the palette."""
    actor = actor_for(walk.name)
    for entity in registry().entities():
        if not actor.may(entity.permission("read")) or actor.profile.is_outside:
            continue
        route, word = entity.path, f"{marks.START}{marks.number(entity.table.name)}"
        yield f"{route}?q={word}", route
        yield f"{route}/choices?field=x&x={word}", f"{route}/choices"
        for number in [*walk.world.rows[entity.table.name]][:2]:
            yield f"/crm/timeline?{entity.name}={number}", "/crm/timeline"
        for condition in registry().conditions(entity.stem):
            for case in condition.cases:
                yield f"{route}?{condition.name}={case.code}", route
        for view in registry().views(entity.stem):
            yield f"{route}?{'&'.join(f'{name}={value}' for name, value in view.query(actor))}", route
    for word in (marks.START, "1"):
        yield f"/search?q={word}", "/search"
        yield f"/search/hits?q={word}", "/search/hits"


# --- the walk -------------------------------------------------------------------------------------------------


def walk_of(world: World, app: Any, name: str) -> Walk:
    walk = Walk(world, name, TestClient(app, base_url=HOST, follow_redirects=False, raise_server_exceptions=False))
    token = secrets.token_urlsafe(8)
    with kernel_session() as session:
        session.add(Visit(user_id=world.users[name], token=token_digest(token)))
    walk.client.cookies.update({"octant": token, "octant_lang": "en"})
    return walk


def go(walk: Walk, routes: list[Any]) -> None:
    specs = [route.spec for route in routes if not _is_needless(walk, route.spec.path)]
    gets(walk, specs)
    for path, route in narrowed(walk):
        walk.ask("GET", path, route)
    _notices(walk)
    _posts(walk, specs)
    _files(walk)


def gets(walk: Walk, specs: list[Any]) -> None:
    """Lists before records: their links say which there are."""
    for spec in sorted((spec for spec in specs if spec.method == "GET"), key=lambda spec: "{" in spec.path):
        for path, closed in addresses(walk, spec.path):
            walk.ask("GET", path, spec.path, closed=closed)
        if spec.path not in walk.opened and (asked := _with_query(walk, spec.path)):
            walk.ask("GET", asked, spec.path)


def _with_query(walk: Walk, route: str) -> str:
    """For a page that wants to know more than its address says: as another page leads to it."""
    found = re.search(_filled(ID.sub("(I)", route), 0).replace("(I)", r"\d+") + r"\?\S+", walk.linked)
    return unescape(found[0]) if found else ""


def _is_needless(walk: Walk, route: str) -> bool:
    """Configuration is everybody's: its pages are asked for by one person, all the others' by all."""
    if route in LEAVING:
        return True
    return walk.name != CONFIGURES and any(route.startswith(f"{path}/") or route == path for path in _configuration())


@cache
def _configuration() -> list[str]:
    return [entity.path for entity in registry().entities() if issubclass(entity.model, Reference)]


def exchange(one: Walk, other: Walk) -> int:
    """What one firm's people opened is asked for by another's. Returns how much of it is not there for these."""
    addresses = [path for path in one.pages if re.search(r"/\d+$", path) and not path.startswith("/me/")]
    return sum(other.ask("GET", path, "").status_code == 404 for path in addresses)


def _notices(walk: Walk) -> None:
    """One of each kind about rows of every table, open to the person or not: in the inbox, and as they are sent."""
    rows = [
        {"user_id": walk.me.id, "entity": entity.stem, "record_id": number}
        for entity in registry().entities() for number in [*walk.world.rows[entity.table.name]][::5][:3]
    ]  # fmt: skip
    for place, kind in enumerate(KINDS[:4]):
        with kernel_session() as session:
            insert_notices(session, kind, rows[place::4])
    page: str | None = "/me/inbox"
    while page:
        text = walk.ask("GET", page, "/me/inbox").text
        more = re.search(r'rel="next" href="([^"]+)"', text)
        page = more[1].replace("&amp;", "&") if more else None
    _sent(walk)


def _sent(walk: Walk) -> None:
    from core.messages import _composed
    from core.people import User

    with reading(actor_for(walk.name)) as session:
        notices = list(session.scalars(select(Notice).where(col(Notice.user_id) == walk.me.id)))
        for item in told(session, notices):
            body = repr(_composed(item, User(username=walk.name, name="", email="x@example.com")))
            walk.bad += [f"{walk.name} message: {row}" for row in marks.foreign(walk.world, walk.me, body.encode())]
    for notice in notices[::7]:
        walk.ask("GET", f"/me/inbox/{notice.id}", "/me/inbox/{id:int}")


def _posts(walk: Walk, specs: list[Any]) -> None:
    """Every post for rows that are not there for the person, and those that only answer with a file."""
    for spec in (spec for spec in specs if spec.method == "POST"):
        if "/export." in spec.path or spec.path.startswith("/reports/"):
            walk.ask("POST", spec.path, spec.path)
        elif _table_of(spec.path) is not None:
            for path, closed in addresses(walk, spec.path):
                if closed:
                    walk.ask("POST", path, spec.path, closed=True)


def _files(walk: Walk) -> None:
    """What the posts asked for is made and fetched."""
    jobs.work_once()
    for job in jobs.jobs_of(actor_for(walk.name)):
        for tail in ("", "/status", "/result", "/file"):
            walk.ask("GET", f"/jobs/{job.id}{tail}", f"/jobs/{{id:int}}{tail}")
    own = {paper.seal for paper in papers_of(actor_for(walk.name))}
    for seal in own:
        walk.ask("GET", f"/papers/{seal}?compare=1", "/papers/{seal}")
    for seal in {row["seal"] for row in walk.world.all("core_paper")} - own:
        walk.ask("GET", f"/papers/{seal}", "/papers/{seal}", closed=True)


# --- all of them ------------------------------------------------------------------------


def main(people: list[str], *, under: str = "") -> dict[str, Any]:
    from web.app import create_app
    from web.policy import policy_routes

    world, app = staging.prepared(), create_app()
    drawn: set[str] = set()
    panels = staging.watch_panels(drawn)
    routes = [route for route in policy_routes(app.router.routes) if route.spec.path.startswith(under)]
    walks = [walk_of(world, app, name) for name in people]
    for walk in walks:
        with walk.client:
            go(walk, routes)
    walks += _rest(world, app, routes, walks)
    outside = [walk for walk in walks if walk.me.is_outside]
    closed = [exchange(one, other) for one in outside for other in outside if one is not other]
    opened = set().union(*(walk.opened for walk in walks))
    return {
        "bad": [line for walk in walks for line in walk.bad],
        "statuses": {walk.name: dict(walk.statuses) for walk in walks},
        "closed": closed,
        "unopened": sorted({route.spec.path for route in routes if route.spec.method == "GET"} - opened),
        "undrawn": sorted({*panels} - drawn),
    }


def _rest(world: World, app: Any, routes: list[Any], walks: list[Walk]) -> list[Walk]:
    """What nobody has opened yet is asked for by further people."""
    found = []
    for name in FURTHER:
        opened = set().union(*(walk.opened for walk in (*walks, *found)))
        found.append(walk_of(world, app, name))
        with found[-1].client:
            gets(found[-1], [route.spec for route in routes if route.spec.path not in (*opened, *LEAVING)])
    return found


if __name__ == "__main__":
    if sys.argv[1] == "fault":
        registry()
        staging.plant_leak()
        print(json.dumps(main(sys.argv[2:], under="/crm/account/{id:int}")))
    else:
        print(json.dumps(main(sys.argv[1:])))
