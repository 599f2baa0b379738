"""A kind of approval that only tests know, in the small world of two cities, and short words for its acts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core.access import OPERATOR
from core.actors import actor_for
from core.approvals import acts, asking
from core.approvals.kinds import KINDS, Holders, Kind, Named, Step, Superiors, register
from core.approvals.rows import Approval, Seat
from core.db import reading
from core.i18n import _, use_language
from core.people import User
from core.wall import forget_profiles
from crm.accounts import Account
from tests.crm.world import acting, build, id_of, one
from tests.templates import Templates

LOW, HIGH, HIGHEST = 100_00, 20_000_00, 200_000_00
ENDED: list[tuple[str, str]] = []


def say(approval: Approval) -> str:
    return _("Trial {what}", what=approval.facts.get("what", ""))


def steps(session: Any, approval: Approval) -> tuple[Step, ...]:
    """By amount; other shapes for tests that ask for them by a fact."""
    shapes = {
        "two": (Step(who=Superiors(2)),),
        "both": (Step(who=Superiors(2), takes="all"),),
        "none": (),
        "named": (Step(who=Named(approval.facts.get("user", 0))),),
        "small": (Step(who=Superiors(1), since=HIGH),),
    }
    by_amount = (
        Step(who=Superiors(1)),
        Step(who=Holders("channel_manager"), since=HIGH),
        Step(who=Superiors(2), takes="all", since=HIGHEST),
    )
    return shapes.get(approval.facts.get("shape", ""), by_amount)


def note(word: str) -> Any:
    return lambda session, approval: ENDED.append((word, session.actor.username))


TRIAL = Kind(
    name="testing.trial", label="Trial", entity="crm.account", say=say, steps=steps, days=3,
    on_approved=note("approved"), on_refused=note("refused"), on_recalled=note("recalled"),
)  # fmt: skip
ENDING = Kind(name="testing.ending", label="Ending", entity="crm.account", say=say, steps=steps, days=1,
              after_days="refuse", on_refused=note("refused"))  # fmt: skip


@pytest.fixture
def kind() -> Iterator[Kind]:
    """Rules look at the kinds: statements compiled before know nothing of it."""
    for each in (TRIAL, ENDING):
        register(each)
    forget_profiles()
    ENDED.clear()
    yield TRIAL
    for each in (TRIAL, ENDING):
        del KINDS[each.name]
    forget_profiles()


@pytest.fixture
def house(templates: Templates, tmp_path: Path, kind: Kind) -> Iterator[None]:
    """The small world for this test alone, on each engine; sentences are English."""
    with templates.copy(tmp_path, build), use_language("en"):
        yield


def ask(
    by: str = "am", about: str = "Harbour", *, amount: int | None = None, kind: str = TRIAL.name, **facts: Any
) -> int:
    with acting(by) as session:
        account = one(session, Account, name=about)
        made = asking.request(session, kind, account, reason="They wait for it", amount=amount, facts=facts)
        return made.id


def approve(by: str, approval_id: int, comment: str = "") -> None:
    with acting(by) as session:
        acts.approve(session, approval_id, comment=comment)


def refuse(by: str, approval_id: int, reason: str = "Too dear") -> None:
    with acting(by) as session:
        acts.refuse(session, approval_id, reason=reason)


def recall(by: str, approval_id: int) -> None:
    with acting(by) as session:
        acts.recall(session, approval_id)


def hand_on(by: str, approval_id: int, to: str) -> None:
    with acting(by) as session:
        acts.hand_on(session, approval_id, to=to)


def add(by: str, approval_id: int, who: str, where: Any = "also") -> None:
    with acting(by) as session:
        acts.add(session, approval_id, who=who, where=where)


def state(approval_id: int) -> str:
    with reading(OPERATOR) as session:
        return session.get_one(Approval, approval_id).state


def asked(approval_id: int, *states: str) -> list[str]:
    """User names of those with a seat in one of these states (asked, if none is named), in order of steps."""
    found = select(User.username).join(Seat, col(Seat.user_id) == col(User.id))
    mine = (col(Seat.approval_id) == approval_id, col(Seat.state).in_(states or ("asked",)))
    with reading(OPERATOR) as session:
        return list(session.scalars(found.where(*mine).order_by(col(Seat.step), col(Seat.id))))


def sees(name: str, approval_id: int) -> bool:
    with reading(actor_for(name)) as session:
        found = session.scalar(select(col(Approval.id)).where(col(Approval.id) == approval_id))
        seats = session.scalars(select(col(Seat.id)).where(col(Seat.approval_id) == approval_id)).all()
    assert bool(seats) is (found is not None), "who sees a request sees who is asked, and nobody else does"
    return found is not None


def user_id(name: str) -> int:
    with reading(OPERATOR) as session:
        return id_of(session, User, username=name) or 0
