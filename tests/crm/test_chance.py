"""One chance everywhere: what a deal's page shows is what boards, days, clients and reports weight it by."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.i18n import use_language
from core.lists import Query
from crm.accounts import Account
from crm.chance import judged
from crm.deal_checks import QUESTIONS, answer
from crm.departures import Departure
from crm.opportunities import Opportunity, weighted
from crm.opportunity_verbs import OPPORTUNITY
from crm.own_figures import open_deals
from crm.playbook.deals import played
from crm.stages import STAGE, Stage
from crm.whose import mine
from reports.pipeline.gather import gather
from tests.crm.browser import Browser, text_of
from tests.crm.playing import deal, person
from tests.crm.world import acting, id_of, one, save
from web.kit import format as texts

pytestmark = pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
AMOUNT = 123_456_789


def stand(session: Any, stage: str, points: int | None = None, gone: str = "") -> Opportunity:
    """The bank's deal in a stage, its eight answers worth so much together, and who has gone."""
    found = deal(session)
    found.stage_id, found.amount = one(session, Stage, code=stage).id, AMOUNT
    for index, question in enumerate(QUESTIONS if points is not None else ()):
        answer(session, found.id, question, (points or 0) // 8 + (index < (points or 0) % 8))
    for row in session.scalars(select(Departure)):
        row.archived_at = clock.now()
    session.flush()
    if gone:
        who = person(session)
        save(session, Departure(
            opportunity_id=found.id, person_id=who.id, account_id=found.account_id, gone_on=clock.today(),
            name=who.name, level="decision" if gone == "decides" else "operating",
        ))  # fmt: skip
    session.flush()
    session.info.pop("crm.gaps", None)
    return found


def by_sql(session: Any, deal_id: int) -> int | None:
    table, stage = OPPORTUNITY.table, STAGE.table
    source, chance = judged(table.outerjoin(stage, stage.c.id == table.c.stage_id), stage.c.probability)
    found: int | None = session.scalar(select(chance).select_from(source).where(table.c.id == deal_id))
    return found


def test_sums_take_the_chance_that_the_page_of_the_deal_shows(fresh_carrier: str) -> None:
    known = set()
    with acting("operator") as session:
        for points, stage, gone in product((None, 0, 23, 24, 31, 32, 40), ("O1", "O5"), ("", "decides", "other")):
            found = stand(session, stage, points, gone)
            assert by_sql(session, found.id) == played(session, found).probability, (points, stage, gone)
            known.add(by_sql(session, found.id))
    assert len(known) > 5


def test_every_page_and_paper_weights_the_deal_by_it(fresh_carrier: str) -> None:
    with acting("operator") as session:
        for other in session.scalars(select(Opportunity)):
            if other.name != "Bank line":
                other.archived_at = clock.now()
        stand(session, "O5", 8, "decides")
    am = Browser("am")
    with acting("am") as session:
        chance = played(session, deal(session)).probability
        own = weighted(AMOUNT, chance) or 0
        assert 0 < own < (weighted(AMOUNT, one(session, Stage, code="O5").probability) or 0)
        assert open_deals(session, mine(session.actor, [])).weighted == own
        assert gather(session, query=Query()).totals.weighted == own
        path, client = f"/crm/opportunity/{deal(session).id}", id_of(session, Account, name="Bank")
    with use_language("en"):
        shown = texts.money_short(own)
    page = text_of(am.get(path).text)
    assert f"Weighted amount {shown} judged {texts.percent(chance)}; the stage’s is" in page
    assert f"weighted {shown}" in text_of(am.get("/crm/opportunity/board").text)
    assert f"weighted {shown}" in text_of(am.get(f"/crm/account/{client}").text)
    assert f"weighted {shown}" in text_of(Browser("exec").get("/reports/executive").text).replace(
        "\N{NO-BREAK SPACE}", " "
    )
