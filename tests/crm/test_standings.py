"""How deals stood is written with every change, whoever makes it: one open span, exact at the end of each day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.bulk import update_rows
from core.db import kernel_session, reading, unit_of_work
from core.ids import new_id
from core.people import User, Visit
from core.spans import end_of, mend, stood_at, strays
from core.transfer import import_file, undo_batch
from crm.deal_states import win
from crm.leavers import plan_of, reassign, undo
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.opportunity_verbs import OPPORTUNITY
from crm.products import Product
from crm.reasons import Reason
from crm.stages import Stage
from crm.standings import DealStanding
from tests.crm.browsing import signed_in
from tests.crm.world import acting, id_of, one, signed

NONE = {"crm_opportunity": 0}
At = Callable[[int, int], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, fresh_carrier: str) -> At:
    """Move the clock so many days on, to an hour of the business's day."""
    first = clock.now().astimezone(clock.zone()).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def move(days: int, hour: int = 9) -> None:
        moment = (first + timedelta(days=days)).replace(hour=hour).astimezone(UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)

    move(0)
    return move


def spans(name: str = "Bank line") -> list[DealStanding]:
    with reading(OPERATOR) as session:
        deal = id_of(session, Opportunity, name=name)
        order = (col(DealStanding.from_at), col(DealStanding.id))
        return list(
            session.scalars(select(DealStanding).where(col(DealStanding.opportunity_id) == deal).order_by(*order))
        )


def told(name: str, *fields: str) -> list[Any]:
    return [tuple(getattr(span, field) for field in fields) for span in spans(name)]


def amount(value: int, name: str = "Bank line") -> None:
    with acting("am") as session:
        one(session, Opportunity, name=name).amount = value


def post(path: str, sent: dict[str, str]) -> int:
    """As somebody who has signed in on this day."""
    browser = signed_in("am")
    with kernel_session() as session:
        session.execute(update(Visit).values(seen_at=clock.now(), created_at=clock.now()))
    return browser.post(path, data=sent).status_code


def test_a_new_deal_begins_a_span_that_is_what_the_deal_is(fresh_carrier: str) -> None:
    span = spans()[-1]
    with reading(OPERATOR) as session:
        deal = one(session, Opportunity, name="Bank line")
        stage = session.get(Stage, deal.stage_id)
    assert (span.until_at, span.state, span.stage_id, span.owner_id) == (None, "open", deal.stage_id, deal.owner_id)
    assert (span.city_id, span.team_id, span.probability) == (deal.city_id, deal.team_id, stage and stage.probability)
    assert len(spans()) == 1
    assert strays() == NONE


def test_what_happens_on_one_day_is_one_span_and_on_the_next_another(at: At) -> None:
    amount(100)
    amount(200)
    at(0, 23)
    amount(300)
    at(1)
    amount(400)
    assert [value for (value,) in told("Bank line", "amount")] == [None, 300, 400]
    assert [span.until_at for span in spans()] == [*(span.from_at for span in spans()[1:]), None]
    assert strays() == NONE


def test_the_end_of_every_day_is_as_it_was_seen_then(at: At) -> None:
    seen: dict[date, Any] = {}
    for number in range(8):
        at(number, 10)
        amount(number * 100)
        at(number, 18)
        amount(number * 100 + 7) if number % 2 else None
        seen[clock.today()] = told("Bank line", "amount")[-1]
    table: Any = DealStanding.__table__  # type: ignore[attr-defined]
    with reading(OPERATOR) as session:
        deal = id_of(session, Opportunity, name="Bank line")
        for day, expected in seen.items():
            stood = select(table.c.amount).where(table.c.opportunity_id == deal, stood_at(table.c, end_of(day)))
            assert session.execute(stood).all() == [expected]


def test_two_changes_in_one_transaction_make_one_span(at: At) -> None:
    at(1)
    with acting("am") as session:
        deal = one(session, Opportunity, name="Bank line")
        deal.amount = 100
        session.flush()
        deal.expected_close_on = clock.today()
    assert told("Bank line", "amount", "expected_close_on") == [(None, None), (100, clock.today())]


def test_verbs_lines_and_undo_are_seen(at: At) -> None:
    with reading(OPERATOR) as session:
        deal = id_of(session, Opportunity, name="Bank line")
        reason = session.scalars(select(Reason).where(col(Reason.outcome) == "lost")).first()
        product = session.scalars(select(col(Product.id))).first()
    at(1)
    sent = {"opportunity_id": str(deal), "product_id": str(product), "one_off": "25"}
    assert post("/crm/opportunity_line/new", sent) == 303
    at(2)
    assert post(f"/crm/opportunity/{deal}/do/hold", {"hold.wake_on": "2099-01-01"}) == 303
    at(3)
    assert post(f"/crm/opportunity/{deal}/do/reopen", {}) == 303
    at(4)
    assert post(f"/crm/opportunity/{deal}/do/lose", {"lose.reason_id": str(reason.id if reason else "")}) == 303
    found = told("Bank line", "state", "amount")
    assert found == [("open", None), ("open", 2500), ("on_hold", 2500), ("open", 2500), ("lost", 2500)]
    assert spans()[-1].closed_on == clock.today()
    with acting("am") as session:
        session.scalars(select(OpportunityLine)).one().archived_at = clock.now()
    assert strays() == NONE


