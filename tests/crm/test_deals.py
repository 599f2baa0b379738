"""What happens to a deal: its stages, its states, its amount."""

from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.errors import Invalid
from core.registry import registry
from crm.deal_states import deliver, hold, lose, move, reopen, win
from crm.opportunities import Opportunity, weighted
from crm.opportunity_lines import OpportunityLine
from crm.opportunity_verbs import OPPORTUNITY
from crm.products import Product
from crm.reasons import Reason
from crm.stage_moves import StageMove
from crm.stages import Stage
from tests.crm.world import acting, days, id_of, one, save, signed


def stage(session: Any, code: str) -> int:
    return id_of(session, Stage, code=code) or 0


def bank_deal(session: Any) -> Opportunity:
    deal: Opportunity = one(session, Opportunity, name="Bank line")
    return deal


def moves(session: Any, deal: Opportunity) -> list[StageMove]:
    session.flush()
    return list(session.scalars(select(StageMove).where(StageMove.opportunity_id == deal.id).order_by(StageMove.id)))


def test_a_new_deal_stands_open_in_the_first_stage_of_sales(carrier: str) -> None:
    with acting("am") as session:
        deal = save(session, Opportunity(name="New", owner_id=session.actor.user_id))
        assert (deal.state, deal.stage_id, deal.stage_since) == ("open", stage(session, "O0"), clock.today())
        assert deal.code.startswith("D")
        session.delete(deal)


