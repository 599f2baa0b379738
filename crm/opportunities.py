"""Opportunities: a deal on its way, its stage and state, what it may bring, and the next step."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, inspect
from sqlalchemy.orm.attributes import get_history
from sqlmodel import col

from core import clock
from core.access import owned, via
from core.entity import Board, Entity, Section, Verb
from core.errors import Invalid
from core.fields import choice, day, long_text, money, rate, ref, text
from core.i18n import N_, _
from core.money import share
from core.record import Owned
from crm.chance import weighed
from crm.deal_asking import ask_deliver, ask_move, ask_win
from crm.deal_pace import NEXT, planned, stands
from crm.deal_states import hold, lose, move, put_back, reopen
from crm.exit_gate import admit
from crm.limits import RATE, keep_within
from crm.opportunity_lines import amount_of_lines
from crm.sharing import SHARE
from crm.stage_moves import StageMove
from crm.stages import Stage, first_stage, stages
from crm.tables import base36, derived_text, live_index, live_unique
from crm.tags import HANG, TAKE_OFF

STATES = ("open", "on_hold", "won", "lost")


class Opportunity(Owned, table=True):
    """`amount` comes from the lines where there are any, else it is typed; empty means unknown."""

    __tablename__ = "crm_opportunity"
    __table_args__ = (
        live_unique("uq_crm_opportunity_code", "code"),
        live_index("ix_crm_opportunity_owner_amount", "owner_id", "amount", "id"),
        live_index("ix_crm_opportunity_team_amount", "team_id", "amount", "id"),
        live_index("ix_crm_opportunity_grid_amount", "grid_id", "amount", "id"),
        live_index("ix_crm_opportunity_county_amount", "county_id", "amount", "id"),
        live_index("ix_crm_opportunity_city_amount", "city_id", "amount", "id"),
        live_index("ix_crm_opportunity_province_amount", "province_id", "amount", "id"),
        live_index("ix_crm_opportunity_amount", "amount", "id"),
        live_index("ix_crm_opportunity_stage_amount", "stage_id", "amount", "id"),
        live_index("ix_crm_opportunity_state_stage_amount", "state", "stage_id", "amount", "id"),
        live_index("ix_crm_opportunity_city_stage_amount", "city_id", "stage_id", "amount", "id"),
        # Holds all that reports read of decided deals, so that a year's sums need no row.
        live_index(
            "ix_crm_opportunity_closed",
            "state",
            "closed_on",
            "province_id",
            "city_id",
            "account_id",
            "engaged_on",
            "amount",
        ),
        CheckConstraint("probability BETWEEN 0 AND 10000", name="probability"),
    )
    code: str = derived_text(40)
    name: str = derived_text(200)
    account_id: int | None = ref("crm_account.id")
    product_id: int | None = ref("crm_product.id", label="Main product")
    pipeline_id: int | None = ref("crm_pipeline.id")
    stage_id: int | None = ref("crm_stage.id", index=False, status=True, also=("阶段", "deal stage"))
    state: str = choice(*STATES, default="open", status=True)
    amount: int | None = money(also=("金额", "商机金额", "value", "close value", "expected revenue"))
    probability: int | None = rate(label="Own probability")
    engaged_on: date | None = day(label="Engaged on", also=("开始日期", "engage date"))
    expected_close_on: date | None = day(label="Expected close")
    closed_on: date | None = day(label="Closed on", status=True, also=("关闭日期", "close date"))
    stage_since: date | None = day(label="In this stage since", status=True)
    wake_on: date | None = day(label="Wake up on", status=True)
    source_id: int | None = ref("crm_channel.id", label="Source")
    reason_id: int | None = ref("crm_reason.id", label="Reason", status=True)
    won_by_id: int | None = ref("crm_rival.id", label="Won by", status=True)
    next_step: str | None = text(200)
    next_step_on: date | None = day(label="Next step on")
    note: str | None = long_text()


def complete(session: Any, deal: Opportunity) -> None:
    """Fill in what follows from the rest. In files a stage with an outcome decides the state; elsewhere verbs do."""
    _name(deal)
    _place_in_pipeline(session, deal)
    _check_days(deal)
    keep_within(deal, probability=RATE)
    if inspect(deal).persistent:
        deal.amount = amount_of_lines(session, deal.id, otherwise=deal.amount)


def _name(deal: Opportunity) -> None:
    if not (deal.name or deal.code):
        sentence = _("Please fill in “{field}”.", field=_("Name"))
        raise Invalid(sentence, {"name": sentence})
    deal.name = deal.name or deal.code
    deal.code = deal.code or f"D{base36(deal.id)}"


def _place_in_pipeline(session: Any, deal: Opportunity) -> None:
    known = stages(session)
    if deal.stage_id is None:
        deal.stage_id = first_stage(session, deal.pipeline_id).id
    stage = known.get(deal.stage_id)
    if stage is None:
        sentence = _("Choose a value from the list.")
        raise Invalid(sentence, {"stage_id": sentence})
    deal.pipeline_id = stage.pipeline_id
    changed = get_history(deal, "stage_id")
    if changed.has_changes():
        deal.stage_since = _since(deal)
        before = known.get(changed.deleted[0]) if changed.deleted else None
        deal.state = _state_in(stage, deal, was_decided=before is not None and before.outcome is not None)


def _since(deal: Opportunity) -> date:
    """As the file or the undone change says; else a new deal stands there since it began, and others since today."""
    if deal.stage_since and inspect(deal).attrs.stage_since.history.has_changes():
        return deal.stage_since
    is_new = not inspect(deal).persistent
    return (deal.engaged_on if is_new else None) or clock.today()


def _state_in(stage: Stage, deal: Opportunity, *, was_decided: bool) -> str:
    if inspect(deal).persistent and get_history(deal, "state").has_changes():
        return deal.state
    return stage.outcome or ("open" if was_decided else deal.state)


def _check_days(deal: Opportunity) -> None:
    if deal.closed_on and deal.engaged_on and deal.closed_on < deal.engaged_on:
        sentence = _("The deal was closed before it was begun.")
        raise Invalid(sentence, {"closed_on": sentence})


def weighted(amount: int | None, *probabilities: int | None) -> int | None:
    """The amount times the smallest probability given (basis points), in fen: 商机加权金额. Unknown stays unknown."""
    known = [points for points in probabilities if points is not None]
    return None if amount is None or not known else share(amount, min(known))


def _is_open(deal: Opportunity) -> bool:
    return deal.state == "open"


def _is_undecided(deal: Opportunity) -> bool:
    return deal.state in ("open", "on_hold")


def _is_moving(deal: Opportunity) -> bool:
    """A won deal still moves within its delivery."""
    return deal.state in ("open", "won")


OPPORTUNITY = Entity(
    stem="crm.opportunity",
    model=Opportunity,
    label=N_("Opportunity"),
    plural=N_("Opportunities"),
    rule=owned(also=via("account_id", "crm_account")),
    key=(Opportunity.code, Opportunity.name),
    columns=(
        Opportunity.name,
        Opportunity.account_id,
        Opportunity.stage_id,
        Opportunity.state,
        Opportunity.amount,
        Opportunity.expected_close_on,
        Opportunity.owner_id,
    ),
    form=(
        Section(
            N_("Deal"),
            (
                Opportunity.name,
                Opportunity.code,
                Opportunity.account_id,
                Opportunity.product_id,
                Opportunity.pipeline_id,
                Opportunity.owner_id,
                Opportunity.source_id,
            ),
        ),
        Section(
            N_("Amount and time"),
            (
                Opportunity.amount,
                Opportunity.probability,
                Opportunity.engaged_on,
                Opportunity.expected_close_on,
            ),
        ),
        Section(N_("Next step"), (Opportunity.next_step, Opportunity.next_step_on, Opportunity.note)),
    ),
    search=(Opportunity.name, Opportunity.code, Opportunity.account_id),
    facets=(Opportunity.state, Opportunity.stage_id, Opportunity.product_id, Opportunity.owner_id),
    sums=(Opportunity.amount,),
    order=Opportunity.amount,
    board=Board(
        Opportunity.stage_id,
        move,
        Opportunity.amount,
        where=lambda: col(Opportunity.state) == "open",
        undo=put_back,
        admit=admit,
        quick=(Opportunity.name, Opportunity.account_id, Opportunity.amount),
        probability=Stage.probability,
        outcome=Stage.outcome,
        elsewhere=("lost",),
        planned=planned,
        planned_by=NEXT.name,
        stands=stands,
        weighed=weighed,
    ),
    verbs=(
        Verb(
            "move",
            N_("Move to a stage"),
            ask_move,
            (Opportunity.stage_id, StageMove.why),
            _is_moving,
            icon="arrow-right",
        ),
        Verb(
            "win",
            N_("Mark as won"),
            ask_win,
            (Opportunity.closed_on, Opportunity.reason_id, StageMove.why),
            _is_undecided,
            icon="trophy",
            tone="ok",
        ),
        Verb(
            "lose",
            N_("Mark as lost"),
            lose,
            (Opportunity.reason_id, Opportunity.won_by_id, Opportunity.closed_on, StageMove.why),
            _is_undecided,
            icon="circle-x",
            tone="danger",
        ),
        Verb("hold", N_("Put on hold"), hold, (Opportunity.wake_on, StageMove.why), _is_open, icon="pause"),
        Verb("reopen", N_("Reopen"), reopen, (StageMove.why,), lambda deal: deal.state != "open", icon="rotate-ccw"),
        Verb(
            "deliver",
            N_("Start the delivery"),
            ask_deliver,
            (StageMove.why,),
            lambda deal: deal.state == "won",
            icon="truck",
        ),
        HANG,
        TAKE_OFF,
        SHARE,
    ),
    complete=complete,
)
