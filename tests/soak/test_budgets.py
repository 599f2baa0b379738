"""Lists, boards, records and the pages of the day cost no more statements beside a crowd of accounts."""

import pytest

from tools.crowd import plant
from tools.walk import BUDGETS, USERS, walk
from web.app import create_app

CROWD, LEAST = 100_000, 150


@pytest.mark.soak
@pytest.mark.parametrize("accounts", [0, CROWD], ids=["demo world", "crowd"])
def test_pages_keep_their_statements(database: str, accounts: int) -> None:
    plant(accounts)
    costs = list(walk(create_app()))
    assert [str(cost) for cost in costs if cost.is_over] == []
    assert [str(cost) for cost in costs if cost.status != 200] == []
    assert {cost.stop.kind for cost in costs} == set(BUDGETS)
    assert {cost.user for cost in costs} == set(USERS)
    assert len(costs) > LEAST
