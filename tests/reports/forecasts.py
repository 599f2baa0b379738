"""What the forecast's tests do again and again: deals of each category, evidence, chances, freezing."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import reading, unit_of_work
from core.lists import Query
from core.people import Role, User, UserRole
from crm.deal_states import lose, win
from crm.exit_proofs import ExitProof
from crm.exit_tests import ExitTest
from crm.opportunities import Opportunity
from crm.reasons import Reason
from reports import forecast
from reports.evidence.rows import WinChance, WinSkill
from reports.forecast.data import ForecastData, Way
from reports.forecast.freezing import freeze_due
from reports.forecast.frozen import ForecastFreeze
from tests.crm.world import acting, id_of, one, save, signed
from tests.reports.days import act, deal

To = Callable[[date], date]


def told(who: str = "exec", **filters: str) -> ForecastData:
    with reading(actor_for(who), snapshot=True) as session:
        return forecast.gather(session, query=Query(filters={name: (value,) for name, value in filters.items()}))


def way(data: ForecastData, code: str) -> Way:
    return next(each for each in data.ways if each.code == code)


def only_choice() -> None:
    """Leaving the stage of commitment asks only what the client said."""
    with acting("keeper") as session:
        for code in ("O5_price", "O5_approved"):
            one(session, ExitTest, code=code).mode = "off"


def proved(name: str) -> None:
    with unit_of_work(OPERATOR) as session:
        test = id_of(session, ExitTest, code="O5_choice") or 0
        values = {"said": "You.", "source": "call", "created_at": clock.now()}
        deal_id = one(session, Opportunity, name=name).id
        save(session, ExitProof(opportunity_id=deal_id, test_id=test, **values))


def four(quarter: date) -> dict[str, str]:
    """A deal of each category, of 100 to 1,600 yuan; one more is expected later, one on no day."""
    only_choice()
    within = {"expected_close_on": quarter + timedelta(days=40)}
    names = {
        "pipeline": deal("Bank", 100, "O2", probability=5000, **within), "best": deal("Factory", 200, "O4", **within),
        "unproved": deal("Bank", 400, "O5", probability=9000, **within), "commit": deal("Harbour", 800, "O5", **within),
        "lead": deal("Bank", 1600, "O0", **within), "unknown": deal("Bank", None, "O2", **within),
        "later": deal("Bank", 3200, "O5", expected_close_on=quarter + timedelta(days=100)),
        "undated": deal("Bank", 6400, "O5"),
    }  # fmt: skip
    proved(names["commit"])
    return names


def won(name: str, **values: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        signed(session, one(session, Opportunity, name=name))
    act(name, win, **values)


def lost(name: str) -> None:
    with reading(OPERATOR) as session:
        reason = session.scalars(select(col(Reason.id)).where(col(Reason.outcome) == "lost")).first()
    act(name, lose, reason_id=reason)


def model(chances: dict[str, int], gain: float = 0.02) -> None:
    with unit_of_work(OPERATOR) as session:
        session.add(WinSkill(deals=900, held=180, base_rate=0.4, auc=0.7, brier=0.2, brier_of_base=0.24, gain=gain,
                             gain_low=gain / 2, calibration=[]))  # fmt: skip
        for name, chance in chances.items():
            session.add(WinChance(opportunity_id=one(session, Opportunity, name=name).id, chance=chance))


def frozen(who: str = "operator") -> list[ForecastFreeze]:
    with reading(OPERATOR if who == "operator" else actor_for(who)) as session:
        return list(session.scalars(select(ForecastFreeze).order_by(col(ForecastFreeze.id))))


def freeze() -> int:
    return freeze_due(lambda *_: None)["months"]


def given(name: str, grants: dict[str, str]) -> None:
    with unit_of_work(OPERATOR) as session:
        role = save(session, Role(code=f"r{len(grants)}{name}", name_zh="r", grants=grants))
        session.add(UserRole(user_id=id_of(session, User, username=name) or 0, role_id=role.id))
