"""What can be done with an opportunity: how it is completed, its form and board, and its verbs."""

from datetime import date
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import get_history
from sqlmodel import col

from core import clock
from core.access import owned, via
from core.entity import Board, Entity, Section, Verb
from core.errors import Invalid
from core.i18n import N_, _
from crm.chance import weighed
from crm.deal_asking import ask_deliver, ask_move, ask_win
from crm.deal_pace import NEXT, planned, stands
from crm.deal_states import hold, lose, move, put_back, reopen
from crm.exit_gate import admit
from crm.limits import RATE, keep_within
from crm.opportunities import Opportunity
from crm.opportunity_lines import amount_of_lines
from crm.sharing import SHARE
from crm.stage_moves import StageMove
from crm.stages import Stage, first_stage, stages
from crm.tables import base36
from crm.tags import HANG, TAKE_OFF


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
