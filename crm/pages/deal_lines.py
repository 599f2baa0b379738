"""Adding and editing a line of a deal: the small form on its page, and the same on a page of its own."""

import secrets
from dataclasses import dataclass

from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.fields import view
from core.history import may
from core.i18n import N_, _
from core.once import once
from crm.deal_view import view_of
from crm.opportunities import Opportunity
from crm.opportunity_lines import OPPORTUNITY_LINE, OpportunityLine
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal import lines, lines_part
from crm.pages.deal_part import answer_part, unfolding
from crm.pages.deal_top import figures
from web.kit.inputs import input_for, offer_for, read_values, typed_of
from web.kit.rendering import render_part
from web.kit.requests import Ask, Routes, html, number_of, see_other
from web.kit.views import Field

ASKED = tuple(
    view(column)
    for column in (
        OpportunityLine.product_id,
        OpportunityLine.quantity,
        OpportunityLine.one_off,
        OpportunityLine.monthly,
        OpportunityLine.months,
    )
)


@dataclass(frozen=True, kw_only=True)
class LineForm:
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...]
    submit: str
    cancel: str
    focus: str
    error: str = ""


def add_routes(made: Routes) -> None:
    path = f"{OPPORTUNITY.path}/{{id:int}}/line"
    made.get(f"{path}s", OPPORTUNITY.permission("read"), unfolding(N_("Opportunity lines"), lines))
    made.get(path, OPPORTUNITY_LINE.permission("create"), show)
    made.post(path, OPPORTUNITY_LINE.permission("create"), save)


def show(ask: Ask) -> Response:
    """The form for a line more, or for that of `line`; with `closed` the lines as they are."""
    number = ask.query.get("line", "")
    with ask.reading() as session:
        deal = changeable(session, ask.id)
        if ask.query.get("closed") and ask.is_fragment:
            return html(lines_part(session, view_of(session, deal), is_saved=True))
        line = line_of(session, deal, number) if number else None
        typed = typed_of(ASKED, line) if line else {}
        return answer(
            ask, session, deal, form_of(session, deal, typed, line=number, version=line.version if line else 0)
        )


def changeable(session: ActorSession, deal_id: int) -> Opportunity:
    deal: Opportunity = get(session, Opportunity, deal_id)
    if not may(session, OPPORTUNITY, deal_id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    return deal


def line_of(session: ActorSession, deal: Opportunity, number: str) -> OpportunityLine:
    line = get(session, OpportunityLine, int(number)) if number.isdecimal() and len(number) < 19 else None
    if line is None or line.opportunity_id != deal.id or line.archived_at is not None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return line


def form_of(
    session: ActorSession, deal: Opportunity, typed: dict[str, str], *, line: str = "", version: int = 0,
    error: Exception | None = None, key: str = "",
) -> LineForm:  # fmt: skip
    offer, problems = offer_for(session, ASKED, typed), getattr(error, "problems", {})
    made = tuple(
        input_for(each, typed.get(each.name, ""), offer, error=problems.get(each.name, "")) for each in ASKED
    )  # fmt: skip
    at_fields = problems and problems.keys() <= {each.name for each in made}
    hidden = (("key", key or secrets.token_urlsafe(12)), ("line", line), ("version", str(version)))
    return LineForm(
        fields=made, hidden=hidden, submit=_("Save") if line else _("Add the line"),
        cancel=f"{OPPORTUNITY.path}/{deal.id}#p-deal-lines",
        focus=next((each.name for each in made if each.error), made[0].name),
        error="" if error is None or at_fields else str(error),
    )  # fmt: skip


def save(ask: Ask) -> Response:
    typed = {each.name: ask.typed(each.name) for each in ASKED}
    try:
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _save(session, ask, typed))
    except (Invalid, Conflict) as error:
        return refused(ask, typed, error)
    if not ask.is_fragment:
        return see_other(path, flash="saved")
    with ask.reading() as session:
        return answer(ask, session, changeable(session, ask.id), None)


def _save(session: ActorSession, ask: Ask, typed: dict[str, str]) -> str:
    deal, number = changeable(session, ask.id), ask.typed("line")
    line = line_of(session, deal, number) if number else OpportunityLine(opportunity_id=deal.id)
    if number and str(line.version) != ask.typed("version"):
        raise Conflict(_("Somebody else saved this record while you were working on it."))
    values = read_values(session, ASKED, typed)
    if not values["product_id"]:
        sentence = _("Please fill in “{field}”.", field=_("Product"))
        raise Invalid(sentence, {"product_id": sentence})
    if number and values["product_id"] != line.product_id:
        line.name = ""
    for name, value in values.items():
        setattr(line, name, value)
    OPPORTUNITY_LINE.complete(session, line)
    session.add(line)
    return f"{OPPORTUNITY.path}/{deal.id}/lines"


def refused(ask: Ask, typed: dict[str, str], error: Exception) -> Response:
    """What was typed stays, with a sentence at what is wrong."""
    version = number_of(ask.typed("version")) or 0
    with ask.reading() as session:
        deal = changeable(session, ask.id)
        form = form_of(
            session, deal, typed, line=ask.typed("line"), version=version, error=error, key=ask.typed("key"),
        )  # fmt: skip
        return answer(ask, session, deal, form, status=409 if isinstance(error, Conflict) else 422)


def answer(ask: Ask, session: ActorSession, deal: Opportunity, form: LineForm | None, status: int = 200) -> Response:
    """Only the lines, and the key figures that follow from them; or the lines on a page of their own."""
    seen = view_of(session, deal)
    part, is_saved = lines_part(session, seen, form, is_saved=form is None), form is None and ask.is_fragment
    changed = render_part("crm/opportunity/changed.html", figures=figures(session, seen)) if is_saved else ""
    return answer_part(ask, deal, _("Opportunity lines"), part + changed, status)
