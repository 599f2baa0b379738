"""No page, panel, count, suggestion, notice, file or post answers a row that is not there for whoever asks.

What is asked for comes from what is registered, so that a new page is covered when it has a route.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.isolation.real.test_real import run

PEOPLE = ("agent_a", "agent_b", "am1", "channel1", "admin", "nobody")
# An import and what came of it need a file of one's own; the links are opened by a secret.
WITHIN = re.compile(r".*/import/{token}/\w+|/jobs/{id:int}/result|/(reset|enter)/{token}")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """On SQLite: that both engines answer alike is the matrix's matter."""
    folder = tmp_path_factory.mktemp("pages")
    return run("pages", f"sqlite:///{folder / 'pages.db'}", folder, *PEOPLE)


def test_nobody_is_answered_anything_of_a_row_that_is_not_theirs(found: dict[str, Any]) -> None:
    assert found["bad"] == []


def test_every_address_is_opened_by_somebody_and_every_panel_and_column_is_asked_for(found: dict[str, Any]) -> None:
    assert [path for path in found["unopened"] if not WITHIN.fullmatch(path)] == []
    assert found["undrawn"] == []


def test_what_one_firm_opens_is_not_there_for_another(found: dict[str, Any]) -> None:
    assert min(found["closed"]) > 0
    assert all(set(found["statuses"][firm]) <= {"200", "303", "404"} for firm in ("agent_a", "agent_b"))


def test_a_panel_that_reads_past_the_wall_is_seen(tmp_path: Path) -> None:
    leaks = run("pages", f"sqlite:///{tmp_path / 'pages.db'}", tmp_path, "fault", "am1")["bad"]
    assert any(re.fullmatch(r"am1 GET /crm/account/\d+: crm_account \d+", line) for line in leaks)
