"""Which pages there are, from the table of routes: each with a user who may see it, and a record where it needs one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import httpx2

from core.access import Actor
from core.actors import actor_for
from core.entity import Entity
from core.passwords import reset_link
from core.registry import registry
from tests.journeys.site import USERS, Site
from tests.journeys.texts import NO_SUCH

# The generic pages of an entity, by what follows its path.
KINDS = {
    "": "list", "/totals": "totals", "/board": "board", "/new": "new", "/import": "import", "/imports": "imports",
    "/{id:int}": "record", "/{id:int}/edit": "edit", "/{id:int}/history": "history", "/{id:int}/rights": "rights",
    "/{id:int}/line": "line", "/{id:int}/gate": "gate",
    "/{id:int}/chart": "chart", "/{id:int}/judge": "judge", "/{id:int}/guests": "guests",
    "/{id:int}/check": "part", "/{id:int}/coverage": "part", "/{id:int}/people": "part", "/{id:int}/lines": "part",
    "/{id:int}/accept": "accept", "/{id:int}/client": "client", "/{id:int}/proposal": "part",
}  # fmt: skip
# Leads to a page of its own, which is walked.
LED_ELSEWHERE = ("/crm/commitment/new",)
FOR_EDITORS = ("edit", "line", "judge", "guests")
# Fragments, files, and pages that stand in the middle of a journey of their own.
ELSEWHERE = re.compile(
    r"/healthz|/me/approvals/{id:int}|/crm/team/{id:int}/deals|/crm/file/{id:int}|/crm/logo/{id:int}/image|/search/hits|/me/inbox/{id:int}"
    r"|/admin/users/{id:int}|/admin/roles/{id:int}(/change)?|/jobs/{id:int}/(status|file|result)|/reset/{token}|/jobs/{id:int}"
    r"|/enter/{token}|/campaigns/watch/{id:int}/give/found"
    r"|/\w+/\w+/(rows|choices|import/{token}/(columns|names|preview))|/reports/(executive|evidence)/part|/reports/meeting/person/{id:int}|/crm/log/people|/papers/{seal}"
)
SHELL = (
    "/", "/signin", "/me/password", "/me/devices", "/me/inbox", "/me/notices", "/me/approvals", "/search", "/jobs",
    "/help", "/me/check-ins",
)  # fmt: skip
ADMIN = (
    "/admin", "/admin/users/new", "/admin/roles", "/admin/units", "/admin/jobs", "/admin/audit", "/admin/access",
    "/crm/logo",
)  # fmt: skip
ROLE = ("", "/change?of=crm.account", "/change?of=pages")
REPORTS = (
    "/reports/adoption", "/reports/adoption/moves",
    "/reports/past", "/reports/past/board", "/reports/past/list", "/reports/past/course",
    "/reports/forecast", "/reports/forecast?way=typed&unit=GZ", "/reports/forecast/list?what=unproved",
    "/reports/past/list?change=won", "/reports/meeting?why=stalled",
    "/reports/executive", "/reports/executive?period=month&unit=GZ", "/reports/evidence", "/reports/evidence?period=12",
    "/reports/centre",
    "/reports/centre/schedule", "/reports/centre/schedule?report=executive&period=quarter",
)  # fmt: skip
LOG = ("/crm/log", "/crm/log?kind=call", "/crm/log?kind=plan")
TEAM = (
    "/crm/today", "/crm/team", "/crm/team/handover", "/crm/team/deputies", "/crm/suggestions", "/crm/renewals",
    "/crm/promises", "/reports/meeting",
)  # fmt: skip
# Lists that show every kind of value, and are what people work with: these are looked at in every language.
MAIN = ("crm.account", "crm.key_person", "crm.opportunity", "crm.activity", "agents.handover", "campaigns.task")

# What the staff of an outside firm works with, and what their channel manager does: `{…}` is a record's own page.
FIELD = ("/campaigns/field", "/campaigns/clients", "/campaigns/results")
WATCH = ("/campaigns/watch", "/campaigns/watch?state=all", "/campaigns/watch/new")
RECORDS = {
    "/campaigns/field/task/{id:int}": ("agent", "/campaigns/field"),
    "/campaigns/client/{id:int}": ("agent", "/campaigns/clients"),
    "/campaigns/watch/{id:int}": ("channel", "/campaigns/watch"),
}  # fmt: skip


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
    covered = {
        *SHELL,
        *ADMIN,
        *TEAM,
        *LOG,
        "/crm/timeline",
        *(path.partition("?")[0] for path in REPORTS),
        *FIELD,
        *WATCH,
        *RECORDS,
        "/campaigns/watch/{id:int}/give",
        "/crm/asking/new",
        "/crm/asking/{id:int}",
        *(f"{entity.path}{tail}" for entity in registry().entities() for tail in KINDS),
    }
    return [path for path in page_routes() if path not in covered and not ELSEWHERE.fullmatch(path)]


def actors(site: Site) -> dict[str, Actor]:
    if not site.actors:
        with site.in_use():
            site.actors.update({user: actor_for(user) for user in USERS})
    return site.actors


def places_of(site: Site, stem: str) -> list[Place]:
    """The pages of one entity. Where a record is needed, it is one that the user may change, if anybody may."""
    entity = registry().entity(stem)
    assert entity is not None
    return list(_places(site, entity))


def _places(site: Site, entity: Entity) -> Iterator[Place]:
    who, record = actors(site), record_of(site, entity)
    for tail, kind in KINDS.items():
        policy = page_routes().get(f"{entity.path}{tail}")
        if policy is None or f"{entity.path}{tail}" in LED_ELSEWHERE:
            continue
        allowed = [user for user in USERS if who[user].may(policy)]
        assert allowed, f"{entity.path}{tail}: nobody may see this page ({policy})"
        if "{id" not in tail:
            yield Place(kind, f"{entity.path}{tail}", allowed[0])
        elif record and (kind not in FOR_EDITORS or record.is_editable) and record.user in allowed:
            yield Place(kind, record.path + tail.removeprefix("/{id:int}"), record.user)


@dataclass(frozen=True)
class Found:
    """A record's address, and who found it in the list."""

    path: str
    user: str
    is_editable: bool


