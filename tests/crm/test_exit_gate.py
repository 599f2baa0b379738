"""The gate before every way forward: what proves a test, what blocks, what is noted, who passes, and what is kept."""

from typing import Any

import pytest
from sqlalchemy import literal, select
from sqlmodel import col

from core.errors import Forbidden, Invalid, Lacking
from core.spans import end_of
from crm.contracts import Contract
from crm.deal_states import deliver, lose, move, win
from crm.exit_gate import examined
from crm.exit_proofs import EXIT_PROOF, ExitProof
from crm.exit_tests import EXIT_TEST, ExitTest
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.opportunity_rivals import OpportunityRival
from crm.opportunity_verbs import OPPORTUNITY
from crm.pipelines import Pipeline
from crm.playbook.proved import Deal, lacks
from crm.playbook.strengths import strengths
from crm.products import Product
from crm.reasons import Reason
from crm.rivals import Rival
from crm.stage_moves import StageMove, overrides
from crm.stages import Stage, exit_tests, stages
from tests.crm.playing import TECH, VISIT, deal, paper, person, use
from tests.crm.world import acting, days, id_of, one, save, signed


def stage(session: Any, code: str) -> int:
    return id_of(session, Stage, code=code) or 0


def stand(session: Any, code: str) -> Opportunity:
    """The bank's deal, in that stage."""
    found = deal(session)
    found.stage_id = stage(session, code)
    save(session, found)
    return found


def met(session: Any, code: str) -> dict[str, bool]:
    """By code of the tests of a stage, whether the bank's deal meets them now."""
    here, found = stages(session)[stage(session, code)], deal(session)
    told = {each.test.code: each.is_met for each in examined(session, found, (here,))}
    assert told == {each.code: proved(session, found, here, each) for each in exit_tests(session)[here.id]}
    return told


def proved(session: Any, found: Opportunity, here: Stage, test: ExitTest) -> bool:
    """What sums of many deals say of this one, as of today's end; it does not matter here where the deal stands."""
    deals = OPPORTUNITY.table.c
    columns = Deal(deals.id, deals.account_id, literal(here.id), deals.amount, deals.expected_close_on)
    asked = lacks(columns, (here,), {here.id: (test,)}, end_of(days(0)), strengths(session))
    return session.scalar(select(asked).where(deals.id == found.id)) == 0


def strict(code: str, mode: str = "block") -> None:
    with acting("keeper") as session:
        test = one(session, ExitTest, code=code)
        test.mode = mode
        save(session, test)


def last_move(session: Any) -> StageMove:
    session.flush()
    return session.scalars(select(StageMove).order_by(col(StageMove.id).desc()).limit(1)).one()  # type: ignore[no-any-return]


# --- what proves a test ---------------------------------------------------------------------------------------


def test_a_person_of_the_client_is_the_contact(fresh_carrier: str) -> None:
    with acting("am") as session:
        assert met(session, "O0") == {"O0_contact": True, "O0_need": False}


def test_a_sentence_with_its_source_proves_what_no_record_can(fresh_carrier: str) -> None:
    with acting("am") as session:
        test = id_of(session, ExitTest, code="O1_problem") or 0
        said = ExitProof(opportunity_id=deal(session).id, test_id=test, said="Our lines fail.", source="visit")
        kept = save(session, said)
        assert (kept.by_id, kept.proved_on) == (session.actor.user_id, days(0))
        assert met(session, "O1")["O1_problem"] is True
        kept.archived_at = kept.created_at
        save(session, kept)
        assert met(session, "O1")["O1_problem"] is False


def test_what_records_prove_takes_no_sentence(fresh_carrier: str) -> None:
    with acting("am") as session:
        test = id_of(session, ExitTest, code="O6_contract") or 0
        with pytest.raises(Invalid):
            EXIT_PROOF.complete(session, ExitProof(opportunity_id=deal(session).id, test_id=test, said="Yes"))


