"""What can happen to a deal: moved, won, lost, put on hold, reopened, delivered. Each act is kept with who and why."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.errors import Invalid
from core.i18n import _
from crm.exit_gate import FREE, Passed, pass_gate, way_to
from crm.opportunities import Opportunity
from crm.pipelines import Pipeline
from crm.reasons import Reason
from crm.stage_moves import StageMove
from crm.stages import Stage, first_stage, stages


def move(
    session: Any, deal: Opportunity, stage_id: int | str, *, why: str | None = None, override: str | None = None
) -> None:
    """Enter another stage of the same pipeline. Entering a stage that wins wins the deal.

    On the way forward the exit tests are asked; `override` is the reason of whoever leads for passing one that blocks.
    """
    stage = stage_to_enter(session, deal, stage_id)
    if stage.outcome == "won" and deal.state != "won":
        win(session, deal, why=why, override=override)
        return
    passed = pass_gate(session, deal, way_to(session, deal, stage), to=stage, reason=override)
    _enter(session, deal, stage=stage, state=deal.state, why=why, passed=passed)


def stage_to_enter(session: Any, deal: Opportunity, stage_id: int | str) -> Stage:
    stage = stages(session).get(int(stage_id))
    if stage is None or stage.pipeline_id != deal.pipeline_id:
        raise Invalid(_("This stage belongs to another pipeline."), {"stage_id": _("Choose a value from the list.")})
    if stage.outcome == "lost":
        raise Invalid(_("Use “Mark as lost”: it asks for the reason."))
    if stage.outcome != "won" or deal.state == "won":
        _demand_movable(session, deal)
    return stage


def _demand_movable(session: Any, deal: Opportunity) -> None:
    is_delivery = deal.state == "won" and ending(session, deal, "won") is None
    if deal.state != "open" and not is_delivery:
        raise Invalid(_("This deal is no longer open. Reopen it first."))


def win(
    session: Any,
    deal: Opportunity,
    *,
    closed_on: date | None = None,
    reason_id: int | None = None,
    why: str | None = None,
    override: str | None = None,
) -> None:
    demand_undecided(deal)
    _check_reason(session, reason_id, "won")
    stage = ending(session, deal, "won")
    passed = pass_gate(session, deal, way_to(session, deal, stage), to=stage, reason=override)
    deal.closed_on, deal.reason_id, deal.won_by_id, deal.wake_on = closed_on or clock.today(), reason_id, None, None
    _enter(session, deal, stage=stage, state="won", why=why, passed=passed)


def lose(
    session: Any,
    deal: Opportunity,
    *,
    reason_id: int | None,
    won_by_id: int | None = None,
    closed_on: date | None = None,
    why: str | None = None,
) -> None:
    demand_undecided(deal)
    if reason_id is None:
        sentence = _("Say why the deal was lost.")
        raise Invalid(sentence, {"reason_id": sentence})
    _check_reason(session, reason_id, "lost")
    deal.closed_on, deal.reason_id, deal.won_by_id, deal.wake_on = (
        closed_on or clock.today(),
        reason_id,
        won_by_id,
        None,
    )
    _enter(session, deal, stage=ending(session, deal, "lost"), state="lost", why=why)


def hold(session: Any, deal: Opportunity, *, wake_on: date | None, why: str | None = None) -> None:
    if deal.state != "open":
        raise Invalid(_("Only an open deal can be put on hold."))
    if wake_on is None or wake_on <= clock.today():
        sentence = _("Choose a day to come on which the deal wakes up.")
        raise Invalid(sentence, {"wake_on": sentence})
    deal.wake_on = wake_on
    _enter(session, deal, stage=None, state="on_hold", why=why)


def reopen(session: Any, deal: Opportunity, *, why: str | None = None) -> None:
    """Back to the stage where the deal was last open. The move keeps how the life that ends here was decided."""
    if deal.state == "open":
        raise Invalid(_("This deal is open already."))
    stage = _last_open_stage(session, deal) if deal.state != "on_hold" else None
    life = _decided(deal)
    deal.closed_on = deal.reason_id = deal.won_by_id = deal.wake_on = None
    _enter(session, deal, stage=stage, state="open", why=why, decided=life)


def deliver(session: Any, deal: Opportunity, *, why: str | None = None, override: str | None = None) -> None:
    """A won deal enters the pipeline that follows its own; it stays won."""
    stage = stage_of_delivery(session, deal)
    passed = pass_gate(session, deal, way_to_delivery(session, deal), to=stage, reason=override)
    _enter(session, deal, stage=stage, state="won", why=why, passed=passed)


def stage_of_delivery(session: Any, deal: Opportunity) -> Stage:
    if deal.state != "won":
        raise Invalid(_("Only a won deal can be delivered."))
    following = session.scalar(select(col(Pipeline.next_id)).where(col(Pipeline.id) == deal.pipeline_id))
    if following is None:
        raise Invalid(_("No pipeline follows this one."))
    return first_stage(session, following)


def way_to_delivery(session: Any, deal: Opportunity) -> tuple[Stage, ...]:
    """The stage in which the deal was won."""
    here = stages(session).get(deal.stage_id or 0)
    return (here,) if here else ()


def put_back(session: Any, deal: Opportunity, before: dict[str, Any]) -> None:
    """Take a move back: the deal stands where it stood, for as long as it had. Both moves stay on record."""
    session.add(
        StageMove(
            opportunity_id=deal.id,
            from_stage_id=deal.stage_id,
            to_stage_id=before.get("stage_id") or deal.stage_id or first_stage(session, deal.pipeline_id).id,
            from_state=deal.state,
            to_state=before.get("state", deal.state),
            by_id=session.actor.user_id,
        )
    )
    for name, value in before.items():
        setattr(deal, name, value)


def _decided(deal: Opportunity) -> dict[str, Any]:
    """The day, the reason and the winner, as a move keeps them."""
    return {"closed_on": deal.closed_on, "reason_id": deal.reason_id, "won_by_id": deal.won_by_id}


def _enter(
    session: Any, deal: Opportunity, *, stage: Stage | None, state: str, why: str | None, passed: Passed = FREE,
    decided: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Change stage and state together, and keep the move."""
    is_decision = state in ("won", "lost") and state != deal.state
    to = stage.id if stage else deal.stage_id or first_stage(session, deal.pipeline_id).id
    session.add(
        StageMove(
            opportunity_id=deal.id,
            from_stage_id=deal.stage_id,
            to_stage_id=to,
            from_state=deal.state,
            to_state=state,
            by_id=session.actor.user_id,
            why=why,
            missing=list(passed.missing),
            is_override=passed.reason is not None,
            override_reason=passed.reason,
            **(_decided(deal) if is_decision else decided or {}),
        )
    )
    if stage is not None and stage.id != deal.stage_id:
        deal.stage_id, deal.pipeline_id, deal.stage_since = stage.id, stage.pipeline_id, clock.today()
    deal.state = state


