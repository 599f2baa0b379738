"""A file does not log a gift as done round its approval; whoever keeps everybody's data brings in the past."""

import pytest

from tests.transfer.loading import by_name, load

pytestmark = pytest.mark.usefixtures("carrier")
HEAD = ("code", "subject", "weapon", "account", "state")


@pytest.mark.parametrize(("user", "weapon", "refused"), [
    ("am", "W06_GIFT", 1), ("lead", "W06_GIFT", 1), ("am", "W04_VISIT", 0), ("keeper", "W06_GIFT", 0),
])  # fmt: skip
def test_a_gift_that_a_file_says_is_done_is_refused_but_for_the_keeper(user: str, weapon: str, refused: int) -> None:
    row = (f"G-{user}-{weapon}", "Pen", weapon, "Bank", "done")
    result = load(user, "crm.activity", HEAD, row, mapping=by_name(*HEAD))
    assert (result.created, result.refused) == (1 - refused, refused)
