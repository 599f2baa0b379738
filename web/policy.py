"""Who may use which route: every route carries its policy, and one that carries none does not start."""

from collections.abc import Callable, Iterable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Message, Receive, Scope, Send

from core.access import Actor, Profile, demand
from core.actors import actor_of
from core.errors import DomainError, NotFound
from core.i18n import _
from core.settings import settings
from web.kit.requests import PUBLIC, SIGNED_IN, Ask, Spec, demand_storable

COOKIE = "octant"
SECURE_COOKIE = "__Host-octant"
LARGEST_FORM = 2 * 2**20
MOST_FIELDS = 2000
MOST_FILES = 10

NOBODY = Actor(None, "", "", Profile(()))


class SignInNeeded(DomainError):
    """Nobody is signed in, or no longer."""


class TooLarge(DomainError):
    """The request's body is larger than this route takes."""


class PolicyRoute(Route):
    """A route with its policy. The order of a request: who asks, may they, what did they send, the answer."""

    def __init__(self, spec: Spec) -> None:
        self.policy, self.spec = spec.policy, spec
        super().__init__(spec.path, endpoint_of(spec), methods=[spec.method], name=f"{spec.method} {spec.path}")


def endpoint_of(spec: Spec) -> Callable[[Request], Any]:
    def admitted(request: Request) -> tuple[Actor, int]:
        if spec.policy == PUBLIC:
            return NOBODY, 0
        return admit(request, spec)

    def answer(request: Request, who: tuple[Actor, int], form: FormData) -> Response:
        demand_storable(form)
        return spec.handler(Ask(request, *who, form))

    def answer_read(request: Request) -> Response:
        return answer(request, admitted(request), FormData())

    async def read(request: Request) -> Response:
        return await run_in_threadpool(answer_read, request)

    async def write(request: Request) -> Response:
        who = await run_in_threadpool(admitted, request)
        limit = settings().max_upload_mb * 2**20 if spec.takes_files else LARGEST_FORM
        bounded = Request(request.scope, bounded_body(request, limit))
        async with bounded.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_FORM) as form:
            return await run_in_threadpool(answer, request, who, form)

    return write if spec.method == "POST" else read


def admit(request: Request, spec: Spec) -> tuple[Actor, int]:
    """The signed-in user, if the policy lets them in. To people of outside firms most of the product is not there."""
    found = visitor(request)
    if found is None:
        raise SignInNeeded(_("Please sign in."))
    actor, visit_id = found
    if actor.profile.is_outside and not spec.is_open_outside:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    if spec.policy != SIGNED_IN:
        demand_seen(actor, spec.policy)
    return actor, visit_id


def demand_seen(actor: Actor, permission: str) -> None:
    """To whom may not even read an entity, its pages are not there at all."""
    stem, _dot, verb = permission.rpartition(".")
    if verb != "read" and stem.count(".") == 1 and not actor.may(f"{stem}.read"):
        raise NotFound(_("There is no such record, or it is not yours to see."))
    if verb == "read" and not actor.may(permission):
        raise NotFound(_("There is no such record, or it is not yours to see."))
    demand(actor, permission)


def visitor(request: Request) -> tuple[Actor, int] | None:
    """Whoever is signed in, asked once per request."""
    if not hasattr(request.state, "visitor"):
        token = request.cookies.get(cookie_name(), "")
        request.state.visitor = actor_of(token) if token else None
    return request.state.visitor  # type: ignore[no-any-return]


def cookie_name() -> str:
    return SECURE_COOKIE if settings().secure_cookies else COOKIE


def bounded_body(request: Request, limit: int) -> Receive:
    """The body, refused once it is larger than the limit; a declared length is believed before a byte is read."""
    declared = request.headers.get("content-length", "0")
    is_declared_larger = not declared.isdecimal() or len(declared) > 18 or int(declared) > limit
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        if is_declared_larger:
            raise too_large(limit)
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise too_large(limit)
        return message

    return receive


def too_large(limit: int) -> TooLarge:
    return TooLarge(_("This is too large: at most {n} MB can be sent here. Nothing was saved.", n=limit // 2**20))


class Branch(BaseRoute):
    """The routes below one prefix, such as `/crm/account`: a request looks through those alone, not through all."""

    def __init__(self, prefix: str, specs: Iterable[Spec]) -> None:
        self.prefix, self.below = prefix, f"{prefix}/"
        self.routes = [PolicyRoute(spec) for spec in specs]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope["path"]
        partial: tuple[Match, Scope] = (Match.NONE, {})
        if path == self.prefix or path.startswith(self.below):
            for route in self.routes:
                match, child = route.matches(scope)
                if match is Match.FULL:
                    return match, {**child, "octant.route": route}
                if match is Match.PARTIAL and partial[0] is Match.NONE:
                    partial = match, {**child, "octant.route": route}
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: PolicyRoute = scope["octant.route"]
        await route.handle(scope, receive, send)


def branches(specs: Iterable[Spec]) -> list[Branch]:
    """Earlier routes win: the modules' own come before the generic ones of the same address."""
    first: dict[tuple[str, str], Spec] = {}
    for spec in specs:
        first.setdefault((spec.method, spec.path), spec)
    grouped: dict[str, list[Spec]] = {}
    for spec in first.values():
        grouped.setdefault(prefix_of(spec.path), []).append(spec)
    return [Branch(prefix, group) for prefix, group in grouped.items()]


def prefix_of(path: str) -> str:
    """The first two parts, as far as they are fixed."""
    fixed = path.partition("/{")[0]
    return "/".join(fixed.split("/")[:3])


def policy_routes(routes: Iterable[BaseRoute]) -> list[PolicyRoute]:
    found: list[PolicyRoute] = []
    for route in routes:
        found += route.routes if isinstance(route, Branch) else [route] if isinstance(route, PolicyRoute) else []
    return found


def demand_policies(routes: Iterable[BaseRoute]) -> None:
    """Deny by default, for code too: start-up stops at a route that says nothing of who may use it."""
    for route in routes:
        is_static = isinstance(route, Mount) and route.name == "static"
        if not is_static and not isinstance(route, Branch):
            raise LookupError(f"the route {getattr(route, 'path', route)} carries no policy")
    for each in policy_routes(routes):
        if not each.policy:
            raise LookupError(f"the route {each.path} carries no policy")


def policy_table(routes: Iterable[BaseRoute]) -> list[dict[str, str]]:
    return [{"method": r.spec.method, "path": r.spec.path, "policy": r.policy} for r in policy_routes(routes)]
