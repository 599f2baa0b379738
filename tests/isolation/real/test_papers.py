"""Papers, workbooks, tables and messages tell each reader what follows from their own rows, and nothing beside.

Each PDF among them has its fonts embedded, and its Chinese can be selected.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.isolation.real.people import ACTORS
from tests.isolation.real.test_real import run

# A lead first: whose papers are of all kinds. A channel manager reads campaigns, a firm's people clients.
PEOPLE = ("lead1", "channel1", "agent_a")
SCHEDULED = {"pipeline", "executive", "meeting", "past", "change", "forecast", "evidence"}


def asked(folder: Path, most: int, *people: str) -> dict[str, Any]:
    return run("papers", f"sqlite:///{folder / 'papers.db'}", folder, str(most), *people)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """On SQLite: that both engines answer alike is the matrix's matter."""
    return asked(tmp_path_factory.mktemp("papers"), 1, *PEOPLE)


def test_nobody_is_told_anything_that_does_not_follow_from_their_own_rows(found: dict[str, Any]) -> None:
    assert found["bad"] == []


def test_every_report_is_made_for_somebody_in_every_form(found: dict[str, Any]) -> None:
    made = set().union(*found["papers"].values())
    assert [kind for kind in found["kinds"] if kind not in made] == []


def test_each_planted_leak_changes_a_figure(found: dict[str, Any]) -> None:
    assert [name for name, bad in found["leaks"].items() if not bad] == []


def test_what_comes_by_itself_is_made_with_the_readers_rights(found: dict[str, Any]) -> None:
    assert {*found["scheduled"]} >= SCHEDULED


@pytest.mark.soak
def test_for_every_kind_of_person_and_many_records(tmp_path: Path) -> None:
    found = asked(tmp_path, 12, *ACTORS)
    assert found["bad"] == []
