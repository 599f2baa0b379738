"""The posts behind a suggestion: drawing it, planning it, asking for another one, and saying why it does not suit."""

from collections.abc import Callable, Mapping
from datetime import date

from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Invalid
from core.fields import KINDS
from core.i18n import N_, _
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal_lines import changeable
from crm.pages.deal_next import ANSWER, Told, part
from crm.pages.deal_part import answer_part
from crm.pages.deal_play import grid
from crm.pages.deal_top import top
from crm.pages.timeline import below_composer
from crm.playbook.suggesting import Plan, of_deal, pass_over, plan, refuse, suggest, take_back
from crm.suggestions import Suggestion
from web.kit.rendering import render_part
from web.kit.requests import Ask, Routes, number_of, see_other
from web.kit.shell import FLASHES, UNDOS
from web.kit.views import Post

FLASHES.update(
    suggested=N_("Planned. The suggestion is answered."), passed=N_("Here is another one."),
    unsuited=N_("Noted: it is not suggested again in this step."),
)  # fmt: skip
UNDOS.update(dict.fromkeys(("suggested", "passed", "unsuited"), "/crm/suggestion/{id}/undo"))


def add_routes(made: Routes) -> None:
    path = f"{OPPORTUNITY.path}/{{id:int}}/suggest"
    made.post(path, ANSWER, draw)
    made.post(f"{path}/{{suggestion:int}}/plan", ANSWER, plan_it)
    made.post(f"{path}/{{suggestion:int}}/another", ANSWER, another)
    made.post(f"{path}/{{suggestion:int}}/unsuitable", ANSWER, unsuitable)
    made.post("/crm/suggestion/{id:int}/undo", ANSWER, undo)


def draw(ask: Ask) -> Response:
    """The first look at a deal in its step, by whoever works it; for everybody after, what was drawn then."""
    _drawn(ask, ask.id, more=bool(ask.typed("more")))
    return _answer(ask, focus=bool(ask.typed("more")))


def _drawn(ask: Ask, deal_id: int, *, more: bool = False) -> None:
    """Of two at once the second is refused by the slot, and has nothing left to do."""
    try:
        with ask.writing() as session:
            suggest(session, changeable(session, deal_id), more=more)
    except (IntegrityError, Conflict):
        with ask.writing() as session:
            suggest(session, changeable(session, deal_id), more=more)


def plan_it(ask: Ask) -> Response:
    def act(session: ActorSession, deal: Opportunity, each: Suggestion) -> None:
        wanted = Plan(_day(ask.typed("play_day")), number_of(ask.typed("play_person")))
        plan(session, deal, each, wanted)

    return _answered(ask, act, "suggested", opened="plan")


def _day(typed: str) -> date:
    try:
        day: date = KINDS["date"].read(typed)
    except Invalid as error:
        raise Invalid(_("For which day?"), {"play_day": _("For which day?")}) from error
    if day < clock.today():
        sentence = _("This day has gone by. Choose one to come.")
        raise Invalid(sentence, {"play_day": sentence})
    return day


def another(ask: Ask) -> Response:
    def act(session: ActorSession, deal: Opportunity, each: Suggestion) -> None:
        pass_over(session, each)
        suggest(session, deal, more=True)

    return _answered(ask, act, "passed")


def unsuitable(ask: Ask) -> Response:
    def act(session: ActorSession, deal: Opportunity, each: Suggestion) -> None:
        refuse(session, each, reason=ask.typed("play_reason"), text=ask.typed("play_text"))
        suggest(session, deal, more=True)

    return _answered(ask, act, "unsuited", opened="unsuitable")


Act = Callable[[ActorSession, Opportunity, Suggestion], None]


def _answered(ask: Ask, act: Act, flash: str, *, opened: str = "") -> Response:
    number = ask.number("suggestion")
    try:
        with ask.writing() as session:
            deal = changeable(session, ask.id)
            act(session, deal, of_deal(session, deal, number))
    except Invalid as error:
        return _answer(ask, opened=opened, error=str(error), problems=error.problems, status=422)
    except (Conflict, IntegrityError):
        sentence = _("Somebody has answered this suggestion already.")
        return _answer(ask, error=sentence, status=409)
    if not ask.is_fragment:
        return see_other(f"{OPPORTUNITY.path}/{ask.id}#p-deal-next", flash=f"{flash}:{number}")
    return _answer(ask, said=flash, number=number, focus=True)


def _answer(
    ask: Ask, *, opened: str = "", error: str = "", problems: Mapping[str, str] | None = None, status: int = 200,
    said: str = "", number: int = 0, focus: bool = False,
) -> Response:  # fmt: skip
    """The part of the page, with what was typed and a sentence where it was refused; or the part on a page."""
    typed = {name: ask.typed(name) for name in ask.form} if error else {}
    told = Told(open=opened, error="" if problems else error, typed=typed, problems=problems or {}, is_focused=focus)
    with ask.reading() as session:
        deal: Opportunity = get(session, Opportunity, ask.id)
        drawn = part(session, deal, told)
        if said:
            drawn += render_part("crm/opportunity/play_said.html", text=_(FLASHES[said]), undo=_back(said, number))
        if said == "suggested":
            drawn += render_part("crm/opportunity/play_planned.html", **planned(session, deal))
    if status == 200 and not ask.is_fragment:
        return see_other(f"{OPPORTUNITY.path}/{ask.id}#p-deal-next")
    return answer_part(ask, deal, _("Next best weapon"), drawn, status)


def _back(said: str, number: int) -> Post:
    return Post(text=_("Undo"), action=UNDOS[said].format(id=number))


def planned(session: ActorSession, deal: Opportunity) -> dict[str, Markup]:
    """What else of the page tells what is planned: whether the deal stalls, its next step, the grid, the timeline."""
    return {"top": top(session, deal), "grid": grid(session, deal), "found": below_composer(session, deal)}


def undo(ask: Ask) -> Response:
    with ask.writing() as session:
        each: Suggestion = get(session, Suggestion, ask.id)
        deal = changeable(session, each.opportunity_id)
        take_back(session, deal, each)
    return see_other(f"{OPPORTUNITY.path}/{deal.id}#p-deal-next", flash="undone")