def test_winning_and_moving_are_seen_with_the_weight_of_the_stage(at: At) -> None:
    at(1)
    with acting("am") as session:
        deal = one(session, Opportunity, name="Bank line")
        signed(session, deal)
    with acting("am") as session:
        win(session, one(session, Opportunity, name="Bank line"))
    assert (spans()[-1].state, spans()[-1].probability) == ("won", 10000)
    assert strays() == NONE


def test_a_stage_that_weighs_otherwise_ends_the_spans_of_its_deals(at: At) -> None:
    at(1)
    with acting("keeper") as session:
        deal = one(session, Opportunity, name="Bank line")
        stage = session.get(Stage, deal.stage_id)
        assert stage is not None
        before, stage.probability = stage.probability, 4321
    assert [value for (value,) in told("Bank line", "probability")] == [before, 4321]
    assert [value for (value,) in told("Factory line", "probability")] == [before, 4321]
    assert strays() == NONE


def test_who_is_reassigned_stands_elsewhere_from_then_on_and_back_with_the_undo(at: At) -> None:
    at(1)
    with acting("lead") as session:
        leaver, heir = (id_of(session, User, username=name) or 0 for name in ("am", "am3"))
        plan = plan_of(session, leaver, [heir])
        kept = reassign(session, plan, mark=plan.mark).id
    at(2)
    with acting("lead") as session:
        undo(session, kept)
    assert [owner for (owner,) in told("Bank line", "owner_id")] == [leaver, heir, leaver]
    assert strays() == NONE


def test_archiving_ends_the_span_and_restoring_begins_another(at: At) -> None:
    at(1)
    with acting("am") as session:
        one(session, Opportunity, name="Bank line").archived_at = clock.now()
    assert spans()[-1].until_at == clock.now()
    at(2)
    with acting("am") as session:
        one(session, Opportunity, name="Bank line").archived_at = None
    assert [span.until_at is None for span in spans()] == [False, True]
    assert strays() == NONE


def test_an_import_writes_spans_and_its_undo_takes_them_along(at: At, tmp_path: Path) -> None:
    at(1)
    file = tmp_path / "deals.csv"
    file.write_text(
        "code,name,account,amount,engage date\nDEAL1,Bank line,ACC1,900,2020-01-05\nNEW1,New,ACC0,5,2020-01-05\n"
    )
    result = import_file(OPERATOR, OPPORTUNITY, file, None)
    assert (result["created"], result["updated"]) == (1, 1)
    assert [value for (value,) in told("Bank line", "amount")] == [None, 90000]
    assert clock.local(spans("New")[0].from_at).date() == clock.today()
    assert strays() == NONE
    at(2)
    undo_batch(OPERATOR, result["batch"])
    assert spans("New") == []
    assert [value for (value,) in told("Bank line", "amount")] == [None, 90000, None]
    assert strays() == NONE


def test_the_bulk_door_writes_one_span_for_each_of_many(at: At) -> None:
    at(1)
    with unit_of_work(OPERATOR) as session:
        ids = list(session.scalars(select(col(Opportunity.id))))
        update_rows(session, OPPORTUNITY, {i: {"amount": 77} for i in ids}, batch=new_id())
    assert all(told(name, "amount")[-1] == (77,) for name in ("Bank line", "Factory line"))
    assert strays() == NONE


def test_a_stray_is_found_and_mended(at: At) -> None:
    table: Any = DealStanding.__table__  # type: ignore[attr-defined]
    with kernel_session() as session:
        session.execute(delete(table).where(table.c.opportunity_id == spans()[0].opportunity_id))
    assert strays() == {"crm_opportunity": 1}
    assert mend() == 1
    assert strays() == NONE


def test_a_deal_has_one_open_span_at_most(fresh_carrier: str) -> None:
    deal = spans()[0].opportunity_id
    with pytest.raises(IntegrityError), kernel_session() as session:
        session.add(DealStanding(opportunity_id=deal, from_at=datetime.now(UTC), state="open"))


def test_only_who_sees_the_deal_sees_how_it_stood(fresh_carrier: str) -> None:
    def seen(name: str) -> int:
        with acting(name) as session:
            return len(session.scalars(select(col(DealStanding.id))).all())

    assert (seen("am"), seen("am2"), seen("exec"), seen("admin")) == (2, 1, 4, 0)