def test_a_strong_weapon_counts_in_the_step_in_which_it_was_used(fresh_carrier: str) -> None:
    with acting("am") as session:
        found = stand(session, "O3")
        use(session, VISIT, person(session), done=True, opportunity_id=found.id)
        assert met(session, "O2")["O2_weapon"] is False
        use(session, TECH, person(session), done=True, opportunity_id=found.id)
        assert met(session, "O3")["O3_weapon"] is True
        assert met(session, "O2")["O2_weapon"] is False


def test_a_plan_proves_nothing(fresh_carrier: str) -> None:
    with acting("am") as session:
        use(
            session,
            TECH,
            person(session, level="decision", function="technical"),
            opportunity_id=stand(session, "O3").id,
        )
        assert met(session, "O3") == {"O3_requirements": False, "O3_technical": False, "O3_weapon": False}


def test_whom_was_met_counts_by_the_level_of_that_day(fresh_carrier: str) -> None:
    with acting("am") as session:
        expert = person(session, "Expert", function="technical", level="operation")
        use(session, TECH, expert, done=True)
        assert met(session, "O3")["O3_technical"] is True
        assert met(session, "O2")["O2_decider"] is False
        person(session, level="decision")
        assert met(session, "O2")["O2_decider"] is True


def test_amount_and_expected_close_are_known_together(fresh_carrier: str) -> None:
    with acting("am") as session:
        found = deal(session)
        found.amount = 5
        save(session, found)
        assert met(session, "O2")["O2_budget"] is False
        found.expected_close_on = days(30)
        save(session, found)
        assert met(session, "O2")["O2_budget"] is True


@pytest.mark.parametrize(
    ("code", "evidence"),
    [("O3_requirements", "requirement_list"), ("O4_shortlist", "tender_receipt"), ("O6_contract", "contract")],
)
def test_a_file_of_the_kind_proves_it_on_the_deal_or_below(fresh_carrier: str, code: str, evidence: str) -> None:
    with acting("am") as session:
        visit = use(session, VISIT, person(session), opportunity_id=deal(session).id)
        paper(session, visit, "photo")
        assert met(session, code[:2])[code] is False
        paper(session, visit, evidence)
        assert met(session, code[:2])[code] is True


def test_a_contract_counts_once_it_is_signed_and_only_ours_for_this_deal(fresh_carrier: str) -> None:
    with acting("am") as session:
        found = deal(session)
        values = {"name": "C", "account_id": found.account_id}
        save(session, Contract(**values, signed_on=days(-1)))
        save(session, Contract(**values, opportunity_id=found.id))
        assert met(session, "O6") == {"O6_contract": False}
        signed(session, found)
        assert met(session, "O6") == {"O6_contract": True}


def test_lines_with_a_price_and_a_named_rival_prove_theirs(fresh_carrier: str) -> None:
    strict("O4_rival", "warn")
    with acting("keeper") as session:
        save(session, Rival(code="r", name_zh="对手"))
    with acting("am") as session:
        found, product = deal(session), id_of(session, Product, code="D01") or 0
        save(session, OpportunityLine(opportunity_id=found.id, product_id=product))
        assert met(session, "O5")["O5_price"] is False
        save(session, OpportunityLine(opportunity_id=found.id, product_id=product, one_off=7))
        assert met(session, "O5")["O5_price"] is True
        assert met(session, "O4")["O4_rival"] is False
        save(session, OpportunityRival(opportunity_id=found.id, rival_id=id_of(session, Rival, code="r") or 0))
        assert met(session, "O4")["O4_rival"] is True


def test_a_test_that_asks_for_files_says_which(carrier: str) -> None:
    with acting("keeper") as session, pytest.raises(Invalid) as refused:
        EXIT_TEST.complete(session, ExitTest(code="x", name_zh="x", stage_id=1, proof="file"))
    assert set(refused.value.problems) == {"files"}


# --- the gate -------------------------------------------------------------------------------------------------


def test_what_only_warns_lets_pass_and_is_noted(fresh_carrier: str) -> None:
    with acting("am") as session:
        found = stand(session, "O1")
        move(session, found, stage(session, "O2"))
        kept = last_move(session)
        assert (kept.missing, kept.is_override) == (["O1_problem", "O1_weapon"], False)


