"""Reassigning: shown before it is written, all or nothing, taken back as one, told, and never beyond one's team."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from core.access import OPERATOR
from core.actors import actor_for
from core.db import reading, unit_of_work
from core.history import history
from core.notices import notices_of
from core.people import Role as RoleRow
from core.people import Unit, User, UserRole
from crm.accounts import ACCOUNT, Account
from crm.activities import Activity
from crm.contracts import Contract
from crm.coowners import AccountCoowner
from crm.leavers import plan_of
from crm.opportunities import Opportunity
from crm.reassignments import Reassignment
from tests.crm.browsing import flash_of, signed_in
from tests.crm.test_today import change, plan
from tests.crm.world import days, id_of, one, save
from tests.web.reading import statements


@pytest.fixture
def lead(fresh_carrier: str) -> Iterator[Any]:
    """The team has one colleague more, `am5`; the leaver `am` has something of each kind."""
    with unit_of_work(OPERATOR) as session:
        unit, role = id_of(session, Unit, code="T1"), id_of(session, RoleRow, code="account_manager")
        person = save(session, User(username="am5", name="am5", unit_id=unit))
        session.add(UserRole(user_id=person.id, role_id=role or 0))
        harbour, hospital = (id_of(session, Account, name=name) for name in ("Harbour", "Hospital"))
        am = id_of(session, User, username="am")
        save(session, Contract(name="Line", account_id=harbour, owner_id=am, ends_on=days(30)))
        save(session, Contract(name="Over", account_id=harbour, owner_id=am, ends_on=days(-30)))
        save(session, AccountCoowner(account_id=hospital, user_id=am))
        save(session, Opportunity(name="Done deal", account_id=harbour, owner_id=am))
    change("Done deal", state="won", closed_on=days(-3), amount=5_00)
    change("Harbour line", amount=900_00)
    plan("Visit")
    plan("Seen", state="done")
    with signed_in("lead") as browser:
        yield browser


def user(name: str) -> int:
    with reading(OPERATOR) as session:
        return id_of(session, User, username=name) or 0


def owner(model: Any, **values: Any) -> str:
    with reading(OPERATOR) as session:
        return str(session.scalar(select(col(User.name)).where(col(User.id) == one(session, model, **values).owner_id)))


def previewed(lead: Any, *receivers: str) -> dict[str, Any]:
    """What the button of the preview sends."""
    query = [("from", user("am")), *(("to", user(name)) for name in receivers)]
    page = lead.get("/crm/team/handover", params=query).text
    form = page.split('class="cta"')[1].split("</form>")[0]
    sent: dict[str, Any] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
        sent.setdefault(name, []).append(value)
    return sent


def everything() -> dict[str, str]:
    return {
        "Harbour": owner(Account, name="Harbour"), "Bank": owner(Account, name="Bank"),
        "Harbour line": owner(Opportunity, name="Harbour line"), "Bank line": owner(Opportunity, name="Bank line"),
        "Done deal": owner(Opportunity, name="Done deal"), "Visit": owner(Activity, subject="Visit"),
        "Seen": owner(Activity, subject="Seen"), "Line": owner(Contract, name="Line"),
        "Over": owner(Contract, name="Over"),
    }  # fmt: skip


def test_the_preview_counts_and_writes_nothing(lead: Any) -> None:
    before = everything()
    page = lead.get("/crm/team/handover", params=[("from", user("am")), ("to", user("am3"))]).text
    table = page.split('id="preview"')[1].split("</table>")[0]
    rows = [re.findall(r"<t[dh][^>]*>([^<]*)<", row) for row in table.split("<tr>")[2:]]
    assert rows[0] == ["am3", "2", "2", "¥900", "1", "1", "1"]
    assert rows[1] == ["Together", "2", "2", "¥900", "1", "1", "1"]
    assert everything() == before


def test_one_press_moves_all_that_is_open_and_leaves_what_is_done(lead: Any) -> None:
    answer = lead.post("/crm/team/handover", data=previewed(lead, "am3"))
    assert answer.status_code == 303
    found = everything()
    assert {name for name, holder in found.items() if holder == "am3"} == {
        "Harbour", "Bank", "Harbour line", "Bank line", "Visit", "Line",
    }  # fmt: skip
    assert {found["Done deal"], found["Seen"], found["Over"]} == {"am"}


def test_a_tie_to_a_client_that_the_heir_owns_already_ends(lead: Any) -> None:
    lead.post("/crm/team/handover", data=previewed(lead, "am3"))
    with reading(OPERATOR) as session:
        assert one(session, AccountCoowner, user_id=user("am")).archived_at is not None


def test_a_tie_goes_to_the_heir_who_has_none(lead: Any) -> None:
    lead.post("/crm/team/handover", data=previewed(lead, "am5"))
    with reading(OPERATOR) as session:
        assert one(session, AccountCoowner, user_id=user("am5")).archived_at is None


def test_the_place_of_what_moved_follows_the_new_owner_and_the_leaver_sees_it_no_more(lead: Any) -> None:
    lead.post("/crm/team/handover", data=previewed(lead, "am5"))
    with reading(actor_for("am")) as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0
    with reading(actor_for("am5")) as session:
        assert set(session.scalars(select(col(Account.name)))) == {"Harbour", "Bank", "Hospital"}


def test_several_colleagues_share_the_clients_and_what_belongs_to_a_client_goes_with_it(lead: Any) -> None:
    lead.post("/crm/team/handover", data=previewed(lead, "am3", "am5"))
    found = everything()
    assert {found["Harbour"], found["Bank"]} == {"am3", "am5"}
    assert found["Harbour"] == found["Harbour line"] == found["Visit"] == found["Line"]
    assert found["Bank"] == found["Bank line"]


def test_one_undo_puts_all_back(lead: Any) -> None:
    before = everything()
    told = flash_of(lead.post("/crm/team/handover", data=previewed(lead, "am3", "am5")))
    made = told.removeprefix("reassigned:")
    assert f'action="/crm/team/handover/{made}/undo"' in lead.get("/crm/team").text
    assert lead.post(f"/crm/team/handover/{made}/undo").status_code == 303
    assert everything() == before
    with reading(OPERATOR) as session:
        tie = one(session, AccountCoowner, user_id=user("am"))
        assert tie.archived_at is None
        assert one(session, Reassignment, id=int(made)).undone_at is not None
    assert lead.post(f"/crm/team/handover/{made}/undo").status_code == 409


def test_nothing_is_taken_back_over_somebodys_later_change(lead: Any) -> None:
    made = flash_of(lead.post("/crm/team/handover", data=previewed(lead, "am3"))).removeprefix("reassigned:")
    with unit_of_work(OPERATOR) as session:
        one(session, Account, name="Harbour").owner_id = user("am5")
    after = everything()
    assert lead.post(f"/crm/team/handover/{made}/undo").status_code == 409
    assert everything() == after


def test_what_changed_since_the_preview_is_shown_anew_and_nothing_is_written(lead: Any) -> None:
    sent = previewed(lead, "am3")
    plan("One more")
    before = everything()
    answer = lead.post("/crm/team/handover", data=sent)
    assert answer.status_code == 409
    assert "Something changed since this was shown." in answer.text
    assert everything() == before


def test_a_second_press_of_the_same_form_moves_nothing_again(lead: Any) -> None:
    sent = previewed(lead, "am3")
    first, second = (lead.post("/crm/team/handover", data=sent) for _twice in range(2))
    assert flash_of(first) == flash_of(second)
    with reading(OPERATOR) as session:
        assert session.scalar(select(func.count()).select_from(Reassignment)) == 1


def test_the_journal_says_it_and_the_new_owners_are_told(lead: Any) -> None:
    lead.post("/crm/team/handover", data=previewed(lead, "am3"))
    with reading(OPERATOR) as session:
        change_ = history(session, ACCOUNT, one(session, Account, name="Harbour").id)[0]
        assert (change_.verb, change_.actor) == ("reassign", "lead")
        assert change_.fields == {"owner_id": [user("am"), user("am3")]}
    with reading(actor_for("am3")) as session:
        told = {(notice.kind, notice.entity, notice.number) for notice in notices_of(session, limit=20)}
    assert {("assignment", "crm.account", 2), ("assignment", "crm.opportunity", 2)} <= told


def test_nobody_reassigns_to_or_from_another_team(lead: Any) -> None:
    before = everything()
    stranger = str(user("am2"))
    assert lead.get("/crm/team/handover", params={"from": stranger}).status_code == 404
    sent = {**previewed(lead, "am3"), "to": [stranger]}
    assert lead.post("/crm/team/handover", data=sent).status_code == 403
    assert lead.post("/crm/team/handover", data={**sent, "from": [stranger]}).status_code in (403, 404)
    assert everything() == before


@pytest.mark.parametrize("name", ["am", "exec", "admin", "agent_north"])
def test_only_a_lead_reassigns(lead: Any, name: str) -> None:
    sent = previewed(lead, "am3")
    with signed_in(name) as browser:
        assert browser.get("/crm/team/handover").status_code in (403, 404)
        assert browser.post("/crm/team/handover", data=sent).status_code in (403, 404)
    made = flash_of(lead.post("/crm/team/handover", data=sent)).removeprefix("reassigned:")
    with signed_in(name) as browser:
        assert browser.post(f"/crm/team/handover/{made}/undo").status_code in (403, 404)


def test_the_preview_costs_a_fixed_number_of_statements(lead: Any) -> None:
    answer = lead.get("/crm/team/handover", params=[("from", user("am")), ("to", user("am3")), ("to", user("am5"))])
    assert statements(answer) <= 20


def test_clients_are_dealt_out_evenly_the_largest_first(lead: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        for number in range(9):
            save(session, Account(name=f"Client {number}", owner_id=id_of(session, User, username="am")))
    with reading(actor_for("lead")) as session:
        found = plan_of(session, user("am"), [user("am3"), user("am5")])
        counts = sorted(len(found.share(receiver).accounts) for receiver in found.receivers)
    assert counts == [5, 6]
