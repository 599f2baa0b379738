"""A deal made at the foot of a board's column: kept as typed, once, and only where it may be."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from core.access import OPERATOR
from core.db import reading
from crm.deal_states import move
from crm.opportunities import Opportunity
from tests.crm.browser import Browser, part
from tests.crm.test_board import BOARD, lane, stage
from tests.crm.test_board import am as am
from tests.crm.test_exit_gate import strict
from tests.crm.world import acting, one, seen


def quick(am: Browser, code: str, *, is_fragment: bool = False, **typed: str) -> Any:
    key = str(stage(code))
    sent = {f"{key}.{name}": value for name, value in typed.items()}
    return am.post_named(
        f"{BOARD}/new", {**sent, "lane": key, "key": "once", "next": BOARD}, is_fragment=is_fragment
    )  # fmt: skip


def test_a_deal_is_made_in_the_column_where_it_was_typed(am: Browser) -> None:
    answer = quick(am, "O2", name="New line", account_id="Bank", amount="1200")
    assert answer.status_code == 303
    with reading(OPERATOR) as session:
        made = one(session, Opportunity, name="New line")
    assert (made.stage_id, made.state, made.amount) == (stage("O2"), "open", 1200_00)
    assert made.account_id is not None
    assert made.owner_id in seen("am", Opportunity.owner_id)
    opened = am.get(answer.headers["location"].partition("#")[0]).text
    assert 'class="quick" open' in lane(opened, "O2")
    assert "New line" in lane(opened, "O2")


def test_with_scripts_only_its_column_comes_back_empty_for_the_next(am: Browser) -> None:
    answer = quick(am, "O1", is_fragment=True, name="New line", account_id="", amount="")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "New line" in answer.text
    assert len(re.findall(r'<section class="lane', answer.text)) == 1
    field = re.search(rf'<input[^>]*name="{stage("O1")}.name"[^>]*>', answer.text)
    assert field
    assert 'value=""' in field[0]
    assert "autofocus" in field[0]


@pytest.mark.parametrize("is_fragment", [True, False])
def test_a_refused_deal_keeps_what_was_typed(am: Browser, is_fragment: bool) -> None:
    answer = quick(am, "O1", is_fragment=is_fragment, name="New line", account_id="Nobody <b>", amount="many")
    assert answer.status_code == 422
    column = part(answer.text, f"lane-{stage('O1')}")
    assert 'value="New line"' in column
    assert 'value="Nobody &lt;b&gt;"' in column
    assert 'value="many"' in column
    assert column.count('class="err"') == 2
    assert "New line" not in seen("am", Opportunity.name)


def test_a_form_sent_twice_makes_one_deal(am: Browser) -> None:
    for _again in range(2):
        assert quick(am, "O1", name="New line", account_id="", amount="").status_code == 303
    with reading(OPERATOR) as session:
        assert len(session.scalars(select(Opportunity.id).where(Opportunity.name == "New line")).all()) == 1  # type: ignore[call-overload]


def test_a_hidden_client_is_answered_like_a_missing_one(am: Browser) -> None:
    assert quick(am, "O1", name="New line", account_id="Factory", amount="").status_code == 422


def test_who_may_not_make_deals_is_offered_no_form(fresh_carrier: str) -> None:
    head = Browser("exec")
    assert 'class="quick"' not in head.get(BOARD).text
    assert quick(head, "O1", name="New line", account_id="", amount="").status_code == 403


def test_a_deal_does_not_begin_past_what_blocks(am: Browser) -> None:
    strict("O1_problem")
    answer = quick(am, "O2", name="New line", account_id="", amount="")
    assert answer.status_code == 422
    assert "A new deal cannot begin in “Client project approved”." in answer.text
    assert quick(am, "O6", name="New line", account_id="", amount="").status_code == 422
    assert "New line" not in seen("am", Opportunity.name)


def test_the_stage_that_wins_takes_cards_but_makes_none(am: Browser) -> None:
    with acting("am") as session:
        move(session, one(session, Opportunity, name="Bank line"), stage("O5"))
    page = am.get(BOARD).text
    assert 'class="quick"' not in lane(page, "O6")
    assert f'value="{stage("O6")}">Signed' in lane(page, "O5")
