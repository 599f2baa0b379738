"""What it takes to go on, on the deal's page: the tests of this stage, those passed, and the lives before this one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.i18n import _
from core.people import User
from crm.deal_course import Step
from crm.deal_view import DealView, view_of
from crm.exit_gate import examined
from crm.exit_tests import exit_tests
from crm.opportunities import OPPORTUNITY, Opportunity
from crm.pages.deal_gate_view import ShownTest, shown
from crm.pages.deal_top import name_of
from crm.reasons import REASON
from crm.rivals import RIVAL
from crm.stage_moves import StageMove, overrides
from crm.stages import STAGE
from web.kit import format as texts
from web.kit.rendering import render
from web.kit.requests import address

MOST = 60


@dataclass(frozen=True, kw_only=True)
class StageTests:
    """The tests of one stage; passed ones say when the deal went on, and who moved it."""

    stage: str
    place: str
    tests: tuple[ShownTest, ...]
    left: str = ""
    by: str = ""

    @property
    def met(self) -> int:
        return sum(1 for test in self.tests if test.is_met)


@dataclass(frozen=True, kw_only=True)
class Advance:
    """The move to the next stage. Where something lacks, a sheet opens first (`sheet`); else one button moves.

    `stood` is where the deal was when the page was drawn.
    """

    text: str
    action: str
    stood: str
    to: str
    next: str
    sheet: str = ""
    lacking: int = 0


@dataclass(frozen=True, kw_only=True)
class Override:
    """A block that was passed: which way, for which reason, by whom and when."""

    way: str
    reason: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Life:
    """How the deal was decided before it was opened again."""

    text: str
    reason: str
    reopened: str
    is_lost: bool


def tests(session: ActorSession, deal: Opportunity) -> str:
    view = view_of(session, deal)
    groups, kept = shown_stages(session, view), notable(session, deal)
    if not groups and view.following is None and not kept:
        return ""
    current = next((each for each in groups if each.place == "current"), None)
    return render(
        "crm/opportunity/tests.html", current=current, passed=[each for each in groups if each.place == "done"],
        coming=next((each for each in groups if each.place == "todo"), None), advance=advance(view, current, groups),
        prove=address(f"{OPPORTUNITY.path}/{deal.id}/gate", []) if view.is_live else "",
        overrides=[override_of(row) for row in kept if row.is_override],
        lives=[life_of(row) for row in kept if row.from_state in ("won", "lost")], has_tests=bool(groups),
    )  # fmt: skip


def shown_stages(session: ActorSession, view: DealView) -> list[StageTests]:
    """Those left, this one, and the next, to know what comes."""
    wanted = [each for each in view.steps if each.place != "todo" or each.stage is view.following]
    found = examined(session, view.deal, tuple(each.stage for each in wanted))
    asked = exit_tests(session)
    return [
        stage_tests(each, tuple(
            shown(session, view.deal, one, may_change=view.is_live and each.place == "current")
            for one in found if one.stage is each.stage
        ))
        for each in wanted if each.stage.id in asked
    ]  # fmt: skip


def stage_tests(each: Step, made: tuple[ShownTest, ...]) -> StageTests:
    left = texts.day_in_words(each.left_on) if each.left_on else ""
    return StageTests(stage=name_of(each.stage), place=each.place, tests=made, left=left, by=each.by)


def advance(view: DealView, current: StageTests | None, groups: list[StageTests]) -> Advance | None:
    if view.following is None or not (view.is_live and view.is_open):
        return None
    path, to = f"{OPPORTUNITY.path}/{view.deal.id}", str(view.following.id)
    coming = next((each for each in groups if each.place == "todo"), None)
    asked = [each for each in (current, coming if view.following.outcome == "won" else None) if each]
    lacking = sum(len(each.tests) - each.met for each in asked)
    return Advance(
        text=_("Move on to “{stage}”", stage=name_of(view.following)), action=f"{path}/move",
        stood=str(view.deal.stage_id), to=to, next=path, lacking=lacking,
        sheet=address(f"{path}/gate", [("to", to), ("next", path)]) if lacking else "",
    )  # fmt: skip


# --- what the moves tell --------------------------------------------------------------------------------------


def notable(session: ActorSession, deal: Opportunity) -> list[Any]:
    """The moves that passed a block, and those that opened a decided deal again, in one statement."""
    was, now, reason, rival, user = (
        STAGE.table.alias(), STAGE.table.alias(), REASON.table.alias(), RIVAL.table.alias(), aliased(User),
    )  # fmt: skip
    again = and_(col(StageMove.from_state).in_(("won", "lost")), col(StageMove.to_state) == "open")
    move = StageMove
    facts: tuple[Any, ...] = (
        move.at, move.is_override, move.override_reason, move.why, move.from_state, move.closed_on,
    )  # fmt: skip
    statement = (
        select(
            *facts, STAGE.title_in(was).label("was"), STAGE.title_in(now).label("now"), col(user.name).label("who"),
            REASON.title_in(reason).label("reason"), RIVAL.title_in(rival).label("rival"),
        )
        .outerjoin(was, was.c.id == col(move.from_stage_id))
        .outerjoin(now, now.c.id == col(move.to_stage_id))
        .outerjoin(reason, reason.c.id == col(move.reason_id))
        .outerjoin(rival, rival.c.id == col(move.won_by_id))
        .outerjoin(user, col(user.id) == col(move.by_id))
        .where(
            col(move.opportunity_id) == deal.id,
            or_(overrides(), and_(again, col(move.closed_on).is_not(None))),
        )
        .order_by(col(move.at), col(move.id))
        .limit(MOST)
    )  # fmt: skip
    return list(session.execute(statement))


def override_of(row: Any) -> Override:
    day = texts.day_in_words(clock.local(row.at).date())
    return Override(
        way=_("{before} → {after}", before=row.was or "—", after=row.now), reason=row.override_reason or "",
        about=" · ".join(part for part in (day, row.who) if part),
    )  # fmt: skip


def life_of(row: Any) -> Life:
    day, again = texts.day_in_words(row.closed_on), texts.day_in_words(clock.local(row.at).date())
    is_lost = row.from_state == "lost"
    if not is_lost:
        text = _("Won on {day}.", day=day)
    elif row.rival:
        text = _("Lost on {day} to {rival}.", day=day, rival=row.rival)
    else:
        text = _("Lost on {day}.", day=day)
    reopened = _("Opened again on {day}.", day=again)
    return Life(
        text=text, reason=row.reason or "", is_lost=is_lost,
        reopened=" · ".join(part for part in (reopened, row.who, row.why) if part),
    )  # fmt: skip
