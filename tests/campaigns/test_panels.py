"""What agents and campaigns add to an account's page."""

from agents.handovers import Handover, HandoverPerson
from agents.panels import handovers_of_account
from campaigns.panels import tasks_of_account
from core.access import OPERATOR
from core.actors import actor_for
from core.clock import now
from core.db import reading
from core.i18n import use_language
from crm.accounts import Account
from crm.key_persons import KeyPerson
from tests.campaigns.test_tasks import give_task
from tests.crm.world import acting, days, id_of, one, save
from web.app import create_app


def panel(draw: object, name: str, account: str) -> str:
    create_app()
    actor = OPERATOR if name == "operator" else actor_for(name)
    with use_language("en"), reading(actor) as session:
        return draw(session, one(session, Account, name=account))  # type: ignore[operator,no-any-return]


def test_an_account_shows_the_tasks_of_campaigns_with_their_state(fresh_carrier: str) -> None:
    give_task("Bank", subject="Invite <the> bank")
    shown = panel(tasks_of_account, "am", "Bank")
    assert "Invite &lt;the&gt; bank" in shown
    assert "Faster lines" in shown
    assert panel(tasks_of_account, "am", "Harbour") == ""


def test_an_account_shows_its_hand_overs_and_how_they_stand(fresh_carrier: str) -> None:
    with acting("operator") as session:
        from agents.firms import Firm

        bank, firm = id_of(session, Account, name="Bank") or 0, id_of(session, Firm, code="north") or 0
        runs = save(session, Handover(account_id=bank, firm_id=firm, purpose="Offer", until=days(5)))
        boss = id_of(session, KeyPerson, name="Bank boss") or 0
        save(session, HandoverPerson(handover_id=runs.id, person_id=boss))
        save(session, Handover(account_id=bank, firm_id=firm, purpose="Old", until=days(3), revoked_at=now()))
    shown = panel(handovers_of_account, "am", "Bank")
    assert f"until {days(5).isoformat()}" in shown
    assert "1 contacts shared" not in shown
    assert "1 contact shared" in shown
    assert shown.index("Offer") < shown.index("Old")
    assert "Revoked" in shown
    assert panel(handovers_of_account, "am", "Harbour") == ""
