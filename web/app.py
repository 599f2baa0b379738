"""The application: the modules' own routes first, then the generic pages of every entity, behind the middlewares."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette_compress import CompressMiddleware

from core.checks import problems
from core.registry import registry
from web.errors import LastResort, add_handlers
from web.kit.assets import STATIC, joined
from web.kit.rendering import add_templates
from web.kit.requests import Spec
from web.pages import entities, shell_routes
from web.policy import branches, demand_policies, policy_table
from web.security import EveryResponse, KnownHost, Language, SameSite

THREADS = 16
A_YEAR = "public, max-age=31536000, immutable"


def create_app() -> FastAPI:
    """Refuses to start where a check fails or a route says nothing of who may use it."""
    if found := problems(registry()):
        raise LookupError("; ".join(found))
    for module in registry().modules:
        add_templates(Path(str(import_module(module.name).__file__)).parent / "templates")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan)
    app.router.routes.extend(branches(specs()))
    app.router.routes.append(Mount("/static", CachedStatic(directory=STATIC), name="static"))
    demand_policies(app.router.routes)
    add_handlers(app)
    # The last one added is the outermost.
    for middleware in (LastResort, SameSite, KnownHost, Language):
        app.add_middleware(middleware)
    # Under a millisecond more than by the usual levels for a long page, and some 7 % fewer bytes.
    app.add_middleware(CompressMiddleware, zstd_level=9, brotli_quality=5)
    app.add_middleware(EveryResponse)
    return app


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """A few threads serve better than many: the database is what they wait for."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def specs() -> list[Spec]:
    modules = [spec for module in registry().modules if module.routes is not None for spec in module.routes.specs]
    generic = [spec for entity in registry().entities() for spec in entities.routes(entity).specs]
    return modules + shell_routes() + generic


def route_table() -> list[dict[str, str]]:
    """For `octant routes`."""
    return policy_table(branches(specs()))


class CachedStatic(StaticFiles):
    """An address with a version is kept for ever; without one it is asked for again each time. `a+b.css` is both."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = join(path) if "+" in path else await super().get_response(path, scope)
        response.headers["cache-control"] = A_YEAR if b"v=" in scope.get("query_string", b"") else "no-cache"
        return response


def join(path: str) -> Response:
    try:
        return Response(joined(path), media_type="text/css" if path.endswith(".css") else "text/javascript")
    except LookupError:
        return Response(status_code=404)
