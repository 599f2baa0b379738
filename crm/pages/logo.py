"""The company's logo for quotes and proposals: uploaded once by whoever looks after the configuration."""

from dataclasses import dataclass

from starlette.responses import Response

from core import clock, files
from core.db import get
from core.errors import DomainError, Invalid
from core.i18n import N_, _
from core.people import User
from crm.quotes.logos import MOST_BYTES, Logo, logo_in_use, retire, use, use_again
from web.kit import format as texts
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb, Field
from web.kit.views.forms import field as input_field

PATH = "/crm/logo"
READ, UPDATE = "crm.logo.read", "crm.logo.update"
FILES = ".png,.jpg,.jpeg"
# A picture never changes under its number.
AGE = "private, max-age=31536000, immutable"

FLASHES.update({
    "logo-used": N_("The logo stands on every paper that is made from now on."),
    "logo-removed": N_("Papers are made without a logo from now on."),
})  # fmt: skip
UNDOS.update({"logo-removed": f"{PATH}/{{id}}/again"})


@dataclass(frozen=True, kw_only=True)
class LogoPage:
    """`image` is empty while there is no logo; `about` says whose file it is, since when."""

    title: str
    field: Field
    image: str = ""
    about: tuple[str, ...] = ()
    error: str = ""


def add_routes(made: Routes) -> None:
    made.get(PATH, UPDATE, show)
    made.post(PATH, UPDATE, upload, takes_files=True)
    made.post(f"{PATH}/remove", UPDATE, remove)
    made.post(f"{PATH}/{{id:int}}/again", UPDATE, again)
    made.get(f"{PATH}/{{id:int}}/image", READ, image)


def address_of(logo_id: int) -> str:
    return f"{PATH}/{logo_id}/image"


def show(ask: Ask) -> Response:
    return _draw(ask)


def _draw(ask: Ask, error: DomainError | None = None) -> Response:
    with ask.reading() as session:
        logo = logo_in_use(session)
        by = session.get(User, logo.by_id) if logo and logo.by_id else None
    said = str(error) if error else ""
    made = LogoPage(
        title=_("Logo"), image=address_of(logo.id) if logo else "", error=said,
        about=_about(logo, by) if logo else (),
        field=input_field("logo", _("Picture file"), "file", error=said, accept=FILES, required=True, help=_help()),
    )  # fmt: skip
    return page(ask, "crm/logo.html", made, (Crumb(text=made.title),), 422 if error else 200)


def _help() -> str:
    return _("PNG or JPEG, at most {n} MB; it is printed on white, 4 cm wide.", n=MOST_BYTES // 2**20)


def _about(logo: Logo, by: User | None) -> tuple[str, ...]:
    points = _("{width} × {height} points", width=logo.width, height=logo.height)
    since = texts.day_in_words(clock.local(logo.created_at).date())
    return tuple(part for part in (logo.name, points, since, by.name if by else "") if part)


def upload(ask: Ask) -> Response:
    sent = ask.file("logo")
    try:
        if sent is None:
            raise Invalid(_("Choose a picture."))
        content = sent.file.read(MOST_BYTES + 1)
        with ask.writing() as session:
            use(session, files.clean_name(sent.filename or ""), content)
    except Invalid as error:
        return _draw(ask, error)
    return see_other(PATH, flash="logo-used")


def remove(ask: Ask) -> Response:
    with ask.writing() as session:
        logo = logo_in_use(session)
        retire(session)
        number = logo.id if logo else 0
    return see_other(PATH, flash=f"logo-removed:{number}" if number else "")


def again(ask: Ask) -> Response:
    with ask.writing() as session:
        use_again(session, get(session, Logo, ask.id))
    return see_other(PATH, flash="logo-used")


def image(ask: Ask) -> Response:
    with ask.reading() as session:
        logo = get(session, Logo, ask.id)
    return Response(files.read(logo.key, logo.digest), media_type=logo.mime, headers={"cache-control": AGE})
