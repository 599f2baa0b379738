"""The deal check on a deal's page: eight questions answered in place, what they add up to, and the red flags."""

from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup
from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import Conflict, Invalid
from core.history import may
from core.i18n import N_, _, pick
from core.module import Panel
from crm import reference
from crm.deal_checks import DEAL_CHECK, MOST, QUESTIONS, answer
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal_lines import changeable
from crm.pages.deal_part import answer_part, unfolding
from crm.pages.way_back import add_person, back_to
from crm.playbook.deals import Answer, Played, played
from crm.playbook.flags import IN_HAND
from crm.stages import stages
from web.kit import format as texts
from web.kit.rendering import render_part
from web.kit.requests import Ask, Routes, address, number_of, see_other
from web.kit.views import Link

READ, ANSWER = DEAL_CHECK.permission("read"), DEAL_CHECK.permission("create")
TONES = {"losing": "bad", "fighting": "warn", "winning": "ok"}


@dataclass(frozen=True, kw_only=True)
class QuestionView:
    """`when` says when it was answered; `history` leads to the answers before."""

    code: str
    name: str
    text: str
    score: int | None
    note: str
    when: str
    history: str
    version: str
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class FlagView:
    """`in_place` says that what mends it is a question of this very part."""

    text: str
    fix: Link | None
    in_place: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckView:
    """`questions` are none while the part is folded."""

    base: str
    deal: str
    questions: tuple[QuestionView, ...]
    flags: tuple[FlagView, ...]
    total: int | None
    missing: int
    band: str
    tone: str
    effect: str
    may_answer: bool
    error: str = ""


def panels() -> tuple[Panel, ...]:
    return (Panel(OPPORTUNITY.stem, draw, READ, order=15),)


def add_routes(made: Routes) -> None:
    made.get(f"{OPPORTUNITY.path}/{{id:int}}/check", READ, show)
    made.post(f"{OPPORTUNITY.path}/{{id:int}}/check", ANSWER, save)


def draw(session: ActorSession, deal: Opportunity, *, is_open: bool = False, opened: str = "") -> str:
    """A decided deal shows its last answers, where it has any."""
    if deal.state in ("won", "lost") and not played(session, deal).checks:
        return ""
    return part(session, deal, is_open=is_open, opened=opened)


def show(ask: Ask) -> Response:
    """Unfolded, with the question `open` unfolded in it."""
    return unfolding(N_("Deal check"), partial(draw, opened=ask.query.get("open", "")))(ask)


def part(
    session: ActorSession, deal: Opportunity, *, is_open: bool = True, opened: str = "", error: str = ""
) -> Markup:
    check = view_of(session, deal, opened=opened, error=error)
    return render_part("crm/opportunity/play_check.html", check=check if is_open else replace(check, questions=()))


def view_of(session: ActorSession, deal: Opportunity, *, opened: str, error: str) -> CheckView:
    seen, is_open = played(session, deal), deal.state in ("open", "on_hold") and deal.archived_at is None
    band = seen.score.band if seen.score else ""
    return CheckView(
        base=f"{OPPORTUNITY.path}/{deal.id}/check", deal=f"{OPPORTUNITY.path}/{deal.id}",
        questions=tuple(
            question(each.code, seen.checks.get(each.code), name=pick(each.name.zh, each.name.en),
                     text=pick(each.question.zh, each.question.en), is_open=each.code == opened)
            for each in reference.deal_check()
        ),
        flags=tuple(flag(session, deal, seen, each.rule, each.sentence) for each in seen.flags) if is_open else (),
        total=seen.score.total if seen.score else None, missing=len(QUESTIONS) - len(seen.checks),
        band=next((pick(row.name.zh, row.name.en) for row in reference.deal_bands() if row.code == band), ""),
        tone=TONES.get(band, ""), effect=effect(session, deal, seen) if is_open else "",
        may_answer=is_open and session.actor.may(ANSWER) and may(session, OPPORTUNITY, deal.id, "update"),
        error=error,
    )  # fmt: skip


def question(code: str, given: Answer | None, *, name: str, text: str, is_open: bool) -> QuestionView:
    return QuestionView(
        code=code, name=name, text=text, score=given.score if given else None, note=(given.note or "") if given else "",
        when=texts.day(given.checked_on) if given and given.checked_on else "",
        history=f"{DEAL_CHECK.path}/{given.id}/history" if given else "",
        version=str(given.version) if given else "", is_open=is_open,
    )  # fmt: skip


