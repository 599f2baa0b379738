"""Every address of the product, asked by people of all kinds; whatever is answered is searched for marks of rows that
the oracle keeps from them.

The addresses come from the table of routes and from what is registered: a new page, panel, condition, tab, column,
report or kind of record is asked for without being named here. `python -m tests.isolation.real.pages NAME …` prints
one JSON object: what was wrong for these people, and what was shown. The word `fault` plants a leak first.
"""

import json
import re
import sys
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core import jobs
from core.actors import actor_for
from core.db import kernel_session, reading
from core.messages import told
from core.notices import KINDS, Notice, insert_notices
from core.paper_log import papers_of
from core.registry import registry
from tests.isolation.real import marks, staging
from tests.isolation.real.addresses import LEAVING, addresses, hidden_address, is_needless, narrowed, with_query
from tests.isolation.real.rows import World
from tests.isolation.real.walk import Walk, walk_of

FURTHER = ("lead1", "executive", "keeper")


def go(walk: Walk, routes: list[Any]) -> None:
    specs = [route.spec for route in routes if not is_needless(walk, route.spec.path)]
    gets(walk, specs)
    for path, route in narrowed(walk):
        walk.ask("GET", path, route)
    _notices(walk)
    _posts(walk, specs)
    _files(walk)


def gets(walk: Walk, specs: list[Any]) -> None:
    """Lists before records: their links say which there are."""
    for spec in sorted((spec for spec in specs if spec.method == "GET"), key=lambda spec: "{" in spec.path):
        is_shut = walk.is_shut_out(spec)
        for path, closed in addresses(walk, spec):
            walk.ask("GET", path, spec.path, closed=closed, part=is_shut)
        if not is_shut and spec.path not in walk.opened and (asked := with_query(walk, spec.path)):
            walk.ask("GET", asked, spec.path)


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
        is_shut = walk.is_shut_out(spec)
        if "/export." in spec.path or spec.path.startswith("/reports/"):
            walk.ask("POST", spec.path, spec.path, closed=is_shut, part=is_shut)
        elif path := hidden_address(walk, spec.path):
            walk.ask("POST", path, spec.path, closed=True, part=is_shut)


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
        go(walk, routes)
    outside = [walk for walk in walks if walk.me.is_outside]
    closed = [exchange(one, other) for one in outside for other in outside if one is not other]
    for name in FURTHER:
        walks.append(_further(walk_of(world, app, name), routes, walks))
    opened = set().union(*(walk.opened for walk in walks))
    return {
        "bad": [line for walk in walks for line in walk.bad],
        "statuses": {walk.name: dict(walk.statuses) for walk in walks},
        "closed": closed,
        "unopened": sorted({route.spec.path for route in routes if route.spec.method == "GET"} - opened),
        "undrawn": sorted({*panels} - drawn),
    }


def _further(walk: Walk, routes: list[Any], before: list[Walk]) -> Walk:
    """What nobody has opened yet is asked for by further people."""
    opened = set().union(*(walk.opened for walk in before))
    gets(walk, [route.spec for route in routes if route.spec.path not in (*opened, *LEAVING)])
    return walk


if __name__ == "__main__":
    if sys.argv[1] == "fault":
        registry()
        staging.plant_leak()
        print(json.dumps(main(sys.argv[2:], under="/crm/account/{id:int}")))
    else:
        print(json.dumps(main(sys.argv[1:])))
