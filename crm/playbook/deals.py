"""All that the playbook says of one deal: coverage, next weapons, exit, check, flags. Some ten statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from core import clock
from crm.cost_classes import CostClass
from crm.deal_checks import DealCheck, answers_of
from crm.departures import Gap, gaps_of
from crm.key_persons import KeyPerson, people_of
from crm.opportunities import Opportunity
from crm.opportunity_rivals import OpportunityRival
from crm.playbook import gaps as gone
from crm.playbook.coverage import Coverage, coverage
from crm.playbook.exits import exit_refusal
from crm.playbook.findings import Finding, Refusal
from crm.playbook.flags import DealFacts, red_flags
from crm.playbook.hints import Ranking, next_weapons
from crm.playbook.locks import Situation, blocked
from crm.playbook.reading import situation_of, uses_of
from crm.playbook.scores import Score, score_of, shown_probability
from crm.playbook.strengths import Strengths, strengths
from crm.playbook.uses import Use, done
from crm.stages import stages
from crm.steps import Step
from crm.weapons import Weapon, weapons


@dataclass(frozen=True)
class Played:
    """`client_uses` are all of the client's, `uses` those of the deal; `probability` is what may be shown of it:
    less while somebody who counted has gone (`gaps`)."""

    step: Step | None
    client_uses: tuple[Use, ...]
    uses: tuple[Use, ...]
    strengths: Strengths
    situation: Situation
    coverage: Coverage
    ranking: Ranking
    exit: Refusal | None
    checks: dict[str, DealCheck]
    score: Score | None
    probability: int | None
    flags: tuple[Finding, ...]
    gaps: tuple[Gap, ...] = ()


def played(session: Any, deal: Opportunity, on: date | None = None) -> Played:
    """A deal without a client has no people and no uses but its own, which nobody has: its parts are empty then."""
    on = on or clock.today()
    people = people_of(session, deal.account_id) if deal.account_id else ()
    all_uses = uses_of(session, deal.account_id) if deal.account_id else ()
    own = tuple(use for use in all_uses if use.deal_id == deal.id)
    situation = situation_of(session, deal.account_id, deal_id=deal.id) if deal.account_id else Situation()
    stage, held, covered = stages(session).get(deal.stage_id or 0), strengths(session), coverage(people, all_uses)
    step, checks = held.steps.get((stage.step_id if stage else None) or 0), answers_of(session, deal.id)
    points = {question: check.score for question, check in checks.items()}
    score, gaps = score_of(points), gaps_of(session, deal.id)
    default = stage.probability if stage else None
    return Played(
        step=step, client_uses=all_uses, uses=own, strengths=held, situation=situation, coverage=covered,
        ranking=next_weapons(
            weapons(session), held, step_id=step.id if step else None, levels_unmet=covered.levels_unmet,
            cost_ranks=_cost_ranks(session),
            refusal=lambda weapon: blocked_for_all(weapon, covered.never_met or people, situation, on),
        ),
        exit=exit_refusal(step, own, held), checks=checks, score=score,
        probability=shown_probability(default, score, gone.cap(default, gaps)),
        flags=red_flags(_facts(session, deal, people, all_uses, points)), gaps=gaps,
    )  # fmt: skip


def blocked_for_all(weapon: Weapon, people: Sequence[KeyPerson], situation: Situation, on: date) -> Refusal | None:
    """A weapon is no candidate where it is blocked towards each of those whom it could reach."""
    if not people:
        return blocked(weapon, (), situation, on)
    refusals = [blocked(weapon, (person,), situation, on) for person in people]
    return refusals[0] if all(refusals) else None


def _cost_ranks(session: Any) -> dict[int, int]:
    rows = session.execute(select(col(CostClass.id), col(CostClass.rank)))
    return {class_id: rank for class_id, rank in rows if rank}


def _facts(
    session: Any, deal: Opportunity, people: Sequence[KeyPerson], uses: Sequence[Use], points: dict[str, int]
) -> DealFacts:
    reached = [one for use in done(uses) for one in use.reached]
    deciders = {person.id for person in people if "decider" in (person.roles or [])}
    rivals = select(func.count()).where(
        col(OpportunityRival.opportunity_id) == deal.id, col(OpportunityRival.archived_at).is_(None)
    )
    return DealFacts(
        met=len({one.person_id for one in reached}),
        has_met_decider=any(one.person_id in deciders or one.level == "decision" for one in reached),
        rivals=session.scalar(rivals) or 0, answers=points,
    )  # fmt: skip
