"""Every protected table of the product: read, written, guarded as its rule means; and no clause of a rule is idle."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.isolation.real.faults import FAULTS
from tests.isolation.real.matrix import PARTS, WRITERS
from tests.isolation.real.people import ACTORS

ROOT = Path(__file__).parents[3]
EACH = [str(number) for number in range(PARTS)]
SQLITE = pytest.mark.parametrize("templates", ["sqlite"], indirect=True)


def run(program: str, url: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """In a process of its own: no other test's tables, rules or clocks."""
    result = subprocess.run(
        [sys.executable, "-m", f"tests.isolation.real.{program}", *arguments], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "OCTANT_DATABASE_URL": url, "OCTANT_DATA_DIR": str(folder)}, timeout=900, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("part", EACH)
def test_every_table_is_read_and_written_as_the_rules_mean(engine_url: str, tmp_path: Path, part: str) -> None:
    """On PostgreSQL fewer people try each row by itself; all of them do in the long round."""
    few = () if engine_url.startswith("sqlite") else ("few",)
    _demand_in_order(run("matrix", engine_url, tmp_path, part, *few))


@pytest.mark.soak
@pytest.mark.parametrize("part", EACH)
@pytest.mark.parametrize("templates", ["postgresql"], indirect=True)
def test_everybody_tries_each_row_on_postgresql(engine_url: str, tmp_path: Path, part: str) -> None:
    _demand_in_order(run("matrix", engine_url, tmp_path, part))


def _demand_in_order(found: dict[str, Any]) -> None:
    assert "without_rows" not in found
    assert found["without_cells"] == []
    assert found["bad"] == []
    assert sum(found["cells"].values()) > 3_000


def test_the_actors_are_many_and_two_firms_are_among_them() -> None:
    assert len(ACTORS) >= 14
    assert {"agent_a", "agent_b"} <= {*ACTORS}
    assert {*WRITERS} <= {*ACTORS}


@SQLITE
def test_the_matrix_sees_each_planted_fault(engine_url: str, tmp_path: Path) -> None:
    found = run("matrix", engine_url, tmp_path, "faults")
    seen = {name: {(verdict, shape) for verdict, shape, *_rest in bad} for name, bad in found.items()}
    assert [name for name, fault in FAULTS.items() if fault.cell not in seen[name]] == []


@SQLITE
def test_no_clause_of_any_rule_can_be_dropped_unseen(engine_url: str, tmp_path: Path) -> None:
    found = run("mutants", engine_url, tmp_path)
    assert found["wrong"] == []
    assert found["alive"] == []
    assert found["clauses"] > 5_000


@SQLITE
def test_a_poorer_world_would_not_tell_the_clauses_apart(engine_url: str, tmp_path: Path) -> None:
    assert run("mutants", engine_url, tmp_path, "crm_account_coowner")["alive"] != []
