"""Which addresses a person asks for: those of all routes, and of what is registered to narrow a list by."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from html import unescape

from core.record import Reference
from core.registry import registry
from tests.isolation.real import marks, oracle
from tests.isolation.real.walk import Walk
from web.kit.requests import Spec

ID = re.compile(r"{\w+:int}")
LINKED = 3  # records that pages led to, for an address of which it is not known what kind they are
CONFIGURES = "admin"
LEAVING = ("/signout", "/signout-everywhere", "/me/devices/{id:int}/end", "/preferences")


def addresses(walk: Walk, spec: Spec) -> Iterator[tuple[str, bool]]:
    """The route's address, for some rows that are open to the person and some that are not.

    Where the route itself is closed to the person, one address tells: that of a row which is not theirs.
    """
    route = spec.path
    table = _table_of(route)
    if walk.is_shut_out(spec):
        yield _filled(route, next(_rows(walk, table, is_open=False), 1) if table else 1), True
    elif "{" not in route:
        yield route, False
    elif table is None:
        known = re.compile(_filled(ID.sub("(I)", route), 0).replace("(I)", r"(\d+)"))
        for number in sorted({*range(1, 4), *map(int, list(dict.fromkeys(known.findall(walk.linked)))[:LINKED])}):
            yield _filled(route, number), False
    else:
        for is_open in (True, False):
            for number in itertools.islice(_rows(walk, table, is_open=is_open), 1):
                yield _filled(route, number), not is_open


def hidden_address(walk: Walk, route: str) -> str:
    """The address of a row that is there, and not for this person; nothing where there is none."""
    table = _table_of(route)
    number = next(_rows(walk, table, is_open=False), None) if table else None
    return "" if number is None else _filled(route, number)


def _rows(walk: Walk, table: str, *, is_open: bool) -> Iterator[int]:
    rows = walk.world.rows[table].items()
    return (key for key, row in rows if oracle.may(walk.me, "read", table, row) is is_open)


def _table_of(route: str) -> str | None:
    name = "_".join(route.split("/{")[0].strip("/").split("/"))
    return name if name in oracle.RULES else None


def _filled(route: str, number: int) -> str:
    return re.sub(r"{\w+}", "none", ID.sub(str(number), route))


def narrowed(walk: Walk) -> Iterator[tuple[str, str]]:
    """Lists by every condition, tab, facet's and search's words; pickers; the palette."""
    actor = walk.actor
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


def with_query(walk: Walk, route: str) -> str:
    """For a page that wants to know more than its address says: as another page leads to it."""
    found = re.search(_filled(ID.sub("(I)", route), 0).replace("(I)", r"\d+") + r"\?\S+", walk.linked)
    return unescape(found[0]) if found else ""


def is_needless(walk: Walk, route: str) -> bool:
    """Configuration is everybody's: its pages are asked for by one person, all the others' by all."""
    if route in LEAVING:
        return True
    return walk.name != CONFIGURES and any(route.startswith(f"{path}/") or route == path for path in _configuration())


@cache
def _configuration() -> list[str]:
    return [entity.path for entity in registry().entities() if issubclass(entity.model, Reference)]