def test_what_blocks_refuses_by_name_and_says_where_to_add_it(fresh_carrier: str) -> None:
    strict("O1_problem")
    with acting("am") as session:
        found = stand(session, "O1")
        with pytest.raises(Lacking) as refused:
            move(session, found, stage(session, "O2"))
        text = one(session, ExitTest, code="O1_problem").text
        assert text in str(refused.value)
        assert refused.value.at == f"/crm/opportunity/{found.id}/gate?to={stage(session, 'O2')}"
        assert found.stage_id == stage(session, "O1")


def test_a_jump_asks_all_stages_on_the_way(fresh_carrier: str) -> None:
    strict("O2_budget")
    with acting("am") as session, pytest.raises(Lacking):
        move(session, stand(session, "O1"), stage(session, "O3"))


def test_the_way_back_hold_and_loss_are_free(fresh_carrier: str) -> None:
    for code in ("O1_problem", "O3_requirements"):
        strict(code)
    with acting("am") as session:
        found = stand(session, "O3")
        move(session, found, stage(session, "O1"))
        assert last_move(session).missing == []
        lose(session, found, reason_id=id_of(session, Reason, code="coverage"))
        assert found.state == "lost"


def test_nothing_is_won_without_its_contract_by_whichever_verb(fresh_carrier: str) -> None:
    with acting("am") as session:
        found = stand(session, "O5")
        for act in (lambda: win(session, found), lambda: move(session, found, stage(session, "O6"))):
            with pytest.raises(Lacking):
                act()
        win(session, signed(session, found))
        assert found.state == "won"


def test_a_deal_that_came_in_won_is_delivered_with_its_contract(fresh_carrier: str) -> None:
    with acting("am") as session:
        found = stand(session, "O6")
        found.state = "won"
        with pytest.raises(Lacking):
            deliver(session, found)
        deliver(session, signed(session, found))
        assert found.stage_id == stage(session, "O7")


def test_a_pipeline_without_tests_asks_nothing(fresh_carrier: str) -> None:
    with acting("keeper") as session:
        bare = save(session, Pipeline(code="bare", name_zh="别处"))
        for at, code in enumerate(("b0", "b1")):
            save(session, Stage(code=code, name_zh=code, pipeline_id=bare.id, position=at, probability=0))
        new = save(session, Opportunity(name="Bare", pipeline_id=bare.id, owner_id=session.actor.user_id))
        move(session, new, stage(session, "b1"))
        assert last_move(session).missing == []
        win(session, new)
        assert new.state == "won"


# --- passing all the same -------------------------------------------------------------------------------------


def test_whoever_leads_passes_with_a_reason_which_is_kept_and_counted(fresh_carrier: str) -> None:
    with acting("lead") as session:
        win(session, stand(session, "O5"), override="The paper is in the post.")
        kept = last_move(session)
        assert (kept.is_override, kept.override_reason) == (True, "The paper is in the post.")
        assert kept.by_id == session.actor.user_id
        assert "O6_contract" in kept.missing
        assert list(session.scalars(select(col(StageMove.id)).where(overrides()))) == [kept.id]


def test_a_reason_is_asked_for(fresh_carrier: str) -> None:
    with acting("lead") as session, pytest.raises(Invalid) as refused:
        win(session, stand(session, "O5"), override="  ")
    assert set(refused.value.problems) == {"override"}


@pytest.mark.parametrize("who", ["am", "keeper"])
def test_nobody_else_passes(fresh_carrier: str, who: str) -> None:
    with acting(who) as session, pytest.raises(Forbidden):
        win(session, stand(session, "O5"), override="I own it.")


def test_a_reason_where_nothing_blocks_is_no_override(fresh_carrier: str) -> None:
    with acting("lead") as session:
        move(session, stand(session, "O1"), stage(session, "O2"), override="Just so.")
        kept = last_move(session)
        assert (kept.is_override, kept.override_reason) == (False, None)
