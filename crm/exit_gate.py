"""The gate before every way forward: which exit tests a move would leave unmet, and who may pass all the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlmodel import col

from core.access import Asker, Level, parents
from core.errors import Forbidden, Invalid, Lacking
from core.i18n import _, pick
from crm.opportunities import Opportunity
from crm.playbook.exit_facts import facts_of
from crm.playbook.exits import Checked, checked
from crm.playbook.strengths import strengths
from crm.stage_moves import OVERRIDE
from crm.stages import Stage, exit_tests, first_stage, stages
from web.kit.format import listed


@dataclass(frozen=True)
class Passed:
    """How a move goes through: past which tests, by their codes, and for which reason where one of them blocks."""

    missing: tuple[str, ...] = ()
    reason: str | None = None


FREE = Passed()


def pass_gate(
    session: Any, deal: Opportunity, way: tuple[Stage, ...], *, to: Stage | None, reason: str | None
) -> Passed:
    """Raises Lacking where a test that blocks is not met, unless whoever leads passes it with a reason."""
    missing = missing_on(session, deal, way)
    blocking = tuple(each for each in missing if each.blocks)
    codes = tuple(each.test.code for each in missing)
    if not blocking:
        return Passed(codes)
    if reason is None:
        raise Lacking(sentence(blocking, to), at=address_of(deal, to))
    return Passed(codes, _checked_reason(session, deal, reason))


def _checked_reason(session: Any, deal: Opportunity, reason: str) -> str:
    if not may_override(session, deal):
        raise Forbidden(_("Only whoever leads the deal’s people may pass a test that blocks."))
    if not reason.strip():
        text = _("Say why the deal may go on all the same.")
        raise Invalid(text, {"override": text})
    return reason.strip()[:200]


def ask_first(session: Any, deal: Opportunity, way: tuple[Stage, ...], *, to: Stage | None, **typed: Any) -> None:
    """On the deal's page a move that lacks something shows it first, whether it blocks or only warns."""
    missing = missing_on(session, deal, way)
    if missing:
        raise Lacking(sentence(missing, to), at=address_of(deal, to, **typed))


def sentence(missing: tuple[Checked, ...], to: Stage | None) -> str:
    """What is missing by name, and where it is added."""
    tests = _named(missing)
    if to is None:
        return _("Not proved yet: {tests}. Add it under “What it takes to go on” on the deal’s page.", tests=tests)
    return _(
        "Not proved yet, before “{stage}”: {tests}. Add it under “What it takes to go on” on the deal’s page.",
        stage=pick(to.name_zh, to.name_en or ""), tests=tests,
    )  # fmt: skip


def _named(missing: Iterable[Checked]) -> str:
    return listed(f"“{each.test.text}”" for each in missing)


def address_of(deal: Opportunity, to: Stage | None, **typed: Any) -> str:
    """The sheet that says what is missing. What was typed with the move goes along."""
    known = {"to": to.id if to else None, **typed}
    pairs = [(name, str(value)) for name, value in known.items() if value not in (None, "")]
    path = f"/crm/opportunity/{deal.id}/gate"
    return f"{path}?{urlencode(pairs)}" if pairs else path


# --- what is missing ------------------------------------------------------------------------------------------


def missing_on(session: Any, deal: Opportunity, way: tuple[Stage, ...]) -> tuple[Checked, ...]:
    return tuple(each for each in examined(session, deal, way) if not each.is_met)


def examined(session: Any, deal: Opportunity, way: tuple[Stage, ...]) -> tuple[Checked, ...]:
    """The tests of these stages in order. A pipeline without tests costs one statement, and nothing is asked."""
    asked = exit_tests(session)
    tests = [test for stage in way for test in asked.get(stage.id, ())]
    if not tests:
        return ()
    session.flush()
    facts = facts_of(session, deal, tests)
    return tuple(
        each for stage in way for each in checked(stage, asked.get(stage.id, ()), facts, lambda: strengths(session))
    )


def way_to(session: Any, deal: Opportunity, to: Stage | None) -> tuple[Stage, ...]:
    """The stages that are left on the way to another, in order; none on the way back.

    A stage that wins has to be earned: its own tests belong to the way. Without a target, the way is to the end.
    """
    return _between(session, deal, deal.stage_id, to)


def admit(session: Any, deal: Opportunity) -> None:
    """A deal that is made in a later stage meets what blocks before it; what only warns is noted with moves alone."""
    here = stages(session).get(deal.stage_id or 0)
    start = first_stage(session, deal.pipeline_id)
    blocking = [each for each in missing_on(session, deal, _between(session, deal, start.id, here)) if each.blocks]
    if blocking and here is not None:
        name, tests = pick(here.name_zh, here.name_en or ""), _named(blocking)
        raise Invalid(_("A new deal cannot begin in “{stage}”. Not proved yet: {tests}.", stage=name, tests=tests))


def _between(session: Any, deal: Opportunity, start: int | None, to: Stage | None) -> tuple[Stage, ...]:
    if to is not None and to.outcome == "lost":
        return ()
    kept = (start, to.id if to else None)
    pipeline = [
        each
        for each in stages(session).values()
        if each.pipeline_id == deal.pipeline_id and each.outcome != "lost"
        and (not each.archived_at or each.id in kept)
    ]  # fmt: skip
    ids = [each.id for each in pipeline]
    here = ids.index(start) if start in ids else 0
    there = ids.index(to.id) + (to.outcome == "won") if to is not None and to.id in ids else len(ids)
    return tuple(pipeline[here:there])


# --- who may pass ---------------------------------------------------------------------------------------------


def may_override(session: Any, deal: Opportunity) -> bool:
    """Whoever holds the right over a unit that the deal belongs to: its owner only where they lead that unit."""
    level = session.actor.level(OVERRIDE)
    if level < Level.SUBTREE:
        return False
    reached = parents(Asker(session.actor.profile, level, "update"), "crm_opportunity")
    found = select(col(Opportunity.id)).where(col(Opportunity.id) == deal.id, col(Opportunity.id).in_(reached))
    return session.scalar(found) is not None
