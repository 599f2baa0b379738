"""Which pages there are, from the table of routes: each with a user who may see it, and a record where it needs one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import httpx2

from core.access import Actor
from core.actors import actor_for
from core.entity import Entity
from core.module import registry
from core.passwords import reset_link
from tests.journeys.site import USERS, Site
from tests.journeys.texts import NO_SUCH

# The generic pages of an entity, by what follows its path.
KINDS = {
    "": "list", "/totals": "totals", "/board": "board", "/new": "new", "/import": "import", "/imports": "imports",
    "/{id:int}": "record", "/{id:int}/edit": "edit", "/{id:int}/history": "history",
}  # fmt: skip
# Fragments, files, and pages that stand in the middle of a journey of their own.
ELSEWHERE = re.compile(
    r"/healthz|/jobs/{id:int}/(status|file|result)|/reset/{token}|/jobs/{id:int}"
    r"|/\w+/\w+/(rows|choices|import/{token}/(columns|names|preview))"
)
SHELL = ("/", "/signin", "/me/password", "/me/devices", "/search", "/jobs")
# Lists that show every kind of value, and are what people work with: these are looked at in every language.
MAIN = ("crm.account", "crm.key_person", "crm.opportunity", "crm.activity", "agents.handover", "campaigns.task")

OUTSIDE = ("crm.account", "crm.key_person", "crm.activity", "campaigns.task")


@dataclass(frozen=True)
class Place:
    """A page, and who looks at it."""

    kind: str
    path: str
    user: str | None
    status: int = 200

    def __str__(self) -> str:
        return f"{self.path} ({self.kind}, {self.user or 'a stranger'})"


def stems() -> list[str]:
    return [entity.stem for entity in registry().entities()]


@cache
def page_routes() -> dict[str, str]:
    """Every address that a browser may open, and the right it asks for."""
    from web.app import route_table

    return {row["path"]: row["policy"] for row in route_table() if row["method"] == "GET"}


def unknown_routes() -> list[str]:
    """Addresses that neither this walk nor a journey covers."""
    covered = {*SHELL, *(f"{entity.path}{tail}" for entity in registry().entities() for tail in KINDS)}
    return [path for path in page_routes() if path not in covered and not ELSEWHERE.fullmatch(path)]


def actors(site: Site) -> dict[str, Actor]:
    with site.in_use():
        return {user: actor_for(user) for user in USERS}


def places_of(site: Site, stem: str) -> list[Place]:
    """The pages of one entity. Where a record is needed, it is one that the user may change, if anybody may."""
    entity = registry().entity(stem)
    assert entity is not None
    return list(_places(site, entity))


def _places(site: Site, entity: Entity) -> Iterator[Place]:
    who = actors(site)
    for tail, kind in KINDS.items():
        policy = page_routes().get(f"{entity.path}{tail}")
        if policy is None:
            continue
        allowed = [user for user in USERS if who[user].may(policy)]
        assert allowed, f"{entity.path}{tail}: nobody may see this page ({policy})"
        if "{id" not in tail:
            yield Place(kind, f"{entity.path}{tail}", allowed[0])
        elif found := with_record(site, entity, tail, allowed):
            yield Place(kind, found[1], found[0])


def with_record(site: Site, entity: Entity, tail: str, users: list[str]) -> tuple[str, str] | None:
    """The first user who has such a page, and its address."""
    for user in users:
        with site.client(user) as client:
            for path in record_paths(client, entity.path)[:4]:
                wanted = f"{entity.path}{tail}".replace(f"{entity.path}/{{id:int}}", path)
                if client.get(wanted).status_code == 200:
                    return user, wanted
    return None


def record_paths(client: httpx2.Client, path: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf'href="({path}/\d+)"', client.get(path).text)))


def shell_places(site: Site) -> list[Place]:
    """What belongs to no entity, the pages of refusal among them."""
    with site.in_use():
        link = reset_link(actor_for("am3").user_id or 0)
    return [
        Place("sign-in", "/signin", None), Place("reset", "/reset/" + link.rpartition("/")[2], None),
        *(Place(path.strip("/") or "home", path, "am") for path in SHELL if path != "/signin"),
        Place("home", "/", "agent"), Place("home", "/", "exec"), Place("home", "/", "admin"),
        Place("search", "/search?q=广州", "am"), Place("nothing found", "/search?q=" + NO_SUCH, "am"),
        Place("job", site.job("/reports/pipeline"), "am"),
        Place("missing page", "/nowhere", "am", 404), Place("missing record", "/crm/account/1", "am", 404),
        Place("refused", "/crm/account/new", "exec", 403), Place("empty list", "/crm/account?q=" + NO_SUCH, "am"),
        Place("narrowed list", "/crm/account?q=广州&sort=-member_count&density=compact", "am"),
        *outside_places(site),
    ]  # fmt: skip


def outside_places(site: Site) -> list[Place]:
    """What the staff of an outside firm works with."""
    entities = [entity for stem in OUTSIDE if (entity := registry().entity(stem))]
    records = [(entity, with_record(site, entity, "/{id:int}", ["agent"])) for entity in entities]
    missing = [entity.stem for entity, found in records if found is None]
    assert not missing, f"the demo world shows the outside user nothing of {missing}"
    return [
        place for entity, found in records if found
        for place in (Place("list", entity.path, "agent"), Place("record", found[1], "agent"))
    ]  # fmt: skip