def test_a_move_is_kept_with_from_to_who_and_why(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = bank_deal(session)
        move(session, deal, stage(session, "O3"), why="They agreed to the design.")
        (kept,) = moves(session, deal)
        assert (kept.from_stage_id, kept.to_stage_id) == (stage(session, "O0"), stage(session, "O3"))
        assert (kept.from_state, kept.to_state, kept.by_id) == ("open", "open", session.actor.user_id)
        assert kept.why == "They agreed to the design."


def test_entering_the_signed_stage_wins_the_deal(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = signed(session, bank_deal(session))
        move(session, deal, stage(session, "O6"))
        assert (deal.state, deal.closed_on) == ("won", clock.today())
        assert moves(session, deal)[0].to_state == "won"


def test_winning_enters_the_stage_that_wins(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = signed(session, bank_deal(session))
        win(session, deal, closed_on=days(-2))
        assert (deal.state, deal.stage_id, deal.closed_on) == ("won", stage(session, "O6"), days(-2))
        with pytest.raises(Invalid):
            win(session, deal)


def test_losing_asks_for_a_reason_and_keeps_the_stage_in_which_it_was_lost(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = bank_deal(session)
        move(session, deal, stage(session, "O4"))
        with pytest.raises(Invalid) as refused:
            lose(session, deal, reason_id=None)
        assert set(refused.value.problems) == {"reason_id"}
        lose(session, deal, reason_id=id_of(session, Reason, code="coverage"))
        assert (deal.state, deal.stage_id, deal.closed_on) == ("lost", stage(session, "O4"), clock.today())


def test_a_reason_for_winning_does_not_explain_a_loss(carrier: str) -> None:
    with acting("am") as session:
        deal = bank_deal(session)
        with pytest.raises(Invalid):
            lose(session, deal, reason_id=id_of(session, Reason, code="trial"))


def test_a_closed_deal_moves_only_once_it_was_reopened_where_it_was(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = signed(session, bank_deal(session))
        move(session, deal, stage(session, "O3"))
        session.flush()
        win(session, deal)
        session.flush()
        with pytest.raises(Invalid):
            move(session, deal, stage(session, "O2"))
        reopen(session, deal, why="The signature was withdrawn.")
        assert (deal.state, deal.stage_id, deal.closed_on) == ("open", stage(session, "O3"), None)
        assert [kept.to_state for kept in moves(session, deal)] == ["open", "won", "open"]


def test_a_deal_on_hold_names_the_day_on_which_it_wakes_up(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = bank_deal(session)
        with pytest.raises(Invalid):
            hold(session, deal, wake_on=clock.today())
        hold(session, deal, wake_on=days(30))
        assert (deal.state, deal.wake_on) == ("on_hold", days(30))
        reopen(session, deal)
        assert (deal.state, deal.wake_on, deal.stage_id) == ("open", None, stage(session, "O0"))


def test_a_won_deal_enters_its_delivery_as_an_act_of_its_own_and_stays_won(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = signed(session, bank_deal(session))
        with pytest.raises(Invalid):
            deliver(session, deal)
        win(session, deal)
        deliver(session, deal)
        assert (deal.state, deal.stage_id) == ("won", stage(session, "O7"))
        move(session, deal, stage(session, "O8"))
        assert (deal.state, deal.stage_id) == ("won", stage(session, "O8"))


def test_a_stage_of_another_pipeline_is_refused(carrier: str) -> None:
    with acting("am") as session, pytest.raises(Invalid):
        move(session, bank_deal(session), stage(session, "O7"))


def test_the_board_moves_deals_by_the_same_verb() -> None:
    registry()
    assert OPPORTUNITY.board is not None
    assert OPPORTUNITY.board.move is move
    assert OPPORTUNITY.verb("move") is not None


def test_an_imported_deal_takes_its_state_from_a_stage_with_an_outcome(carrier: str) -> None:
    with acting("keeper") as session:
        won = Opportunity(code="IMPORTED", stage_id=stage(session, "O6"), closed_on=days(-9))
        OPPORTUNITY.complete(session, won)
        assert (won.state, won.name, won.closed_on) == ("won", "IMPORTED", days(-9))


def test_an_import_that_moves_a_won_deal_back_opens_it(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = signed(session, bank_deal(session))
        win(session, deal)
        session.flush()
        deal.stage_id = stage(session, "O5")
        OPPORTUNITY.complete(session, deal)
        assert (deal.state, deal.stage_since) == ("open", clock.today())


def test_a_stage_date_that_a_file_gives_is_kept(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = bank_deal(session)
        deal.stage_id, deal.stage_since = stage(session, "O2"), days(-9)
        assert save(session, deal).stage_since == days(-9)
        new = Opportunity(name="New", stage_id=stage(session, "O2"), engaged_on=days(-30))
        OPPORTUNITY.complete(session, new)
        assert new.stage_since == days(-30)


def test_lines_make_the_amount_and_without_lines_it_is_as_typed(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal = bank_deal(session)
        deal.amount = 777
        save(session, deal)
        assert deal.amount == 777
        product = id_of(session, Product, code="D01") or 0
        first = OpportunityLine(opportunity_id=deal.id, product_id=product, one_off=100_000, monthly=20_000, months=12)
        save(session, first)
        assert deal.amount == 340_000
        second = save(session, OpportunityLine(opportunity_id=deal.id, product_id=product, one_off=5, quantity=3))
        assert deal.amount == 340_005
        deal.amount = 1
        save(session, deal)
        assert deal.amount == 340_005
        second.archived_at = clock.now()
        save(session, second)
        assert deal.amount == 340_000
    with acting("am") as session:
        assert bank_deal(session).amount == 340_000


def test_lines_of_one_form_count_together(fresh_carrier: str) -> None:
    with acting("am") as session:
        deal, product = bank_deal(session), id_of(session, Product, code="D01") or 0
        for fen in (100, 20, 3):
            line = OpportunityLine(opportunity_id=deal.id, product_id=product, one_off=fen)
            registry().entity("crm.opportunity_line").complete(session, line)  # type: ignore[union-attr]
            session.add(line)
        assert deal.amount == 123


def test_a_line_is_called_after_its_product_and_a_monthly_amount_needs_months(carrier: str) -> None:
    with acting("am") as session:
        deal, product = bank_deal(session), one(session, Product, code="D01")
        line = OpportunityLine(opportunity_id=deal.id, product_id=product.id, monthly=5)
        with pytest.raises(Invalid) as refused:
            save(session, line)
        assert set(refused.value.problems) == {"months"}
        line.months, deal.amount = 2, None
        registry().entity("crm.opportunity_line").complete(session, line)  # type: ignore[union-attr]
        assert line.name == product.name_zh
        deal.amount = None


@pytest.mark.parametrize(
    ("amount", "probabilities", "expected"),
    [
        (1_000, (4_000,), 400),
        (1_000, (4_000, 2_500), 250),
        (1_000, (4_000, None), 400),
        (None, (4_000,), None),
        (105, (5_000,), 53),
        (1_000, (), None),
    ],
)
def test_the_weighted_amount_takes_the_smallest_probability(
    amount: int | None, probabilities: tuple[int | None, ...], expected: int | None
) -> None:
    assert weighted(amount, *probabilities) == expected


def test_a_deal_is_not_closed_before_it_began(carrier: str) -> None:
    with acting("am") as session:
        deal = Opportunity(name="Odd", engaged_on=days(0), closed_on=days(-1))
        with pytest.raises(Invalid):
            OPPORTUNITY.complete(session, deal)


def test_a_probability_beyond_100_percent_is_refused_by_field(carrier: str) -> None:
    with acting("am") as session:
        with pytest.raises(Invalid) as refused:
            OPPORTUNITY.complete(session, Opportunity(name="Sure", probability=10_001))
        assert set(refused.value.problems) == {"probability"}
