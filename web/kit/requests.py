"""What a handler is given, and how a route says who may use it.

A handler is a plain function of one `Ask`; it opens `ask.reading()` or `ask.writing()` itself, so that the commit
has returned before there is a response. `Routes` is what a module puts into its manifest.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.access import Actor
from core.db import ActorSession, reading, unit_of_work
from core.errors import Invalid, NotFound
from core.i18n import _, language
from core.settings import settings

PUBLIC, SIGNED_IN = "public", "signed-in"
LARGEST_ID = 2**63 - 1


class IdConvertor(IntegerConvertor):
    """A number with more digits than any id has is no address."""

    regex = "[0-9]{1,19}"


register_url_convertor("int", IdConvertor())


@dataclass(frozen=True)
class Ask:
    """One request of a signed-in user, its form already read."""

    request: Request
    actor: Actor
    visit_id: int = 0
    form: FormData = field(default_factory=FormData)

    @property
    def id(self) -> int:
        """The record's id in the address."""
        return self.number("id")

    def number(self, name: str) -> int:
        value = int(self.request.path_params[name])
        if value > LARGEST_ID:
            raise NotFound(_("There is no such record, or it is not yours to see."))
        return value

    @property
    def query(self) -> QueryParams:
        return self.request.query_params

    @property
    def path(self) -> str:
        """This page's address with its query, to come back to."""
        query = self.request.url.query
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    @property
    def is_fragment(self) -> bool:
        """Asked for by htmx to replace a part of a page."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-request-type") != "full"

    def typed(self, name: str) -> str:
        """What was typed; several ticks of one name are joined by commas."""
        values = [value for value in self.form.getlist(name) if isinstance(value, str)]
        return ",".join(filter(None, values)) if len(values) > 1 else "".join(values)

    def file(self, name: str) -> UploadFile | None:
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def pairs(self) -> list[tuple[str, str]]:
        """What was typed, for a digest of the form; a file counts by its name and size."""
        return [(k, v if isinstance(v, str) else f"{v.filename}:{v.size}") for k, v in self.form.multi_items()]

    def reading(self, *, clear: bool = False) -> AbstractContextManager[ActorSession]:
        return reading(self.actor, clear=clear)

    @contextmanager
    def writing(self, *, clear: bool = False) -> Iterator[ActorSession]:
        with unit_of_work(self.actor, clear=clear) as session:
            session.info["origin"] = "screen"
            yield session


Handler = Callable[[Ask], Response]


@dataclass(frozen=True)
class Spec:
    """One route: its policy is a permission, or one of the two words above.

    Pages that ask for a permission are not there for people of outside firms, unless the route says `outside`.
    """

    method: str
    path: str
    policy: str
    handler: Handler
    takes_files: bool = False
    outside: bool | None = None

    @property
    def is_open_outside(self) -> bool:
        return self.policy in (PUBLIC, SIGNED_IN) if self.outside is None else self.outside


class Routes:
    """Routes in the making. Paths are whole, such as `/crm/account/{id:int}`; an earlier route wins."""

    def __init__(self) -> None:
        self.specs: list[Spec] = []

    def get(self, path: str, policy: str, handler: Handler, *, outside: bool | None = None) -> None:
        self.specs.append(Spec("GET", path, policy, handler, outside=outside))

    def post(
        self, path: str, policy: str, handler: Handler, *, takes_files: bool = False, outside: bool | None = None
    ) -> None:
        self.specs.append(Spec("POST", path, policy, handler, takes_files, outside))


def number_of(text: str) -> int | None:
    """A typed number that may be an id or a version; None for everything else, however long."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= 19
    return int(text) if is_number and int(text) <= LARGEST_ID else None


def demand_storable(form: FormData) -> None:
    """PostgreSQL holds no NUL, so that it is refused for every field of every form at once."""
    if any(isinstance(value, str) and "\x00" in value for _name, value in form.multi_items()):
        raise Invalid(_("The text contains a character that cannot be stored."))


def html(text: str, status: int = 200, **headers: str) -> HTMLResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTMLResponse(text, status, headers={"content-language": language(), **named})


def see_other(path: str, *, flash: str = "") -> RedirectResponse:
    """After a post: on to the page that shows its result, with a message that is shown once."""
    response = RedirectResponse(path, 303)
    if flash:
        response.set_cookie(FLASH, flash, max_age=120, httponly=True, samesite="lax", secure=settings().secure_cookies)
    return response


FLASH = "octant_flash"
# In the address of a form: the page from which somebody came, and to which the answer leads.
BACK = "back"


def local_path(path: str, *, otherwise: str = "/") -> str:
    """A path of this site, or the other one. Never an address elsewhere, however it is dressed up."""
    is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_path else otherwise


def address(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def site_of(ask: Ask) -> str:
    """The product's address for links that leave it: the one of the settings, else the one that was asked."""
    return (settings().public_url or str(ask.request.base_url)).rstrip("/")
