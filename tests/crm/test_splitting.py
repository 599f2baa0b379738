"""One occasion split over days or clients is shown to whoever approves it."""

from typing import Any

import pytest

from core.db import get
from core.people import User
from crm.activities import Activity
from crm.activity_joining import add_user
from crm.commitments import commitments_of
from crm.playbook.reading import split_findings
from crm.playbook.reserving import reserve
from tests.crm.playing import SOCIAL, person, use
from tests.crm.world import acting, id_of

YUAN = 100


def findings(activity_id: int) -> set[str]:
    with acting("lead") as session:
        return {finding.rule for finding in split_findings(session, commitments_of(session, activity_id))}


def dinner(amount: int, who: str, account: str, **values: Any) -> int:
    supplier = values.pop("supplier", "Golden Dragon")
    with acting("am") as session:
        guest = person(session, who, account)
        made = use(session, SOCIAL, guest, **values)
        reserve(session, made, [(guest, amount)], supplier=supplier)
        return made.id


def test_one_occasion_over_two_days_is_shown_to_the_approver(fresh_carrier: str) -> None:
    dinner(300 * YUAN, "Bank boss", "Bank", supplier="Here")
    assert "split_days" in findings(dinner(300 * YUAN, "Bank boss", "Bank", days=2, supplier="There"))


def test_one_occasion_over_two_clients_is_shown_to_the_approver(fresh_carrier: str) -> None:
    dinner(400 * YUAN, "Bank boss", "Bank")
    second = dinner(400 * YUAN, "Harbour boss", "Harbour", days=1, supplier=" golden dragon")
    assert findings(second) == {"split_clients"}


@pytest.mark.parametrize(
    "values", [{"days": 3}, {"supplier": "Elsewhere"}, {"amount": 40 * YUAN}], ids=["later", "elsewhere", "small"]
)
def test_occasions_that_have_little_in_common_are_not_suspected(fresh_carrier: str, values: dict[str, Any]) -> None:
    dinner(400 * YUAN, "Bank boss", "Bank")
    second = {"amount": 400 * YUAN, **values}
    assert findings(dinner(who="Harbour boss", account="Harbour", **second)) == set()


def test_a_colleague_who_takes_part_in_both_ties_them_together(fresh_carrier: str) -> None:
    first = dinner(400 * YUAN, "Bank boss", "Bank")
    with acting("am3") as session:
        guest = person(session, "Hospital boss", "Hospital")
        made = use(session, SOCIAL, guest)
        reserve(session, made, [(guest, 400 * YUAN)], supplier="Golden Dragon")
        second = made.id
    assert findings(first) == set()
    with acting("am") as session:
        add_user(session, get(session, Activity, first), user_id=id_of(session, User, username="am3") or 0)
    assert findings(first) == findings(second) == {"split_clients"}