def effect(session: ActorSession, deal: Opportunity, seen: Played) -> str:
    """What the score does to the chance that the deal may show."""
    stage = stages(session).get(deal.stage_id or 0)
    if stage is None or stage.probability is None:
        return ""
    own = texts.percent(stage.probability)
    if seen.score is None:
        return _("Nobody has checked this deal, so it shows the {percent} of its stage.", percent=own)
    if seen.score.cap >= stage.probability:
        return _("It shows the {percent} of its stage; this score takes nothing off.", percent=own)
    cap, least = texts.percent(seen.score.cap), next_band(seen.score.total)
    return _(
        "Below {n} points a deal shows at most {cap}; its stage would say {percent}.", n=least, cap=cap, percent=own
    )


def next_band(total: int) -> int:
    return min(row.score_from for row in reference.deal_bands() if row.score_from > total)


# --- red flags ------------------------------------------------------------------------------------------------


def flag(session: ActorSession, deal: Opportunity, seen: Played, rule: str, text: str) -> FlagView:
    way = WAYS[rule](deal, seen) if rule in WAYS and may(session, OPPORTUNITY, deal.id, "update") else None
    return FlagView(text=text, fix=way, in_place=rule == "no_paper_process")


def _meet(deal: Opportunity, seen: Played) -> Link | None:
    """Plan a visit to somebody whom nobody has met, or find out who else is there."""
    if not deal.account_id:
        return None
    who = next(iter(seen.coverage.never_met), None)
    if who is None:
        return Link(text=_("Add a person"), href=add_person(deal))
    plan = address("/crm/log", [("kind", "plan"), ("deal", str(deal.id)), ("person", str(who.id))])
    return Link(text=_("Plan to meet {name}", name=who.name), href=plan)


def _meet_decider(deal: Opportunity, seen: Played) -> Link | None:
    if not deal.account_id:
        return None
    deciders = (each for each in seen.people if "decider" in (each.roles or []) or each.level == "decision")
    who = next(deciders, None)
    if who is None:
        return Link(text=_("Add who decides"), href=add_person(deal, "decision"))
    plan = address("/crm/log", [("kind", "plan"), ("deal", str(deal.id)), ("person", str(who.id))])
    return Link(text=_("Plan to meet {name}", name=who.name), href=plan)


def _name_rival(deal: Opportunity, _seen: Played) -> Link:
    pairs = [("opportunity", str(deal.id)), back_to(deal)]
    return Link(text=_("Name a rival"), href=address("/crm/opportunity_rival/new", pairs))


def _ask_papers(deal: Opportunity, _seen: Played) -> Link:
    return Link(text=_("Answer the question, from {n} points on", n=IN_HAND), href=question_path(deal.id, "P"))


WAYS = {
    "one_contact": _meet, "no_economic_buyer": _meet_decider, "no_rival": _name_rival, "no_paper_process": _ask_papers,
}  # fmt: skip


def question_path(deal_id: int, code: str) -> str:
    return address(f"{OPPORTUNITY.path}/{deal_id}/check", [("open", code)]) + f"#q-{code}"


# --- answering ------------------------------------------------------------------------------------------------


def save(ask: Ask) -> Response:
    """One question, by one press. The next one that nobody has answered opens."""
    code = ask.typed("question")
    try:
        with ask.writing() as session:
            _save(session, ask, code)
    except (Invalid, Conflict) as error:
        return _answer(ask, opened=code, error=str(error), status=409 if isinstance(error, Conflict) else 422)
    if not ask.is_fragment:
        return see_other(question_path(ask.id, code), flash="saved")
    return _answer(ask, opened=code)


def _save(session: ActorSession, ask: Ask, code: str) -> None:
    deal, score = changeable(session, ask.id), number_of(ask.typed("score"))
    if code not in QUESTIONS or score is None or score > MOST:
        raise Invalid(_("Answer one of the eight questions with 0 to 5."))
    if deal.state in ("won", "lost"):
        raise Conflict(_("This deal is decided; its check stands as it is."))
    known = played(session, deal).checks.get(code)
    if known is not None and ask.typed("version") and str(known.version) != ask.typed("version"):
        raise Conflict(_("Somebody else has answered this question meanwhile; look at it again."))
    answer(session, deal.id, code, score, ask.typed("note").strip()[:1000] or None)


def _answer(ask: Ask, *, opened: str, error: str = "", status: int = 200) -> Response:
    with ask.reading() as session:
        deal: Opportunity = get(session, Opportunity, ask.id)
        drawn = part(session, deal, opened=opened if error else following(session, deal, opened), error=error)
    return answer_part(ask, deal, _("Deal check"), drawn, status)


def following(session: ActorSession, deal: Opportunity, code: str) -> str:
    """The next question without an answer after this one, around the corner; this one where all have theirs."""
    checks, place = played(session, deal).checks, QUESTIONS.index(code) + 1 if code in QUESTIONS else 0
    ordered = (*QUESTIONS[place:], *QUESTIONS[:place])
    return next((each for each in ordered if each not in checks), code)
