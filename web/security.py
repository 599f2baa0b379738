"""What every response carries and what every request must be: pure ASGI, outermost first in `web.app`."""

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.i18n import set_language
from core.settings import settings
from web.kit.shell import language_of
from web.measure import Measure, measuring

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
VARY = "HX-Request, HX-Request-Type, HX-Target, Cookie"


class EveryResponse:
    """Names the request, measures it, and adds the headers; whoever answers, and whatever the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        measure = Measure()
        request_id = scope.setdefault("state", {})["request_id"] = secrets.token_hex(6)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["server-timing"] = measure.header()
                add_headers(headers)
            await send(message)

        with measuring(measure):
            await self.app(scope, receive, send_with_headers)


def add_headers(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    if headers.get("content-type", "").startswith("text/html"):
        headers.add_vary_header(VARY)
    if settings().secure_cookies:
        headers["strict-transport-security"] = STRICT_TRANSPORT


class KnownHost:
    """Refuses a request for a host that is not ours: links and redirects are made from it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_known_host(scope):
            refusal = "This host is not served here. The setting OCTANT_TRUSTED_HOSTS lists those that are.\n"
            await PlainTextResponse(refusal, 400)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_known_host(scope: Scope) -> bool:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and bare_host(hosts[0]) in trusted_hosts()


def bare_host(host: str) -> str:
    """Without the port; an IPv6 address keeps its brackets."""
    end = host.find("]") + 1 if host.startswith("[") else (host.find(":") if ":" in host else len(host))
    rest = host[end:]
    return host[:end].lower() if not rest or rest[1:].isdecimal() else ""


def trusted_hosts() -> set[str]:
    return {name.strip().lower() for name in settings().trusted_hosts.split(",") if name.strip()}


class SameSite:
    """Refuses a post that another site's page made: by Sec-Fetch-Site, else by Origin. No tokens are needed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_own(scope):
            await PlainTextResponse("A request from another site is refused.\n", 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_own(scope: Scope) -> bool:
    """A program that is no browser sends neither header; it holds no cookie that others could misuse."""
    headers = Headers(scope=scope)
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if scope["method"] in SAFE_METHODS:
        return True
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc == headers.get("host")


class Language:
    """Puts the language of the request into force, for texts of pages and of errors alike."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            set_language(language_of(Request(scope)))
        await self.app(scope, receive, send)