def record_of(site: Site, entity: Entity, users: tuple[str, ...] = USERS) -> Found | None:
    """The first record that somebody may change, else the first that anybody sees."""
    found: list[Found] = []
    for user in users:
        may = actors(site)[user].may
        may_change = may(entity.permission("update"))
        if not may(entity.permission("read")) or (found and not may_change):
            continue
        with site.client(user) as client:
            for path in record_paths(client, entity.path)[: 3 if may_change else 1]:
                is_editable = may_change and f'href="{path}/edit"' in client.get(path).text
                found.append(Found(path, user, is_editable))
                if is_editable:
                    return found[-1]
    return found[0] if found else None


def record_paths(client: httpx2.Client, path: str, listed: str = "") -> list[str]:
    return list(dict.fromkeys(re.findall(rf'href="({path}/\d+)"', client.get(listed or path).text)))


def shell_places(site: Site) -> list[Place]:
    """What belongs to no entity, the pages of refusal among them."""
    with site.in_use():
        link = reset_link(actor_for("am3").user_id or 0)
    return [
        Place("sign-in", "/signin", None), Place("reset", "/reset/" + link.rpartition("/")[2], None),
        *(Place(path.strip("/"), path, "am") for path in SHELL if path not in ("/", "/signin")),
        *(Place("team", path, "lead") for path in TEAM), Place("today", "/crm/today", "am"),
        *(Place("log", path, "am") for path in LOG), *account_places(account_number(site)),
        *(Place("administration", path, "admin") for path in ADMIN), Place("person", admin_user(site), "admin"),
        *(Place("rights", admin_role(site) + tail, "admin") for tail in ROLE),
        Place("reasons", f"/admin/access?user=am&entity=crm.account&record={account_number(site)}", "admin"),
        Place("help", "/help", "agent"), Place("inbox", "/me/inbox", "agent"), Place("help", "/help", "admin"),
        Place("home", "/", "keeper"),
        Place("search", "/search?q=广州", "am"), Place("nothing found", "/search?q=" + NO_SUCH, "am"),
        Place("job", site.job("/reports/pipeline"), "am"), Place("draft quote", draft_quote(site), "am"),
        Place("missing page", "/nowhere", "am", 404), Place("missing record", "/crm/account/1", "am", 404),
        Place("refused", "/crm/account/new", "exec", 403), Place("empty list", "/crm/account?q=" + NO_SUCH, "am"),
        Place("narrowed list", "/crm/account?q=广州&sort=-member_count&density=compact", "am"),
        *(Place("reports", path, "exec") for path in REPORTS),
        *asking_places(site),
        *outside_places(site),
    ]  # fmt: skip


def account_places(key: str) -> list[Place]:
    """What belongs to one account beside its own pages."""
    return [
        Place("log", f"/crm/log?kind=visit&account={key}", "am"),
        Place("timeline", f"/crm/timeline?account={key}", "am"),
    ]


def asking_places(site: Site) -> list[Place]:
    """The form of a request, a request's own page, and the page of whoever answers it."""
    with site.client("am") as client:
        record = record_paths(client, "/crm/commitment")[0]
        request = record_paths(client, "/crm/asking", record)[0]
    with site.client("lead") as client:
        approval = record_paths(client, "/me/approvals")[0]
    form = f"/crm/asking/new?account={account_number(site)}"
    return [
        Place("asking", "/crm/asking/new", "am"), Place("asking", form, "am"), Place("request", request, "am"),
        Place("approval", approval, "lead"),
    ]  # fmt: skip


def draft_quote(site: Site) -> str:
    """A quote with its forms: most are settled."""
    with site.client("am") as client:
        return record_paths(client, "/crm/quote", "/crm/quote?state=draft")[0]


def admin_user(site: Site) -> str:
    with site.client("admin") as client:
        return record_paths(client, "/admin/users", "/admin?q=am")[0]


def admin_role(site: Site) -> str:
    with site.client("admin") as client:
        return record_paths(client, "/admin/roles")[1]


def account_number(site: Site) -> str:
    with site.client("am") as client:
        return record_paths(client, "/crm/account")[0].rpartition("/")[2]


def outside_places(site: Site) -> list[Place]:
    """What the staff of an outside firm works with."""
    records = [Place("record", path, user) for user, path in records_outside(site)]
    watched = [place for place in records if place.user == "channel"]
    return [
        *(Place("field", path, "agent") for path in FIELD), *(Place("watch", path, "channel") for path in WATCH),
        *records, *(Place("give", f"{place.path}/give", "channel") for place in watched),
        Place("closed", "/crm/account", "agent", 404),
    ]  # fmt: skip


def records_outside(site: Site) -> list[tuple[str, str]]:
    """The first page of each kind, found in the list that leads to it."""
    found = []
    for pattern, (user, listed) in RECORDS.items():
        with site.client(user) as client:
            paths = record_paths(client, pattern.partition("/{")[0], listed)
        assert paths, f"the demo world shows {user} nothing on {listed}"
        found.append((user, paths[0]))
    return found
