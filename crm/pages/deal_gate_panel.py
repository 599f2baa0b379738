"""What it takes to go on, on the deal's page: the tests of this stage, those passed, and the lives before this one."""

from dataclasses import dataclass

from sqlalchemy import select

from core import clock
from core.db import ActorSession
from core.entity import Entity
from core.i18n import _
from crm.deal_course import Step
from crm.deal_view import DealView, Kept, view_of
from crm.exit_gate import examined
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal_gate_view import ShownTest, shown
from crm.pages.deal_top import name_of
from crm.reasons import REASON
from crm.rivals import RIVAL
from crm.stages import exit_tests, stages
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
    groups, lives = shown_stages(session, view), lives_of(session, view.moves)
    if not groups and view.following is None and not lives:
        return ""
    current = next((each for each in groups if each.place == "current"), None)
    return render(
        "crm/opportunity/tests.html", current=current, passed=[each for each in groups if each.place == "done"],
        coming=next((each for each in groups if each.place == "todo"), None), advance=advance(view, current, groups),
        prove=address(f"{OPPORTUNITY.path}/{deal.id}/gate", []) if view.is_live else "",
        overrides=[override_of(session, each) for each in view.moves if each.row.is_override],
        lives=lives, has_tests=bool(groups),
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


def override_of(session: ActorSession, kept: Kept) -> Override:
    known, row = stages(session), kept.row
    way = [known[number] for number in (row.from_stage_id, row.to_stage_id) if number in known]
    return Override(
        way=" → ".join(name_of(each) for each in way), reason=row.override_reason or "",
        about=about(day_of(kept), kept.who),
    )  # fmt: skip


def is_life(kept: Kept) -> bool:
    """It opened a decided deal again, of which the day is known."""
    row = kept.row
    return row.from_state in ("won", "lost") and row.to_state == "open" and row.closed_on is not None


def lives_of(session: ActorSession, moves: tuple[Kept, ...]) -> list[Life]:
    """The lives that ended before this one. Reasons and winners are asked for only where there are any."""
    ended = [each for each in moves if is_life(each)]
    if not ended:
        return []
    reasons = titles(session, REASON, {each.row.reason_id for each in ended})
    rivals = titles(session, RIVAL, {each.row.won_by_id for each in ended})
    return [
        life_of(each, reasons.get(each.row.reason_id, ""), rivals.get(each.row.won_by_id, "")) for each in ended
    ]  # fmt: skip


def titles(session: ActorSession, entity: Entity, ids: set[int | None]) -> dict[int | None, str]:
    table = entity.table
    wanted = select(table.c.id, entity.title_in(table)).where(table.c.id.in_(ids - {None})).limit(MOST)
    return {row[0]: row[1] for row in session.execute(wanted)}


def life_of(kept: Kept, reason: str, rival: str) -> Life:
    ended = texts.day_in_words(kept.row.closed_on or clock.today())
    is_lost = kept.row.from_state == "lost"
    if not is_lost:
        text = _("Won on {day}.", day=ended)
    else:
        text = _("Lost on {day} to {rival}.", day=ended, rival=rival) if rival else _("Lost on {day}.", day=ended)
    again = _("Opened again on {day}.", day=day_of(kept))
    return Life(text=text, reason=reason, is_lost=is_lost, reopened=about(again, kept.who, kept.row.why or ""))


def day_of(kept: Kept) -> str:
    return texts.day_in_words(clock.local(kept.row.at).date())


def about(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
