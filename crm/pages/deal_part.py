"""A part of a deal's page by itself: as the fragment that htmx asked for, or on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup
from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import NotFound
from core.i18n import _
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from web.kit.requests import Ask, html
from web.kit.shell import page
from web.kit.views import Crumb


class Draw(Protocol):
    def __call__(self, session: ActorSession, deal: Opportunity, *, is_open: bool) -> str: ...


@dataclass(frozen=True, kw_only=True)
class PartPage:
    title: str
    deal: str
    back: str
    part: Markup


def unfolding(title: str, draw: Draw) -> Callable[[Ask], Response]:
    """Answers the part that `draw` makes: whole, or with `folded` its header alone."""

    def show(ask: Ask) -> Response:
        with ask.reading(clear=True) as session:
            deal: Opportunity = get(session, Opportunity, ask.id)
            part = draw(session, deal, is_open=not is_folding(ask))
        if not part:
            raise NotFound(_("There is no such record, or it is not yours to see."))
        return answer_part(ask, deal, _(title), part)

    return show


def is_folding(ask: Ask) -> bool:
    return ask.is_fragment and "folded" in ask.query


def answer_part(ask: Ask, deal: Opportunity, title: str, part: str, status: int = 200) -> Response:
    if ask.is_fragment:
        return html(part, status)
    back = f"{OPPORTUNITY.path}/{deal.id}"
    made = PartPage(title=title, deal=deal.name, back=back, part=Markup(part))  # noqa: S704 our own template made it
    crumbs = (Crumb(text=_(OPPORTUNITY.plural), href=OPPORTUNITY.path), Crumb(text=deal.name, href=back))
    return page(ask, "crm/opportunity/part_page.html", made, (*crumbs, Crumb(text=title)), status)
