"""All that the playbook says of one deal: coverage, next weapons, check, flags.

On a page it costs three statements beside those that the page makes anyway, and is gathered once per session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import clock
from crm.accounts import Account
from crm.deal_parts import Parts, parts
from crm.departures import Gap, gaps_of
from crm.key_persons import KeyPerson, people_of
from crm.opportunities import Opportunity
from crm.playbook import gaps as gone
from crm.playbook.coverage import Coverage, coverage
from crm.playbook.findings import Finding, Refusal
from crm.playbook.flags import DealFacts, red_flags
from crm.playbook.hints import Ranking, next_weapons
from crm.playbook.locks import Situation, blocked
from crm.playbook.reading import paper, uses_of
from crm.playbook.scores import Score, score_of, shown_probability
from crm.playbook.strengths import Strengths, rules_of
from crm.playbook.uses import Use, done
from crm.stages import stages
from crm.steps import Step
from crm.tenders import Tender
from crm.weapon_worths import EVERYBODY
from crm.weapons import Weapon, weapons


@dataclass(frozen=True)
class Answer:
    """The standing answer to a question of the deal check."""

    id: int
    score: int
    note: str | None
    checked_on: date | None
    version: int


@dataclass(frozen=True)
class Played:
    """`client_uses` are all of the client's, `uses` those of the deal; `probability` is what may be shown of it:
    less while somebody who counted has gone (`gaps`). `drawn` are the rows of its newest suggestions, the oldest first.
    """

    step: Step | None
    people: tuple[KeyPerson, ...]
    client_uses: tuple[Use, ...]
    uses: tuple[Use, ...]
    strengths: Strengths
    situation: Situation
    coverage: Coverage
    ranking: Ranking
    checks: dict[str, Answer]
    score: Score | None
    probability: int | None
    flags: tuple[Finding, ...]
    gaps: tuple[Gap, ...] = ()
    drawn: tuple[Any, ...] = ()


def played(session: Any, deal: Opportunity, on: date | None = None) -> Played:
    """A deal without a client has no people and no uses but its own, which nobody has: its parts are empty then."""
    kept: dict[int, Played] = session.info.setdefault("crm.played", {})
    if deal.id not in kept or session.info["writes"]:
        kept[deal.id] = _gather(session, deal, on or clock.today())
    return kept[deal.id]


def _gather(session: Any, deal: Opportunity, on: date) -> Played:
    people = people_of(session, deal.account_id) if deal.account_id else ()
    all_uses = uses_of(session, deal.account_id) if deal.account_id else ()
    own = tuple(use for use in all_uses if use.deal_id == deal.id)
    hung, rules, gaps = parts(session, deal), rules_of(session), gaps_of(session, deal.id)
    checks = {row.name: Answer(row.id, row.n1, row.words, row.d1, row.n2) for row in hung["check"]}
    stage, held, covered = stages(session).get(deal.stage_id or 0), rules.strengths, coverage(people, all_uses)
    step, default = held.steps.get((stage.step_id if stage else None) or 0), stage.probability if stage else None
    points = {question: check.score for question, check in checks.items()}
    score, segments, situation = score_of(points), _segments(session, deal, rules.trades), _situation(hung)
    return Played(
        step=step, people=people, client_uses=all_uses, uses=own, strengths=held, situation=situation,
        coverage=covered,
        ranking=next_weapons(
            weapons(session), held, step_id=step.id if step else None, levels_unmet=covered.levels_unmet,
            cost_ranks=rules.cost_ranks, worth=lambda weapon_id: rules.worth(weapon_id, segments),
            refusal=lambda weapon: blocked_for_all(weapon, covered.never_met or people, situation, on),
        ),
        checks=checks, score=score,
        probability=shown_probability(default, score, gone.cap(default, gaps)),
        flags=red_flags(_facts(people, all_uses, points, rivals=len(hung["rival"]))), gaps=gaps,
        drawn=tuple(hung["suggestion"]),
    )  # fmt: skip


def _situation(hung: Parts) -> Situation:
    """What locks; what was given lately warns only where something is asked for, and is not read here."""
    tenders = tuple(
        Tender(name=row.name, noticed_on=row.d1, awarded_on=row.d3, is_cancelled=bool(row.n3))
        for row in hung["tender"] if row.d1
    )  # fmt: skip
    return Situation(tenders, frozenset(paper(row.name, row.sub, row.n1) for row in hung["paper"]))


def _segments(session: Any, deal: Opportunity, trades: Mapping[int, str]) -> tuple[str, ...]:
    """Comparable deals: those of the client's trade, else all."""
    account = session.get(Account, deal.account_id) if deal.account_id else None
    session.info["crm.account"] = account  # held, so that the rest of the page finds it in the session
    trade = trades.get(account.trade_id or 0) if account else None
    return (f"trade:{trade}", EVERYBODY) if trade else (EVERYBODY,)


def blocked_for_all(weapon: Weapon, people: Sequence[KeyPerson], situation: Situation, on: date) -> Refusal | None:
    """A weapon is no candidate where it is blocked towards each of those whom it could reach."""
    if not people:
        return blocked(weapon, (), situation, on)
    refusals = [blocked(weapon, (person,), situation, on) for person in people]
    return refusals[0] if all(refusals) else None


def _facts(people: Sequence[KeyPerson], uses: Sequence[Use], points: dict[str, int], *, rivals: int) -> DealFacts:
    reached = [one for use in done(uses) for one in use.reached]
    deciders = {person.id for person in people if "decider" in (person.roles or [])}
    return DealFacts(
        met=len({one.person_id for one in reached}),
        has_met_decider=any(one.person_id in deciders or one.level == "decision" for one in reached),
        rivals=rivals, answers=points,
    )  # fmt: skip