def demand_undecided(deal: Opportunity) -> None:
    if deal.state in ("won", "lost"):
        raise Invalid(_("This deal is no longer open. Reopen it first."))


def _check_reason(session: Any, reason_id: int | None, outcome: str) -> None:
    reason = session.get(Reason, reason_id) if reason_id else None
    if reason is not None and reason.outcome not in (None, outcome):
        sentence = _("This reason explains the other outcome.")
        raise Invalid(sentence, {"reason_id": sentence})


def ending(session: Any, deal: Opportunity, outcome: str) -> Stage | None:
    """The pipeline's own stage for the outcome; None where deals keep the stage in which they ended."""
    found = (s for s in stages(session).values() if s.pipeline_id == deal.pipeline_id and s.outcome == outcome)
    return next(found, None)


def _last_open_stage(session: Any, deal: Opportunity) -> Stage | None:
    """Where the deal stood when it was last open; for a deal that came in closed, the start of its pipeline."""
    known = stages(session)
    order = col(StageMove.at).desc(), col(StageMove.id).desc()
    past = select(col(StageMove.from_stage_id)).where(
        col(StageMove.opportunity_id) == deal.id, col(StageMove.from_state) == "open"
    )
    left = session.scalar(past.order_by(*order).limit(1))
    if left in known:
        return known[left]
    current = known.get(deal.stage_id or 0)
    return first_stage(session, deal.pipeline_id) if current is None or current.outcome else current
