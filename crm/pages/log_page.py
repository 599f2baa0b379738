"""The page for the thumb: the form with whom it is about, or with the clients one was with last."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col
from starlette.responses import Response

from core.db import ActorSession
from core.i18n import _
from crm.accounts import Account
from crm.activities import Activity
from crm.pages.composer import About, Composer, recent_links
from web.kit.requests import Ask
from web.kit.shell import page
from web.kit.views import Crumb, Link

RECENT = 6


@dataclass(frozen=True, kw_only=True)
class LogPage:
    title: str
    composer: Composer
    about: tuple[Link, ...] = ()
    plan: Activity | None = None
    recent: tuple[Link, ...] = ()
    cancel: str = "/"


def draw(ask: Ask, session: ActorSession, about: About, composer: Composer, status: int = 200) -> Response:
    view = LogPage(
        title=_("Log"), composer=composer, about=_links(about), plan=about.activity,
        recent=() if about.account or about.deal else recent_links(session, composer.kind, _recent(session)),
        cancel=_cancel(about),
    )  # fmt: skip
    return page(ask, "crm/log.html", view, (Crumb(text=_("Log")),), status)


def _links(about: About) -> tuple[Link, ...]:
    found = [(about.account, "/crm/account", "building-2"), (about.deal, "/crm/opportunity", "handshake")]
    return tuple(Link(text=each.name, href=f"{path}/{each.id}", icon=icon) for each, path, icon in found if each)


def _cancel(about: About) -> str:
    return next((link.href for link in reversed(_links(about))), "/")


def _recent(session: ActorSession) -> list[tuple[int, str]]:
    """Clients of one's own latest activities: no more than the last fifty are looked at."""
    latest = (
        select(col(Activity.id).label("id"), col(Activity.account_id).label("account_id"))
        .where(
            col(Activity.owner_id) == session.actor.user_id,
            col(Activity.account_id).is_not(None),
            col(Activity.archived_at).is_(None),
        )
        .order_by(col(Activity.id).desc())
        .limit(50)
        .subquery()
    )
    last = func.max(latest.c.id)
    found = (
        select(col(Account.id), col(Account.name))
        .join(latest, latest.c.account_id == col(Account.id))
        .where(col(Account.archived_at).is_(None))
        .group_by(col(Account.id), col(Account.name))
        .order_by(last.desc())
        .limit(RECENT)
    )
    return [(row[0], row[1]) for row in session.execute(found)]
